/**
 * The files of an import one after the other: each read once, counted line by line, and written in one transaction, or in
 * a dry run compared with what is stored. It decides nothing about a candle.
 */
import { basename } from 'node:path';
import { existsSync } from 'node:fs';
import { fileProvenance } from '../../adapters/market-data/file-provenance.ts';
import type { FileProvenance } from '../../adapters/market-data/file-provenance.ts';
import type { FormatChoice } from '../../adapters/market-data/detect-format.ts';
import type { MarketFile } from '../../adapters/market-data/find-market-files.ts';
import { readCandles } from '../../adapters/market-data/read-candles.ts';
import type { CandleBatch, ReadTally, RejectedLine } from '../../adapters/market-data/read-candles.ts';
import { newArchiveShelf } from '../../adapters/market-data/zip-archive.ts';
import { withConnection } from '../../adapters/store/connection.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { forecastImport, importCandles } from '../../adapters/store/import-candles.ts';
import type { CandleBatches } from '../../adapters/store/import-candles.ts';
import { readStoreVersion } from '../../adapters/store/schema-version.ts';
import { layoutOf } from '../../adapters/store/server/layout.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { newDigestMemory } from '../../engine/candle-digests.ts';
import type { DigestMemory } from '../../engine/candle-digests.ts';
import { addressOf, locationOf, withStore } from '../store.ts';
import type { StoreOptions } from '../store.ts';

export type ReadPlan = Readonly<{ format: FormatChoice; source: string | null; absent: 'quiet' | 'missing' | null; strict: boolean }>;
/** `gaps` and `absent` are those inside the file. */
export type FileReport = Readonly<{
  file: MarketFile; format: string; candles: number; added: number; duplicates: number; revisions: number; rejected: readonly RejectedLine[]; gaps: number; absent: number;
}>;

type Counts = Readonly<{ added: number; duplicates: number; revisions: number }>;
/** What becomes of a file's candles. */
type Store = (file: MarketFile, batches: CandleBatches, read: Readonly<{ format: string; receivedMs: TimeMs; rejected: () => number }>) => Promise<Counts>;

export type ImportWork = Readonly<{ files: readonly MarketFile[]; plan: ReadPlan; onCandles: (total: number) => void }>;

/** Writes every file. What came before one that cannot be read is kept. */
export const importFiles = (client: StoreClient, work: ImportWork): Promise<readonly FileReport[]> => {
  const provenanceOf = rememberedProvenance();
  return eachFile(work, async (file, batches, { format, receivedMs, rejected }) => {
    const { sha256, sizeBytes, sourceName } = await provenanceOf(file.stored);
    const { source, absent } = work.plan;
    const origin = {
      series: file.series,
      source: source ?? format,
      format,
      absent: absent ?? (format === 'kraken-ohlcvt' ? ('quiet' as const) : ('missing' as const)),
      fileName: file.member === null ? sourceName : `${basename(file.stored)}/${file.member}`,
      fileSha256: sha256,
      fileBytes: sizeBytes,
      receivedMs,
    };
    return importCandles(client, origin, batches, rejected);
  });
};

/** What importFiles would do; without a connection there is no store yet, and all of it is new. */
export const forecastFiles = (client: StoreClient | null, work: ImportWork): Promise<readonly FileReport[]> => {
  const memories = new Map<string, DigestMemory>();
  const memoryOf = (series: Series): DigestMemory => {
    const key = `${series.symbol} ${series.timeframe}`;
    const alone = work.files.filter(({ series: other }) => other.symbol === series.symbol && other.timeframe === series.timeframe).length === 1;
    const memory = memories.get(key) ?? (alone ? NOTHING_REMEMBERED : newDigestMemory(series));
    memories.set(key, memory);
    return memory;
  };
  return eachFile(work, (file, batches) => forecastImport(client, file.series, batches, memoryOf(file.series)));
};

/** Nothing has to be kept for the files after the only one of a series. */
const NOTHING_REMEMBERED: DigestMemory = { digestOf: () => null, remember: () => undefined };

/** An archive is hashed once, however many of its members are imported. */
const rememberedProvenance = (): ((path: string) => Promise<FileProvenance>) => {
  let [path, found]: [string, FileProvenance | null] = ['', null];
  return async wanted => {
    if (found === null || wanted !== path) [path, found] = [wanted, await fileProvenance(wanted)];
    return found;
  };
};

const eachFile = async ({ files, plan, onCandles }: ImportWork, store: Store): Promise<readonly FileReport[]> => {
  const shelf = newArchiveShelf();
  const reports: FileReport[] = [];
  let total = 0;
  const counted = (candles: number): void => {
    total += candles;
    onCandles(total);
  };
  try {
    for (const file of files) {
      const receivedMs = timeMs(Date.now());
      const member = file.member === null ? null : await shelf.member(file.stored, file.member);
      const reading = readCandles({ path: file.stored, member, series: file.series, format: plan.format, nowMs: receivedMs, strict: plan.strict });
      reports.push(await storeFile(file, reading, { receivedMs, store, counted }));
    }
    return reports;
  } finally {
    await shelf.close();
  }
};

type Storing = Readonly<{ receivedMs: TimeMs; store: Store; counted: (candles: number) => void }>;

const storeFile = async (file: MarketFile, reading: AsyncGenerator<CandleBatch, ReadTally, void>, { receivedMs, store, counted }: Storing): Promise<FileReport> => {
  const rejected: RejectedLine[] = [];
  const first = await reading.next();
  let tally = first.done === true ? first.value : first.value.tally;
  const { format } = tally;
  async function* batches() {
    for (let batch = first; batch.done !== true; batch = await reading.next()) {
      rejected.push(...batch.value.rejected);
      ({ tally } = batch.value);
      counted(batch.value.candles.length);
      yield batch.value.candles;
    }
  }
  try {
    const { added, duplicates, revisions } = await store(file, batches(), { format, receivedMs, rejected: () => rejected.length });
    return { file, format, candles: tally.candles, added, duplicates: duplicates + tally.duplicates, revisions, rejected, gaps: tally.gaps, absent: tally.absent };
  } finally {
    // Whoever stores may stop in the middle, and the file is open until its reading ends.
    await reading.return(tally);
  }
};

/** As withStore, but makes none: the work gets null where a folder has no store yet. */
export const withStoreIfAny = async <Result>(options: StoreOptions, work: (client: StoreClient | null) => Promise<Result>): Promise<Result> => {
  const location = locationOf(options);
  if (location.kind === 'folder') {
    const exists = existsSync(layoutOf(location.folder).clusterFolder) && (await withConnection(await addressOf(location), 'owner', readStoreVersion)) !== null;
    if (!exists) return work(null);
  }
  return withStore(options, async client => {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  });
};
