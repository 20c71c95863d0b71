/** Stores that a command must not touch, cannot reach or cannot read: which of them, why, and what to do. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withConnection } from '../../adapters/store/connection.ts';
import { testDatabase } from '../support/postgres.ts';
import { asOwner, commandsOn, copyOf, scratchFolder, scratchStore } from '../support/scratch-store.ts';
import { documentOf, failureOf, runTb } from '../support/tb.ts';

const folder = await scratchFolder();

describe('init', () => {
  test('creates a store, and checks it the second time', async () => {
    const database = await testDatabase();
    const store = commandsOn(database.url, folder);
    const first = await store.json('init');
    expect(first).toMatchObject({ outcome: 'created', schemaVersion: expect.any(Number) as unknown, store: expect.stringContaining(database.name) as unknown });
    expect(await store.json('init')).toEqual({ ...first, outcome: 'current' });
    expect(await store.json('runs')).toEqual({ runs: [] });
    await database.drop();
  });

  test('leaves a foreign database as it is', async () => {
    const database = await testDatabase();
    await withConnection(database.address, 'owner', client => client.query('CREATE TABLE accounts (id int); INSERT INTO accounts VALUES (1)'));
    const store = commandsOn(database.url, folder);
    const refusal = { exit: 4, message: expect.stringMatching(/^The database is not empty and not a store of tb: it holds .*accounts/) as unknown, hint: 'Give tb a database of its own.' };
    expect(await store.failure('init')).toEqual(refusal);
    expect(await store.failure('runs')).toEqual({ exit: 4, message: 'The database holds no store of tb.', hint: 'Run tb init on it first.' });
    const { rows } = await withConnection(database.address, 'owner', client => client.query(`SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`));
    expect(rows).toEqual([{ tables: 1 }]);
    await database.drop();
  });
});

test('a store of a newer schema version is left alone, also by init', async () => {
  const original = await scratchStore();
  const { schemaVersion } = (await original.json('init')) as { schemaVersion: number };
  const newer = await copyOf(original);
  await asOwner(newer, client => client.query(`INSERT INTO tb.schema_version (version, name, sha256, applied_ms) VALUES ($1, 'later', sha256('later'), 0)`, [schemaVersion + 1]));
  const message = `The store has schema version ${schemaVersion + 1}`;
  for (const line of ['runs', 'data', 'init', 'execute-hour --run desk']) {
    expect(await newer.failure(line), line).toMatchObject({ exit: 4, message: expect.stringContaining(message) as unknown, hint: 'Use the newer tb that made it.' });
  }
  await newer.drop();
  await asOwner(original, client => client.query('ALTER TABLE tb.schema_version DISABLE TRIGGER ALL; DELETE FROM tb.schema_version'));
  expect(await original.failure('runs')).toMatchObject({ exit: 4, hint: 'Run tb init on it first.' });
});

describe('a store that cannot be reached or read', () => {
  writeFileSync(join(folder, 'a-file'), 'no folder\n');

  test.each([
    ['postgres://127.0.0.1:1/tb', 4, /^store 127\.0\.0\.1:1\/tb: .*ECONNREFUSED/, /server runs and that host and port are right/],
    ['postgres://nobody.invalid/tb', 4, /^store nobody\.invalid:5432\/tb: .*(ENOTFOUND|EAI_AGAIN)/, /host name|looked up/],
    ['postgres://user:secret@[bad/tb', 2, /^The store's URL cannot be read/, /percent-encode/],
    ['mysql://localhost/tb', 2, /^--store mysql:\/\/ is not a store that tb knows\.$/, /postgres:\/\/ URL or a folder/],
    ['', 2, /^--store is empty\.$/, /or leave the option away/],
    ['a-file', 4, /a-file.*ENOTDIR/, /choose another folder with --store/],
    ['a-file/inside', 4, /a-file\/inside.*ENOTDIR/, /choose another folder with --store/],
    ['two\nlines', 2, /^The store folder ".*two\\nlines" has a line break in its name\.$/, /another folder/],
  ])('--store %s', async (store, exit, message, hint) => {
    const said = await runTb(['--store', store, 'runs', '--json'], { cwd: folder });
    expect(failureOf(said)).toEqual({ exit, message: expect.stringMatching(message) as unknown, hint: expect.stringMatching(hint) as unknown });
    expect(`${said.out}${said.err}`).not.toContain('secret');
  });

  test('a database that is not there', async () => {
    const database = await testDatabase();
    await database.drop();
    expect(await commandsOn(database.url, folder).failure('runs')).toMatchObject({ exit: 4, message: expect.stringContaining(`database "${database.name}" does not exist`) as unknown, hint: expect.stringContaining('Create the database') as unknown });
  });

  test('DATABASE_URL is read where --store is not given, and only a PostgreSQL one is taken', async () => {
    expect(failureOf(await runTb(['runs', '--json'], { cwd: folder, env: { DATABASE_URL: 'mysql://localhost/tb' } }))).toMatchObject({ exit: 2, message: 'DATABASE_URL is not a postgres:// URL.' });
    const store = await scratchStore();
    expect(documentOf(await runTb(['runs', '--json'], { cwd: folder, env: { DATABASE_URL: store.store } }))).toEqual({ runs: [] });
  });
});

test('stop stops no server by URL', async () => {
  const store = commandsOn('postgres://127.0.0.1:1/tb', folder);
  expect(await store.failure('stop')).toEqual({ exit: 2, message: '--store: tb stops only its own embedded server.', hint: 'Name the folder of a store.' });
});

test('a role that may not write is told so', async () => {
  const store = await scratchStore();
  await asOwner(store, client => client.query('REVOKE INSERT ON tb.run FROM tb_app; REVOKE SELECT ON tb.run FROM tb_app'));
  expect(await store.failure('runs')).toMatchObject({ exit: 4, message: expect.stringContaining('permission denied') as unknown });
});

test('replaying and verifying a store without runs is no success, and says why', async () => {
  const store = await scratchStore();
  expect(await store.tb('replay-tool')).toEqual({ exit: 6, signal: null, out: 'NO TARGETS\nNo run in the store has a sealed hour that this tb can replay.\n', err: '' });
  expect(await store.tb('verify')).toEqual({ exit: 6, signal: null, out: 'NO TARGETS\n0 runs, 0 hours, 0 facts, 0 decisions, 0 candles\n', err: '' });
  expect(await store.tb('verify --json')).toMatchObject({ exit: 6, err: '' });
});
