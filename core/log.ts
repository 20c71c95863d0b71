/**
 * Facts: what the outside told us. Recorded once, never recomputed. A fact carries the time it happened (`atMs`), and
 * within one step facts stand in canonical order, whatever order they arrived in.
 */
import { canonicalText } from './kernel/canonical.ts';
import { byCodeUnit } from './kernel/order.ts';
import type { CandleValues } from './market/candle.ts';
import type { RunProfile } from './profile.ts';
import type { Prediction } from './predictions/prediction.ts';
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

/** What every fact about the account has: the venue's name of it, booked once, and its place among those of one moment as the venue lists them. */
type AccountEvent = Readonly<{ atMs: TimeMs; id: string; ordinal: number }>;

/** A trade on the account without an order of ours, in any market of two assets of the run. */
export type AccountTradedFact = AccountEvent &
  Readonly<{
    type: 'account_traded';
    symbol: MarketSymbol;
    side: 'BUY' | 'SELL';
    quantity: Quantity;
    price: Price;
    /** Units of the symbol's quote that changed hands before fee, as the venue booked them. */
    amount: Quantity;
    /** The trade in the run's quote: `amount` where that is the symbol's quote, else as recorded. */
    value: Money;
    /** Units of `feeAsset`. */
    fee: Quantity;
    feeAsset: Asset;
    /** The fee in the run's quote; equals `fee` when charged in it. */
    feeValue: Money;
  }>;

/** Units that came from elsewhere with their basis and date, or left with theirs. Of the run's quote they are a deposit or a withdrawal. */
export type AccountTransferredFact = AccountEvent &
  Readonly<{ type: 'account_transferred'; asset: Asset; quantity: Quantity }> &
  (Readonly<{ direction: 'in'; basis: Money; acquiredMs: TimeMs }> | Readonly<{ direction: 'out' }>);

/** Something received for nothing. `fee` is what the venue kept of it, `value` what the rest is worth. */
export type AccountRewardedFact = AccountEvent &
  Readonly<{ type: 'account_rewarded'; purpose: 'income' | 'funding' | 'rounding'; asset: Asset; quantity: Quantity; fee: Quantity; value: Money }>;

/** Something paid beside any trade; in another asset than the quote a disposal at `value`. */
export type AccountChargedFact = AccountEvent &
  Readonly<{ type: 'account_charged'; purpose: 'fees' | 'funding' | 'rounding'; asset: Asset; quantity: Quantity; value: Money }>;

/** Units of an asset that now have another name, and maybe another count; never a sale. */
export type AssetRenamedFact = AccountEvent & Readonly<{ type: 'asset_renamed'; from: Asset; to: Asset; quantity: Quantity; received: Quantity }>;

export type AccountFact = AccountTradedFact | AccountTransferredFact | AccountRewardedFact | AccountChargedFact | AssetRenamedFact;

export type OperatorCommand =
  | Readonly<{ command: 'kill' | 'halt' | 'resume' | 'flatten' | 'cancel' }>
  | Readonly<{ command: 'deposit' | 'withdraw'; amount: Money }>
  /** The whole profile, so that the log says what was in force whatever becomes of any file. */
  | Readonly<{ command: 'profile'; profile: RunProfile }>;

/** The venue answered with an error, or did not answer, and no order is named. `id` is ours. */
export type VenueErrorFact = Readonly<{ type: 'venue_error'; atMs: TimeMs; id: string; reason: string }>;

/** An assertion of books or chain failed outside of a step, and somebody reports it: the desk must not buy until it is known why. */
export type FaultReportedFact = Readonly<{ type: 'fault_reported'; atMs: TimeMs; id: string; reason: string }>;

/** Something only a person may do. `key` makes two commands of one moment distinct and orders them. */
export type OperatorFact = Readonly<{ type: 'operator'; atMs: TimeMs; key: string; actor: string; reason: string }> & OperatorCommand;

/**
 * What a model outside of tb expects of one symbol, for one agent that trades from it. `atMs` is the close it was made at;
 * `model` names the model and its version.
 */
export type PredictionFact = Readonly<{ type: 'prediction'; atMs: TimeMs; agent: string; model: string; symbol: MarketSymbol; prediction: Prediction }>;

export type VenueFact = OrderAcknowledgedFact | OrderRejectedFact | OrderFilledFact | OrderCancelledFact | OrderExpiredFact;
export type Fact = MarketFact | CandleLateFact | CandleRevisedFact | VenueFact | AccountFact | VenueErrorFact | FaultReportedFact | OperatorFact | PredictionFact;

/** Among facts of one moment: the market first, then what the venue did with our orders and with the account and went wrong, then people, then models. */
const TYPE_RANK: Readonly<Record<Fact['type'], number>> = {
  market: 0,
  candle_late: 1,
  candle_revised: 2,
  order_acknowledged: 3,
  order_rejected: 4,
  order_filled: 5,
  order_cancelled: 6,
  order_expired: 7,
  account_traded: 8,
  account_transferred: 8,
  account_rewarded: 8,
  account_charged: 8,
  asset_renamed: 8,
  venue_error: 9,
  fault_reported: 10,
  operator: 11,
  prediction: 12,
};

/** Ten digits, so that places compare as text. */
const ORDINAL_DIGITS = 10;

/** Whether a fact tells of the account beside our orders. */
export const isAccountFact = (fact: Fact): fact is AccountFact => TYPE_RANK[fact.type] === TYPE_RANK.account_traded;

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
    case 'account_traded':
    case 'account_transferred':
    case 'account_rewarded':
    case 'account_charged':
    case 'asset_renamed':
      return `${String(fact.ordinal).padStart(ORDINAL_DIGITS, '0')} ${fact.id}`;
    case 'venue_error':
    case 'fault_reported':
      return fact.id;
    case 'operator':
      return fact.key;
    case 'prediction':
      return `${fact.agent} ${fact.symbol} ${fact.model}`;
  }
};

/** Canonical order within a step: event time, type, key, and for answers of a venue what they say; never source or arrival. */
export const byFactOrder = (left: Fact, right: Fact): number =>
  left.atMs - right.atMs || TYPE_RANK[left.type] - TYPE_RANK[right.type] || byCodeUnit(keyOf(left), keyOf(right)) || byContent(left, right);

/** A venue may say two things under one name. Everything else has a name of its own. */
const byContent = (left: Fact, right: Fact): number => (isVenueFact(left) ? byCodeUnit(canonicalText(left), canonicalText(right)) : 0);

export const isVenueFact = (fact: Fact): fact is VenueFact => 'orderId' in fact;
