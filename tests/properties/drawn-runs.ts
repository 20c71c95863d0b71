/**
 * What the properties quantify over: runs drawn by seed, kind, length and profile, with the words of operators made awkward.
 * The search is seeded, so every machine checks the same runs; a run that once failed is kept by name.
 */
import fc from 'fast-check';
import type { Bucket, OutsideFact } from '../../core/bucket.ts';
import type { Desk } from '../../core/desk.ts';
import type { Decision } from '../../core/events.ts';
import { beginRun } from '../../core/execute.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { fraction } from '../../core/kernel/units.ts';
import type { State } from '../../core/state.ts';
import type { Valuation } from '../../core/portfolio/valuation.ts';
import { stepsPerHour } from '../../core/market/timeframe.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { PROFILES } from '../../core/profile.ts';
import type { RunProfile } from '../../core/profile.ts';
import { deskOf, operatorFact, runHours } from '../support/desk.ts';
import type { Opening, Ran } from '../support/desk.ts';
import { drawsOf } from '../support/market.ts';
import { cappedBy } from '../support/profiles.ts';
import { drawRun } from './openings.ts';
import type { DrawnRun, Kind } from './openings.ts';

/** Everything a run of these properties is drawn from; printed by a failure, and enough to have it again. */
type RunSeed = Readonly<{ seed: number; kind: Kind; profile: RunProfile | null }>;

/** Runs that failed once, or stand next to an edge, by what they are about. */
export const REGRESSION_SEEDS: Readonly<Record<string, RunSeed>> = {
  'two agents share cash at five minutes': { seed: 11, kind: { timeframe: '5m', hours: 20, signals: 'scripted' }, profile: null },
  'four days of built-in strategies': { seed: 3, kind: { timeframe: '1h', hours: 100, signals: 'built-in' }, profile: null },
  'a treasury takes one of five slots': {
    seed: 1_073_741_813,
    kind: { timeframe: '1h', hours: 91, signals: 'built-in' },
    profile: cappedBy({ perPosition: '0.025147', total: '0.893852', positions: 5, maxChase: '0.049987' }),
  },
};

/** Every few hours somebody halts at some step and resumes later, so that a halt meets orders that still work. */
const withHalts = (outside: DrawnRun['outside'], { seed, kind }: RunSeed): DrawnRun['outside'] => {
  const more: Record<string, readonly OutsideFact[]> = { ...outside };
  const draw = drawsOf(seed);
  const add = (hour: number, command: 'halt' | 'resume'): void => {
    const step = draw(stepsPerHour(kind.timeframe));
    const at = step === 0 ? String(hour) : `${hour}.${step}`;
    more[at] = [...(more[at] ?? []), operatorFact(hour, { command }, `z-${command}`)];
  };
  const every = kind.timeframe === '1h' ? 29 : 3;
  if (seed % 2 === 1) {
    for (let hour = every; hour + 1 < kind.hours; hour += every) {
      add(hour, 'halt');
      add(hour + 1, 'resume');
    }
  }
  return more;
};

const PPM = 1_000_000_000_000n;
const share = (min: number, max: number) => fc.integer({ min, max }).map(parts => fraction(BigInt(parts) * PPM));

/** Any caps, with and without the rules of the presets beside them, and the profiles that ship. */
const profiles: fc.Arbitrary<RunProfile | null> = fc.option(
  fc
    .record({
      rules: fc.constantFrom(PROFILES.research, PROFILES.research, PROFILES.balanced, PROFILES.conservative),
      perPosition: share(1_000, 100_000),
      perCluster: share(10_000, 400_000),
      total: fc.oneof(share(20_000, 200_000), share(20_000, 1_000_000)),
      positions: fc.integer({ min: 1, max: 20 }),
      maxChase: share(0, 50_000),
      ordersPerHour: fc.integer({ min: 1, max: 12 }),
    })
    .map(({ rules, perPosition, perCluster, total, maxChase, ...counts }): RunProfile => {
      const capped = cappedBy({ name: 'drawn', perPosition: formatDecimal(perPosition), perCluster: formatDecimal(perCluster), total: formatDecimal(total), maxChase: formatDecimal(maxChase), ...counts });
      return { ...rules, name: 'drawn', limits: capped.limits, sizing: { ...rules.sizing, base: rules.sizing.base === null ? null : perPosition }, entries: { ...capped.entries, fatFinger: rules.entries.fatFinger } };
    }),
);

const kinds: fc.Arbitrary<Kind> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ timeframe: fc.constant('1h' as const), hours: fc.integer({ min: 60, max: 150 }), signals: fc.constantFrom('built-in' as const, 'scripted' as const) }) },
  { weight: 1, arbitrary: fc.record({ timeframe: fc.constant('5m' as const), hours: fc.integer({ min: 6, max: 16 }), signals: fc.constantFrom('built-in' as const, 'scripted' as const) }) },
);

const runSeeds: fc.Arbitrary<RunSeed> = fc.record({ seed: fc.noShrink(fc.integer({ min: 1, max: 2 ** 30 })), kind: kinds, profile: profiles });

const REASONS = ['', 'so be it', 'für "später"\\', 'a 🦎 said so\u2028\t'];

const withReasons = (outside: DrawnRun['outside']): DrawnRun['outside'] =>
  Object.fromEntries(
    Object.entries(outside).map(([at, facts]) => [
      at,
      facts.map((fact, index): OutsideFact => (fact.type === 'operator' ? { ...fact, reason: REASONS[(at.length + index + fact.key.charCodeAt(1)) % REASONS.length]! } : fact)),
    ]),
  );

export type Drawn = DrawnRun & Readonly<{ desk: Desk }>;

export const drawnOf = (from: RunSeed): Drawn => {
  const { seed, kind, profile } = from;
  const drawn = drawRun(seed, kind);
  const opening: Opening = profile === null ? drawn.opening : { ...drawn.opening, profile };
  return { ...drawn, opening, outside: withReasons(withHalts(drawn.outside, from)), desk: deskOf(opening, drawn.scripts) };
};

/** Runs are pure, so the properties of one file share what the same seed did. */
const ranOnce = new Map<string, Drawn>();
const stepsOnce = new WeakMap<Drawn, Ran>();

const drawnOnce = (from: RunSeed): Drawn => {
  const key = canonicalText(from);
  const known = ranOnce.get(key) ?? drawnOf(from);
  ranOnce.set(key, known);
  return known;
};

export const ranOf = (drawn: Drawn): Ran => {
  const known = stepsOnce.get(drawn) ?? runHours(drawn.desk, drawn.candles, drawn.hours, drawn.outside);
  stepsOnce.set(drawn, known);
  return known;
};

/** Checks `holds` for the kept runs and for `runs` drawn ones. `free` is a number it may use as it likes, below 2^30. */
export const forEveryRun = (runs: number, holds: (drawn: Drawn, free: number) => void): void => {
  const free = fc.integer({ min: 0, max: 2 ** 30 - 1 });
  fc.assert(
    fc.property(runSeeds, free, (seed, number) => holds(drawnOnce(seed), number)),
    { seed: 20_261_121, numRuns: runs, examples: Object.values(REGRESSION_SEEDS).map((seed): [RunSeed, number] => [seed, 12_345]), endOnFailure: true },
  );
};

/** A step between the state it found and the state it left. `absolute` is hour × steps an hour + step. */
export type Traced = Readonly<{
  absolute: number;
  before: State;
  bucket: Bucket;
  decisions: readonly Decision[];
  after: State;
  valuation: Valuation;
  texts: readonly string[];
}>;

export const tracedSteps = (desk: Desk, ran: Ran): readonly Traced[] => {
  let before = beginRun(desk).state;
  return ran.hours.flatMap(({ sealed, steps }) =>
    steps.map(({ bucket, decisions, state, valuation, factTexts, decisionTexts }, step): Traced => {
      const absolute = sealed.hour * desk.stepsPerHour + step;
      const traced = { absolute, before, bucket, decisions, after: state, valuation, texts: [...factTexts, ...decisionTexts] };
      before = state;
      return traced;
    }),
  );
};

/** The decisions of one type. */
export const only = <Type extends Decision['type']>(decisions: readonly Decision[], type: Type): readonly Extract<Decision, { type: Type }>[] =>
  decisions.filter((decision): decision is Extract<Decision, { type: Type }> => decision.type === type);

/** Quotients of amounts that are not negative, written out here so that no property leans on core's own rounding. */
export const quotientDown = (dividend: bigint, divisor: bigint): bigint => dividend / divisor;
export const quotientUp = (dividend: bigint, divisor: bigint): bigint => (dividend + divisor - 1n) / divisor;
export const quotientEven = (dividend: bigint, divisor: bigint): bigint => {
  const floor = dividend / divisor;
  const twice = 2n * (dividend % divisor);
  return twice > divisor || (twice === divisor && floor % 2n === 1n) ? floor + 1n : floor;
};
export const ONE = 10n ** 18n;
