/** What the gate writes for GitHub: names of files and texts of events can end neither a cell, a line nor a workflow command. */
import { expect, test } from 'vitest';
import { annotation, bundlesText, summaryMarkdown } from '../../cli/replay-bundles-report.ts';
import type { FrozenRun } from '../../engine/frozen-run.ts';

const run: FrozenRun = {
  file: 'frozen-runs/a|b, c.tb',
  run: 'desk_1',
  from: '2024-03-01T00:00:00Z',
  to: '2024-03-02T00:00:00Z',
  hours: 24,
  symbolHours: 24,
  engineMs: 1,
  verdict: 'CHANGED',
  expectedHead: 'ab'.repeat(32),
  actualHead: 'cd'.repeat(32),
  decisions: 40,
  changedDecisions: 3,
  changedHours: 2,
  changes: [{ what: 'decision', hour: '2024-03-01T05:00:00Z', step: 0, event: 'signal_raised 1.0.0', symbol: 'AAA/USD', field: 'reason', expected: 'one\n| `two`', actual: 'x 50%' }],
  failures: [],
  changedRules: [],
  strategies: [],
  notes: ['Nothing *else*.'],
};
const same: FrozenRun = { ...run, verdict: 'SAME', changes: [], changedDecisions: 0, changedHours: 0 };

test('an annotation is one line with everything escaped that ends a part of it', () => {
  expect(annotation(run)).toBe(
    '::error file=frozen-runs/a|b%2C c.tb,title=Parity gate%3A desk_1 CHANGED::3 changed decisions (40 were frozen) and 2 of 24 hours with changed events%0A2024-03-01T05:00:00Z signal_raised 1.0.0, reason: one\\n| `two` frozen, x 50%25 now',
  );
});

test('a summary keeps its tables whatever stands in them', () => {
  const markdown = summaryMarkdown({ runs: [run, same], folder: 'frozen-runs' });
  expect(markdown.split('\n')).toEqual([
    '## Parity gate: 1 of 2 frozen runs changed',
    '',
    '| run | hours | expected head | actual head | verdict | file |',
    '| --- | --- | --- | --- | --- | --- |',
    '| desk&#95;1 | 24 | abababababab | cdcdcdcdcdcd | CHANGED | frozen-runs/a&#124;b, c.tb |',
    '| desk&#95;1 | 24 | abababababab | cdcdcdcdcdcd | SAME | frozen-runs/a&#124;b, c.tb |',
    '',
    '### desk&#95;1: CHANGED',
    '',
    '3 changed decisions (40 were frozen) and 2 of 24 hours with changed events.',
    '',
    '| hour | event | market | field | frozen | now |',
    '| --- | --- | --- | --- | --- | --- |',
    "| 2024-03-01T05:00:00Z | `signal_raised 1.0.0` | AAA/USD | `reason` | `one\\n\\| 'two'` | `x 50%` |",
    '',
    '… and 2 more changed decisions (--changes lists them)',
    '',
    '* desk&#95;1: Nothing &#42;else&#42;.',
    '* desk&#95;1: Nothing &#42;else&#42;.',
    '',
    '',
  ]);
  expect(summaryMarkdown({ runs: [same], folder: 'frozen-runs' })).toMatch(/^## Parity gate: 1 frozen run as before\n/);
  expect(summaryMarkdown({ runs: [], folder: 'frozen-runs' })).toBe('## Parity gate: nothing to replay\n\nNo frozen run lies in frozen-runs. Freeze one: tb bundle RUN --out frozen-runs/RUN.tb\n\n');
});

test('the text names what changed on one line each', () => {
  expect(bundlesText('REPLAY PARITY: FALSE', { runs: [run], folder: 'frozen-runs', warnings: [] }).split('\n').slice(3)).toEqual([
    'CHANGED desk_1 frozen-runs/a|b, c.tb: 3 changed decisions (40 were frozen) and 2 of 24 hours with changed events',
    '  2024-03-01T05:00:00Z  signal_raised 1.0.0 AAA/USD  reason: one\\n| `two` frozen, x 50% now',
    '  … and 2 more changed decisions (--changes lists them)',
  ]);
});
