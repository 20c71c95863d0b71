/**
 * Facts, decisions and typed rows of a stretch of hours against what the hour records sealed: roots, counts, order, and
 * every column that follows from the bytes.
 */
import type pg from 'pg';
import { visitTuples } from './copy-binary.ts';
import { eventKey } from './finding.ts';
import type { Report } from './finding.ts';
import type { StoredRun } from './runs.ts';
import type { CheckedHour } from './verify-chain.ts';
import type { CommandCheck } from './verify-commands.ts';
import type { ArrivalFact } from './verify-arrivals.ts';
import { arrivalOf, decisionCheck, factCheck, isBefore, marketFactOf } from './verify-event.ts';
import type { CheckedFact } from './verify-event.ts';
import { newGathered } from './verify-gathered.ts';
import type { Gathered, LineBuffers } from './verify-gathered.ts';
import type { PlacedMarketFact } from './verify-markets.ts';
import { TYPED_TABLES, verifyTypedRows } from './verify-mirrors.ts';
import type { TypedTable } from './verify-mirrors.ts';
import { checkRoot } from './verify-roots.ts';
import { decisionRowsSql, factRowsSql, readStepRows } from './verify-rows.ts';
import { checkSteps, reportMissingTail } from './verify-steps.ts';

export type EventTally = Readonly<{ facts: number; decisions: number; markets: readonly PlacedMarketFact[]; arrivals: readonly ArrivalFact[] }>;

/** `empty` are typed tables in which the run has no row at all. */
type StretchToCheck = Readonly<{ where: string; hours: readonly CheckedHour[]; commands: CommandCheck; empty: ReadonlySet<TypedTable>; buffers: LineBuffers }>;

/** Checks the events of a stretch and says which market facts and late candles it saw; they are held against candles elsewhere. */
export const verifyEvents = async (client: pg.ClientBase, run: StoredRun, { where, hours, commands, empty, buffers }: StretchToCheck, report: Report): Promise<EventTally> => {
  const gathered = newGathered(await readStepRows(client, where), buffers, report);
  const { facts, markets, arrivals } = await checkFacts(client, where, gathered, commands);
  let decisions = 0;
  const check = decisionCheck(run, gathered);
  await visitTuples(client, decisionRowsSql(where), tuple => {
    decisions += 1;
    check(tuple);
  });
  checkSteps(gathered.counts, hours, gathered.report);
  // The rows of an event that cannot be read are not too many: it is the event that was changed.
  const ofReadable: Report = finding => {
    if (finding.code !== 'ROW_UNEXPECTED' || !gathered.unreadable.has(placeIn(finding.key))) gathered.report(finding);
  };
  for (const table of TYPED_TABLES) {
    const expected = gathered.lines.get(table) ?? null;
    if ((expected !== null && expected.length > 0) || !empty.has(table)) await verifyTypedRows(client, { table, where }, expected, ofReadable);
  }
  for (const hour of hours) checkHourOfEvents(hour, gathered);
  return { facts, decisions, markets, arrivals };
};

/** A posting's key goes on behind that of its event. */
const placeIn = (key: string): string => key.split(' ').slice(0, 3).join(' ');

type CheckedFacts = Pick<EventTally, 'facts' | 'markets' | 'arrivals'>;

const checkFacts = async (client: pg.ClientBase, where: string, gathered: Gathered, commands: CommandCheck): Promise<CheckedFacts> => {
  const markets: PlacedMarketFact[] = [];
  const arrivals: ArrivalFact[] = [];
  const check = factCheck(gathered, commands);
  let facts = 0;
  let before = null as CheckedFact | null;
  await visitTuples(client, factRowsSql(where), tuple => {
    facts += 1;
    const checked = check(tuple);
    if (checked === null) return;
    const { hour, step, seq } = checked.place;
    const key = eventKey(hour, step, seq);
    if (before?.place.hour === hour && before.place.step === step && !isBefore(before, checked)) {
      gathered.report({ code: 'ORDER_BROKEN', table: 'fact', key, column: 'seq', expected: null, actual: checked.text });
    }
    before = checked;
    const fact = marketFactOf(checked);
    if (fact !== null) markets.push({ key, fact });
    const arrival = arrivalOf(checked);
    if (arrival !== null) arrivals.push(arrival);
  });
  return { facts, markets, arrivals };
};

const checkHourOfEvents = ({ hour, record }: CheckedHour, { counts, leaves, suspects, report }: Gathered): void => {
  if (record === null) return;
  if (!(counts.byHour.get(hour) ?? []).some(({ row }) => row.step === 0)) {
    report({ code: 'ROW_MISSING', table: 'hour_step', key: `hour=${hour} step=0`, column: null, expected: 'a row', actual: null });
  }
  reportMissingTail(counts, { hour, sealed: record.counts.facts, kind: 'facts' }, report);
  reportMissingTail(counts, { hour, sealed: record.counts.decisions, kind: 'decisions' }, report);
  checkRoot({ table: 'fact', hour, sealed: { root: record.factsRoot, count: record.counts.facts }, leaves: leaves.facts.of(hour) }, suspects, report);
  checkRoot({ table: 'decision', hour, sealed: { root: record.decisionsRoot, count: record.counts.decisions }, leaves: leaves.decisions.of(hour) }, suspects, report);
};
