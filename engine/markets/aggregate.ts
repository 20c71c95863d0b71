/**
 * Candles of a longer length made from stored shorter ones, and stored beside them: whole ones only. A longer candle that another
 * source told stays as it is, and is compared; one that was made before is revised where its parts were. No minute is invented.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { importCandles } from '../../adapters/store/import-candles.ts';
import { readCandleRows } from '../../adapters/store/read-candle-rows.ts';
import { readSources } from '../../adapters/store/stored-revisions.ts';
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
  /** Made before from other parts, and made anew: a revision. */
  revised: number;
  /** There already with other values, told by another source, and left as they are. */
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
  const beside = await besideStored(client, whole, made);
  const outcome = request.isStored && beside.fresh.length > 0 ? await importCandles(client, originOf(request, { ...read, isQuiet: allQuiet(gaps, made, timeframeMs(to)) }), stillFresh(client, whole, made), () => 0) : null;
  const { added, revisions } = outcome ?? { added: beside.fresh.length - beside.own, revisions: beside.own };
  return {
    symbol,
    parts: read.parts,
    added,
    revised: revisions,
    equal: made.length - added - revisions - beside.different.length,
    different: beside.different.map(({ openMs }) => openMs),
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

/** Whether every part that is absent between the candles that were made was quiet. */
const allQuiet = (gaps: readonly Gap[], made: readonly WholeCandle[], wholeMs: number): boolean => {
  const [fromMs, toMs] = [made[0]!.openMs, made.at(-1)!.openMs + wholeMs];
  return gaps.every(gap => gap.kind === 'quiet' || gap.toMs <= fromMs || gap.fromMs >= toMs);
};

/** `fresh` are to be stored, `own` of them in place of one that was made before; `different` are those of other sources. */
type Beside = Readonly<{ fresh: readonly WholeCandle[]; own: number; different: readonly WholeCandle[] }>;

const besideStored = async (client: StoreClient, series: Series, candles: readonly WholeCandle[]): Promise<Beside> => {
  const stored = new Map<number, string>();
  if (candles.length > 0) {
    const bounds = { fromMs: candles[0]!.openMs, toMs: timeMs(candles.at(-1)!.openMs + 1), receivedThroughMs: null };
    for await (const batch of readCandleRows(client, { series, ...bounds })) for (const { openMs, values } of batch) stored.set(openMs, candleDigest(series, openMs, values));
  }
  const differing = candles.filter(({ openMs, values }) => stored.has(openMs) && stored.get(openMs) !== candleDigest(series, openMs, values));
  const sources = await readSources(client, series, differing.map(({ openMs }) => openMs));
  const isOwn = ({ openMs }: WholeCandle): boolean => sources.get(openMs) === AGGREGATE_SOURCE;
  const own = new Set(differing.filter(isOwn));
  return { fresh: candles.filter(candle => !stored.has(candle.openMs) || own.has(candle)), own: own.size, different: differing.filter(candle => !isOwn(candle)) };
};

/** Looked at again when the import holds the lock of the series: what another source told in between must not be revised. */
async function* stillFresh(client: StoreClient, series: Series, made: readonly WholeCandle[]): AsyncGenerator<readonly IncomingCandle[], void, void> {
  const { fresh } = await besideStored(client, series, made);
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
