/** A store in one file and out of it again: row for row the same, in a folder and by URL, and its runs go on as if nothing had been. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressOfUrl, connect, withConnection } from '../../adapters/store/connection.ts';
import type { StoreAddress } from '../../adapters/store/connection.ts';
import { ensureServer, stopServer } from '../../adapters/store/server/embedded.ts';
import { readArchive } from '../../adapters/store/backup-archive.ts';
import { SCHEMA_VERSION } from '../../adapters/store/schema-version.ts';
import { findings, readPrelude, readValidations, undone } from '../../tools/validate-schema/validations.ts';
import { contentsOf, keptStore } from '../support/kept-store.ts';
import type { KeptStore, StoreContents } from '../support/kept-store.ts';
import { testDatabase } from '../support/postgres.ts';
import { asOwner, commandsOn, onCopy, scratchFolder } from '../support/scratch-store.ts';
import type { ScratchStore } from '../support/scratch-store.ts';
import type { Document } from '../support/tb.ts';

let kept: KeptStore;
let original: StoreContents;
let file: string;
let report: Document;
let folder: string;

beforeAll(async () => {
  kept = await keptStore();
  const { store, env } = kept;
  folder = await scratchFolder();
  await store.json('checkpoint desk', env);
  await store.json('checkpoint whole', env);
  original = await contentsOf(store.address);
  file = join(folder, 'all.tar.zst');
  report = await store.json(`backup --out ${file}`, env);
  afterAll(() => stopServer(join(folder, 'restored')));
});

const namesIn = async (path: string): Promise<readonly string[]> => {
  const names: string[] = [];
  for await (const { name } of readArchive(path, () => undefined)) names.push(name);
  return names;
};

test('a backup says what it is of, and what each table adds up to', () => {
  expect(report).toMatchObject({ checkpoints: 2, file, schemaVersion: SCHEMA_VERSION, tables: original.tables });
  expect(report['runs']).toEqual([
    { head: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown, hours: 48, mode: 'backtest', run: 'whole', through: '2024-03-02T23:00:00Z' },
    { head: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown, hours: 72, mode: 'backtest', run: 'past', through: '2024-03-03T23:00:00Z' },
    { head: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown, hours: 51, mode: 'paper', run: 'desk', through: '2024-03-03T02:00:00Z' },
  ]);
});

test('it is a tar under zstd that begins with a manifest and ends with digests, and holds no key', async () => {
  const names = await namesIn(file);
  expect([names[0], names.at(-1)]).toEqual(['manifest.json', 'digests.json']);
  expect(names.filter(name => name.startsWith('checkpoints/')).map(name => name.split('/').at(-1))).toEqual(expect.arrayContaining(['0000000052.checkpoint', '0000000049.checkpoint', 'run.json']));
  expect(names.filter(name => !/^(manifest\.json|digests\.json|checkpoints\/.*|tables\/\d\d-(tb|tb_cache)\.[a-z_]+\/\d{6}\.copy)$/.test(name))).toEqual([]);
  const system = spawnSync('tar', ['--zstd', '-tf', file], { encoding: 'utf8' });
  if (system.status === 0) expect(system.stdout.trimEnd().split('\n')).toEqual(names);
});

test('without a name of its own a backup gets one, by store and second', async () => {
  const backups = join(folder, 'backups');
  mkdirSync(backups);
  const { file: named } = await kept.store.json(`backup --out ${backups}`, kept.env);
  expect(readdirSync(backups)).toEqual([expect.stringMatching(/^tb-[0-9a-f]{8}-\d{8}T\d{6}Z\.tar\.zst$/)]);
  expect(existsSync(named as string)).toBe(true);
});

test('a folder of the store, a place that cannot be written and an empty store are refused', async () => {
  const { store, env } = kept;
  expect(await commandsOn(join(folder, 'own'), folder).failure(`backup --out ${join(folder, 'own', 'a.tar.zst')}`, env)).toMatchObject({ exit: 2, message: expect.stringContaining('A backup cannot be kept inside the store') as unknown });
  expect(await store.failure(`backup --out ${join(folder, 'none', 'a.tar.zst')}`, env)).toMatchObject({ exit: 2, message: expect.stringContaining('cannot be written (ENOENT)') as unknown });
  const database = await testDatabase();
  const empty = commandsOn(database.url, folder);
  await empty.json('init');
  expect(await empty.failure('backup --out empty.tar.zst', env)).toMatchObject({ exit: 6, message: 'The store holds no candle and no run.' });
  expect(existsSync(join(folder, 'empty.tar.zst'))).toBe(false);
  await database.drop();
});

const expectSameStore = async (restored: ScratchStore, address: StoreAddress): Promise<void> => {
  expect(await contentsOf(address)).toEqual(original);
  expect(await violationsIn(address)).toEqual([]);
  expect(await restored.json('verify --full', kept.env)).toMatchObject({ verified: true, findings: [] });
  expect(await restored.json('replay-tool', kept.env)).toMatchObject({ parity: true, total: 3 });
};

/** No trigger judged a row on its way in; the invariants of the schema judge all of them afterwards. */
const violationsIn = (address: StoreAddress): Promise<readonly string[]> =>
  withConnection(address, 'owner', client =>
    undone(client, async () => {
      await client.query(readPrelude());
      return (await findings(client, readValidations())).filter(({ violations }) => violations > 0).map(({ id, sample }) => `${id} ${sample}`);
    }),
  );

/** Executed on in both, the hours are the same: hash for hash. */
const expectToGoOn = async (restored: ScratchStore): Promise<void> => {
  const head = await onCopy(kept.store, async copy => (await copy.json('execute-hour --run desk --through 2024-03-03T20:00:00Z', kept.env))['head']);
  expect(await restored.json('execute-hour --run desk --through 2024-03-03T20:00:00Z', kept.env)).toMatchObject({ executed: 18, head });
  expect(await restored.json('verify --run desk --require-anchor', kept.env)).toMatchObject({ status: 'CHAIN OK, ANCHORED', verified: true });
};

describe('restored', () => {
  test('into a folder that is not there', async () => {
    const restored = commandsOn(join(folder, 'restored'), folder);
    const said = await restored.json(`restore ${file}`, kept.env);
    expect(said).toMatchObject({ status: 'RESTORED', runs: ['whole', 'past', 'desk'], lost: [], migratedFrom: null, checkpoints: [], rows: report['rows'], storeId: report['storeId'] });
    await expectSameStore(restored, await ensureServer(join(folder, 'restored')));
    await expectToGoOn(restored);
  });

  test('into an empty database by URL, and into a store in which nothing is stored', async () => {
    for (const first of ['', 'init']) {
      const database = await testDatabase();
      const restored = commandsOn(database.url, folder);
      if (first !== '') await restored.json(first);
      await restored.json(`restore ${file}`, kept.env);
      await expectSameStore(restored, addressOfUrl(database.url));
      await expectToGoOn(restored);
      await database.drop();
    }
  });

  test('on a machine that has lost its checkpoints: they come back, and a new import counts on', async () => {
    const database = await testDatabase();
    const restored = commandsOn(database.url, kept.store.folder);
    const elsewhere = await scratchFolder();
    const env = { XDG_CONFIG_HOME: elsewhere, TB_KEYS: join(kept.home, 'tb', 'keys'), TB_CHECKPOINTS: '' };
    const { checkpoints } = (await restored.json(`restore ${file}`, env)) as { checkpoints: readonly string[] };
    expect(checkpoints).toHaveLength(2);
    for (const path of checkpoints) expect(readFileSync(path, 'utf8')).toMatch(/^tb\/[0-9a-f-]{36}\/[0-9a-f-]{36}\n(52|49)\n/);
    expect(await restored.json('verify --run desk', env)).toMatchObject({ status: 'CHAIN OK, ANCHORED' });
    expect(await restored.json('import aaa.csv --symbol CCC/USD', env)).toMatchObject({ added: 96 });
    await database.drop();
  });
});

test('a backup is of one moment, whatever is executed while it is written', () =>
  onCopy(kept.store, async copy => {
    const blocker = await connect(copy.address, 'owner');
    await blocker.query('BEGIN; LOCK TABLE tb.outbox_event IN ACCESS EXCLUSIVE MODE');
    const path = join(folder, 'moment.tar.zst');
    const backing = copy.start(`backup --out ${path} --json`, kept.env);
    await untilPartial(folder, 'moment');
    await copy.json('execute-hour --run desk', { ...kept.env, TB_CHECKPOINTS: join(folder, 'none') });
    await blocker.query('ROLLBACK');
    await blocker.end();
    expect(await backing.ended).toMatchObject({ exit: 0 });
    const database = await testDatabase();
    await commandsOn(database.url, folder).json(`restore ${path}`, kept.env);
    expect((await contentsOf(addressOfUrl(database.url))).tables).toEqual(original.tables);
    await database.drop();
  }));

const untilPartial = async (where: string, name: string): Promise<void> => {
  for (let tries = 0; tries < 600 && !readdirSync(where).some(one => one.startsWith(name) && one.endsWith('.partial')); tries += 1) await sleep(50);
};

test('killed in the middle it leaves nothing under its name, and the backup before it as it was', () =>
  onCopy(kept.store, async copy => {
    const path = join(folder, 'killed.tar.zst');
    await copy.json(`backup --out ${path}`, kept.env);
    const before = readFileSync(path);
    const blocker = await connect(copy.address, 'owner');
    await blocker.query('BEGIN; LOCK TABLE tb.outbox_event IN ACCESS EXCLUSIVE MODE');
    for (const name of ['killed', 'never']) {
      const { child, ended } = copy.start(`backup --out ${join(folder, `${name}.tar.zst`)}`, kept.env);
      await untilPartial(folder, name);
      child.kill('SIGKILL');
      expect(await ended).toMatchObject({ signal: 'SIGKILL' });
    }
    await blocker.query('ROLLBACK');
    await blocker.end();
    expect(existsSync(join(folder, 'never.tar.zst'))).toBe(false);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(await asOwner(copy, client => client.query('SELECT 1 AS one'))).toMatchObject({ rows: [{ one: 1 }] });
  }));
