/** `tb init`: creates the store, or checks it and applies the migrations it lacks. */
import { connect } from '../../adapters/store/connection.ts';
import { describeAddress } from '../../adapters/store/server/address.ts';
import { rethrowAsStoreError } from '../../adapters/store/store-error.ts';
import { SCHEMA_VERSION } from '../../adapters/store/schema-version.ts';
import { oneLine } from '../../engine/wording.ts';
import { bringUpToDate } from '../bring-up-to-date.ts';
import type { Action } from '../command.ts';
import { printResult } from '../output.ts';
import { addressOf, locationOf } from '../store.ts';

const SENTENCE = { created: 'was created', current: 'is up to date', migrated: 'was brought up to date' } as const;

export const run: Action<object> = async options => {
  const location = locationOf(options);
  const address = await addressOf(location);
  const client = await connect(address, 'owner');
  try {
    const outcome = await bringUpToDate(client);
    const store = location.kind === 'folder' ? location.folder : describeAddress(address);
    printResult(options, {
      document: { outcome, schemaVersion: SCHEMA_VERSION, store },
      text: () => `Store ${oneLine(store)} ${SENTENCE[outcome]}: schema version ${SCHEMA_VERSION}.\nNext: tb import FILE --symbol BTC/USD`,
    });
  } catch (error) {
    rethrowAsStoreError(error, describeAddress(address));
  } finally {
    await client.end().catch(() => undefined);
  }
};
