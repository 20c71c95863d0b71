/** A test's own store: an empty database with the schema in it, and connections that close with it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { connect } from '../../../adapters/store/connection.ts';
import { testDatabase } from '../../support/postgres.ts';
import type { TestDatabase } from '../../support/postgres.ts';

const BOOTSTRAP = readFileSync(fileURLToPath(new URL('../../../schema_bootstrap.sql', import.meta.url)), 'utf8');

export type StoreDatabase = Readonly<{
  url: string;
  /** A connection of the application's role. */
  app: () => Promise<pg.Client>;
  /** A connection of the owner. */
  owner: () => Promise<pg.Client>;
  close: () => Promise<void>;
}>;

export const storeDatabase = async (): Promise<StoreDatabase> => {
  const database: TestDatabase = await testDatabase();
  const clients: pg.Client[] = [];
  const open = async (role: 'app' | 'owner'): Promise<pg.Client> => {
    const client = await connect(database.address, role, () => undefined);
    clients.push(client);
    return client;
  };
  const owner = await open('owner');
  await owner.query(`BEGIN; ${BOOTSTRAP}; COMMIT;`);
  return {
    url: database.url,
    app: () => open('app'),
    owner: () => open('owner'),
    close: async () => {
      for (const client of clients) await client.end().catch(() => undefined);
      await database.drop();
    },
  };
};
