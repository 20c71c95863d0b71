/**
 * Orders of insertion, none of which may count: of lists that are put in order by whoever reads them, of the keys of
 * objects, and of the entries of maps and sets. It changes no value, and no list whose order means something.
 */

export type InsertionOrder = Readonly<{
  /** The same items one after another as this order has them. */
  list: <Item>(items: readonly Item[]) => readonly Item[];
  /** The same value, made anew with keys and entries inserted as this order has them, all the way down. Lists stay. */
  entries: <Value>(value: Value) => Value;
  /** Whether anything is moved at all. */
  isShuffled: boolean;
}>;

export const AS_WRITTEN: InsertionOrder = { list: items => items, entries: value => value, isShuffled: false };

/** Mulberry32 in integer arithmetic alone, so that one seed is one order on every engine. */
const generator = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
};

/** A permutation by Fisher and Yates. */
const shuffled = <Item>(items: readonly Item[], next: () => number): readonly Item[] => {
  const moved = [...items];
  for (let last = moved.length - 1; last > 0; last -= 1) {
    const chosen = next() % (last + 1);
    [moved[last], moved[chosen]] = [moved[chosen]!, moved[last]!];
  }
  return moved;
};

const isPlainObject = (value: object): value is Readonly<Record<string, unknown>> => Object.getPrototypeOf(value) === Object.prototype;

export const shuffledBy = (seed: number): InsertionOrder => {
  const next = generator(seed);
  const list = <Item>(items: readonly Item[]): readonly Item[] => shuffled(items, next);
  const again = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(again);
    if (value instanceof Map) return new Map(list([...value]).map(([key, entry]: readonly [unknown, unknown]) => [key, again(entry)]));
    if (value instanceof Set) return new Set(list([...value]));
    return isPlainObject(value) ? Object.fromEntries(list(Object.entries(value)).map(([key, field]) => [key, again(field)])) : value;
  };
  return { list, entries: <Value>(value: Value) => again(value) as Value, isShuffled: true };
};
