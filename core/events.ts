/**
 * Decisions: what the core concluded, in the past tense. Every replay recomputes them and compares them byte for byte,
 * so they carry no clock, no name of a machine and no number that is not exact or quantised.
 */
import type { CampaignEvidence, CampaignIntent, CampaignMove } from './campaign/campaign.ts';
import type { Asset, Digest, Fraction, MarketSymbol, Money, Price, Quantity, TimeMs } from './kernel/units.ts';
import type { OrderId } from './log.ts';
import type { StopPolicy, TimeInForce } from './manifest.ts';
import type { Approved } from './risk/approved.ts';
import type { TierChange } from './risk/drawdown.ts';
import type { Gate, GateCode } from './risk/gate-order.ts';
import type { KillTripped } from './risk/kill-triggers.ts';
import type { BreachChange } from './risk/passive-breach.ts';
import type { ProtectionRaised } from './risk/protections.ts';
import type { ReviewClosed, ReviewRequired, RiskStanding, StandingChanged } from './risk/risk-standing.ts';
import type { VolatilityCode } from './risk/volatility-sizing.ts';

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

/** Made by core/risk/approve-order.ts alone, out of what a gate granted. */
export type OrderPlaced = Approved & Readonly<{
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
  /** What the cost gate said of an entry; null for SELL. */
  costGate: CostGateRecord | null;
  /** How volatility sized an entry; null for SELL and for what is left of a quantity granted before. */
  volatility: VolatilityCode | null;
}>;

/** A strategy that predicts nothing, or a profile without a margin, is not asked. */
export type CostGateRecord = 'COST_GATE_NOT_APPLICABLE' | 'COST_GATE_PASSED';

/** Severities and units: core/risk/gate-order.ts. */
export type RefusalCode = GateCode;

export type Severity = Gate['severity'];

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

/** A core-held stop was reached: the low of a closed candle was at or below its level. The sale follows as an order. */
export type StopTriggered = Readonly<{
  type: 'stop_triggered';
  agent: string;
  symbol: MarketSymbol;
  kind: StopPolicy['kind'];
  level: Price;
  low: Price;
}>;

/** A campaign passed from one state to another. The evidence is what the decision saw. */
export type CampaignMoved = CampaignMove & Readonly<{ type: 'campaign_moved'; agent: string; symbol: MarketSymbol }>;

/** What a campaign asked of its orders, and what it saw when it did: the counterpart of a signal. */
export type CampaignAsked = Readonly<{
  type: 'campaign_asked';
  agent: string;
  symbol: MarketSymbol;
  ask: Exclude<CampaignIntent['kind'], 'none'>;
  /** To buy: the share of the base; to reduce: of the holding. Else 1. */
  fraction: Fraction;
  reason: string;
  evidence: CampaignEvidence;
}>;

export type VenueConflictCode =
  | 'TRADE_REPEATED'
  | 'TRADE_CHANGED'
  | 'UNKNOWN_ORDER'
  | 'INVALID_FILL'
  | 'OVERFILL'
  | 'OVER_RESERVATION'
  | 'SOLD_MORE_THAN_HELD'
  | 'FEE_NOT_BOOKED'
  | 'FILL_AFTER_END'
  | 'END_CONTRADICTED'
  | 'ALIVE_AFTER_END';

/** A venue reported what our books say cannot be. What happened is booked all the same; specs/orders.md says what each means. */
export type VenueConflict = Readonly<{
  type: 'venue_conflict';
  code: VenueConflictCode;
  severity: Severity;
  orderId: OrderId;
  /** Null for an order we do not know. */
  symbol: MarketSymbol | null;
  /** Null where no fill was reported. */
  tradeId: string | null;
  expected: string;
  actual: string;
}>;

/** Units that came in. A negative quantity is owed: a venue let go of units that the books did not have. */
export type LotOpened = Readonly<{
  type: 'lot_opened';
  id: LotId;
  agent: string;
  symbol: MarketSymbol;
  quantity: Quantity;
  /** What was paid for it, without fee; of an owed lot what it brought, negative. */
  cost: Money;
  fee: Money;
  /** When the units were acquired, which may be long before they came here. */
  acquiredMs: TimeMs;
  /** Null without an order of ours. */
  orderId: OrderId | null;
  /** The fill, or the fact about the account; null for an opening balance. */
  tradeId: string | null;
}>;

/** A disposal of (part of) the oldest lot, or units that cover an owed one. result = proceeds − exitFee − cost − entryFee. */
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
  /** Null without an order of ours. */
  orderId: OrderId | null;
  /** The fill, or the fact about the account. */
  tradeId: string;
  /** True when the disposal paid a fee in this asset instead of being a sale. */
  paidFee: boolean;
}>;

/** Units that left without a sale, with what they cost: transferred out, renamed, rounded away, or covering such units owed. */
export type LotReleased = Readonly<{
  type: 'lot_released';
  lotId: LotId;
  agent: string;
  symbol: MarketSymbol;
  quantity: Quantity;
  cost: Money;
  entryFee: Money;
  /** The fact about the account. */
  tradeId: string;
}>;

/** What each holds is in specs/ledger.md. */
export type Account =
  | 'cash'
  | 'clearing'
  | 'cost'
  | 'deferred_fees'
  | 'deposits'
  | 'fees'
  | 'funding'
  | 'income'
  | 'position'
  | 'result'
  | 'rounding'
  | 'trading'
  | 'transfers'
  | 'withdrawals';
/** Amounts of one asset; a debit is positive, a credit negative. */
export type Posting = Readonly<{ account: Account; asset: Asset; amount: bigint }>;
export type EntryKind =
  | 'buy'
  | 'sell'
  | 'fee'
  | 'deposit'
  | 'withdrawal'
  | 'transfer_in'
  | 'transfer_out'
  | 'reward'
  | 'funding'
  | 'rename'
  | 'rounding';

/** A balanced entry: in every asset its postings sum to zero. */
export type LedgerPosted = Readonly<{
  type: 'ledger_posted';
  kind: EntryKind;
  /** Trade id, id of a fact about the account, operator key, or `opening`. */
  reference: string;
  postings: readonly Posting[];
}>;

/** What happened at a venue left less than nothing of an asset. It is booked all the same. */
export type BalanceOverdrawn = Readonly<{
  type: 'balance_overdrawn';
  asset: Asset;
  /** Negative. */
  balance: bigint;
  /** Id of the fact that did it. */
  reference: string;
  severity: 'CRITICAL';
}>;

export type RiskStatus = RiskStanding['status'];

/** Another risk profile came into force. The digests are those of the profiles' canonical texts. */
export type ProfileChanged = Readonly<{
  type: 'profile_changed';
  actor: string;
  reason: string;
  name: string;
  version: number;
  governance: number;
  digest: Digest;
  supersedes: Digest;
}>;

export type OperatorRefused = Readonly<{
  type: 'operator_refused';
  command: string;
  key: string;
  code: 'INSUFFICIENT_FREE_CASH' | 'NOTHING_TO_CANCEL' | 'NOTHING_HELD' | 'NOT_HALTED' | 'PROFILE_UNCHANGED' | 'PROFILE_REFUSED';
  limit: bigint;
  asked: bigint;
}>;


export type Decision =
  | SignalRaised
  | OrderPlaced
  | OrderRefused
  | CancelRequested
  | OrderClosed
  | StopTriggered
  | CampaignMoved
  | CampaignAsked
  | VenueConflict
  | LotOpened
  | LotMatched
  | LotReleased
  | LedgerPosted
  | BalanceOverdrawn
  | StandingChanged
  | ReviewRequired
  | ReviewClosed
  | TierChange
  | KillTripped
  | BreachChange
  | ProtectionRaised
  | ProfileChanged
  | OperatorRefused;

export type DecisionType = Decision['type'];
