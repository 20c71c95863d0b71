/** The campaign section of a profile file: its own keys, its own bounds, and where both are listed. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { decimal } from '../../core/kernel/decimal.ts';
import { Problem } from '../../engine/problem.ts';
import { loadRunProfile } from '../../engine/run-profile.ts';

const folder = mkdtempSync(join(tmpdir(), 'tb-profile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = join(folder, 'mine.json');
const write = (campaign: unknown): void => writeFileSync(path, `{ "extends": "balanced", "name": "mine", "version": 1,\n  "campaign": ${JSON.stringify(campaign)} }`);
const refusal = async (campaign: unknown): Promise<readonly string[]> => {
  write(campaign);
  const problem: unknown = await loadRunProfile('--profile', path).catch((error: unknown) => error);
  if (!(problem instanceof Problem)) throw new Error('Nothing was refused.');
  return [problem.message.replace(path, 'mine.json'), problem.hint];
};

test('is merged over that of the preset', async () => {
  write({ dipExpiry: 12, tacticalGain: '2' });
  expect((await loadRunProfile('--profile', path)).campaign).toMatchObject({ dipExpiry: 12, tacticalGain: decimal('2'), recoveryPatience: 24 });
});

test('names its own keys where one is misspelt', async () => {
  const [message, hint] = await refusal({ dipExpirry: 12 });
  expect(message).toBe('--profile: mine.json:2: unknown key campaign.dipExpirry; did you mean dipExpiry?');
  expect(hint).toMatch(/^Keys: weight1h, .+, dipExpiry, .+, deriskFraction\.$/);
});

test.each([
  [{ dipExpiry: 0 }, 'campaign is out of bounds: dipExpiry must be a whole number of decisions from 1 to 720.'],
  [{ dipExpiry: '12' }, 'campaign.dipExpiry must be a whole number of decisions.'],
  [{ weight1h: '0.5' }, 'campaign is out of bounds: weight1h, weight4h and weight24h must add up to 1.'],
  [{ tacticalGain: 2 }, 'campaign.tacticalGain must be a decimal in quotes, for example "0.25".'],
])('refuses %j', async (campaign, told) => {
  expect(await refusal(campaign)).toEqual([`--profile: mine.json:2: ${told}`, 'specs/campaigns.md lists every parameter with its bounds.']);
});

test('the guide shows files that are accepted, one of them with a campaign section', async () => {
  const guide = readFileSync(new URL('../../docs/risk-profiles.md', import.meta.url), 'utf8');
  const examples = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(match => match[1]!);
  const read: string[] = [];
  for (const example of examples) {
    writeFileSync(path, example);
    read.push((await loadRunProfile('--profile', path)).name);
  }
  expect(read).toEqual(['careful', 'with-amounts', 'patient']);
});
