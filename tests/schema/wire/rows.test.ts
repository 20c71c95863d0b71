/** Typed rows, literally: what stands in each column for each type of decision and fact. */
import { expect, test } from 'vitest';
import type { DecisionType } from '../../../core/events.ts';
import { decisionRows } from '../../../schema/wire/decision-rows.ts';
import { factRows } from '../../../schema/wire/fact-rows.ts';
import { MIRROR_COLUMNS, MIRROR_TABLES } from '../../../schema/wire/mirror-tables.ts';
import type { MirrorRow } from '../../../schema/wire/mirror-tables.ts';
import { DECISIONS, FACTS } from './samples.ts';

const units = (last: string): string => `0.${last.padStart(18, '0')}`;

const EXPECTED: Readonly<Record<DecisionType, readonly MirrorRow[]>> = {
  signal_raised: [{ table: 'signal', values: ['a', 'BTC/USD', 'enter', 'EMA_CROSS_UP', '{"fast":"1.5","slow":"-0.25"}'] }],
  order_placed: [{ table: 'order_placed', values: ['10.0.1', 'a', 'BTC/USD', 'BUY', 'LIMIT', 'HOUR', 't', 'f', '0.500000000000000000', '100.000000000000000000', null, '101.000000000000000000', '50.500000000000000000', '2', 'r'] }],
  order_refused: [{ table: 'order_refused', values: ['a', 'BTC/USD', 'SELL', '1', 'DUST', '[{"asked":"-0.000000000000000001","code":"DUST","limit":"0.000000000000000005","severity":"LOW","usage":"0"}]'] }],
  cancel_requested: [{ table: 'cancel_requested', values: ['10.0.1', 'BTC/USD', 'HALT'] }],
  stop_triggered: [],
  campaign_moved: [],
  campaign_asked: [],
  venue_conflict: [],
  order_closed: [{ table: 'order_closed', values: ['10.0.1', 'BTC/USD', 'EXPIRED', units('0'), ''] }],
  lot_opened: [{ table: 'lot', values: ['10.0.1', 'a', 'BTC/USD', units('1'), units('2'), units('0'), null, null, '36000007'] }],
  lot_matched: [{ table: 'lot_match', values: ['10.0.1', 'a', 'BTC/USD', units('1'), units('2'), units('3'), units('4'), units('5'), `-${units('6')}`, '11.0.1', 'T', 't'] }],
  ledger_posted: [
    { table: 'ledger_entry', values: ['fee', 'T'] },
    { table: 'posting', values: ['0', 'fees', 'USD', units('7')] },
    { table: 'posting', values: ['1', 'cash', 'USD', `-${units('7')}`] },
  ],
  lot_released: [{ table: 'lot_release', values: ['10.0.1', 'treasury', 'BTC/USD', units('1'), units('2'), units('3'), 'W'] }],
  balance_overdrawn: [{ table: 'balance_overdrawn', values: ['USD', `-${units('5')}`, 'W', 'CRITICAL'] }],
  review_required: [],
  review_closed: [],
  tier_changed: [],
  kill_tripped: [],
  passive_breach: [],
  protection_raised: [],
  profile_changed: [],
  risk_changed: [{ table: 'risk_change', values: ['HALTED', 'ACTIVE', 'ada', 'calm'] }],
  operator_refused: [{ table: 'operator_refused', values: ['withdraw', 'k', 'INSUFFICIENT_FREE_CASH', units('8'), units('9')] }],
};

test.each(Object.values(DECISIONS))('the rows of $type', decision => {
  const rows = decisionRows(decision);
  expect(rows).toEqual(EXPECTED[decision.type]);
  for (const { table, values } of rows) expect(values).toHaveLength(MIRROR_COLUMNS[table].length);
});

test('of facts, those of the venue have a row', () => {
  expect(FACTS.map(fact => [fact.type, factRows(fact)]).filter(([, rows]) => rows!.length > 0)).toEqual([
    ['order_filled', [{ table: 'venue_trade', values: ['T', '10.0.1', units('1'), units('2'), units('3'), 'BTC', units('4'), 'TAKER'] }]],
    ['account_traded', [{ table: 'account_trade', values: ['A', '7', 'ETH/BTC', 'SELL', units('1'), units('2'), units('3'), units('4'), units('5'), 'BNB', units('6')] }]],
    ['account_transferred', [{ table: 'account_transfer', values: ['I', '0', 'in', 'BTC', units('1'), units('2'), '-1'] }]],
    ['account_transferred', [{ table: 'account_transfer', values: ['O', '1', 'out', 'BTC', units('1'), null, null] }]],
    ['account_rewarded', [{ table: 'account_reward', values: ['R', '0', 'income', 'BTC', units('1'), units('2'), units('3')] }]],
    ['account_charged', [{ table: 'account_charge', values: ['C', '0', 'funding', 'USD', units('1'), units('1')] }]],
    ['asset_renamed', [{ table: 'asset_renaming', values: ['N', '0', 'MATIC', 'POL', units('1'), units('2')] }]],
  ]);
});

test('tables are written in the order in which constraints look rows up', () => {
  const before = (first: (typeof MIRROR_TABLES)[number], second: (typeof MIRROR_TABLES)[number]): boolean => MIRROR_TABLES.indexOf(first) < MIRROR_TABLES.indexOf(second);
  expect([before('venue_trade', 'lot'), before('risk_change', 'order_placed'), before('order_closed', 'order_placed'), before('posting', 'order_placed'), before('lot', 'lot_match'), before('account_trade', 'lot'), before('asset_renaming', 'lot'), before('lot', 'lot_release'), before('ledger_entry', 'posting')]).toEqual([true, true, true, true, true, true, true, true, true]);
});
