import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyStore, refusalOf } from './stores.ts';
import type { Store } from './stores.ts';

const RUN = '10000000-0000-4000-8000-000000000001';
/** Another run of the account. */
const OTHER = '10000000-0000-4000-8000-000000000009';
const KEY = `'backtest', '${RUN}'`;

const MANIFEST = '{"openingBalances":[{"asset":"USD","quantity":"1000","unitCost":"1"}]}';
const HOUR_MS = 3_600_000;

/**
 * A run over hours 100 to 103 with one step each, decisions 0 to 9 and facts 0 to 3 in all of them. It opens with 1000,
 * buys 2 for 20, sells 1.5 of it, and sees 2 more sold on the account.
 */
const STORY = `
  INSERT INTO tb.account VALUES ('spot', 'SPOT_CASH', 0), ('perpetuals', 'DERIVATIVE', 0);
  INSERT INTO tb.run VALUES ('${RUN}', 'backtest', 'story', 'backtest', 'spot', '${MANIFEST}', sha256('${MANIFEST}'), 100, 'full', 0, NULL, 0);
  INSERT INTO tb.hour_step SELECT ${KEY}, hour, 0, 4, 10, sha256('state'), 0, 0, 0 FROM generate_series(100, 103) hour;
  INSERT INTO tb.fact SELECT ${KEY}, hour, 0, seq, 'order_filled', hour * ${HOUR_MS}::bigint, '{}', NULL, NULL FROM generate_series(100, 103) hour, generate_series(0, 3) seq;
  INSERT INTO tb.fact VALUES (${KEY}, 103, 0, 4, 'operator', 0, '{"amount":"50","command":"deposit","key":"k-1"}', NULL, NULL);
  INSERT INTO tb.decision SELECT ${KEY}, hour, 0, seq, 'order_placed', '{}' FROM generate_series(100, 103) hour, generate_series(0, 9) seq;
  INSERT INTO tb.ledger_entry VALUES (${KEY}, 100, 0, 9, 'deposit', 'opening');
  INSERT INTO tb.posting VALUES (${KEY}, 100, 0, 9, 0, 'cash', 'USD', 1000), (${KEY}, 100, 0, 9, 1, 'deposits', 'USD', -1000);
  INSERT INTO tb.order_placed VALUES (${KEY}, 100, 0, 0, '100.0.0', 'main', 'A/USD', 'BUY', 'MARKET', 'HOUR', false, false, 2, NULL, 10.1, 10, 21, 1, 'why');
  INSERT INTO tb.venue_trade VALUES (${KEY}, 101, 0, 0, 't-1', '100.0.0', 2, 10, 0.1, 'USD', 0.1, 'TAKER');
  INSERT INTO tb.lot VALUES (${KEY}, 101, 0, 1, '101.0.1', 'main', 'A/USD', 2, 20, 0.1, '100.0.0', 't-1', ${101 * HOUR_MS});
  INSERT INTO tb.order_placed VALUES (${KEY}, 101, 0, 2, '101.0.2', 'main', 'A/USD', 'SELL', 'MARKET', 'HOUR', false, true, 2, NULL, NULL, 12, 0, 1, 'why');
  INSERT INTO tb.venue_trade VALUES (${KEY}, 102, 0, 1, 't-2', '101.0.2', 1.5, 12, 0.09, 'USD', 0.09, 'TAKER'), (${KEY}, 103, 0, 1, 't-3', '101.0.2', 0.5, 12, 0.03, 'USD', 0.03, 'TAKER');
  INSERT INTO tb.account_trade VALUES (${KEY}, 103, 0, 0, 'x-1', 0, 'A/USD', 'SELL', 2, 10, 20, 20, 0, 'USD', 0);
  INSERT INTO tb.lot_match VALUES (${KEY}, 102, 0, 0, '101.0.1', 'main', 'A/USD', 1.5, 15, 0.075, 18, 0.09, 2.835, '101.0.2', 't-2', false);
  INSERT INTO tb.ledger_entry VALUES (${KEY}, 102, 0, 1, 'sell', 't-2'), (${KEY}, 101, 0, 3, 'buy', 't-1'), (${KEY}, 103, 0, 5, 'deposit', 'k-1');`;

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
const lot = (quantity: string, trade: string): string => `INSERT INTO tb.lot VALUES (${KEY}, 103, 0, 2, '103.0.2', 'main', 'A/USD', ${quantity}, 20, 0, ${trade}, ${103 * HOUR_MS})`;
/** Lots that may be made of the trade of the account, which no order bought. */
const ofAccount = (quantity: string, cost: string, trade = 'x-1'): string => `INSERT INTO tb.lot VALUES (${KEY}, 103, 0, 2, '103.0.2', 'treasury', 'A/USD', ${quantity}, ${cost}, 0, NULL, '${trade}', ${103 * HOUR_MS})`;
const release = (quantity: string, of = '101.0.1'): string => `INSERT INTO tb.lot_release VALUES (${KEY}, 103, 0, 3, '${of}', 'main', 'A/USD', ${quantity}, 5, 0.025, 'x-1')`;
const match = (quantity: string, result: string): string =>
  `INSERT INTO tb.lot_match VALUES (${KEY}, 103, 0, 3, '101.0.1', 'main', 'A/USD', ${quantity}, 5, 0.025, 6, 0.03, ${result}, '101.0.2', 't-3', false)`;
const postings = (...amounts: readonly string[]): string =>
  `INSERT INTO tb.posting VALUES ${amounts.map((amount, ordinal) => `(${KEY}, 102, 0, 1, ${ordinal}, ${amount})`).join(', ')}`;
const entry = (kind: string, reference: string): string => `INSERT INTO tb.ledger_entry VALUES (${KEY}, 103, 0, 6, '${kind}', '${reference}')`;
/** Openings before and after the one of the story. */
const OPENINGS = `INSERT INTO tb.ledger_entry VALUES (${KEY}, 100, 0, 7, 'transfer_in', 'opening'), (${KEY}, 100, 0, 8, 'transfer_in', 'opening')`;
/** Postings on entries that stand in the story. */
const deposit = (amount: string): string => `INSERT INTO tb.posting VALUES (${KEY}, 103, 0, 5, 0, 'cash', 'USD', ${amount}), (${KEY}, 103, 0, 5, 1, 'deposits', 'USD', -${amount})`;
const purchase = (paid: string): string => `INSERT INTO tb.posting VALUES (${KEY}, 101, 0, 3, 0, 'cash', 'USD', -${paid}), (${KEY}, 101, 0, 3, 1, 'cost', 'USD', ${paid})`;
/** A review `at` places after the orders of the hour before. */
const review = (state: 'required' | 'closed', at: number): string => `INSERT INTO tb.decision VALUES (${KEY}, 100, 0, ${at + 10}, 'review_${state}', '{}')`;
const BUYS = `'BUY', 'MARKET', 'HOUR', false, false, 1, NULL, 10.1, 10, 10.5, 1, 'why'`;
const SELLS = `'SELL', 'MARKET', 'HOUR', false, true, 1, NULL, NULL, 10, 0, 1, 'why'`;
const SECOND_FILL = `INSERT INTO tb.venue_trade VALUES (${KEY}, 103, 0, 0, 't-5', '100.0.9', 2, 10, 0, 'USD', 0, 'TAKER')`;
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
    ['a BUY while a review is open', `${review('required', 1)}; ${order(BUYS)}`, '23514 no_buy_under_review'],
    ['a SELL while a review is open', `${review('required', 1)}; ${order(SELLS)}`, 'accepted'],
    ['a BUY after a review', `${review('required', 1)}; ${review('closed', 2)}; ${order(BUYS)}`, 'accepted'],
    ['a BUY before a review of its step', `${review('required', 8).replace('100, 0, 18', '101, 0, 18')}; ${order(BUYS)}`, 'accepted'],
    ['a BUY of all the free cash', order(BUYS.replace('10.5', '999.1')), 'accepted'],
    ['a BUY beyond the free cash', order(BUYS.replace('10.5', '999.100000000000000001')), '23514 no_reservation_beyond_free_cash'],
    ['two BUYs that are beyond the free cash together', `${order(BUYS.replace('10.5', '500'))}, (${KEY}, 101, 0, 6, '101.0.6', 'main', 'B/USD', ${BUYS.replace('10.5', '500')})`, '23514 no_reservation_beyond_free_cash'],
    ['a BUY of cash that came in its step', `${deposit('50')}; ${order(BUYS.replace('10.5', '1010')).replaceAll('101, 0, 5', '103, 0, 6').replaceAll('101.0.5', '103.0.6')}`, 'accepted'],
    ['a SELL while killed', `${risk('ACTIVE', 'KILLED', 1)}; ${order(`'SELL', 'MARKET', 'HOUR', false, true, 1, NULL, NULL, 10, 0, 1, 'why'`)}`, 'accepted'],
    ['a BUY after a resume', `${risk('ACTIVE', 'HALTED', 1)}; ${risk('HALTED', 'ACTIVE', 2)}; ${order(`'BUY', 'MARKET', 'HOUR', false, false, 1, NULL, NULL, 10, 10.5, 1, 'why'`)}`, 'accepted'],
    ['a BUY before a halt of its step', `${risk('ACTIVE', 'HALTED', 6)}; ${order(`'BUY', 'MARKET', 'HOUR', false, false, 1, NULL, NULL, 10, 10.5, 1, 'why'`)}`, 'accepted'],
    ['an order that ends twice', `INSERT INTO tb.order_closed VALUES (${KEY}, 101, 0, 2, '100.0.0', 'A/USD', 'FILLED', 2, ''), (${KEY}, 102, 0, 2, '100.0.0', 'A/USD', 'FILLED', 2, '')`, '23505 order_closed_backtest_retention_run_id_order_id_key'],
    ['the end of an order that is not there', `INSERT INTO tb.order_closed VALUES (${KEY}, 101, 0, 2, '9.0.0', 'A/USD', 'FILLED', 2, ''); SET CONSTRAINTS ALL IMMEDIATE`, '23503 order_closed_backtest_run_id_order_id_fkey'],
    // lots
    ['a lot of another order than there is', `${SECOND_FILL}; ${lot('1', `'100.0.9', 't-5'`)}; SET CONSTRAINTS ALL IMMEDIATE`, '23503 lot_backtest_run_id_order_id_agent_symbol_fkey'],
    ['a lot of an order of another agent', `${SECOND_FILL.replace('100.0.9', '100.0.0')}; ${lot('1', `'100.0.0', 't-5'`).replace(`'main'`, `'other'`)}; SET CONSTRAINTS ALL IMMEDIATE`, '23503 lot_backtest_run_id_order_id_agent_symbol_fkey'],
    ['a lot that was acquired before its fill', `${SECOND_FILL.replace('100.0.9', '100.0.0')}; ${lot('1', `'100.0.0', 't-5'`).replace(`, ${103 * HOUR_MS})`, ', 0)')}`, '23514 no_lot_beyond_its_fill'],
    ['a lot booked before its fill', `${lot('1', `'101.0.2', 't-3'`).replace('103, 0, 2', '102, 0, 2').replace('103.0.2', '102.0.2')}`, '23514 no_lot_beyond_its_fill'],
    ['a match of a lot of another agent', match('0.5', '0.945').replace(`'main'`, `'other'`), '23514 no_match_of_a_foreign_lot'],
    ['a match of a lot of another market', match('0.5', '0.945').replace(`'A/USD'`, `'B/USD'`), '23514 no_match_of_a_foreign_lot'],
    ['a match before its lot', match('0.5', '0.945').replace('103, 0, 3', '101, 0, 0').replace(`'t-3'`, `'t-1'`), '23514 no_match_of_a_foreign_lot'],
    ['a match of no fact', match('0.5', '0.945').replace(`'t-3'`, `'t-4'`), '23514 no_match_without_its_fact'],
    ['a match by an order that is not there', `${match('0.5', '0.945').replace(`'101.0.2'`, `'9.0.0'`)}; SET CONSTRAINTS ALL IMMEDIATE`, '23503 lot_match_backtest_run_id_order_id_fkey'],
    ['a release of no fact', release('0.5').replace(`'x-1'`, `'x-4'`), '23514 no_match_without_its_fact'],
    ['a match in another run', match('0.5', '0.945').replaceAll(RUN, OTHER), '23503 lot_match_backtest_retention_run_id_hour_step_seq_fkey'],
    ['a second lot of a fill', lot('1', `'100.0.0', 't-1'`), '23505 lot_backtest_trade_id_run_id_retention_idx'],
    ['a lot of a fill that is not there', lot('1', `'100.0.0', 't-9'`), '23514 no_lot_beyond_its_fill'],
    ['a lot larger than its fill', `INSERT INTO tb.venue_trade VALUES (${KEY}, 103, 0, 0, 't-5', '100.0.0', 2, 10, 0, 'USD', 0, 'TAKER'); ${lot('2.000000000000000001', `'100.0.0', 't-5'`)}`, '23514 no_lot_beyond_its_fill'],
    ['a lot as large as its fill', `INSERT INTO tb.venue_trade VALUES (${KEY}, 103, 0, 0, 't-5', '100.0.0', 2, 10, 0, 'USD', 0, 'TAKER'); ${lot('2', `'100.0.0', 't-5'`)}`, 'accepted'],
    ['a match of what is left', match('0.5', '0.945'), 'accepted'],
    ['a match of more than is left', match('0.500000000000000001', '0.945'), '23514 no_match_beyond_its_lot'],
    ['a lot that an order is said to have bought without a fill', lot('1', `'100.0.0', NULL`), '23514 a_lot_of_an_order_names_its_fill'],
    ['a lot of an order that is owed', lot('-1', `'100.0.0', 't-1'`), '23514 only_units_of_the_account_are_owed'],
    ['a lot without an order, as large as its fact', ofAccount('2', '20'), 'accepted'],
    ['an owed lot, as large as its fact', ofAccount('-2', '-20'), 'accepted'],
    ['an owed lot that has cost something', ofAccount('-2', '20'), '23514 only_units_of_the_account_are_owed'],
    ['a lot larger than its fact', ofAccount('2.000000000000000001', '20'), '23514 no_lot_beyond_its_fact'],
    ['an owed lot larger than its fact', ofAccount('-2.000000000000000001', '-20'), '23514 no_lot_beyond_its_fact'],
    ['a lot of a fact that is not there', ofAccount('1', '10', 'x-2'), '23514 no_lot_beyond_its_fact'],
    ['two lots of one fact', `${ofAccount('1', '10')}; INSERT INTO tb.lot VALUES (${KEY}, 103, 0, 4, '103.0.4', 'treasury', 'A/USD', 1, 10, 0, NULL, 'x-1', 0)`, 'accepted'],
    ['a match that no order made', match('0.5', '0.945').replace(`'101.0.2', 't-3'`, `NULL, 'x-1'`), 'accepted'],
    ['a release of what is left', release('0.5'), 'accepted'],
    ['a release of more than is left', release('0.500000000000000001'), '23514 no_match_beyond_its_lot'],
    ['a match of what was released', `${release('0.25')}; ${match('0.250000000000000001', '0.945')}`, '23514 no_match_beyond_its_lot'],
    ['a release of no lot', release('0.5', '99.0.1'), '23503 lot_release_backtest_run_id_lot_id_fkey'],
    ['an owed lot covered beyond what is owed', `${ofAccount('-2', '-20')}; ${release('2.000000000000000001', '103.0.2')}`, '23514 no_match_beyond_its_lot'],
    ['a balance that is told to be overdrawn and is not', `INSERT INTO tb.balance_overdrawn VALUES (${KEY}, 103, 0, 3, 'USD', 0, 'x-1', 'CRITICAL')`, '23514 balance_overdrawn_balance_check'],
    ['a match with a better result', match('0.5', '0.946'), '23514 result_is_proceeds_less_cost_and_fees'],
    // books
    ['postings that balance', postings(`'cash', 'USD', -5`, `'cost', 'USD', 5`), 'accepted'],
    ['postings that do not', postings(`'cash', 'USD', -5`, `'cost', 'USD', 5.000000000000000001`), '23514 entries_balance'],
    ['postings that balance across assets only', postings(`'cash', 'USD', -5`, `'position', 'A', 5`), '23514 entries_balance'],
    ['a posting of an unknown account', postings(`'purse', 'USD', -5`, `'cost', 'USD', 5`), '23514 posting_account_check'],
    ['an entry of a fill that is not there', entry('buy', 't-9'), '23514 no_entry_without_its_fact'],
    ['an entry of a fill of another step', entry('sell', 't-2'), '23514 no_entry_without_its_fact'],
    ['an entry of a fill of its step', entry('sell', 't-3'), 'accepted'],
    ['a deposit that nobody made', entry('deposit', 'k-9'), '23514 no_entry_without_its_fact'],
    ['a withdrawal that was a deposit', entry('withdrawal', 'k-1'), '23514 no_entry_without_its_fact'],
    ['a second opening', entry('deposit', 'opening'), '23514 no_entry_without_its_fact'],
    ['a reward that nobody gave', entry('reward', 'x-1'), '23514 no_entry_without_its_fact'],
    ['a transfer that was a trade', entry('transfer_in', 'x-1'), '23514 no_entry_without_its_fact'],
    ['a deposit that is booked twice', entry('deposit', 'k-1'), '23514 nothing_is_booked_twice'],
    ['two openings', OPENINGS, '23514 nothing_is_booked_twice'],
    ['an entry of a trade of the account', entry('sell', 'x-1'), 'accepted'],
    ['an entry in another run', entry('sell', 't-3').replaceAll(RUN, OTHER), '23503 ledger_entry_backtest_retention_run_id_hour_step_seq_fkey'],
    ['a deposit of what was commanded', deposit('50'), 'accepted'],
    ['a deposit of more than was commanded', deposit('50.000000000000000001'), '23514 nothing_comes_but_by_its_fact'],
    ['cash beyond what a sale brought', postings(`'cash', 'USD', 18.000000000000000001`, `'result', 'USD', -18.000000000000000001`), '23514 nothing_comes_but_by_its_fact'],
    ['units beyond what a fill brought', postings(`'position', 'A', 1.500000000000000001`, `'trading', 'A', -1.500000000000000001`), '23514 nothing_comes_but_by_its_fact'],
    ['a purchase below its price', purchase('19.999999999999999999'), '23514 nothing_comes_but_by_its_fact'],
    ['a purchase at its price', purchase('20'), 'accepted'],
    ['an opening of more than the manifest says', `${entry('transfer_in', 'opening').replace('103, 0, 6', '100, 0, 8')}; INSERT INTO tb.posting VALUES (${KEY}, 100, 0, 8, 0, 'cash', 'USD', 1000.5), (${KEY}, 100, 0, 8, 1, 'transfers', 'USD', -1000.5)`, '23514 nothing_comes_but_by_its_fact'],
    ['a posting on an entry of another run', postings(`'cash', 'USD', -5`, `'cost', 'USD', 5`).replaceAll(RUN, OTHER), '23503 posting_backtest_retention_run_id_hour_step_seq_fkey'],
    ['a posting of no entry', `INSERT INTO tb.posting VALUES (${KEY}, 102, 0, 9, 0, 'cash', 'USD', 1), (${KEY}, 102, 0, 9, 1, 'cost', 'USD', -1)`, '23503 posting_backtest_retention_run_id_hour_step_seq_fkey'],
    // runs and hours
    ['a run on a derivative account', run(`'kept', 'perp', 'paper', 'perpetuals', 'm', sha256('m'), 0, 'full', 0, NULL, 0`), '23514 no_run_on_a_derivative_account'],
    ['a live run among the backtests', run(`'backtest', 'live', 'live', 'spot', 'm', sha256('m'), 0, 'full', 0, NULL, 0`), '23514 run_retention_follows_mode'],
    ['an import that is kept for good', run(`'kept', 'mine', 'import', 'spot', 'm', sha256('m'), 0, 'full', 0, NULL, 0`), '23514 run_retention_follows_mode'],
    ['an import kept in summary', run(`'backtest', 'mine', 'import', 'spot', 'm', sha256('m'), 0, 'summary', 0, NULL, 0`), '23514 run_outside_backtest_is_kept_in_full'],
    ['an import', run(`'backtest', 'mine', 'import', 'spot', 'm', sha256('m'), 0, 'full', 0, NULL, 0`), 'accepted'],
    ['a paper run kept in summary', run(`'kept', 'paper', 'paper', 'spot', 'm', sha256('m'), 0, 'summary', 0, NULL, 0`), '23514 run_outside_backtest_is_kept_in_full'],
    ['a run of another manifest', run(`'backtest', 'other', 'backtest', 'spot', 'm', sha256('n'), 0, 'full', 0, NULL, 0`), '23514 run_genesis_is_the_manifest'],
    ['a first hour on its genesis', hour(`100, NULL, sha256('${MANIFEST}'), sha256('\\x00'::bytea || 'r'::bytea), 'r'`), 'accepted'],
    ['a first hour on another genesis', hour(`100, NULL, sha256('n'), sha256('\\x00'::bytea || 'r'::bytea), 'r'`), '23514 the_chain_starts_at_genesis'],
    ['a later hour without predecessor', hour(`101, NULL, sha256('${MANIFEST}'), sha256('\\x00'::bytea || 'r'::bytea), 'r'`), '23514 the_chain_starts_at_genesis'],
    ['an hour on one that is not stored', hour(`101, 100, sha256('x'), sha256('\\x00'::bytea || 'r'::bytea), 'r'`), '23503 hour_record_backtest_retention_run_id_prev_hour_prev_hash_fkey'],
    ['an hour that skips one', hour(`102, 100, sha256('x'), sha256('\\x00'::bytea || 'r'::bytea), 'r'`), '23514 hours_are_contiguous'],
    ['an hour with another hash', hour(`100, NULL, sha256('${MANIFEST}'), sha256('r'), 'r'`), '23514 hour_hash_is_of_its_record'],
    ['a decision of no step', `INSERT INTO tb.decision VALUES (${KEY}, 200, 0, 0, 'signal_raised', '{}')`, '23503 decision_backtest_retention_run_id_hour_step_fkey'],
    ['a second store', `INSERT INTO tb.store VALUES ('10000000-0000-4000-8000-000000000003', 0)`, '23505 store_is_one'],
  ])('%s', async (_, statement, answer) => {
    expect(await answerTo(statement)).toBe(answer);
  });
});

describe('what happened is never refused', () => {
  it.each([
    ['a fill of more than was ordered', `INSERT INTO tb.venue_trade VALUES (${KEY}, 102, 0, 0, 't-8', '100.0.0', 200, 10, 0, 'USD', 0, 'TAKER')`],
    ['a fill that is told twice', `INSERT INTO tb.venue_trade VALUES (${KEY}, 102, 0, 0, 't-2', '101.0.2', 1.5, 12, 0.09, 'USD', 0.09, 'TAKER')`],
    ['a fill of an order that has ended', `INSERT INTO tb.order_closed VALUES (${KEY}, 101, 0, 4, '100.0.0', 'A/USD', 'FILLED', 2, ''); INSERT INTO tb.venue_trade VALUES (${KEY}, 102, 0, 0, 't-8', '100.0.0', 1, 10, 0, 'USD', 0, 'TAKER')`],
    ['a fill of an order that we do not know', `INSERT INTO tb.venue_trade VALUES (${KEY}, 102, 0, 0, 't-8', 'theirs', 1, 10, 0, 'USD', 0, 'MAKER')`],
    ['a fill that pays us a fee', `INSERT INTO tb.venue_trade VALUES (${KEY}, 102, 0, 0, 't-8', '100.0.0', 1, 10, -0.01, 'USD', -0.01, 'MAKER')`],
    ['a withdrawal beyond the cash there was', postings(`'cash', 'USD', -1000000`, `'withdrawals', 'USD', 1000000`)],
    ['a trade of the account of more than there was, for nothing', `INSERT INTO tb.account_trade VALUES (${KEY}, 103, 0, 2, 'x-9', 0, 'A/B', 'SELL', 1000000, 0, 0, 0, -1, 'C', -1)`],
    ['a transfer out of more than there was', `INSERT INTO tb.account_transfer VALUES (${KEY}, 103, 0, 0, 'x-1', 0, 'out', 'A', 1000000, NULL, NULL)`],
    ['a reward that the venue takes back', `INSERT INTO tb.account_reward VALUES (${KEY}, 103, 0, 0, 'x-1', 0, 'income', 'A', -1, 0, -10)`],
    ['a charge that is given back', `INSERT INTO tb.account_charge VALUES (${KEY}, 103, 0, 0, 'x-1', 0, 'fees', 'A', -1, -10)`],
    ['a renaming into nothing', `INSERT INTO tb.asset_renaming VALUES (${KEY}, 103, 0, 0, 'x-1', 0, 'A', 'B', 1, 0)`],
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
