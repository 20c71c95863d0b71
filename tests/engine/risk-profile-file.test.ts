/** Profiles from files: presets, extensions, both units of a limit, and every refusal with its line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import { RISK_PROFILES } from '../../core/risk/risk-profile.ts';
import { Problem } from '../../engine/problem.ts';
import { loadRiskProfile, NO_CAMPAIGN, presetProfile, profileOfText } from '../../engine/risk-profile-file.ts';
import type { CampaignSection } from '../../engine/risk-profile-file.ts';

const read = (text: string) => profileOfText('mine.json', text, NO_CAMPAIGN);

const problemOf = (text: string): readonly [message: string, hint: string] => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof Problem) return [error.message, error.hint];
    throw error;
  }
  throw new Error('Nothing was refused.');
};

describe('presets', () => {
  test('are found by name', async () => {
    await expect(loadRiskProfile('conservative', NO_CAMPAIGN)).resolves.toEqual(RISK_PROFILES.conservative);
    expect(presetProfile('research', NO_CAMPAIGN)).toEqual(RISK_PROFILES.research);
  });

  test('are suggested when misspelt', async () => {
    await expect(loadRiskProfile('balnced', NO_CAMPAIGN)).rejects.toMatchObject({
      exit: 2,
      message: '--profile: there is no profile balnced; did you mean balanced?',
      hint: 'Presets: conservative, balanced, research; or give the path of a JSON file.',
    });
    await expect(loadRiskProfile('toString', NO_CAMPAIGN)).rejects.toMatchObject({ message: '--profile: there is no profile toString.' });
  });
});

describe('a file', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tb-profile-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is read from its path', async () => {
    const path = join(folder, 'mine.json');
    writeFileSync(path, '{ "extends": "balanced", "name": "mine", "version": 3 }');
    await expect(loadRiskProfile(path, NO_CAMPAIGN)).resolves.toEqual({ ...RISK_PROFILES.balanced, name: 'mine', version: 3 });
  });

  test('that cannot be read says so', async () => {
    await expect(loadRiskProfile(join(folder, 'none.json'), NO_CAMPAIGN)).rejects.toMatchObject({
      message: `--profile: ${join(folder, 'none.json')} cannot be read (ENOENT).`,
    });
  });
});

describe('extending', () => {
  test('changes what is given and keeps the rest', () => {
    const mine = read(`{
      "extends": "conservative", "name": "mine", "version": 1,
      "amountsIn": "USD",
      "limits": {
        "total": { "share": "30%", "amount": "15000" },
        "perPosition": { "amount": "500" },
        "clusters": { "FINANCE": "5%" },
        "quotes": { "USD": { "share": "0.25", "amount": "20000" } }
      },
      "sizing": { "volatility": { "targetPerDay": "3%" } },
      "protections": { "losingExits": { "exits": 3 } }
    }`);
    const { conservative } = RISK_PROFILES;
    expect(mine).toEqual({
      ...conservative,
      name: 'mine',
      amountsIn: 'USD',
      limits: {
        ...conservative.limits,
        total: { share: decimal('0.3'), amount: decimal('15000') },
        perPosition: { share: decimal('0.02'), amount: decimal('500') },
        clusters: { FINANCE: { share: decimal('0.05'), amount: null } },
        quotes: { USD: { share: decimal('0.25'), amount: decimal('20000') } },
      },
      sizing: { ...conservative.sizing, volatility: { ...conservative.sizing.volatility, targetPerDay: decimal('0.03') } },
      protections: { ...conservative.protections, losingExits: { ...conservative.protections!.losingExits, exits: 3 } },
    });
  });

  test('replaces lists whole', () => {
    const tiers = '[{ "from": "0", "base": "1", "positions": "1", "halts": false, "review": false }, { "from": "12.5%", "base": "0", "positions": "0", "halts": true, "review": true }]';
    expect(read(`{ "extends": "balanced", "name": "mine", "version": 1, "drawdown": { "tiers": ${tiers} } }`).drawdown).toEqual({
      mode: 'bind',
      tiers: [
        { from: 0n, base: decimal('1'), positions: decimal('1'), halts: false, review: false },
        { from: decimal('0.125'), base: 0n, positions: 0n, halts: true, review: true },
      ],
    });
  });

  test('research may leave caps out or set them', () => {
    expect(read('{ "extends": "research", "name": "mine", "version": 1, "limits": { "perPosition": "90%" } }').limits).toMatchObject({ perPosition: { share: decimal('0.9') }, perCluster: null });
  });

  test('no preset asks for every key, and a profile written out in full is read as it is', () => {
    for (const profile of Object.values(RISK_PROFILES)) {
      const own = { ...profile, name: 'mine' };
      expect(read(canonicalText(own))).toEqual(own);
    }
    expect(problemOf('{ "name": "mine", "version": 1 }')).toEqual(['--profile: mine.json: governance is missing.', 'Give it, or begin with "extends": "balanced".']);
  });
});

describe('a campaign section', () => {
  const campaign: CampaignSection<Readonly<{ patience: number }>> = {
    schema: z.strictObject({ patience: z.int('must be a whole number') }),
    presets: { conservative: { patience: 1 }, balanced: { patience: 2 }, research: { patience: 3 } },
  };

  test('is read by its own schema, over that of the preset', () => {
    expect(profileOfText('mine.json', '{ "extends": "balanced", "name": "mine", "version": 1 }', campaign).campaign).toEqual({ patience: 2 });
    expect(profileOfText('mine.json', '{ "extends": "balanced", "name": "mine", "version": 1, "campaign": { "patience": 9 } }', campaign).campaign).toEqual({ patience: 9 });
    expect(() => profileOfText('mine.json', '{ "extends": "balanced", "name": "mine", "version": 1,\n "campaign": { "patience": "x" } }', campaign)).toThrow(
      '--profile: mine.json:2: campaign.patience must be a whole number.',
    );
  });
});

describe('a refusal names the line', () => {
  const HEAD = '{\n  "extends": "balanced",\n  "name": "mine",\n  "version": 1,\n';
  const KEYS_OF_LIMITS = 'Keys: total, perPosition, perCluster, clusters, unclassified, quotes, positions.';
  const EVERY_KEY = 'docs/risk-profiles.md shows how a profile is written, specs/risk-profile.md every parameter.';
  const EVERY_BOUND = 'specs/risk-profile.md lists every bound.';

  test.each<readonly [string, string, string, string]>([
    ['of an unknown section', `${HEAD}  "limit": {}\n}`, '--profile: mine.json:5: unknown key limit; did you mean limits?', 'Keys: extends, name, version, governance, purpose, amountsIn, limits, sizing, drawdown, entries, marks, liquidity, protections, kill, campaign.'],
    ['of an unknown key', `${HEAD}  "limits": {\n    "perPositon": "5%"\n  }\n}`, '--profile: mine.json:6: unknown key limits.perPositon; did you mean perPosition?', KEYS_OF_LIMITS],
    ['of an unknown part of a limit', `${HEAD}  "limits": { "total": { "share": "60%", "amounts": "5" } }\n}`, '--profile: mine.json:5: unknown key limits.total.amounts; did you mean amount?', 'Keys: share, amount.'],
    ['of an unknown part of a tier', `${HEAD}  "drawdown": { "tiers": [\n    { "form": "0" }\n  ] }\n}`, '--profile: mine.json:6: unknown key drawdown.tiers[0].form; did you mean from?', 'Keys: from, base, positions, halts, review.'],
    ['of an unknown part of an optional section', `${HEAD}  "protections": { "losingExits": { "exists": 3 } }\n}`, '--profile: mine.json:5: unknown key protections.losingExits.exists; did you mean exits?', 'Keys: exits, withinHours, pauseHours.'],
    ['of a part that is missing', `${HEAD}  "drawdown": { "tiers": [\n    { "from": "0" }\n  ] }\n}`, '--profile: mine.json:6: drawdown.tiers[0].base is missing.', "Give it: a preset's drawdown.tiers[0].base is not inherited."],
    ['of a number where text belongs', `${HEAD}  "sizing": { "base": 0.05 }\n}`, '--profile: mine.json:5: sizing.base must be a share in quotes, for example "0.05" or "5%".', EVERY_KEY],
    ['of a share that is none', `${HEAD}  "entries": {\n    "maxChase": "1e-2"\n  }\n}`, '--profile: mine.json:6: entries.maxChase must be a share in quotes, for example "0.05" or "5%".', EVERY_KEY],
    ['of a percentage finer than any share', `${HEAD}  "entries": { "maxChase": "0.00000000000000001%" }\n}`, '--profile: mine.json:5: entries.maxChase must be a share in quotes, for example "0.05" or "5%".', EVERY_KEY],
    ['of a limit that is none', `${HEAD}  "limits": {\n    "total": 7\n  }\n}`, '--profile: mine.json:6: limits.total must be a share such as "60%", or { "share": …, "amount": … }.', EVERY_KEY],
    ['of a share of a limit that is none', `${HEAD}  "limits": {\n    "total": "sixty"\n  }\n}`, '--profile: mine.json:6: limits.total.share must be a share in quotes, for example "0.05" or "5%".', EVERY_KEY],
    ['of an amount that is none', `${HEAD}  "limits": {\n    "total": { "amount": "5k" }\n  }\n}`, '--profile: mine.json:6: limits.total.amount must be an amount in quotes, for example "5000".', EVERY_KEY],
    ['of half a count', `${HEAD}  "kill": { "venueErrors": 2.5 }\n}`, '--profile: mine.json:5: kill.venueErrors must be a whole number.', EVERY_KEY],
    ['of a section that is no object', `${HEAD}  "marks": 3\n}`, '--profile: mine.json:5: marks must be an object.', EVERY_KEY],
    ['of tiers that are no list', `${HEAD}  "drawdown": { "tiers": {} }\n}`, '--profile: mine.json:5: drawdown.tiers must be a list.', EVERY_KEY],
    ['of a mode that is none', `${HEAD}  "drawdown": { "mode": "watch" }\n}`, '--profile: mine.json:5: drawdown.mode must be "bind" or "observe".', EVERY_KEY],
    ['of a purpose that is none', `${HEAD}  "purpose": "fun"\n}`, '--profile: mine.json:5: purpose must be "trading" or "research".', EVERY_KEY],
    ['of a currency that is none', `${HEAD}  "amountsIn": "usd"\n}`, '--profile: mine.json:5: amountsIn must be a currency in upper case, for example "USD".', EVERY_KEY],
    ['of a campaign where there is none', `${HEAD}  "campaign": {}\n}`, '--profile: mine.json:5: campaign must be null.', 'specs/campaigns.md lists every parameter with its bounds.'],
    ["of a preset's name", '{ "extends": "balanced",\n  "name": "research", "version": 1 }', "--profile: mine.json:2: name must be a name of its own, not a preset's.", EVERY_KEY],
    ['of a repeated key', `${HEAD}  "sizing": { "base": "1%",\n    "base": "5%" }\n}`, '--profile: mine.json:6: sizing.base is given twice.', 'Keep the one that is meant.'],
    ['of a preset that is none', '{\n  "extends": "balance", "name": "mine" }', '--profile: mine.json:2: extends must name a preset; did you mean balanced?', 'Presets: conservative, balanced, research.'],
    ['of a preset that is no text', '{ "extends": 1 }', '--profile: mine.json:1: extends must name a preset', 'Presets: conservative, balanced, research.'],
    ['of a governance that nobody wrote', `${HEAD}  "governance": 2\n}`, '--profile: mine.json:5: governance 2 is not known.', 'This program knows governance 1.'],
    ['of a value out of bounds', `${HEAD}  "limits": {\n    "perPosition": "20%"\n  }\n}`, '--profile: mine.json:6: limits.perPosition.share is 0.2 and must lie above 0 and at most at 0.1 (governance 1).', EVERY_BOUND],
    ['of a part left out', `${HEAD}  "kill": null\n}`, '--profile: mine.json:5: kill is none and must be given: only a research profile leaves it out.', EVERY_BOUND],
    ['of every problem', `${HEAD}  "limits": {\n    "positions": 50,\n    "total": "1%"\n  }\n}`, [
      '--profile: mine.json:6: limits.positions is 50 and must lie between 1 and 20 (governance 1).',
      'mine.json:5: limits.perPosition.share is 0.05 and must not exceed limits.total.share, which is 0.01.',
      'mine.json:5: limits.perCluster.share is 0.25 and must not exceed limits.total.share, which is 0.01.',
      'mine.json:5: limits.unclassified.share is 0.25 and must not exceed limits.total.share, which is 0.01.',
    ].join('\n      '), EVERY_BOUND],
  ])('%s', (_, text, message, hint) => {
    expect(problemOf(text)).toEqual([message, hint]);
  });

  test('or says that there is none to name', () => {
    expect(problemOf('{ "name": ')[0]).toMatch(/^--profile: mine\.json is not JSON \(.+\)\.$/);
    expect(problemOf('[]')[0]).toBe('--profile: mine.json is not a JSON object.');
    expect(problemOf('null')[0]).toBe('--profile: mine.json is not a JSON object.');
    expect(problemOf('{}')[0]).toBe('--profile: mine.json: name is missing.');
  });

  test('even where keys try to be something else', () => {
    expect(problemOf(`${HEAD}  "__proto__": { "total": "1" }\n}`)[0]).toBe('--profile: mine.json:5: unknown key __proto__');
    expect(problemOf(`${HEAD}  "limits": { "constructor": "1" }\n}`)[0]).toBe('--profile: mine.json:5: unknown key limits.constructor');
    expect(problemOf(`${HEAD}  "limits": { "clusters": { "MEMES": "1%" } }\n}`)[0]).toBe('--profile: mine.json:5: limits.clusters.MEMES is given and must name a cluster of CLUSTERS_V1.');
    expect(problemOf(`${HEAD}  "limits": { "clusters": { "__proto__": "1%" } }\n}`)[0]).toBe('--profile: mine.json:5: unknown key limits.clusters.__proto__');
  });
});
