/**
 * Opens the store a command means: finds or starts its server, checks its schema, and closes the connection whatever
 * happens. A folder's store is made on first use; a server's database only by `tb init`, for it may be somebody's.
 */
import type { StoreClient } from '../adapters/store/connection.ts';
import { connect } from '../adapters/store/connection.ts';
import type { StoreAddress, StoreRole } from '../adapters/store/connection.ts';
import { addressOfUrl } from '../adapters/store/connection.ts';
import { describeAddress } from '../adapters/store/server/address.ts';
import { ensureServer } from '../adapters/store/server/embedded.ts';
import { layoutOf } from '../adapters/store/server/layout.ts';
import { locateStore } from '../adapters/store/server/locate.ts';
import type { StoreLocation } from '../adapters/store/server/locate.ts';
import { rethrowAsStoreError, StoreError } from '../adapters/store/store-error.ts';
import { readStoreVersion, SCHEMA_VERSION } from '../adapters/store/schema-version.ts';
import { usage } from '../engine/problem.ts';

export type StoreOptions = Readonly<{ store?: string }>;

export const locationOf = (options: StoreOptions): StoreLocation =>
  readable(() => {
    const location = locateStore(options.store, { DATABASE_URL: process.env['DATABASE_URL'] }, process.cwd());
    if (location.kind === 'folder') layoutOf(location.folder); // Refuses a name that no server could be started in.
    return location;
  });

export const addressOf = async (location: StoreLocation): Promise<StoreAddress> =>
  location.kind === 'url' ? readable(() => addressOfUrl(location.url)) : ensureServer(location.folder);

/** A store that is named in a way nobody can read is a slip of the pen, not a rule of the store. */
const readable = <Read>(read: () => Read): Read => {
  try {
    return read();
  } catch (error) {
    throw error instanceof StoreError ? usage(error.message, error.hint) : error;
  }
};

/** Runs a command's work on the store, as the application unless it says otherwise. */
export const withStore = async <Result>(options: StoreOptions, work: (client: StoreClient) => Promise<Result>, role: StoreRole = 'app'): Promise<Result> => {
  const location = locationOf(options);
  const address = await addressOf(location);
  // A server that goes away or says no in the middle is no bug of ours, whichever statement it meets.
  const rethrow = (error: unknown): never => rethrowAsStoreError(error, describeAddress(address));
  await ensureSchema(location, address).catch(rethrow);
  const client = await connect(address, role);
  try {
    return await work(client).catch(rethrow);
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** Two more connections: one for the transaction of a run that is written at once, one for what it shares with others. */
export const withWriters = async <Result>(options: StoreOptions, work: (store: Readonly<{ writer: StoreClient; shared: StoreClient }>) => Promise<Result>): Promise<Result> => {
  const address = await addressOf(locationOf(options));
  const writer = await connect(address, 'app');
  const shared = await connect(address, 'app');
  try {
    return await work({ writer, shared });
  } finally {
    await Promise.allSettled([writer.end(), shared.end()]);
  }
};

const ensureSchema = async (location: StoreLocation, address: StoreAddress): Promise<void> => {
  const client = await connect(address, 'owner');
  try {
    const version = await readStoreVersion(client);
    if (version === SCHEMA_VERSION) return;
    if (version === null && location.kind === 'folder') {
      const { bringUpToDate } = await import('./bring-up-to-date.ts');
      await bringUpToDate(client);
      return;
    }
    if (version === null) {
      const { isRestoreUnfinished, unfinishedRestore } = await import('../adapters/store/restore-target.ts');
      if (await isRestoreUnfinished(client)) throw unfinishedRestore();
    }
    throw schemaProblem(version);
  } finally {
    await client.end().catch(() => undefined);
  }
};

const schemaProblem = (version: number | null): StoreError =>
  version === null
    ? new StoreError('schema_version', { message: 'The database holds no store of tb.', hint: 'Run tb init on it first.' })
    : version > SCHEMA_VERSION
      ? new StoreError('schema_version', { message: `The store has schema version ${version}, and this tb knows up to ${SCHEMA_VERSION}.`, hint: 'Use the newer tb that made it.' })
      : new StoreError('schema_version', { message: `The store has schema version ${version}, and this tb needs ${SCHEMA_VERSION}.`, hint: 'Run tb init to bring it up to date; nothing stored is changed.' });
