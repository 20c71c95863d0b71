import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyStore } from './stores.ts';
import type { Store } from './stores.ts';

const RUN = '30000000-0000-4000-8000-000000000001';
const MANIFEST = '{"openingBalances":[{"asset":"USD","quantity":"1000000","unitCost":"1"}]}';
const KEY = `'backtest', '${RUN}', hour, 0`;

/**
 * Hours that each buy, sell what the hour before bought, and move units on the account by every kind of fact. A store without statistics is the hard case: nothing tells
 * the planner which index finds one row and which finds every row of the run.
 */
const trading = (from: number, to: number): readonly string[] => {
  const hours = `generate_series(${from}, ${to}) hour`;
  return [
    `INSERT INTO tb.hour_step SELECT ${KEY}, 2, 5, sha256('s'), 0, 0, 0 FROM ${hours}`,
    `INSERT INTO tb.fact SELECT ${KEY}, seq, 'order_filled', 0, '{}' FROM ${hours}, generate_series(0, 1) seq`,
    `INSERT INTO tb.fact SELECT ${KEY}, seq, 'account_traded', 0, '{}' FROM ${hours}, generate_series(2, 6) seq`,
    `INSERT INTO tb.account_trade SELECT ${KEY}, 2, 'a.' || hour || '.2', 0, 'A/USD', 'BUY', 1, 10, 10, 10, 0, 'USD', 0 FROM ${hours}`,
    `INSERT INTO tb.account_transfer SELECT ${KEY}, 3, 'a.' || hour || '.3', 0, 'in', 'A', 1, 10, 0 FROM ${hours}`,
    `INSERT INTO tb.account_reward SELECT ${KEY}, 4, 'a.' || hour || '.4', 0, 'income', 'A', 1, 0, 10 FROM ${hours}`,
    `INSERT INTO tb.account_charge SELECT ${KEY}, 5, 'a.' || hour || '.5', 0, 'fees', 'A', 1, 10 FROM ${hours}`,
    `INSERT INTO tb.asset_renaming SELECT ${KEY}, 6, 'a.' || hour || '.6', 0, 'B', 'A', 1, 1 FROM ${hours}`,
    `INSERT INTO tb.venue_trade SELECT ${KEY}, seq, 't.' || hour || '.' || seq, (hour - 1) || '.0.' || seq, 1, 10, 0, 'USD', 0, 'TAKER' FROM ${hours}, generate_series(0, 1) seq`,
    `INSERT INTO tb.decision SELECT ${KEY}, seq, 'order_placed', '{}' FROM ${hours}, generate_series(0, 16) seq`,
    `INSERT INTO tb.order_closed SELECT ${KEY}, seq + 2, (hour - 1) || '.0.' || seq, 'A/USD', 'FILLED', 1, '' FROM ${hours}, generate_series(0, 1) seq`,
    `INSERT INTO tb.lot SELECT ${KEY}, 4, hour || '.0.4', 'main', 'A/USD', 1, 10, 0, (hour - 1) || '.0.0', 't.' || hour || '.0', 0 FROM ${hours}`,
    `INSERT INTO tb.lot SELECT ${KEY}, 8 + fact, hour || '.0.' || 8 + fact, 'treasury', 'A/USD', 1, 10, 0, NULL, 'a.' || hour || '.' || fact, 0 FROM ${hours}, generate_series(2, 6) fact`,
    `INSERT INTO tb.lot_release SELECT ${KEY}, 15, hour || '.0.10', 'treasury', 'A/USD', 1, 10, 0, 'a.' || hour || '.3' FROM ${hours}`,
    `INSERT INTO tb.balance_overdrawn SELECT ${KEY}, 16, 'USD', -1, 'a.' || hour || '.2', 'CRITICAL' FROM ${hours}`,
    `INSERT INTO tb.lot_match SELECT ${KEY}, 5, hour || '.0.4', 'main', 'A/USD', 1, 10, 0, 10, 0, 0, (hour - 1) || '.0.1', 't.' || hour || '.1', false FROM ${hours}`,
    `INSERT INTO tb.ledger_entry SELECT ${KEY}, 6, 'buy', 't.' || hour || '.0' FROM ${hours}`,
    `INSERT INTO tb.ledger_entry SELECT ${KEY}, 7, 'deposit', 'opening' FROM ${hours} WHERE hour = 0`,
    `INSERT INTO tb.posting SELECT ${KEY}, 7, ordinal, (ARRAY['cash', 'deposits'])[ordinal + 1], 'USD', 1000000 - 2000000 * ordinal FROM ${hours}, generate_series(0, 1) ordinal WHERE hour = 0`,
    `INSERT INTO tb.posting SELECT ${KEY}, 6, ordinal, (ARRAY['cash', 'cost'])[ordinal + 1], 'USD', 20 * ordinal - 10 FROM ${hours}, generate_series(0, 1) ordinal`,
    `INSERT INTO tb.order_placed SELECT ${KEY}, seq, hour || '.0.' || seq, 'main', 'A/USD', 'BUY', 'MARKET', 'HOUR', false, false, 1, NULL, 10, 10, 11, 1, '' FROM ${hours}, generate_series(0, 1) seq`,
    `INSERT INTO tb.hour_record
     WITH RECURSIVE chain (hour, previous, hash) AS (
       SELECT ${from}, coalesce((SELECT hash FROM tb.hour_record WHERE run_id = '${RUN}' AND hour = ${from - 1}), sha256('${MANIFEST}')), sha256('\\x00'::bytea || '${from}'::bytea)
       UNION ALL SELECT hour + 1, hash, sha256('\\x00'::bytea || convert_to((hour + 1)::text, 'UTF8')) FROM chain WHERE hour < ${to})
     SELECT 'backtest', '${RUN}', hour, CASE WHEN hour > 0 THEN hour - 1 END, previous, hash, convert_to(hour::text, 'UTF8') FROM chain`,
  ];
};

let store: Store;
beforeAll(async () => {
  store = await emptyStore();
  await store.app.query(`INSERT INTO tb.account VALUES ('a', 'SPOT_CASH', 0)`);
  await store.app.query(`INSERT INTO tb.run VALUES ('${RUN}', 'backtest', 'r', 'backtest', 'a', '${MANIFEST}', sha256('${MANIFEST}'), 0, 'full', 0, NULL, 0)`);
});
afterAll(() => store.close());

describe('references and checks of a growing run', () => {
  it('look at a few rows for each row, however many there are', async () => {
    const HOURS = 1_500;
    await store.app.query('BEGIN');
    // A session keeps the plans it makes now, when every table is empty.
    for (const statement of trading(0, 0)) await store.app.query(statement);
    for (const statement of trading(1, HOURS)) await store.app.query(statement);
    const { rows } = await store.app.query<{ relname: string; reads: number }>(`
      SELECT relname, (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int AS reads
      FROM pg_stat_xact_user_tables WHERE schemaname = 'tb' AND coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) > ${40 * HOURS}`);
    await store.app.query('ROLLBACK');
    // One scan of all hours for each of them would be more than a million.
    expect(rows).toEqual([]);
  });
});
