/** Whole numbers from a seed, the same on every machine. Whatever a plan leaves to chance comes from here and nowhere else. */

/** A whole number from 0 to below the bound. */
export type Draw = (below: number) => number;

/** Mulberry32, as 32-bit whole numbers. */
export const drawsOf = (seed: number): Draw => {
  let state = seed | 0;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

export const pick = <Item>(draw: Draw, items: readonly Item[]): Item => items[draw(items.length)]!;

/** The items in another order. */
export const shuffled = <Item>(draw: Draw, items: readonly Item[]): readonly Item[] => {
  const left = [...items];
  return items.map(() => left.splice(draw(left.length), 1)[0]!);
};
