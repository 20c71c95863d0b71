/**
 * Protections: pauses after losses. They remember how positions ended, block entries for a while and nothing else; an
 * exit is never held back. What they remember is bounded by their windows.
 */
import { assert } from '../kernel/assert.ts';
import { byCodeUnit } from '../kernel/order.ts';
import { whole } from '../kernel/decimal.ts';
import { divideDown } from '../kernel/rounding.ts';
import { hourUtc, money, ONE_E18 } from '../kernel/units.ts';
import type { HourUtc, MarketSymbol, Money } from '../kernel/units.ts';
import type { ProtectionPolicy } from './risk-profile.ts';

/** Results an agent's position has realised since it was last flat. */
export type OpenResult = Readonly<{ agent: string; symbol: MarketSymbol; result: Money }>;
/** Positions in a symbol that ended in one hour: how many, how many of them at a loss, and their results together. */
export type ExitHour = Readonly<{ hour: HourUtc; symbol: MarketSymbol; exits: number; losing: number; result: Money }>;
export type SymbolUntil = Readonly<{ symbol: MarketSymbol; untilHour: HourUtc }>;
export type DayStart = Readonly<{ day: number; unitValue: Money; lost: boolean }>;

/**
 * The protections slice. Open results and locks ascend by symbol (and agent), exits by hour and symbol. An `untilHour`
 * is the first hour at whose close an entry may be decided again; those that have passed are forgotten.
 */
export type Protections = Readonly<{
  open: readonly OpenResult[];
  exits: readonly ExitHour[];
  cooldowns: readonly SymbolUntil[];
  locks: readonly SymbolUntil[];
  pausedUntilHour: HourUtc | null;
  /** The day under way, and the unit value it began with; null before the first step. */
  day: DayStart | null;
}>;

export const NO_PROTECTIONS: Protections = { open: [], exits: [], cooldowns: [], locks: [], pausedUntilHour: null, day: null };

export type ProtectionCode = 'COOLDOWN' | 'LOSING_EXITS' | 'SYMBOL_LOCKED' | 'DAILY_LOSS';

/**
 * A protection that began or was extended. `symbol` is null where it blocks all. Limit and usage: hours of cooldown
 * and the loss; exits counted; the daily loss allowed and suffered, as shares.
 */
export type ProtectionRaised = Readonly<{
  type: 'protection_raised';
  code: ProtectionCode;
  symbol: MarketSymbol | null;
  untilHour: HourUtc;
  limit: bigint;
  usage: bigint;
}>;

/** What an agent's sales of a symbol realised in a step, fees included; `over` when the position is flat or dust after it. */
export type Realised = Readonly<{ agent: string; symbol: MarketSymbol; result: Money; over: boolean }>;

export type ProtectionInputs = Readonly<{
  hour: HourUtc;
  /** Of the moment the step closes: 24 × 3600 s since the epoch, so that the close of hour 23 belongs to the next day. */
  day: number;
  unitValue: Money;
  /** In the order the fills were booked. */
  realised: readonly Realised[];
}>;

export type ProtectionStep = Readonly<{ protections: Protections; raised: readonly ProtectionRaised[] }>;

/** The UTC day of the moment at which an absolute step closes. */
export const dayOfClose = (slot: number, stepsPerHour: number): number => Math.floor((slot + 1) / (24 * stepsPerHour));

/** The first hour whose close lies in the day after. */
const nextDayHour = (day: number): HourUtc => hourUtc((day + 1) * 24 - 1);

/** Protections after a step: results are taken in, then the day is judged; what has passed is forgotten. */
export const stepProtections = (policy: ProtectionPolicy, before: Protections, inputs: ProtectionInputs): ProtectionStep => {
  const raised: ProtectionRaised[] = [];
  let protections = forget(before, inputs.hour);
  for (const realised of inputs.realised) protections = afterRealised({ policy, hour: inputs.hour, raised }, protections, realised);
  const day = stepDay(policy, protections.day, inputs);
  if (day !== protections.day) protections = { ...protections, day };
  if (day.lost && !(before.day?.day === day.day && before.day.lost)) {
    raised.push({ type: 'protection_raised', code: 'DAILY_LOSS', symbol: null, untilHour: nextDayHour(day.day), limit: policy.dailyLoss, usage: lossOf(day, inputs.unitValue) });
  }
  return { protections, raised };
};

/** The widest window that governance allows; kept whole, so that another profile finds the same past. */
export const EXITS_KEPT_HOURS = 168;

const forget = (before: Protections, hour: HourUtc): Protections => {
  const { exits, cooldowns, locks, pausedUntilHour } = before;
  const oldest = hour - EXITS_KEPT_HOURS;
  const isPast = ({ untilHour }: SymbolUntil): boolean => untilHour <= hour;
  const pauseIsPast = pausedUntilHour !== null && pausedUntilHour <= hour;
  const exitIsPast = exits.length > 0 && exits[0]!.hour <= oldest;
  if (!pauseIsPast && !exitIsPast && !cooldowns.some(isPast) && !locks.some(isPast)) return before;
  return {
    ...before,
    exits: exitIsPast ? exits.filter(exit => exit.hour > oldest) : exits,
    cooldowns: cooldowns.filter(until => !isPast(until)),
    locks: locks.filter(until => !isPast(until)),
    pausedUntilHour: pauseIsPast ? null : pausedUntilHour,
  };
};

type Step = Readonly<{ policy: ProtectionPolicy; hour: HourUtc; raised: ProtectionRaised[] }>;

const afterRealised = (step: Step, before: Protections, { agent, symbol, result, over }: Realised): Protections => {
  const at = before.open.findIndex(open => open.agent === agent && open.symbol === symbol);
  const total = money(result + (at < 0 ? 0n : before.open[at]!.result));
  const others = at < 0 ? before.open : before.open.toSpliced(at, 1);
  if (!over) return { ...before, open: [...others, { agent, symbol, result: total }].sort(byPosition) };
  return afterExit(step, { ...before, open: others, exits: withExit(before.exits, { hour: step.hour, symbol, exits: 1, losing: total < 0n ? 1 : 0, result: total }) }, symbol, total);
};

const byPosition = (left: OpenResult, right: OpenResult): number => byCodeUnit(left.symbol, right.symbol) || byCodeUnit(left.agent, right.agent);

const withExit = (exits: readonly ExitHour[], exit: ExitHour): readonly ExitHour[] => {
  const same = exits.findIndex(({ hour, symbol }) => hour === exit.hour && symbol === exit.symbol);
  if (same < 0) return [...exits, exit].sort((left, right) => left.hour - right.hour || byCodeUnit(left.symbol, right.symbol));
  const { exits: count, losing, result } = exits[same]!;
  return exits.with(same, { ...exit, exits: count + 1, losing: losing + exit.losing, result: money(result + exit.result) });
};

/** An exit may cool its symbol down, pause everything, and lock its symbol; each is judged with this exit counted. */
const afterExit = (step: Step, before: Protections, symbol: MarketSymbol, result: Money): Protections => {
  const { policy, hour } = step;
  const { losingExits, symbolLock } = policy;
  let protections = before;
  if (result < 0n && policy.cooldownHours > 0) {
    const untilHour = raise(step, { code: 'COOLDOWN', symbol, hours: policy.cooldownHours, limit: whole(policy.cooldownHours), usage: -result });
    protections = { ...protections, cooldowns: withUntil(protections.cooldowns, { symbol, untilHour }) };
  }
  const recent = (withinHours: number): readonly ExitHour[] => protections.exits.filter(exit => exit.hour > hour - withinHours);
  const losing = recent(losingExits.withinHours).reduce((sum, exit) => sum + exit.losing, 0);
  if (result < 0n && losing >= losingExits.exits) {
    const untilHour = raise(step, { code: 'LOSING_EXITS', symbol: null, hours: losingExits.pauseHours, limit: whole(losingExits.exits), usage: whole(losing) });
    protections = { ...protections, pausedUntilHour: untilHour };
  }
  const ofSymbol = recent(symbolLock.withinHours).filter(exit => exit.symbol === symbol);
  const exits = ofSymbol.reduce((sum, exit) => sum + exit.exits, 0);
  if (exits >= symbolLock.exits && ofSymbol.reduce((sum, exit) => sum + exit.result, 0n) < 0n) {
    const untilHour = raise(step, { code: 'SYMBOL_LOCKED', symbol, hours: symbolLock.lockHours, limit: whole(symbolLock.exits), usage: whole(exits) });
    protections = { ...protections, locks: withUntil(protections.locks, { symbol, untilHour }) };
  }
  return protections;
};

type Raising = Readonly<{ code: ProtectionCode; symbol: MarketSymbol | null; hours: number; limit: bigint; usage: bigint }>;

const raise = ({ hour, raised }: Step, { hours, ...evidence }: Raising): HourUtc => {
  const untilHour = hourUtc(hour + hours);
  raised.push({ type: 'protection_raised', untilHour, ...evidence });
  return untilHour;
};

const withUntil = (list: readonly SymbolUntil[], until: SymbolUntil): readonly SymbolUntil[] =>
  [...list.filter(({ symbol }) => symbol !== until.symbol), until].sort((left, right) => byCodeUnit(left.symbol, right.symbol));

/** A day begins with the unit value of its first step; once it has lost too much, it stays lost until it ends. */
const stepDay = ({ dailyLoss }: ProtectionPolicy, before: DayStart | null, { day, unitValue }: ProtectionInputs): DayStart => {
  assert(before === null || day >= before.day, 'Days pass in order.');
  if (before === null || day > before.day) return { day, unitValue, lost: false };
  const isLost = before.unitValue > 0n && (before.unitValue - unitValue) * ONE_E18 >= dailyLoss * before.unitValue;
  return before.lost || !isLost ? before : { ...before, lost: true };
};

/** The share of the day's first unit value that is gone, down; evidence only, the judgement is exact. */
const lossOf = ({ unitValue: first }: DayStart, now: Money): bigint => divideDown((first - now) * ONE_E18, first);

/** A protection that blocks an entry, until the close of `untilHour`. */
export type ActiveProtection = Readonly<{ code: ProtectionCode; untilHour: HourUtc }>;

/** What blocks an entry into a symbol at an hour, in the order of the gate. */
export const protectionsAgainst = ({ cooldowns, locks, pausedUntilHour, day }: Protections, symbol: MarketSymbol, hour: HourUtc): readonly ActiveProtection[] => {
  const untilOf = (list: readonly SymbolUntil[]): HourUtc | null => list.find(until => until.symbol === symbol)?.untilHour ?? null;
  const active: ActiveProtection[] = [];
  const add = (code: ProtectionCode, untilHour: HourUtc | null): void => {
    if (untilHour !== null && untilHour > hour) active.push({ code, untilHour });
  };
  add('COOLDOWN', untilOf(cooldowns));
  add('LOSING_EXITS', pausedUntilHour);
  add('SYMBOL_LOCKED', untilOf(locks));
  add('DAILY_LOSS', day !== null && day.lost ? nextDayHour(day.day) : null);
  return active;
};
