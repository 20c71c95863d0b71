/** A curve in one line of text, eight heights from the least to the most. Shown, never read back: a hole stays a hole. */

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** What a terminal shows that was said to know ASCII alone. */
const ASCII_LEVELS = ['_', '.', ',', '-', '=', '+', '*', '#'] as const;
const MIDDLE = 3;
const HOLE = ' ';

/** The first of these that is set is the one that counts, as in POSIX. Only a locale that names another charset, or C, says no. */
const knowsBlocks = (environment: Readonly<Record<string, string | undefined>>): boolean => {
  const locale = [environment['LC_ALL'], environment['LC_CTYPE'], environment['LANG']].find(given => given !== undefined && given !== '') ?? '';
  return !/^(C|POSIX)$/.test(locale) && (!locale.includes('.') || /\.utf-?8/i.test(locale));
};

/** One block a value; of a curve that does not move, the middle one. Values are whatever one unit they share. */
export const sparkline = (values: readonly (number | null)[], environment: Readonly<Record<string, string | undefined>> = process.env): string => {
  const levels = knowsBlocks(environment) ? BLOCKS : ASCII_LEVELS;
  const known = values.filter(value => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const blockOf = (value: number): string => (most === least ? levels[MIDDLE]! : levels[Math.min(levels.length - 1, Math.floor(((value - least) / (most - least)) * levels.length))]!);
  return values.map(value => (value === null ? HOLE : blockOf(value))).join('');
};
