/** Opens a run without executing it: its row, its manifest and its opening envelope, or says why it must not be opened. */
import { randomUUID } from 'node:crypto';
import type { StoreClient } from '../adapters/store/connection.ts';
import { createRun } from '../adapters/store/runs.ts';
import type { NewRun, StoredRun } from '../adapters/store/runs.ts';
import { ingestHorizon } from '../adapters/store/series.ts';
import { timeMs } from '../core/kernel/units.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { manifestText } from '../core/manifest.ts';
import { NO_ENVELOPE } from '../core/seal.ts';
import { seriesOf } from './market-of.ts';
import type { RunPlan } from './plan-run.ts';
import { usage } from './problem.ts';
import { envelopeFor } from './record.ts';

const ACCOUNT = 'paper';

export type Opened = Readonly<{ run: StoredRun; existing: boolean }>;

/** Opening an identical run again returns it; a name taken by another run is refused. */
export const openPaperRun = async (client: StoreClient, plan: RunPlan, name: string): Promise<Opened> => {
  const { desk } = plan;
  const vintage = await ingestHorizon(client, seriesOf(desk.symbols, desk.manifest.timeframe));
  const run: NewRun = {
    id: randomUUID(),
    name,
    mode: 'paper',
    account: ACCOUNT,
    manifestText: manifestText(desk.manifest),
    genesis: desk.genesis,
    startHour: desk.manifest.startHour,
    keep: 'full',
    vintageIngestId: vintage,
    strategySource: plan.strategySource === null ? null : Buffer.from(plan.strategySource),
    createdMs: timeMs(Date.now()),
  };
  const sight = { ingestThrough: vintage, inboxThrough: 0, executedAtMs: run.createdMs };
  const identity = { key: { id: run.id, retention: 'kept', account: ACCOUNT }, name, mode: 'paper' } as const;
  const opening = envelopeFor(identity, { hour: (run.startHour - 1) as HourUtc, hourHash: run.genesis, previous: NO_ENVELOPE, sight });
  const outcome = await createRun(client, run, opening);
  if (outcome.outcome === 'created') return { run: outcome.run, existing: false };
  if (outcome.run.mode === 'paper' && outcome.run.genesis === run.genesis) return { run: outcome.run, existing: true };
  throw usage(`--run: a run ${name} exists already, with another manifest or mode.`, 'Choose another name; tb runs lists them.');
};
