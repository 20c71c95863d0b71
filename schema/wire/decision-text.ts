/**
 * Stored decisions back to typed ones. Knows every decision type and every field of encoding version 1; anything else is
 * refused by name, never skipped.
 */
import type {
  Account,
  CostGateRecord,
  Decision,
  DecisionType,
  EntryKind,
  LotId,
  OperatorRefused,
  OrderEnd,
  OrderPlaced,
  RefusalCode,
  RiskStatus,
  Severity,
  Side,
  VenueConflictCode,
} from '../../core/events.ts';
import type { Asset, Digest, Fraction, HourUtc, MarketSymbol, Money, Price, Quantity, TimeMs } from '../../core/kernel/units.ts';
import type { OrderId } from '../../core/log.ts';
import type { StopPolicy, TimeInForce } from '../../core/manifest.ts';
import { ENTRY_GATES, EXIT_GATES } from '../../core/risk/gate-order.ts';
import type { KillTrigger } from '../../core/risk/kill-triggers.ts';
import type { ProtectionCode } from '../../core/risk/protections.ts';
import type { VolatilityCode } from '../../core/risk/volatility-sizing.ts';
import { campaignAsked, campaignMoved } from './campaign-text.ts';
import { amount, as, decoderOf, exactly, flag, hexDigest, integer, listOf, natural, nullable, objectOf, oneOf, recordOf, taggedBy, text } from './json-fields.ts';
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
/** Records, so that the compiler asks for every word. */
const ENTRY_KINDS: Readonly<Record<EntryKind, true>> = {
  buy: true,
  sell: true,
  fee: true,
  deposit: true,
  withdrawal: true,
  transfer_in: true,
  transfer_out: true,
  reward: true,
  funding: true,
  rename: true,
  rounding: true,
};
const ACCOUNTS: Readonly<Record<Account, true>> = {
  cash: true,
  clearing: true,
  cost: true,
  deferred_fees: true,
  deposits: true,
  fees: true,
  funding: true,
  income: true,
  position: true,
  result: true,
  rounding: true,
  trading: true,
  transfers: true,
  withdrawals: true,
};
/** Every gate, and `WARM_UP` to `DUST` among them. */
const REFUSAL_CODES: readonly RefusalCode[] = [...ENTRY_GATES, ...EXIT_GATES].map(({ code }) => code);
const CONFLICT_CODES: Readonly<Record<VenueConflictCode, true>> = {
  TRADE_REPEATED: true,
  TRADE_CHANGED: true,
  UNKNOWN_ORDER: true,
  INVALID_FILL: true,
  OVERFILL: true,
  OVER_RESERVATION: true,
  SOLD_MORE_THAN_HELD: true,
  FEE_NOT_BOOKED: true,
  FILL_AFTER_END: true,
  END_CONTRADICTED: true,
  ALIVE_AFTER_END: true,
};
const OPERATOR_REFUSALS: Readonly<Record<OperatorRefused['code'], true>> = {
  INSUFFICIENT_FREE_CASH: true,
  NOTHING_TO_CANCEL: true,
  NOTHING_HELD: true,
  NOT_HALTED: true,
  PROFILE_UNCHANGED: true,
  PROFILE_REFUSED: true,
};

const KILL_TRIGGERS: Readonly<Record<KillTrigger, true>> = { BOOKS_BROKEN: true, UNIVERSE_MISSING: true, CANDLES_WILD: true, VENUE_ERRORS: true };
const PROTECTIONS: Readonly<Record<ProtectionCode, true>> = { COOLDOWN: true, LOSING_EXITS: true, SYMBOL_LOCKED: true, DAILY_LOSS: true };

const wordsOf = <Word extends string>(words: Readonly<Record<Word, true>>): readonly Word[] => Object.keys(words) as Word[];

const side = oneOf(SIDES);
const violation = objectOf({
  asked: amount,
  code: oneOf(REFUSAL_CODES),
  limit: amount,
  severity: oneOf(SEVERITIES),
  usage: amount,
});
const posting = objectOf({ account: oneOf(wordsOf(ACCOUNTS)), amount, asset: as<Asset>(text) });

const READERS: { readonly [Type in DecisionType]: Reader<Extract<Decision, { type: Type }>> } = {
  signal_raised: objectOf({
    action: oneOf<'enter' | 'exit'>(['enter', 'exit']),
    agent: text,
    evidence: recordOf(amount),
    reason: text,
    symbol,
    type: exactly('signal_raised'),
  }),
  /** What is stored was approved when it was placed. */
  order_placed: as<OrderPlaced>(objectOf({
    agent: text,
    attempt: natural,
    collarPrice: nullable(price),
    costGate: nullable(oneOf<CostGateRecord>(['COST_GATE_NOT_APPLICABLE', 'COST_GATE_PASSED'])),
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
    volatility: nullable(oneOf<VolatilityCode>(['VOLATILITY_SIZED', 'VOLATILITY_MISSING', 'VOLATILITY_NOT_APPLIED'])),
  })),
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
  stop_triggered: objectOf({
    agent: text,
    kind: oneOf<StopPolicy['kind']>(['loss', 'trailing']),
    level: price,
    low: price,
    symbol,
    type: exactly('stop_triggered'),
  }),
  campaign_moved: campaignMoved,
  campaign_asked: campaignAsked,
  venue_conflict: objectOf({
    actual: text,
    code: oneOf(wordsOf(CONFLICT_CODES)),
    expected: text,
    orderId,
    severity: oneOf(SEVERITIES),
    symbol: nullable(symbol),
    tradeId: nullable(text),
    type: exactly('venue_conflict'),
  }),
  lot_opened: objectOf({
    acquiredMs: as<TimeMs>(integer),
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
    orderId: nullable(orderId),
    paidFee: flag,
    proceeds: money,
    quantity,
    result: money,
    symbol,
    tradeId: text,
    type: exactly('lot_matched'),
  }),
  lot_released: objectOf({
    agent: text,
    cost: money,
    entryFee: money,
    lotId,
    quantity,
    symbol,
    tradeId: text,
    type: exactly('lot_released'),
  }),
  ledger_posted: objectOf({
    kind: oneOf(wordsOf(ENTRY_KINDS)),
    postings: listOf(posting),
    reference: text,
    type: exactly('ledger_posted'),
  }),
  balance_overdrawn: objectOf({
    asset: as<Asset>(text),
    balance: amount,
    reference: text,
    severity: exactly('CRITICAL'),
    type: exactly('balance_overdrawn'),
  }),
  risk_changed: objectOf({
    actor: text,
    from: oneOf(RISK_STATUSES),
    reason: text,
    to: oneOf(RISK_STATUSES),
    type: exactly('risk_changed'),
  }),
  review_required: objectOf({ reason: text, type: exactly('review_required') }),
  review_closed: objectOf({ actor: text, reason: text, type: exactly('review_closed') }),
  tier_changed: objectOf({ binding: flag, drawdown: as<Fraction>(amount), from: text, to: text, type: exactly('tier_changed') }),
  kill_tripped: objectOf({ limit: amount, trigger: oneOf(wordsOf(KILL_TRIGGERS)), type: exactly('kill_tripped'), usage: amount }),
  passive_breach: objectOf({
    limit: money,
    scope: text,
    state: oneOf<'begun' | 'ended'>(['begun', 'ended']),
    type: exactly('passive_breach'),
    usage: money,
  }),
  protection_raised: objectOf({
    code: oneOf(wordsOf(PROTECTIONS)),
    limit: amount,
    symbol: nullable(symbol),
    type: exactly('protection_raised'),
    untilHour: as<HourUtc>(integer),
    usage: amount,
  }),
  profile_changed: objectOf({
    actor: text,
    digest: as<Digest>(hexDigest),
    governance: natural,
    name: text,
    reason: text,
    supersedes: as<Digest>(hexDigest),
    type: exactly('profile_changed'),
    version: natural,
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
