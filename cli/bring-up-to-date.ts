/** Applies the schema to a database, or says why it must not. Loaded only when there is something to apply. */
import type { StoreClient } from '../adapters/store/connection.ts';
import { ensureAppRole } from '../adapters/store/server/roles.ts';
import { isRestoreUnfinished, unfinishedRestore } from '../adapters/store/restore-target.ts';
import { StoreError } from '../adapters/store/store-error.ts';
import { applySchema } from '../schema/apply.ts';

/** Creates the schema, migrates it, or finds it current. Throws StoreError for a database that is not ours to touch. */
export const bringUpToDate = async (client: StoreClient): Promise<'created' | 'current' | 'migrated'> => {
  await ensureAppRole(client);
  const applied = await applySchema(client, Date.now());
  if (typeof applied === 'string') return applied;
  if (applied.kind === 'newer') {
    throw new StoreError('schema_version', { message: `The store has schema version ${applied.version}, newer than this tb.`, hint: 'Use the newer tb that made it.' });
  }
  if (await isRestoreUnfinished(client)) throw unfinishedRestore();
  throw new StoreError('foreign', {
    message: `The database is not empty and not a store of tb: it holds ${applied.found.slice(0, 5).join(', ')}.`,
    hint: 'Give tb a database of its own.',
  });
};
