/**
 * Columns of candles in chunks, kept beside the rows. A chunk is used when no import between the one it was built from
 * and the one asked for touched its range, and its bytes are whole; else it is read from the rows and, when it is newer
 * than what is kept, kept.
 */
import { hash } from 'node:crypto';
import type pg from 'pg';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import type { CandleColumns } from '../../core/market/columns.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { CHUNK_SLOTS, decodeChunk, encodeChunk } from './candle-chunk.ts';
import { bytesAt, int4At, int8At, visitTuples } from './copy-binary.ts';
import { copyBytes } from './copy-text.ts';
import { copyIn } from './copy.ts';
import { noCandles, readRows } from './read-columns.ts';
import type { SeriesId } from './series.ts';
import { inTransaction } from './transaction.ts';

export type CachedSeries = Readonly<{ id: SeriesId | null; series: Series }>;

/** The import that a chunk's content follows from: the latest, up to the one asked for, that touched its range. */
export type ChunkVersions = ReadonlyMap<string, number>;

const NEVER_TOUCHED = 0;
const keyOf = (id: SeriesId, chunk: number): string => `${id} ${chunk}`;

const VERSIONS = `
  SELECT series_id, chunk, max(id) AS version
  FROM tb.ingest CROSS JOIN LATERAL generate_series(first_open_ms / $3::bigint, last_open_ms / $3::bigint) AS chunk
  WHERE series_id = ANY($1::int[]) AND id <= $2::bigint AND added + revisions > 0 AND chunk BETWEEN $4::bigint AND $5::bigint
  GROUP BY series_id, chunk`;

type VersionRow = Readonly<{ series_id: number; chunk: number; version: number }>;
type ChunkRange = Readonly<{ timeframe: Timeframe; firstChunk: number; lastChunk: number; ingestThrough: number }>;

/** Which import each chunk of these series follows from, as seen by a reader of `ingestThrough`. */
export const chunkVersions = async (client: pg.ClientBase, ids: readonly SeriesId[], range: ChunkRange): Promise<ChunkVersions> => {
  const lengthMs = CHUNK_SLOTS * timeframeMs(range.timeframe);
  const { rows } = await client.query<VersionRow>(VERSIONS, [ids, range.ingestThrough, lengthMs, range.firstChunk, range.lastChunk]);
  return new Map(rows.map(({ series_id, chunk, version }) => [keyOf(series_id, chunk), version]));
};

/** `columns` when the chunk is of the wanted version and whole; `isNewer` when it is whole and of a later one. */
type Found = Readonly<{ columns: CandleColumns | null; isNewer: boolean }>;
type Wanted = Readonly<{ id: SeriesId; series: Series; version: number }>;

/** One chunk of every series, in their order. Call it outside a transaction. */
export const readChunk = async (
  client: pg.ClientBase,
  series: readonly CachedSeries[],
  at: Readonly<{ chunk: number; ingestThrough: number; versions: ChunkVersions }>,
): Promise<readonly CandleColumns[]> => {
  const { chunk, versions, ingestThrough } = at;
  const wanted = series.flatMap(({ id, series: name }): readonly Wanted[] => {
    const version = id === null ? NEVER_TOUCHED : (versions.get(keyOf(id, chunk)) ?? NEVER_TOUCHED);
    return id === null || version === NEVER_TOUCHED ? [] : [{ id, series: name, version }];
  });
  const found = await findChunks(client, chunk, wanted);
  const missing = wanted.filter(({ id }) => (found.get(id)?.columns ?? null) === null);
  const rebuilt = await rebuild(client, { chunk, ingestThrough }, missing);
  await keepChunks(client, chunk, missing.flatMap((one, index) => (found.get(one.id)?.isNewer === true ? [] : [{ ...one, columns: rebuilt[index]! }])));
  const byId = new Map(missing.map(({ id }, index) => [id, rebuilt[index]!]));
  return series.map(({ id, series: name }) => (id === null ? undefined : (found.get(id)?.columns ?? byId.get(id))) ?? noCandles(name));
};

const findChunks = async (client: pg.ClientBase, chunk: number, wanted: readonly Wanted[]): Promise<ReadonlyMap<SeriesId, Found>> => {
  const found = new Map<SeriesId, Found>();
  if (wanted.length === 0) return found;
  const byId = new Map(wanted.map(one => [one.id, one]));
  await visitTuples(
    client,
    `COPY (SELECT series_id, ingest_through, sha256, payload FROM tb_cache.candle_chunk
      WHERE series_id IN (${wanted.map(({ id }) => id).join(', ')}) AND chunk = ${chunk}) TO STDOUT (FORMAT binary)`,
    tuple => {
      const id = int4At(tuple, 0);
      const { series, version } = byId.get(id)!;
      const storedVersion = int8At(tuple, 1);
      const payload = bytesAt(tuple, 3);
      const isWhole = storedVersion >= version && hash('sha256', payload, 'buffer').equals(bytesAt(tuple, 2));
      // A copy of its own is aligned and lets the received bytes go.
      const columns = isWhole ? decodeChunk({ series, chunk, ingestThrough: storedVersion }, new Uint8Array(payload)) : null;
      // A reader of an older vintage reads rows and leaves the newer chunk in its place.
      found.set(id, { columns: storedVersion === version ? columns : null, isNewer: storedVersion > version && columns !== null });
    },
  );
  return found;
};

const rebuild = (
  client: pg.ClientBase,
  { chunk, ingestThrough }: Readonly<{ chunk: number; ingestThrough: number }>,
  missing: readonly Wanted[],
): Promise<readonly CandleColumns[]> => {
  if (missing.length === 0) return Promise.resolve([]);
  const lengthMs = CHUNK_SLOTS * timeframeMs(missing[0]!.series.timeframe);
  const range = { fromMs: (chunk * lengthMs) as TimeMs, toMs: ((chunk + 1) * lengthMs) as TimeMs, ingestThrough };
  return readRows(client, range, missing);
};

/** Of the two-part advisory locks of ours: whoever holds this one writes chunks. */
const CHUNK_LOCK = '7202, 0';

type Kept = Wanted & Readonly<{ columns: CandleColumns }>;

/** Somebody else writing chunks at this moment is reason enough not to: the next reader will. */
const keepChunks = async (client: pg.ClientBase, chunk: number, kept: readonly Kept[]): Promise<void> => {
  if (kept.length === 0) return;
  await inTransaction(client, async () => {
    const { rows } = await client.query<{ free: boolean }>(`SELECT pg_try_advisory_xact_lock(${CHUNK_LOCK}) AS free`);
    if (!rows[0]!.free) return;
    await client.query('DELETE FROM tb_cache.candle_chunk WHERE chunk = $1 AND series_id = ANY($2::int[])', [chunk, kept.map(({ id }) => id)]);
    await copyIn(client, 'COPY tb_cache.candle_chunk (series_id, chunk, ingest_through, rows, payload, sha256) FROM STDIN', linesOf(chunk, kept));
  });
};

function* linesOf(chunk: number, kept: readonly Kept[]): Generator<string, void, void> {
  for (const { id, series, version, columns } of kept) {
    const payload = encodeChunk({ series, chunk, ingestThrough: version }, columns);
    yield `${id}\t${chunk}\t${version}\t${columns.length}\t${copyBytes(payload)}\t\\\\x${hash('sha256', payload, 'hex')}\n`;
  }
}
