/**
 * A campaign: one agent's course in one symbol from the first entry to the last exit. Its states, the moves between them
 * that can be, and what it may ask for. What it knows of the position are facts; it never assumes that an order filled.
 */
import type { Fraction, MarketSymbol, Price, Quantity } from '../kernel/units.ts';
import type { StateClass } from './state-class.ts';

/**
 * `favourable` and `adverse` count decisions in a row, `patience` and `waited` decisions since. `pause` counts down to the
 * next request to buy. All stop at COUNT_MAX.
 */
export type Campaign =
  | Readonly<{ status: 'FLAT'; favourable: number; pause: number }>
  | Readonly<{ status: 'WAIT_DIP'; referencePrice: Price; waited: number; favourable: number; pause: number }>
  | Readonly<{ status: 'OPEN'; adverse: number }>
  /** `held` is what was held at the decision before: more than that was bought back. */
  | Readonly<{ status: 'REDUCED'; held: Quantity; adverse: number; favourable: number; pause: number }>
  /** `resume` is what it returns to. A recovery sells a part once: `derisked` says that it has. */
  | Readonly<{ status: 'RECOVERY'; resume: 'OPEN' | 'REDUCED'; derisked: boolean; adverse: number; patience: number }>
  /** Sells until nothing is left, whatever comes; `reason` is why. */
  | Readonly<{ status: 'EXITING'; reason: ExitReason }>;

export type CampaignStatus = Campaign['status'];

/** Beyond every count that a policy may ask for. */
export const COUNT_MAX = 1_000;

export const FLAT: Campaign = { status: 'FLAT', favourable: 0, pause: 0 };

/** Moves that can be. More risk is a fact before it is a state (a fill), less risk is one when it is decided. */
export const CAMPAIGN_MOVES: Readonly<Record<CampaignStatus, readonly CampaignStatus[]>> = {
  FLAT: ['WAIT_DIP', 'OPEN'],
  WAIT_DIP: ['FLAT', 'OPEN'],
  OPEN: ['REDUCED', 'RECOVERY', 'EXITING', 'FLAT'],
  REDUCED: ['OPEN', 'RECOVERY', 'EXITING', 'FLAT'],
  RECOVERY: ['OPEN', 'REDUCED', 'EXITING', 'FLAT'],
  EXITING: ['FLAT'],
};

export type ExitReason = 'STRONG_NEGATIVE' | 'NEGATIVE_PERSISTED' | 'RECOVERY_FAILED' | 'STRATEGY_EXIT';
export type ReduceReason = 'TACTICAL_PROFIT' | 'DERISK';
export type EnterReason = 'TREND_ENTRY' | 'DIP_ENTRY';
export type MoveReason =
  | ExitReason
  | ReduceReason
  | 'DIP_EXPECTED'
  | 'DIP_EXPIRED'
  | 'THESIS_LOST'
  | 'ENTRY_FILLED'
  | 'REENTRY_FILLED'
  | 'SEVERE_LOSS'
  | 'RECOVERED'
  | 'EXIT_FILLED'
  | 'POSITION_GONE';

/** What a campaign asks for, at most one thing a decision. Orders and gates decide what becomes of it. */
export type CampaignIntent =
  | Readonly<{ kind: 'none' }>
  /** Buy this fraction of the base, which is what the agent's sizing asks for. */
  | Readonly<{ kind: 'enter'; fraction: Fraction; reason: EnterReason }>
  | Readonly<{ kind: 'reenter'; fraction: Fraction; reason: 'REENTRY' }>
  /** Stop buying what is not bought yet; sell nothing. */
  | Readonly<{ kind: 'withdraw'; reason: 'ENTRY_WITHDRAWN' }>
  /** Sell this fraction of what is held. */
  | Readonly<{ kind: 'reduce'; fraction: Fraction; reason: ReduceReason }>
  /** Sell everything, and stop buying. */
  | Readonly<{ kind: 'exit'; reason: ExitReason }>;

/** What a decision saw. Null where it was not known. */
export type CampaignEvidence = Readonly<{
  stateClass: StateClass;
  thesisClass: StateClass;
  score: Fraction | null;
  expectedReturn: Fraction | null;
  returnToExit: Fraction | null;
  edge: Fraction | null;
  thesis: Fraction | null;
  near: Fraction | null;
  nearScore: Fraction | null;
  recovery: Fraction | null;
  sigma: Fraction | null;
  unrealised: Fraction | null;
  mark: Price | null;
  referencePrice: Price | null;
  /** Decisions in a row that spoke for the move, this one included. */
  persistence: number;
  /** Decisions waited in WAIT_DIP or RECOVERY, this one included. */
  patience: number;
}>;

export type CampaignMove = Readonly<{ from: CampaignStatus; to: CampaignStatus; reason: MoveReason; evidence: CampaignEvidence }>;

/** A campaign in its place: the slice keeps one record per agent and symbol. */
export type CampaignRecord = Readonly<{ agent: string; symbol: MarketSymbol; campaign: Campaign }>;
