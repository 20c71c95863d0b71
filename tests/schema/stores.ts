/** Databases for the tests of the schema: an empty one, or a store, with connections in both roles, dropped in the end. */
import type { Client } from 'pg';
import { connect } from '../../adapters/store/connection.ts';
import { applySchema } from '../../schema/apply.ts';
import { testDatabase } from '../support/postgres.ts';
import type { TestDatabase } from '../support/postgres.ts';

export type Store = Readonly<{ database: TestDatabase; owner: Client; app: Client; close: () => Promise<void> }>;

/** 2024-01-01T00:00:00Z */
export const NOW_MS = 1_704_067_200_000;

export const emptyDatabase = async (): Promise<Store> => {
  const database = await testDatabase();
  const owner = await connect(database.address, 'owner');
  const app = await connect(database.address, 'app');
  const close = async (): Promise<void> => {
    await Promise.all([owner.end(), app.end()]);
    await database.drop();
  };
  return { database, owner, app, close };
};

export const emptyStore = async (): Promise<Store> => {
  const database = await testDatabase();
  const owner = await connect(database.address, 'owner');
  await applySchema(owner, NOW_MS);
  // By URL the application's role is taken as soon as there is one, so it connects when the schema is there.
  const app = await connect(database.address, 'app');
  const close = async (): Promise<void> => {
    await Promise.all([owner.end(), app.end()]);
    await database.drop();
  };
  return { database, owner, app, close };
};

/** What the database said no with: SQLSTATE, and the name of the constraint where there is one. */
export const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string };
    return [code, constraint].filter(part => part !== undefined).join(' ');
  }
};
