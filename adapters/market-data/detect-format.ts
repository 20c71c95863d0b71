/**
 * Which of the known formats of CSV a market file has, judged by its first lines, or by name when the user says so.
 * It never guesses past doubt: a file of no known format is refused with the line shown and the formats listed.
 */
import type { MarketSymbol } from '../../core/kernel/units.ts';
import {
  BINANCE_COLUMN_COUNT, BINANCE_COLUMNS, columnsOfHeader, headerNames, isBinanceHeader, isCryptoDataDownloadHeader, isHeader,
  CSV_FORMATS, KRAKEN_COLUMN_COUNT, KRAKEN_COLUMNS, MARKET_FILE_FORMATS,
} from './file-layout.ts';
import type { CsvFormat, FileLayout, MarketFileFormat } from './file-layout.ts';
import { MarketFileError } from './market-file-error.ts';
import type { LineBlock } from './read-lines.ts';
import { splitFields } from './split-fields.ts';

export type FormatChoice = 'auto' | MarketFileFormat;

/** Said with every refusal of a format, so that the user sees what would be accepted. */
const KNOWN_FORMATS = [
  'plain (header ts,open,high,low,close,volume in any order)',
  'kraken-ohlcvt (no header: epoch seconds,open,high,low,close,volume,trades)',
  'binance-klines (12 columns from open time on)',
  'cryptodatadownload (header unix,date,symbol,open,high,low,close,Volume BASE)',
  'freqtrade-json ([[milliseconds, open, high, low, close, volume], …])',
  'feather and parquet (columns named as those of plain)',
].join('; ');

const SAMPLE_LINES = 20;
const LINE_SHOWN_MAX = 120;

type SampleLine = Readonly<{ line: number; fields: readonly string[]; text: string }>;
export type DetectRequest = Readonly<{ file: string; format: 'auto' | CsvFormat; symbol: MarketSymbol }>;

export const isCsvFormat = (format: FormatChoice): format is CsvFormat => CSV_FORMATS.some(known => known === format);
export const isMarketFileFormat = (text: string): text is MarketFileFormat => MARKET_FILE_FORMATS.some(format => format === text);

/** A link or a remark above the table. */
const isComment = (text: string): boolean => /^["\s]*(?:#|https?:|www\.)/i.test(text) || (!text.includes(',') && /cryptodatadownload/i.test(text));

const shown = (text: string): string => (text.length > LINE_SHOWN_MAX ? `${text.slice(0, LINE_SHOWN_MAX)}…` : text);

const sampleOf = (block: LineBlock): readonly SampleLine[] => {
  const sample: SampleLine[] = [];
  for (const [index, text] of block.lines.entries()) {
    if (sample.length === SAMPLE_LINES) break;
    if (text.trim() !== '') sample.push({ line: block.firstLine + index, fields: splitFields(text) ?? [text], text });
  }
  return sample;
};

/** A candle without names: digits that could be an epoch, then four prices. */
const isNamelessCandle = (fields: readonly string[], columnCount: number): boolean =>
  fields.length === columnCount && /^\s*\d{9,17}\s*$/.test(fields[0]!) && [1, 2, 3, 4].every(index => /^\s*\d/.test(fields[index]!));

const fixedLayout = (format: 'kraken-ohlcvt' | 'binance-klines', firstCandleLine: number): FileLayout =>
  format === 'kraken-ohlcvt'
    ? { format, firstCandleLine, columnCount: KRAKEN_COLUMN_COUNT, columns: KRAKEN_COLUMNS, timeIsUtc: true }
    : { format, firstCandleLine, columnCount: BINANCE_COLUMN_COUNT, columns: BINANCE_COLUMNS, timeIsUtc: true };

const headerLayout = (request: DetectRequest, format: CsvFormat, header: SampleLine): FileLayout => {
  const read = columnsOfHeader(headerNames(header.fields), request.symbol);
  const hint = `Name the columns as ${format} has them. Formats: ${KNOWN_FORMATS}.`;
  if (!read.ok) throw new MarketFileError({ file: request.file, line: header.line, reason: `${read.why}: ${shown(header.text)}`, hint });
  return { format, firstCandleLine: header.line + 1, columnCount: header.fields.length, columns: read.columns, timeIsUtc: read.timeIsUtc };
};

const refuseUnknown = (request: DetectRequest, line: SampleLine, why: string): never => {
  throw new MarketFileError({
    file: request.file,
    line: line.line,
    reason: `${why}: ${shown(line.text)}`,
    hint: `Known formats: ${KNOWN_FORMATS}. Choose one with --format, or rewrite the file as plain CSV with commas.`,
  });
};

const formatOfHeader = (names: readonly string[]): CsvFormat =>
  isCryptoDataDownloadHeader(names) ? 'cryptodatadownload' : isBinanceHeader(names) ? 'binance-klines' : 'plain';

const detectAuto = (request: DetectRequest, table: readonly SampleLine[]): FileLayout => {
  const first = table[0]!;
  const names = headerNames(first.fields);
  if (isHeader(names)) return headerLayout(request, formatOfHeader(names), first);
  if (table.some(({ fields }) => isNamelessCandle(fields, KRAKEN_COLUMN_COUNT))) return fixedLayout('kraken-ohlcvt', first.line);
  if (table.some(({ fields }) => isNamelessCandle(fields, BINANCE_COLUMN_COUNT))) return fixedLayout('binance-klines', first.line);
  return refuseUnknown(request, first, 'the line is of no known format');
};

const layoutAs = (request: DetectRequest, format: CsvFormat, first: SampleLine): FileLayout => {
  const named = isHeader(headerNames(first.fields));
  switch (format) {
    case 'kraken-ohlcvt':
      return fixedLayout(format, first.line);
    case 'binance-klines':
      return named ? headerLayout(request, format, first) : fixedLayout(format, first.line);
    case 'plain':
    case 'cryptodatadownload':
      return named ? headerLayout(request, format, first) : refuseUnknown(request, first, `${format} needs a header, and the line is none`);
  }
};

/**
 * The layout of a file whose first lines are `block`. `auto` looks at the header, else at the shape of the first
 * twenty lines; a format by name overrides. Throws MarketFileError when the file has no text or no known format.
 */
export const detectFormat = (request: DetectRequest, block: LineBlock | null): FileLayout => {
  const sample = block === null ? [] : sampleOf(block);
  const table = sample.slice(Math.max(0, sample.findIndex(({ text }) => !isComment(text))));
  const first = table[0];
  if (first === undefined) throw new MarketFileError({ file: request.file, line: null, reason: 'the file has no lines of text', hint: 'Copy or download it again.' });
  return request.format === 'auto' ? detectAuto(request, table) : layoutAs(request, request.format, first);
};
