/** What differs between two states, value by value. Slices with equal digests are equal and not looked at. */
import { flattened } from './slice-views.ts';
import type { SliceView } from './slice-views.ts';

/** Null where one of the two has no such value. */
export type StateDifference = Readonly<{ slice: string; path: string; before: string | null; after: string | null }>;

export const stateDifferences = (before: readonly SliceView[], after: readonly SliceView[]): readonly StateDifference[] =>
  before.flatMap(view => {
    const other = after.find(({ slice }) => slice === view.slice)!;
    return other.digest === view.digest ? [] : sliceDifferences(view, other);
  });

const sliceDifferences = ({ slice, content }: SliceView, other: SliceView): readonly StateDifference[] => {
  const [left, right] = [new Map(flattened(content)), new Map(flattened(other.content))];
  const differences: StateDifference[] = [];
  for (const path of new Set([...left.keys(), ...right.keys()])) {
    const [was, is] = [left.get(path) ?? null, right.get(path) ?? null];
    if (was !== is) differences.push({ slice, path, before: was, after: is });
  }
  return differences;
};
