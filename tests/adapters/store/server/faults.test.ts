import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withConnection, type StoreAddress } from '../../../../adapters/store/connection.ts';
import { ensureServer, serverStatus, stopServer } from '../../../../adapters/store/server/embedded.ts';

const MODULE = new URL('../../../../adapters/store/server/embedded.ts', import.meta.url).href;
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;
let root: string;
let folder: string;
let mounted = false;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tb-faults-')));
  chmodSync(root, 0o755);
  folder = join(root, 'store');
});
afterEach(async () => {
  await stopServer(folder);
  if (mounted) spawnSync('/bin/umount', [folder]);
  mounted = false;
  rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

type ChildOptions = Readonly<{ uid?: number; gid?: number; env?: Record<string, string> }>;

/** Another tb: has the store's server, prints its process number or what was wrong. */
const anotherTb = (options: ChildOptions): ChildProcess => {
  const script = `import('${MODULE}').then(async ({ ensureServer, serverStatus }) => {
    try { await ensureServer(process.argv[1]); console.log(JSON.stringify(await serverStatus(process.argv[1]))); }
    catch (error) { console.log(JSON.stringify({ kind: error.kind, message: error.message, hint: error.hint })); }
  })`;
  return spawn(process.execPath, ['-e', script, folder], { ...options, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
};

const outcomeOf = async (child: ChildProcess): Promise<Readonly<Record<string, unknown>>> => {
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', (part: string) => (text += part));
  await once(child, 'close');
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
};

const one = async (address: StoreAddress, statement: string): Promise<unknown> =>
  withConnection(address, 'owner', async client => Object.values(((await client.query(statement)).rows[0] ?? {}) as Record<string, unknown>)[0]);

const postmasterPid = async (): Promise<number> => {
  const status = await serverStatus(folder);
  if (status.state !== 'ready') throw new Error(`The server is ${status.state}.`);
  return status.pid;
};

const mountSmallDisk = (size: string): boolean => {
  mounted = isRoot && spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', folder]).status === 0;
  return mounted;
};

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 1));
};

const inServerFolder = (pattern: RegExp): boolean => existsSync(join(folder, 'postgres')) && readdirSync(join(folder, 'postgres')).some(name => pattern.test(name));
const pidFile = (): string => join(folder, 'postgres/cluster/postmaster.pid');

describe('several at once', () => {
  test('three processes on a folder that does not exist yet share one server, which outlives them', async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => outcomeOf(anotherTb({}))));
    expect(outcomes.map(outcome => outcome['state'])).toEqual(['ready', 'ready', 'ready']);
    expect(new Set(outcomes.map(outcome => outcome['pid'])).size).toBe(1);
    expect(await postmasterPid()).toBe(outcomes[0]!['pid']);
    const address = await ensureServer(folder);
    expect(await one(address, 'SELECT count(*) FROM pg_database')).toBe(4);
  });
});

describe('kill -9', () => {
  test('of the server: the next command starts it again and every acknowledged row is there', async () => {
    const address = await ensureServer(folder);
    await one(address, 'CREATE TABLE hours AS SELECT generate_series(1, 500) AS hour');
    const before = await postmasterPid();
    await withConnection(address, 'app', async client => {
      process.kill(before, 'SIGKILL');
      await expect(client.query('SELECT pg_sleep(10)')).rejects.toThrow(/terminat/);
    });
    expect(await one(await ensureServer(folder), 'SELECT count(*) FROM hours')).toBe(500);
    expect(await postmasterPid()).not.toBe(before);
  });

  test.each([
    ['while initdb runs', () => inServerFolder(/^cluster-new\./)],
    ['when the cluster has just been moved into place', () => inServerFolder(/^cluster$/)],
    ['while the server starts', () => existsSync(pidFile())],
  ])('of the tb that starts it, %s', async (_, reached) => {
    const starter = anotherTb({});
    await until(reached);
    starter.kill('SIGKILL');
    await once(starter, 'close');
    const address = await ensureServer(folder);
    expect(await one(address, `SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolcanlogin`)).toBe('tb_admin tb_app tb_owner');
    await stopServer(folder);
    await ensureServer(folder);
    expect(inServerFolder(/^cluster-new\./)).toBe(false);
  });
});

describe('what an earlier server left behind', () => {
  test('its number belongs to another process by now: that one is left alone and a server starts', async () => {
    await ensureServer(folder);
    await stopServer(folder);
    const remnant = (pid: number): string => [pid, join(folder, 'postgres/cluster'), 1, 5432, join(folder, 'postgres/socket'), '', '1 1', 'ready   ', ''].join('\n');
    writeFileSync(pidFile(), remnant(process.pid));
    expect(await serverStatus(folder)).toEqual({ state: 'stopped' });
    expect(await stopServer(folder)).toBe('was_not_running');
    await ensureServer(folder);
    expect(await postmasterPid()).not.toBe(process.pid);
    await stopServer(folder);
    writeFileSync(pidFile(), ''); // As after a crash between making the file and writing it.
    await ensureServer(folder);
    expect((await serverStatus(folder)).state).toBe('ready');
  });

  test('a cluster of another major version is refused and not touched', async () => {
    await ensureServer(folder);
    await stopServer(folder);
    const version = join(folder, 'postgres/cluster/PG_VERSION');
    writeFileSync(version, '17\n');
    await expect(ensureServer(folder)).rejects.toMatchObject({
      kind: 'foreign',
      message: `The store in ${folder} was made by PostgreSQL 17; this tb brings PostgreSQL 18.`,
    });
    expect(readFileSync(version, 'utf8')).toBe('17\n');
  });

  test('files that are no cluster are refused and not touched', async () => {
    mkdirSync(join(folder, 'postgres/cluster'), { recursive: true });
    writeFileSync(join(folder, 'postgres/cluster/diary.txt'), 'mine');
    await expect(ensureServer(folder)).rejects.toMatchObject({ kind: 'foreign' });
    expect(readFileSync(join(folder, 'postgres/cluster/diary.txt'), 'utf8')).toBe('mine');
  });
});

describe('no room, no right', () => {
  test('a file in place of the folder', async () => {
    writeFileSync(folder, 'a file');
    await expect(ensureServer(folder)).rejects.toMatchObject({ kind: 'foreign', message: expect.stringContaining('not a directory') });
    rmSync(folder);
  });

  test('a full disk leaves nothing half-made, and with room again everything is there', async context => {
    mkdirSync(folder);
    if (!mountSmallDisk('20m')) return context.skip('needs root and mount for a small disk');
    await expect(ensureServer(folder)).rejects.toMatchObject({ kind: 'full' });
    expect(inServerFolder(/^cluster/)).toBe(false);
    expect(spawnSync('/bin/mount', ['-o', 'remount,size=100m', folder]).status).toBe(0);
    await one(await ensureServer(folder), 'CREATE TABLE kept AS SELECT 1');
    await stopServer(folder);
    const filler = join(folder, 'filler');
    expect(() => writeFileSync(filler, Buffer.alloc(100_000_000))).toThrow('ENOSPC');
    await expect(ensureServer(folder)).rejects.toMatchObject({ kind: 'full' });
    rmSync(filler);
    expect(await one(await ensureServer(folder), 'SELECT count(*) FROM kept')).toBe(1);
  });

  test('a folder that this account may not write', async context => {
    if (!isRoot) return context.skip('needs root to become another account');
    expect(await outcomeOf(anotherTb({ uid: NOBODY, gid: NOBODY }))).toEqual({
      kind: 'permission',
      message: expect.stringContaining(`The store folder ${folder} cannot be made`),
      hint: 'Use the account that owns the store, or choose another one with --store.',
    });
  });

  test('a store of another account says whose it is not, and an ordinary account has its own', async context => {
    if (!isRoot) return context.skip('needs root to become another account');
    const mine = folder;
    await ensureServer(mine);
    expect(await outcomeOf(anotherTb({ uid: NOBODY, gid: NOBODY }))).toMatchObject({ kind: 'permission' });
    await stopServer(mine);
    folder = join(root, 'theirs');
    mkdirSync(folder);
    chownSync(folder, NOBODY, NOBODY);
    expect(await outcomeOf(anotherTb({ uid: NOBODY, gid: NOBODY }))).toMatchObject({ state: 'ready' });
    expect(await one(await ensureServer(folder), 'SELECT 1')).toBe(1);
  });
});

describe('root without user namespaces', () => {
  test('the server runs as an ordinary account, also when it is started again', async context => {
    if (!isRoot) return context.skip('needs root');
    const outcome = await outcomeOf(anotherTb({ env: { PATH: '/nowhere' } }));
    expect(outcome).toMatchObject({ state: 'ready' });
    const owner = statSync(join(folder, 'postgres/cluster')).uid;
    expect(owner).not.toBe(0);
    expect(statSync(`/proc/${String(outcome['pid'])}`).uid).toBe(owner);
    await one(await ensureServer(folder), 'CREATE TABLE kept AS SELECT 1');
    expect(await stopServer(folder)).toBe('stopped');
    expect(await one(await ensureServer(folder), 'SELECT count(*) FROM kept')).toBe(1);
    expect(statSync(`/proc/${await postmasterPid()}`).uid).toBe(owner);
  });

  test('a folder that no ordinary account can reach is refused with what to do', async context => {
    if (!isRoot) return context.skip('needs root');
    chmodSync(root, 0o700);
    expect(await outcomeOf(anotherTb({ env: { PATH: '/nowhere' } }))).toMatchObject({
      kind: 'permission',
      message: `PostgreSQL does not run as root, and no other account can use ${folder}.`,
    });
    expect(statSync(join(folder, 'postgres')).uid).toBe(0);
  });
});
