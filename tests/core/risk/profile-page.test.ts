/** The page of the profile against the code: its table, cell by cell, and the number that stands in no cell. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { GOVERNANCE_V1 } from '../../../core/risk/governance.ts';
import type { Bound } from '../../../core/risk/governance.ts';
import { parameterRows } from '../../../core/risk/profile-parameters.ts';
import { sections, tableRows } from '../../support/markdown.ts';

const page = readFileSync(fileURLToPath(new URL('../../../specs/risk-profile.md', import.meta.url)), 'utf8');

const interval = (bound: Bound | null): string => (bound === null ? '' : `${bound.open ? '(' : '['}${bound.low}, ${bound.high}]`);

test('the table of specs/risk-profile.md is the table of the code', () => {
  const [head, , ...rows] = tableRows(sections(page, 2).get('Parameters')!);
  expect(head).toEqual(['parameter', 'unit', 'conservative', 'balanced', 'research', 'bound', 'in research', 'absent', 'meaning']);
  expect(rows).toEqual(
    parameterRows(GOVERNANCE_V1).map(({ path, unit, defaults, bound, researchBound, absent, meaning }) => [
      `\`${path}\``,
      unit,
      defaults.conservative,
      defaults.balanced,
      defaults.research,
      interval(bound),
      interval(researchBound),
      absent,
      meaning,
    ]),
  );
});

test('the page states by when a trading profile halts', () => {
  expect(page).toContain(`a tier that halts begins at a drawdown of at most **${GOVERNANCE_V1.haltBy}**`);
});
