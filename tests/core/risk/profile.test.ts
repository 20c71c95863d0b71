/** Profiles and the ceilings that bound them. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { fraction } from '../../../core/kernel/units.ts';
import { isResearch, profileProblem, PROFILES } from '../../../core/risk/profile.ts';
import type { RiskProfile } from '../../../core/risk/profile.ts';

const share = (text: string) => fraction(decimal(text));
const mine = (changes: Partial<RiskProfile>): RiskProfile => ({ ...PROFILES.balanced, name: 'mine', ...changes });

describe('the presets', () => {
  test('obey governance', () => {
    expect(Object.values(PROFILES).map(profileProblem)).toEqual([null, null, null]);
    expect(Object.values(PROFILES).map(isResearch)).toEqual([true, false, false]);
  });

  test('say what they say', () => {
    expect(PROFILES).toEqual({
      research: { name: 'research', version: 1, perPosition: null, total: share('1'), positions: null, maxChase: null },
      balanced: { name: 'balanced', version: 1, perPosition: share('0.05'), total: share('0.6'), positions: 12, maxChase: share('0.01') },
      conservative: { name: 'conservative', version: 1, perPosition: share('0.02'), total: share('0.2'), positions: 10, maxChase: share('0.01') },
    });
  });
});

describe('a profile of one’s own', () => {
  const POSITION = 'perPosition must lie above 0 and at most at 0.1';
  const TOTAL = 'total must lie above 0 and at most at 1: there is no leverage';
  const SLOTS = 'positions must be a whole number from 1 to 20';
  const CHASE = 'maxChase must lie between 0 and 0.05';
  const RESEARCH = 'perPosition, positions and maxChase may be null in the research profile only';

  test.each<readonly [string, Partial<RiskProfile>, string | null]>([
    ['all ceilings exactly', { perPosition: share('0.1'), total: share('1'), positions: 20, maxChase: share('0.05') }, null],
    ['the least of everything', { perPosition: fraction(1n), total: fraction(1n), positions: 1, maxChase: fraction(0n) }, null],
    ['a position over its ceiling', { perPosition: fraction(decimal('0.1') + 1n) }, POSITION],
    ['a position of nothing', { perPosition: fraction(0n) }, POSITION],
    ['a position above the total', { perPosition: share('0.1'), total: fraction(decimal('0.1') - 1n) }, 'perPosition must not exceed total'],
    ['leverage', { total: fraction(decimal('1') + 1n) }, TOTAL],
    ['a total of nothing', { total: fraction(0n) }, TOTAL],
    ['21 positions', { positions: 21 }, SLOTS],
    ['no position', { positions: 0 }, SLOTS],
    ['half a position', { positions: 1.5 }, SLOTS],
    ['a chase over its ceiling', { maxChase: fraction(decimal('0.05') + 1n) }, CHASE],
    ['a chase backwards', { maxChase: fraction(-1n) }, CHASE],
    ['no cap of a position', { perPosition: null }, RESEARCH],
    ['no count of positions', { positions: null }, RESEARCH],
    ['no collar', { maxChase: null }, RESEARCH],
    ['the name of research alone lifts nothing', { name: 'research', perPosition: share('0.2') }, POSITION],
    ['research with leverage', { name: 'research', maxChase: null, total: share('1.5') }, TOTAL],
    ['research without a collar', { name: 'research', maxChase: null, perPosition: share('0.9') }, null],
  ])('%s', (_, changes, problem) => {
    expect(profileProblem(mine(changes))).toBe(problem);
  });
});
