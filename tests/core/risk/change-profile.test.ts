/** Why a profile cannot come into force, in words that name the value and what it must be. */
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../../core/events.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { asset, fraction } from '../../../core/kernel/units.ts';
import { PROFILES } from '../../../core/profile.ts';
import type { RunProfile } from '../../../core/profile.ts';
import { changeProblem, changeProfile, profileDigest } from '../../../core/risk/change-profile.ts';
import { operatorFact } from '../../support/desk.ts';

const quote = asset('USD');
const { balanced, conservative, research } = PROFILES;
const plain: RunProfile = { ...balanced, campaign: null };

describe('a profile', () => {
  test.each<readonly [string, RunProfile, RunProfile, string | null]>([
    ['that is a preset of the same purpose', conservative, balanced, null],
    ['of a governance nobody knows', { ...conservative, governance: 7 }, balanced, 'governance is 7 and must be a version this program knows'],
    ['out of bounds', { ...conservative, limits: { ...conservative.limits, total: { share: fraction(decimal('1.1')), amount: null } } }, balanced, 'limits.total.share is 1.1 and must lie above 0 and at most at 1 (governance 1)'],
    ['with amounts in another currency', { ...conservative, amountsIn: asset('EUR') }, balanced, 'amountsIn is EUR and must be USD, the quote currency of the run'],
    ['of another purpose', research, balanced, 'purpose is research and must be trading, as the run opened'],
    ['without campaigns where the opening had them', { ...conservative, campaign: null }, balanced, 'campaign is none and must be given'],
    ['without campaigns where the opening had none', { ...conservative, campaign: null }, plain, null],
    ['with campaigns where the opening had none', conservative, plain, null],
    ['with a campaign section that contradicts itself', { ...conservative, campaign: { ...conservative.campaign!, recoveryExit: fraction(decimal('0.9')), recoveryHold: fraction(decimal('0.8')) } }, balanced, 'recoveryExit must be less than recoveryHold'],
  ])('%s', (_, profile, opening, problem) => {
    expect(changeProblem(profile, { quote, profile: opening })).toBe(problem);
  });

  test('comes into force from the facts of operators alone, each judged against the one before', () => {
    const log: Decision[] = [];
    const other: RunProfile = { ...balanced, name: 'other' };
    const facts = [operatorFact(0, { command: 'halt' }, 'k0'), operatorFact(0, { command: 'profile', profile: other }, 'k1'), operatorFact(0, { command: 'profile', profile: other }, 'k2'), operatorFact(0, { command: 'profile', profile: research }, 'k3'), operatorFact(0, { command: 'profile', profile: balanced }, 'k4')];
    expect(changeProfile(balanced, facts, { quote, profile: balanced }, log)).toBe(balanced);
    expect(log.map(event => (event.type === 'profile_changed' ? `${event.name} supersedes ${event.supersedes === profileDigest(balanced) ? 'balanced' : 'other'}` : event.type === 'operator_refused' ? `${event.key} ${event.code}` : event.type))).toEqual([
      'other supersedes balanced',
      'k2 PROFILE_UNCHANGED',
      'k3 PROFILE_REFUSED',
      'balanced supersedes other',
    ]);
  });
});
