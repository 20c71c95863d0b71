/** Keys that tb makes: commands without one of their own are obeyed in the order they were given in. */
import { expect, test } from 'vitest';
import { keyMadeAt } from '../../cli/command-key.ts';
import { byCodeUnit } from '../../core/kernel/order.ts';

const NOON_MS = Date.UTC(2026, 10, 21, 12);

test('count up with time and repeat nothing', () => {
  const made = Array.from({ length: 300 }, (_, index) => keyMadeAt(NOON_MS + index * 7));
  expect(made.toSorted(byCodeUnit)).toEqual(made);
  expect(new Set(Array.from({ length: 300 }, () => keyMadeAt(NOON_MS))).size).toBe(300);
});

test('are UUIDs of version 7', () => {
  for (let draw = 0; draw < 50; draw += 1) expect(keyMadeAt(NOON_MS)).toMatch(/^01a1fdfa-4600-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
