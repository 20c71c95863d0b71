/** `tb data export`: candles out of the store into files that any other program, and `tb import`, reads with every digit. */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { knownSymbols } from '../../adapters/store/market-knowledge.ts';
import { formatTime, parseTime } from '../../core/kernel/hours.ts';
import type { MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { CANDLE_FILE_FORMATS, candlePieces } from '../../engine/export-candles.ts';
import type { CandleFileFormat } from '../../engine/export-candles.ts';
import { requireFree, writeWholeFile } from '../../engine/export-candles-file.ts';
import type { WrittenFile } from '../../engine/export-candles-file.ts';
import { nothing, usage } from '../../engine/problem.ts';
import { counted, orNearest, typed } from '../../engine/wording.ts';
import { symbolOf, symbolsOf, timeframeOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { printResult, table } from '../output.ts';
import { showProgress } from '../progress.ts';
import { withStore } from '../store.ts';
import { requireNoDevice } from '../out-file.ts';

type Options = Readonly<{ symbol?: string; symbols?: string; timeframe: string; from?: string; to?: string; asOf?: string; format?: string; out: string; force: boolean }>;
type Plan = Readonly<{ targets: readonly Target[]; folder: string | null; timeframe: Timeframe; format: CandleFileFormat; fromMs: TimeMs | null; toMs: TimeMs | null; asOfMs: TimeMs | null; force: boolean }>;
type Target = Readonly<{ symbol: MarketSymbol; path: string }>;
type Exported = Target & WrittenFile & Readonly<{ candles: number; firstMs: TimeMs; lastMs: TimeMs }>;

export const run: Action<Options> = async options => {
  const plan = planOf(options);
  const { timeframe, format, asOfMs } = plan;
  const progress = showProgress(options, { label: 'data export', total: plan.targets.length, unit: 'markets' });
  const files = await withStore(options, client => exportAll(client, plan, progress.to)).finally(progress.stop);
  const asOf = asOfMs === null ? null : formatTime(asOfMs);
  const rows = files.map(({ symbol, path, bytes, sha256, candles, firstMs, lastMs }) => ({ bytes, candles, file: path, first: formatTime(firstMs), last: formatTime(lastMs), sha256, symbol, timeframe }));
  printResult(options, {
    document: { asOf, candles: files.reduce((sum, { candles }) => sum + candles, 0), files: rows, format },
    text: () => [
      `Wrote ${counted(files.length, 'file')} as ${format}${asOf === null ? '' : `, as received by ${asOf}`}.`,
      table(['file', 'symbol', 'candle', 'first open', 'last open', 'candles', 'bytes'], rows.map(({ file, symbol, first, last, candles, bytes }) => [file, symbol, timeframe, first, last, String(candles), String(bytes)])),
    ].join('\n'),
  });
};

const timeOf = (option: string, text: string | undefined): TimeMs | null => {
  if (text === undefined) return null;
  const time = parseTime(text);
  if (time === null) throw usage(`${option}: ${typed(text)} is not a time with an offset.`, 'Write one such as 2024-03-01T05:00:00Z.');
  return time;
};

const planOf = (options: Options): Plan => {
  const { symbol, symbols, out, force } = options;
  if ((symbol === undefined) === (symbols === undefined)) throw usage('Name one market with --symbol, or several with --symbols.', 'For example --symbols BTC/USD,ETH/USD.');
  const wanted = symbol === undefined ? symbolsOf('--symbols', symbols!) : [symbolOf('--symbol', symbol)];
  const timeframe = timeframeOf('--timeframe', options.timeframe);
  const [fromMs, toMs, asOfMs] = [timeOf('--from', options.from), timeOf('--to', options.to), timeOf('--as-of', options.asOf)];
  if (fromMs !== null && toMs !== null && toMs <= fromMs) throw usage('--to does not lie after --from.', '--from is inclusive, --to exclusive.');
  if (out === '') throw usage('--out is empty.', 'Name the file or the folder to write.');
  const format = formatOf(options.format, out);
  requireNoDevice(out);
  const intoFolder = symbols !== undefined || out.endsWith('/') || isFolder(out);
  if (intoFolder && isFile(out)) throw usage(`--out: ${typed(out)} is a file, and several markets need a folder.`, 'Name a folder.');
  const targets = wanted.map(one => ({ symbol: one, path: intoFolder ? join(out, fileNameOf(one, timeframe, format)) : out }));
  for (const { path } of targets) requireFree(path, force);
  return { targets, folder: intoFolder ? out : null, timeframe, format, fromMs, toMs, asOfMs, force };
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
const isFile = (path: string): boolean => !path.endsWith('/') && statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** Without a word the name of the file says it. */
const formatOf = (given: string | undefined, out: string): CandleFileFormat => {
  const ending = /\.(feather|arrow|json|xlsx?|zip|gz)$/i.exec(out)?.[1];
  if (given === undefined && ending !== undefined) throw usage(`--out: ${typed(out)} ends in .${ending}, which is not written.`, `Formats: ${CANDLE_FILE_FORMATS.join(', ')}; --format says which, whatever the name.`);
  const name = given ?? CANDLE_FILE_FORMATS.find(format => out.toLowerCase().endsWith(`.${format}`)) ?? 'csv';
  const format = CANDLE_FILE_FORMATS.find(known => known === name);
  if (format === undefined) throw usage(`--format: there is no format ${typed(name)}${orNearest(name, CANDLE_FILE_FORMATS)}`, `Formats: ${CANDLE_FILE_FORMATS.join(', ')}.`);
  return format;
};

/** A name that tb import reads the market from. */
const fileNameOf = (symbol: MarketSymbol, timeframe: Timeframe, format: CandleFileFormat): string => `${symbol.replace('/', '_')}-${timeframe}.${format}`;

/** All files are of one moment of the store, whoever imports meanwhile. */
const exportAll = async (client: StoreClient, plan: Plan, onMarket: (done: number) => void): Promise<readonly Exported[]> => {
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const known = await knownSymbols(client);
  const files: Exported[] = [];
  for (const target of plan.targets) {
    files.push(await exportOne(client, target, plan, known));
    onMarket(files.length);
  }
  await client.query('COMMIT');
  return files;
};

const exportOne = async (client: StoreClient, { symbol, path }: Target, plan: Plan, known: readonly string[]): Promise<Exported> => {
  const { timeframe, fromMs, toMs, asOfMs, format, force } = plan;
  const found = await candlePieces(client, { series: { symbol, timeframe }, fromMs, toMs, receivedThroughMs: asOfMs }, format);
  if (found === null) throw nothing(`The store holds no ${timeframe} candles of ${symbol}${known.includes(symbol) ? ' there.' : orNearest(symbol, known)}`, 'tb data lists what it holds.');
  if (plan.folder !== null) mkdirSync(plan.folder, { recursive: true });
  const written = await writeWholeFile(path, found.pieces, force);
  return { symbol, path, ...written, ...found.tally };
};
