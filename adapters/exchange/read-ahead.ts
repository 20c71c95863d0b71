/**
 * Asks for the next page while the last one is being stored, so that the venue's time and the store's time do not add up. One page
 * ahead and no more; an error comes where its page would have come.
 */

const unheard = (): void => {};

/** The same pages in the same order. Who stops early waits for the request on its way, and nothing more is asked. */
export async function* readAhead<Page>(pages: AsyncGenerator<Page, void, void>): AsyncGenerator<Page, void, void> {
  let next = pages.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = pages.next();
      // Whoever awaits it hears of its failure; until then it is nobody's unhandled one.
      next.catch(unheard);
      yield value;
    }
  } finally {
    await next.then(unheard, unheard);
    await pages.return();
  }
}
