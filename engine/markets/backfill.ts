/**
 * History of several markets from one source: what no delivery of that source covers yet is asked for, oldest first, one market
 * after another. What is in the store afterwards does not depend on how often it was interrupted.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { readDelivered } from '../../adapters/store/deliveries.ts';
import type { MarketSource } from '../../adapters/ports.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import { collectCandles, NOTHING_COLLECTED, plus } from './collect-candles.ts';
import type { Collected, Watch } from './collect-candles.ts';
import { leftOpen, lengthOf } from './ranges.ts';
import type { Range } from './ranges.ts';

export type SeriesPlan = Readonly<{ series: Series; open: readonly Range[] }>;

/** What is still to be asked for: the ranges of each series that no delivery of the source covers. Ends are cut to whole candles. */
export const planBackfill = async (client: StoreClient, source: string, { series, range }: Readonly<{ series: readonly Series[]; range: Range }>): Promise<readonly SeriesPlan[]> => {
  const plans: SeriesPlan[] = [];
  for (const one of series) {
    const lengthMs = timeframeMs(one.timeframe);
    const wanted = { fromMs: timeMs(Math.ceil(range.fromMs / lengthMs) * lengthMs), toMs: timeMs(Math.floor(range.toMs / lengthMs) * lengthMs) };
    const covered = (await readDelivered(client, one)).filter(delivered => delivered.source === source && delivered.isWhole);
    plans.push({ series: one, open: leftOpen(wanted, covered) });
  }
  return plans;
};

/** How many candles a plan asks for at most. */
export const candlesOf = (plans: readonly SeriesPlan[]): number => plans.reduce((sum, { series, open }) => sum + lengthOf(open) / timeframeMs(series.timeframe), 0);

export type FilledSeries = Readonly<{ series: Series; collected: Collected; coveredToMs: TimeMs | null }>;

/** Until when a series is stored. */
export type Reached = Readonly<{ series: Series; coveredToMs: TimeMs }>;
/** Told how many candles of the plan arrived, and of every stretch that is stored for good. */
export type BackfillWatch = Readonly<{ onRead: (done: number) => void; onStored: (reached: Reached) => void }>;

export const backfill = async (client: StoreClient, source: MarketSource, plans: readonly SeriesPlan[], { onRead, onStored }: BackfillWatch): Promise<readonly FilledSeries[]> => {
  const filled: FilledSeries[] = [];
  let done = 0;
  for (const { series, open } of plans) {
    const lengthMs = timeframeMs(series.timeframe);
    let collected = NOTHING_COLLECTED;
    let coveredToMs: TimeMs | null = null;
    for (const range of open) {
      const watch: Watch = {
        onRead: toMs => onRead(done + (toMs - range.fromMs) / lengthMs),
        onStored: toMs => {
          coveredToMs = toMs;
          onStored({ series, coveredToMs: toMs });
        },
      };
      collected = plus(collected, await collectCandles(client, { source, series, range, watch }));
      done += lengthOf([range]) / lengthMs;
    }
    filled.push({ series, collected, coveredToMs });
  }
  return filled;
};
