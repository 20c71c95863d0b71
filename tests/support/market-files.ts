/**
 * Market files for tests: written into a folder of their own, read back whole, and where the real ones lie.
 * Nothing here decides what is a valid candle.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import type { FormatChoice } from '../../adapters/market-data/detect-format.ts';
import { readCandles } from '../../adapters/market-data/read-candles.ts';
import type { FileCandle, ReadTally, RejectedLine } from '../../adapters/market-data/read-candles.ts';
import { parseTime } from '../../core/kernel/hours.ts';
import { marketSymbol } from '../../core/kernel/units.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';

/** A literal time of a test. */
export const at = (text: string): TimeMs => {
  const time = parseTime(text);
  if (time === null) throw new Error(`${text} is not a time.`);
  return time;
};

/** The clock of tests that do not care about it: long after every candle they contain. */
const LONG_AFTER = at('2026-01-01T00:00:00Z');

export type WriteFile = (name: string, content: string | Uint8Array) => Promise<string>;

/** A folder under the system's temporary one, removed after the test file that asked for it. */
export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'tb-market-'));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

export const fileWriter = (folder: string): WriteFile => async (name, content) => {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
};

export type ReadOptions = Readonly<{ symbol?: string; timeframe?: Timeframe; format?: FormatChoice; nowMs?: TimeMs; strict?: boolean }>;
export type WholeFile = Readonly<{ candles: readonly FileCandle[]; rejected: readonly RejectedLine[]; tally: ReadTally; batches: number }>;

/** All batches of a file as one. BTC/USD hours, format told by the file, not strict, unless said otherwise. */
export const readWhole = async (path: string, options: ReadOptions = {}): Promise<WholeFile> => {
  const { symbol = 'BTC/USD', timeframe = '1h', format = 'auto', nowMs = LONG_AFTER, strict = false } = options;
  const candles: FileCandle[] = [];
  const rejected: RejectedLine[] = [];
  let tally: ReadTally | null = null;
  let batches = 0;
  for await (const batch of readCandles({ path, series: { symbol: marketSymbol(symbol), timeframe }, format, nowMs, strict })) {
    candles.push(...batch.candles);
    rejected.push(...batch.rejected);
    tally = batch.tally;
    batches += 1;
  }
  if (tally === null) throw new Error('A file that is read has at least one batch.');
  return { candles, rejected, tally, batches };
};

/** A candle as one line of text: `line time open high low close volume trades`. */
export const asText = ({ line, openMs, values, trades }: FileCandle): string =>
  [line, openMs, values.open, values.high, values.low, values.close, values.volume, trades].join(' ');

/** Real market files beside the project; tests that read them are skipped, with a word why, where they are absent. */
export const SHARED_DATA = resolve(import.meta.dirname, '../../../shared/data');
export const sharedDataIsThere = (): boolean => {
  if (existsSync(SHARED_DATA)) return true;
  console.warn(`Skipped: no real market files in ${SHARED_DATA}.`);
  return false;
};
