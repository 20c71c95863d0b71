/**
 * The lines that a table must have, gathered as the bytes that the server prints for them, so that a whole stretch of rows
 * is compared with what is stored at once. Lines of shaped events are put together from the sealed bytes themselves.
 */
import { DECIMALS } from '../../core/kernel/units.ts';
import type { Scan } from '../../schema/wire/scanned-rows.ts';
import type { ShapedEvent, ShapedRow, Source } from '../../schema/wire/shaped-rows.ts';
import { putWholeNumber } from './stored-numeric.ts';

/** Bytes in a buffer that grows; what lies beyond `length` is of no account. */
export type Lines = { bytes: Buffer; length: number };

const FIRST_BYTES = 1 << 16;

export const newLines = (): Lines => ({ bytes: Buffer.allocUnsafe(FIRST_BYTES), length: 0 });

/** Makes room for so many bytes more. */
const reserve = (lines: Lines, more: number): void => {
  if (lines.length + more <= lines.bytes.length) return;
  const grown = Buffer.allocUnsafe(Math.max(2 * lines.bytes.length, lines.length + more));
  lines.bytes.copy(grown, 0, 0, lines.length);
  lines.bytes = grown;
};

const [TAB, NEWLINE, POINT, ZERO, BACKSLASH, LETTER_N, LETTER_T, LETTER_F] = [9, 10, 46, 48, 92, 78, 116, 102] as const;

/** A line that is there as text already, without its newline. */
export const putLine = (lines: Lines, line: string): void => {
  reserve(lines, 3 * line.length + 1);
  lines.length += lines.bytes.write(line, lines.length, 'utf8');
  lines.bytes[lines.length] = NEWLINE;
  lines.length += 1;
};

export type EventPlace = Readonly<{ hour: number; step: number; seq: number }>;

const putInteger = (lines: Lines, value: number): void => {
  lines.length = putWholeNumber(lines.bytes, lines.length, value);
};

const putByte = (lines: Lines, byte: number): void => {
  lines.bytes[lines.length] = byte;
  lines.length += 1;
};

const putSpan = (lines: Lines, source: Uint8Array, from: number, to: number): void => {
  const { bytes } = lines;
  let at = lines.length;
  for (let index = from; index < to; index += 1) bytes[at++] = source[index]!;
  lines.length = at;
};

/** With the 18 decimals that the server prints, whatever their number in normal form. */
const putAmount = (lines: Lines, source: Uint8Array, from: number, to: number): void => {
  let point = from;
  while (point < to && source[point] !== POINT) point += 1;
  putSpan(lines, source, from, to);
  if (point === to) putByte(lines, POINT);
  for (let decimals = Math.max(0, to - point - 1); decimals < DECIMALS; decimals += 1) putByte(lines, ZERO);
};

/** What stands in a slot of the scan, as the server prints a column of its kind. */
const putSlot = (lines: Lines, scan: Scan, slot: number, kind: Source['kind']): void => {
  const from = scan.from[slot]!;
  if (from < 0) {
    putByte(lines, BACKSLASH);
    putByte(lines, LETTER_N);
  } else if (kind === 'amount') putAmount(lines, scan.bytes, from, scan.to[slot]!);
  else if (kind === 'flag') putByte(lines, scan.bytes[from] === LETTER_T ? LETTER_T : LETTER_F);
  else putSpan(lines, scan.bytes, from, scan.to[slot]!);
};

const putPlace = (lines: Lines, { hour, step, seq }: EventPlace): void => {
  putInteger(lines, hour);
  putByte(lines, TAB);
  putInteger(lines, step);
  putByte(lines, TAB);
  putInteger(lines, seq);
};

/** An integer with its sign, a tab, and the zeros that an amount may lack. */
const COLUMN_BYTES_MAX = 12 + DECIMALS + 2;

type Scanned = Readonly<{ scan: Scan; place: EventPlace; textBytes: number }>;

/** The row of a shaped event; of one that has a row for each item of its list, the row of `item`, whose fields begin at `first`. */
const putShapedRow = (lines: Lines, { columns }: ShapedRow, { scan, place, textBytes }: Scanned, { item, first }: Readonly<{ item: number; first: number }>): void => {
  reserve(lines, textBytes + COLUMN_BYTES_MAX * (columns.length + 3));
  putPlace(lines, place);
  for (const { from, field, kind } of columns) {
    putByte(lines, TAB);
    if (from === 'place') putInteger(lines, item);
    else if (from === 'field' || scan.items > 0) putSlot(lines, scan, (from === 'field' ? first : 0) + field, kind);
  }
  putByte(lines, NEWLINE);
};

/** Adds every typed row that a scanned event has to the lines of its table. */
export const putShapedRows = (linesOf: (table: ShapedRow['table']) => Lines, { rows, items, itemFields, shape }: ShapedEvent, scanned: Scanned): void => {
  for (const row of rows) putShapedRow(linesOf(row.table), row, scanned, { item: 0, first: 0 });
  if (items === null) return;
  for (let item = 0; item < scanned.scan.items; item += 1) putShapedRow(linesOf(items.table), items, scanned, { item, first: shape.values.length + item * itemFields });
};

/** The text in a slot of the scan. */
export const textOfSlot = ({ bytes, from, to }: Scan, slot: number): string => Buffer.from(bytes.buffer, bytes.byteOffset + from[slot]!, to[slot]! - from[slot]!).toString('latin1');

/** The whole number in a slot of the scan. */
export const numberOfSlot = ({ bytes, from, to }: Scan, slot: number): number => {
  let value = 0;
  for (let index = from[slot]!; index < to[slot]!; index += 1) value = 10 * value + bytes[index]! - ZERO;
  return value;
};
