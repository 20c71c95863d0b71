/** A store that a newer tb made: every command refuses it, tb init included, and none changes it. */
import { withConnection } from '../../../adapters/store/connection.ts';
import { SCHEMA_VERSION } from '../../../adapters/store/schema-version.ts';
import { onDatabase } from '../databases.ts';
import { mustHold } from '../failure.ts';
import { sentenceOf } from '../run-tb.ts';
import { changedTables, readStanding } from '../stored.ts';
import { required } from '../world.ts';
import type { Fault } from './fault.ts';

const NEWER = `INSERT INTO tb.schema_version (version, name, sha256, applied_ms) VALUES (${SCHEMA_VERSION + 1}, 'from_the_future', sha256('future'), 0)`;

export const newerSchema: Fault = {
  name: 'newer-schema',
  strikes: ['import', 'execute-hour', 'operator', 'backtest'],
  strike: async ({ world, line }) =>
    onDatabase(await world.address(), 'copy', async ({ address, store }) => {
      await withConnection(address, 'owner', client => client.query(NEWER));
      const before = await readStanding(address);
      for (const text of [line.text, 'init', 'verify', 'runs']) {
        const refused = required(await world.tb(text, { store, acknowledges: false }), [4]);
        mustHold(sentenceOf(refused).includes(`version ${SCHEMA_VERSION + 1}`), () => `A newer store was told as: ${sentenceOf(refused)}`);
      }
      const changed = changedTables(before, await readStanding(address));
      mustHold(changed.length === 0, () => `A newer store was refused and changed all the same: ${changed.join(', ')}.`);
      return { note: 'four commands refused, nothing changed' };
    }),
};
