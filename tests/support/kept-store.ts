/** A small store with every kind of run, signed, for tests that back it up; and what two stores have to have in common. */
import { withConnection } from '../../adapters/store/connection.ts';
import type { StoreAddress } from '../../adapters/store/connection.ts';
import { digestOfTable, FIXED_FORMS } from '../../adapters/store/backup-rows.ts';
import { readBackupTables } from '../../adapters/store/backup-tables.ts';
import { readCatalog } from '../../schema/catalog.ts';
import type { Catalog } from '../../schema/catalog.ts';
import { livelyCandles, plainFile, scratchFolder, scratchStore, slotAt } from './scratch-store.ts';
import type { ScratchDatabase } from './scratch-store.ts';

const RUN_OPTIONS = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD,BBB/USD --from 2024-03-01T12:00:00Z --warmup 12';
const START = slotAt('2024-03-01T00:00:00Z', '1h');

export type KeptStore = Readonly<{ store: ScratchDatabase; home: string; env: Readonly<Record<string, string>> }>;

/** Two backtests, a paper run through 2024-03-03T02:00:00Z with a command waiting, and candles up to 2024-03-04. Nothing is signed yet. */
export const keptStore = async (): Promise<KeptStore> => {
  const store = await scratchStore();
  const home = await scratchFolder();
  const env = { XDG_CONFIG_HOME: home, TB_KEYS: '', TB_CHECKPOINTS: '' };
  for (const [name, symbol, seed] of [['aaa.csv', 'AAA/USD', 131], ['bbb.csv', 'BBB/USD', 132]] as const) {
    await store.write(name, plainFile('1h', livelyCandles(START, 96, seed)));
    await store.json(`import ${name} --symbol ${symbol}`);
  }
  await store.json(`backtest ${RUN_OPTIONS} --to 2024-03-03T00:00:00Z --run whole --keep full`);
  await store.json(`backtest ${RUN_OPTIONS} --to 2024-03-04T00:00:00Z --run past`);
  await store.json(`open --run desk --mode paper ${RUN_OPTIONS}`);
  await store.json('execute-hour --run desk --through 2024-03-03T01:00:00Z');
  await store.json('operator deposit --amount 500 --run desk --reason saving');
  await store.json('execute-hour --run desk');
  await store.json('operator deposit --amount 250 --run desk --reason saving');
  await store.json('keys init', env);
  return { store, home, env };
};

export type StoreContents = Readonly<{ tables: Readonly<Record<string, Readonly<{ rows: number; sha256: string }>>>; balances: readonly unknown[]; catalog: Catalog }>;

/** Every row of every table, what triggers keep beside them, and what the database refuses. */
export const contentsOf = (address: StoreAddress): Promise<StoreContents> =>
  withConnection(address, 'owner', async client => {
    const catalog = await readCatalog(client);
    await client.query(`BEGIN; ${FIXED_FORMS}`);
    const tables: Record<string, Readonly<{ rows: number; sha256: string }>> = {};
    for (const table of await readBackupTables(client)) tables[table.name] = await digestOfTable(client, table);
    const { rows: balances } = await client.query('SELECT run_id, agent, symbol, amount, cost FROM tb_cache.balance ORDER BY 1, 2, 3');
    await client.query('ROLLBACK');
    return { tables, balances, catalog };
  });
