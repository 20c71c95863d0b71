/**
 * A Feather file (Arrow's file format) as numbered rows of CSV, one record batch in memory at a time. It decides which
 * types can hold a candle's values and never what they mean; doubles are printed in the fewest digits.
 */
import { zstdDecompressSync } from 'node:zlib';
import { CompressionType, compressionRegistry, DataType, DateUnit, Precision, RecordBatchReader, TimeUnit, Type } from 'apache-arrow';
import type { Data, RecordBatch, Timestamp, Vector } from 'apache-arrow';
import { layoutOfColumns, linesOfColumns } from './column-layout.ts';
import type { ColumnHolds } from './column-layout.ts';
import { decimalOfDouble, decimalOfUnits, fieldOfText, textOfDay, textOfMoment, unitsOfWords } from './column-text.ts';
import type { MomentUnit } from './column-text.ts';
import { unpackLz4Frame } from './lz4-frame.ts';
import { MarketFileError } from './market-file-error.ts';
import type { LineBlock } from './read-lines.ts';
import { bytesAt, requireUnchanged } from './stored-file.ts';
import type { StoredFile } from './stored-file.ts';
import type { MarketTable, TableRequest } from './table-shape.ts';

/** Feather writes 65,536 rows a batch; a buffer of one is far below this. */
const BUFFER_BYTES_MAX = 1 << 28;
const BATCH_ROWS_MAX = 8_388_608;
const BLOCK_ROWS = 8_192;
const MAGIC = 'ARROW1';

compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: frame => unpackLz4Frame(frame, BUFFER_BYTES_MAX) });
compressionRegistry.set(CompressionType.ZSTD, { decode: frame => zstdDecompressSync(frame, { maxOutputLength: BUFFER_BYTES_MAX }) });

type TextAt = (column: Data, row: number, vector: Vector) => string;
type Column = Readonly<{ name: string; holds: ColumnHolds; text: TextAt }>;

const UNITS: Readonly<Record<TimeUnit, MomentUnit>> = {
  [TimeUnit.SECOND]: 'seconds', [TimeUnit.MILLISECOND]: 'milliseconds', [TimeUnit.MICROSECOND]: 'microseconds', [TimeUnit.NANOSECOND]: 'nanoseconds',
};

/** A value of a column whose values stand side by side. */
const numberAt = ({ values }: Data, row: number): number | bigint => {
  const value = (values as ArrayLike<number | bigint>)[row];
  if (value === undefined) throw new Error('a column is shorter than its batch');
  return value;
};

const decimalText = (scale: number, words: number): TextAt => ({ values }, row) => decimalOfUnits(unitsOfWords((values as Uint32Array).subarray(words * row, words * (row + 1))), scale);
const dayText: TextAt = (column, row) => textOfDay(Number(numberAt(column, row)));
const doubleText: TextAt = (column, row) => decimalOfDouble(Number(numberAt(column, row)));
const wholeText: TextAt = (column, row) => String(numberAt(column, row));
const momentText = ({ unit }: Timestamp): TextAt => (column, row) => textOfMoment(BigInt(numberAt(column, row)), UNITS[unit]);

const utf8 = new TextDecoder('utf-8');

const stringText: TextAt = ({ values, valueOffsets }, row) => {
  const [from, to] = [Number(valueOffsets[row]), Number(valueOffsets[row + 1])];
  if (!(from >= 0 && from <= to && to <= (values as Uint8Array).length)) throw new Error('a text lies outside its column');
  return fieldOfText(utf8.decode((values as Uint8Array).subarray(from, to)));
};

/** Texts that are repeated may stand in a dictionary, and polars keeps short ones apart from long ones. */
const looseText: TextAt = (_, row, vector) => {
  const text: unknown = vector.get(row);
  return typeof text === 'string' ? fieldOfText(text) : '';
};

const isLooseText = (type: DataType): boolean =>
  DataType.isUtf8View(type) || (DataType.isDictionary(type) && (DataType.isUtf8(type.dictionary) || DataType.isLargeUtf8(type.dictionary) || DataType.isUtf8View(type.dictionary)));

const columnOf = (name: string, type: DataType): Column => {
  const unread = (what: string): Column => ({ name, holds: { unread: what }, text: () => '' });
  if (DataType.isInt(type)) return { name, holds: 'number', text: wholeText };
  if (DataType.isFloat(type)) return type.precision === Precision.DOUBLE ? { name, holds: 'number', text: doubleText } : unread('floats of 32 bits or less, which keep seven digits at most');
  if (DataType.isDecimal(type)) return { name, holds: 'number', text: decimalText(type.scale, type.bitWidth / 32) };
  if (DataType.isTimestamp(type)) return { name, holds: (type.timezone ?? '') === '' ? 'local' : 'moment', text: momentText(type) };
  if (DataType.isDate(type)) return type.unit === DateUnit.DAY ? { name, holds: 'day', text: dayText } : unread('dates in milliseconds');
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return { name, holds: 'text', text: stringText };
  if (isLooseText(type)) return { name, holds: 'text', text: looseText };
  return unread(`values of type ${Type[type.typeId]}`);
};

const featherError = (path: string, error: unknown): MarketFileError => {
  if (error instanceof MarketFileError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new MarketFileError({ file: path, line: null, reason: `the Feather file is damaged or of a kind that is not read (${message})`, hint: 'Copy or download it again, or write it again with another program.' });
};

/** A file that was cut off lacks the word that it ends with. */
const requireEnd = async (file: StoredFile): Promise<void> => {
  const end = await bytesAt(file, { from: Math.max(0, file.sizeBytes - MAGIC.length), to: file.sizeBytes });
  if (Buffer.from(end).toString('latin1') !== MAGIC) throw new MarketFileError({ file: file.path, line: null, reason: 'the Feather file is truncated', hint: 'Copy or download it again.' });
};

/** A reader that leaves the handle open: every pass has one of its own. */
const readerOf = async ({ handle }: StoredFile) => {
  const reader = await RecordBatchReader.from(handle);
  await reader.open({ autoDestroy: false });
  if (!reader.isFile()) throw new Error('it is a stream and no file of Arrow');
  return reader;
};

/** Throws MarketFileError for a file that is damaged, or whose columns cannot hold candles. */
export const featherTable = async (file: StoredFile, { path, symbol }: TableRequest, close: () => Promise<void>): Promise<MarketTable> => {
  await requireEnd(file);
  const reader = await readerOf(file).catch((error: unknown) => { throw featherError(path, error); });
  const columns = reader.schema.fields.map(({ name, type }) => columnOf(String(name), type as DataType));
  const { layout, columns: chosen } = layoutOfColumns({ path, format: 'feather', symbol }, columns);
  const wanted = chosen.map(index => ({ ...columns[index]!, index }));
  return {
    path,
    layout,
    lines: which => rowsOf(file, which === 'times' ? wanted.slice(0, 1) : wanted),
    requireWhole: () => Promise.resolve(),
    requireUnchanged: () => requireUnchanged(file),
    close,
  };
};

type Chosen = Column & Readonly<{ index: number }>;

async function* rowsOf(file: StoredFile, columns: readonly Chosen[]): AsyncGenerator<LineBlock, void, void> {
  const rethrow = (error: unknown): never => { throw featherError(file.path, error); };
  const reader = await readerOf(file).catch(rethrow);
  let before = 0;
  for (let index = 0; index < reader.numRecordBatches; index += 1) {
    const batch = await Promise.resolve(reader.readRecordBatch(index)).catch(rethrow);
    const lines = linesOf(file.path, batch, columns);
    for (let row = 0; row < lines.length; row += BLOCK_ROWS) yield { firstLine: before + row + 1, lines: lines.slice(row, row + BLOCK_ROWS) };
    before += lines.length;
  }
}

/** A batch says how many rows it has; what its columns hold says whether that can be. Views of text have no values of their own. */
const requireRows = ({ type, values, valueOffsets, length }: Data, rows: number): void => {
  const there = DataType.isUtf8(type) || DataType.isLargeUtf8(type) ? valueOffsets.length - 1 : DataType.isUtf8View(type) ? length : (values as ArrayLike<unknown>).length;
  if (length !== rows || there < rows) throw new Error('a column is shorter than its batch');
};

const linesOf = (path: string, batch: RecordBatch | null, columns: readonly Chosen[]): readonly string[] => {
  try {
    if (batch === null) throw new Error('a batch of rows is not where the file says');
    if (batch.numRows > BATCH_ROWS_MAX) throw new Error(`a batch has ${batch.numRows} rows, and at most ${BATCH_ROWS_MAX} are read`);
    return linesOfColumns(columns.map(({ index, text }) => {
      const [column, vector] = [batch.data.children[index]!, batch.getChildAt(index)!];
      requireRows(column, batch.numRows);
      return Array.from({ length: batch.numRows }, (_, row) => (column.getValid(row) ? text(column, row, vector) : ''));
    }));
  } catch (error) {
    throw featherError(path, error);
  }
};
