/**
 * Databases to try the schema in: on the server of TB_TEST_DATABASE_URL, else on an embedded server of their own in a
 * temporary folder. Only databases named tb_test_<random> are made and dropped, and DATABASE_URL is never read.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { addressOfUrl, connect, withConnection } from '../../adapters/store/connection.ts';
import type { StoreAddress } from '../../adapters/store/connection.ts';
import { ADMIN_ROLE, APP_ROLE, OWNER_ROLE } from '../../adapters/store/server/address.ts';
import { ensureServer, stopServer } from '../../adapters/store/server/embedded.ts';
import { ensureAppRole } from '../../adapters/store/server/roles.ts';

export type ScratchDatabase = Readonly<{ name: string; address: StoreAddress }>;

export type ScratchServer = Readonly<{
  /** An empty database, or a copy of another that nobody is connected to. */
  database: (template?: ScratchDatabase) => Promise<ScratchDatabase>;
  /** Drops every database that was made, and stops the server where it is our own. */
  close: () => Promise<void>;
}>;

export const openScratchServer = async (): Promise<ScratchServer> => {
  const url = process.env['TB_TEST_DATABASE_URL'];
  return url === undefined || url === '' ? embeddedServer() : givenServer(url);
};

const embeddedServer = async (): Promise<ScratchServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'tb-validate-schema-'));
  const server = await ensureServer(folder);
  const stop = async (): Promise<void> => {
    await stopServer(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  const admin = { ...server, user: ADMIN_ROLE, database: 'postgres' };
  return serverOf(admin, `OWNER ${OWNER_ROLE}`, name => ({ ...server, database: name }), stop);
};

const givenServer = async (url: string): Promise<ScratchServer> => {
  const admin = addressOfUrl(url);
  await withConnection(admin, 'owner', ensureAppRole);
  return serverOf(admin, '', name => addressOfUrl(withDatabase(url, name)), () => Promise.resolve());
};

/** By text, for a URL with an empty host (its socket is a parameter) is none to the URL parser. */
const withDatabase = (url: string, name: string): string =>
  url.replace(/^([a-z]+:\/\/[^/?#]*)(\/[^?#]*)?/i, (_, server: string) => `${server}/${name}`);

const serverOf = (admin: StoreAddress, ending: string, addressOf: (name: string) => StoreAddress, stop: () => Promise<void>): ScratchServer => {
  const made: string[] = [];
  return {
    database: async template => {
      const name = `tb_test_${randomBytes(8).toString('hex')}`;
      await withConnection(admin, 'owner', async client => {
        await client.query(`CREATE DATABASE ${name} TEMPLATE ${template?.name ?? 'template0'} ${ending}`);
        made.push(name);
        await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${APP_ROLE}`);
      });
      return { name, address: addressOf(name) };
    },
    close: async () => {
      try {
        await withConnection(admin, 'owner', async client => {
          for (const name of made) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        });
      } finally {
        await stop();
      }
    },
  };
};

/** Runs the work on a connection of the owner, closed before it returns: a database in use cannot be copied. */
export const asOwner = async <Result>(database: ScratchDatabase, work: (client: Client) => Promise<Result>): Promise<Result> => {
  const client = await connect(database.address, 'owner');
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
