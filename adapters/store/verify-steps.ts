/** Steps against the events in them: counts, places without a hole, and what each step could see. */
import { compareColumn, eventKey } from './finding.ts';
import type { Report } from './finding.ts';
import type { CheckedHour } from './verify-chain.ts';
import type { StepRow } from './verify-rows.ts';

export type EventKind = 'facts' | 'decisions';

/** What the rows of one step add up to so far. */
type Counted = Record<EventKind, number>;

/** The steps of a stretch and what was counted in each, by hour. */
export type StepCounts = Readonly<{ steps: readonly StepRow[]; byHour: ReadonlyMap<number, readonly CountedStep[]> }>;
type CountedStep = Readonly<{ row: StepRow; counted: Counted }>;

export const newStepCounts = (steps: readonly StepRow[]): StepCounts => ({
  steps,
  byHour: Map.groupBy(steps.map(row => ({ row, counted: { facts: 0, decisions: 0 } })), ({ row }) => row.hour),
});

const TABLE_OF = { facts: 'fact', decisions: 'decision' } as const;

const stepOf = ({ byHour }: StepCounts, hour: number, step: number): CountedStep | undefined => {
  const ofHour = byHour.get(hour);
  // Nearly always the step stands at its own number.
  return ofHour?.[step]?.row.step === step ? ofHour[step] : ofHour?.find(({ row }) => row.step === step);
};

/** Every row counts at its place: one that is absent shifts none of those after it. */
export const countEvent = (counts: StepCounts, row: Readonly<{ hour: number; step: number; seq: number }>, kind: EventKind, report: Report): void => {
  const table = TABLE_OF[kind];
  const counted = stepOf(counts, row.hour, row.step)?.counted;
  if (counted === undefined) {
    report({ code: 'ROW_UNEXPECTED', table, key: eventKey(row.hour, row.step, row.seq), column: null, expected: null, actual: 'a step that is not stored' });
    return;
  }
  for (; counted[kind] < row.seq; counted[kind] += 1) {
    report({ code: 'ROW_MISSING', table, key: eventKey(row.hour, row.step, counted[kind]), column: null, expected: 'a row', actual: null });
  }
  counted[kind] = row.seq + 1;
};

/** Counts of each step, and what each could see: never less than the step before. */
export const checkSteps = (counts: StepCounts, hours: readonly CheckedHour[], report: Report): void => {
  const { steps } = counts;
  const closedAt = new Map(hours.map(hour => [hour.hour as number, hour]));
  steps.forEach((step, index) => {
    const at = (column: string) => ({ table: 'hour_step', key: `hour=${step.hour} step=${step.step}`, column });
    const { counted } = stepOf(counts, step.hour, step.step)!;
    compareColumn(report, { ...at('facts'), code: 'COUNT_DIFFERS' }, { expected: counted.facts, actual: step.facts });
    compareColumn(report, { ...at('decisions'), code: 'COUNT_DIFFERS' }, { expected: counted.decisions, actual: step.decisions });
    const next = steps[index + 1];
    const isLast = next === undefined || next.hour !== step.hour;
    const expectedStep = index > 0 && steps[index - 1]!.hour === step.hour ? steps[index - 1]!.step + 1 : 0;
    compareColumn(report, { ...at('step'), code: 'ORDER_BROKEN' }, { expected: expectedStep, actual: step.step });
    const closed = closedAt.get(step.hour);
    if (isLast && closed !== undefined) checkClosingStep(step, closed, report);
    if (!isLast && step.ingestThrough > next.ingestThrough) report({ code: 'ORDER_BROKEN', ...at('ingest_through'), expected: `at most ${next.ingestThrough}`, actual: String(step.ingestThrough) });
    if (!isLast && step.inboxThrough > next.inboxThrough) report({ code: 'ORDER_BROKEN', ...at('inbox_through'), expected: `at most ${next.inboxThrough}`, actual: String(step.inboxThrough) });
  });
};

const checkClosingStep = (step: StepRow, { record, envelope }: CheckedHour, report: Report): void => {
  const at = (column: string) => ({ table: 'hour_step', key: `hour=${step.hour} step=${step.step}`, column });
  if (record !== null) {
    compareColumn(report, { ...at('step'), code: 'COUNT_DIFFERS' }, { expected: record.steps - 1, actual: step.step });
    compareColumn(report, at('state_digest'), { expected: record.state, actual: step.stateDigest });
  }
  if (envelope === null) return;
  compareColumn(report, at('ingest_through'), { expected: envelope.ingestThrough, actual: step.ingestThrough });
  compareColumn(report, at('inbox_through'), { expected: envelope.inboxThrough, actual: step.inboxThrough });
  compareColumn(report, at('executed_ms'), { expected: envelope.executedAtMs, actual: step.executedMs });
};

type Tail = Readonly<{ hour: number; sealed: number; kind: EventKind }>;

/** Rows that are gone from the end of a step leave no hole in its places: the step's own count tells of them. */
export const reportMissingTail = ({ byHour }: StepCounts, { hour, sealed, kind }: Tail, report: Report): void => {
  const ofHour = byHour.get(hour) ?? [];
  let stored = 0;
  for (const { counted } of ofHour) stored += counted[kind];
  // Where the hour has all that was sealed, a step that counts more was itself changed.
  if (stored >= sealed) return;
  for (const { row, counted } of ofHour) {
    if (row[kind] <= counted[kind]) continue;
    const places = row[kind] === counted[kind] + 1 ? String(counted[kind]) : `${counted[kind]}..${row[kind] - 1}`;
    report({ code: 'ROW_MISSING', table: TABLE_OF[kind], key: `hour=${hour} step=${row.step} seq=${places}`, column: null, expected: 'a row', actual: null });
  }
};
