/**
 * What was computed of the last value is kept for as long as that value comes again. State is immutable and most of it
 * stays as it is for hours, so the last one is nearly always the right one; nothing else is remembered, and nothing leaks.
 */

/** A function of an immutable value that computes only when the value is another than the last one. */
export const keptForLast = <Value extends object | string, Result>(compute: (value: Value) => Result): ((value: Value) => Result) => {
  let last: Value | null = null;
  let result: Result;
  return value => {
    if (value !== last) {
      result = compute(value);
      last = value;
    }
    return result;
  };
};

/**
 * A function of an immutable list, item by item, that computes only what the last list did not have. It finds items that
 * stayed where the list keeps their order; others are computed again. Another context forgets everything.
 */
export const keptForItems = <Item extends object, Result, Context>(
  compute: (item: Item, context: Context) => Result,
): ((items: readonly Item[], context: Context) => readonly Result[]) => {
  let last: readonly Item[] = [];
  let results: readonly Result[] = [];
  let known: Context | null = null;
  return (items, context) => {
    if (items === last && context === known) return results;
    const before = context === known ? last : [];
    const made: Result[] = [];
    let passed = 0;
    for (const item of items) {
      let at = passed;
      while (at < before.length && before[at] !== item) at += 1;
      const isKnown = at < before.length;
      if (isKnown) passed = at + 1;
      made.push(isKnown ? results[at]! : compute(item, context));
    }
    last = items;
    results = made;
    known = context;
    return made;
  };
};
