/** The state of a run after any hour that it has sealed: executed from the nearest snapshot, and held against the seal. */
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import type { Desk } from '../../core/desk.ts';
import type { Progress } from '../../core/execute.ts';
import { formatHour, hoursAfter } from '../../core/kernel/hours.ts';
import type { Digest, HourUtc } from '../../core/kernel/units.ts';
import type { State } from '../../core/state.ts';
import { EXIT, nothing, Problem, usage } from '../problem.ts';
import { storedHours } from '../reexecute.ts';
import { deskOfRun, progressAt } from '../resume.ts';
import { readHead } from '../run-head.ts';

/** `hash` is that of the hour's record. */
export type StateAt = Readonly<{ desk: Desk; hour: HourUtc; hash: Digest; state: State }>;

/** What is asked for, and the option that asked, for messages. */
export type AskedHour = Readonly<{ hour: HourUtc; option: string }>;

/** Throws Problem for an hour that is not sealed, and for one that does not come out of its recorded facts. */
export const stateAt = async (client: StoreClient, run: StoredRun, asked: AskedHour): Promise<StateAt> => {
  await requireSealed(client, run, asked);
  const desk = await deskOfRun(run);
  const { progress, hash } = await sealedProgress(client, run, desk, asked.hour);
  return { desk, hour: asked.hour, hash, state: progress.state };
};

/** Throws Problem (usage) unless the run has sealed the hour, naming the window there is. */
export const requireSealed = async (client: StoreClient, run: StoredRun, { hour, option }: AskedHour): Promise<void> => {
  const head = await readHead(client, run);
  if (head.hour < run.startHour) throw nothing(`Run ${run.name} has no sealed hour yet.`, `Execute one: tb execute-hour --run ${run.name}`);
  if (hour >= run.startHour && hour <= head.hour) return;
  throw usage(`${option}: run ${run.name} has not sealed the hour ${formatHour(hour)}.`, `It has those from ${formatHour(run.startHour)} to ${formatHour(head.hour)}, inclusive.`);
};

/** Where the run stood after an hour that it has sealed. */
const sealedProgress = async (client: StoreClient, run: StoredRun, desk: Desk, hour: HourUtc): Promise<Readonly<{ progress: Progress; hash: Digest }>> => {
  const progress = await progressAt(client, run, desk, hoursAfter(hour, 1));
  const [sealed] = await storedHours(client, run, { fromHour: hour, toHour: hoursAfter(hour, 1) });
  if (sealed?.hash === progress.previous) return { progress, hash: progress.previous };
  throw notAsSealed(run, hour);
};

export const notAsSealed = ({ name }: StoredRun, hour: HourUtc): Problem =>
  new Problem(
    EXIT.mismatch,
    `Hour ${formatHour(hour)} of run ${name} does not come out of its recorded facts as it was sealed.`,
    `tb replay-window --run ${name} names the first difference; tb verify --run ${name} names a changed value.`,
  );
