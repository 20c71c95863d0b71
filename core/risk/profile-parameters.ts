/**
 * Every parameter of a risk profile as data: where it stands, its unit, what it means, and when it may be absent.
 * Documents, messages and checks read this one table; bounds are governance's and defaults are the presets'.
 */
import { formatDecimal, whole } from '../kernel/decimal.ts';
import { byCodeUnit } from '../kernel/order.ts';
import type { Bound, Governance } from './governance.ts';
import { RISK_PROFILES } from './risk-profile.ts';
import type { PresetName, RiskProfile } from './risk-profile.ts';

export type ParameterUnit = 'share' | 'amount' | 'count' | 'hours' | 'seconds' | 'bps' | 'multiple' | 'flag' | 'word';

export type Parameter = Readonly<{
  /** Keys joined by points; `*` stands for every name of a record and every place of a list. */
  path: string;
  unit: ParameterUnit;
  /** Who may leave it out: nobody, a research profile, or everybody. */
  absent: 'never' | 'research' | 'always';
  meaning: string;
}>;

const required = (path: string, unit: ParameterUnit, meaning: string): Parameter => ({ path, unit, absent: 'never', meaning });
const unlessResearch = (path: string, unit: ParameterUnit, meaning: string): Parameter => ({ path, unit, absent: 'research', meaning });
const optional = (path: string, unit: ParameterUnit, meaning: string): Parameter => ({ path, unit, absent: 'always', meaning });

export const PARAMETERS: readonly Parameter[] = [
  required('name', 'word', 'the preset, or the name its author gave it'),
  required('version', 'count', 'counted up by the author with every change'),
  required('governance', 'count', 'version of the bounds it obeys'),
  required('purpose', 'word', 'trading, or research: backtests only, with caps that may be left out'),
  optional('amountsIn', 'word', 'quote currency of all amounts outside limits.quotes'),
  required('limits.total.share', 'share', 'of portfolio value, all positions together'),
  optional('limits.total.amount', 'amount', 'the same as an amount; the smaller binds'),
  unlessResearch('limits.perPosition.share', 'share', 'of portfolio value, one agent in one symbol'),
  optional('limits.perPosition.amount', 'amount', 'the same as an amount; the smaller binds'),
  unlessResearch('limits.perCluster.share', 'share', 'of portfolio value, each cluster without a limit of its own'),
  optional('limits.perCluster.amount', 'amount', 'the same as an amount; the smaller binds'),
  optional('limits.clusters.*.share', 'share', 'of portfolio value, the cluster named'),
  optional('limits.clusters.*.amount', 'amount', 'the same as an amount; the smaller binds'),
  unlessResearch('limits.unclassified.share', 'share', 'of portfolio value, all symbols of no cluster'),
  optional('limits.unclassified.amount', 'amount', 'the same as an amount; the smaller binds'),
  optional('limits.quotes.*.share', 'share', 'of portfolio value, positions quoted in the currency named'),
  optional('limits.quotes.*.amount', 'amount', 'the same as an amount of that currency; the smaller binds'),
  unlessResearch('limits.positions', 'count', 'positions open or being bought at once'),
  unlessResearch('sizing.base', 'share', 'of portfolio value a new position aims at, before volatility'),
  unlessResearch('sizing.volatility.targetPerDay', 'share', 'standard deviation a day that a whole base is meant for'),
  unlessResearch('sizing.volatility.floor', 'share', 'least scale, and the scale where volatility is not known'),
  unlessResearch('sizing.volatility.ceiling', 'share', 'greatest scale'),
  unlessResearch('sizing.volatility.windowHours', 'count', 'hourly returns the standard deviation is taken over'),
  required('drawdown.mode', 'word', 'bind, or observe: recorded without effect, research only'),
  required('drawdown.tiers.*.from', 'share', 'drawdown of unit value at which the tier begins'),
  required('drawdown.tiers.*.base', 'share', 'of sizing.base that is left'),
  required('drawdown.tiers.*.positions', 'share', 'of limits.positions that is left, rounded down'),
  required('drawdown.tiers.*.halts', 'flag', 'halts entries until an operator resumes'),
  required('drawdown.tiers.*.review', 'flag', 'asks for a review before entries go on'),
  unlessResearch('entries.maxChase', 'share', 'how far past the mark a BUY may fill'),
  unlessResearch('entries.costMargin', 'share', 'expected return wanted beyond the round trip'),
  unlessResearch('entries.ordersPerHour', 'count', 'orders placed in an hour beyond which none is added for an entry'),
  unlessResearch('entries.fatFinger', 'share', 'how far from the mark a price may lie'),
  required('entries.attempts', 'count', 'orders one intent to enter may place'),
  required('marks.missingHours', 'hours', 'age above which a mark blocks entries where an absent candle means missing'),
  required('marks.staleHours', 'hours', 'age from which a mark blocks entries'),
  unlessResearch('liquidity.spreadBps', 'bps', 'widest spread of a known book, of its middle'),
  unlessResearch('liquidity.depthMultiple', 'multiple', 'of the order that the best asks must hold'),
  unlessResearch('liquidity.bookAgeSeconds', 'seconds', 'greatest age of a known book'),
  unlessResearch('protections.cooldownHours', 'hours', 'without entry into a symbol after a losing exit from it'),
  unlessResearch('protections.losingExits.exits', 'count', 'losing exits that pause all entries'),
  unlessResearch('protections.losingExits.withinHours', 'hours', 'in which they are counted'),
  unlessResearch('protections.losingExits.pauseHours', 'hours', 'the pause lasts'),
  unlessResearch('protections.dailyLoss', 'share', 'of unit value lost since 00:00 UTC that stops entries until the next day'),
  unlessResearch('protections.symbolLock.exits', 'count', 'exits from a symbol, net negative, that lock it'),
  unlessResearch('protections.symbolLock.withinHours', 'hours', 'in which they are counted'),
  unlessResearch('protections.symbolLock.lockHours', 'hours', 'the lock lasts'),
  unlessResearch('kill.missingShare', 'share', 'of the live universe missing, above which the desk is killed'),
  unlessResearch('kill.missingHours', 'hours', 'without a candle after which a symbol counts as missing'),
  unlessResearch('kill.moveShare', 'share', 'a candle may move before it counts as wild'),
  unlessResearch('kill.moveSymbols', 'count', 'wild candles at once that kill'),
  unlessResearch('kill.venueErrors', 'count', 'errors of the venue in an hour that kill'),
];

/** A parameter's value in a profile, with the place it stands at (`limits.clusters.DEFI.share`, `drawdown.tiers[2].from`). */
export type FoundValue = Readonly<{ at: string; value: unknown }>;

/** Where a section or limit is absent, the value is null and `at` ends with it. */
export const valuesAt = (profile: RiskProfile<unknown>, path: string): readonly FoundValue[] => {
  let found: readonly FoundValue[] = [{ at: '', value: profile }];
  for (const key of path.split('.')) {
    found = found.flatMap(holder => (isHolder(holder.value) ? below({ at: holder.at, value: holder.value }, key) : [holder]));
  }
  return found;
};

type Holder = Readonly<Record<string, unknown>> | readonly unknown[];

const isHolder = (value: unknown): value is Holder => typeof value === 'object' && value !== null;

const below = ({ at, value }: Readonly<{ at: string; value: Holder }>, key: string): readonly FoundValue[] => {
  if (Array.isArray(value)) return value.map((item: unknown, index) => ({ at: `${at}[${index}]`, value: item }));
  const fields = value as Readonly<Record<string, unknown>>;
  const names = key === '*' ? Object.keys(fields).toSorted(byCodeUnit) : [key];
  return names.map(name => ({ at: at === '' ? name : `${at}.${name}`, value: fields[name] ?? null }));
};

/** A value as a document or a message shows it: decimals and whole numbers in normal form, `none` where it is absent. */
export const shownValue = (value: unknown): string => {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'bigint') return formatDecimal(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' || typeof value === 'string' ? String(value) : 'no value';
};

/** A number of a profile in units of 10^-18, whichever its type. */
export const exactValue = (value: number | bigint): bigint => (typeof value === 'bigint' ? value : whole(value));

export type ParameterRow = Parameter &
  Readonly<{
    /** Null for words and flags. */
    bound: Bound | null;
    /** Null where research obeys the same bound. */
    researchBound: Bound | null;
    /** As shown; several values of a list are joined by commas, and a record without names is `none`. */
    defaults: Readonly<Record<PresetName, string>>;
  }>;

/** The whole table: parameters with the bounds of a governance version and the defaults of each preset. */
export const parameterRows = (governance: Governance): readonly ParameterRow[] =>
  PARAMETERS.map(parameter => ({
    ...parameter,
    bound: governance.bounds[parameter.path] ?? null,
    researchBound: governance.research[parameter.path] ?? null,
    defaults: {
      conservative: defaultOf(RISK_PROFILES.conservative, parameter.path),
      balanced: defaultOf(RISK_PROFILES.balanced, parameter.path),
      research: defaultOf(RISK_PROFILES.research, parameter.path),
    },
  }));

const defaultOf = (profile: RiskProfile, path: string): string => {
  const found = valuesAt(profile, path);
  return found.length === 0 ? 'none' : found.map(({ value }) => shownValue(value)).join(', ');
};
