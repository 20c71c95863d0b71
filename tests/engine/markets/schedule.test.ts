import { describe, expect, it } from 'vitest';
import { dueAfter, everyOf } from '../../../engine/markets/schedule.ts';

const at = (text: string): number => Date.parse(text);

describe('when a repeated command is due again', () => {
  it('is two minutes after the hour for whole hours', () => {
    expect(dueAfter(at('2024-03-01T05:00:00Z'), 3_600_000)).toBe(at('2024-03-01T05:02:00Z'));
    expect(dueAfter(at('2024-03-01T05:02:00Z'), 3_600_000)).toBe(at('2024-03-01T06:02:00Z'));
    expect(dueAfter(at('2024-03-01T05:59:59Z'), 3_600_000)).toBe(at('2024-03-01T06:02:00Z'));
    expect(dueAfter(at('2024-03-01T05:30:00Z'), 4 * 3_600_000)).toBe(at('2024-03-01T08:02:00Z'));
  });

  it('is counted from now otherwise', () => {
    expect(dueAfter(at('2024-03-01T05:00:10Z'), 60_000)).toBe(at('2024-03-01T05:01:10Z'));
  });

  it.each([['30s', 30_000], ['5m', 300_000], ['24h', 86_400_000]])('reads %s', (text, ms) => {
    expect(everyOf('--every', text)).toBe(ms);
  });

  it.each(['9s', '25h', '1', 'h', '1.5h', '-1h', '0s', '1d'])('refuses %s', text => {
    expect(() => everyOf('--every', text)).toThrow('between 10s and 24h');
  });
});
