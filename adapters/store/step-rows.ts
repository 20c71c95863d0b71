/** The rows of a step, table by table, values as text: what both the hour-by-hour and the bulk writer store. */
import type { Fact } from '../../core/log.ts';
import type { Decision } from '../../core/events.ts';
import { venueOrderId } from '../../core/orders/venue-order-id.ts';
import { decisionRows } from '../../schema/wire/decision-rows.ts';
import { factRows } from '../../schema/wire/fact-rows.ts';
import type { MirrorTable } from '../../schema/wire/mirror-tables.ts';
import type { RecordedStep, RunKey } from './recorded-step.ts';

/** A typed row of the event at `seq`. */
export type PlacedRow = Readonly<{ seq: number; values: readonly (string | null)[] }>;
export type PlacedRows = ReadonlyMap<MirrorTable, readonly PlacedRow[]>;

export type OutboxRow = Readonly<{ seq: number; kind: 'place' | 'cancel'; clientOrderId: string }>;

/** The typed rows of a step's facts and decisions. */
export const mirrorRows = ({ facts, decisions }: Pick<RecordedStep, 'facts' | 'decisions'>): PlacedRows => {
  const byTable = new Map<MirrorTable, PlacedRow[]>();
  const place = (seq: number, table: MirrorTable, values: readonly (string | null)[]): void => {
    const rows = byTable.get(table);
    if (rows === undefined) byTable.set(table, [{ seq, values }]);
    else rows.push({ seq, values });
  };
  facts.forEach((fact, seq) => factRows(fact).forEach(({ table, values }) => place(seq, table, values)));
  decisions.forEach((decision, seq) => decisionRows(decision).forEach(({ table, values }) => place(seq, table, values)));
  return byTable;
};

/** What is to be sent to the venue once the step is committed; null when the decision asks nothing of it. */
export const outboxRow = (run: RunKey, decision: Decision, seq: number): OutboxRow | null => {
  if (decision.type === 'order_placed') return { seq, kind: 'place', clientOrderId: venueOrderId({ runId: run.id, account: run.account, orderId: decision.id }) };
  if (decision.type === 'cancel_requested') return { seq, kind: 'cancel', clientOrderId: venueOrderId({ runId: run.id, account: run.account, orderId: decision.orderId }) };
  return null;
};

export const outboxRows = (run: RunKey, decisions: readonly Decision[]): readonly OutboxRow[] =>
  decisions.flatMap((decision, seq) => outboxRow(run, decision, seq) ?? []);

export const marketDigestOf = (fact: Fact): string | null => (fact.type === 'market' ? fact.digest : null);

export const inboxIdOf = (fact: Fact, inboxIds: RecordedStep['inboxIds']): number | null =>
  fact.type === 'operator' ? (inboxIds[fact.key] ?? null) : null;
