/** Who starts tb on another runtime is told how to get the right one, or is handed over to it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runtimeRefusal } from '../../cli/runtime.ts';

test.each([
  [{ node: '24.0.0' }, null],
  [{ node: '24.21.0' }, null],
  [{ node: '26.10.0' }, null],
  [{ node: '22.23.3' }, 'tb runs on Node 24 or newer, and this is Node 22.23.3: run "make install", then "npx tb".'],
  [{ node: '24.3.0', bun: '1.4.5' }, 'tb runs on Node 24 or newer, and this is bun 1.4.5: run "make install", then "npx tb".'],
  [{ node: '24.2.0', deno: '2.9.6' }, 'tb runs on Node 24 or newer, and this is deno 2.9.6: run "make install", then "npx tb".'],
])('runtime %o', (versions, refusal) => {
  expect(runtimeRefusal(versions)).toBe(refusal);
});

describe('the launcher', () => {
  const root = mkdtempSync(join(tmpdir(), 'tb-launcher-'));
  const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })";
  const launch = (flags: readonly string[]) =>
    spawnSync(process.execPath, [...flags, join(root, 'cli', 'tb.mjs'), 'backtest', '--json'], { encoding: 'utf8' });
  const asOlder = ['--import', `data:text/javascript,${encodeURIComponent(older)}`];

  beforeAll(() => {
    mkdirSync(join(root, 'cli'));
    cpSync('cli/tb.mjs', join(root, 'cli', 'tb.mjs'));
    writeFileSync(join(root, 'package.json'), '{ "type": "module" }\n');
    writeFileSync(join(root, 'cli', 'main.ts'), 'console.log(process.versions.node, ...process.argv.slice(2) as string[]);\nprocess.exitCode = 6;\n');
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('explains itself where the pinned Node is not installed', () => {
    const { status, stderr } = launch(asOlder);
    expect(status).toBe(2);
    expect(stderr).toContain('tb runs on Node 24 or newer');
    expect(stderr).toContain(`run "make install" in ${root}`);
  });

  test('starts main.ts, and hands over to the pinned Node from an older one', () => {
    symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
    for (const flags of [[], asOlder]) {
      const { status, stdout } = launch(flags);
      expect(stdout).toBe(`${process.versions.node} backtest --json\n`);
      expect(status).toBe(6);
    }
  });
});
