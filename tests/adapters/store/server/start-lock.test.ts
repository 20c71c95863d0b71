import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startedAt } from '../../../../adapters/store/server/liveness.ts';
import { withStartLock } from '../../../../adapters/store/server/start-lock.ts';

const MODULE = new URL('../../../../adapters/store/server/start-lock.ts', import.meta.url).href;
const LONG_MS = 20_000;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tb-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const child = (body: string): ChildProcess =>
  spawn(process.execPath, ['-e', `import('${MODULE}').then(async ({ withStartLock }) => { const fs = require('node:fs'); ${body} })`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Adds one to a counter the slow way: any second holder in between loses an addition. */
const ADD = `
  for (let round = 0; round < 15; round += 1) {
    await withStartLock('.', ${LONG_MS}, async () => {
      const count = Number(fs.readFileSync('count', 'utf8'));
      await new Promise(resolve => setTimeout(resolve, 2));
      fs.writeFileSync('count', String(count + 1));
    });
  }`;

/** Takes the lock, says so, and never lets go. */
const HANG = `await withStartLock('.', ${LONG_MS}, async () => { console.log('held'); await new Promise(() => setInterval(() => {}, 1000)); });`;

describe('withStartLock', () => {
  test('returns what the work returns and leaves one free lock', async () => {
    expect(await withStartLock(folder, LONG_MS, () => Promise.resolve('done'))).toBe('done');
    expect(readdirSync(folder)).toEqual(['start-lock.1']);
    expect(readFileSync(join(folder, 'start-lock.1'), 'utf8')).toBe('');
  });

  test('a failure of the work frees the lock and comes out as it is', async () => {
    await expect(withStartLock(folder, LONG_MS, () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
    expect(await withStartLock(folder, 0, () => Promise.resolve('next'))).toBe('next');
  });

  test('four processes, one at a time, also across a holder that is killed', async () => {
    writeFileSync(join(folder, 'count'), '0');
    const holder = child(HANG);
    await once(holder.stdout!, 'data');
    const others = Array.from({ length: 4 }, () => child(ADD));
    const exits = others.map(other => once(other, 'exit'));
    holder.kill('SIGKILL');
    expect(await Promise.all(exits)).toEqual([[0, null], [0, null], [0, null], [0, null]]);
    expect(readFileSync(join(folder, 'count'), 'utf8')).toBe('60');
    expect(readdirSync(folder).filter(name => name.startsWith('start-claim'))).toEqual([]);
  });

  test('a live holder is waited for, then named', async () => {
    const holder = child(HANG);
    await once(holder.stdout!, 'data');
    const waiting = withStartLock(folder, 50, () => Promise.resolve('never'));
    await expect(waiting).rejects.toMatchObject({ kind: 'locked', message: expect.stringContaining(`process ${holder.pid}`) });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(await withStartLock(folder, LONG_MS, () => Promise.resolve('taken over'))).toBe('taken over');
  });

  test('a number that belongs to another process by now does not hold', async () => {
    writeFileSync(join(folder, 'start-lock.7'), `${process.pid} 12345\n`);
    expect(await withStartLock(folder, 0, () => Promise.resolve('taken over'))).toBe('taken over');
    expect(readdirSync(folder).sort()).toEqual(['start-lock.7', 'start-lock.8']);
  });

  test('the same number with the same start holds', async () => {
    writeFileSync(join(folder, 'start-lock.7'), `${process.pid} ${await startedAt(process.pid)}\n`);
    await expect(withStartLock(folder, 0, () => Promise.resolve('never'))).rejects.toMatchObject({ kind: 'locked' });
  });
});
