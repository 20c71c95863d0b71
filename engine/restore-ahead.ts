/**
 * Whether a log ends before a checkpoint that was signed over it. A store like that was put back to an earlier day: nothing
 * is executed on it, for its hours would be other ones than those that were signed.
 */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { listCheckpoints, readCheckpointFile, storesWithRun } from '../adapters/checkpoints/checkpoint-folder.ts';
import type { CheckpointFile, CheckpointPlace } from '../adapters/checkpoints/checkpoint-folder.ts';
import type { Trusted } from '../adapters/keys/trust.ts';
import type { StoreClient } from '../adapters/store/connection.ts';
import { readStoreId } from '../adapters/store/log-hashes.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { formatHour, hoursAfter } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import type { LogName } from './checkpoint-text.ts';
import { EXIT, Problem } from './problem.ts';

/** A checkpoint over more envelopes than a log has. `signers` are those that are believed; it counts without any, too. */
export type Ahead = Readonly<{ path: string; size: number; root: string; signers: readonly string[] }>;

/** A file that may be a checkpoint over so many envelopes; it is read only where that is more than there are. */
export type Candidate = Readonly<{ size: number; read: () => CheckpointFile }>;

/** The files of a run's folder, by their names. */
export const candidatesIn = (place: CheckpointPlace): readonly Candidate[] => listCheckpoints(place).map(path => ({ size: Number.parseInt(basename(path), 10), read: () => readCheckpointFile(path) }));

type Sought = Readonly<{ log: LogName; envelopes: number; candidates: readonly Candidate[]; trustedKeys: () => readonly Trusted[] }>;

/**
 * The latest checkpoint of a log over more than `envelopes`. One with a false signature of a known key, by revoked keys alone,
 * or of another log counts for nothing; a signer whom this machine does not know may well be who signs for it. Where the
 * names of the files say that there is none, no file is opened and no key asked for.
 */
export const checkpointAhead = async ({ log, envelopes, candidates, trustedKeys }: Sought): Promise<Ahead | null> => {
  const longer = candidates.filter(({ size }) => size > envelopes).sort((left, right) => right.size - left.size);
  if (longer.length === 0) return null;
  const [{ judgeCheckpoint }, { checkpointOfText, originOf }, { parseNote }] = await Promise.all([import('./anchors.ts'), import('./checkpoint-text.ts'), import('../adapters/keys/signed-note.ts')]);
  const trusted = trustedKeys();
  for (const { read } of longer) {
    const file = read();
    const { anchor, findings } = judgeCheckpoint(file, trusted, originOf(log));
    const said = findings.length > 0 ? null : checkpointOfText(parseNote(file.text)?.text ?? '');
    if (said !== null && said.size > envelopes) return { path: file.path, size: said.size, root: Buffer.from(said.root, 'latin1').toString('hex'), signers: anchor?.signers ?? [] };
  }
  return null;
};

/** The hours of a log that a checkpoint covers beyond its envelopes, in words. */
export const missingHours = (startHour: HourUtc, { envelopes, size }: Readonly<{ envelopes: number; size: number }>): string => {
  const [from, through] = [hoursAfter(startHour, envelopes - 1), hoursAfter(startHour, size - 2)];
  return from === through ? `hour ${formatHour(from)} is missing` : `hours ${formatHour(from)} to ${formatHour(through)} are missing`;
};

/** Where signed checkpoints lie, and whom this machine believes; asked for only where a checkpoint is ahead. */
export type Witnesses = Readonly<{ folder: string; trustedKeys: () => readonly Trusted[] }>;

/** Throws Problem (mismatch) where a checkpoint covers hours of the run that the store does not have. */
export const requireUpToCheckpoints = async (client: StoreClient, run: StoredRun, { hours, witnesses }: Readonly<{ hours: number; witnesses: Witnesses }>): Promise<void> => {
  if (!existsSync(witnesses.folder)) return;
  const store = await readStoreId(client);
  if (store === null) return;
  const envelopes = hours + 1;
  // Also under another name of the store: that it was changed is verify's to tell, and must not make a checkpoint a stranger.
  const aheadUnder = (name: string): Promise<Ahead | null> => {
    const log = { store: name, run: run.id };
    return checkpointAhead({ log, envelopes, candidates: candidatesIn({ ...log, folder: witnesses.folder }), trustedKeys: witnesses.trustedKeys });
  };
  let ahead = await aheadUnder(store);
  for (const name of storesWithRun(witnesses.folder, run.id)) ahead ??= name === store ? null : await aheadUnder(name);
  if (ahead === null) return;
  const signers = ahead.signers.length === 0 ? 'by a key that is not known here' : `signed by ${ahead.signers.join(', ')}`;
  throw new Problem(
    EXIT.mismatch,
    `The store is older than its checkpoint: of run ${run.name}, ${missingHours(run.startHour, { envelopes, size: ahead.size })} that ${ahead.path}, ${signers}, covers.`,
    'Use the store that has them. If they are lost, restore the latest backup into a new store with tb restore: it says what to type to go on without them.',
  );
};
