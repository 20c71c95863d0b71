/**
 * Governance: between which bounds a profile may choose. A version never changes once published; a later one may
 * raise a ceiling, and every profile and log entry then shows that it does.
 */
import { decimal } from '../kernel/decimal.ts';

/** Decimal text; `open` leaves the low end out. */
export type Bound = Readonly<{ low: string; open: boolean; high: string }>;

const from = (low: string, high: string): Bound => ({ low, open: false, high });
const above = (low: string, high: string): Bound => ({ low, open: true, high });

export type Governance = Readonly<{
  version: number;
  /** By parameter path, as the table of parameters spells it. */
  bounds: Readonly<Record<string, Bound>>;
  /** What a research profile may reach instead. */
  research: Readonly<Record<string, Bound>>;
  /** A trading profile halts entries at the latest at this drawdown. */
  haltBy: string;
}>;

const SHARE = above('0', '1');
/** An amount leaves room below the widest number a record can hold. */
const AMOUNT = above('0', '1000000000000');

export const GOVERNANCE_V1: Governance = {
  version: 1,
  bounds: {
    version: from('1', '1000000'),
    'limits.total.share': SHARE,
    'limits.total.amount': AMOUNT,
    'limits.perPosition.share': above('0', '0.1'),
    'limits.perPosition.amount': AMOUNT,
    'limits.perCluster.share': above('0', '0.4'),
    'limits.perCluster.amount': AMOUNT,
    'limits.clusters.*.share': above('0', '0.4'),
    'limits.clusters.*.amount': AMOUNT,
    'limits.unclassified.share': above('0', '0.4'),
    'limits.unclassified.amount': AMOUNT,
    'limits.quotes.*.share': SHARE,
    'limits.quotes.*.amount': AMOUNT,
    'limits.positions': from('1', '20'),
    'sizing.base': above('0', '0.1'),
    'sizing.volatility.targetPerDay': above('0', '0.2'),
    'sizing.volatility.floor': above('0', '1'),
    'sizing.volatility.ceiling': above('0', '1'),
    'sizing.volatility.windowHours': from('24', '168'),
    'drawdown.tiers.*.from': from('0', '0.99'),
    'drawdown.tiers.*.base': from('0', '1'),
    'drawdown.tiers.*.positions': from('0', '1'),
    'entries.maxChase': from('0', '0.05'),
    'entries.costMargin': from('0', '0.1'),
    'entries.ordersPerHour': from('1', '600'),
    'entries.fatFinger': above('0', '0.25'),
    'entries.attempts': from('1', '24'),
    'marks.missingHours': from('1', '24'),
    'marks.staleHours': from('1', '48'),
    'liquidity.spreadBps': from('1', '500'),
    'liquidity.depthMultiple': from('1', '100'),
    'liquidity.bookAgeSeconds': from('1', '600'),
    'protections.cooldownHours': from('0', '168'),
    'protections.losingExits.exits': from('1', '50'),
    'protections.losingExits.withinHours': from('1', '168'),
    'protections.losingExits.pauseHours': from('1', '168'),
    'protections.dailyLoss': above('0', '0.2'),
    'protections.symbolLock.exits': from('1', '50'),
    'protections.symbolLock.withinHours': from('1', '168'),
    'protections.symbolLock.lockHours': from('1', '720'),
    'kill.missingShare': from('0', '0.9'),
    'kill.missingHours': from('1', '24'),
    'kill.moveShare': from('0.1', '1'),
    'kill.moveSymbols': from('1', '10'),
    'kill.venueErrors': from('1', '100'),
  },
  research: {
    'limits.perPosition.share': SHARE,
    'limits.perCluster.share': SHARE,
    'limits.clusters.*.share': SHARE,
    'limits.unclassified.share': SHARE,
    'limits.positions': from('1', '10000'),
    'sizing.base': SHARE,
    'sizing.volatility.targetPerDay': SHARE,
    'entries.maxChase': from('0', '1'),
    'entries.ordersPerHour': from('1', '1000000'),
    'entries.fatFinger': SHARE,
  },
  haltBy: '0.3',
};

const GOVERNANCES: readonly Governance[] = [GOVERNANCE_V1];

/** The bounds of a version; null for one this program does not know. */
export const governanceOf = (version: number): Governance | null => GOVERNANCES.find(known => known.version === version) ?? null;

/** Whether a value in units of 10^-18 obeys a bound. */
export const isWithin = (value: bigint, { low, open, high }: Bound): boolean => {
  const least = decimal(low);
  return (open ? value > least : value >= least) && value <= decimal(high);
};

/** `above 0 and at most at 0.1`, `between 1 and 20`. */
export const boundText = ({ low, open, high }: Bound): string => (open ? `above ${low} and at most at ${high}` : `between ${low} and ${high}`);

/** Why a profile is refused. `must` completes the sentence "PATH is VALUE and must …". */
export type ProfileProblem = Readonly<{ path: string; value: string; must: string }>;

export const problemText = ({ path, value, must }: ProfileProblem): string => `${path} is ${value} and must ${must}`;
