/**
 * Whoever can write to the database, past triggers and constraints, changes one stored value: `verify` or `replay-window`
 * names its place. Every column of every table is tried but those that specs/hashing.md lists as in no hash, so a new column
 * without protection fails here. `make tamper` does it to every row, and to every byte.
 */
import { beforeAll, expect, test } from 'vitest';
import { withConnection } from '../../adapters/store/connection.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { runsByName, tryPlant } from '../../tools/tamper/judge.ts';
import { valuePlants } from '../../tools/tamper/plant-values.ts';
import { fillSmallStore } from '../../tools/tamper/small-store.ts';
import { disarm } from '../../tools/tamper/disarm.ts';
import { readStoredTables } from '../../tools/tamper/stored-columns.ts';
import { populate } from '../../tools/validate-schema/populate.ts';
import { asOwner, scratchStore } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';

let store: ScratchDatabase;
/** What the runs of the first store have no row of, such as balances below nothing. */
let accounts: ScratchDatabase;

beforeAll(async () => {
  accounts = await scratchStore();
  await populate(accounts);
  store = await scratchStore();
  await fillSmallStore({ tb: store.json, write: store.write });
  for (const one of [store, accounts]) await asOwner(one, client => disarm(client, { uniqueKeys: true }));
});

const EVIDENCE = { folder: '', files: [], trusted: [], every: false };

type Sweep = Readonly<{ tried: number; missed: readonly string[]; rowless: ReadonlySet<string> }>;

/** Changes every column, or those wanted, in two rows of each run; `rowless` are the columns where the store has no row. */
const sweep = ({ address }: ScratchDatabase, wanted: ReadonlySet<string> | null): Promise<Sweep> =>
  withConnection(address, 'owner', async (client: StoreClient) => {
    const { plants, rowless } = await valuePlants(client, { tables: await readStoredTables(client), rows: 'two', wanted });
    const judging = { evidence: EVIDENCE, runs: await runsByName(client) };
    const missed: string[] = [];
    for (const plant of plants) {
      const { located, said } = await tryPlant(client, plant, judging);
      if (located === 'elsewhere' || located === 'undetected') missed.push(`${plant.what}: ${said === '' ? 'nothing was said' : said}`);
    }
    return { tried: plants.length, missed, rowless };
  });

test('a change of any stored value is named, with its row', async () => {
  const first = await sweep(store, null);
  const second = await sweep(accounts, first.rowless);
  expect([...first.missed, ...second.missed]).toEqual([]);
  // Every column had a row in one of the two.
  expect([...second.rowless]).toEqual([]);
  expect(first.tried + second.tried).toBeGreaterThan(600);
}, 600_000);
