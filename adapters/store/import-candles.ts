/**
 * Writes a file's candles in one transaction: new ones at revision 0, changed ones as the next revision, equal ones not
 * at all. It edits nothing, fills no hole, and keeps memory flat however long the file is.
 */
import type pg from 'pg';
import { assert } from '../../core/kernel/assert.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import { candleDigest } from '../../core/market/candle.ts';
import type { Series } from '../../core/market/candle.ts';
import type { CandleOrigin, IncomingCandle } from '../ports.ts';
import { hexAt, int4At, int8At, visitTuples } from './copy-binary.ts';
import { copyDigest } from './copy-text.ts';
import { copyIn } from './copy.ts';
import { failpoint } from './failpoint.ts';
import { ensureSeries, findSeries, lockSeries } from './series.ts';
import type { SeriesId } from './series.ts';
import { inTransaction } from './transaction.ts';

/** Batches that go on from each other, strictly ascending by open time. */
export type CandleBatches = AsyncIterable<readonly IncomingCandle[]>;

export type ImportOutcome = Readonly<{
  /** Null where a venue told once more what is stored and covered already: that is no delivery. */
  ingestId: number | null;
  seriesId: SeriesId;
  added: number;
  /** Equal to the latest revision stored. */
  duplicates: number;
  revisions: number;
  firstOpenMs: TimeMs | null;
  lastOpenMs: TimeMs | null;
}>;

type Tally = { added: number; duplicates: number; revisions: number; firstOpenMs: TimeMs | null; lastOpenMs: TimeMs | null };
type Target = Readonly<{ series: Series; seriesId: SeriesId; ingestId: number; receivedMs: TimeMs }>;
type Version = Readonly<{ revision: number; digest: string }>;
type Versions = ReadonlyMap<number, Version>;

const NO_VERSIONS: Versions = new Map();
const CHUNK_LENGTH = 1 << 16;

/**
 * Imports one file's candles of one series. Other imports of the series wait their turn. `rejected` is asked once, at
 * the end, how many lines of the file were no candles. Throws what the batches throw, or the server; then nothing of
 * the file is stored.
 */
export const importCandles = (client: pg.ClientBase, origin: CandleOrigin, batches: CandleBatches, rejected: () => number): Promise<ImportOutcome> =>
  inTransaction(
    client,
    async () => {
      failpoint('import-begun');
      await lockSeries(client, origin.series);
      const seriesId = await ensureSeries(client, origin.series);
      const ingestId = await reserveIngest(client);
      failpoint('import-ingest-reserved');
      const target = { series: origin.series, seriesId, ingestId, receivedMs: origin.receivedMs };
      const tally: Tally = { added: 0, duplicates: 0, revisions: 0, firstOpenMs: null, lastOpenMs: null };
      await writeBatches(client, target, batches, tally);
      failpoint('import-candles-copied');
      if (tally.added + tally.revisions === 0 && (await isCovered(client, origin, seriesId))) return { ingestId: null, seriesId, ...tally };
      await writeIngest(client, origin, target, { ...tally, rejected: rejected() });
      failpoint('import-ingest-written');
      return { ingestId, seriesId, ...tally };
    },
    'import-committed',
  );

/** Taken under the series' lock, so that ids of one series commit in their order. */
const reserveIngest = async (client: pg.ClientBase): Promise<number> => {
  const { rows } = await client.query<{ id: number }>(`SELECT nextval(pg_get_serial_sequence('tb.ingest', 'id')) AS id`);
  return rows[0]!.id;
};

/** While the server takes one batch the next is read. */
const writeBatches = async (client: pg.ClientBase, target: Target, batches: CandleBatches, tally: Tally): Promise<void> => {
  const storedThrough = await lastStored(client, target.seriesId);
  let copying: Promise<unknown> = Promise.resolve();
  try {
    for await (const candles of batches) {
      if (candles.length === 0) continue;
      requireAscending(candles, tally);
      await copying;
      const versions = candles[0]!.openMs <= storedThrough ? await storedVersions(client, target.seriesId, candles) : NO_VERSIONS;
      copying = copyIn(client, COPY_CANDLES, chunksOf(target, { candles, versions }, tally));
      // Its failure is thrown at the next turn; until then it must not count as unhandled.
      copying.catch(() => undefined);
    }
  } finally {
    await copying;
  }
};

const lastStored = async (client: pg.ClientBase, seriesId: SeriesId): Promise<number> => {
  const { rows } = await client.query<{ last: number | null }>('SELECT max(open_ms) AS last FROM tb.candle WHERE series_id = $1', [seriesId]);
  return rows[0]!.last ?? Number.NEGATIVE_INFINITY;
};

const requireAscending = (candles: readonly IncomingCandle[], tally: Tally): void => {
  let before: number = tally.lastOpenMs ?? Number.NEGATIVE_INFINITY;
  for (const { openMs } of candles) {
    assert(openMs > before, 'Candles to import ascend by open time.');
    before = openMs;
  }
  tally.firstOpenMs ??= candles[0]!.openMs;
  tally.lastOpenMs = candles.at(-1)!.openMs;
};

/** The latest revision of each open time between the first and the last of these candles. */
const storedVersions = async (client: pg.ClientBase, seriesId: SeriesId, candles: readonly IncomingCandle[]): Promise<Versions> => {
  const versions = new Map<number, Version>();
  const range = `open_ms BETWEEN ${candles[0]!.openMs} AND ${candles.at(-1)!.openMs}`;
  await visitTuples(
    client,
    `COPY (SELECT open_ms, revision, digest FROM tb.candle WHERE series_id = ${seriesId} AND ${range} ORDER BY open_ms, revision) TO STDOUT (FORMAT binary)`,
    tuple => void versions.set(int8At(tuple, 0), { revision: int4At(tuple, 1), digest: hexAt(tuple, 2) }),
  );
  return versions;
};

/** What earlier files of the same dry run would have stored. */
export type RememberedDigests = Readonly<{ digestOf: (openMs: number) => string | null; remember: (openMs: readonly number[], digests: readonly string[]) => void }>;
export type ImportForecast = Pick<ImportOutcome, 'added' | 'duplicates' | 'revisions' | 'firstOpenMs' | 'lastOpenMs'>;

/**
 * What importCandles would do, without doing it: nothing is written and no lock is held. Without a connection nothing is
 * stored yet. What the file would store is remembered for the files after it.
 */
export const forecastImport = async (client: pg.ClientBase | null, series: Series, batches: CandleBatches, memory: RememberedDigests): Promise<ImportForecast> => {
  const seriesId = client === null ? null : (await findSeries(client, [series]))[0]!;
  const storedThrough = client === null || seriesId === null ? Number.NEGATIVE_INFINITY : await lastStored(client, seriesId);
  const tally: Tally = { added: 0, duplicates: 0, revisions: 0, firstOpenMs: null, lastOpenMs: null };
  for await (const candles of batches) {
    if (candles.length === 0) continue;
    requireAscending(candles, tally);
    const versions = client === null || seriesId === null || candles[0]!.openMs > storedThrough ? NO_VERSIONS : await storedVersions(client, seriesId, candles);
    const changed: Readonly<{ openMs: number; digest: string }>[] = [];
    for (const { openMs, values } of candles) {
      const digest = candleDigest(series, openMs, values);
      const before = memory.digestOf(openMs) ?? versions.get(openMs)?.digest;
      if (before === digest) tally.duplicates += 1;
      else {
        tally[before === undefined ? 'added' : 'revisions'] += 1;
        changed.push({ openMs, digest });
      }
    }
    memory.remember(changed.map(({ openMs }) => openMs), changed.map(({ digest }) => digest));
  }
  return tally;
};

const COPY_CANDLES =
  'COPY tb.candle (series_id, open_ms, revision, open, high, low, close, volume, trades, digest, ingest_id, received_ms) FROM STDIN';

type Batch = Readonly<{ candles: readonly IncomingCandle[]; versions: Versions }>;

/** Lines in chunks small enough that hashing one does not leave the server waiting for the next. */
function* chunksOf({ series, seriesId, ingestId, receivedMs }: Target, { candles, versions }: Batch, tally: Tally): Generator<string, void, void> {
  const tail = `\t${ingestId}\t${receivedMs}\n`;
  let chunk = '';
  for (const { openMs, values, trades } of candles) {
    const digest = candleDigest(series, openMs, values);
    const stored = versions.get(openMs);
    if (stored?.digest === digest) {
      tally.duplicates += 1;
      continue;
    }
    if (stored === undefined) tally.added += 1;
    else tally.revisions += 1;
    const revision = stored === undefined ? 0 : stored.revision + 1;
    chunk += `${seriesId}\t${openMs}\t${revision}\t${values.open}\t${values.high}\t${values.low}\t${values.close}\t${values.volume}\t${trades ?? '\\N'}\t${copyDigest(digest)}${tail}`;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** Whether this source told of the whole stretch before. A file is a delivery however often it is imported. */
const isCovered = async (client: pg.ClientBase, { source, covered }: CandleOrigin, seriesId: SeriesId): Promise<boolean> => {
  if (covered === undefined) return false;
  const { rows } = await client.query<{ known: boolean | null }>(
    `SELECT range_agg(int8range(covered_from_ms, covered_to_ms)) @> int8range($3, $4) AS known
     FROM tb.ingest WHERE series_id = $1 AND source = $2 AND covered_to_ms >= $3 AND covered_from_ms <= $4`,
    [seriesId, source, covered.fromMs, covered.toMs],
  );
  return rows[0]!.known === true;
};

const INSERT_INGEST = `
  INSERT INTO tb.ingest (id, series_id, source, format, absent, file_name, file_sha256, file_bytes, received_ms, first_open_ms, last_open_ms,
    added, duplicates, revisions, rejected, covered_from_ms, covered_to_ms, requests, retries, waited_ms)
  OVERRIDING SYSTEM VALUE
  VALUES ($1, $2, $3, $4, $5, $6, decode($7, 'hex'), $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`;

const writeIngest = async (
  client: pg.ClientBase,
  origin: CandleOrigin,
  { ingestId, seriesId }: Target,
  { added, duplicates, revisions, firstOpenMs, lastOpenMs, rejected }: Readonly<Tally & { rejected: number }>,
): Promise<void> => {
  const { source, format, absent, fileName, fileSha256, fileBytes, receivedMs, covered, cost } = origin;
  await client.query(INSERT_INGEST, [
    ingestId, seriesId, source, format, absent, fileName, fileSha256, fileBytes, receivedMs, firstOpenMs, lastOpenMs, added, duplicates, revisions, rejected,
    covered?.fromMs ?? null, covered?.toMs ?? null, cost?.requests ?? 0, cost?.retries ?? 0, cost?.waitedMs ?? 0,
  ]);
};
