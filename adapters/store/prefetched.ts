/** Reading ahead by one: the next batch is fetched while the current one is used, and never more than that. */

/** The same values in the same order. Leaving the loop early waits for what was asked for and closes the source. */
export async function* prefetched<Value>(source: AsyncGenerator<Value, void, void>): AsyncGenerator<Value, void, void> {
  const ask = (): Promise<IteratorResult<Value, void>> => {
    const asked = source.next();
    // Its failure is thrown where it is awaited; until then it must not count as unhandled.
    asked.catch(() => undefined);
    return asked;
  };
  let next = ask();
  try {
    for (;;) {
      const current = await next;
      if (current.done === true) return;
      next = ask();
      yield current.value;
    }
  } finally {
    await next.catch(() => undefined);
    await source.return();
  }
}
