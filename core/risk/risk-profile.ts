/**
 * The risk profile: every number that decides how much a run may risk, in sections by concept. It is data: what may
 * stand in it is decided by governance, and what it means by the rule that reads it.
 */
import { decimal } from '../kernel/decimal.ts';
import type { Asset, Fraction, Money } from '../kernel/units.ts';

/** A cap in both units: a share of portfolio value and, where given, an amount; the smaller one binds. */
export type Limit = Readonly<{ share: Fraction; amount: Money | null }>;

/** Null binds nothing, and stands in a research profile only. */
export type Limits = Readonly<{
  /** All positions together; its share is never above 1: there is no leverage. */
  total: Limit;
  perPosition: Limit | null;
  /** Each cluster that has no limit of its own in `clusters`. */
  perCluster: Limit | null;
  clusters: Readonly<Record<string, Limit>>;
  /** All symbols of no cluster together. */
  unclassified: Limit | null;
  /** Positions by the currency they are quoted in; the amount of such a limit is in that currency. */
  quotes: Readonly<Record<string, Limit>>;
  /** How many positions may be open at once. */
  positions: number | null;
}>;

export type VolatilityPolicy = Readonly<{
  /** The standard deviation a day that a whole base is meant for. */
  targetPerDay: Fraction;
  floor: Fraction;
  ceiling: Fraction;
  /** How many hourly returns are looked at. */
  windowHours: number;
}>;

export type SizingPolicy = Readonly<{
  /** Share of portfolio value that one new position aims at before volatility scales it. */
  base: Fraction | null;
  volatility: VolatilityPolicy | null;
}>;

/** From a drawdown on: how much of the profile's base and positions is left, and whether entries stop. */
export type Tier = Readonly<{ from: Fraction; base: Fraction; positions: Fraction; halts: boolean; review: boolean }>;

/** `observe` records the tier and binds nothing; research only. */
export type DrawdownPolicy = Readonly<{ mode: 'bind' | 'observe'; tiers: readonly Tier[] }>;

export type EntryPolicy = Readonly<{
  /** How far past the mark a BUY may fill; null means no collar. */
  maxChase: Fraction | null;
  /** What an expected return must exceed beyond its round trip; null asks no entry for its expectation. */
  costMargin: Fraction | null;
  /** Orders of any kind placed in one hour beyond which no entry is placed. */
  ordersPerHour: number | null;
  /** How far from the mark an order's price may lie. */
  fatFinger: Fraction | null;
  /** How often one intent to enter may be ordered. */
  attempts: number;
}>;

/** When a mark is too old for an entry. */
export type MarkPolicy = Readonly<{ missingHours: number; staleHours: number }>;

/** Asked only of a symbol whose order book is known. */
export type LiquidityPolicy = Readonly<{ spreadBps: number; depthMultiple: number; bookAgeSeconds: number }>;

export type ProtectionPolicy = Readonly<{
  /** No entry into a symbol after a losing exit from it; 0 never. */
  cooldownHours: number;
  losingExits: Readonly<{ exits: number; withinHours: number; pauseHours: number }>;
  /** Loss of unit value since 00:00 UTC at which entries stop until the next day. */
  dailyLoss: Fraction;
  symbolLock: Readonly<{ exits: number; withinHours: number; lockHours: number }>;
}>;

export type KillPolicy = Readonly<{
  /** More than this share of the universe without a candle for `missingHours`. */
  missingShare: Fraction;
  missingHours: number;
  /** A candle that moves by more than this share, in at least `moveSymbols` symbols at once. */
  moveShare: Fraction;
  moveSymbols: number;
  /** Errors of the venue in one hour. */
  venueErrors: number;
}>;

/** `Campaign` is the campaign section, a concept of its own; null where a run trades plain signals only. */
export type RiskProfile<Campaign = null> = Readonly<{
  /** The preset it is, or the name its author gave it. */
  name: string;
  version: number;
  /** The version of the bounds it was accepted under. */
  governance: number;
  /** Research may leave caps out; it is for backtests only. */
  purpose: 'trading' | 'research';
  /** The quote currency that amounts outside `limits.quotes` are in; null where there are none. */
  amountsIn: Asset | null;
  limits: Limits;
  sizing: SizingPolicy;
  drawdown: DrawdownPolicy;
  entries: EntryPolicy;
  marks: MarkPolicy;
  liquidity: LiquidityPolicy | null;
  protections: ProtectionPolicy | null;
  kill: KillPolicy | null;
  campaign: Campaign;
}>;

const share = (text: string): Fraction => decimal(text) as Fraction;
const shareLimit = (text: string): Limit => ({ share: share(text), amount: null });

const TIERS: readonly Tier[] = [
  { from: share('0'), base: share('1'), positions: share('1'), halts: false, review: false },
  { from: share('0.1'), base: share('0.75'), positions: share('1'), halts: false, review: false },
  { from: share('0.15'), base: share('0.5'), positions: share('0.5'), halts: false, review: false },
  { from: share('0.2'), base: share('0'), positions: share('0'), halts: true, review: true },
];

const VOLATILITY: VolatilityPolicy = { targetPerDay: share('0.04'), floor: share('0.25'), ceiling: share('1'), windowHours: 168 };

const PROTECTIONS: ProtectionPolicy = {
  cooldownHours: 4,
  losingExits: { exits: 4, withinHours: 24, pauseHours: 12 },
  dailyLoss: share('0.03'),
  symbolLock: { exits: 3, withinHours: 168, lockHours: 24 },
};

const KILL: KillPolicy = { missingShare: share('0.5'), missingHours: 2, moveShare: share('0.6'), moveSymbols: 2, venueErrors: 5 };

const MARKS: MarkPolicy = { missingHours: 3, staleHours: 24 };

const CONSERVATIVE: RiskProfile = {
  name: 'conservative',
  version: 1,
  governance: 1,
  purpose: 'trading',
  amountsIn: null,
  limits: {
    total: shareLimit('0.2'),
    perPosition: shareLimit('0.02'),
    perCluster: shareLimit('0.08'),
    clusters: {},
    unclassified: shareLimit('0.08'),
    quotes: {},
    positions: 10,
  },
  sizing: { base: share('0.02'), volatility: VOLATILITY },
  drawdown: { mode: 'bind', tiers: TIERS },
  entries: { maxChase: share('0.01'), costMargin: share('0.002'), ordersPerHour: 30, fatFinger: share('0.05'), attempts: 6 },
  marks: MARKS,
  liquidity: { spreadBps: 40, depthMultiple: 5, bookAgeSeconds: 30 },
  protections: PROTECTIONS,
  kill: KILL,
  campaign: null,
};

const BALANCED: RiskProfile = {
  ...CONSERVATIVE,
  name: 'balanced',
  limits: {
    total: shareLimit('0.6'),
    perPosition: shareLimit('0.05'),
    perCluster: shareLimit('0.25'),
    clusters: {},
    unclassified: shareLimit('0.25'),
    quotes: {},
    positions: 12,
  },
  sizing: { base: share('0.05'), volatility: VOLATILITY },
  entries: { maxChase: share('0.01'), costMargin: share('0.001'), ordersPerHour: 60, fatFinger: share('0.1'), attempts: 6 },
  liquidity: { spreadBps: 60, depthMultiple: 3, bookAgeSeconds: 60 },
};

/** Binds nothing but the absence of leverage and the age of marks; its tiers are recorded. */
const RESEARCH: RiskProfile = {
  ...CONSERVATIVE,
  name: 'research',
  purpose: 'research',
  limits: { total: shareLimit('1'), perPosition: null, perCluster: null, clusters: {}, unclassified: null, quotes: {}, positions: null },
  sizing: { base: null, volatility: null },
  drawdown: { mode: 'observe', tiers: TIERS },
  entries: { maxChase: null, costMargin: null, ordersPerHour: null, fatFinger: null, attempts: 6 },
  liquidity: null,
  protections: null,
  kill: null,
};

export const RISK_PROFILES = { conservative: CONSERVATIVE, balanced: BALANCED, research: RESEARCH } as const satisfies Readonly<
  Record<string, RiskProfile>
>;

export type PresetName = keyof typeof RISK_PROFILES;
