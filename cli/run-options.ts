/** Reads the options that `backtest` and `open` share. */
import { countOf, hourOf, pairsOf, symbolsOf, timeframeOf } from './arguments.ts';
import type { RunOptions } from '../engine/plan-run.ts';

export type RunOptionTexts = Readonly<{
  strategy: string;
  symbols: string;
  timeframe: string;
  param: readonly string[];
  profile: string;
  cash: string;
  balance: readonly string[];
  fees: string;
  slippage: string;
  participation: string;
  size?: string;
  entry: string;
  stop?: string;
  trailingStop?: string;
  warmup?: string;
  from: string;
  to?: string;
}>;

const WARMUP_HOURS_MAX = 100_000;

export const runOptionsOf = (texts: RunOptionTexts): RunOptions => ({
  strategy: texts.strategy,
  symbols: symbolsOf('--symbols', texts.symbols),
  timeframe: timeframeOf('--timeframe', texts.timeframe),
  param: pairsOf('--param', texts.param),
  profile: texts.profile,
  cash: texts.cash,
  balance: texts.balance,
  fees: texts.fees,
  slippage: texts.slippage,
  participation: texts.participation,
  size: texts.size ?? null,
  entry: texts.entry,
  stop: texts.stop ?? null,
  trailingStop: texts.trailingStop ?? null,
  warmupHours: texts.warmup === undefined ? null : countOf('--warmup', texts.warmup, { min: 0, max: WARMUP_HOURS_MAX }),
  fromHour: hourOf('--from', texts.from),
  toHour: texts.to === undefined ? null : hourOf('--to', texts.to),
});
