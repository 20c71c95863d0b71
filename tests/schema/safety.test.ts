import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyStore, refusalOf } from './stores.ts';
import type { Store } from './stores.ts';

const RUN = '10000000-0000-4000-8000-000000000001';
const KEY = `'backtest', '${RUN}'`;

/** A run of two hours on its first step each, with decisions 0 to 9 in both; an order and its fill of 2 at 10. */
const STORY = `
  INSERT INTO tb.account VALUES ('spot', 'SPOT_CASH', 0), ('perpetuals', 'DERIVATIVE', 0);
  INSERT INTO tb.run VALUES ('${RUN}', 'backtest', 'story', 'backtest', 'spot', 'manifest', sha256('manifest'), 100, 'full', 0, NULL, 0);
  INSERT INTO tb.hour_step SELECT ${KEY}, hour, 0, 1, 10, sha256('state'), 0, 0, 0 FROM generate_series(100, 103) hour;
  INSERT INTO tb.fact SELECT ${KEY}, hour, 0, 0, 'order_filled', 0, '{}', NULL, NULL FROM generate_series(100, 103) hour;
  INSERT INTO tb.decision SELECT ${KEY}, hour, 0, seq, 'order_placed', '{}' FROM generate_series(100, 103) hour, generate_series(0, 9) seq;
  INSERT INTO tb.order_placed VALUES (${KEY}, 100, 0, 0, '100.0.0', 'main', 'A/USD', 'BUY', 'MARKET', 'HOUR', false, false, 2, NULL, NULL, 10, 21, 1, 'why');
  INSERT INTO tb.venue_trade VALUES (${KEY}, 101, 0, 0, 't-1', '100.0.0', 2, 10, 0.1, 'USD', 0.1, 'TAKER');
  INSERT INTO tb.lot VALUES (${KEY}, 101, 0, 1, '101.0.1', 'main', 'A/USD', 2, 20, 0.1, '100.0.0', 't-1');
  INSERT INTO tb.lot_match VALUES (${KEY}, 102, 0, 0, '101.0.1', 'main', 'A/USD', 1.5, 15, 0.075, 18, 0.09, 2.835, '101.0.2', 't-2', false);
  INSERT INTO tb.ledger_entry SELECT ${KEY}, 102, 0, seq, 'buy', 't-' || seq FROM generate_series(1, 5) seq;`;

let store: Store;
beforeAll(async () => {
  store = await emptyStore();
  await store.app.query(STORY);
});
afterAll(() => store.close());

/** What the application is answered; nothing of it stays. */
const answerTo = async (statement: string): Promise<string> => {
  await store.app.query('BEGIN');
  try {
    return await refusalOf(store.app.query(statement));
  } finally {
    await store.app.query('ROLLBACK');
  }
};

const order = (values: string): string => `INSERT INTO tb.order_placed VALUES (${KEY}, 101, 0, 5, '101.0.5', 'main', 'A/USD', ${values})`;
const lot = (quantity: string, trade: string): string => `INSERT INTO tb.lot VALUES (${KEY}, 103, 0, 2, '103.0.2', 'main', 'A/USD', ${quantity}, 20, 0, ${trade})`;
const match = (quantity: string, result: string): string =>
  `INSERT INTO tb.lot_match VALUES (${KEY}, 103, 0, 3, '101.0.1', 'main', 'A/USD', ${quantity}, 5, 0.025, 6, 0.03, ${result}, '102.0.0', 't-3', false)`;
const postings = (...amounts: readonly string[]): string =>
  `INSERT INTO tb.posting VALUES ${amounts.map((amount, ordinal) => `(${KEY}, 102, 0, 1, ${ordinal}, ${amount})`).join(', ')}`;
const run = (values: string): string => `INSERT INTO tb.run VALUES ('10000000-0000-4000-8000-000000000002', ${values})`;
const hour = (values: string): string => `INSERT INTO tb.hour_record (retention, run_id, hour, prev_hour, prev_hash, hash, record) VALUES (${KEY}, ${values})`;
const risk = (from: string, to: string, at: number): string => `INSERT INTO tb.risk_change VALUES (${KEY}, 101, 0, ${at}, '${from}', '${to}', 'operator', 'why')`;

describe('what we decide', () => {
  it.each([
    // orders
    ['a BUY with its reservation', order(`'BUY', 'MARKET', 'HOUR', false, false, 1, NULL, NULL, 10, 10.5, 1, 'why'`), 'accepted'],
    ['a BUY without one', order(`'BUY', 'MARKET', 'HOUR', false, false, 1, NULL, NULL, 10, 0, 1, 'why'`), '23514 a_buy_reserves_what_it_may_cost'],
    ['a BUY with less than none', order(`'BUY', 'MARKET', 'HOUR', false, false, 1, NULL, NULL, 10, -1, 1, 'why'`), '23514 a_buy_reserves_what_it_may_cost'],
    ['a BUY that reduces', order(`'BUY', 'MARKET', 'HOUR', false, true, 1, NULL, NULL, 10, 10, 1, 'why'`), '23514 a_buy_reserves_what_it_may_cost'],
    ['a SELL', order(`'SELL', 'MARKET', 'HOUR', false, true, 1, NULL, NULL, 10, 0, 1, 'why'`), 'accepted'],
    ['a SELL that may open a short position', order(`'SELL', 'MARKET', 'HOUR', false, false, 1, NULL, NULL, 10, 0, 1, 'why'`), '23514 a_sell_only_reduces_and_reserves_nothing'],
    ['a SELL that sets cash aside', order(`'SELL', 'MARKET', 'HOUR', false, true, 1, NULL, NULL, 10, 1, 1, 'why'`), '23514 a_sell_only_reduces_and_reserves_nothing'],
    ['an order of nothing', order(`'SELL', 'MARKET', 'HOUR', false, true, 0, NULL, NULL, 10, 0, 1, 'why'`), '23514 order_placed_quantity_check'],
    ['an order of no number', order(`'SELL', 'MARKET', 'HOUR', false, true, 'NaN', NULL, NULL, 10, 0, 1, 'why'`), '23514 order_placed_check'],
    ['a LIMIT without a limit', order(`'SELL', 'LIMIT', 'HOUR', false, true, 1, NULL, NULL, 10, 0, 1, 'why'`), '23514 only_limit_orders_have_a_limit'],
    ['a MARKET order that only makes', order(`'SELL', 'MARKET', 'HOUR', true, true, 1, NULL, NULL, 10, 0, 1, 'why'`), '23514 only_limit_orders_are_post_only'],
    ['a BUY while halted', `${risk('ACTIVE', 'HALTED', 1)}; ${order(`'BUY', 'MARKET', 'HOUR', false, false, 1, NULL, NULL, 10, 10.5, 1, 'why'`)}`, '23514 no_buy_unless_active'],
    ['a BUY while killed', `${risk('ACTIVE', 'KILLED', 1)}; ${order(`'BUY', 'MARKET', 'HOUR', false, false, 1, NULL, NULL, 10, 10.5, 1, 'why'`)}`, '23514 no_buy_unless_active'],
    ['a SELL while killed', `${risk('ACTIVE', 'KILLED', 1)}; ${order(`'SELL', 'MARKET', 'HOUR', false, true, 1, NULL, NULL, 10, 0, 1, 'why'`)}`, 'accepted'],
    ['a BUY after a resume', `${risk('ACTIVE', 'HALTED', 1)}; ${risk('HALTED', 'ACTIVE', 2)}; ${order(`'BUY', 'MARKET', 'HOUR', false, false, 1, NULL, NULL, 10, 10.5, 1, 'why'`)}`, 'accepted'],
    ['a BUY before a halt of its step', `${risk('ACTIVE', 'HALTED', 6)}; ${order(`'BUY', 'MARKET', 'HOUR', false, false, 1, NULL, NULL, 10, 10.5, 1, 'why'`)}`, 'accepted'],
    ['an order that ends twice', `INSERT INTO tb.order_closed VALUES (${KEY}, 101, 0, 2, '100.0.0', 'A/USD', 'FILLED', 2, ''), (${KEY}, 102, 0, 2, '100.0.0', 'A/USD', 'FILLED', 2, '')`, '23505 order_closed_backtest_retention_run_id_order_id_key'],
    ['the end of an order that is not there', `INSERT INTO tb.order_closed VALUES (${KEY}, 101, 0, 2, '9.0.0', 'A/USD', 'FILLED', 2, '')`, '23503 order_closed_backtest_run_id_order_id_fkey'],
    // lots
    ['a second lot of a fill', lot('1', `'100.0.0', 't-1'`), '23505 lot_backtest_retention_run_id_trade_id_key'],
    ['a lot of a fill that is not there', lot('1', `'100.0.0', 't-9'`), '23514 no_lot_beyond_its_fill'],
    ['a lot larger than its fill', `INSERT INTO tb.venue_trade VALUES (${KEY}, 103, 0, 0, 't-5', '100.0.0', 2, 10, 0, 'USD', 0, 'TAKER'); ${lot('2.000000000000000001', `'100.0.0', 't-5'`)}`, '23514 no_lot_beyond_its_fill'],
    ['a lot as large as its fill', `INSERT INTO tb.venue_trade VALUES (${KEY}, 103, 0, 0, 't-5', '100.0.0', 2, 10, 0, 'USD', 0, 'TAKER'); ${lot('2', `'100.0.0', 't-5'`)}`, 'accepted'],
    ['a match of what is left', match('0.5', '0.945'), 'accepted'],
    ['a match of more than is left', match('0.500000000000000001', '0.945'), '23514 no_match_beyond_its_lot'],
    ['a match with a better result', match('0.5', '0.946'), '23514 result_is_proceeds_less_cost_and_fees'],
    // books
    ['postings that balance', postings(`'cash', 'USD', -5`, `'cost', 'USD', 5`), 'accepted'],
    ['postings that do not', postings(`'cash', 'USD', -5`, `'cost', 'USD', 5.000000000000000001`), '23514 entries_balance'],
    ['postings that balance across assets only', postings(`'cash', 'USD', -5`, `'position', 'A', 5`), '23514 entries_balance'],
    ['a posting of an unknown account', postings(`'purse', 'USD', -5`, `'cost', 'USD', 5`), '23514 posting_account_check'],
    ['a posting of no entry', `INSERT INTO tb.posting VALUES (${KEY}, 102, 0, 9, 0, 'cash', 'USD', 1), (${KEY}, 102, 0, 9, 1, 'cost', 'USD', -1)`, '23503 posting_backtest_retention_run_id_hour_step_seq_fkey'],
    // runs and hours
    ['a run on a derivative account', run(`'kept', 'perp', 'paper', 'perpetuals', 'm', sha256('m'), 0, 'full', 0, NULL, 0`), '23514 no_run_on_a_derivative_account'],
    ['a live run among the backtests', run(`'backtest', 'live', 'live', 'spot', 'm', sha256('m'), 0, 'full', 0, NULL, 0`), '23514 run_retention_follows_mode'],
    ['a paper run kept in summary', run(`'kept', 'paper', 'paper', 'spot', 'm', sha256('m'), 0, 'summary', 0, NULL, 0`), '23514 run_outside_backtest_is_kept_in_full'],
    ['a run of another manifest', run(`'backtest', 'other', 'backtest', 'spot', 'm', sha256('n'), 0, 'full', 0, NULL, 0`), '23514 run_genesis_is_the_manifest'],
    ['a first hour on its genesis', hour(`100, NULL, sha256('manifest'), sha256('\\x00'::bytea || 'r'::bytea), 'r'`), 'accepted'],
    ['a first hour on another genesis', hour(`100, NULL, sha256('n'), sha256('\\x00'::bytea || 'r'::bytea), 'r'`), '23514 the_chain_starts_at_genesis'],
    ['a later hour without predecessor', hour(`101, NULL, sha256('manifest'), sha256('\\x00'::bytea || 'r'::bytea), 'r'`), '23514 the_chain_starts_at_genesis'],
    ['an hour on one that is not stored', hour(`101, 100, sha256('x'), sha256('\\x00'::bytea || 'r'::bytea), 'r'`), '23503 hour_record_backtest_retention_run_id_prev_hour_prev_hash_fkey'],
    ['an hour that skips one', hour(`102, 100, sha256('x'), sha256('\\x00'::bytea || 'r'::bytea), 'r'`), '23514 hours_are_contiguous'],
    ['an hour with another hash', hour(`100, NULL, sha256('manifest'), sha256('r'), 'r'`), '23514 hour_hash_is_of_its_record'],
    ['a decision of no step', `INSERT INTO tb.decision VALUES (${KEY}, 200, 0, 0, 'signal_raised', '{}')`, '23503 decision_backtest_retention_run_id_hour_step_fkey'],
    ['a second store', `INSERT INTO tb.store VALUES ('10000000-0000-4000-8000-000000000003', 0)`, '23505 store_is_one'],
  ])('%s', async (_, statement, answer) => {
    expect(await answerTo(statement)).toBe(answer);
  });
});

describe('what happened is never refused', () => {
  it.each([
    ['a fill of more than was ordered', `INSERT INTO tb.venue_trade VALUES (${KEY}, 102, 0, 0, 't-8', '100.0.0', 200, 10, 0, 'USD', 0, 'TAKER')`],
    ['a fill of an order that we do not know', `INSERT INTO tb.venue_trade VALUES (${KEY}, 102, 0, 0, 't-8', 'theirs', 1, 10, 0, 'USD', 0, 'MAKER')`],
    ['a fill that pays us a fee', `INSERT INTO tb.venue_trade VALUES (${KEY}, 102, 0, 0, 't-8', '100.0.0', 1, 10, -0.01, 'USD', -0.01, 'MAKER')`],
    ['a withdrawal beyond the cash there was', postings(`'cash', 'USD', -1000000`, `'capital', 'USD', 1000000`)],
    ['an order that filled beyond its size', `INSERT INTO tb.order_closed VALUES (${KEY}, 101, 0, 2, '100.0.0', 'A/USD', 'FILLED', 3, '')`],
  ])('%s', async (_, statement) => {
    expect(await answerTo(statement)).toBe('accepted');
  });
});

describe('candles', () => {
  const candle = (openMs: number, values: string, { ingest = 1, receivedMs = openMs + 3_600_000 } = {}): string => `
    INSERT INTO tb.instrument VALUES ('A/USD', 'A', 'USD'); INSERT INTO tb.series VALUES (1, 'A/USD', '1h');
    INSERT INTO tb.candle VALUES (1, ${openMs}, 0, ${values}, NULL, sha256(''), ${ingest}, ${receivedMs});
    INSERT INTO tb.ingest VALUES (1, 1, 's', 'f', 'quiet', 'n', sha256(''), 1, 0, 0, 0, 1, 0, 0, 0); SET CONSTRAINTS ALL IMMEDIATE`;
  const OPEN_MS = 1_704_067_200_000;

  it.each([
    ['with their import written last', candle(OPEN_MS, '2, 3, 1, 2, 0'), 'accepted'],
    ['of no import', candle(OPEN_MS, '2, 3, 1, 2, 0', { ingest: 9 }), '23503 delivery_ingest_id_series_id_fkey'],
    ['of an import into another series', candle(OPEN_MS, '2, 3, 1, 2, 0').replace('INSERT INTO tb.ingest VALUES (1, 1,', `INSERT INTO tb.series VALUES (2, 'A/USD', '5m'); INSERT INTO tb.ingest VALUES (1, 2,`), '23503 delivery_ingest_id_series_id_fkey'],
    ['from the last minute before 2009', candle(1_230_768_000_000 - 60_000, '2, 3, 1, 2, 0'), '23514'],
    ['from 2009 on', candle(1_230_768_000_000, '2, 3, 1, 2, 0'), 'accepted'],
    ['to the end of 2040', candle(2_240_611_200_000 - 60_000, '2, 3, 1, 2, 0'), 'accepted'],
    ['from 2041 on', candle(2_240_611_200_000, '2, 3, 1, 2, 0'), '23514'],
    ['with a high below the close', candle(OPEN_MS, '2, 1.5, 1, 2, 0'), '23514 high_is_the_highest'],
    ['with a low above the open', candle(OPEN_MS, '2, 3, 2.5, 2.6, 0'), '23514 low_is_the_lowest'],
    ['of no price', candle(OPEN_MS, '2, 3, 0, 2, 0'), '23514 prices_are_positive'],
    ['of a high that is no number', candle(OPEN_MS, `2, 'NaN', 1, 2, 0`), '23514 high_is_the_highest'],
    ['of a volume that is no number', candle(OPEN_MS, `2, 3, 1, 2, 'NaN'`), '23514 candle_volume_check'],
    ['between two minutes', candle(OPEN_MS + 1, '2, 3, 1, 2, 0'), '23514 opens_on_the_minute'],
    ['from the future', candle(OPEN_MS, '2, 3, 1, 2, 0', { receivedMs: OPEN_MS - 1 }), '23514 not_received_before_it_opened'],
  ])('%s', async (_, statement, answer) => {
    expect(await answerTo(statement)).toBe(answer);
  });
});
