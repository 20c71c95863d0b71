/** Reports made from a seed: shaped as real ones are, of any length, with the names and texts that a test wants in them. */
import type { ComparisonReport, Curve, MarkKind, MarketReport, Metric, OrderWhy, RunReport, TradeReport } from '../../engine/report/report.ts';

export type SampleOptions = Readonly<{ run?: string; seed?: number; hours?: number; symbols?: readonly string[]; trades?: number; reason?: string; verdict?: string; points?: number; isInFull?: boolean }>;

const START_HOUR = 473_352;
const HOURS_PER_MONTH = 730.5;
/** As in real documents of thirty markets. */
const MARKS_MAX = 666;

/** Numerical Recipes' generator: the same numbers everywhere. */
const drawing = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
};

const round = (value: number, digits = 6): number => Number(value.toPrecision(digits));
const instant = (hour: number): string => new Date(hour * 3_600_000).toISOString().replace('.000', '');

const walk = (draw: () => number, { start, drift, swing }: Readonly<{ start: number; drift: number; swing: number }>, hours: readonly number[]): Curve => {
  let value = start;
  return { hours, values: hours.map((_, index) => (index === 0 ? start : round((value = Math.max(start / 50, value * (1 + drift + (draw() - 0.5) * swing))), 8))) };
};

const drawdownOf = ({ hours, values }: Curve): Curve => {
  let peak = 0;
  return { hours, values: values.map(value => round(value / (peak = Math.max(peak, value)) - 1)) };
};

const metric = (id: string, name: string, value: number | null, rest: Pick<Metric, 'unit' | 'group' | 'definition'>): Metric => ({
  id,
  name,
  value,
  reason: value === null ? 'there were no losing trades' : null,
  ...rest,
});

const METRICS: readonly Metric[] = [
  metric('total_return', 'Total return', 0.423_19, { unit: 'fraction', group: 'return', definition: 'Last unit value over the first, minus one.' }),
  metric('annualised_return', 'Annualised return', 0.1927, { unit: 'fraction', group: 'return', definition: 'The constant yearly growth that gives the total return over the same time: (1 + total return) to the power of 8,766 over hours, minus one.' }),
  metric('volatility', 'Volatility', 0.2134, { unit: 'fraction', group: 'risk', definition: 'Standard deviation of daily returns times the square root of 365.25.' }),
  metric('sharpe', 'Sharpe ratio', 0.94, { unit: 'ratio', group: 'risk', definition: 'Mean daily return over its standard deviation, times the square root of 365.25; the riskless return is taken as zero.' }),
  metric('sortino', 'Sortino ratio', 1.38, { unit: 'ratio', group: 'risk', definition: 'Mean daily return over the downside deviation, annualised.' }),
  metric('max_drawdown', 'Largest drawdown', 0.1862, { unit: 'fraction', group: 'risk', definition: 'Largest fall of the unit value from its highest value so far.' }),
  metric('drawdown_hours', 'Longest drawdown', 2110, { unit: 'hours', group: 'risk', definition: 'Longest time from a peak of the unit value until it was reached again.' }),
  metric('expected_shortfall', 'Expected shortfall 95 %', -0.0312, { unit: 'fraction', group: 'risk', definition: 'Mean of the worst twentieth of daily returns.' }),
  metric('hit_rate', 'Hit rate', 0.5412, { unit: 'fraction', group: 'trades', definition: 'Trades with a result above zero over all trades.' }),
  metric('profit_factor', 'Profit factor', null, { unit: 'ratio', group: 'trades', definition: 'Sum of gains over sum of losses.' }),
  metric('expectancy', 'Expectancy', 8.4, { unit: 'quote', group: 'trades', definition: 'Mean result of a trade.' }),
  metric('holding', 'Average holding time', 41.5, { unit: 'hours', group: 'trades', definition: 'Mean hours from entry to exit.' }),
  metric('overfit', 'Probability of overfitting', 0.12, { unit: 'probability', group: 'trades', definition: 'Share of splits in which the best of the sweep fell below the median.' }),
  metric('turnover', 'Turnover', 38.2, { unit: 'ratio', group: 'costs', definition: 'Sum of all fills in quote over mean equity, a year.' }),
  metric('fees', 'Fees', 612.33, { unit: 'quote', group: 'costs', definition: 'All fees paid, in quote.' }),
];

const why = (draw: () => number, orderId: string, { reason, isInFull }: Readonly<{ reason: string; isInFull: boolean }>): OrderWhy => ({
  orderId,
  reason,
  inFull: isInFull,
  evidence: !isInFull ? {} : { ema_24: String(round(draw() * 100)), ema_168: String(round(draw() * 100)), rsi_14: String(round(draw() * 100)) },
  gates: !isInFull ? [] : [
    ['exposure_max', 'passed', '60.00 %', '31.25 %', '5.00 %', 'the cap; what is held; the wish'],
    ['position_notional_max', 'reduced', '2,500.00 USDT', '1,900.50 USDT', '1,200.00 USDT', 'the cap; what is held; the wish'],
  ],
});

const tradeOf = (draw: () => number, number: number, { symbols, hours, trades, reason, isInFull }: Required<SampleOptions>): TradeReport => {
  const exitHour = START_HOUR + Math.max(1, Math.floor((number / (trades + 1)) * (hours - 1)));
  const heldHours = Math.min(exitHour - START_HOUR, 1 + Math.floor(draw() * draw() * 200));
  const entryPrice = round(100 * (0.5 + draw()), 7);
  const change = (draw() + draw() + draw() - 1.45) * 0.08;
  const quantity = round(1 + draw() * 12, 6);
  return {
    number,
    symbol: symbols[Math.floor(draw() * symbols.length)]!,
    agent: 'trend',
    entryHour: exitHour - heldHours,
    exitHour,
    heldHours,
    quantity: String(quantity),
    entryPrice: String(entryPrice),
    exitPrice: String(round(entryPrice * (1 + change), 7)),
    fees: String(round(quantity * entryPrice * 0.005, 5)),
    result: String(round(quantity * entryPrice * (change - 0.005), 6)),
    return: String(round(change - 0.005, 6)),
    why: { entry: why(draw, `${exitHour - heldHours}.1.${number}`, { reason, isInFull }), exit: why(draw, `${exitHour}.2.${number}`, { reason: draw() < 0.3 ? 'stop loss' : 'trend over', isInFull }) },
  };
};

const marksOf = (price: Curve, symbol: string, trades: readonly TradeReport[]): MarketReport['marks'] => {
  const own = trades.filter(trade => trade.symbol === symbol);
  const kindOf = (trade: TradeReport): MarkKind => (trade.why.exit?.reason === 'stop loss' ? 'stop' : trade.number % 7 === 0 ? 'partial' : 'exit');
  const at = (hour: number): number => price.values[Math.min(price.hours.length - 1, Math.max(0, price.hours.findIndex(known => known >= hour)))]!;
  const mark = (hour: number, kind: MarkKind, trade: number | null) => ({ hour, kind, price: at(hour), text: `${kind} of ${symbol} at ${at(hour)}: reason ${trade ?? 'none'}`, count: kind === 'refused' ? 4 : 1, trade });
  const marks = own.flatMap(trade => [mark(trade.entryHour, 'entry', trade.number - 1), mark(trade.exitHour, kindOf(trade), trade.number - 1), ...(trade.number % 11 === 0 ? [mark(trade.exitHour, 'refused', null)] : [])]);
  return marks.sort((left, right) => left.hour - right.hour).slice(0, MARKS_MAX);
};

const marketOf = (draw: () => number, symbol: string, { grid, trades }: Readonly<{ grid: readonly number[]; trades: readonly TradeReport[] }>): MarketReport => {
  const price = walk(draw, { start: 100, drift: 0.0001, swing: 0.03 }, grid);
  const own = trades.filter(trade => trade.symbol === symbol);
  const marks = marksOf(price, symbol, trades);
  const totalOf = (kind: MarkKind): number => marks.reduce((sum, mark) => sum + (mark.kind === kind ? mark.count : 0), 0);
  return {
    symbol,
    price,
    position: { hours: grid, values: grid.map((_, index) => (index % 40 < 18 ? round(900 + draw() * 100) : 0)) },
    marks,
    markTotals: { entry: totalOf('entry'), exit: totalOf('exit'), partial: totalOf('partial'), stop: totalOf('stop'), refused: totalOf('refused') },
    marksLeftOut: 0,
    result: String(round(own.reduce((sum, trade) => sum + Number(trade.result), 0))),
    trades: own.length,
  };
};

const monthsOf = (draw: () => number, hours: number): RunReport['months'] =>
  Array.from({ length: Math.max(1, Math.ceil(hours / HOURS_PER_MONTH)) }, (_, index) => ({ year: 2024 + Math.floor(index / 12), month: (index % 12) + 1, return: round((draw() - 0.45) * 0.16, 4) }));

const growing = (draw: () => number, grid: readonly number[], total: number): Curve => {
  let sum = 0;
  return { hours: grid, values: grid.map(() => round((sum += (draw() * 2 * total) / grid.length))) };
};

const summaryOf = (hours: number, trades: number): RunReport['summary'] => ({
  head: 'sha256:7f3c09a1b2d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e' as RunReport['summary']['head'],
  hours, symbolHours: hours * 3, equity: '14231.9', cash: '9120.15', openingEquity: '10000', return: '0.42319', maxDrawdown: '0.1862', averageExposure: '0.3311',
  fees: '612.33', slippage: '204.11', fills: trades * 2, trades, winningTrades: Math.floor(trades * 0.54), realised: '4100.2', signals: trades * 3,
  refusals: trades === 0 ? {} : { exposure_max: 41, cooldown: 18, data_stale: 3 }, missingCandles: 0, conduct: null, halts: 2, kills: 1, resumes: 3, notTraded: '0.0123',
});

const riskOf = (hours: number): RunReport['risk'] => [
  { fromHour: START_HOUR + Math.floor(hours * 0.2), toHour: START_HOUR + Math.floor(hours * 0.34), kind: 'tier', name: 'REDUCED', reason: 'drawdown over 10 %' },
  { fromHour: START_HOUR + Math.floor(hours * 0.42), toHour: START_HOUR + Math.floor(hours * 0.44), kind: 'halt', name: 'HALTED', reason: 'loss of a day over 4 %' },
  { fromHour: START_HOUR + Math.floor(hours * 0.7), toHour: START_HOUR + Math.floor(hours * 0.72), kind: 'kill', name: 'KILLED', reason: 'drawdown over 18 %' },
];

const conditionsOf = ({ hours, symbols }: Required<SampleOptions>): RunReport['conditions'] => ({
  from: instant(START_HOUR), to: instant(START_HOUR + hours), tradeFrom: instant(START_HOUR + Math.min(168, hours - 1)), hours, timeframe: '1h', quote: 'USDT', symbols,
  agents: [{ id: 'trend', strategy: 'ema-cross', parameters: { fast: '24', slow: '168', risk: '0.01' } }],
  profile: 'balanced', averageExposure: '0.3311', costModel: 'fees 0.25 % maker 0.40 % taker (kraken), slippage spread+impact', notTraded: '0.0123',
  hindsight: 'universe top-30 chosen on 2026-01-02, after the fact', revisedData: null, version: '0.1.0', semantics: 14,
});

const withDefaults = (options: SampleOptions): Required<SampleOptions> => ({
  run: 'momentum-2024', seed: 7, hours: 8784, symbols: ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'], trades: 240, reason: 'ema_24 crossed above ema_168', points: 2000, isInFull: true,
  verdict: 'Gained 42.3 % with a largest drawdown of 18.6 %, against 61.0 % for buy-and-hold; executed again for this report with the same head.',
  ...options,
});

export const sampleReport = (options: SampleOptions = {}): RunReport => {
  const sample = withDefaults(options);
  const { hours, symbols, trades: tradeCount } = sample;
  const draw = drawing(sample.seed);
  const grid = Array.from({ length: Math.min(hours, sample.points) }, (_, index) => START_HOUR + Math.floor((index * hours) / Math.min(hours, sample.points)));
  const trades = Array.from({ length: tradeCount }, (_, index) => tradeOf(draw, index + 1, sample));
  const equity = walk(draw, { start: 10_000, drift: 0.0002, swing: 0.012 }, grid);
  const summary = summaryOf(hours, tradeCount);
  return {
    format: 'tb-report/1', run: sample.run, mode: 'backtest',
    verdict: { text: sample.verdict, return: '0.42319', benchmarkReturn: '0.6102', maxDrawdown: '0.1862', parity: true, head: summary.head },
    conditions: conditionsOf(sample), summary, metrics: METRICS,
    curves: {
      equity, benchmark: walk(draw, { start: 10_000, drift: 0.0003, swing: 0.016 }, grid), drawdown: drawdownOf(equity),
      exposure: { hours: grid, values: grid.map((_, index) => round(Math.max(0, Math.sin(index / 60) * 0.4 + draw() * 0.1), 4)) },
      fees: growing(draw, grid, 612), slippage: growing(draw, grid, 204),
    },
    markets: symbols.map(symbol => marketOf(draw, symbol, { grid, trades })),
    months: monthsOf(draw, hours),
    years: [{ year: 2024, return: 0.42319 }],
    costs: { fees: '612.33', slippage: '204.11', share: '0.081644', grossResult: '4916.64', netResult: '4100.2', tradesResult: '4050.1', feeDisposals: '0' },
    risk: hours > 100 ? riskOf(hours) : [], flows: [], trades, tradesLeftOut: 0,
    worstDrawdown: hours > 100 ? { depth: 0.1862, peak: instant(START_HOUR + 40), deepest: instant(START_HOUR + 60), recovered: null, hours: hours - 40 } : null,
  };
};

export const sampleComparison = (): ComparisonReport => ({
  format: 'tb-comparison/1',
  left: sampleReport(),
  right: sampleReport({ run: 'momentum-2024-slow', seed: 11, trades: 180 }),
  comparable: { sameQuote: true, sameStart: true, differs: ['parameters of the strategy'], commonHours: 8784 },
  divergence: { hour: START_HOUR + 3000, at: instant(START_HOUR + 3000), what: 'order_requested', left: 'BUY 1.2 BTC/USDT', right: null },
});
