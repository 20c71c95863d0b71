import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressOfUrl, connect, withConnection, type StoreAddress } from '../../../adapters/store/connection.ts';
import { chooseAccount, commandAs, serverEnvironment } from '../../../adapters/store/server/account.ts';
import { describeAddress, embeddedAddress } from '../../../adapters/store/server/address.ts';
import { findBinaries } from '../../../adapters/store/server/binaries.ts';
import { ensureServer, runningServer, stopServer } from '../../../adapters/store/server/embedded.ts';
import { layoutOf } from '../../../adapters/store/server/layout.ts';
import { ensureAppRole } from '../../../adapters/store/server/roles.ts';
import { testDatabase, type TestDatabase } from '../../support/postgres.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const noWarning = (sentence: string): void => expect.unreachable(sentence);

const row = (address: StoreAddress, role: 'owner' | 'app', statement: string): Promise<unknown> =>
  withConnection(address, role, async client => (await client.query<Record<string, unknown>>(statement)).rows[0]);

describe('what a connection reads', () => {
  test.each([
    ['5::int8', 5],
    ['-9007199254740991::int8', -9_007_199_254_740_991],
    ['12345678901234567890.120000000000000000::numeric(38,18)', '12345678901234567890.120000000000000000'],
    [`'\\x00ff'::bytea`, Buffer.from([0, 255])],
    [`DATE '2024-03-01'`, '2024-03-01'],
    [`TIMESTAMP '2024-03-01 05:00'`, '2024-03-01 05:00:00'],
    [`TIMESTAMPTZ '2024-03-01 05:00+02'`, new Date('2024-03-01T03:00:00Z')],
    ['NULL::int8', null],
  ])('%s', async (expression, expected) => {
    expect(await row(database.address, 'app', `SELECT ${expression} AS value`)).toEqual({ value: expected });
  });

  test('an int8 that a double cannot hold fails instead of passing rounded', async () => {
    await expect(row(database.address, 'app', 'SELECT 9007199254740993::int8')).rejects.toMatchObject({
      kind: 'refused',
      message: 'The store holds the integer 9007199254740993, which is larger than tb reads exactly.',
    });
  });

  test('settings hold whatever the shell says', async () => {
    process.env['PGOPTIONS'] = '-c synchronous_commit=off -c TimeZone=Asia/Kolkata';
    try {
      expect(
        await row(database.address, 'owner', `SELECT current_setting('TimeZone') AS zone, current_setting('synchronous_commit') AS durable, current_setting('application_name') AS name`),
      ).toEqual({ zone: 'UTC', durable: 'on', name: 'tb owner' });
    } finally {
      delete process.env['PGOPTIONS'];
    }
  });
});

describe('who a connection is', () => {
  const WHO = 'SELECT current_user AS role';

  test.each(['address', 'url'] as const)('owner and application by %s', async form => {
    const address = form === 'address' ? database.address : addressOfUrl(database.url);
    const owner = (await row(address, 'owner', WHO)) as Readonly<{ role: string }>;
    expect(owner.role).not.toBe('tb_app');
    expect(await row(address, 'app', WHO)).toEqual({ role: 'tb_app' });
  });

  test('grants bind the application by either way in', async () => {
    await row(database.address, 'owner', 'CREATE TABLE sealed (hour int)');
    for (const address of [database.address, addressOfUrl(database.url)]) {
      await expect(row(address, 'app', 'DELETE FROM sealed')).rejects.toMatchObject({ code: '42501' });
      await expect(row(address, 'app', 'CREATE TABLE mine (hour int)')).rejects.toMatchObject({ code: '42501' });
    }
  });

  test('a connection is closed also when the work fails', async () => {
    const open = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    await expect(withConnection(database.address, 'app', () => Promise.reject(new Error('the work')))).rejects.toThrow('the work');
    expect(await row(database.address, 'owner', open)).toEqual({ count: 0 });
  });
});

describe('a store that does not answer', () => {
  test.each([
    ['a folder without a socket', embeddedAddress('/nowhere/socket'), { kind: 'unreachable', message: expect.stringContaining('store tb at /nowhere/socket: ') }],
    ['a port where nobody listens', addressOfUrl('postgres://me:secret@127.0.0.1:1/desk'), { kind: 'unreachable', message: expect.stringContaining('store 127.0.0.1:1/desk: ') }],
  ])('%s', async (_, address, expected) => {
    await expect(connect(address, 'app')).rejects.toMatchObject(expected);
  });

  test('a database that does not exist', async () => {
    await expect(connect({ ...database.address, database: 'tb_test_none', ...(database.address.connectionString === undefined ? {} : { connectionString: database.url.replace(database.name, 'tb_test_none') }) }, 'owner')).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('database "tb_test_none" does not exist'),
    });
  });

  test('a server in recovery is asked again until it says something else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tb-fake-'));
    const answers = ['57P03', '57P03', '28P01'];
    let asked = 0;
    const server = createServer(socket => socket.once('data', () => socket.end(errorResponse(answers[asked++] ?? 'XX000'))));
    await new Promise<void>(resolve => server.listen(join(folder, '.s.PGSQL.5432'), resolve));
    await expect(connect(embeddedAddress(folder), 'app')).rejects.toMatchObject({ kind: 'permission' });
    expect(asked).toBe(3);
    server.close();
    rmSync(folder, { recursive: true });
  });

  test.each(['postgres://me:se%cret@db:99999/desk', 'postgres://db:port/desk'])('a malformed URL is refused without being repeated', url => {
    expect(() => addressOfUrl(url)).toThrow(expect.objectContaining({ kind: 'refused', message: expect.not.stringContaining('cret') }));
  });

  test('messages name the place and no password', () => {
    expect(describeAddress(addressOfUrl('postgres://me:secret@db:5433/desk'))).toBe('store db:5433/desk');
    expect(describeAddress(addressOfUrl('postgres://me@/desk?host=/run/pg'))).toBe('store desk at /run/pg');
  });
});

/** ErrorResponse of the protocol: severity, code and message, each ended by a zero. */
const errorResponse = (code: string): Buffer => {
  const fields = Buffer.from(`SFATAL\0C${code}\0Mno\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
};

describe('a server that tb did not start', () => {
  let root: string;
  let folder: string;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'tb-unsafe-'));
    folder = join(root, 'store');
    await ensureServer(folder);
    await stopServer(folder);
    const layout = layoutOf(folder);
    const { postgres } = findBinaries({ os: process.platform, cpu: process.arch });
    const unsafe = ['-D', layout.clusterFolder, '-c', 'fsync=off', '-c', 'listen_addresses=', '-c', `unix_socket_directories=${folder}/postgres/socket`];
    const { file, args, options } = commandAs(chooseAccount(layout, postgres), { file: postgres, args: unsafe });
    spawn(file, [...args], { ...options, detached: true, stdio: 'ignore', env: serverEnvironment() }).unref();
    while ((await runningServer(folder)) === null) await new Promise(resolve => setTimeout(resolve, 10));
  });
  afterAll(async () => {
    await stopServer(folder);
    rmSync(root, { recursive: true, force: true });
  });

  const urlFor = (user: string, name: string): string => `postgres://${user}@${encodeURIComponent(`${folder}/postgres/socket`)}/${name}`;

  test('with fsync off it is refused in a folder of ours', async () => {
    await expect(connect((await runningServer(folder))!, 'app', noWarning)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('runs with fsync off: a crash of its machine can lose or damage sealed hours.'),
    });
  });

  test('by URL it is the business of its owner, who is told', async () => {
    const warnings: string[] = [];
    const client = await connect(addressOfUrl(urlFor('tb_owner', 'tb')), 'app', sentence => warnings.push(sentence));
    await client.end();
    expect(warnings).toEqual([expect.stringContaining('runs with fsync off')]);
  });

  test('the application role is made by a login that may make roles, by several at once, and binds from then on', async () => {
    const quiet = (): undefined => undefined;
    const admin = await connect(addressOfUrl(urlFor('tb_admin', 'tb')), 'owner', quiet);
    await admin.query('DROP OWNED BY tb_app; DROP ROLE tb_app; CREATE ROLE desk LOGIN CREATEROLE; GRANT CONNECT ON DATABASE tb TO desk');
    await admin.end();
    const address = addressOfUrl(urlFor('desk', 'tb'));
    const without = await connect(address, 'app', quiet);
    expect((await without.query('SELECT current_user AS role')).rows).toEqual([{ role: 'desk' }]);
    const others = await Promise.all([1, 2, 3].map(() => connect(address, 'owner', quiet)));
    await Promise.all([...others, without].map(client => ensureAppRole(client)));
    await ensureAppRole(without);
    const app = await connect(address, 'app', quiet);
    expect((await app.query('SELECT current_user AS role')).rows).toEqual([{ role: 'tb_app' }]);
    await Promise.all([app, without, ...others].map(client => client.end()));
  });
});
