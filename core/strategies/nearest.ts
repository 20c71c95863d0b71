/** Which known name somebody probably meant. Only ever a suggestion in a message: nothing acts on the guess. */
import { byCodeUnit } from '../kernel/order.ts';

/** Longer input is no typing mistake, and would only cost time. */
const LENGTH_MAX = 64;
const PREFIX_MIN = 3;

/**
 * The known name that the fewest keystrokes turn `given` into, or null when none is near: at most two, and at most a
 * third of the name's length. Upper and lower case count as equal; a name that starts with what was typed is one
 * keystroke away; ties go to the first by code unit.
 */
export const nearestName = (given: string, known: readonly string[]): string | null => {
  const typed = given.toLowerCase();
  if (typed.length === 0 || typed.length > LENGTH_MAX) return null;
  let nearest: string | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of known.toSorted(byCodeUnit)) {
    const keystrokes = keystrokesTo(typed, name.toLowerCase());
    if (keystrokes < fewest && keystrokes <= keystrokesMax(name)) {
      nearest = name;
      fewest = keystrokes;
    }
  }
  return nearest;
};

/** A name of one letter is near to nothing: one keystroke turns anything of its length into it. */
const keystrokesMax = (name: string): number => (name.length < 2 ? 0 : Math.min(2, Math.max(1, Math.floor(name.length / 3))));

const keystrokesTo = (typed: string, name: string): number =>
  typed !== name && typed.length >= PREFIX_MIN && name.startsWith(typed) ? 1 : editDistance(typed, name);

/** Optimal string alignment: insertions, deletions, replacements and swaps of neighbours, each one keystroke. */
const editDistance = (left: string, right: string): number => {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const replaced = last[column - 1]! + (same ? 0 : 1);
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
          ? beforeLast[column - 2]! + 1
          : replaced;
      current.push(Math.min(replaced, swapped, last[column]! + 1, current[column - 1]! + 1));
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length]!;
};
