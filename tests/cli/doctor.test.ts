/** The examination as a command, on stores that are well, absent, broken, of somebody else, or older than what was signed over them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../adapters/store/connection.ts';
import { testDatabase } from '../support/postgres.ts';
import { asOwner, commandsOn, copyOf, livelyCandles, onCopy, plainFile, scratchFolder, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase, ScratchStore } from '../support/scratch-store.ts';
import { documentOf } from '../support/tb.ts';

type Check = Readonly<{ check: string; about: string | null; outcome: string; found: string; mend: string | null }>;
type Examined = Readonly<{ exit: number | null; status: unknown; wrong: readonly Check[]; checks: readonly Check[]; err: string }>;

const folder = await scratchFolder();
const home = await scratchFolder();
const env = { XDG_CONFIG_HOME: home, TB_KEYS: '', TB_CHECKPOINTS: '' };

const examine = async (store: ScratchStore): Promise<Examined> => {
  const said = await store.tb('doctor --json', env);
  const { checks, status } = documentOf(said) as unknown as Readonly<{ checks: readonly Check[]; status: unknown }>;
  return { exit: said.exit, status, checks, wrong: checks.filter(({ outcome }) => outcome !== 'ok'), err: said.err };
};

let store: ScratchDatabase;
let earlier: ScratchDatabase;

beforeAll(async () => {
  store = await scratchStore();
  await store.write('aaa.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 60, 131)));
  await store.json('import aaa.csv --symbol AAA/USD --absent quiet', env);
  await store.json('open --run desk --mode paper --strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD --from 2024-03-01T12:00:00Z --warmup 12', env);
  await store.json('execute-hour --run desk --through 2024-03-03T05:00:00Z', env);
  earlier = await copyOf(store);
});

describe('a store that is well', () => {
  test('says what was looked at, and of runs that could go on which command does', async () => {
    const { exit, status, checks, wrong, err } = await examine(store);
    expect({ exit, status, err }).toEqual({ exit: 0, status: 'WARNINGS', err: '' });
    expect(checks.map(({ check }) => check)).toEqual(['runtime', 'engine', 'installation', 'store', 'leftovers', 'disk', 'durability', 'clock', 'schema', 'guards', 'roles', 'candles', 'runs', 'checkpoints', 'keys']);
    expect(wrong.filter(({ check }) => check !== 'durability')).toEqual([
      {
        check: 'candles',
        about: 'AAA/USD 1h',
        outcome: 'warning',
        found: expect.stringMatching(/; no gap; desk trades on it$/) as unknown,
        mend: 'Import newer candles of AAA/USD, or have a venue asked: tb backfill --source VENUE --symbols AAA/USD --from 2024-03-03T12:00:00Z',
      },
      {
        check: 'runs',
        about: 'desk',
        outcome: 'warning',
        found: expect.stringMatching(/^paper, sealed through 2024-03-03T05:00:00Z \(\d+ [dy] ago\); the store has candles of 6 more hours$/) as unknown,
        mend: 'tb execute-hour --run desk --through 2024-03-03T11:00:00Z',
      },
    ]);
    expect(checks.find(({ check }) => check === 'candles')?.found).toMatch(/^2024-03-01T00:00:00Z to 2024-03-03T12:00:00Z, the last closed \d+ [dy] ago; no gap; desk trades on it$/);
  });

  test('in words: a table, what to mend, and how much', async () => {
    const { out, exit } = await store.tb('doctor', env);
    expect(exit).toBe(0);
    expect(out).toMatch(/^looked at +is +found\nruntime +ok +Node /);
    expect(out).toContain('\nTo mend\n');
    expect(out).toMatch(/\nwarning runs desk\n {2}tb execute-hour --run desk --through 2024-03-03T11:00:00Z\n/);
    expect(out).toMatch(/\n0 failures, \d warnings?\n$/);
  });
});

test('a store that is older than its checkpoint ends with 5, and what it lacks is named', async () => {
  await store.json('keys init', env);
  await store.json('execute-hour --run desk --through 2024-03-03T08:00:00Z', env);
  await store.json('checkpoint desk', env);
  expect((await examine(store)).checks.find(({ check }) => check === 'checkpoints')).toMatchObject({ outcome: 'ok', found: expect.stringMatching(/^1 run signed in .*, and the store has every signed hour$/) as unknown });
  const { exit, status, wrong } = await examine(earlier);
  expect({ exit, status }).toEqual({ exit: 5, status: 'FAILURES' });
  expect(wrong.find(({ check }) => check === 'checkpoints')).toMatchObject({ about: 'desk', outcome: 'failure', found: expect.stringMatching(/hours 2024-03-03T06:00:00Z to 2024-03-03T08:00:00Z are missing$/) as unknown });
  await earlier.drop();
});

describe('a schema that is not as it was made', () => {
  test.each([
    ['a trigger that was switched off', 'ALTER TABLE tb.fact DISABLE TRIGGER USER', 5, 'guards', /^\d+ differences?: fact /],
    ['a later version', `INSERT INTO tb.schema_version (version, name, sha256, applied_ms) VALUES (99, 'later', sha256('later'), 0)`, 4, 'schema', /^version 99, and this tb knows up to \d+$/],
    ['an application that may not write', 'REVOKE INSERT ON tb.run FROM tb_app', 5, 'roles', /^tb_app may not read and append run$/],
    ['an application that may change history', 'GRANT UPDATE ON tb.fact TO tb_app', 5, 'roles', /^tb_app may change fact$/],
    ['a run whose manifest was edited', `ALTER TABLE tb.run DISABLE TRIGGER USER; ALTER TABLE tb.run DROP CONSTRAINT run_genesis_is_the_manifest; UPDATE tb.run SET manifest = 'nothing'`, 5, 'runs', /^what opened it cannot be read: /],
  ])('%s', async (_, statement, exit, check, found) => {
    await onCopy(store, async copy => {
      await asOwner(copy, client => client.query(statement));
      const examined = await examine(copy);
      expect(examined.exit).toBe(exit);
      expect(examined.wrong.find(one => one.check === check)).toMatchObject({ found: expect.stringMatching(found) as unknown, mend: expect.any(String) as unknown });
    });
  });
});

describe('a database that holds no store', () => {
  test.each([
    ['nothing at all', 'SELECT', 'schema', 'the database is empty', 'Run tb init on it.'],
    ['the tables of somebody else', 'CREATE TABLE accounts (id int)', 'schema', 'the database holds something else than a store of tb', 'Give tb a database of its own, and run tb init on that.'],
    ['half of a restore', 'CREATE SCHEMA tb_restore_unfinished', 'leftovers', 'a restore into this store was begun and did not end', 'Run the same tb restore FILE again: it begins anew and needs nothing else.'],
  ])('%s', async (_, statement, check, found, mend) => {
    const database = await testDatabase();
    await withConnection(database.address, 'owner', client => client.query(statement));
    const { exit, wrong } = await examine(commandsOn(database.url, folder));
    expect(exit).toBe(4);
    expect(wrong.find(({ outcome }) => outcome === 'failure')).toMatchObject({ check, found, mend });
    await database.drop();
  });
});

/** A server that refuses every login, as PostgreSQL says it. */
const refusingServer = async (): Promise<Readonly<{ port: number; close: () => void }>> => {
  const fields = ['SFATAL', 'VFATAL', 'C28P01', 'Mpassword authentication failed for user "ann"'].map(field => `${field}\0`).join('');
  const message = Buffer.concat([Buffer.from('E'), Buffer.alloc(4), Buffer.from(`${fields}\0`)]);
  message.writeInt32BE(message.length - 1, 1);
  const server = createServer(socket => void socket.once('data', () => socket.end(message)));
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
};

describe('a store that cannot be looked at', () => {
  test('a wrong password, without the password', async () => {
    const server = await refusingServer();
    const { exit, wrong, err } = await examine(commandsOn(`postgres://ann:secret@127.0.0.1:${server.port}/tb`, folder));
    server.close();
    expect(exit).toBe(4);
    expect(wrong).toMatchObject([{ check: 'store', outcome: 'failure', found: `store 127.0.0.1:${server.port}/tb: password authentication failed for user "ann"`, mend: 'Check user, password and pg_hba.conf of the server.' }]);
    expect(err + JSON.stringify(wrong)).not.toContain('secret');
  });

  test('nobody who answers', async () => {
    const { exit, wrong } = await examine(commandsOn('postgres://127.0.0.1:1/tb', folder));
    expect(exit).toBe(4);
    expect(wrong).toMatchObject([{ check: 'store', outcome: 'failure', mend: 'Check that the server runs and that host and port are right, then run the command again.' }]);
  });

  test('a file in the place of a folder, and files that are no cluster', async () => {
    writeFileSync(join(folder, 'a-file'), 'no folder\n');
    mkdirSync(join(folder, 'damaged', 'postgres', 'cluster', 'base'), { recursive: true });
    for (const [place, found] of [
      ['a-file', /a-file/],
      ['a-file/inside', /a-file/],
      ['damaged', /damaged holds files of PostgreSQL that are no whole cluster$/],
    ] as const) {
      const { exit, wrong } = await examine(commandsOn(place, folder));
      expect(exit, place).toBe(4);
      expect(wrong.find(({ check }) => check === 'store'), place).toMatchObject({ outcome: 'failure', found: expect.stringMatching(found) as unknown, mend: expect.any(String) as unknown });
    }
  });

  test('a store that is named in a way nobody can read is a slip of the pen', async () => {
    expect(await commandsOn('mysql://localhost/tb', folder).failure('doctor', env)).toMatchObject({ exit: 2 });
  });
});

describe('a folder of its own', () => {
  const own = commandsOn('own', folder);
  test('without a store is well, and none is made', async () => {
    const { exit, status, checks } = await examine(own);
    expect({ exit, status }).toEqual({ exit: 0, status: 'WELL' });
    expect(checks.find(({ check }) => check === 'store')?.found).toMatch(/^there is no store in .*\/own yet; tb init or the first tb import makes it$/);
    expect(await own.json('stop')).toMatchObject({ outcome: 'was_not_running' });
  });

  test('with a stopped server starts it, and says so; what a killed start left is named', async () => {
    await own.json('init', env);
    await own.json('stop', env);
    mkdirSync(join(folder, 'own', 'postgres', 'cluster-new.7'));
    const { exit, status, wrong, checks } = await examine(own);
    await own.json('stop', env);
    expect({ exit, status }).toEqual({ exit: 0, status: 'WARNINGS' });
    expect(checks.find(({ check }) => check === 'store')?.found).toMatch(/own: PostgreSQL 18\.\d+, started .* by this examination; tb stop ends it$/);
    expect(wrong).toMatchObject([{ check: 'leftovers', about: 'cluster', outcome: 'warning', mend: expect.stringMatching(/^Remove it: rm -r '.*cluster-new\.7'$/) as unknown }]);
  });

  test('with its keys inside it is told to move them', async () => {
    mkdirSync(join(folder, 'own', 'keys'), { recursive: true });
    const said = await own.tb('doctor --json --keys own/keys', env);
    await own.json('stop', env);
    expect(said.exit).toBe(4);
    expect((documentOf(said)['checks'] as readonly Check[]).find(({ check }) => check === 'keys')).toMatchObject({ outcome: 'failure', found: expect.stringMatching(/own\/keys lies inside the store$/) as unknown });
  });
});
