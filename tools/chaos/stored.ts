/** What a store holds, read by plain SQL that shares nothing with the program's own reading. It changes nothing. */
import { withConnection } from '../../adapters/store/connection.ts';
import type { StoreAddress } from '../../adapters/store/connection.ts';

/** An hour record of the desk; hashes in hex, `previous` null in the first. */
export type ChainLink = Readonly<{ hour: number; hash: string; previous: string | null }>;

export type Stored = Readonly<{
  chain: readonly ChainLink[];
  keys: ReadonlySet<string>;
  /** Heads of backtests by name. */
  heads: ReadonlyMap<string, string>;
  candles: number;
  snapshotHours: readonly number[];
  orders: Readonly<{ intents: number; sent: number; names: number }>;
}>;

const CHAIN = `SELECT hour, encode(hash, 'hex') AS hash, encode(prev_hash, 'hex') AS previous FROM tb.hour_record JOIN tb.run ON id = run_id WHERE name = 'desk' ORDER BY hour`;
const HEADS = `SELECT DISTINCT ON (run.id) name, encode(hash, 'hex') AS hash FROM tb.hour_record JOIN tb.run ON id = run_id WHERE run.mode = 'backtest' ORDER BY run.id, hour DESC`;
const SNAPSHOTS = `SELECT hour FROM tb_cache.snapshot JOIN tb.run ON id = run_id WHERE name = 'desk' ORDER BY hour`;
const ORDERS = `
  SELECT (SELECT count(*)::int FROM tb.order_placed WHERE retention = 'kept') AS intents,
    count(*)::int AS sent, count(DISTINCT client_order_id)::int AS names
  FROM tb.outbox WHERE retention = 'kept' AND kind = 'place'`;

export const readStored = (address: StoreAddress): Promise<Stored> =>
  withConnection(address, 'app', async client => {
    const chain = await client.query<ChainLink>(CHAIN);
    const keys = await client.query<{ key: string }>('SELECT key FROM tb.inbox');
    const heads = await client.query<{ name: string; hash: string }>(HEADS);
    const candles = await client.query<{ count: number }>('SELECT count(*)::int AS count FROM tb.candle');
    const snapshots = await client.query<{ hour: number }>(SNAPSHOTS);
    const orders = await client.query<Stored['orders']>(ORDERS);
    return {
      chain: chain.rows,
      keys: new Set(keys.rows.map(({ key }) => key)),
      heads: new Map(heads.rows.map(({ name, hash }) => [name, hash])),
      candles: candles.rows[0]!.count,
      snapshotHours: snapshots.rows.map(({ hour }) => hour),
      orders: orders.rows[0]!,
    };
  });

/** Whether anything else than an hour of the desk was written after its last hour was executed. */
const WENT_ON = `
  SELECT greatest((SELECT max(received_ms) FROM tb.candle), (SELECT max(received_ms) FROM tb.inbox), (SELECT max(created_ms) FROM tb.run))
    > (SELECT executed_ms FROM tb.hour_step JOIN tb.run ON id = run_id WHERE name = 'desk' ORDER BY hour DESC, step DESC LIMIT 1) AS "wentOn"`;

export const wentOnAfterLastHour = (address: StoreAddress): Promise<boolean> =>
  withConnection(address, 'app', async client => (await client.query<{ wentOn: boolean }>(WENT_ON)).rows[0]!.wentOn);

const TABLES = `SELECT nspname || '.' || relname AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname IN ('tb', 'tb_cache') AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`;

/** A digest of every row of every table, by table: two that are equal are of the same store in the same state. */
export const readStanding = (address: StoreAddress): Promise<Readonly<Record<string, string>>> =>
  withConnection(address, 'app', async client => {
    const { rows: tables } = await client.query<{ name: string }>(TABLES);
    const parts = tables.map(({ name }) => `SELECT '${name}' AS name, (SELECT md5(coalesce(string_agg(row_digest, '' ORDER BY row_digest), '')) FROM (SELECT md5(r::text) AS row_digest FROM ${name} r) hashed) AS digest`);
    const { rows } = await client.query<{ name: string; digest: string }>(parts.join(' UNION ALL '));
    return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
  });

/** The tables in which two standings differ. */
export const changedTables = (before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(name => before[name] !== after[name]);
