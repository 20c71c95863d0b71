/** Further databases on the server of a world: empty ones, and copies of its store. Each is dropped by whoever made it. */
import { randomBytes } from 'node:crypto';
import { withConnection } from '../../adapters/store/connection.ts';
import type { StoreAddress } from '../../adapters/store/connection.ts';
import { ADMIN_ROLE, APP_ROLE, OWNER_ROLE } from '../../adapters/store/server/address.ts';

export type Database = Readonly<{ address: StoreAddress; store: string }>;

const asAdmin = (server: StoreAddress, statements: readonly string[]): Promise<void> =>
  withConnection({ ...server, user: ADMIN_ROLE, database: 'postgres' }, 'owner', async client => {
    for (const statement of statements) await client.query(statement);
  });

/** Work on a new database that is dropped afterwards, whatever happens: a copy of the store, or an empty one. */
export const onDatabase = async <Result>(server: StoreAddress, of: 'copy' | 'empty', work: (database: Database) => Promise<Result>): Promise<Result> => {
  const name = `tb_test_${randomBytes(8).toString('hex')}`;
  const template = of === 'copy' ? server.database : 'template0';
  await asAdmin(server, [`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${OWNER_ROLE}`, `GRANT CONNECT, TEMPORARY ON DATABASE ${name} TO ${APP_ROLE}`]);
  try {
    return await work({ address: { ...server, database: name }, store: `postgres://${OWNER_ROLE}@${encodeURIComponent(server.host)}:${server.port}/${name}` });
  } finally {
    await asAdmin(server, [`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`]);
  }
};
