/** Reports of runs that are small enough to do by hand, and of drawn ones, whose parts must add up. */
import { describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { PROFILES } from '../../../core/profile.ts';
import type { Metric, RunReport } from '../../../engine/report/report.ts';
import { agentOf, byFraction, byNotional, byQuantity, deskOf, feesOf, FREE, instrument, KRAKEN_COSTS, moneyOf, operatorFact, START } from '../../support/desk.ts';
import { candlesFrom, walk } from '../../support/market.ts';
import { reportOf } from '../../support/report.ts';

const COSTS = { ...FREE, fees: feesOf(2_500, 4_000) };
const TWO = [instrument('BTC/USD'), instrument('ETH/USD')];
const BTC = candlesFrom(START, '100 100 100 100 9\n100 110 100 110 9\n110 120 110 120 9\n90 90 90 90 9\n90 90 90 90 9');
const ETH = candlesFrom(START, '-\n-\n50 50 50 50 9\n55 55 55 55 9\n60 60 60 60 9');

const scripted = (rest: Partial<Parameters<typeof deskOf>[0]> = {}, script: Parameters<typeof deskOf>[1] = [[{ 0: 'enter', 2: 'exit' }, {}]]) =>
  deskOf({ universe: TWO, agents: [agentOf('scripted', byQuantity('1'))], costs: COSTS, ...rest }, script);

const metric = ({ metrics }: RunReport, id: string): Metric => metrics.find(one => one.id === id)!;
const valueOf = (report: RunReport, id: string): number => metric(report, id).value!;
const sumOf = (amounts: readonly string[]): string => formatDecimal(amounts.reduce((sum, amount) => sum + decimal(amount), 0n));

describe('one losing trade, by hand', () => {
  const report = reportOf(scripted(), { candles: [BTC, ETH], hours: 5 });
  const hours = [0, 1, 2, 3, 4].map(hour => START + hour);

  test('what it was worth, and what holding would have been', () => {
    expect(report.curves.equity).toEqual({ hours, values: [10_000, 10_009.6, 10_019.6, 9_989.24, 9_989.24] });
    expect(report.curves.benchmark).toEqual({ hours, values: [10_000, 10_500, 11_000, 10_000, 10_500] });
    expect(report.verdict).toMatchObject({ return: '-0.001076', benchmarkReturn: '0.05', parity: true, head: report.summary.head });
    expect(report.verdict.text).toBe('-0.11 % on 10,000.00 USD, where buying and holding its 2 markets made +5.00 %; at most 0.30 % below its highest; proved by executing all 5 hours again.');
  });

  test('how far it fell, and for how long', () => {
    expect(report.curves.drawdown.values).toEqual([0, 0, 0, -0.003030061, -0.003030061]);
    expect(report.worstDrawdown).toMatchObject({ peak: '2027-01-15T10:00:00Z', deepest: '2027-01-15T11:00:00Z', recovered: null, hours: 2 });
    expect(valueOf(report, 'max_drawdown')).toBeCloseTo(30.36 / 10_019.6, 15);
    expect(valueOf(report, 'max_drawdown_hours')).toBe(2);
  });

  test('what was held, market by market', () => {
    expect(report.markets.map(({ symbol, result, trades }) => [symbol, result, trades])).toEqual([['BTC/USD', '-10.76', 1], ['ETH/USD', '0', 0]]);
    expect(report.markets[0]!.position.values).toEqual([0, 110, 120, 0, 0]);
    expect(report.markets[0]!.price.values).toEqual([100, 110, 120, 90, 90]);
    expect(report.markets[1]!.price).toEqual({ hours: hours.slice(2), values: [50, 55, 60] });
    expect(report.curves.exposure.values).toEqual([0, 0.01098945, 0.01197653, 0, 0]);
  });

  test('the trade, its marks and why it was made', () => {
    expect(report.trades).toHaveLength(1);
    const [{ why, ...trade }] = report.trades as readonly [RunReport['trades'][number]];
    expect(trade).toEqual({
      number: 1, symbol: 'BTC/USD', agent: 'main', entryHour: START + 1, exitHour: START + 3, heldHours: 2, quantity: '1', entryPrice: '100', exitPrice: '90', fees: '0.76', result: '-10.76', return: '-0.10717',
    });
    expect(why.entry).toMatchObject({ orderId: '500000.0.2', reason: 'SCRIPT', inFull: true, evidence: {} });
    expect(why.entry!.gates.find(([code]) => code === 'INSUFFICIENT_CASH')).toEqual(['INSUFFICIENT_CASH', 'passed', '10,000.00 USD', '0.00 USD', '100.00 USD', 'free cash, at least 0; cash reserved; 0 as a block, the wish as a clip']);
    expect(why.exit).toEqual({ orderId: '500002.0.1', reason: 'SCRIPT', inFull: true, evidence: {}, gates: [] });
    expect(report.markets[0]!.marks).toEqual([
      { hour: START + 1, kind: 'entry', price: 100, text: 'BUY 1 BTC/USD at 100: SCRIPT', count: 1, trade: 0 },
      { hour: START + 3, kind: 'exit', price: 90, text: 'SELL 1 BTC/USD at 90: SCRIPT', count: 1, trade: 0 },
    ]);
    expect(report.markets[0]!.markTotals).toEqual({ entry: 1, exit: 1, partial: 0, stop: 0, refused: 0 });
    expect([report.tradesLeftOut, report.markets[0]!.marksLeftOut]).toEqual([0, 0]);
  });

  test('what it cost: before and after both is apart by exactly both', () => {
    expect(report.costs).toEqual({ fees: '0.76', slippage: '0', share: '0.000076', grossResult: '-10', netResult: '-10.76', tradesResult: '-10.76', feeDisposals: '0' });
    expect(report.curves.fees.values).toEqual([0, 0.4, 0.4, 0.76, 0.76]);
    expect(['expectancy', 'hit_rate', 'holding_hours', 'profit_factor', 'fees'].map(id => valueOf(report, id))).toEqual([-10.76, 0, 2, 0, 0.76]);
  });

  test('what so few hours do not tell says so', () => {
    expect(['annualised_return', 'sharpe', 'volatility', 'value_at_risk', 'turnover'].map(id => [metric(report, id).value, metric(report, id).reason])).toEqual([
      [null, 'fewer than 30 days'], [null, 'fewer than 30 days'], [null, 'fewer than 30 days'], [null, 'fewer than 20 days'], [null, 'fewer than 30 days'],
    ]);
  });
});

test('a stop is marked as one, with its level as evidence; a result of the entry stands at its mark', () => {
  const falling = candlesFrom(START, '100 100 100 100 9\n100 101 99 100 9\n100 100 90 95 9\n94 95 94 95 9\n95 95 95 95 9');
  const report = reportOf(scripted({ agents: [agentOf('scripted', byQuantity('1'), { stop: { kind: 'loss', distance: decimal('0.05') as never } })] }, [[{ 0: 'enter' }, {}]]), { candles: [falling, ETH], hours: 5 });
  expect(report.markets[0]!.marks.map(({ hour, kind, text, trade }) => [hour - START, kind, text, trade])).toEqual([
    [1, 'entry', 'BUY 1 BTC/USD at 100: SCRIPT', 0],
    [3, 'stop', 'SELL 1 BTC/USD at 94: STOP_LOSS', 0],
  ]);
  expect(report.trades[0]!.why.exit).toMatchObject({ reason: 'STOP_LOSS', evidence: { level: '95', low: '90' } });
});

test('refusals that go on are one mark, and no trade', () => {
  const report = reportOf(scripted({ warmUpHours: 3 }, [[{ 0: 'enter', 1: 'enter', 2: 'enter', 3: 'enter' }, {}]]), { candles: [BTC, ETH], hours: 5 });
  expect(report.markets[0]!.marks).toEqual([
    { hour: START, kind: 'refused', price: 100, text: 'refused WARM_UP', count: 3, trade: null },
    { hour: START + 4, kind: 'entry', price: 90, text: 'BUY 1 BTC/USD at 90: SCRIPT', count: 1, trade: null },
  ]);
  expect(report.summary.refusals).toEqual({ WARM_UP: 3 });
  expect(report.markets[0]!.markTotals).toEqual({ entry: 1, exit: 0, partial: 0, stop: 0, refused: 3 });
  // Trading begins at the fourth close, and so does what is held without trading.
  expect(report.curves.benchmark!.values).toEqual([10_000, 10_000, 10_000, 10_000, 10_454.55]);
});

test('money that comes and goes is no return, no result and no drawdown', () => {
  const outside = { 2: [operatorFact(2, { command: 'deposit', amount: moneyOf('5000') }, 'in')], 4: [operatorFact(4, { command: 'withdraw', amount: moneyOf('14000') }, 'out')] };
  const [with_, without] = [reportOf(scripted(), { candles: [BTC, ETH], hours: 5, outside }), reportOf(scripted(), { candles: [BTC, ETH], hours: 5 })];
  expect(with_.curves.equity.values).toEqual([10_000, 10_009.6, 15_019.6, 14_989.24, 989.24]);
  expect([with_.costs.netResult, with_.costs.grossResult, with_.trades[0]!.result]).toEqual(['-10.76', '-10', '-10.76']);
  expect(with_.verdict.benchmarkReturn).toBe(without.verdict.benchmarkReturn);
  expect(with_.flows).toEqual([{ hour: START + 2, amount: '5000', kind: 'deposit' }, { hour: START + 4, amount: '14000', kind: 'withdrawal' }]);
  expect(with_.verdict.text).toContain('; 5,000.00 paid in and 14,000.00 taken out meanwhile; at most ');
  expect(without.flows).toEqual([]);
  // The deposit buys the basket at 1.1; the withdrawal redeems so much of it at 1.05.
  expect(with_.curves.benchmark!.values[3]).toBeCloseTo(10_000 + 5_000 / 1.1, 1);
  expect(with_.curves.benchmark!.values[4]).toBeCloseTo((10_000 + 5_000 / 1.1) * 1.05 - 14_000, 1);
  expect(valueOf(with_, 'max_drawdown')).toBeLessThan(0.0031);
  expect(valueOf(with_, 'total_return')).toBeCloseTo((10_019.6 / 10_000) * (1 - (10 * 1 + 20 + 0.36) / 15_019.6) - 1, 6);
});

test('a run of one hour without a trade is a report too', () => {
  const report = reportOf(scripted({}, [[{}, {}]]), { candles: [BTC, []], hours: 1 });
  expect(report.trades).toEqual([]);
  expect(report.worstDrawdown).toBeNull();
  expect(report.verdict.text).toBe('0.00 % on 10,000.00 USD, where buying and holding its 2 markets made 0.00 %; never below its highest; proved by executing its hour again.');
  expect([metric(report, 'hit_rate'), metric(report, 'calmar')].map(({ value, reason }) => [value, reason])).toEqual([[null, 'no trade was closed'], [null, 'fewer than 30 days']]);
  expect(report.metrics.every(({ value, reason, definition }) => (value === null) === (reason !== null) && definition.endsWith('.'))).toBe(true);
});

test('without any close there is nothing to hold', () => {
  const report = reportOf(scripted({}, [[{}, {}]]), { candles: [[], []], hours: 3 });
  expect([report.curves.benchmark, report.verdict.benchmarkReturn, report.markets[0]!.price]).toEqual([null, null, { hours: [], values: [] }]);
});

describe('a drawn run of some months', () => {
  const series = TWO.map((_, index) => walk({ seed: 31 + index, firstSlot: START, candles: 24 * 75, gapsPerMille: 4, movePerMille: 12, decimals: 2 }));
  const desk = deskOf({ universe: TWO, agents: [agentOf('ema-cross', byNotional('600'), { parameters: { fast: '5', slow: '11' } })], costs: KRAKEN_COSTS, profile: PROFILES.balanced, warmUpHours: 100 });
  const report = reportOf(desk, { candles: series, hours: 24 * 75 });

  test('adds up: trades, markets, costs, months and years', () => {
    expect(report.trades.length).toBeGreaterThan(60);
    expect(report.trades).toHaveLength(report.summary.trades);
    expect(sumOf(report.trades.map(({ result }) => result))).toBe(report.summary.realised);
    expect(sumOf(report.markets.map(({ result }) => result))).toBe(report.summary.realised);
    expect(report.costs.tradesResult).toBe(report.summary.realised);
    expect(sumOf([report.costs.netResult, report.costs.fees, report.costs.slippage])).toBe(report.costs.grossResult);
    for (const parts of [report.months, report.years]) expect(parts.reduce((growth, part) => growth * (1 + part.return), 1) - 1).toBeCloseTo(Number(report.summary.return), 12);
    expect(report.months.map(({ year, month }) => `${year}-${month}`)).toEqual(['2027-1', '2027-2', '2027-3']);
  });

  test('agrees with its summary: the deepest of the curve, the last of the others', () => {
    expect(-Math.min(...report.curves.drawdown.values)).toBeCloseTo(Number(report.summary.maxDrawdown), 7);
    expect(report.curves.equity.values.at(-1)).toBeCloseTo(Number(report.summary.equity), 2);
    expect(report.curves.fees.values.at(-1)).toBeCloseTo(Number(report.summary.fees), 3);
    expect(report.curves.slippage.values.at(-1)).toBeCloseTo(Number(report.summary.slippage), 3);
    expect(valueOf(report, 'hit_rate')).toBe(report.summary.winningTrades / report.summary.trades);
    expect(valueOf(report, 'total_return')).toBe(Number(report.summary.return));
  });

  test('every fill has a mark, every closed trade its entry and its exit', () => {
    const marks = report.markets.flatMap(market => market.marks.filter(({ kind }) => kind !== 'refused').map(mark => ({ ...mark, symbol: market.symbol })));
    expect(marks).toHaveLength(report.summary.fills);
    for (const [index, trade] of report.trades.entries()) {
      const own = marks.filter(mark => mark.symbol === trade.symbol && mark.trade === index);
      expect(own.every(({ kind, hour }) => hour === (kind === 'entry' ? trade.entryHour : trade.exitHour))).toBe(true);
      expect(trade.why.entry!.gates.length).toBeGreaterThan(8);
      expect(Object.keys(trade.why.entry!.evidence)).toEqual(['fast', 'slow']);
    }
    const refused = report.markets.flatMap(market => market.marks.filter(({ kind }) => kind === 'refused'));
    expect(refused.every(({ text, count }) => /^refused [A-Z_, ]+$/.test(text) && count >= 1)).toBe(true);
  });
});

test('halts and tiers are spans of hours', () => {
  const report = reportOf(scripted({ profile: PROFILES.conservative }, [[{}, {}]]), {
    candles: [BTC, ETH],
    hours: 5,
    outside: { 1: [operatorFact(1, { command: 'halt' }, 'a')], 3: [operatorFact(3, { command: 'resume' }, 'b')], 4: [operatorFact(4, { command: 'kill' }, 'c')] },
  });
  expect(report.risk).toEqual([
    { fromHour: START + 1, toHour: START + 3, kind: 'halt', name: 'HALTED', reason: 'test' },
    { fromHour: START + 4, toHour: START + 5, kind: 'kill', name: 'KILLED', reason: 'test' },
  ]);
  expect(report.conditions.notTraded).toBe(report.summary.notTraded);
  expect(report.verdict.text).toContain('halts allowed no entry in 60.00 % of the window');
});

test('fees in a third asset: what paid them is no trade, and stands apart', () => {
  const costs = { ...FREE, fees: feesOf(2_500, 4_000, { third: 'BNB' }) };
  const universe = [instrument('BNB/USD'), instrument('BTC/USD')];
  const bnb = candlesFrom(START, '10 10 10 10 9\n10 10 10 10 9\n20 20 20 20 9\n20 20 20 20 9\n20 20 20 20 9');
  const desk = deskOf({ universe, agents: [agentOf('scripted', byFraction('0.1'))], costs, holdings: [['BNB', '5', '8']] }, [[{}, { 0: 'enter', 2: 'exit' }]]);
  const report = reportOf(desk, { candles: [bnb, BTC], hours: 5 });
  expect(report.trades).toHaveLength(1);
  expect(report.costs.feeDisposals).not.toBe('0');
  expect(sumOf([report.costs.tradesResult, report.costs.feeDisposals])).toBe(report.summary.realised);
  expect(sumOf([report.costs.netResult, report.costs.fees, report.costs.slippage])).toBe(report.costs.grossResult);
});
