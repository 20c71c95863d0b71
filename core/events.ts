/**
 * Decisions: what the core concluded, in the past tense. Every replay recomputes them and compares them byte for byte,
 * so they carry no clock, no name of a machine and no number that is not exact or quantised.
 */
import type { Asset, MarketSymbol, Money, Price, Quantity } from './kernel/units.ts';
import type { OrderId } from './log.ts';
import type { TimeInForce } from './manifest.ts';

export type Side = 'BUY' | 'SELL';
/** `hour.step.seq` of the lot_opened decision. */
export type LotId = string & { readonly __lot: true };

/** A strategy's wish. Evidence is quantised half-even to 8 decimals. */
export type SignalRaised = Readonly<{
  type: 'signal_raised';
  agent: string;
  symbol: MarketSymbol;
  action: 'enter' | 'exit';
  reason: string;
  evidence: Readonly<Record<string, bigint>>;
}>;

export type OrderPlaced = Readonly<{
  type: 'order_placed';
  id: OrderId;
  agent: string;
  symbol: MarketSymbol;
  side: Side;
  orderType: 'MARKET' | 'LIMIT';
  timeInForce: TimeInForce;
  postOnly: boolean;
  reduceOnly: boolean;
  quantity: Quantity;
  /** Null for MARKET. */
  limitPrice: Price | null;
  /** A BUY does not fill above it; null without a collar and for SELL. */
  collarPrice: Price | null;
  /** The last close the decision saw. */
  mark: Price;
  /** Cash set aside until the order ends; no fill costs more. Zero for SELL. */
  reserved: Money;
  /** Which try of its intent this is, from 1. */
  attempt: number;
  reason: string;
}>;

export type RefusalCode =
  | 'WARM_UP'
  | 'KILLED'
  | 'HALTED'
  | 'ALREADY_HELD'
  | 'EXIT_IN_PROGRESS'
  | 'MARK_MISSING'
  | 'DATA_MISSING'
  | 'MARK_STALE'
  | 'POSITION_COUNT'
  | 'PER_POSITION_CAP'
  | 'TOTAL_CAP'
  | 'INSUFFICIENT_CASH'
  | 'NO_VOLUME'
  | 'BELOW_LOT'
  | 'BELOW_MINIMUM'
  | 'DUST';

export type Severity = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';

/** One rule that said no: what it allows, what is used of it, what was asked, as amounts of the rule's own unit. */
export type Violation = Readonly<{ code: RefusalCode; severity: Severity; limit: bigint; usage: bigint; asked: bigint }>;

export type OrderRefused = Readonly<{
  type: 'order_refused';
  agent: string;
  symbol: MarketSymbol;
  side: Side;
  attempt: number;
  violations: readonly Violation[];
}>;

/** A working order that must not fill any more: asked of the venue, which answers with a fact. */
export type CancelRequested = Readonly<{ type: 'cancel_requested'; orderId: OrderId; symbol: MarketSymbol; reason: string }>;

export type OrderEnd = 'FILLED' | 'CANCELLED' | 'REJECTED' | 'EXPIRED';
export type OrderClosed = Readonly<{
  type: 'order_closed';
  orderId: OrderId;
  symbol: MarketSymbol;
  status: OrderEnd;
  filled: Quantity;
  reason: string;
}>;

export type LotOpened = Readonly<{
  type: 'lot_opened';
  id: LotId;
  agent: string;
  symbol: MarketSymbol;
  quantity: Quantity;
  /** What was paid for it, without fee. */
  cost: Money;
  fee: Money;
  /** Null for an opening balance. */
  orderId: OrderId | null;
  tradeId: string | null;
}>;

/** A disposal of (part of) the oldest lot. result = proceeds − exitFee − cost − entryFee. */
export type LotMatched = Readonly<{
  type: 'lot_matched';
  lotId: LotId;
  agent: string;
  symbol: MarketSymbol;
  quantity: Quantity;
  cost: Money;
  entryFee: Money;
  proceeds: Money;
  exitFee: Money;
  result: Money;
  orderId: OrderId;
  tradeId: string;
  /** True when the disposal paid a fee in this asset instead of being a sale. */
  paidFee: boolean;
}>;

export type Account = 'capital' | 'cash' | 'cost' | 'deferred_fees' | 'fees' | 'position' | 'result' | 'trading';
/** Amounts of one asset; a debit is positive, a credit negative. */
export type Posting = Readonly<{ account: Account; asset: Asset; amount: bigint }>;
export type EntryKind = 'opening' | 'buy' | 'sell' | 'fee' | 'deposit' | 'withdrawal';

/** A balanced entry: in every asset its postings sum to zero. */
export type LedgerPosted = Readonly<{
  type: 'ledger_posted';
  kind: EntryKind;
  /** Trade id, operator key, or `opening`. */
  reference: string;
  postings: readonly Posting[];
}>;

export type RiskStatus = 'ACTIVE' | 'HALTED' | 'KILLED';
export type RiskChanged = Readonly<{ type: 'risk_changed'; from: RiskStatus; to: RiskStatus; actor: string; reason: string }>;

export type OperatorRefused = Readonly<{
  type: 'operator_refused';
  command: string;
  key: string;
  code: 'INSUFFICIENT_FREE_CASH' | 'NOTHING_TO_CANCEL' | 'NOTHING_HELD' | 'NOT_HALTED';
  limit: bigint;
  asked: bigint;
}>;


export type Decision =
  | SignalRaised
  | OrderPlaced
  | OrderRefused
  | CancelRequested
  | OrderClosed
  | LotOpened
  | LotMatched
  | LedgerPosted
  | RiskChanged
  | OperatorRefused;

export type DecisionType = Decision['type'];
