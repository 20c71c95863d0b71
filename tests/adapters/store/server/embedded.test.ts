import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withConnection, type StoreAddress } from '../../../../adapters/store/connection.ts';
import { ensureServer, runningServer, serverStatus, stopServer } from '../../../../adapters/store/server/embedded.ts';

let root: string;
let folder: string;

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tb-embedded-')));
  folder = join(root, 'store');
});
afterAll(async () => {
  await stopServer(folder);
  rmSync(root, { recursive: true, force: true });
});

const one = async (address: StoreAddress, statement: string): Promise<unknown> =>
  withConnection(address, 'owner', async client => Object.values(((await client.query(statement)).rows[0] ?? {}) as Record<string, unknown>)[0]);

describe('one embedded server from its making to its end', () => {
  test('a folder without a store has no server, and looking makes none', async () => {
    expect(await serverStatus(folder)).toEqual({ state: 'absent' });
    expect(await runningServer(folder)).toBeNull();
    expect(await stopServer(folder)).toBe('was_not_running');
    expect(existsSync(folder)).toBe(false);
  });

  test('asked for, it is made and found again without being started again', async () => {
    const address = await ensureServer(folder);
    expect(address).toEqual({ host: `${folder}/postgres/socket`, port: 5432, database: 'tb', user: 'tb_owner', appUser: 'tb_app' });
    const before = await serverStatus(folder);
    expect(before).toEqual({ state: 'ready', pid: expect.any(Number), address });
    expect(await ensureServer(folder)).toEqual(address);
    expect(await runningServer(folder)).toEqual(address);
    expect(await serverStatus(folder)).toEqual(before);
  });

  test.each([
    ['fsync', 'on'],
    ['full_page_writes', 'on'],
    ['synchronous_commit', 'on'],
    ['data_checksums', 'on'],
    ['listen_addresses', ''],
    ['server_encoding', 'UTF8'],
    ['TimeZone', 'UTC'],
    ['shared_buffers', '128MB'],
    ['max_wal_size', '1GB'],
    ['unix_socket_permissions', '0700'],
  ])('%s is %s', async (setting, expected) => expect(await one(await ensureServer(folder), `SHOW ${setting}`)).toBe(expected));

  test('text sorts by code point, as core does', async () => {
    const sorted = `SELECT string_agg(word, ' ' ORDER BY word) FROM unnest(ARRAY['b', 'B', 'a', 'ä', '_']) word`;
    expect(await one(await ensureServer(folder), sorted)).toBe('B _ a b ä');
  });

  test('neither role is a superuser; the owner owns the database and may become the application', async () => {
    const address = await ensureServer(folder);
    const roles = `SELECT string_agg(rolname || ' ' || rolsuper, ', ' ORDER BY rolname) FROM pg_roles WHERE rolname LIKE 'tb_%'`;
    expect(await one(address, roles)).toBe('tb_admin true, tb_app false, tb_owner false');
    expect(await one(address, 'SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()')).toBe('tb_owner');
    expect(await one(address, `SELECT pg_has_role('tb_owner', 'tb_app', 'SET')`)).toBe(true);
    expect(await one(address, `SELECT pg_has_role('tb_app', 'tb_owner', 'MEMBER')`)).toBe(false);
  });

  test('only its account may enter: the folders are 0700', () => {
    const modes = ['postgres', 'postgres/cluster', 'postgres/socket'].map(name => statSync(join(folder, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o700]);
  });

  test('another account of the machine cannot open the socket', context => {
    if (process.getuid?.() !== 0) return context.skip('needs root to become another account');
    const script = `require('node:net').connect(process.argv[1]).on('connect', () => console.log('OPEN')).on('error', error => console.log(error.code))`;
    const answer = spawnSync(process.execPath, ['-e', script, `${folder}/postgres/socket/.s.PGSQL.5432`], { uid: 65_534, gid: 65_534, cwd: '/', encoding: 'utf8' });
    if (answer.error !== undefined) return context.skip('the other account cannot run this Node');
    expect(answer.stdout.trim()).toBe('EACCES');
  });

  test('a copy of the folder of a running server is a store of its own, not the running one', async () => {
    const copy = join(root, 'copy');
    cpSync(folder, copy, { recursive: true, filter: source => !source.endsWith('.s.PGSQL.5432') });
    expect(existsSync(join(copy, 'postgres/cluster/postmaster.pid'))).toBe(true);
    expect(await serverStatus(copy)).toEqual({ state: 'stopped' });
    expect(await stopServer(copy)).toBe('was_not_running');
    expect((await serverStatus(folder)).state).toBe('ready');
  });

  test('stopping ends it, a second time is no error, and what was stored is there after the next start', async () => {
    await one(await ensureServer(folder), 'CREATE TABLE kept AS SELECT 42 AS answer');
    expect(await stopServer(folder)).toBe('stopped');
    expect(await serverStatus(folder)).toEqual({ state: 'stopped' });
    expect(await stopServer(folder)).toBe('was_not_running');
    expect(await runningServer(folder)).toBeNull();
    expect(await one(await ensureServer(folder), 'SELECT answer FROM kept')).toBe(42);
  });

  test('a folder moved while it runs is found in its new place; moved while stopped, it starts there, however long the path', async () => {
    const moved = join(root, 'moved');
    renameSync(folder, moved);
    expect(await one(await ensureServer(moved), 'SELECT answer FROM kept')).toBe(42);
    expect(await stopServer(moved)).toBe('stopped');
    const deep = join(root, 'deep'.repeat(30));
    mkdirSync(deep);
    folder = join(deep, `quote' "dollar" $HOME, comma`);
    renameSync(moved, folder);
    const address = await ensureServer(folder);
    expect(address.host).toMatch(/^\/tmp\/tb-\d+-[0-9a-f]{16}$/);
    expect(statSync(address.host).mode & 0o777).toBe(0o700);
    expect(await one(address, 'SELECT answer FROM kept')).toBe(42);
    expect(await ensureServer(folder)).toEqual(address);
    rmSync(address.host, { recursive: true });
    const again = await ensureServer(folder); // Its socket was cleaned away under it.
    expect(await one(again, 'SELECT answer FROM kept')).toBe(42);
    await stopServer(folder);
    rmSync(again.host, { recursive: true });
  });
});
