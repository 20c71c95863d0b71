/**
 * The sealed hours of a run as every export reads them: executed again from their recorded facts, whatever was kept of
 * them, and held against the hash they were sealed with. An export never tells what a run did not do.
 */
import type { StoreClient } from '../adapters/store/connection.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import type { Desk } from '../core/desk.ts';
import { beginRun } from '../core/execute.ts';
import type { ExecutedHour } from '../core/execute.ts';
import { formatHour, hoursAfter } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { EXIT, Problem } from './problem.ts';
import { executedHours } from './reexecute.ts';
import type { Head } from './run-head.ts';

/** Every hour through the head, ascending. Throws Problem (mismatch) at an hour that does not come out as it was sealed. */
export async function* sealedHours(client: StoreClient, run: StoredRun, { desk, head }: Readonly<{ desk: Desk; head: Head }>): AsyncGenerator<ExecutedHour, void, void> {
  for await (const { executed, stored } of executedHours(client, run, desk, { from: beginRun(desk), toHour: hoursAfter(head.hour, 1) })) {
    if (executed.sealed.hash !== stored?.hash) throw differs(run, executed.sealed.hour);
    yield executed;
  }
}

const differs = (run: StoredRun, hour: HourUtc): Problem =>
  new Problem(
    EXIT.mismatch,
    `Run ${run.name} cannot be exported: its hour ${formatHour(hour)} does not come out of its recorded facts as it was sealed.`,
    `tb replay-window --run ${run.name} names the first difference; tb verify --run ${run.name} names a changed value.`,
  );
