/**
 * Facts, decisions and typed rows of a stretch of hours against what the hour records sealed: roots, counts, order, and
 * every column that follows from the bytes.
 */
import type pg from 'pg';
import { hexOf } from '../../core/kernel/digest.ts';
import type { HashBytes } from '../../core/kernel/digest.ts';
import { leafOfText, merkleRoot } from '../../core/kernel/merkle.ts';
import { byFactOrder } from '../../core/log.ts';
import type { Fact } from '../../core/log.ts';
import { decisionRows } from '../../schema/wire/decision-rows.ts';
import { decisionOfText } from '../../schema/wire/decision-text.ts';
import { factRows } from '../../schema/wire/fact-rows.ts';
import { factOfText } from '../../schema/wire/fact-text.ts';
import type { MirrorRow } from '../../schema/wire/mirror-tables.ts';
import { copyLine } from './copy-text.ts';
import { compareColumn, eventKey } from './finding.ts';
import type { Report } from './finding.ts';
import { outboxRow, marketDigestOf } from './step-rows.ts';
import type { StoredRun } from './runs.ts';
import type { CheckedHour } from './verify-chain.ts';
import type { CommandCheck } from './verify-commands.ts';
import type { PlacedMarketFact } from './verify-markets.ts';
import { TYPED_TABLES, verifyTypedRows } from './verify-mirrors.ts';
import type { TypedTable } from './verify-mirrors.ts';
import { readable } from './verify-run-row.ts';
import { readDecisionRows, readFactRows, readStepRows } from './verify-rows.ts';
import type { DecisionRow, FactRow, StepRow } from './verify-rows.ts';

/** What the rows of one step and of one hour add up to. */
type Counted = { facts: number; decisions: number };
type Leaves = { facts: HashBytes[]; decisions: HashBytes[] };

type Gathered = Readonly<{
  steps: ReadonlyMap<string, StepRow>;
  counts: Map<string, Counted>;
  leaves: Map<number, Leaves>;
  lines: Map<TypedTable, string[]>;
}>;

export type EventTally = Readonly<{ facts: number; decisions: number; markets: readonly PlacedMarketFact[] }>;

type StretchToCheck = Readonly<{ where: string; hours: readonly CheckedHour[]; commands: CommandCheck }>;

/** Checks the events of a stretch and says which market facts it saw; their contents are checked elsewhere. */
export const verifyEvents = async (client: pg.ClientBase, run: StoredRun, { where, hours, commands }: StretchToCheck, report: Report): Promise<EventTally> => {
  const steps = await readStepRows(client, where);
  const gathered: Gathered = {
    steps: new Map(steps.map(step => [stepKey(step), step])),
    counts: new Map(steps.map(step => [stepKey(step), { facts: 0, decisions: 0 }])),
    leaves: new Map(),
    lines: new Map(),
  };
  const markets: PlacedMarketFact[] = [];
  let facts = 0;
  let before = null as Readonly<{ key: string; fact: Fact }> | null;
  for await (const rows of readFactRows(client, where)) {
    facts += rows.length;
    for (const row of rows) {
      const fact = checkFact(row, gathered, commands, report);
      if (fact === null) continue;
      const key = stepKey(row);
      if (before?.key === key && byFactOrder(before.fact, fact) >= 0) {
        report({ code: 'ORDER_BROKEN', table: 'fact', key: eventKey(row.hour, row.step, row.seq), column: 'seq', expected: null, actual: row.text });
      }
      before = { key, fact };
      if (fact.type === 'market') markets.push({ key: eventKey(row.hour, row.step, row.seq), fact });
    }
  }
  let decisions = 0;
  for await (const rows of readDecisionRows(client, where)) {
    decisions += rows.length;
    for (const row of rows) checkDecision(run, row, gathered, report);
  }
  checkSteps(steps, gathered, hours, report);
  for (const hour of hours) checkHourOfEvents(hour, gathered, report);
  for (const table of TYPED_TABLES) await verifyTypedRows(client, { table, where }, gathered.lines.get(table) ?? [], report);
  return { facts, decisions, markets };
};

const stepKey = ({ hour, step }: Readonly<{ hour: number; step: number }>): string => `${hour}.${step}`;

const leavesOf = ({ leaves }: Gathered, hour: number): Leaves => {
  const known = leaves.get(hour);
  if (known !== undefined) return known;
  const none: Leaves = { facts: [], decisions: [] };
  leaves.set(hour, none);
  return none;
};

type Placed = Readonly<{ hour: number; step: number; seq: number }>;

const expectLines = ({ lines }: Gathered, { hour, step, seq }: Placed, rows: readonly MirrorRow[]): void => {
  for (const { table, values } of rows) {
    const line = `${hour}\t${step}\t${seq}\t${copyLine(values).slice(0, -1)}`;
    const known = lines.get(table);
    if (known === undefined) lines.set(table, [line]);
    else known.push(line);
  }
};

/** Every row counts at its place: one that is absent shifts none of those after it. */
const count = (gathered: Gathered, row: Placed, kind: keyof Counted, report: Report): void => {
  const table = kind === 'facts' ? 'fact' : 'decision';
  const counted = gathered.counts.get(stepKey(row));
  if (counted === undefined) {
    report({ code: 'ROW_UNEXPECTED', table, key: eventKey(row.hour, row.step, row.seq), column: null, expected: null, actual: 'a step that is not stored' });
    return;
  }
  for (; counted[kind] < row.seq; counted[kind] += 1) {
    report({ code: 'ROW_MISSING', table, key: eventKey(row.hour, row.step, counted[kind]), column: null, expected: 'a row', actual: null });
  }
  counted[kind] = row.seq + 1;
};

const checkFact = (row: FactRow, gathered: Gathered, commands: CommandCheck, report: Report): Fact | null => {
  count(gathered, row, 'facts', report);
  leavesOf(gathered, row.hour).facts.push(leafOfText(row.text));
  const at = (column: string) => ({ table: 'fact', key: eventKey(row.hour, row.step, row.seq), column });
  const fact = readable(() => factOfText(row.text));
  if (typeof fact === 'string') {
    report({ code: 'UNREADABLE', ...at('bytes'), expected: null, actual: fact });
    return null;
  }
  compareColumn(report, at('type'), { expected: fact.type, actual: row.type });
  compareColumn(report, at('at_ms'), { expected: fact.atMs, actual: row.atMs });
  compareColumn(report, at('market_digest'), { expected: marketDigestOf(fact), actual: row.marketDigest });
  compareColumn(report, at('inbox_id'), { expected: commands.check(fact, report), actual: row.inboxId });
  expectLines(gathered, row, factRows(fact));
  return fact;
};

const checkDecision = (run: StoredRun, row: DecisionRow, gathered: Gathered, report: Report): void => {
  count(gathered, row, 'decisions', report);
  leavesOf(gathered, row.hour).decisions.push(leafOfText(row.text));
  const at = (column: string) => ({ table: 'decision', key: eventKey(row.hour, row.step, row.seq), column });
  const decision = readable(() => decisionOfText(row.text));
  if (typeof decision === 'string') {
    report({ code: 'UNREADABLE', ...at('bytes'), expected: null, actual: decision });
    return;
  }
  compareColumn(report, at('type'), { expected: decision.type, actual: row.type });
  expectLines(gathered, row, decisionRows(decision));
  const message = outboxRow(run, decision, row.seq);
  if (message === null) return;
  const line = `${row.hour}\t${row.step}\t${row.seq}\t${message.kind}\t${message.clientOrderId}`;
  const known = gathered.lines.get('outbox');
  if (known === undefined) gathered.lines.set('outbox', [line]);
  else known.push(line);
};

/** Counts of each step, and what each could see: never less than the step before. */
const checkSteps = (steps: readonly StepRow[], { counts }: Gathered, hours: readonly CheckedHour[], report: Report): void => {
  const byHour = new Map(hours.map(hour => [hour.hour as number, hour]));
  steps.forEach((step, index) => {
    const at = (column: string) => ({ table: 'hour_step', key: `hour=${step.hour} step=${step.step}`, column });
    const counted = counts.get(stepKey(step))!;
    compareColumn(report, { ...at('facts'), code: 'COUNT_DIFFERS' }, { expected: counted.facts, actual: step.facts });
    compareColumn(report, { ...at('decisions'), code: 'COUNT_DIFFERS' }, { expected: counted.decisions, actual: step.decisions });
    const next = steps[index + 1];
    const isLast = next === undefined || next.hour !== step.hour;
    const expectedStep = index > 0 && steps[index - 1]!.hour === step.hour ? steps[index - 1]!.step + 1 : 0;
    compareColumn(report, { ...at('step'), code: 'ORDER_BROKEN' }, { expected: expectedStep, actual: step.step });
    const closed = byHour.get(step.hour);
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

const checkHourOfEvents = ({ hour, record }: CheckedHour, gathered: Gathered, report: Report): void => {
  if (record === null) return;
  const { facts, decisions } = leavesOf(gathered, hour);
  if (!gathered.steps.has(stepKey({ hour, step: 0 }))) {
    report({ code: 'ROW_MISSING', table: 'hour_step', key: `hour=${hour} step=0`, column: null, expected: 'a row', actual: null });
  }
  reportTail(hour, record.counts.facts, { gathered, kind: 'facts' }, report);
  reportTail(hour, record.counts.decisions, { gathered, kind: 'decisions' }, report);
  const at = (table: string, column: string) => ({ table, key: `hour=${hour}`, column });
  compareColumn(report, { ...at('fact', 'seq'), code: 'COUNT_DIFFERS' }, { expected: record.counts.facts, actual: facts.length });
  compareColumn(report, { ...at('decision', 'seq'), code: 'COUNT_DIFFERS' }, { expected: record.counts.decisions, actual: decisions.length });
  compareColumn(report, { ...at('fact', 'bytes'), code: 'ROOT_DIFFERS' }, { expected: record.factsRoot, actual: hexOf(merkleRoot(facts)) });
  compareColumn(report, { ...at('decision', 'bytes'), code: 'ROOT_DIFFERS' }, { expected: record.decisionsRoot, actual: hexOf(merkleRoot(decisions)) });
};

type Kind = Readonly<{ gathered: Gathered; kind: keyof Counted }>;

/** Rows that are gone from the end of a step leave no hole in its places: the step's own count tells of them. */
const reportTail = (hour: number, sealed: number, { gathered: { steps, counts }, kind }: Kind, report: Report): void => {
  const ofHour = [...steps.values()].filter(step => step.hour === hour);
  const countOf = (step: StepRow): number => counts.get(stepKey(step))![kind];
  // Where the hour has all that was sealed, a step that counts more was itself changed.
  if (ofHour.reduce((sum, step) => sum + countOf(step), 0) >= sealed) return;
  for (const step of ofHour) {
    const counted = countOf(step);
    if (step[kind] <= counted) continue;
    const places = step[kind] === counted + 1 ? String(counted) : `${counted}..${step[kind] - 1}`;
    const table = kind === 'facts' ? 'fact' : 'decision';
    report({ code: 'ROW_MISSING', table, key: `hour=${hour} step=${step.step} seq=${places}`, column: null, expected: 'a row', actual: null });
  }
};
