/**
 * Which files, and which texts in archives, the paths of an import mean, and the series of each: the one asked for, or
 * the one that a name tells beyond doubt. It reads names and first bytes, never a candle.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { byCodeUnit } from '../../core/kernel/order.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { asMarketFileError, MarketFileError } from './market-file-error.ts';
import { readMarketName } from './market-file-name.ts';
import type { NamedBy, NameRead } from './market-file-name.ts';
import { openStored } from './stored-file.ts';
import { openArchive } from './zip-archive.ts';
import type { SkippedFile } from './zip-archive.ts';

/** `path` is what the file is called; `stored` is the file on the disk that it is, or that it lies in as `member`. */
export type MarketFile = Readonly<{ path: string; stored: string; member: string | null; sizeBytes: number; series: Series; readFrom: 'option' | NamedBy }>;
export type FoundFiles = Readonly<{ files: readonly MarketFile[]; skipped: readonly SkippedFile[] }>;

/** What the user said; null is left to the names. */
export type Asked = Readonly<{ symbol: MarketSymbol | null; timeframe: Timeframe | null }>;

type Candidate = Readonly<{ path: string; stored: string; member: string | null; sizeBytes: number; named: NameRead }>;
type Search = Readonly<{ asked: Asked; files: MarketFile[]; skipped: SkippedFile[] }>;

const DEFAULT_TIMEFRAME: Timeframe = '1h';
const SAY = 'Say what it is with --symbol BASE/QUOTE and --timeframe.';

const problem = (file: string, reason: string, hint: string): MarketFileError => new MarketFileError({ file, line: null, reason, hint });

/**
 * The files in the order of the paths, those of a folder or an archive by name. A path that names one file is that file;
 * of a folder, and of an archive with several texts, those count whose names tell the series asked for, or without one
 * any series. Throws MarketFileError for a path that cannot be read, or that nothing fits.
 */
export const findMarketFiles = async (paths: readonly string[], asked: Asked): Promise<FoundFiles> => {
  const search: Search = { asked, files: [], skipped: [] };
  for (const path of paths) await searchPath(search, path);
  return { files: search.files, skipped: search.skipped };
};

const searchPath = async (search: Search, path: string): Promise<void> => {
  const entry = await stat(path).catch((error: unknown) => { throw asMarketFileError(path, error); });
  if (!entry.isDirectory()) {
    const candidates = await candidatesOf(search, path);
    if (candidates.length === 1) search.files.push(fileOf(search.asked, candidates[0]!));
    else takeFitting(search, path, candidates);
    return;
  }
  const candidates: Candidate[] = [];
  for (const name of (await readdir(path).catch((error: unknown) => { throw asMarketFileError(path, error); })).toSorted(byCodeUnit)) {
    if (name.startsWith('.')) continue;
    const inner = join(path, name);
    const isFile = (await stat(inner).catch(() => null))?.isFile() === true;
    if (isFile && !hasOtherName(search.asked, inner)) candidates.push(...(await candidatesOf(search, inner)));
    else if (!isFile && search.asked.symbol === null) search.skipped.push({ file: inner, reason: 'it is no file' });
  }
  takeFitting(search, path, candidates);
};

/** A file of another market need not be opened, but for an archive whose own name says nothing of what is in it. */
const hasOtherName = ({ symbol, timeframe }: Asked, path: string): boolean => {
  const named = readMarketName(path);
  return symbol !== null && (named.told ? !fits(named.series, { symbol, timeframe: timeframe ?? DEFAULT_TIMEFRAME }) : !/\.zip$/i.test(path));
};

const fits = (series: Series, wanted: Series): boolean => series.symbol === wanted.symbol && series.timeframe === wanted.timeframe;

const candidatesOf = async (search: Search, path: string): Promise<readonly Candidate[]> => {
  const file = await openStored(path).catch((error: unknown) => {
    // In a folder there may be anything; what nothing reads and no name tells is passed over.
    if (search.asked.symbol === null && !readMarketName(path).told && error instanceof MarketFileError) return error;
    throw error;
  });
  if (file instanceof MarketFileError) return [{ path, stored: path, member: null, sizeBytes: 0, named: { told: false, why: file.reason } }];
  await file.handle.close();
  if (file.kind !== 'zip') return [{ path, stored: path, member: null, sizeBytes: file.sizeBytes, named: readMarketName(path) }];
  const { members, skipped, file: archive } = await openArchive(path);
  await archive.handle.close();
  search.skipped.push(...(search.asked.symbol === null ? skipped : []));
  if (members.length === 0) throw problem(path, 'the zip archive has no CSV or JSON in it', 'Look into it with unzip -l FILE.');
  return members.map(({ path: called, name, sizeBytes }) => ({ path: called, stored: path, member: name, sizeBytes, named: members.length === 1 ? nameOfOnly(path, name) : readMarketName(name) }));
};

/** The one text of an archive may be named by either; where both tell, they tell the same. */
const nameOfOnly = (path: string, member: string): NameRead => {
  const [inner, outer] = [readMarketName(member), readMarketName(path)];
  if (!inner.told || !outer.told) return inner.told ? inner : outer;
  return fits(inner.series, outer.series) ? inner : { told: false, why: `the archive is named for ${inOne(outer.series)}, and what is in it for ${inOne(inner.series)}` };
};

const inOne = ({ symbol, timeframe }: Series): string => `${symbol} ${timeframe}`;

/** A file that was named by itself is what the user says, or else its name has to tell. */
const fileOf = ({ symbol, timeframe }: Asked, { named, ...file }: Candidate): MarketFile => {
  if (symbol !== null) return { ...file, series: { symbol, timeframe: timeframe ?? DEFAULT_TIMEFRAME }, readFrom: 'option' };
  if (!named.told) throw problem(file.path, named.why, SAY);
  if (timeframe !== null && named.series.timeframe !== timeframe) throw problem(file.path, `its name tells candles of ${named.series.timeframe}, and --timeframe says ${timeframe}`, 'Leave --timeframe out, or say the market too with --symbol.');
  return { ...file, series: named.series, readFrom: named.by };
};

const takeFitting = (search: Search, path: string, candidates: readonly Candidate[]): void => {
  const { symbol, timeframe } = search.asked;
  const before = search.files.length;
  for (const { named, ...file } of candidates) {
    if (!named.told) {
      if (symbol === null) search.skipped.push({ file: file.path, reason: named.why });
    } else if (symbol === null ? timeframe === null || named.series.timeframe === timeframe : fits(named.series, { symbol, timeframe: timeframe ?? DEFAULT_TIMEFRAME })) {
      search.files.push({ ...file, series: named.series, readFrom: named.by });
    } else if (symbol === null) search.skipped.push({ file: file.path, reason: `its name tells candles of ${named.series.timeframe}` });
  }
  if (search.files.length > before) return;
  const wanted = symbol === null ? (timeframe === null ? 'a market and its timeframe' : `a market and candles of ${timeframe}`) : inOne({ symbol, timeframe: timeframe ?? DEFAULT_TIMEFRAME });
  throw problem(path, `nothing in it has a name that tells ${wanted}`, 'Names such as XBTUSD_60.csv, BTCUSDT-1h-2024-01.zip and BTC_USDT-1h.feather do. Name other files one by one, with --symbol.');
};
