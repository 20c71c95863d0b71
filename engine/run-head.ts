/** Where a run stands, in the terms an executor needs: the hour before the next, what it may build on, what it saw. */
import type { StoreClient } from '../adapters/store/connection.ts';
import { readHead as readStoredHead } from '../adapters/store/run-head.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { hoursAfter } from '../core/kernel/hours.ts';
import type { Digest, HourUtc } from '../core/kernel/units.ts';
import { EXIT, Problem } from './problem.ts';

export type Head = Readonly<{
  /** The last sealed hour, or the one before the start; and its hash, or the genesis. */
  hour: HourUtc;
  hash: Digest;
  envelopeHash: Digest;
  ingestThrough: number;
  inboxThrough: number;
  /** Steps of the next hour that are stored already. */
  openSteps: number;
}>;

export const readHead = async (client: StoreClient, run: StoredRun): Promise<Head> => {
  const stored = await readStoredHead(client, run);
  if (stored === null) throw new Problem(EXIT.mismatch, `Run ${run.name} has no opening envelope.`, `tb verify --run ${run.name} names what is missing.`);
  const { head, envelope, lastStep } = stored;
  const hour = head?.hour ?? hoursAfter(run.startHour, -1);
  return {
    hour,
    hash: head?.hash ?? run.genesis,
    envelopeHash: envelope.hash,
    ingestThrough: lastStep === null ? run.vintageIngestId : stored.ingestThrough,
    inboxThrough: stored.inboxThrough,
    openSteps: lastStep !== null && lastStep.hour > hour ? lastStep.step + 1 : 0,
  };
};
