/** Where results go: one JSON document on stdout for programs, aligned text for people; everything else to stderr. */
import stableStringify from 'fast-json-stable-stringify';
import { oneLine } from '../engine/wording.ts';
import { endWaiting } from './waiting.ts';

export type OutputOptions = Readonly<{ json: boolean; quiet: boolean }>;

/**
 * A result in both its forms. The text is made only when a person reads it. Warnings are part of it, and are told on
 * stderr where no text is printed.
 */
export type Result = Readonly<{ document: Readonly<Record<string, unknown>>; text: () => string; warnings?: readonly string[] }>;

export const printResult = (options: OutputOptions, { document, text, warnings = [] }: Result): void => {
  endWaiting();
  if (options.json) process.stdout.write(`${stableStringify(document)}\n`);
  else if (!options.quiet) process.stdout.write(`${text()}\n`);
  if (options.json || options.quiet) for (const warning of warnings) process.stderr.write(`${yellowOnStderr('warning')} ${warning}\n`);
};

/** A terminal that shows colours, and a user who has not refused them (no-color.org). */
const coloured = (stream: NodeJS.WriteStream): boolean => stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';

const paint = (code: number, stream: NodeJS.WriteStream) => (text: string): string => (coloured(stream) ? `\u001b[${code}m${text}\u001b[0m` : text);

export const green = paint(32, process.stdout);
export const red = paint(31, process.stdout);
export const yellow = paint(33, process.stdout);
export const dim = paint(2, process.stdout);
export const bold = paint(1, process.stdout);
export const redOnStderr = paint(31, process.stderr);
const yellowOnStderr = paint(33, process.stderr);

/**
 * Whoever reads our output may go away before its end, as `head` does: that is no failure of the command, whose work and
 * exit code stay what they are. Output that cannot be written for another reason is said so, once. Call it before any output.
 */
export const survivesReaders = (exitOnLoss: number): void => {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || process.exitCode === exitOnLoss) return;
    process.stderr.write(`${redOnStderr('error')} stdout cannot be written (${error.code ?? error.message}).\n      What the command does to the store is done; run it again to see what it says.\n`);
    process.exitCode = exitOnLoss;
  });
};

/** A cell in a colour of ours; text from outside is never taken for one. */
export type Painted = Readonly<{ text: string; paint: (text: string) => string }>;
export type Cell = string | Painted;

const unpainted = (text: string): string => text;
const paintedOf = (cell: Cell): Painted => (typeof cell === 'string' ? { text: oneLine(cell), paint: unpainted } : { text: oneLine(cell.text), paint: cell.paint });

/** A number, with its sign and unit where it has one, or the dash that stands for none. */
const NUMBER = /^$|^-$|^[-+]?[\d,.]+( ?%)?$/;

const GAP = 2;

/** `least` are titles of columns that a narrow terminal does without, the least important first; `width` is how many letters a line holds, null for any number. */
export type Narrowing = Readonly<{ least?: readonly string[]; width?: number | null }>;

/** Only a terminal has a width: what is piped, or kept in a file, is whole. */
const terminalWidth = (): number | null => (process.stdout.isTTY === true && process.stdout.columns > 0 ? process.stdout.columns : null);

/** Rows as aligned columns, each on one line; a column whose every cell reads as a number is aligned to the right. */
export const table = (head: readonly string[], given: readonly (readonly Cell[])[], { least = [], width = terminalWidth() }: Narrowing = {}): string => {
  const rows = given.map(cells => cells.map(paintedOf));
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(row => row[column]?.text.length ?? 0)));
  const hidden = width === null ? [] : columnsTooMany({ head, widths, least, width });
  if (hidden.length === 0) return aligned(head, rows, widths);
  const shown = <Part>(parts: readonly Part[]): readonly Part[] => parts.filter((_, column) => !hidden.includes(column));
  const titles = head.filter((title, column) => hidden.includes(column) && title !== '');
  return `${aligned(shown(head), rows.map(shown), shown(widths))}\n${dim(`A wider terminal also shows: ${titles.join(', ')}.`)}`;
};

type Laid = Readonly<{ head: readonly string[]; widths: readonly number[]; least: readonly string[]; width: number }>;

/** Columns that are left out so that a line fits, as far as leaving out helps. */
const columnsTooMany = ({ head, widths, least, width }: Laid): readonly number[] => {
  let taken = widths.reduce((sum, own) => sum + own + GAP, -GAP);
  const hidden: number[] = [];
  for (const title of least) {
    const column = head.indexOf(title);
    if (taken <= width || column === -1) continue;
    hidden.push(column);
    taken -= widths[column]! + GAP;
  }
  return hidden;
};

const aligned = (head: readonly string[], rows: readonly (readonly Painted[])[], widths: readonly number[]): string => {
  const right = head.map((_, column) => rows.length > 0 && rows.every(row => NUMBER.test(row[column]?.text ?? '')));
  const line = (cells: readonly Painted[]): string =>
    cells
      .map(({ text, paint }, column) => {
        const space = ' '.repeat(widths[column]! - text.length);
        const last = column === cells.length - 1;
        return right[column]! ? `${space}${paint(text)}` : `${paint(text)}${last ? '' : space}`;
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  return [dim(line(head.map(paintedOf))), ...rows.map(line)].join('\n');
};

/** `name  value` lines under each other. */
export const facts = (pairs: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${dim(name.padEnd(width))}  ${value}`).join('\n');
};
