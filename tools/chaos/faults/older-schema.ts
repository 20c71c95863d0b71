/** A store of schema version 1: refused as it is, brought up by tb init, and then it seals the same hours. */
import { withConnection } from '../../../adapters/store/connection.ts';
import { applySchemaFiles } from '../../../schema/apply.ts';
import { readSchemaFiles } from '../../../schema/schema-files.ts';
import { onDatabase } from '../databases.ts';
import { mustHold } from '../failure.ts';
import { sentenceOf } from '../run-tb.ts';
import { readStored } from '../stored.ts';
import { SETUP_HOURS } from '../workload.ts';
import { required, setupLines } from '../world.ts';
import type { Fault } from './fault.ts';

export const olderSchema: Fault = {
  name: 'older-schema',
  strikes: ['import', 'execute-hour', 'operator', 'backtest'],
  strike: async ({ world }) => {
    const server = await world.address();
    const { chain } = await readStored(server);
    const [base] = readSchemaFiles().migrations;
    return onDatabase(server, 'empty', async ({ address, store }) => {
      await withConnection(address, 'owner', client => applySchemaFiles(client, 0, { bootstrap: base!.sql, migrations: [base!] }));
      const how = { store, acknowledges: false };
      const refused = required(await world.tb('runs', how), [4]);
      mustHold(/schema version 1/.test(sentenceOf(refused)), () => `A store of version 1 was told as: ${sentenceOf(refused)}`);
      const { outcome } = await world.done('init', how);
      mustHold(outcome === 'migrated', () => `tb init made of a store of version 1 one that is ${String(outcome)}.`);
      let head: unknown;
      for (const line of setupLines(world.plan)) ({ head } = await world.done(line, how));
      const expected = chain[SETUP_HOURS - 1]?.hash;
      mustHold(head === expected, () => `A migrated store sealed ${String(head)}, a new one ${expected}.`);
      return { note: `refused, migrated, ${SETUP_HOURS} hours sealed to the same hash` };
    });
  },
};
