/** Policies: the presets, every bound of every parameter, and what parameters may not be together. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CAMPAIGN_PARAMETERS } from '../../../core/campaign/parameters.ts';
import type { CampaignPolicy } from '../../../core/campaign/policy.ts';
import { CAMPAIGN_POLICIES, policyProblem } from '../../../core/campaign/presets.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { fraction, ONE_E18 } from '../../../core/kernel/units.ts';
import { sections, tableRows } from '../../support/markdown.ts';

const share = (text: string) => fraction(decimal(text));
const mine = (changes: Partial<CampaignPolicy>): string | null => policyProblem({ ...CAMPAIGN_POLICIES.balanced, ...changes });

describe('the presets', () => {
  test('may be used', () => {
    expect(Object.values(CAMPAIGN_POLICIES).map(policyProblem)).toEqual([null, null, null]);
  });

  test('have every parameter once, counts as whole numbers and everything else with 18 decimals', () => {
    const names = CAMPAIGN_PARAMETERS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const policy of Object.values(CAMPAIGN_POLICIES)) {
      expect(Object.keys(policy).toSorted()).toEqual(names.toSorted());
      for (const { name, unit } of CAMPAIGN_PARAMETERS) expect([name, typeof policy[name]]).toEqual([name, unit === 'decisions' ? 'number' : 'bigint']);
    }
  });

  test('say what they say', () => {
    expect(CAMPAIGN_POLICIES.balanced).toMatchObject({
      weight1h: share('0.1'),
      weight4h: share('0.3'),
      weight24h: share('0.6'),
      expectedHold: share('5'),
      scorePlain: share('0.015'),
      scoreStrong: share('0.05'),
      entryPersistence: 2,
      exitPersistence: 2,
      entryAggressiveness: share('0.75'),
      tacticalFraction: share('0.33'),
      recoveryTrigger: share('0.15'),
      recoveryPatience: 24,
      deriskFraction: share('0.5'),
    });
    expect(CAMPAIGN_POLICIES.conservative).toMatchObject({ expectedHold: share('4'), entryPersistence: 3, recoveryTrigger: share('0.1'), exitAggressiveness: share('1.25') });
    expect(CAMPAIGN_POLICIES.research).toMatchObject({ expectedHold: share('6'), entryPersistence: 1, recoveryTrigger: share('0.2'), edgeMargin: 0n });
  });

  test('stand in the page as they stand in the table', () => {
    const page = readFileSync(new URL('../../../specs/campaigns.md', import.meta.url), 'utf8');
    const rows = tableRows(sections(page, 2).get('Parameters')!).slice(2);
    expect(rows).toEqual(
      CAMPAIGN_PARAMETERS.map(({ name, unit, min, max, presets, meaning }) => [
        `\`${name}\``,
        unit,
        presets.conservative,
        presets.balanced,
        presets.research,
        `${min} … ${max}`,
        meaning,
      ]),
    );
  });
});

describe('a parameter', () => {
  /** Not refused for a bound of its own; a contradiction may follow. */
  const boundRefusal = /must lie between|must be a whole number/;

  test.each(CAMPAIGN_PARAMETERS.filter(({ unit }) => unit !== 'decisions').map(parameter => [parameter.name, parameter] as const))('%s is bounded', (name, { min, max }) => {
    const refusal = `${name} must lie between ${min} and ${max}`;
    expect(mine({ [name]: decimal(min) }) ?? '').not.toMatch(boundRefusal);
    expect(mine({ [name]: decimal(max) }) ?? '').not.toMatch(boundRefusal);
    expect(mine({ [name]: decimal(min) - 1n })).toBe(refusal);
    expect(mine({ [name]: decimal(max) + 1n })).toBe(refusal);
  });

  test.each(CAMPAIGN_PARAMETERS.filter(({ unit }) => unit === 'decisions').map(parameter => [parameter.name, parameter] as const))('%s is a bounded count', (name, { min, max }) => {
    const refusal = `${name} must be a whole number of decisions from ${min} to ${max}`;
    for (const count of [Number(min), Number(max)]) expect(mine({ [name]: count })).toBeNull();
    for (const count of [Number(min) - 1, Number(max) + 1, 1.5, Number.NaN]) expect(mine({ [name]: count })).toBe(refusal);
  });
});

describe('a policy of one’s own', () => {
  test.each<readonly [string, Partial<CampaignPolicy>, string | null]>([
    ['weights that add up to more than 1', { weight1h: share('0.2') }, 'weight1h, weight4h and weight24h must add up to 1'],
    ['weights that miss 1 by the last digit', { weight24h: fraction(share('0.6') - 1n) }, 'weight1h, weight4h and weight24h must add up to 1'],
    ['a day alone', { weight1h: fraction(0n), weight4h: fraction(0n), weight24h: fraction(ONE_E18) }, 'weight1h or weight4h must be above 0: together they are the next hours'],
    ['no weight of the hour', { weight1h: fraction(0n), weight4h: share('0.4') }, null],
    ['no weight of four hours', { weight1h: share('0.4'), weight4h: fraction(0n) }, null],
    ['a strong score that is none', { scoreStrong: share('0.015') }, 'scorePlain must be less than scoreStrong'],
    ['a strong loss that is none', { exitReturnStrong: share('0.06') }, 'exitReturnPlain must be less than exitReturnStrong'],
    ['a recovery over before it began', { recoveryRelease: share('0.15') }, 'recoveryRelease must be less than recoveryTrigger'],
    ['a chance that is both hope and none', { recoveryExit: share('0.52') }, 'recoveryExit must be less than recoveryHold'],
    ['a bound before a contradiction', { scoreStrong: share('0.015'), deriskFraction: share('1') }, 'deriskFraction must lie between 0.05 and 0.9'],
    ['no partial profits', { tacticalFraction: fraction(0n) }, null],
  ])('%s', (_, changes, problem) => {
    expect(mine(changes)).toBe(problem);
  });
});
