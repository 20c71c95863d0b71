/**
 * One frozen run, a bundle, executed by the code that is here now: is every decision what it was? The bundle is held against
 * its own hashes first, so that a difference is one of code and not of a file that somebody edited.
 */
import type { Finding } from '../adapters/store/finding.ts';
import type { Progress } from '../core/execute.ts';
import { formatHour, hoursAfter } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { checkBundledHour } from './bundle-check.ts';
import type { ChainEnd } from './bundle-check.ts';
import { bundleParts } from './bundle-hours.ts';
import type { BundledHour } from './bundle-hours.ts';
import { BundleError, readBundle } from './bundle-lines.ts';
import type { ChangedRule } from './changed-rules.ts';
import type { FrozenChange } from './frozen-changes.ts';
import { compareHour } from './frozen-comparison.ts';
import type { HourComparison } from './frozen-comparison.ts';
import type { PresentStrategy } from './frozen-desk.ts';
import { executeFrozen } from './frozen-execution.ts';
import { openFrozen } from './frozen-opening.ts';
import type { FrozenFailure, OpenedFrozen, Opening } from './frozen-opening.ts';
import { Problem } from './problem.ts';
import { reducerIdentity } from './reducer-identity.ts';
import { FAILURE_CLASSES, NO_SLICE, replayFailure } from './replay-failure.ts';
import { readJson } from './replay-difference.ts';
import { hourOfFinding } from './verify-store.ts';

/** `SAME`: every hour came out as frozen. `CHANGED`: one did not. `OTHER VERSION`: this tb has other rules or bytes. `BROKEN`: the file itself is damaged. */
export type FrozenVerdict = 'SAME' | 'CHANGED' | 'OTHER VERSION' | 'BROKEN';

export type FrozenRun = Readonly<{
  file: string;
  run: string | null;
  from: string | null;
  to: string | null;
  /** Hours executed, and those times the symbols. */
  hours: number;
  symbolHours: number;
  engineMs: number;
  verdict: FrozenVerdict;
  expectedHead: string | null;
  /** Null where nothing could be executed. */
  actualHead: string | null;
  /** Decisions that were frozen; of these and of new ones those that differ; and the hours with a fact or decision that does. */
  decisions: number;
  changedDecisions: number;
  changedHours: number;
  /** The first changed facts and decisions. */
  changes: readonly FrozenChange[];
  failures: readonly FrozenFailure[];
  changedRules: readonly ChangedRule[];
  /** The user's files that stood in for what was frozen. */
  strategies: readonly string[];
  notes: readonly string[];
}>;

export type FrozenRequest = Readonly<{ file: string; present: readonly PresentStrategy[]; changesShown: number }>;

/** What has been read and executed so far; `opened` is null before the opening, `progress` where nothing more can be executed. */
type Reading = {
  opening: Opening | null;
  opened: OpenedFrozen | null;
  progress: Progress | null;
  end: ChainEnd | null;
  /** The run's name and the hash of its last hour, as the bundle states them. */
  name: string | null;
  lastHash: string | null;
  waiting: BundledHour[];
  hours: number;
  engineMs: number;
  decisions: number;
  changedDecisions: number;
  changedHours: number;
  changes: FrozenChange[];
  failures: FrozenFailure[];
  broken: FrozenFailure[];
};

/** So many hours are executed at a time: memory stays flat. */
const CHUNK_HOURS = 240;

/** Throws Problem for a file that is not there, and for present strategies that cannot take part. */
export const replayFrozen = async (request: FrozenRequest): Promise<FrozenRun> => {
  const reading: Reading = {
    opening: null, opened: null, progress: null, end: null, name: null, lastHash: null, waiting: [], hours: 0, engineMs: 0, decisions: 0, changedDecisions: 0, changedHours: 0, changes: [], failures: [], broken: [],
  };
  try {
    for await (const part of bundleParts(readBundle(request.file))) {
      if (part.part === 'opening') await takeOpening(reading, part, request);
      else if (part.part === 'hour') takeHour(reading, part.hour, request);
    }
  } catch (error) {
    reading.broken.push(replayFailure('UNREADABLE', { event: placeOfError(error), field: 'bytes', expected: null, actual: (error as Error).message }));
  }
  execute(reading, request);
  return resultOf(reading, request.file);
};

/** A file that cannot be read says nothing of the others; anything else that is no damage of its lines stops the gate. */
const placeOfError = (error: unknown): string => {
  if (error instanceof BundleError) return `line ${error.line}`;
  if (error instanceof Problem && error.message.includes(' cannot be read (')) return 'file';
  throw error;
};

const takeOpening = async (reading: Reading, opening: Opening, { present }: FrozenRequest): Promise<void> => {
  const opened = await openFrozen(opening, present);
  Object.assign(reading, { opening, opened, end: opened.end, progress: opened.progress });
  reading.failures.push(...opened.failures);
  reading.broken.push(...opened.broken);
};

const takeHour = (reading: Reading, hour: BundledHour, request: FrozenRequest): void => {
  const { opened, end } = reading;
  const desk = opened?.desk ?? null;
  reading.name ??= nameIn(hour.envelopeText);
  reading.lastHash = hour.hash;
  if (desk === null || end === null || reading.broken.length > 0) return;
  const { timeframe } = desk.frozen.manifest;
  reading.end = checkBundledHour(hour, end, { timeframe, lengthMs: desk.frozen.timeframeMs }, finding => reading.broken.push(failureOfFinding(finding)));
  for (const { decisionTexts } of hour.steps) reading.decisions += decisionTexts.length;
  if (reading.broken.length > 0) return;
  reading.waiting.push(hour);
  if (reading.waiting.length >= CHUNK_HOURS) execute(reading, request);
};

const nameIn = (envelope: string): string | null => {
  const fields = readJson(envelope) as Readonly<Record<string, unknown>> | null | undefined;
  return typeof fields?.['name'] === 'string' ? fields['name'] : null;
};

const failureOfFinding = (finding: Finding): FrozenFailure => ({
  code: finding.code,
  ...FAILURE_CLASSES[finding.code],
  hour: hourOfFinding(finding),
  step: null,
  event: `${finding.table} ${finding.key}`,
  field: finding.column ?? 'row',
  expected: finding.expected,
  actual: finding.actual,
  ...NO_SLICE,
});

const execute = (reading: Reading, request: FrozenRequest): void => {
  const { opened, progress, waiting } = reading;
  const desk = opened?.desk ?? null;
  reading.waiting = [];
  if (desk === null || progress === null || waiting.length === 0) return;
  const started = performance.now();
  try {
    for (const { frozen, executed } of executeFrozen(desk.desk, progress, waiting)) {
      tell(reading, compareHour({ frozen, executed, isStrict: desk.isStrict && !opened!.isOtherVersion }), request.changesShown);
      reading.progress = executed.after;
      reading.hours += 1;
    }
  } catch (error) {
    const at = reading.progress?.hour ?? progress.hour;
    reading.failures.push(replayFailure('UNREADABLE', { hour: formatHour(at), event: 'hour', field: 'execution', expected: 'an hour that can be executed', actual: error instanceof Error ? error.message : String(error) }));
    reading.progress = null;
  }
  reading.engineMs += performance.now() - started;
};

const tell = (reading: Reading, { changes, failure }: HourComparison, changesShown: number): void => {
  if (changes.length > 0) reading.changedHours += 1;
  reading.changedDecisions += changes.filter(({ what }) => what === 'decision').length;
  for (const change of changes) if (reading.changes.length < changesShown) reading.changes.push(change);
  const isFirst = reading.failures.every(({ code }) => code === 'VERSION_MISMATCH');
  if (failure !== null && isFirst) reading.failures.push(failure);
};

const verdictOf = ({ broken, failures, opened }: Reading): FrozenVerdict =>
  broken.length > 0 ? 'BROKEN' : opened?.isOtherVersion === true ? 'OTHER VERSION' : failures.length > 0 ? 'CHANGED' : 'SAME';

const resultOf = (reading: Reading, file: string): FrozenRun => {
  const { opening, opened, name, lastHash, progress, hours, broken, failures } = reading;
  const desk = opened?.desk ?? null;
  const verdict = verdictOf(reading);
  const from = (opening?.header.from ?? null) as HourUtc | null;
  const replaced = desk?.replaced ?? [];
  const own = reducerIdentity();
  const reducer = opening?.header.reducer ?? null;
  const isOtherCode = verdict === 'SAME' && reducer !== null && reducer.core !== own.core;
  const actualHead = hours === 0 ? null : (progress?.previous ?? null);
  const remembersOther = verdict === 'SAME' && actualHead !== lastHash;
  return {
    file,
    run: name,
    from: from === null ? null : formatHour(from),
    to: from === null ? null : formatHour(hoursAfter(from, opening!.header.hours)),
    hours,
    symbolHours: hours * (desk?.desk.symbols.length ?? 0),
    engineMs: reading.engineMs,
    verdict,
    expectedHead: broken.length > 0 ? null : lastHash,
    actualHead,
    decisions: reading.decisions,
    changedDecisions: reading.changedDecisions,
    changedHours: reading.changedHours,
    changes: reading.changes,
    failures: broken.length > 0 ? broken : failures,
    changedRules: opened?.rules ?? [],
    strategies: replaced.map(one => one.file),
    notes: [...(opened?.notes ?? []), ...(remembersOther ? ['It decides the same and remembers other numbers, so the head is another.'] : []), ...(isOtherCode ? [`Other code than froze it (${reducer.build}) decides the same.`] : [])],
  };
};
