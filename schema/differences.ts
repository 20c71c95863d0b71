/** Where two plain objects differ, by path. Made for catalogs, whose parts are small and whose differences are few. */
import { byCodeUnit } from '../core/kernel/order.ts';

/** `left` or `right` is null where that side has nothing at the path. */
export type Difference = Readonly<{ path: string; left: string | null; right: string | null }>;

/** Lists are compared as sets: what one side has and the other has not. */
export const differencesBetween = (left: unknown, right: unknown, path = ''): readonly Difference[] => {
  if (Array.isArray(left) && Array.isArray(right)) return betweenLists(left.map(shown), right.map(shown), path);
  if (isRecord(left) && isRecord(right)) {
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort(byCodeUnit);
    return names.flatMap(name => differencesBetween(left[name], right[name], path === '' ? name : `${path} > ${name}`));
  }
  const [texts, others] = [shown(left), shown(right)];
  return texts === others ? [] : [{ path, left: left === undefined ? null : texts, right: right === undefined ? null : others }];
};

const betweenLists = (left: readonly string[], right: readonly string[], path: string): readonly Difference[] => [
  ...left.filter(item => !right.includes(item)).map(item => ({ path, left: item, right: null })),
  ...right.filter(item => !left.includes(item)).map(item => ({ path, left: null, right: item })),
];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined'));
