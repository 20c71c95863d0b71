/** Which versions of candles a run used, and which of them a source replaced, or told of for the first time, after the run had used what there was. */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { readReceived, readUnseen } from '../../adapters/store/stored-revisions.ts';
import type { LaterVersion } from '../../adapters/store/stored-revisions.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import { hoursAfter, startOfHour } from '../../core/kernel/hours.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import { readHead } from '../run-head.ts';
import { deskOfRun } from '../resume.ts';

/** `entered`: a later hour of the run has it as a late or revised fact. */
export type UnseenVersion = LaterVersion & Readonly<{ entered: boolean }>;

/** `ingestId` is the latest delivery that the run could see, 0 for none; a paper run sees more with every hour. */
export type RevisionsOfRun = Readonly<{ ingestId: number; receivedMs: TimeMs | null; unseen: readonly UnseenVersion[] }>;

export const revisionsOfRun = async (client: StoreClient, run: StoredRun): Promise<RevisionsOfRun> => {
  const [{ symbols, manifest }, head] = [await deskOfRun(run), await readHead(client, run)];
  const isLive = run.mode === 'paper' || run.mode === 'live';
  const ingestId = isLive ? head.ingestThrough : run.vintageIngestId;
  const unseen = await readUnseen(client, { run, symbols, timeframe: manifest.timeframe, fromMs: startOfHour(run.startHour), throughMs: startOfHour(hoursAfter(head.hour, 1)) });
  return { ingestId, receivedMs: await readReceived(client, ingestId), unseen: unseen.map(later => ({ ...later, entered: isLive && later.version.ingestId <= ingestId })) };
};
