/**
 * A Parquet file as numbered rows of CSV, one row group in memory at a time. Decimals, whole numbers and text keep every
 * digit; doubles are printed in the fewest digits. It decides which types can hold a candle's values and never what they mean.
 */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { parquetMetadataAsync, parquetScan } from 'hyparquet';
import type { AsyncBuffer, Compressors, DecodedArray, FileMetaData, ParquetParsers, SchemaElement } from 'hyparquet';
import { compressors as packaged } from 'hyparquet-compressors';
import { layoutOfColumns, linesOfColumns } from './column-layout.ts';
import type { ColumnHolds } from './column-layout.ts';
import { decimalOfDouble, decimalOfUnits, fieldOfText, textOfDay, textOfMoment, unitsOfBytes } from './column-text.ts';
import type { MomentUnit } from './column-text.ts';
import { MarketFileError } from './market-file-error.ts';
import type { LineBlock } from './read-lines.ts';
import { bytesAt, requireUnchanged } from './stored-file.ts';
import type { StoredFile } from './stored-file.ts';
import type { MarketTable, TableRequest } from './table-shape.ts';

/** Bounds of what one file may ask for; pandas and DuckDB write row groups of about a million and an eighth of one. */
const GROUP_ROWS_MAX = 8_388_608;
const ROWS_MAX = 100_000_000;
const PAGE_BYTES_MAX = 1 << 28;
const BLOCK_ROWS = 8_192;

type Value = string | number | bigint | boolean | Uint8Array | null | undefined;
type Column = Readonly<{ name: string; holds: ColumnHolds; text: (value: NonNullable<Value>) => string }>;

const utf8 = new TextDecoder('utf-8');
const numberText = (value: NonNullable<Value>): string => (typeof value === 'number' ? decimalOfDouble(value) : String(value));
const toBigint = (value: NonNullable<Value>): bigint => (value instanceof Uint8Array ? unitsOfBytes(value) : BigInt(value as number | bigint));

const momentUnit: Readonly<Record<string, MomentUnit>> = { MILLIS: 'milliseconds', MICROS: 'microseconds', NANOS: 'nanoseconds' };

const moment = (name: string, unit: MomentUnit, isUtc: boolean): Column => ({ name, holds: isUtc ? 'moment' : 'local', text: value => textOfMoment(toBigint(value), unit) });

/** What a column's type and its annotation say. Before annotations had a zone, a timestamp was UTC by definition; one of 96 bits never said. */
const columnOf = ({ name, type, converted_type: converted, logical_type: logical, scale = 0, repetition_type: repetition, num_children: children }: SchemaElement): Column => {
  const unread = (what: string): Column => ({ name, holds: { unread: what }, text: String });
  if (children !== undefined && children > 0) return unread('records');
  if (repetition === 'REPEATED') return unread('lists');
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') {
    const decimals = logical?.type === 'DECIMAL' ? logical.scale : scale;
    return { name, holds: 'number', text: value => decimalOfUnits(toBigint(value), decimals) };
  }
  if (logical?.type === 'TIMESTAMP') return moment(name, momentUnit[logical.unit]!, logical.isAdjustedToUTC);
  if (converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS') return moment(name, converted === 'TIMESTAMP_MILLIS' ? 'milliseconds' : 'microseconds', true);
  if (logical?.type === 'DATE' || converted === 'DATE') return { name, holds: 'day', text: value => textOfDay(Number(value)) };
  if (logical !== undefined && !['STRING', 'INTEGER', 'ENUM'].includes(logical.type)) return unread(`values of type ${logical.type}`);
  if (type === 'INT32' || type === 'INT64') return { name, holds: 'number', text: String };
  if (type === 'DOUBLE') return { name, holds: 'number', text: numberText };
  if (type === 'FLOAT') return unread('floats of 32 bits, which keep seven digits');
  if (type === 'INT96') return moment(name, 'nanoseconds', false);
  if (type === 'BYTE_ARRAY') return { name, holds: 'text', text: value => fieldOfText(utf8.decode(value as Uint8Array)) };
  return unread(`values of type ${type ?? 'unknown'}`);
};

/** The schema without annotations, so that values come as they are stored and none of them through a double or a Date. */
const asStored = (metadata: FileMetaData): FileMetaData => ({
  ...metadata,
  schema: metadata.schema.map(({ converted_type: _converted, logical_type: _logical, ...element }) => element),
});

/** The nanoseconds of a timestamp of 96 bits, as they are. */
const PARSERS: Partial<ParquetParsers> = { timestampFromNanoseconds: nanos => nanos };

const limited = (codec: (input: Uint8Array, length: number) => Uint8Array) => (input: Uint8Array, length: number): Uint8Array => {
  if (length > PAGE_BYTES_MAX) throw new Error(`a page unpacks to ${length} bytes, and at most ${PAGE_BYTES_MAX} are read`);
  return codec(input, length);
};

const COMPRESSORS: Compressors = {
  ...Object.fromEntries(Object.entries(packaged).map(([name, codec]) => [name, limited(codec)])),
  GZIP: limited(input => gunzipSync(input, { maxOutputLength: PAGE_BYTES_MAX })),
  BROTLI: limited(input => brotliDecompressSync(input, { maxOutputLength: PAGE_BYTES_MAX })),
  ZSTD: limited(input => zstdDecompressSync(input, { maxOutputLength: PAGE_BYTES_MAX })),
};

const AGAIN = 'Copy or download it again, or write it again with another program.';

const parquetError = (path: string, error: unknown): MarketFileError => {
  if (error instanceof MarketFileError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new MarketFileError({ file: path, line: null, reason: /footer|metadata length/.test(message) ? 'the Parquet file is truncated' : `the Parquet file is damaged or of a kind that is not read (${message})`, hint: AGAIN });
};

const bufferOf = (file: StoredFile): AsyncBuffer => ({
  byteLength: file.sizeBytes,
  slice: async (start, end = file.sizeBytes) => (await bytesAt(file, { from: start, to: Math.min(end, file.sizeBytes) })).buffer,
});

const requireBounds = ({ path }: StoredFile, { row_groups: groups }: FileMetaData): void => {
  const rows = groups.map(({ num_rows: count }) => Number(count));
  const refuse = (reason: string): MarketFileError => new MarketFileError({ file: path, line: null, reason, hint: 'Write it again in smaller row groups, or split it.' });
  if (rows.some(count => !(count >= 0 && count <= GROUP_ROWS_MAX))) throw refuse(`a row group has more than ${GROUP_ROWS_MAX} rows`);
  if (rows.reduce((sum, count) => sum + count, 0) > ROWS_MAX) throw refuse(`it has more than ${ROWS_MAX} rows`);
};

/** Throws MarketFileError for a file that is damaged, or whose columns cannot hold candles. */
export const parquetTable = async (file: StoredFile, { path, symbol }: TableRequest, close: () => Promise<void>): Promise<MarketTable> => {
  const buffer = bufferOf(file);
  const metadata = await parquetMetadataAsync(buffer, { geoparquet: false }).catch((error: unknown) => { throw parquetError(path, error); });
  requireBounds(file, metadata);
  const columns = topLevel(metadata.schema).map(columnOf);
  const { layout, columns: chosen } = layoutOfColumns({ path, format: 'parquet', symbol }, columns);
  const wanted = chosen.map(index => columns[index]!);
  const reading = { path, buffer, metadata: asStored(metadata) };
  return {
    path,
    layout,
    lines: which => rowsOf(reading, which === 'times' ? wanted.slice(0, 1) : wanted),
    requireWhole: () => Promise.resolve(),
    requireUnchanged: () => requireUnchanged(file),
    close,
  };
};

/** The children of the root: each stands before its own descendants. */
const topLevel = ([root, ...elements]: readonly SchemaElement[]): readonly SchemaElement[] => {
  const found: SchemaElement[] = [];
  let at = 0;
  const descendants = (element: SchemaElement): void => {
    for (let child = 0; child < (element.num_children ?? 0) && at < elements.length; child += 1) descendants(elements[at++]!);
  };
  while (found.length < (root?.num_children ?? 0) && at < elements.length) {
    const element = elements[at++]!;
    found.push(element);
    descendants(element);
  }
  return found;
};

type Reading = Readonly<{ path: string; buffer: AsyncBuffer; metadata: FileMetaData }>;

async function* rowsOf({ path, buffer, metadata }: Reading, columns: readonly Column[]): AsyncGenerator<LineBlock, void, void> {
  let from = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const to = from + Number(count);
    const texts: (readonly string[])[] = [];
    // One column after the other becomes text, so that at most one of them is in memory as it is stored.
    for (const column of columns) texts.push(await textsOf({ path, buffer, metadata }, column, { from, to }).catch((error: unknown) => { throw parquetError(path, error); }));
    const lines = linesOfColumns(texts);
    for (let row = 0; row < lines.length; row += BLOCK_ROWS) yield { firstLine: from + row + 1, lines: lines.slice(row, row + BLOCK_ROWS) };
    from = to;
  }
}

const textsOf = async ({ buffer, metadata }: Reading, column: Column, { from, to }: Readonly<{ from: number; to: number }>): Promise<readonly string[]> => {
  if (to === from) return [];
  const options = { file: buffer, metadata, columns: [column.name], compressors: COMPRESSORS, parsers: PARSERS, utf8: false, useOffsetIndex: false };
  const scan = await parquetScan(options);
  const values: DecodedArray = await scan.readColumn({ column: column.name, rowStart: from, rowEnd: to });
  if (values.length !== to - from) throw new Error(`column ${column.name} has ${values.length} of ${to - from} rows`);
  return Array.from(values as ArrayLike<Value>, value => (value === null || value === undefined ? '' : column.text(value)));
};
