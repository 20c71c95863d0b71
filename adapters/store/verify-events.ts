/**
 * Facts, decisions and typed rows of a stretch of hours against what the hour records sealed: roots, counts, order, and
 * every column that follows from the bytes.
 */
import type pg from 'pg';
import { leafOfText } from '../../core/kernel/merkle.ts';
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
import { checkRoot, newSuspects } from './verify-roots.ts';
import type { PlacedLeaf, Suspects } from './verify-roots.ts';
import { readable } from './verify-run-row.ts';
import { readDecisionRows, readFactRows, readStepRows } from './verify-rows.ts';
import type { DecisionRow, FactRow } from './verify-rows.ts';
import { checkSteps, countEvent, newStepCounts, reportMissingTail } from './verify-steps.ts';
import type { EventKind, StepCounts } from './verify-steps.ts';

type Leaves = Readonly<Record<EventKind, PlacedLeaf[]>>;

/** What the rows of a stretch add up to. `report` also remembers which events it named. */
type Gathered = Readonly<{ counts: StepCounts; leaves: Map<number, Leaves>; lines: Map<TypedTable, string[]>; unreadable: Set<string>; suspects: Suspects; report: Report }>;

export type EventTally = Readonly<{ facts: number; decisions: number; markets: readonly PlacedMarketFact[] }>;

type StretchToCheck = Readonly<{ where: string; hours: readonly CheckedHour[]; commands: CommandCheck }>;

/** Checks the events of a stretch and says which market facts it saw; their contents are checked elsewhere. */
export const verifyEvents = async (client: pg.ClientBase, run: StoredRun, { where, hours, commands }: StretchToCheck, report: Report): Promise<EventTally> => {
  const steps = await readStepRows(client, where);
  const suspects = newSuspects(report);
  const gathered: Gathered = { counts: newStepCounts(steps), leaves: new Map(), lines: new Map(), unreadable: new Set(), suspects, report: suspects.report };
  const { facts, markets } = await checkFacts(client, where, gathered, commands);
  let decisions = 0;
  for await (const rows of readDecisionRows(client, where)) {
    decisions += rows.length;
    for (const row of rows) checkDecision(run, row, gathered);
  }
  checkSteps(gathered.counts, hours, gathered.report);
  // The rows of an event that cannot be read are not too many: it is the event that was changed.
  const ofReadable: Report = finding => {
    if (finding.code !== 'ROW_UNEXPECTED' || !gathered.unreadable.has(placeIn(finding.key))) gathered.report(finding);
  };
  for (const table of TYPED_TABLES) await verifyTypedRows(client, { table, where }, gathered.lines.get(table) ?? [], ofReadable);
  for (const hour of hours) checkHourOfEvents(hour, gathered);
  return { facts, decisions, markets };
};

/** A posting's key goes on behind that of its event. */
const placeIn = (key: string): string => key.split(' ').slice(0, 3).join(' ');

type CheckedFacts = Readonly<{ facts: number; markets: readonly PlacedMarketFact[] }>;

const checkFacts = async (client: pg.ClientBase, where: string, gathered: Gathered, commands: CommandCheck): Promise<CheckedFacts> => {
  const markets: PlacedMarketFact[] = [];
  let facts = 0;
  let before = null as Readonly<{ hour: number; step: number; fact: Fact }> | null;
  for await (const rows of readFactRows(client, where)) {
    facts += rows.length;
    for (const row of rows) {
      const fact = checkFact(row, gathered, commands);
      if (fact === null) continue;
      if (before?.hour === row.hour && before.step === row.step && byFactOrder(before.fact, fact) >= 0) {
        gathered.report({ code: 'ORDER_BROKEN', table: 'fact', key: eventKey(row.hour, row.step, row.seq), column: 'seq', expected: null, actual: row.text });
      }
      before = { hour: row.hour, step: row.step, fact };
      if (fact.type === 'market') markets.push({ key: eventKey(row.hour, row.step, row.seq), fact });
    }
  }
  return { facts, markets };
};

type EventRow = Readonly<{ hour: number; step: number; seq: number; text: string }>;

const takeLeaf = ({ leaves }: Gathered, kind: EventKind, { hour, step, seq, text }: EventRow): void => {
  let ofHour = leaves.get(hour);
  if (ofHour === undefined) leaves.set(hour, (ofHour = { facts: [], decisions: [] }));
  ofHour[kind].push({ step, seq, leaf: leafOfText(text) });
};

const expectLine = ({ lines }: Gathered, table: TypedTable, line: string): void => {
  const known = lines.get(table);
  if (known === undefined) lines.set(table, [line]);
  else known.push(line);
};

const expectRows = (gathered: Gathered, { hour, step, seq }: EventRow, rows: readonly MirrorRow[]): void => {
  for (const { table, values } of rows) expectLine(gathered, table, `${hour}\t${step}\t${seq}\t${copyLine(values).slice(0, -1)}`);
};

const checkFact = (row: FactRow, gathered: Gathered, commands: CommandCheck): Fact | null => {
  const { counts, report } = gathered;
  countEvent(counts, row, 'facts', report);
  takeLeaf(gathered, 'facts', row);
  const at = (column: string) => ({ table: 'fact', key: eventKey(row.hour, row.step, row.seq), column });
  const fact = readable(() => factOfText(row.text));
  if (typeof fact === 'string') {
    gathered.unreadable.add(at('bytes').key);
    report({ code: 'UNREADABLE', ...at('bytes'), expected: null, actual: fact });
    return null;
  }
  compareColumn(report, at('type'), { expected: fact.type, actual: row.type });
  compareColumn(report, at('at_ms'), { expected: fact.atMs, actual: row.atMs });
  compareColumn(report, at('market_digest'), { expected: marketDigestOf(fact), actual: row.marketDigest });
  compareColumn(report, at('inbox_id'), { expected: commands.check(fact, report), actual: row.inboxId });
  expectRows(gathered, row, factRows(fact));
  return fact;
};

const checkDecision = (run: StoredRun, row: DecisionRow, gathered: Gathered): void => {
  const { counts, report } = gathered;
  countEvent(counts, row, 'decisions', report);
  takeLeaf(gathered, 'decisions', row);
  const at = (column: string) => ({ table: 'decision', key: eventKey(row.hour, row.step, row.seq), column });
  const decision = readable(() => decisionOfText(row.text));
  if (typeof decision === 'string') {
    gathered.unreadable.add(at('bytes').key);
    report({ code: 'UNREADABLE', ...at('bytes'), expected: null, actual: decision });
    return;
  }
  compareColumn(report, at('type'), { expected: decision.type, actual: row.type });
  expectRows(gathered, row, decisionRows(decision));
  const message = outboxRow(run, decision, row.seq);
  if (message !== null) expectLine(gathered, 'outbox', `${row.hour}\t${row.step}\t${row.seq}\t${message.kind}\t${message.clientOrderId}`);
};

const NO_LEAVES: Leaves = { facts: [], decisions: [] };

const checkHourOfEvents = ({ hour, record }: CheckedHour, { counts, leaves, suspects, report }: Gathered): void => {
  if (record === null) return;
  if (!counts.steps.some(step => step.hour === hour && step.step === 0)) {
    report({ code: 'ROW_MISSING', table: 'hour_step', key: `hour=${hour} step=0`, column: null, expected: 'a row', actual: null });
  }
  const { facts, decisions } = leaves.get(hour) ?? NO_LEAVES;
  reportMissingTail(counts, { hour, sealed: record.counts.facts, kind: 'facts' }, report);
  reportMissingTail(counts, { hour, sealed: record.counts.decisions, kind: 'decisions' }, report);
  checkRoot({ table: 'fact', hour, sealed: { root: record.factsRoot, count: record.counts.facts }, leaves: facts }, suspects, report);
  checkRoot({ table: 'decision', hour, sealed: { root: record.decisionsRoot, count: record.counts.decisions }, leaves: decisions }, suspects, report);
};
