/** One page ahead: order, errors in their place, and an end that leaves nothing running. */
import { expect, test } from 'vitest';
import { readAhead } from '../../../adapters/exchange/read-ahead.ts';

const soon = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 2));

async function* numbered(asked: number[], failAt: number): AsyncGenerator<number, void, void> {
  try {
    for (let page = 1; page <= 4; page += 1) {
      asked.push(page);
      await soon();
      if (page === failAt) throw new Error(`page ${page} failed`);
      yield page;
    }
  } finally {
    asked.push(0);
  }
}

test('the next page is asked for while one is being used, and only one', async () => {
  const asked: number[] = [];
  const seen: string[] = [];
  for await (const page of readAhead(numbered(asked, 9))) {
    await soon();
    await soon();
    seen.push(`${page}:${asked.join('')}`);
  }
  expect(seen).toEqual(['1:12', '2:123', '3:1234', '4:12340']);
});

test('an error comes after the pages before it', async () => {
  const seen: number[] = [];
  const reading = (async () => {
    for await (const page of readAhead(numbered([], 3))) {
      seen.push(page);
      await soon();
      await soon();
    }
  })();
  await expect(reading).rejects.toThrow('page 3 failed');
  expect(seen).toEqual([1, 2]);
});

test('who stops early leaves nothing running', async () => {
  const asked: number[] = [];
  for await (const page of readAhead(numbered(asked, 9))) if (page === 2) break;
  expect(asked).toEqual([1, 2, 3, 0]);
});
