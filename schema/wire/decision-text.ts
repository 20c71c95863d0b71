/**
 * Stored decisions back to typed ones. Knows every decision type and every field of encoding version 1; anything else is
 * refused by name, never skipped.
 */
import type {
  Account,
  Decision,
  DecisionType,
  EntryKind,
  LotId,
  OperatorRefused,
  OrderEnd,
  RefusalCode,
  RiskStatus,
  Severity,
  Side,
} from '../../core/events.ts';
import type { Asset, MarketSymbol, Money, Price, Quantity } from '../../core/kernel/units.ts';
import type { OrderId } from '../../core/log.ts';
import type { TimeInForce } from '../../core/manifest.ts';
import { amount, as, decoderOf, exactly, flag, listOf, natural, nullable, objectOf, oneOf, recordOf, taggedBy, text } from './json-fields.ts';
import type { Reader } from './json-fields.ts';

const money = as<Money>(amount);
const price = as<Price>(amount);
const quantity = as<Quantity>(amount);
const symbol = as<MarketSymbol>(text);
const orderId = as<OrderId>(text);
const lotId = as<LotId>(text);

const SIDES: readonly Side[] = ['BUY', 'SELL'];
const TIMES_IN_FORCE: readonly TimeInForce[] = ['HOUR', 'IOC', 'FOK'];
const SEVERITIES: readonly Severity[] = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
const ORDER_ENDS: readonly OrderEnd[] = ['FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED'];
const RISK_STATUSES: readonly RiskStatus[] = ['ACTIVE', 'HALTED', 'KILLED'];
const ENTRY_KINDS: readonly EntryKind[] = ['opening', 'buy', 'sell', 'fee', 'deposit', 'withdrawal'];
const ACCOUNTS: readonly Account[] = ['capital', 'cash', 'cost', 'deferred_fees', 'fees', 'position', 'result', 'trading'];
/** A record, so that the compiler asks for every code. */
const REFUSAL_CODES: Readonly<Record<RefusalCode, true>> = {
  WARM_UP: true,
  KILLED: true,
  HALTED: true,
  ALREADY_HELD: true,
  EXIT_IN_PROGRESS: true,
  MARK_MISSING: true,
  DATA_MISSING: true,
  MARK_STALE: true,
  POSITION_COUNT: true,
  PER_POSITION_CAP: true,
  TOTAL_CAP: true,
  INSUFFICIENT_CASH: true,
  NO_VOLUME: true,
  BELOW_LOT: true,
  BELOW_MINIMUM: true,
  DUST: true,
};
const OPERATOR_REFUSALS: Readonly<Record<OperatorRefused['code'], true>> = {
  INSUFFICIENT_FREE_CASH: true,
  NOTHING_TO_CANCEL: true,
  NOTHING_HELD: true,
  NOT_HALTED: true,
};

const wordsOf = <Word extends string>(words: Readonly<Record<Word, true>>): readonly Word[] => Object.keys(words) as Word[];

const side = oneOf(SIDES);
const violation = objectOf({
  asked: amount,
  code: oneOf(wordsOf(REFUSAL_CODES)),
  limit: amount,
  severity: oneOf(SEVERITIES),
  usage: amount,
});
const posting = objectOf({ account: oneOf(ACCOUNTS), amount, asset: as<Asset>(text) });

const READERS: { readonly [Type in DecisionType]: Reader<Extract<Decision, { type: Type }>> } = {
  signal_raised: objectOf({
    action: oneOf<'enter' | 'exit'>(['enter', 'exit']),
    agent: text,
    evidence: recordOf(amount),
    reason: text,
    symbol,
    type: exactly('signal_raised'),
  }),
  order_placed: objectOf({
    agent: text,
    attempt: natural,
    collarPrice: nullable(price),
    id: orderId,
    limitPrice: nullable(price),
    mark: price,
    orderType: oneOf<'MARKET' | 'LIMIT'>(['MARKET', 'LIMIT']),
    postOnly: flag,
    quantity,
    reason: text,
    reduceOnly: flag,
    reserved: money,
    side,
    symbol,
    timeInForce: oneOf(TIMES_IN_FORCE),
    type: exactly('order_placed'),
  }),
  order_refused: objectOf({
    agent: text,
    attempt: natural,
    side,
    symbol,
    type: exactly('order_refused'),
    violations: listOf(violation),
  }),
  cancel_requested: objectOf({ orderId, reason: text, symbol, type: exactly('cancel_requested') }),
  order_closed: objectOf({
    filled: quantity,
    orderId,
    reason: text,
    status: oneOf(ORDER_ENDS),
    symbol,
    type: exactly('order_closed'),
  }),
  lot_opened: objectOf({
    agent: text,
    cost: money,
    fee: money,
    id: lotId,
    orderId: nullable(orderId),
    quantity,
    symbol,
    tradeId: nullable(text),
    type: exactly('lot_opened'),
  }),
  lot_matched: objectOf({
    agent: text,
    cost: money,
    entryFee: money,
    exitFee: money,
    lotId,
    orderId,
    paidFee: flag,
    proceeds: money,
    quantity,
    result: money,
    symbol,
    tradeId: text,
    type: exactly('lot_matched'),
  }),
  ledger_posted: objectOf({
    kind: oneOf(ENTRY_KINDS),
    postings: listOf(posting),
    reference: text,
    type: exactly('ledger_posted'),
  }),
  risk_changed: objectOf({
    actor: text,
    from: oneOf(RISK_STATUSES),
    reason: text,
    to: oneOf(RISK_STATUSES),
    type: exactly('risk_changed'),
  }),
  operator_refused: objectOf({
    asked: amount,
    code: oneOf(wordsOf(OPERATOR_REFUSALS)),
    command: text,
    key: text,
    limit: amount,
    type: exactly('operator_refused'),
  }),
};

/** A stored decision of encoding version 1. Throws a WireError naming the field. */
export const decisionOfText: (json: string) => Decision = decoderOf('decision', taggedBy<Decision>('type', READERS));
