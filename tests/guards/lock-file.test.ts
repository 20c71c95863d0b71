/** `npm ci` refuses a lock file that lacks a package of another platform; the demo of a newcomer would end there. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('package-lock.json names every optional package', () => {
  const { stdout, status } = spawnSync(process.execPath, ['tools/install/complete-lock.mjs', '--check'], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

test('package.json and the pinned hash agree on the runtime, and every version is exact', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const pinned = JSON.parse(readFileSync('tools/install/node-binary.json', 'utf8')) as { version: string };
  expect(devDependencies['node']).toBe(pinned.version);
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
  expect(loose).toEqual([]);
});
