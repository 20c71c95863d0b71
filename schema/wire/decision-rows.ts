/** The typed rows of a decision: one of its own table, and for a ledger entry its postings. */
import { canonicalText } from '../../core/kernel/canonical.ts';
import type { Decision, LedgerPosted, LotMatched, LotOpened, LotReleased, OrderPlaced } from '../../core/events.ts';
import type { MirrorRow } from './mirror-tables.ts';
import { numericText } from './numeric-text.ts';

const flagText = (flag: boolean): string => (flag ? 't' : 'f');
const nullableNumeric = (amount: bigint | null): string | null => (amount === null ? null : numericText(amount));

export const decisionRows = (decision: Decision): readonly MirrorRow[] => {
  switch (decision.type) {
    case 'signal_raised': {
      const { agent, symbol, action, reason, evidence } = decision;
      return [{ table: 'signal', values: [agent, symbol, action, reason, canonicalText(evidence)] }];
    }
    case 'order_placed':
      return [orderRow(decision)];
    case 'order_refused': {
      const { agent, symbol, side, attempt, violations } = decision;
      return [{ table: 'order_refused', values: [agent, symbol, side, String(attempt), violations[0]?.code ?? '', canonicalText(violations)] }];
    }
    case 'cancel_requested':
      return [{ table: 'cancel_requested', values: [decision.orderId, decision.symbol, decision.reason] }];
    case 'campaign_moved':
    case 'campaign_asked':
    case 'stop_triggered':
    case 'venue_conflict':
    case 'review_required':
    case 'review_closed':
    case 'tier_changed':
    case 'kill_tripped':
    case 'passive_breach':
    case 'protection_raised':
    case 'profile_changed':
      return [];
    case 'order_closed': {
      const { orderId, symbol, status, filled, reason } = decision;
      return [{ table: 'order_closed', values: [orderId, symbol, status, numericText(filled), reason] }];
    }
    case 'lot_opened':
      return [lotRow(decision)];
    case 'lot_matched':
      return [lotMatchRow(decision)];
    case 'lot_released':
      return [lotReleaseRow(decision)];
    case 'ledger_posted':
      return ledgerRows(decision);
    case 'balance_overdrawn': {
      const { asset, balance, reference, severity } = decision;
      return [{ table: 'balance_overdrawn', values: [asset, numericText(balance), reference, severity] }];
    }
    case 'risk_changed':
      return [{ table: 'risk_change', values: [decision.from, decision.to, decision.actor, decision.reason] }];
    case 'operator_refused': {
      const { command, key, code, limit, asked } = decision;
      return [{ table: 'operator_refused', values: [command, key, code, numericText(limit), numericText(asked)] }];
    }
  }
};

const orderRow = (order: OrderPlaced): MirrorRow => ({
  table: 'order_placed',
  values: [
    order.id, order.agent, order.symbol, order.side, order.orderType, order.timeInForce, flagText(order.postOnly), flagText(order.reduceOnly),
    numericText(order.quantity), nullableNumeric(order.limitPrice), nullableNumeric(order.collarPrice), numericText(order.mark),
    numericText(order.reserved), String(order.attempt), order.reason,
  ],
});

const lotRow = ({ id, agent, symbol, quantity, cost, fee, orderId, tradeId, acquiredMs }: LotOpened): MirrorRow => ({
  table: 'lot',
  values: [id, agent, symbol, numericText(quantity), numericText(cost), numericText(fee), orderId, tradeId, String(acquiredMs)],
});

const lotMatchRow = (match: LotMatched): MirrorRow => ({
  table: 'lot_match',
  values: [
    match.lotId, match.agent, match.symbol, numericText(match.quantity), numericText(match.cost), numericText(match.entryFee),
    numericText(match.proceeds), numericText(match.exitFee), numericText(match.result), match.orderId, match.tradeId, flagText(match.paidFee),
  ],
});

const lotReleaseRow = ({ lotId, agent, symbol, quantity, cost, entryFee, tradeId }: LotReleased): MirrorRow => ({
  table: 'lot_release',
  values: [lotId, agent, symbol, numericText(quantity), numericText(cost), numericText(entryFee), tradeId],
});

const ledgerRows = ({ kind, reference, postings }: LedgerPosted): readonly MirrorRow[] => [
  { table: 'ledger_entry', values: [kind, reference] },
  ...postings.map(
    ({ account, asset, amount }, ordinal): MirrorRow => ({ table: 'posting', values: [String(ordinal), account, asset, numericText(amount)] }),
  ),
];
