/**
 * Executing and sealing: steps become canonical texts, texts become roots, roots become the hour record. What is
 * hashed is what is stored, so a verifier never has to encode anything again.
 */
import { assert } from './kernel/assert.ts';
import { hoursAfter } from './kernel/hours.ts';
import { rootOfTexts } from './kernel/merkle.ts';
import type { Digest, HourUtc } from './kernel/units.ts';
import { simulatedBucket } from './bucket.ts';
import type { Bucket, OutsideFact } from './bucket.ts';
import type { Desk } from './desk.ts';
import type { Decision } from './events.ts';
import { stepHour } from './hour.ts';
import { decisionText, factText } from './log-text.ts';
import { ENCODING_VERSION, SEMANTICS_VERSION } from './manifest.ts';
import type { Feed } from './market/feed.ts';
import type { Valuation } from './portfolio/valuation.ts';
import { sealHour } from './seal.ts';
import type { SealedHour } from './seal.ts';
import { initialState, stateDigest, trialBalanceDigest } from './state.ts';
import type { State } from './state.ts';
import type { Witness } from './witness.ts';

/** Where a run stands: the state after its last sealed hour, that hour's hash, and the hour to execute next. */
export type Progress = Readonly<{ hour: HourUtc; previous: Digest; state: State }>;

export type ExecutedStep = Readonly<{
  bucket: Bucket;
  decisions: readonly Decision[];
  factTexts: readonly string[];
  decisionTexts: readonly string[];
  state: State;
  valuation: Valuation;
}>;

export type ExecutedHour = Readonly<{ sealed: SealedHour; steps: readonly ExecutedStep[]; valuation: Valuation; after: Progress }>;

/** A run before its first hour. */
export const beginRun = (desk: Desk): Progress => ({ hour: desk.manifest.startHour, previous: desk.genesis, state: initialState(desk) });

/** One step, with the canonical texts of what entered and what was concluded. */
export const executeStep = (desk: Desk, before: State, bucket: Bucket, witness: Witness | null = null): ExecutedStep => {
  const { state, decisions, valuation } = stepHour(desk, before, bucket, witness);
  return {
    bucket,
    decisions,
    factTexts: bucket.facts.map(factText),
    decisionTexts: decisions.map(decisionText),
    state,
    valuation,
  };
};

/** Seals an hour whose steps have all been executed. */
export const closeHour = (desk: Desk, before: Progress, steps: readonly ExecutedStep[]): ExecutedHour => {
  assert(steps.length === desk.stepsPerHour, 'An hour is sealed when all its steps are done.');
  const factTexts = steps.length === 1 ? steps[0]!.factTexts : steps.flatMap(step => step.factTexts);
  const decisionTexts = steps.length === 1 ? steps[0]!.decisionTexts : steps.flatMap(step => step.decisionTexts);
  const { state, valuation } = steps.at(-1)!;
  const sealed = sealHour({
    counts: { decisions: decisionTexts.length, facts: factTexts.length },
    decisionsRoot: rootOfTexts(decisionTexts),
    encoding: ENCODING_VERSION,
    factsRoot: rootOfTexts(factTexts),
    genesis: desk.genesis,
    hour: before.hour,
    previous: before.previous,
    semantics: SEMANTICS_VERSION,
    state: stateDigest(state),
    steps: steps.length,
    trialBalance: trialBalanceDigest(state),
    version: 1,
  });
  return { sealed, steps, valuation, after: { hour: hoursAfter(before.hour, 1), previous: sealed.hash, state } };
};

/** A whole simulated hour. `outsideOf` gives what entered each step beside the market and the venue. */
export const executeHour = (
  desk: Desk,
  before: Progress,
  feed: Feed,
  outsideOf: (step: number) => readonly OutsideFact[] = () => [],
): ExecutedHour => {
  const steps: ExecutedStep[] = [];
  let { state } = before;
  for (let step = 0; step < desk.stepsPerHour; step += 1) {
    const market = feed(before.hour * desk.stepsPerHour + step);
    const bucket = simulatedBucket(desk, state, { hour: before.hour, step, market }, outsideOf(step));
    const executed = executeStep(desk, state, bucket);
    steps.push(executed);
    ({ state } = executed);
  }
  return closeHour(desk, before, steps);
};
