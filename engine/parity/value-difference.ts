/** Walks two runs hour by hour and takes the difference in what they are worth apart by its causes. */
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import type { Desk } from '../../core/desk.ts';
import type { ExecutedHour, Progress } from '../../core/execute.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { hoursAfter } from '../../core/kernel/hours.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { worth } from '../../core/portfolio/valuation.ts';
import { executedHours } from '../reexecute.ts';
import type { Rerun } from '../reexecute.ts';
import { deskOfRun, progressAt } from '../resume.ts';
import { attributor, CAUSES } from './attribution.ts';
import type { Cause } from './attribution.ts';

/** Right less left, in quote; the amounts sum to `difference`, and those of 0 are left out. */
export type ValueDifference = Readonly<{ left: string; right: string; difference: string; causes: readonly Readonly<{ cause: Cause; amount: string }>[] }>;

export type Walk = Readonly<{ left: StoredRun; right: StoredRun; fromHour: HourUtc; throughHour: HourUtc; heads: Readonly<{ left: HourUtc; right: HourUtc }>; onProgress: (hours: number) => void }>;

/** Null for accounts: what happened on them has no rule to differ by. */
export const valueDifference = async (client: StoreClient, walk: Walk): Promise<ValueDifference | null> => {
  const { left, right, fromHour, throughHour } = walk;
  if (left.mode === 'import' || right.mode === 'import') return null;
  const [one, other] = [await startOf(client, left, fromHour), await startOf(client, right, fromHour)];
  const sides = { left: sideOf(one), right: sideOf(other) };
  const { add, parts } = attributor(sides);
  const hoursOf = (run: StoredRun, { desk, progress }: Started, head: HourUtc) => executedHours(client, run, desk, { from: progress, toHour: hoursAfter(head, 1) });
  const hours = { left: hoursOf(left, one, walk.heads.left), right: hoursOf(right, other, walk.heads.right) };
  let value = { left: sides.left.value, right: sides.right.value };
  for (let hour = fromHour; hour <= throughHour; hour = hoursAfter(hour, 1)) {
    const [was, is] = [await nextOf(hours.left), await nextOf(hours.right)];
    add(was, is);
    value = { left: was.valuation.value, right: is.valuation.value };
    walk.onProgress(hour - fromHour + 1);
  }
  const ends = { left: await valueAtHead(hours.left, value.left), right: await valueAtHead(hours.right, value.right) };
  const missing = ends.right - value.right - (ends.left - value.left);
  const amounts = { ...parts(), missing_hour: missing };
  return {
    left: formatDecimal(ends.left),
    right: formatDecimal(ends.right),
    difference: formatDecimal(ends.right - ends.left),
    causes: CAUSES.filter(cause => amounts[cause] !== 0n).map(cause => ({ cause, amount: formatDecimal(amounts[cause]) })),
  };
};

type Started = Readonly<{ desk: Desk; progress: Progress }>;

const startOf = async (client: StoreClient, run: StoredRun, hour: HourUtc): Promise<Started> => {
  const desk = await deskOfRun(run);
  return { desk, progress: await progressAt(client, run, desk, hour) };
};

const sideOf = ({ desk, progress: { state } }: Started) => {
  const { cash, positions } = worth(desk, state);
  return { desk, state, value: cash + positions };
};

/** The next of hours that are known to be there. */
const nextOf = async (hours: AsyncGenerator<Rerun, void, void>): Promise<ExecutedHour> => {
  const { value } = await hours.next();
  if (value === undefined) throw new Error('A run has every hour up to its head.');
  return value.executed;
};

/** What the run was worth at its own head, which may lie after the last hour both have. */
const valueAtHead = async (hours: AsyncGenerator<Rerun, void, void>, value: bigint): Promise<bigint> => {
  let last = value;
  for await (const { executed } of hours) last = executed.valuation.value;
  return last;
};
