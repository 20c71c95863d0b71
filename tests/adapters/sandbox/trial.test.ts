/** What the trial of a strategy file finds, and that it finds nothing in an honest one. */
import { expect, test } from 'vitest';
import { sandboxed } from '../../../adapters/sandbox/sandboxed-strategy.ts';
import { StrategyError } from '../../../adapters/sandbox/strategy-error.ts';
import { trialCandles } from '../../../adapters/sandbox/trial-candles.ts';
import { tryOut } from '../../../adapters/sandbox/trial.ts';
import { EMA_CROSS, fileReturning, fileWith } from './strategy-files.ts';

const reasonOf = (source: string): string => {
  try {
    tryOut(sandboxed(source, 'mine.ts'), 'mine.ts');
    return 'nothing';
  } catch (error) {
    if (error instanceof StrategyError) return error.reason;
    throw error;
  }
};

test.each([
  // name                          file                                                                        first difference
  ['a counter of the file', fileWith('seen += 1; memory[at] = seen; return null;', 'let seen = 0;'), 'at candle 2 of the trial run it answers otherwise when the file is evaluated afresh, so it keeps something outside of memory (memory slot 0: 1 against 2)'],
  ['a list of the file', fileReturning('list.push(bar.close) > 3 ? 1 : 0', 'const list = [];'), 'at candle 4 of the trial run it answers otherwise when the file is evaluated afresh'],
  ['a closure', fileWith("return next() === 5 ? { action: 'exit', reason: 'FIFTH', evidence: {} } : null;", 'const next = (() => { let n = 0; return () => (n += 1); })();'), 'at candle 5 of the trial run it answers otherwise when the file is evaluated afresh, so it keeps something outside of memory (signal null against {"action":"exit","reason":"FIFTH","evidence":{}})'],
  ['a field of itself', fileWith('this.seen = (this.seen ?? 0) + 1; memory[at] = this.seen; return null;').replace('observe: (memory, at, bar) =>', 'observe(memory, at, bar)'), 'at candle 2 of the trial run it answers otherwise'],
  ['a signal before its time', fileWith("return { action: 'enter', reason: 'NOW', evidence: {} };").replace('lookbackBars: () => 0', 'lookbackBars: () => 5'), 'at candle 1 of the trial run it signals, but lookbackBars says that 5 must close before'],
  ['NaN after a while', fileWith('memory[at] = memory[at] + 1 < 200 ? memory[at] + 1 : NaN; return null;'), 'it leaves NaN in memory slot 0, where only finite numbers may stand'],
  ['defaults that contradict', fileWith('return null;').replace('lookbackBars', "contradiction: () => 'never', lookbackBars"), 'its defaults contradict each other: never'],
])('the trial finds %s', (_name, source, reason) => {
  expect(reasonOf(source).slice(0, reason.length)).toBe(reason);
});

test.each([
  ['one that keeps all in memory', EMA_CROSS],
  ['one with constants, tables and functions of its own', fileReturning('weights[0] * half(bar.close)', 'const weights = [2, 3]; const half = (value) => value / 2;')],
  ['one whose warm-up is as long as may be', fileWith('return null;').replace('lookbackBars: () => 0', 'lookbackBars: () => 87_600')],
])('the trial finds nothing in %s', (_name, source) => {
  expect(reasonOf(source)).toBe('nothing');
});

test('the candles of the trial are candles, and of every kind', () => {
  const bars = trialCandles(648, 72);
  expect(bars.every(bar => bar.low > 0 && bar.low <= Math.min(bar.open, bar.close) && bar.high >= Math.max(bar.open, bar.close))).toBe(true);
  expect(bars.filter(bar => bar.tradable).length).toBe(576);
  expect(bars.some(bar => bar.volume === 0)).toBe(true);
  expect(bars.some(bar => bar.high === bar.low)).toBe(true);
  expect(bars.some(bar => bar.close > 1.005 * bar.open) && bars.some(bar => bar.close < 0.995 * bar.open)).toBe(true);
  expect(trialCandles(648, 72)).toEqual(bars);
});
