/** What kills a desk, at the edge and past it: shares and counts, ages of marks, wild candles, errors by the hour. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { fraction, hourUtc } from '../../../core/kernel/units.ts';
import { countVenueErrors, isWild, killTriggers, presenceOf, shareAsDouble } from '../../../core/risk/kill-triggers.ts';
import type { KillSigns } from '../../../core/risk/kill-triggers.ts';
import { RISK_PROFILES } from '../../../core/risk/risk-profile.ts';

const policy = RISK_PROFILES.balanced.kill!;
const share = (text: string) => fraction(decimal(text));
const CALM: KillSigns = { faults: 0, live: 30, missing: 0, wild: 0, venueErrors: 0 };
const tripped = (signs: Partial<KillSigns>, of: typeof policy | null = policy) => killTriggers(of, { ...CALM, ...signs });
const names = (signs: Partial<KillSigns>) => tripped(signs).map(({ trigger }) => trigger);

describe('a kill', () => {
  test.each<readonly [string, Partial<KillSigns>, readonly string[]]>([
    ['nothing seen', {}, []],
    ['exactly half missing', { missing: 15 }, []],
    ['over half missing', { missing: 16 }, ['UNIVERSE_MISSING']],
    ['one of one missing', { live: 1, missing: 1 }, ['UNIVERSE_MISSING']],
    ['one of two missing', { live: 2, missing: 1 }, []],
    ['nothing live', { live: 0, missing: 0 }, []],
    ['one wild candle', { wild: 1 }, []],
    ['two wild candles', { wild: 2 }, ['CANDLES_WILD']],
    ['four errors', { venueErrors: 4 }, []],
    ['five errors', { venueErrors: 5 }, ['VENUE_ERRORS']],
    ['a fault', { faults: 1 }, ['BOOKS_BROKEN']],
    ['everything', { faults: 1, missing: 30, wild: 30, venueErrors: 9 }, ['BOOKS_BROKEN', 'UNIVERSE_MISSING', 'CANDLES_WILD', 'VENUE_ERRORS']],
  ])('%s', (_, signs, expected) => {
    expect(names(signs)).toEqual(expected);
  });

  test('carries its evidence', () => {
    expect(tripped({ faults: 2, live: 3, missing: 2, wild: 4, venueErrors: 6 })).toEqual([
      { type: 'kill_tripped', trigger: 'BOOKS_BROKEN', limit: 0n, usage: decimal('2') },
      { type: 'kill_tripped', trigger: 'UNIVERSE_MISSING', limit: decimal('0.5'), usage: decimal('0.666666666666666666') },
      { type: 'kill_tripped', trigger: 'CANDLES_WILD', limit: decimal('2'), usage: decimal('4') },
      { type: 'kill_tripped', trigger: 'VENUE_ERRORS', limit: decimal('5'), usage: decimal('6') },
    ]);
  });

  test('by a fault needs no policy; nothing else goes without one', () => {
    expect(tripped({ faults: 1, missing: 30, wild: 30, venueErrors: 9 }, null).map(({ trigger }) => trigger)).toEqual(['BOOKS_BROKEN']);
  });
});

describe('a symbol', () => {
  const age = (ageSteps: number | null, absent: 'quiet' | 'missing' = 'missing', stepsPerHour = 1) => ({ ageSteps, absent, stepsPerHour });

  test.each([
    [age(0), 'live'],
    [age(1), 'live'],
    [age(2), 'missing'],
    [age(23), 'missing'],
    [age(24), 'silent'],
    [age(2, 'quiet'), 'live'],
    [age(24, 'quiet'), 'silent'],
    [age(null), 'silent'],
    [age(23, 'missing', 12), 'live'],
    [age(24, 'missing', 12), 'missing'],
    [age(287, 'missing', 12), 'missing'],
    [age(288, 'missing', 12), 'silent'],
  ])('of age %j is %s', (mark, presence) => {
    expect(presenceOf(mark, { missingHours: 2, staleHours: 24 })).toBe(presence);
  });
});

describe('a candle', () => {
  test.each([
    ['up by the share', 100, 160, 100, false],
    ['up by more', 100, 160.01, 100, true],
    ['down by the share', 100, 100, 40, false],
    ['down by more', 100, 100, 39.99, true],
    ['both ways a little', 100, 150, 50, false],
    ['ten times the mark, without moving in itself', 100, 1000, 1000, true],
    ['a tenth of it', 100, 10, 10, true],
  ])('%s', (_, reference, high, low, wild) => {
    expect(isWild({ reference, high, low }, shareAsDouble(share('0.6')))).toBe(wild);
  });

  test('is judged by the double of the share', () => {
    expect([share('0.6'), share('0.1'), share('1')].map(shareAsDouble)).toEqual([0.6, 0.1, 1]);
  });
});

describe('errors of the venue', () => {
  test('add up within an hour and start anew in the next', () => {
    const first = countVenueErrors(null, hourUtc(7), 2);
    expect(first).toEqual({ hour: 7, errors: 2 });
    expect(countVenueErrors(first, hourUtc(7), 3)).toEqual({ hour: 7, errors: 5 });
    expect(countVenueErrors(first, hourUtc(8), 1)).toEqual({ hour: 8, errors: 1 });
  });

  test('leave no trace in hours without any', () => {
    const first = countVenueErrors(null, hourUtc(7), 2);
    expect(countVenueErrors(first, hourUtc(7), 0)).toBe(first);
    expect(countVenueErrors(first, hourUtc(8), 0)).toBeNull();
    expect(countVenueErrors(null, hourUtc(8), 0)).toBeNull();
  });
});
