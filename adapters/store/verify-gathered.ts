/** What the rows of a stretch add up to while they are read: counts, leaves, and the typed lines that must be stored. */
import type { Report } from './finding.ts';
import { newLines } from './verify-lines.ts';
import type { Lines } from './verify-lines.ts';
import type { TypedTable } from './verify-mirrors.ts';
import { newSuspects } from './verify-roots.ts';
import type { PlacedLeaf, Suspects } from './verify-roots.ts';
import type { StepRow } from './verify-rows.ts';
import { newStepCounts } from './verify-steps.ts';
import type { EventKind, StepCounts } from './verify-steps.ts';

/** The leaves of each hour, in the order in which they were added. */
export type LeavesByHour = Readonly<{ add: (hour: number, leaf: PlacedLeaf) => void; of: (hour: number) => readonly PlacedLeaf[] }>;

const NONE: readonly PlacedLeaf[] = [];

export const newLeaves = (): LeavesByHour => {
  const byHour = new Map<number, PlacedLeaf[]>();
  let last = Number.NaN;
  let ofLast: PlacedLeaf[] = [];
  const add = (hour: number, leaf: PlacedLeaf): void => {
    if (hour !== last) {
      last = hour;
      ofLast = byHour.get(hour) ?? [];
      byHour.set(hour, ofLast);
    }
    ofLast.push(leaf);
  };
  return { add, of: hour => byHour.get(hour) ?? NONE };
};

/** `report` also remembers which events it named. */
export type Gathered = Readonly<{
  counts: StepCounts;
  leaves: Readonly<Record<EventKind, LeavesByHour>>;
  lines: ReadonlyMap<TypedTable, Lines>;
  linesOf: (table: TypedTable) => Lines;
  unreadable: Set<string>;
  suspects: Suspects;
  report: Report;
}>;

/** Lines of every table that one check after the other gathers in the same memory. */
export type LineBuffers = Map<TypedTable, Lines>;

/** Begins a stretch: what `buffers` gathered before is forgotten. */
export const newGathered = (steps: readonly StepRow[], buffers: LineBuffers, report: Report): Gathered => {
  const suspects = newSuspects(report);
  for (const lines of buffers.values()) lines.length = 0;
  const linesOf = (table: TypedTable): Lines => {
    const known = buffers.get(table);
    if (known !== undefined) return known;
    const made = newLines();
    buffers.set(table, made);
    return made;
  };
  return { counts: newStepCounts(steps), leaves: { facts: newLeaves(), decisions: newLeaves() }, lines: buffers, linesOf, unreadable: new Set(), suspects, report: suspects.report };
};
