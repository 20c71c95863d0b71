/**
 * What a file tells of an account, line by line, before anything is known of prices or of what was held: the neutral form
 * that every layout is read into. It values nothing and books nothing.
 */
import type { Asset, MarketSymbol, Money, Price, Quantity, TimeMs } from '../../../core/kernel/units.ts';

/** A line of a file, counted from 1. */
export type Place = Readonly<{ file: string; line: number }>;

/** Why a line cannot be read; `field` is the name of the column, or null for the line as a whole. */
export type LineProblem = Place & Readonly<{ field: string | null; reason: string }>;

/** `alias` is another name that the file has for it, or null. */
type Told = Readonly<{ place: Place; atMs: TimeMs; id: string; alias: string | null }>;

/** An amount that the file does not tell is null: it follows from others, from a price, or is asked for. */
export type TradeEvent = Told &
  Readonly<{
    kind: 'trade';
    symbol: MarketSymbol;
    side: 'BUY' | 'SELL';
    quantity: Quantity;
    price: Price | null;
    amount: Quantity | null;
    value: Money | null;
    fee: Quantity;
    feeAsset: Asset | null;
    feeValue: Money | null;
  }>;

export type TransferEvent = Told &
  Readonly<{ kind: 'transfer'; direction: 'in' | 'out'; asset: Asset; quantity: Quantity; basis: Money | null; acquiredMs: TimeMs | null }>;

export type RewardEvent = Told & Readonly<{ kind: 'reward'; purpose: 'income' | 'funding' | 'rounding'; asset: Asset; quantity: Quantity; fee: Quantity; value: Money | null }>;

export type ChargeEvent = Told & Readonly<{ kind: 'charge'; purpose: 'fees' | 'funding' | 'rounding'; asset: Asset; quantity: Quantity; value: Money | null }>;

export type RenameEvent = Told & Readonly<{ kind: 'rename'; from: Asset; to: Asset; quantity: Quantity; received: Quantity }>;

/** Several assets given at once for one: what each of them brought follows from their prices. */
export type SweepEvent = Told & Readonly<{ kind: 'sweep'; given: readonly Readonly<{ asset: Asset; quantity: Quantity }>[]; asset: Asset; quantity: Quantity }>;

export type HistoryEvent = TradeEvent | TransferEvent | RewardEvent | ChargeEvent | RenameEvent | SweepEvent;

/** What another file leaves out of an event, by its id: the value of a reward or a trade. */
export type StatedValue = Readonly<{ place: Place; id: string; value: Money }>;

/** An opening lot or balance: it has no time of its own and counts from the first hour on. */
export type OpeningEvent = Omit<TransferEvent, 'atMs'>;
