/** One sealed hour executed again under watch: what every step found, what it concluded, and how each entry stood before the gates. */
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import type { Desk } from '../../core/desk.ts';
import { closeHour } from '../../core/execute.ts';
import type { ExecutedStep, Progress } from '../../core/execute.ts';
import { hoursAfter } from '../../core/kernel/hours.ts';
import type { Digest, HourUtc, MarketSymbol } from '../../core/kernel/units.ts';
import { gateStatement } from '../../core/risk/gate-statement.ts';
import type { GateCheck } from '../../core/risk/gate-statement.ts';
import type { State } from '../../core/state.ts';
import { readBlock, reexecuteSteps } from '../reexecute.ts';
import { deskOfRun, progressAt } from '../resume.ts';
import { notAsSealed, requireSealed } from './state-at.ts';
import type { AskedHour } from './state-at.ts';

/** An entry before the gates, granted or not. */
export type Judged = Readonly<{ agent: string; symbol: MarketSymbol; granted: boolean; checks: readonly GateCheck[] }>;
export type WatchedStep = Readonly<{ before: State; executed: ExecutedStep; judged: readonly Judged[] }>;
export type WatchedHour = Readonly<{ desk: Desk; hour: HourUtc; hash: Digest; steps: readonly WatchedStep[]; after: Progress }>;

/** Throws Problem for an hour that is not sealed, and for one that does not come out of its recorded facts. */
export const watchHour = async (client: StoreClient, run: StoredRun, asked: AskedHour): Promise<WatchedHour> => {
  const { hour } = asked;
  await requireSealed(client, run, asked);
  const desk = await deskOfRun(run);
  const before = await progressAt(client, run, desk, hour);
  const block = await readBlock(client, run, desk, { fromHour: hour, toHour: hoursAfter(hour, 1) });
  const told = new Map<number, Judged[]>();
  const steps = reexecuteSteps(desk, before, {
    ...block,
    stored: block.stored[0]?.steps ?? [],
    count: desk.stepsPerHour,
    witness: {
      entryJudged: (view, entry, { granted }) => {
        const judged = { agent: entry.wish.agent, symbol: entry.wish.symbol, granted: granted !== null, checks: gateStatement(view, entry) };
        told.set(view.slot, [...(told.get(view.slot) ?? []), judged]);
      },
    },
  });
  const { sealed, after } = closeHour(desk, before, steps);
  if (sealed.hash !== block.stored[0]?.hash) throw notAsSealed(run, hour);
  const watched = steps.map((executed, step): WatchedStep => ({
    before: step === 0 ? before.state : steps[step - 1]!.state,
    executed,
    judged: told.get(executed.bucket.market.slot) ?? [],
  }));
  return { desk, hour, hash: sealed.hash, after, steps: watched };
};
