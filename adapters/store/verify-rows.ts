/** Steps as rows with every column, and how facts and decisions are asked for, the way a check wants them. */
import type pg from 'pg';
import { hexAt, int4At, int8At, readTuples } from './copy-binary.ts';
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

/** Where the columns of a fact and of a decision stand after hour, step and seq. */
export const FACT_FIELDS = { type: 3, atMs: 4, bytes: 5, marketDigest: 6, inboxId: 7 } as const;
export const DECISION_FIELDS = { type: 3, bytes: 4 } as const;

export const factRowsSql = (where: string): string => copyOf('fact', 'hour, step, seq, type, at_ms, bytes, market_digest, inbox_id', where, 'hour, step, seq');
export const decisionRowsSql = (where: string): string => copyOf('decision', 'hour, step, seq, type, bytes', where, 'hour, step, seq');
