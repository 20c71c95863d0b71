/**
 * Times of a series without a candle, and what is known of them: nobody traded, nobody told us, or the source that should know
 * says it has none. Nothing is ever filled in.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { readDelivered, readOpenTimes } from '../../adapters/store/deliveries.ts';
import type { Delivered } from '../../adapters/store/deliveries.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import { leftOpen, united, within } from './ranges.ts';
import type { Range } from './ranges.ts';

/**
 * `quiet`: a source whose absent candles mean that nobody traded covers it. `lost`: only sources cover it that write a candle
 * for every time, and they had none. `untold`: no delivery covers it, or only one with lines that could not be read.
 */
export type GapKind = 'quiet' | 'lost' | 'untold';
export type Gap = Range & Readonly<{ kind: GapKind; candles: number }>;

/** Between the first delivery and the end of the range, ascending; neighbours are of different kinds. */
export const findGaps = async (client: StoreClient, series: Series, range: Range | null, nowMs: TimeMs): Promise<readonly Gap[]> => {
  const delivered = await readDelivered(client, series);
  const known = united(delivered);
  if (known.length === 0) return [];
  const lengthMs = timeframeMs(series.timeframe);
  const closedMs = (Math.floor(nowMs / lengthMs) * lengthMs) as TimeMs;
  const bounds = within({ fromMs: known[0]!.fromMs, toMs: closedMs }, range ?? { fromMs: known[0]!.fromMs, toMs: closedMs });
  if (bounds === null) return [];
  return gapsIn(bounds, { times: await readOpenTimes(client, series, bounds), delivered, lengthMs });
};

type Known = Readonly<{ times: readonly TimeMs[]; delivered: readonly Delivered[]; lengthMs: number }>;

/** What is absent between the open times of candles inside the bounds, ascending, cut where what is known of it changes. */
export const gapsIn = (bounds: Range, { times, delivered, lengthMs }: Known): readonly Gap[] => {
  const present = times.map(openMs => ({ fromMs: openMs, toMs: (openMs + lengthMs) as TimeMs }));
  return leftOpen(bounds, present).flatMap(gap => kindsOf(gap, delivered, lengthMs));
};

/** A hole cut where what is known of it changes. */
const kindsOf = (gap: Range, delivered: readonly Delivered[], lengthMs: number): readonly Gap[] => {
  const inside = (absent: Delivered['absent']): readonly Range[] => united(delivered.filter(one => one.isWhole && one.absent === absent).flatMap(one => within(one, gap) ?? []));
  const quiet = inside('quiet');
  const lost = inside('missing').flatMap(range => leftOpen(range, quiet));
  const untold = leftOpen(gap, [...quiet, ...lost]);
  const named = (kind: GapKind, ranges: readonly Range[]): readonly Gap[] => ranges.map(range => ({ ...range, kind, candles: (range.toMs - range.fromMs) / lengthMs }));
  return [...named('quiet', quiet), ...named('lost', lost), ...named('untold', untold)].toSorted((left, right) => left.fromMs - right.fromMs);
};
