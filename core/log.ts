/**
 * Facts: what the outside told us. Recorded once, never recomputed. A fact carries the time it happened (`atMs`), and
 * within one step facts stand in canonical order, whatever order they arrived in.
 */
import { byCodeUnit } from './kernel/order.ts';
import type { CandleValues } from './market/candle.ts';
import type { Asset, Digest, MarketSymbol, Money, Price, Quantity, TimeMs } from './kernel/units.ts';

/** `hour.step.seq` of the decision that placed it. */
export type OrderId = string & { readonly __order: true };

export type Liquidity = 'MAKER' | 'TAKER';

/** The closed candles of one step, by digest of the shared content row that lists them. */
export type MarketFact = Readonly<{ type: 'market'; atMs: TimeMs; candles: number; digest: Digest }>;

/** A candle of an hour sealed before it arrived. */
export type CandleLateFact = Readonly<{
  type: 'candle_late';
  atMs: TimeMs;
  symbol: MarketSymbol;
  openMs: TimeMs;
  values: CandleValues;
  digest: Digest;
}>;

/** A provider's later version of a candle that an hour has already consumed. */
export type CandleRevisedFact = Readonly<{
  type: 'candle_revised';
  atMs: TimeMs;
  symbol: MarketSymbol;
  openMs: TimeMs;
  values: CandleValues;
  digest: Digest;
  supersedes: Digest;
}>;

export type OrderAcknowledgedFact = Readonly<{ type: 'order_acknowledged'; atMs: TimeMs; orderId: OrderId }>;
export type OrderRejectedFact = Readonly<{ type: 'order_rejected'; atMs: TimeMs; orderId: OrderId; reason: string }>;
export type OrderFilledFact = Readonly<{
  type: 'order_filled';
  atMs: TimeMs;
  orderId: OrderId;
  tradeId: string;
  quantity: Quantity;
  price: Price;
  /** Units of `feeAsset`. */
  fee: Quantity;
  feeAsset: Asset;
  /** The fee in quote currency at the mark known before the fill; equals `fee` when charged in quote. */
  feeValue: Money;
  liquidity: Liquidity;
}>;
export type OrderCancelledFact = Readonly<{ type: 'order_cancelled'; atMs: TimeMs; orderId: OrderId; reason: string }>;
export type OrderExpiredFact = Readonly<{ type: 'order_expired'; atMs: TimeMs; orderId: OrderId; reason: string }>;

export type OperatorCommand =
  | Readonly<{ command: 'kill' | 'halt' | 'resume' | 'flatten' | 'cancel' }>
  | Readonly<{ command: 'deposit' | 'withdraw'; amount: Money }>;

/** Something only a person may do. `key` makes two commands of one moment distinct and orders them. */
export type OperatorFact = Readonly<{ type: 'operator'; atMs: TimeMs; key: string; actor: string; reason: string }> & OperatorCommand;

export type VenueFact = OrderAcknowledgedFact | OrderRejectedFact | OrderFilledFact | OrderCancelledFact | OrderExpiredFact;
export type Fact = MarketFact | CandleLateFact | CandleRevisedFact | VenueFact | OperatorFact;

/** Among facts of one moment: the market first, then what the venue did, then people. */
const TYPE_RANK: Readonly<Record<Fact['type'], number>> = {
  market: 0,
  candle_late: 1,
  candle_revised: 2,
  order_acknowledged: 3,
  order_rejected: 4,
  order_filled: 5,
  order_cancelled: 6,
  order_expired: 7,
  operator: 8,
};

const keyOf = (fact: Fact): string => {
  switch (fact.type) {
    case 'market':
      return fact.digest;
    case 'candle_late':
    case 'candle_revised':
      return `${fact.symbol} ${fact.openMs} ${fact.digest}`;
    case 'order_acknowledged':
    case 'order_rejected':
    case 'order_cancelled':
    case 'order_expired':
      return fact.orderId;
    case 'order_filled':
      return `${fact.orderId} ${fact.tradeId}`;
    case 'operator':
      return fact.key;
  }
};

/** Canonical order within a step: event time, type, key; never source or arrival. */
export const byFactOrder = (left: Fact, right: Fact): number =>
  left.atMs - right.atMs || TYPE_RANK[left.type] - TYPE_RANK[right.type] || byCodeUnit(keyOf(left), keyOf(right));
