/** The way of a newcomer through the commands, every document on it checked field by field. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { livelyCandles, logOf, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchStore } from '../support/scratch-store.ts';
import type { Document } from '../support/tb.ts';

const DIGEST = /^[0-9a-f]{64}$/;
const AMOUNT = /^-?(0|[1-9]\d*)(\.\d{0,17}[1-9])?$/;
const digest: unknown = expect.stringMatching(DIGEST);
const amount: unknown = expect.stringMatching(AMOUNT);
const whole: unknown = expect.any(Number);

const START = slotAt('2024-03-01T00:00:00Z', '1h');
const HOURS = 720;
const RUN = '--strategy ema-cross --param fast=3 --param slow=9 --symbols AAA/USD,BBB/USD --from 2024-03-05T00:00:00Z --warmup 48';
const WINDOW = `${RUN} --to 2024-03-31T00:00:00Z`;
/** What a backtest says of itself and `show` repeats. */
const FIGURES = [
  'averageExposure', 'cash', 'equity', 'fees', 'fills', 'genesis', 'head', 'hours', 'maxDrawdown', 'missingCandles', 'openingEquity', 'realised', 'refusals', 'return', 'signals', 'slippage', 'symbolHours', 'trades', 'winningTrades',
];
/** 48 hours of warm-up and 26 days. */
const WINDOW_HOURS = 672;

describe('from a file to a proof', () => {
  let store: ScratchStore;
  let backtest: Document;
  let executed: Document;

  beforeAll(async () => {
    store = await scratchStore();
    const [aaa, bbb] = [livelyCandles(START, HOURS, 1), livelyCandles(START, HOURS, 2)];
    await store.write('aaa.csv', plainFile('1h', aaa));
    await store.write('bbb.csv', plainFile('1h', bbb.filter(({ slot }) => slot !== START + 400 && slot !== START + 401)));
  });

  test('import says what became of every line, and does nothing the second time', async () => {
    await store.json('import aaa.csv --symbol AAA/USD');
    const first = await store.json('import bbb.csv --symbol BBB/USD');
    const [series, gaps] = [{ symbol: 'BBB/USD', timeframe: '1h' }, { count: 1, missing: 2 }];
    const read = [{ file: 'bbb.csv', format: 'plain', readFrom: 'option', ...series }];
    const reportOf = (counts: Readonly<{ added: number; duplicates: number }>) => ({
      ...counts, dryRun: false, files: 1, gaps, markets: [{ ...series, ...counts, candles: 718, files: 1, gaps, rejected: 0, revisions: 0 }], read, rejected: [], revisions: 0, rowsPerSecond: whole, series, skipped: [], wallMs: whole,
    });
    expect(first).toEqual(reportOf({ added: 718, duplicates: 0 }));
    expect(await store.json('import bbb.csv --symbol BBB/USD')).toEqual(reportOf({ added: 0, duplicates: 718 }));
  });

  test('data lists ranges, gaps and sources', async () => {
    const { series } = (await store.json('data')) as { series: readonly Document[] };
    const source = { absent: 'missing', format: 'plain', lastReceived: expect.stringMatching(/^20.*Z$/) as unknown, source: 'plain' };
    expect(series).toEqual([
      { absent: 'missing', candles: 720, first: '2024-03-01T00:00:00Z', gaps: [], last: '2024-03-30T23:00:00Z', missing: 0, revisions: 0, sources: [{ ...source, imports: 1 }], symbol: 'AAA/USD', timeframe: '1h' },
      {
        absent: 'missing', candles: 718, first: '2024-03-01T00:00:00Z', gaps: [{ from: '2024-03-17T16:00:00Z', missing: 2, to: '2024-03-17T18:00:00Z' }], last: '2024-03-30T23:00:00Z',
        missing: 2, revisions: 0, sources: [{ ...source, imports: 2 }], symbol: 'BBB/USD', timeframe: '1h',
      },
    ]);
    expect(await store.json('data --symbol AAA/USD')).toEqual({ series: [series[0]] });
  });

  test('a backtest reports what it came to, and is found again instead of executed again', async () => {
    backtest = await store.json(`backtest ${WINDOW} --run month`);
    expect(backtest).toEqual({
      averageExposure: amount, cash: amount, conduct: { onHalt: 'stop', reactivateAfterHours: 24, to: '2024-03-31T00:00:00Z' }, engineMs: whole, equity: amount, existing: false, fees: amount, fills: whole, genesis: digest, halts: 0, head: digest, hours: WINDOW_HOURS,
      kills: 0, maxDrawdown: amount, notTraded: '0', resumes: 0,
      missingCandles: 2, openingEquity: '10000', profile: 'balanced', realised: amount, refusals: expect.any(Object) as unknown, return: amount, run: 'month', signals: whole, slippage: amount,
      symbolHours: 2 * WINDOW_HOURS, symbolHoursPerSecond: whole, trades: whole, wallMs: whole, winningTrades: whole,
    });
    expect(backtest['trades']).toBeGreaterThan(10);
    const again = await store.json(`backtest ${WINDOW} --run month`);
    expect(again).toEqual({ ...backtest, engineMs: 0, existing: true, symbolHoursPerSecond: null, wallMs: whole });
    const unnamed = await store.json(`backtest ${WINDOW}`);
    expect(unnamed).toMatchObject({ existing: true, run: 'month', head: backtest['head'] });
  });

  test('a paper run opens with the same genesis and executes the same hours to the same head', async () => {
    const opened = { existing: false, genesis: backtest['genesis'], mode: 'paper', run: 'desk', startHour: '2024-03-03T00:00:00Z', tradeFrom: '2024-03-05T00:00:00Z' };
    expect(await store.json(`open --run desk --mode paper ${RUN}`)).toEqual({ ...opened, head: null, hours: 0 });
    expect(await store.json(`open --run desk --mode paper ${RUN}`)).toEqual({ ...opened, existing: true, head: null, hours: 0 });
    const one = await store.json('execute-hour --run desk');
    expect(await store.json(`open --run desk --mode paper ${RUN}`)).toEqual({ ...opened, existing: true, head: one['head'], hours: 1 });
    expect(one).toMatchObject({ already: false, executed: 1, hour: '2024-03-03T00:00:00Z', hours: 1, symbolHours: 2, cash: '10000', equity: '10000' });
    executed = await store.json('execute-hour --run desk --through 2024-03-30T23:00:00Z');
    expect(executed).toMatchObject({
      already: false, cash: backtest['cash'], decisions: whole, engineMs: whole, equity: backtest['equity'], executed: WINDOW_HOURS - 1, fills: backtest['fills'], head: backtest['head'], hour: '2024-03-30T23:00:00Z', hours: WINDOW_HOURS,
      run: 'desk', symbolHours: 2 * (WINDOW_HOURS - 1), trades: backtest['trades'], wallMs: whole,
    });
    expect(Number(executed['engineMs'])).toBeGreaterThan(0);
    expect(Number(executed['engineMs'])).toBeLessThan(Number(executed['wallMs']));
  });

  test('executing again is a no-op with the same head, however it is asked for', async () => {
    for (const again of ['--through 2024-03-30T23:00:00Z', '--hour 2024-03-30T23:00:00Z', '--hour 2024-03-03T00:00:00Z --through 2024-03-30T23:00:00Z']) {
      expect(await store.json(`execute-hour --run desk ${again}`)).toMatchObject({ already: true, engineMs: 0, executed: 0, head: backtest['head'], hour: '2024-03-30T23:00:00Z', hours: WINDOW_HOURS });
    }
    const earlier = await store.json('execute-hour --run desk --hour 2024-03-10T05:00:00Z');
    expect(earlier).toMatchObject({ already: true, hour: '2024-03-10T05:00:00Z' });
    expect((await store.json('replay-hour --run desk --hour 2024-03-10T05:00:00Z'))['head']).toBe(earlier['head']);
  });

  test('parity holds between backtest and paper run', async () => {
    expect(await store.json('parity desk month')).toEqual({
      differences: [], head: backtest['head'], heads: { left: backtest['head'], right: backtest['head'] }, hours: WINDOW_HOURS, left: 'desk', leftOnly: 0, parity: true, right: 'month', rightOnly: 0, rowsRead: 2,
      status: 'PARITY: TRUE', value: null,
    });
  });

  test.each(['desk', 'month'])('replay-window of %s re-executes to the same head', async run => {
    const report = { changedRules: [], engineMs: whole, failures: [], parity: true, run, status: 'REPLAY PARITY: TRUE', wallMs: whole };
    const whole_ = { ...report, from: '2024-03-03T00:00:00Z', head: backtest['head'], hours: WINDOW_HOURS, symbolHours: 2 * WINDOW_HOURS, to: '2024-03-31T00:00:00Z' };
    expect(await store.json(`replay-window --run ${run}`)).toEqual(whole_);
    const part = await store.json(`replay-window --run ${run} --from 2024-03-10T00:00:00Z --to 2024-03-11T00:00:00Z`);
    expect(part).toEqual({ ...report, from: '2024-03-10T00:00:00Z', head: digest, hours: 24, symbolHours: 48, to: '2024-03-11T00:00:00Z' });
  });

  test('replay-manifest, replay-tool and verify agree', async () => {
    const window = { from: '2024-03-03T00:00:00Z', to: '2024-03-31T00:00:00Z' };
    expect(await store.json('replay-manifest --run desk')).toEqual({ ...window, failures: [], head: backtest['head'], hours: WINDOW_HOURS, parity: true, run: 'desk', status: 'REPLAY PARITY: TRUE', wallMs: whole });
    const tool = await store.json('replay-tool');
    const target = { ...window, codes: [], head: backtest['head'], hours: WINDOW_HOURS, parity: true };
    const both = { head: null, hours: 2 * WINDOW_HOURS, run: null, symbolHours: 4 * WINDOW_HOURS, engineMs: whole, wallMs: whole };
    expect(tool).toEqual({ ...window, ...both, skipped: [], failed: 0, failures: [], parity: true, passed: 2, status: 'REPLAY PARITY: TRUE', targets: [{ ...target, run: 'month' }, { ...target, run: 'desk' }], total: 2 });
    const verified = await store.json('verify');
    const checked = { ...window, findings: 0, head: backtest['head'], hours: WINDOW_HOURS };
    expect(verified).toMatchObject({
      anchored: false, candles: 1_438, decisions: expect.any(Number) as unknown, facts: expect.any(Number) as unknown, findings: [], hours: 2 * WINDOW_HOURS,
      runs: [{ ...checked, mode: 'backtest', run: 'month' }, { ...checked, mode: 'paper', run: 'desk' }], status: 'CHAIN OK, UNANCHORED', verified: true,
    });
    const anchor = await store.tb('verify --require-anchor --json');
    expect(anchor.exit).toBe(5);
  });

  test('runs and show tell where each run stands', async () => {
    const listed = { equity: backtest['equity'], genesis: backtest['genesis'], head: backtest['head'], hours: WINDOW_HOURS, start: '2024-03-03T00:00:00Z', through: '2024-03-30T23:00:00Z', created: expect.stringMatching(/Z$/) as unknown };
    expect(await store.json('runs')).toEqual({ runs: [{ ...listed, keep: 'summary', mode: 'backtest', run: 'month' }, { ...listed, keep: 'full', mode: 'paper', run: 'desk' }] });
    const shown = await store.json('show desk');
    const figures = Object.fromEntries(FIGURES.map(name => [name, backtest[name]]));
    expect(shown).toMatchObject({ ...figures, keep: 'full', mode: 'paper', openOrders: whole, positions: expect.any(Array) as unknown, risk: expect.objectContaining({ profile: 'balanced', reason: '', review: false, since: null, status: 'ACTIVE', tier: 'NORMAL' }) as unknown, run: 'desk', through: '2024-03-30T23:00:00Z' });
    expect(shown['manifest']).toMatchObject({ startHour: START + 48, tradeFromHour: START + 96, quote: 'USD', timeframe: '1h', version: 1 });
    expect(await store.json('show month')).toMatchObject({ ...figures, keep: 'summary', mode: 'backtest' });
  });

  test('exports of both runs are the same trades and the same log', async () => {
    const [desk, month] = [await store.tb('export desk --format csv'), await store.tb('export month')];
    expect(desk.out).toBe(month.out);
    const [head, ...rows] = desk.out.trimEnd().split('\n');
    expect(head).toBe('symbol,entryHour,exitHour,quantity,cost,entryFee,proceeds,exitFee,result,agent,lotId,orderId,tradeId');
    expect(rows).toHaveLength(backtest['trades'] as number);
    expect(await store.json('export desk --format csv --out trades.csv')).toEqual({ file: 'trades.csv', format: 'csv', head: backtest['head'], hours: WINDOW_HOURS, lines: rows.length, run: 'desk' });
    expect(readFileSync(join(store.folder, 'trades.csv'), 'utf8')).toBe(desk.out);
    const [log, other] = [await logOf(store, 'desk'), await logOf(store, 'month')];
    expect(other).toEqual(log);
    expect(log[0]).toMatchObject({ what: 'manifest' });
    expect(log.filter(({ what }) => what === 'hour').map(({ hour }) => hour)).toEqual(Array.from({ length: WINDOW_HOURS }, (_, index) => START + 48 + index));
    expect(log.at(-1)).toMatchObject({ what: 'hour', hash: backtest['head'] });
  });

  test('text for people says the same in words, and --quiet says nothing', async () => {
    const text = await store.tb('replay-window --run desk');
    expect(text.out).toContain('REPLAY PARITY: TRUE\n');
    expect(text.out).toContain(`head ${String(backtest['head'])}`);
    expect((await store.tb('show month')).out).toContain(`trades    ${String(backtest['trades'])} closed`);
    expect(await store.tb('replay-window --run desk --quiet')).toMatchObject({ exit: 0, out: '', err: '' });
  });

  test('a dropped backtest leaves its name free; a paper run is never dropped', async () => {
    expect(await store.json('runs --drop month --reason over')).toEqual({ dropped: 'month', reason: 'over' });
    expect(await store.failure('runs --drop desk --reason over')).toMatchObject({ exit: 3, message: expect.stringContaining('never dropped') as unknown });
    expect(await store.json(`backtest ${WINDOW} --run month`)).toMatchObject({ existing: false, head: backtest['head'] });
  });
});
