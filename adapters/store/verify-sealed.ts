/**
 * Events as bytes and nothing more: hashed where they lie and held against the roots of their hours. What columns say of
 * them is not compared, which makes this several times faster than the check of everything.
 */
import type pg from 'pg';
import { sha256 } from '../../core/kernel/digest.ts';
import type { HashBytes } from '../../core/kernel/digest.ts';
import { int4At, visitTuples } from './copy-binary.ts';
import type { Tuple } from './copy-binary.ts';
import type { Report } from './finding.ts';
import type { CheckedHour } from './verify-chain.ts';
import { checkRoot, newSuspects } from './verify-roots.ts';
import type { PlacedLeaf } from './verify-roots.ts';

/** RFC 6962's prefix of a leaf takes the place of the byte before a field, which is the end of its length and was read. */
const leafAt = ({ bytes, at, length }: Tuple, field: number): HashBytes => {
  const from = at[field]! - 1;
  const before = bytes[from]!;
  bytes[from] = 0;
  const leaf = sha256(bytes.subarray(from, from + 1 + length[field]!));
  bytes[from] = before;
  return leaf;
};

type EventTable = 'fact' | 'decision';

const readLeaves = async (client: pg.ClientBase, table: EventTable, where: string): Promise<Readonly<{ count: number; byHour: ReadonlyMap<number, readonly PlacedLeaf[]> }>> => {
  const byHour = new Map<number, PlacedLeaf[]>();
  let [count, hour] = [0, Number.NaN];
  let ofHour: PlacedLeaf[] = [];
  await visitTuples(client, `COPY (SELECT hour, step, seq, bytes FROM tb.${table} WHERE ${where} ORDER BY hour, step, seq) TO STDOUT (FORMAT binary)`, tuple => {
    count += 1;
    if (int4At(tuple, 0) !== hour) {
      hour = int4At(tuple, 0);
      ofHour = [];
      byHour.set(hour, ofHour);
    }
    ofHour.push({ step: int4At(tuple, 1), seq: int4At(tuple, 2), leaf: leafAt(tuple, 3) });
  });
  return { count, byHour };
};

const NONE: readonly PlacedLeaf[] = [];

/** Checks the events of a stretch against the records of its hours; one whose record cannot be read is told elsewhere. */
export const verifySealedEvents = async (client: pg.ClientBase, where: string, hours: readonly CheckedHour[], report: Report): Promise<Readonly<{ facts: number; decisions: number }>> => {
  const facts = await readLeaves(client, 'fact', where);
  const decisions = await readLeaves(client, 'decision', where);
  const suspects = newSuspects(report);
  for (const { hour, record } of hours) {
    if (record === null) continue;
    checkRoot({ table: 'fact', hour, sealed: { root: record.factsRoot, count: record.counts.facts }, leaves: facts.byHour.get(hour) ?? NONE }, suspects, report);
    checkRoot({ table: 'decision', hour, sealed: { root: record.decisionsRoot, count: record.counts.decisions }, leaves: decisions.byHour.get(hour) ?? NONE }, suspects, report);
  }
  return { facts: facts.count, decisions: decisions.count };
};
