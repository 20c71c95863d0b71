/**
 * What only revoked keys signed, of a backup that is to be restored: nobody who is believed says that it is the log it was.
 * Going on with it must be asked for with a reason, which is sealed into the log; what contradicts it is never gone on with.
 */
import { existsSync, renameSync } from 'node:fs';
import { runsWithCheckpoints } from '../adapters/checkpoints/checkpoint-folder.ts';
import { formatTime } from '../core/kernel/hours.ts';
import { byCodeUnit } from '../core/kernel/order.ts';
import { timeMs } from '../core/kernel/units.ts';
import { readAnchors } from './anchors.ts';
import type { Anchor } from './anchors.ts';
import type { BackupManifest, BackupRun } from './backup-manifest.ts';
import { originOf } from './checkpoint-text.ts';
import { EXIT, Problem, usage } from './problem.ts';
import { keptCheckpoints } from './restore-archive.ts';
import type { OpenBackup } from './restore-archive.ts';
import { asideName } from './restore-loss.ts';
import type { Evidence } from './verify-anchors.ts';

/** `beyond` are those of its checkpoints that cover more than the backup has. */
export type Unanchored = Readonly<{ id: string; name: string; run: BackupRun; signedBy: string; beyond: readonly Anchor[] }>;

type Asked = Pick<OpenBackup, 'manifest' | 'kept'> & Readonly<{ path: string; evidence: Evidence }>;

/** Runs of the backup whose latest checkpoint only revoked keys signed, by the checkpoints of this machine and of the backup. */
export const unanchoredOf = ({ manifest, kept, path, evidence: { folder, files, trusted } }: Asked): readonly Unanchored[] => {
  const { store } = manifest;
  const known = new Set([...runsWithCheckpoints({ folder, store }), ...kept.map(({ run }) => run)]);
  const found = manifest.runs.filter(({ id }) => known.has(id)).flatMap((run): readonly Unanchored[] => {
    const place = { folder, store, run: run.id };
    const ofBackup = keptCheckpoints(path, kept.filter(one => one.run === run.id));
    const { anchors, revoked } = readAnchors({ place, files: [...files, ...ofBackup], origin: originOf(place), trusted, every: true });
    const open = revoked.filter(({ size }) => size > (anchors[0]?.size ?? 0));
    const signedBy = [...new Set(open.flatMap(({ signers }) => signers))].join(', ');
    return open.length === 0 ? [] : [{ id: run.id, name: run.name, run, signedBy, beyond: open.filter(({ size }) => size > run.hours + 1) }];
  });
  return found.sort((left, right) => byCodeUnit(left.name, right.name));
};

const REASON_MAX = 300;

/** A reason is there exactly where something needs one. Throws Problem. */
export const requireReason = (unanchored: readonly Unanchored[], reason: string | null): void => {
  if (reason !== null && (reason.trim() === '' || reason.length > REASON_MAX)) throw usage('--accept-unanchored needs a reason.', `Say in 1 to ${REASON_MAX} characters how you know that the backup is what it was.`);
  if (reason !== null && unanchored.length === 0) throw usage('--accept-unanchored: no run of this backup was signed by revoked keys alone.', 'Leave it out.');
  if (reason !== null || unanchored.length === 0) return;
  const [names, keys] = [unanchored.map(({ name }) => name).join(', '), [...new Set(unanchored.map(({ signedBy }) => signedBy))].join(', ')];
  throw new Problem(
    EXIT.mismatch,
    `Only revoked keys (${keys}) signed ${names} as the backup has ${unanchored.length === 1 ? 'it' : 'them'}: nobody who is believed vouches for it.`,
    'If another signer has a checkpoint, name it with --checkpoint and --trust. If you know the backup to be yours, add --accept-unanchored "how you know": paper runs are restored halted, with the reason in their log, and tb checkpoint signs them anew.',
  );
};

/** Said in the log for good, in at most 500 characters. */
export const reasonOfUnanchored = ({ signedBy }: Unanchored, { createdMs }: BackupManifest, reason: string): string =>
  `Restored from the backup of ${formatTime(timeMs(createdMs))}, which only revoked keys (${signedBy.length > 90 ? `${signedBy.slice(0, 90)} …` : signedBy}) had signed: ${reason}`;

/** Takes checkpoints of revoked keys over more than the backup has out of the folder's order; each stays beside its place. */
export const setRevokedAside = (unanchored: readonly Unanchored[]): readonly string[] =>
  unanchored.flatMap(({ beyond }) =>
    beyond.flatMap(({ path }) => {
      if (!existsSync(path)) return [];
      const aside = asideName(path);
      renameSync(path, aside);
      return [aside];
    }),
  );
