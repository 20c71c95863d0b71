/** The gate over frozen runs: what passes, what fails with which decision, and what it tells a job of GitHub Actions. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { livelyCandles, plainFile, scratchFolder, scratchStore, slotAt } from '../support/scratch-store.ts';
import { documentOf, failureOf, runTb, wordsOf } from '../support/tb.ts';
import type { Document, Said } from '../support/tb.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const RUN = '--param fast=3 --param slow=8 --symbols AAA/USD --from 2024-03-02T00:00:00Z --to 2024-03-08T00:00:00Z';
const GATE = 'replay-tool --bundles frozen-runs';

let folder: string;
let source: string;
let heads: Readonly<Record<string, unknown>>;

/** Freezing takes a store; the gate is run in another folder, without one. */
beforeAll(async () => {
  const store = await scratchStore();
  await store.write('aaa.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 168, 61)));
  await store.json('import aaa.csv --symbol AAA/USD');
  await store.json('new-strategy my-dip');
  const mine = await store.json(`backtest --strategy ./my-dip.ts ${RUN} --run mine`);
  const ema = await store.json(`backtest --strategy ema-cross ${RUN} --run ema`);
  heads = { mine: mine['head'], ema: ema['head'] };
  folder = await scratchFolder();
  mkdirSync(join(folder, 'frozen-runs', 'older'), { recursive: true });
  mkdirSync(join(folder, 'late'));
  await store.json(`bundle mine --out ${folder}/frozen-runs/mine.tb`);
  await store.json(`bundle ema --out ${folder}/frozen-runs/older/ema.tb.gz`);
  await store.json(`bundle mine --from 2024-03-05T00:00:00Z --out ${folder}/late/mine.tb`);
  source = readFileSync(join(store.folder, 'my-dip.ts'), 'utf8');
});

const tb = (line: string, env: Readonly<Record<string, string>> = {}): Promise<Said> => runTb(wordsOf(line), { cwd: folder, env: { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', ...env } });
const gate = async (line: string, exit: number): Promise<Document & { targets: readonly Document[] }> => {
  const said = await tb(`${line} --json`);
  expect(said.exit, `${line}\n${said.out}${said.err}`).toBe(exit);
  return documentOf(said) as Document & { targets: readonly Document[] };
};

/** The strategy with a text replaced, in a file of its own. */
const edited = (name: string, from: string, to: string): string => {
  expect(source).toContain(from);
  writeFileSync(join(folder, name), source.replace(from, to));
  return `--strategy ./${name}`;
};

describe('runs that decide what they did', () => {
  test('pass, without a store', async () => {
    const report = await gate(GATE, 0);
    expect(report).toMatchObject({ status: 'REPLAY PARITY: TRUE', parity: true, bundles: 'frozen-runs', total: 2, passed: 2, failed: 0, hours: 336, head: null, run: null, from: '2024-03-01T00:00:00Z', to: '2024-03-08T00:00:00Z', failures: [], skipped: [] });
    expect(report.targets).toMatchObject([
      { run: 'mine', file: 'frozen-runs/mine.tb', verdict: 'SAME', parity: true, expectedHead: heads['mine'], actualHead: heads['mine'], head: heads['mine'], changes: [], changedDecisions: 0, changedHours: 0, changedRules: [], strategies: [], notes: ['my-dip was executed as frozen; --strategy FILE executes your file as it is now.'] },
      { run: 'ema', file: 'frozen-runs/older/ema.tb.gz', verdict: 'SAME', expectedHead: heads['ema'], actualHead: heads['ema'], notes: [] },
    ]);
    expect(report.targets[0]!['decisions']).toBeGreaterThan(20);
    expect(existsSync(join(folder, '.tb'))).toBe(false);
  });

  test('with the file that was frozen', async () => {
    writeFileSync(join(folder, 'same.ts'), source);
    expect((await gate(`${GATE} --strategy ./same.ts`, 0)).targets[0]).toMatchObject({ verdict: 'SAME', strategies: ['./same.ts'], notes: ['./same.ts is the file that was frozen.'] });
  });

  test('with a file that has one more remark: a note, no failure', async () => {
    const { targets } = await gate(`${GATE} ${edited('remark.ts', 'export default {', '// A remark changes no decision.\nexport default {')}`, 0);
    expect(targets[0]).toMatchObject({ verdict: 'SAME', expectedHead: heads['mine'], actualHead: heads['mine'], notes: [expect.stringMatching(/^\.\/remark\.ts was executed in place of the frozen file: SHA-256 [0-9a-f]{12}… instead of [0-9a-f]{12}…\.$/) as unknown] });
  });

  test('with a file that decides the same and remembers more', async () => {
    const { targets } = await gate(`${GATE} ${edited('memory.ts', 'memorySize: () => SLOW + emaMemorySize(),', 'memorySize: () => SLOW + emaMemorySize() + 1,')}`, 0);
    expect(targets[0]).toMatchObject({ verdict: 'SAME', expectedHead: heads['mine'], notes: [expect.anything(), 'It decides the same and remembers other numbers, so the head is another.'] });
    expect(targets[0]!['actualHead']).not.toBe(heads['mine']);
  });

  test('with a parameter that the file did not have: its default, and a note', async () => {
    const added = edited('added.ts', '  ],\n  contradiction', "    { name: 'extra', default: 3, min: 1, max: 9, integer: true, meaning: 'nothing yet' },\n  ],\n  contradiction");
    expect((await gate(`${GATE} ${added}`, 0)).targets[0]!['notes']).toContain('Parameter extra of ./added.ts is new and has its default, 3.');
  });
});

describe('a strategy that decides otherwise', () => {
  test('fails with the decision: hour, event, market, field, what it was and is', async () => {
    const report = await gate(`${GATE} ${edited('reason.ts', "reason: 'DIP_ENDED'", "reason: 'DIP_OVER'")}`, 5);
    expect(report).toMatchObject({ status: 'REPLAY PARITY: FALSE', parity: false, total: 2, passed: 1, failed: 1 });
    const [mine, ema] = report.targets;
    expect(ema).toMatchObject({ run: 'ema', verdict: 'SAME' });
    expect(mine).toMatchObject({ run: 'mine', verdict: 'CHANGED', parity: false, strategies: ['./reason.ts'], codes: ['DECISION_MISMATCH'] });
    const changes = mine!['changes'] as readonly Document[];
    expect(changes[0]).toEqual({ what: 'decision', hour: expect.stringMatching(/^2024-03-0\dT\d\d:00:00Z$/) as unknown, step: 0, event: expect.stringMatching(/^signal_raised \d+\.0\.\d+$/) as unknown, symbol: 'AAA/USD', field: 'reason', expected: 'DIP_ENDED', actual: 'DIP_OVER' });
    expect(report['failures']).toMatchObject([{ code: 'DECISION_MISMATCH', severity: 'HIGH', scope: 'decisions', run: 'mine', file: 'frozen-runs/mine.tb', hour: changes[0]!['hour'], field: 'reason', expected: 'DIP_ENDED', actual: 'DIP_OVER' }]);
    expect(mine!['changedDecisions']).toBeGreaterThan(2);
    expect(changes.length).toBeLessThanOrEqual(10);
  });

  test('lists as many as asked for and counts the others', async () => {
    const option = edited('stricter.ts', 'bar.close > evidence.slow;', 'bar.close > evidence.slow * 1.01;');
    const { targets } = await gate(`${GATE} ${option} --changes 2`, 5);
    expect(targets[0]!['changes']).toHaveLength(2);
    const said = await tb(`${GATE} ${option} --changes 2`);
    expect(said).toMatchObject({ exit: 5, err: '' });
    const count = Number(targets[0]!['changedDecisions']);
    expect(said.out).toMatch(new RegExp(`^REPLAY PARITY: FALSE\nrun +hours[^]*\nCHANGED mine frozen-runs/mine\\.tb: ${count} changed decisions \\(\\d+ were frozen\\) and \\d+ of 168 hours with changed events\n  2024-03-\\d\\dT[^\n]*signal_raised[^\n]*(no longer there|not there before): \\{`));
    expect(said.out).toMatch(/… and \d+ more changed decisions \(--changes lists them\)\n/);
    expect((await gate(`${GATE} ${option} --changes 100000`, 5)).targets[0]!['changes']).toSatisfy((changes: readonly Document[]) => changes.filter(({ what }) => what === 'decision').length === count);
  });

  test('is shown in the summary of a job and at the file', async () => {
    const option = edited('reason.ts', "reason: 'DIP_ENDED'", "reason: 'DIP_OVER'");
    const said = await tb(`${GATE} ${option} --json`, { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(folder, 'summary.md') });
    expect(said.exit).toBe(5);
    documentOf(said);
    expect(said.err).toMatch(/^::error file=\.\/reason\.ts,title=Parity gate%3A mine CHANGED::\d+ changed decisions \(\d+ were frozen\) and \d+ of 168 hours with changed events%0A2024-03-0\dT\d\d:00:00Z signal_raised \d+\.0\.\d+, reason: DIP_ENDED frozen, DIP_OVER now\n/);
    const summary = readFileSync(join(folder, 'summary.md'), 'utf8');
    expect(summary).toMatch(/^## Parity gate: 1 of 2 frozen runs changed\n\n\| run \| hours \| expected head \| actual head \| verdict \| file \|\n\| --- /);
    expect(summary).toMatch(/\n### mine: CHANGED\n\n\d+ changed decisions[^\n]*\n\n\| hour \| event \| market \| field \| frozen \| now \|\n[^\n]*\n\| 2024-03-0\d[^|]* \| `signal_raised \d+\.0\.\d+` \| AAA\/USD \| `reason` \| `DIP_ENDED` \| `DIP_OVER` \|\n/);
    await tb(`${GATE} --json`, { GITHUB_STEP_SUMMARY: join(folder, 'summary.md') });
    expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain('## Parity gate: 2 frozen runs as before\n');
    expect(await tb(`${GATE} --quiet`, { GITHUB_STEP_SUMMARY: folder })).toMatchObject({ exit: 0, err: expect.stringContaining('GITHUB_STEP_SUMMARY') as unknown });
  });

  test('is judged from the middle of a run where it remembers the same numbers', async () => {
    expect((await gate('replay-tool --bundles late', 0)).targets[0]).toMatchObject({ verdict: 'SAME', hours: 72, actualHead: heads['mine'] });
    expect((await gate(`replay-tool --bundles late ${edited('reason.ts', "reason: 'DIP_ENDED'", "reason: 'DIP_OVER'")}`, 5)).targets[0]).toMatchObject({ verdict: 'CHANGED', notes: [expect.anything(), 'It begins in the middle of a run, with what the frozen strategy remembered.'] });
    const other = edited('memory.ts', 'memorySize: () => SLOW + emaMemorySize(),', 'memorySize: () => SLOW + emaMemorySize() + 1,');
    expect(failureOf(await tb(`replay-tool --bundles late ${other} --json`))).toMatchObject({ exit: 2, hint: 'Freeze a bundle from the first hour of the run.' });
  });
});

test.each([
  ['replay-tool --bundles nowhere', 2, '--bundles: there is no folder nowhere (/'],
  ['replay-tool --bundles empty', 6, 'No frozen run lies in empty. Freeze one: tb bundle RUN --out empty/RUN.tb'],
  [`${GATE} --strategy ./missing.ts`, 2, 'there is no such file'],
  [`${GATE} --strategy ema-cross`, 2, 'ema-cross is a strategy that ships with tb'],
  [`${GATE} --strategy ./twin.ts --strategy ./same.ts`, 2, 'are both called my-dip'],
  [`${GATE} --strategy ./other.ts`, 2, 'no frozen run in frozen-runs was opened with the strategy another-dip of ./other.ts'],
  [`${GATE} --strategy ./narrow.ts`, 2, 'refuses what the run was opened with. Parameter fast'],
  [`${GATE} --changes many`, 2, '--changes: many is no count'],
  ['replay-tool --strategy ./same.ts', 2, '--strategy: runs of a store are replayed as they are'],
  ['replay-tool --changes 3', 2, '--changes: runs of a store are replayed as they are'],
])('%s answers %i', async (line, exit, words) => {
  mkdirSync(join(folder, 'empty'), { recursive: true });
  for (const name of ['same.ts', 'twin.ts']) writeFileSync(join(folder, name), source);
  edited('other.ts', "id: 'my-dip'", "id: 'another-dip'");
  edited('narrow.ts', "name: 'fast', default: 8, min: 2,", "name: 'fast', default: 8, min: 4,");
  const said = await tb(line);
  expect(said.exit, `${said.out}${said.err}`).toBe(exit);
  expect(`${said.out}${said.err}`).toContain(words);
});

test('a bundle that somebody edited is broken, and nothing is said of its decisions', async () => {
  mkdirSync(join(folder, 'edited'), { recursive: true });
  writeFileSync(join(folder, 'edited', 'mine.tb'), readFileSync(join(folder, 'frozen-runs', 'mine.tb'), 'utf8').replace('"side":"BUY"', '"side":"SELL"'));
  const report = await gate('replay-tool --bundles edited', 5);
  expect(report.targets).toMatchObject([{ verdict: 'BROKEN', codes: ['ROOT_DIFFERS'], expectedHead: null, changes: [] }]);
  expect(report['failures']).toMatchObject([{ code: 'ROOT_DIFFERS', severity: 'CRITICAL', scope: 'hour', field: 'bytes', hour: expect.stringMatching(/^2024-03-0/) as unknown }]);
  writeFileSync(join(folder, 'edited', 'mine.tb'), readFileSync(join(folder, 'frozen-runs', 'mine.tb'), 'utf8').slice(0, 9_000));
  expect((await gate('replay-tool --bundles edited', 5)).targets).toMatchObject([{ verdict: 'BROKEN', codes: ['UNREADABLE'] }]);
});

describe('another tb', () => {
  let copies = 0;
  /** A copy of the program with texts replaced, run on the same frozen runs. */
  const changedTb = async (changes: readonly (readonly [file: string, from: string, to: string])[]): Promise<Document & { targets: readonly Document[]; exit: number }> => {
    const root = join(folder, `program-${(copies += 1)}`);
    for (const part of ['adapters', 'cli', 'core', 'engine', 'schema', 'specs', 'package.json', 'schema_bootstrap.sql']) cpSync(join(PROJECT, part), join(root, part), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(root, 'node_modules'));
    for (const [file, from, to] of changes) {
      const text = readFileSync(join(root, file), 'utf8');
      expect(text).toContain(from);
      writeFileSync(join(root, file), text.replace(from, to));
    }
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'cli', 'tb.mjs'), ...wordsOf(`${GATE} --json`)], { cwd: folder, encoding: 'utf8' });
    expect(stdout, stderr).toMatch(/^\{.*\}\n$/);
    return { ...(JSON.parse(stdout) as Document & { targets: readonly Document[] }), exit: status! };
  };
  const EMA = 'core/strategies/ema-cross.ts';

  test('with another remark in core passes, and says that it is other code', async () => {
    const { exit, targets } = await changedTb([[EMA, '// Slots:', '// Slots, counted from `at`:']]);
    expect(exit).toBe(0);
    expect(targets[1]).toMatchObject({ run: 'ema', verdict: 'SAME', notes: ['Other code than froze it (tb/0.1.0) decides the same.'] });
  });

  test('with another rule of a strategy fails with the decision that it changes', async () => {
    const { exit, targets } = await changedTb([[EMA, 'if (before === 0 || before === sign) return null;', 'if (before === sign) return null;']]);
    expect(exit).toBe(5);
    expect(targets).toMatchObject([
      { run: 'mine', verdict: 'SAME' },
      { run: 'ema', verdict: 'CHANGED', expectedHead: heads['ema'], codes: ['DECISION_MISMATCH'] },
    ]);
    expect((targets[1]!['changes'] as readonly Document[])[0]).toMatchObject({ what: 'decision', event: expect.stringMatching(/^signal_raised /) as unknown, symbol: 'AAA/USD', field: 'presence', expected: null });
  });

  test('with another rule of fills fails with the fill', async () => {
    const { exit, targets } = await changedTb([['core/venue/fill.ts', 'impact), 10_000n * share)', 'impact), 9_000n * share)']]);
    expect(exit).toBe(5);
    expect(targets).toMatchObject([{ codes: ['VENUE_MISMATCH'] }, { codes: ['VENUE_MISMATCH'] }]);
    expect((targets[1]!['changes'] as readonly Document[])[0]).toMatchObject({ what: 'fact', event: expect.stringMatching(/^order_filled /) as unknown });
  });

  test('of later semantics lists its new rules, and what they change', async () => {
    const rule = ['specs/decisions.md', '## Explanation', '## Semantics 3\n\n* **2026-12-01 · A first cross is a signal.** Why not.\n\n## Explanation'] as const;
    const version = ['core/manifest.ts', 'SEMANTICS_VERSION = 2', 'SEMANTICS_VERSION = 3'] as const;
    const changedRules = [{ date: '2026-12-01', version: 'semantics 3', title: 'A first cross is a signal' }];
    const { exit, targets } = await changedTb([rule, version, [EMA, 'if (before === 0 || before === sign) return null;', 'if (before === sign) return null;']]);
    expect(exit).toBe(5);
    expect(targets).toMatchObject([
      { run: 'mine', verdict: 'OTHER VERSION', codes: ['VERSION_MISMATCH'], changedRules, changes: [], changedDecisions: 0, hours: 168 },
      { run: 'ema', verdict: 'OTHER VERSION', codes: ['VERSION_MISMATCH', 'DECISION_MISMATCH'], changedRules },
    ]);
    expect((targets[1]!['changes'] as readonly Document[]).length).toBeGreaterThan(0);
  });

  test('of another encoding executes nothing and lists what came since', async () => {
    const { exit, targets } = await changedTb([['core/manifest.ts', 'ENCODING_VERSION = 2', 'ENCODING_VERSION = 3'], ['specs/decisions.md', '## Explanation', '## Encoding 3\n\n* **2026-12-01 · Shorter names.** Why not.\n\n## Explanation']]);
    expect(exit).toBe(5);
    expect(targets).toMatchObject([
      { run: 'mine', verdict: 'OTHER VERSION', expectedHead: heads['mine'], actualHead: null, hours: 0, changedRules: [{ title: 'Shorter names', version: 'encoding 3' }] },
      { run: 'ema', verdict: 'OTHER VERSION', actualHead: null },
    ]);
  });
});

describe('docs/parity-gate.md', () => {
  const page = readFileSync(join(PROJECT, 'docs', 'parity-gate.md'), 'utf8');
  const workflow = /```yaml\n([^]*?)```/.exec(page)![1]!;

  test('has a whole workflow with the actions that this project uses itself', () => {
    const own = readFileSync(join(PROJECT, '.github', 'workflows', 'ci.yml'), 'utf8');
    expect(workflow).toMatch(/^name: parity\non:\n {2}pull_request:\n[^]*\npermissions:\n {2}contents: read\njobs:\n {2}frozen-runs:\n {4}runs-on: /);
    const uses = [...workflow.matchAll(/uses: (\S+)/g)].map(([, action]) => action!);
    expect(uses).toEqual(['actions/checkout@v5', 'actions/setup-node@v5']);
    for (const action of uses) expect(own).toContain(`uses: ${action}`);
    expect(workflow).not.toMatch(/\t| $/m);
  });

  test('its job runs a command of make that calls the gate', () => {
    const command = /run: (make .*)$/m.exec(workflow)![1]!;
    const { stdout } = spawnSync('bash', ['-c', `${command} -n -o install`], { cwd: PROJECT, encoding: 'utf8', env: { ...process.env, MAKEFLAGS: '', MAKELEVEL: '' } });
    expect(stdout.trim()).toMatch(/ node cli\/tb\.mjs replay-tool --bundles 'frozen-runs' --strategy \.\/my-swing\.ts$/);
  });
});
