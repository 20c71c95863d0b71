/** Every class of failure stands once in code and once in specs/determinism.md, with one severity and one scope. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FAILURE_CLASSES, replayFailure } from '../../engine/replay-failure.ts';
import { sections, tableRows } from '../support/markdown.ts';

const page = sections(readFileSync('specs/determinism.md', 'utf8'), 2).get('When it is not kept')!;
const rows = tableRows(page).slice(2);

test('the page has every code with the severity and scope that the program gives it', () => {
  const onPage = rows.flatMap(([codes, severity, scope]) => [...codes!.matchAll(/`(\w+)`/g)].map(([, code]) => [code!, { severity, scope }] as const));
  expect(new Set(onPage.map(([code]) => code)).size).toBe(onPage.length);
  expect(Object.fromEntries(onPage)).toEqual(FAILURE_CLASSES);
});

test('every row says when it applies and what to do', () => {
  for (const row of rows) expect(row.map(cell => cell.length > 3)).toEqual([true, true, true, true, true]);
});

test('severity and scope follow from the code', () => {
  expect(replayFailure('DECISION_MISMATCH', { hour: '2024-03-01T00:00:00Z', step: 0, event: 'order_placed 1.0.0', field: 'attempt', expected: '2', actual: '1' })).toEqual({
    code: 'DECISION_MISMATCH', severity: 'HIGH', scope: 'decisions', hour: '2024-03-01T00:00:00Z', step: 0, event: 'order_placed 1.0.0', field: 'attempt', expected: '2', actual: '1',
    slice: null, sliceField: null, sliceExpected: null, sliceActual: null, sliceNote: null,
  });
  expect(replayFailure('SUMMARY_MISMATCH', { field: 'bytes', expected: null, actual: '{}' })).toMatchObject({ severity: 'MEDIUM', scope: 'results', hour: null, step: null, event: null });
});
