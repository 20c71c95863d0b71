/**
 * Candles of a longer length made from stored shorter ones, and stored beside them: whole ones only. A longer candle that is
 * there already stays as it is, and is compared; nothing is revised, and no minute is invented.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { importCandles } from '../../adapters/store/import-candles.ts';
import { readCandleRows } from '../../adapters/store/read-candle-rows.ts';
import type { CandleOrigin, IncomingCandle } from '../../adapters/ports.ts';
import { sha256Hex } from '../../core/kernel/digest.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { Digest, MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import { aggregateCandles } from '../../core/market/aggregate-candles.ts';
import type { WholeCandle } from '../../core/market/aggregate-candles.ts';
import { candleDigest } from '../../core/market/candle.ts';
import type { Series } from '../../core/market/candle.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { findGaps } from './gaps.ts';
import type { Gap } from './gaps.ts';
import type { Range } from './ranges.ts';

export type AggregateRequest = Readonly<{
  symbol: MarketSymbol;
  from: Timeframe;
  to: Timeframe;
  range: Range | null;
  /** How many parts of a candle may be absent without being known to be quiet. */
  missing: number;
  nowMs: TimeMs;
  isStored: boolean;
}>;

/** A longer candle of which parts are absent that nobody says were quiet. */
export type PartialCandle = Readonly<{ openMs: TimeMs; parts: number; missing: number }>;

export type Aggregated = Readonly<{
  symbol: MarketSymbol;
  parts: number;
  added: number;
  /** There already, with the same values. */
  equal: number;
  /** There already with other values, and left as they are. */
  different: readonly TimeMs[];
  /** Parts in which nobody traded, of the candles that were made. */
  quietParts: number;
  /** Made with as many absent parts as were allowed, and left out. */
  allowed: readonly PartialCandle[];
  partial: readonly PartialCandle[];
}>;

const AGGREGATE_SOURCE = 'aggregate';

/** The longer candles of one market; null where the store has no shorter ones there. */
export const aggregateSeries = async (client: StoreClient, request: AggregateRequest): Promise<Aggregated | null> => {
  const { symbol, from, to, range, nowMs, missing } = request;
  const [parts, whole]: readonly [Series, Series] = [{ symbol, timeframe: from }, { symbol, timeframe: to }];
  const read = await candlesOf(client, parts, request);
  if (read.parts === 0) return null;
  const gaps = await findGaps(client, parts, range, nowMs);
  const quiet = quietParts(gaps, timeframeMs(to), timeframeMs(from));
  const missingOf = ({ openMs, parts: there, expected }: WholeCandle): number => expected - there - (quiet.get(openMs) ?? 0);
  const partialOf = (candle: WholeCandle): PartialCandle => ({ openMs: candle.openMs, parts: candle.parts, missing: missingOf(candle) });
  const made = read.candles.filter(candle => missingOf(candle) <= missing);
  const { fresh, different } = await besideStored(client, whole, made);
  if (request.isStored && fresh.length > 0) {
    const origin = originOf(request, { ...read, isQuiet: !gaps.some(({ kind }) => kind !== 'quiet') });
    await importCandles(client, origin, stillFresh(client, whole, fresh), () => 0);
  }
  return {
    symbol,
    parts: read.parts,
    added: fresh.length,
    equal: made.length - fresh.length - different.length,
    different: different.map(({ openMs }) => openMs),
    quietParts: made.reduce((sum, { openMs }) => sum + (quiet.get(openMs) ?? 0), 0),
    allowed: made.filter(candle => missingOf(candle) > 0).map(partialOf),
    partial: read.candles.filter(candle => missingOf(candle) > missing).map(partialOf),
  };
};

type PartsRead = Readonly<{ candles: readonly WholeCandle[]; parts: number; sha256: Digest }>;

/** Shorter candles are read batch by batch; those of a longer candle that is not over yet wait for the next batch. */
const candlesOf = async (client: StoreClient, parts: Series, { from, to, range, nowMs }: AggregateRequest): Promise<PartsRead> => {
  const lengthMs = timeframeMs(to);
  const bounds = boundsOf(range, lengthMs, nowMs);
  const candles: WholeCandle[] = [];
  const digests: string[] = [];
  let count = 0;
  let open: readonly IncomingCandle[] = [];
  for await (const batch of readCandleRows(client, { series: parts, ...bounds, receivedThroughMs: null })) {
    const lastMs = batch.at(-1)!.openMs;
    count += batch.length;
    digests.push(sha256Hex(batch.map(candle => candleDigest(parts, candle.openMs, candle.values)).join('\n')));
    const known = [...open, ...batch];
    const openMs = lastMs - (lastMs % lengthMs);
    open = known.filter(candle => candle.openMs >= openMs);
    candles.push(...aggregateCandles({ from, to }, known.slice(0, known.length - open.length)));
  }
  candles.push(...aggregateCandles({ from, to }, open));
  return { candles, parts: count, sha256: sha256Hex(digests.join('\n')) };
};

/** Longer candles that are over, and whole inside the range. */
const boundsOf = (range: Range | null, lengthMs: number, nowMs: TimeMs): Readonly<{ fromMs: TimeMs | null; toMs: TimeMs }> => {
  const toMs = Math.min(range?.toMs ?? nowMs, nowMs);
  return { fromMs: range === null ? null : timeMs(Math.ceil(range.fromMs / lengthMs) * lengthMs), toMs: timeMs(Math.floor(toMs / lengthMs) * lengthMs) };
};

/** By open time of the longer candle, in how many of its parts nobody traded. */
const quietParts = (gaps: readonly Gap[], wholeMs: number, partMs: number): ReadonlyMap<number, number> => {
  const quiet = new Map<number, number>();
  for (const { kind, fromMs, toMs } of gaps) {
    if (kind !== 'quiet') continue;
    for (let at: number = fromMs; at < toMs; ) {
      const openMs = at - (at % wholeMs);
      const until = Math.min(toMs, openMs + wholeMs);
      quiet.set(openMs, (quiet.get(openMs) ?? 0) + (until - at) / partMs);
      at = until;
    }
  }
  return quiet;
};

/** Those that the store has none of, and those that it has with other values. */
const besideStored = async (client: StoreClient, series: Series, candles: readonly WholeCandle[]): Promise<Readonly<{ fresh: readonly WholeCandle[]; different: readonly WholeCandle[] }>> => {
  const stored = new Map<number, string>();
  if (candles.length > 0) {
    const bounds = { fromMs: candles[0]!.openMs, toMs: timeMs(candles.at(-1)!.openMs + 1), receivedThroughMs: null };
    for await (const batch of readCandleRows(client, { series, ...bounds })) for (const { openMs, values } of batch) stored.set(openMs, candleDigest(series, openMs, values));
  }
  const differs = ({ openMs, values }: WholeCandle): boolean => stored.get(openMs) !== candleDigest(series, openMs, values);
  return { fresh: candles.filter(({ openMs }) => !stored.has(openMs)), different: candles.filter(candle => stored.has(candle.openMs) && differs(candle)) };
};

/** Looked at again when the import holds the lock of the series: what came in between must not be revised. */
async function* stillFresh(client: StoreClient, series: Series, candles: readonly WholeCandle[]): AsyncGenerator<readonly IncomingCandle[], void, void> {
  const { fresh } = await besideStored(client, series, candles);
  yield fresh.map(({ openMs, values, trades }) => ({ openMs, values, trades }));
}

const originOf = ({ symbol, from, to, nowMs }: AggregateRequest, { parts, sha256, isQuiet }: PartsRead & Readonly<{ isQuiet: boolean }>): CandleOrigin => ({
  series: { symbol, timeframe: to },
  source: AGGREGATE_SOURCE,
  format: `aggregate-${from}`,
  absent: isQuiet ? 'quiet' : 'missing',
  fileName: `${symbol} ${from}, ${parts} candles`,
  fileSha256: sha256,
  fileBytes: 0,
  receivedMs: nowMs,
});
