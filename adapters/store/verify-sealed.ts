/**
 * Events as bytes and nothing more: hashed where they lie and held against the roots of their hours. What columns say of
 * them is not compared, which makes this several times faster than the check of everything.
 */
import type pg from 'pg';
import { int4At, visitTuples } from './copy-binary.ts';
import type { Report } from './finding.ts';
import { leafAt } from './verify-bytes.ts';
import type { CheckedHour } from './verify-chain.ts';
import { newLeaves } from './verify-gathered.ts';
import type { LeavesByHour } from './verify-gathered.ts';
import { checkRoot, newSuspects } from './verify-roots.ts';

type EventTable = 'fact' | 'decision';

const readLeaves = async (client: pg.ClientBase, table: EventTable, where: string): Promise<Readonly<{ count: number; leaves: LeavesByHour }>> => {
  const leaves = newLeaves();
  let count = 0;
  await visitTuples(client, `COPY (SELECT hour, step, seq, bytes FROM tb.${table} WHERE ${where} ORDER BY hour, step, seq) TO STDOUT (FORMAT binary)`, tuple => {
    count += 1;
    leaves.add(int4At(tuple, 0), { step: int4At(tuple, 1), seq: int4At(tuple, 2), leaf: leafAt(tuple, 3) });
  });
  return { count, leaves };
};

/** Checks the events of a stretch against the records of its hours; one whose record cannot be read is told elsewhere. */
export const verifySealedEvents = async (client: pg.ClientBase, where: string, hours: readonly CheckedHour[], report: Report): Promise<Readonly<{ facts: number; decisions: number }>> => {
  const facts = await readLeaves(client, 'fact', where);
  const decisions = await readLeaves(client, 'decision', where);
  const suspects = newSuspects(report);
  for (const { hour, record } of hours) {
    if (record === null) continue;
    checkRoot({ table: 'fact', hour, sealed: { root: record.factsRoot, count: record.counts.facts }, leaves: facts.leaves.of(hour) }, suspects, report);
    checkRoot({ table: 'decision', hour, sealed: { root: record.decisionsRoot, count: record.counts.decisions }, leaves: decisions.leaves.of(hour) }, suspects, report);
  }
  return { facts: facts.count, decisions: decisions.count };
};
