/** The in-engine backtest: candles as columns in memory, every hour executed, posted and sealed, nothing stored. */
import { openDesk } from '../core/desk.ts';
import type { Desk } from '../core/desk.ts';
import { beginRun, executeHour } from '../core/execute.ts';
import { decimal, formatDecimal } from '../core/kernel/decimal.ts';
import { HOUR_MS, hourUtc } from '../core/kernel/units.ts';
import type { Money } from '../core/kernel/units.ts';
import { feedOf } from '../core/market/feed.ts';
import type { CandleColumns } from '../core/market/columns.ts';
import { PROFILES } from '../core/profile.ts';
import { findStrategy } from '../core/strategies/registry.ts';
import { composeManifest } from '../engine/compose-manifest.ts';
import { feesOf, slippageOf } from '../engine/cost-options.ts';
import { syntheticColumns, syntheticSymbols } from './market.ts';

/** 2014: ten years of hours end before today. */
export const BENCH_START = hourUtc(385_704);

/** The strategies that are timed: the plainest that trades often, and one that predicts and trades in campaigns. */
const PARAMETERS = {
  'ema-cross': { fast: '12', slow: '26' },
  'momentum-ensemble': { fast: '4', volatility: '168', prior: '100', history: '300', candlesPerHour: '1' },
} as const;

export type EngineSize = Readonly<{ symbols: number; hours: number; strategy?: keyof typeof PARAMETERS }>;
export type EngineRun = Readonly<{ desk: Desk; columns: readonly CandleColumns[]; hours: number }>;
export type EngineFigures = Readonly<{ ms: number; symbolHoursPerSecond: number; decisions: number; tradesPerYear: number; equity: string; head: string }>;

/** The research profile, spread and impact, taker fees in quote, an equal share of the portfolio per symbol. */
export const engineRun = ({ symbols: count, hours, strategy: id = 'ema-cross' }: EngineSize): EngineRun => {
  const symbols = syntheticSymbols(count);
  const size = { symbols: count, candles: hours, timeframe: '1h', firstOpenMs: BENCH_START * HOUR_MS } as const;
  const strategy = findStrategy(id)!;
  const manifest = composeManifest({
    startHour: BENCH_START,
    tradeFromHour: BENCH_START,
    timeframe: '1h',
    markets: symbols.map(symbol => ({ symbol, absent: 'missing', rules: null })),
    cash: decimal('1000000') as Money,
    holdings: [],
    strategy: { id: strategy.id, digest: null, parameters: PARAMETERS[id] },
    sizing: null,
    entry: { type: 'MARKET' },
    stop: null,
    profile: PROFILES.research,
    costs: { fees: feesOf('none'), slippage: slippageOf('none'), participation: null },
  });
  return { desk: openDesk(manifest, [strategy]), columns: symbols.map((symbol, index) => syntheticColumns(symbol, index + 1, size)), hours };
};

const HOURS_PER_YEAR = 8_760;

export const timeEngine = ({ desk, columns, hours }: EngineRun): EngineFigures => {
  const started = performance.now();
  const feed = feedOf(desk.symbols, '1h', columns);
  let progress = beginRun(desk);
  let decisions = 0;
  let trades = 0;
  let equity = 0n;
  for (let hour = 0; hour < hours; hour += 1) {
    const executed = executeHour(desk, progress, feed);
    progress = executed.after;
    equity = executed.valuation.value;
    for (const step of executed.steps) {
      decisions += step.decisions.length;
      for (const decision of step.decisions) if (decision.type === 'lot_matched') trades += 1;
    }
  }
  const ms = performance.now() - started;
  return {
    ms,
    symbolHoursPerSecond: (desk.symbols.length * hours * 1_000) / ms,
    decisions,
    tradesPerYear: (trades * HOURS_PER_YEAR) / hours,
    equity: formatDecimal(equity),
    head: progress.previous,
  };
};
