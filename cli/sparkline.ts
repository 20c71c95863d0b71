/** A curve in one line of text, eight heights from the least to the most. Shown, never read back: a hole stays a hole. */

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const FLAT = '▄';
const HOLE = ' ';

/** One block a value; of a curve that does not move, the middle one. Values are whatever one unit they share. */
export const sparkline = (values: readonly (number | null)[]): string => {
  const known = values.filter(value => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const blockOf = (value: number): string => (most === least ? FLAT : BLOCKS[Math.min(BLOCKS.length - 1, Math.floor(((value - least) / (most - least)) * BLOCKS.length))]!);
  return values.map(value => (value === null ? HOLE : blockOf(value))).join('');
};
