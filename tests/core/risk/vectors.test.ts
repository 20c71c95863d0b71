/**
 * The golden vectors of specs/risk.md, and the second implementation of that page: a Python script that
 * recomputes them from the text. Python is asked only where the machine has it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../../core/kernel/canonical.ts';
import { CLUSTERS_V1 } from '../../../core/risk/clusters.ts';
import { CLIP_ORDER, ENTRY_GATES, EXIT_GATES } from '../../../core/risk/gate-order.ts';
import { RISK_PROFILES } from '../../../core/risk/risk-profile.ts';
import { sections, tableRows } from '../../support/markdown.ts';
import { RISK_RULES, RISK_VECTORS } from './risk-vectors.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(`${ROOT}specs/risk.md`, 'utf8');
const { profiles, cases } = RISK_VECTORS;

describe('the vectors', () => {
  test('cover every rule', () => {
    expect([...new Set(cases.map(({ rule }) => rule))].toSorted()).toEqual(Object.keys(RISK_RULES).toSorted());
  });

  test('hold the presets as they are', () => {
    expect(profiles).toEqual(JSON.parse(canonicalText(RISK_PROFILES)));
  });

  test.each(cases.map(vector => [`${vector.rule}: ${vector.name}`, vector] as const))('%s', (_, { rule, given, gives }) => {
    expect(RISK_RULES[rule]!(given)).toEqual(gives);
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.log('Skipped: the Python twin of specs/risk.md, as python3 is absent.');

test.runIf(hasPython)('the Python twin of the page gives the same', () => {
  const run = spawnSync('python3', ['tools/risk_oracle.py'], { cwd: ROOT, encoding: 'utf8' });
  expect(run.stdout.trim() + run.stderr.trim()).toBe('OK');
});

describe('the page', () => {
  const gatesOf = (section: string): readonly (readonly string[])[] => tableRows(sections(page, 2).get(section)!).slice(2);
  const rowOf = ({ code, severity, kind, evidence, limit, usage, asked }: (typeof ENTRY_GATES)[number]): readonly string[] => [
    `\`${code}\``,
    severity,
    kind,
    evidence,
    `${limit}, ${usage}, ${asked}`,
  ];

  test('lists the gates of the code, in their order', () => {
    expect(gatesOf('Gates of an entry')).toEqual(ENTRY_GATES.map(rowOf));
    expect(gatesOf('Gates of an exit')).toEqual(EXIT_GATES.map(rowOf));
    expect(page).toContain(`The order of clips is ${CLIP_ORDER.map(code => `\`${code}\``).join(', ')}.`);
  });

  test('lists the clusters of the code', () => {
    const rows = tableRows(sections(page, 2).get('Caps')!).filter(([name]) => Object.hasOwn(CLUSTERS_V1, name!));
    expect(rows).toEqual(Object.entries(CLUSTERS_V1).map(([name, coins]) => [name, coins.join(', ')]));
  });
});
