/** `--slice`: a slice of the state by name, or which there are. */
import { usage } from '../engine/problem.ts';
import type { SliceView } from '../engine/explain/slice-views.ts';
import { orNearest, typed } from '../engine/wording.ts';

/** All slices, or the one that is named. */
export const slicesOf = (views: readonly SliceView[], name: string | undefined): readonly SliceView[] => {
  if (name === undefined) return views;
  const names = views.map(({ slice }) => slice);
  const chosen = views.filter(({ slice }) => slice === name);
  if (chosen.length === 0) throw usage(`--slice: ${typed(name)} is no slice of the state${orNearest(name, names)}`, `It has ${names.join(', ')}.`);
  return chosen;
};
