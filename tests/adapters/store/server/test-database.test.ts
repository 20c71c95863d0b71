/** What tests stand on is tested too: a database of one's own, and nothing else ever created or dropped. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addressOfUrl, withConnection, type StoreAddress } from '../../../../adapters/store/connection.ts';
import { dockerAnswers, dropDatabase, testDatabase } from '../../../support/postgres.ts';

const databases = (address: StoreAddress): Promise<readonly unknown[]> =>
  withConnection(address, 'owner', async client => (await client.query({ text: 'SELECT datname FROM pg_database', rowMode: 'array' })).rows.flat());

describe('testDatabase', () => {
  test('makes an empty database of its own and drops it, open connections and all', async () => {
    const [mine, other] = [await testDatabase(), await testDatabase()];
    expect(mine.name).toMatch(/^tb_test_[0-9a-f]{16}$/);
    expect(other.name).not.toBe(mine.name);
    await withConnection(mine.address, 'owner', client => client.query('CREATE TABLE mine (id int)'));
    await withConnection(other.address, 'owner', async client => {
      expect((await client.query(`SELECT to_regclass('mine') AS found`)).rows).toEqual([{ found: null }]);
    });
    await withConnection(addressOfUrl(mine.url), 'owner', async open => {
      expect((await open.query(`SELECT to_regclass('mine')::text AS found`)).rows).toEqual([{ found: 'mine' }]);
      await mine.drop();
      await expect(open.query('SELECT 1')).rejects.toThrow(/not queryable|terminat/);
    });
    await mine.drop();
    expect(await databases(other.address)).not.toContain(mine.name);
    expect(await databases(other.address)).toContain(other.name);
    await other.drop();
  });

  test('TB_TEST_DATABASE_URL names the server, DATABASE_URL does not', async () => {
    const base = await testDatabase();
    const before = { own: process.env['TB_TEST_DATABASE_URL'], other: process.env['DATABASE_URL'] };
    process.env['DATABASE_URL'] = 'postgres://nobody@127.0.0.1:1/precious';
    try {
      // The superuser of the embedded server, so that it may make databases by URL.
      process.env['TB_TEST_DATABASE_URL'] = before.own ?? base.url.replace('tb_owner', 'tb_admin');
      const named = await testDatabase();
      expect(await withConnection(named.address, 'app', async client => (await client.query('SELECT current_user AS who')).rows)).toEqual([{ who: 'tb_app' }]);
      expect(await databases(base.address)).toContain(named.name);
      await named.drop();
      expect(await databases(base.address)).not.toContain(named.name);
    } finally {
      if (before.own === undefined) delete process.env['TB_TEST_DATABASE_URL'];
      if (before.other === undefined) delete process.env['DATABASE_URL'];
      else process.env['DATABASE_URL'] = before.other;
    }
    await base.drop();
  });

  test.each(['postgres', 'tb', 'tb_test_', 'tb_test_0123456789abcdef; DROP TABLE x', 'my_tb_test_0123456789abcdef'])('%s is never dropped', async name => {
    await expect(dropDatabase(addressOfUrl('postgres://127.0.0.1:1/x'), name)).rejects.toThrow('Only databases named tb_test_<random> are dropped');
  });
});

describe('dockerAnswers', () => {
  test('true for a daemon that answers, false for silence and for nobody', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tb-docker-'));
    const serve = async (name: string, answer: boolean): Promise<() => void> => {
      const server = createServer((request, response) => (answer && request.url === '/_ping' ? response.end('OK') : undefined));
      await new Promise<void>(resolve => server.listen(join(folder, name), resolve));
      return () => (server.closeAllConnections(), void server.close());
    };
    const closes = [await serve('docker', true), await serve('silent', false)];
    expect(await dockerAnswers(`unix://${folder}/docker`)).toBe(true);
    expect(await dockerAnswers(`unix://${folder}/silent`)).toBe(false);
    expect(await dockerAnswers(`unix://${folder}/none`)).toBe(false);
    expect(await dockerAnswers('tcp://127.0.0.1:1')).toBe(false);
    closes.forEach(close => close());
    rmSync(folder, { recursive: true, force: true });
  });
});
