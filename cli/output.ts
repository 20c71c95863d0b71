/** Where results go: one JSON document on stdout for programs, aligned text for people; everything else to stderr. */
import stableStringify from 'fast-json-stable-stringify';

export type OutputOptions = Readonly<{ json: boolean; quiet: boolean }>;

/** A result in both its forms. The text is made only when a person reads it. */
export type Result = Readonly<{ document: Readonly<Record<string, unknown>>; text: () => string }>;

export const printResult = (options: OutputOptions, result: Result): void => {
  if (options.json) process.stdout.write(`${stableStringify(result.document)}\n`);
  else if (!options.quiet) process.stdout.write(`${result.text()}\n`);
};

const coloured = (): boolean => process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '';

const paint = (code: number) => (text: string): string => (coloured() ? `\u001b[${code}m${text}\u001b[0m` : text);

export const green = paint(32);
export const red = paint(31);
export const yellow = paint(33);
export const dim = paint(2);
export const bold = paint(1);

/** Rows as aligned columns; a column whose every cell reads as a number is aligned to the right. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map(row => (row[column] ?? '').length)));
  const right = head.map((_, column) => rows.length > 0 && rows.every(row => /^$|^[-+]?[\d,.]+%?$/.test(row[column] ?? '')));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => (right[column]! ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  ').trimEnd();
  return [dim(line(head)), ...rows.map(line)].join('\n');
};

/** `name  value` lines under each other. */
export const facts = (pairs: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${dim(name.padEnd(width))}  ${value}`).join('\n');
};
