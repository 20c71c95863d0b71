/** Steps, facts and decisions as rows with every column, the way a check wants them. */
import type pg from 'pg';
import { hexAt, int4At, int8At, isNull, readTuples, textAt } from './copy-binary.ts';
import type { Tuple } from './copy-binary.ts';

export type StepRow = Readonly<{
  hour: number;
  step: number;
  facts: number;
  decisions: number;
  stateDigest: string;
  ingestThrough: number;
  inboxThrough: number;
  executedMs: number;
}>;

export type FactRow = Readonly<{
  hour: number;
  step: number;
  seq: number;
  type: string;
  atMs: number;
  text: string;
  marketDigest: string | null;
  inboxId: number | null;
}>;

export type DecisionRow = Readonly<{ hour: number; step: number; seq: number; type: string; text: string }>;

const copyOf = (table: string, columns: string, where: string, order: string): string =>
  `COPY (SELECT ${columns} FROM tb.${table} WHERE ${where} ORDER BY ${order}) TO STDOUT (FORMAT binary)`;

export const readStepRows = async (client: pg.ClientBase, where: string): Promise<readonly StepRow[]> => {
  const columns = 'hour, step, facts, decisions, state_digest, ingest_through, inbox_through, executed_ms';
  const steps: StepRow[] = [];
  for await (const rows of readTuples(client, copyOf('hour_step', columns, where, 'hour, step'), stepRow)) steps.push(...rows);
  return steps;
};

const stepRow = (tuple: Tuple): StepRow => ({
  hour: int4At(tuple, 0),
  step: int4At(tuple, 1),
  facts: int4At(tuple, 2),
  decisions: int4At(tuple, 3),
  stateDigest: hexAt(tuple, 4),
  ingestThrough: int8At(tuple, 5),
  inboxThrough: int8At(tuple, 6),
  executedMs: int8At(tuple, 7),
});

export const readFactRows = (client: pg.ClientBase, where: string): AsyncGenerator<readonly FactRow[], void, void> =>
  readTuples(client, copyOf('fact', 'hour, step, seq, type, at_ms, bytes, market_digest, inbox_id', where, 'hour, step, seq'), tuple => ({
    hour: int4At(tuple, 0),
    step: int4At(tuple, 1),
    seq: int4At(tuple, 2),
    type: textAt(tuple, 3),
    atMs: int8At(tuple, 4),
    text: textAt(tuple, 5),
    marketDigest: isNull(tuple, 6) ? null : hexAt(tuple, 6),
    inboxId: isNull(tuple, 7) ? null : int8At(tuple, 7),
  }));

export const readDecisionRows = (client: pg.ClientBase, where: string): AsyncGenerator<readonly DecisionRow[], void, void> =>
  readTuples(client, copyOf('decision', 'hour, step, seq, type, bytes', where, 'hour, step, seq'), tuple => ({
    hour: int4At(tuple, 0),
    step: int4At(tuple, 1),
    seq: int4At(tuple, 2),
    type: textAt(tuple, 3),
    text: textAt(tuple, 4),
  }));
