/**
 * What a backup has not, though it was signed: hours that were executed after it. Going on without them must be asked for by
 * number, halts the desk until a person lifts that, and is sealed into the log with its reason.
 */
import { existsSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { listCheckpoints, readRunNotes, runsWithCheckpoints } from '../adapters/checkpoints/checkpoint-folder.ts';
import type { RunNotes } from '../adapters/checkpoints/checkpoint-folder.ts';
import { formatTime } from '../core/kernel/hours.ts';
import { byCodeUnit } from '../core/kernel/order.ts';
import { timeMs } from '../core/kernel/units.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import type { BackupManifest, BackupRun } from './backup-manifest.ts';
import { EXIT, Problem, usage } from './problem.ts';
import { runNotesOf } from './restore-archive.ts';
import type { KeptFile, OpenBackup } from './restore-archive.ts';
import { candidatesIn, checkpointAhead, missingHours } from './restore-ahead.ts';
import type { Ahead } from './restore-ahead.ts';
import { canBeDropped } from './verify-anchors.ts';
import type { Evidence } from './verify-anchors.ts';
import { typed } from './wording.ts';

/** `run` is null where the backup has nothing of it; then its name is what its checkpoints remember. */
export type Loss = Readonly<{ id: string; name: string; run: BackupRun | null; hours: number; ahead: Ahead }>;

/** What was signed, by the checkpoints of this machine and of the backup itself, and the backup does not have. */
export const lossesOf = async ({ manifest, kept }: Pick<OpenBackup, 'manifest' | 'kept'>, { folder, files, trusted }: Evidence): Promise<readonly Loss[]> => {
  const { store } = manifest;
  const losses: Loss[] = [];
  for (const id of new Set([...runsWithCheckpoints({ folder, store }), ...kept.map(({ run }) => run)])) {
    const place = { folder, store, run: id };
    const run = manifest.runs.find(one => one.id === id) ?? null;
    const notes = readRunNotes(place) ?? notesIn(kept, id);
    const envelopes = run === null ? 0 : run.hours + 1;
    const ofBackup = kept.filter(one => one.run === id && one.file.endsWith('.checkpoint')).map(({ file, text }) => ({ size: Number.parseInt(file, 10), read: () => ({ path: `${file} of the backup`, text }) }));
    const candidates = [...ofBackup, ...files.map(file => ({ size: Number.POSITIVE_INFINITY, read: () => file })), ...candidatesIn(place)];
    const ahead = await checkpointAhead({ log: place, envelopes, candidates, trustedKeys: () => trusted });
    if (ahead === null || (manifest.dropped.includes(id) && canBeDropped(notes))) continue;
    losses.push({ id, name: run?.name ?? notes?.name ?? id, run, hours: ahead.size - Math.max(1, envelopes), ahead });
  }
  return losses.sort((left, right) => byCodeUnit(left.name, right.name));
};

/** What lay beside the checkpoints of a run when the backup was made. */
const notesIn = (kept: readonly KeptFile[], id: string): RunNotes | null => {
  const found = kept.find(({ run, file }) => run === id && file === 'run.json');
  return found === undefined ? null : runNotesOf(found.text);
};

const sentenceOf = ({ run, name, hours, ahead }: Loss): string => {
  const covers = `${ahead.path}${ahead.signers.length === 0 ? '' : `, signed by ${ahead.signers.join(', ')},`} covers`;
  if (run === null) return `run ${name} is missing with its ${hours} hours, which ${covers}`;
  return `of run ${name}, ${missingHours(run.startHour as HourUtc, { envelopes: run.hours + 1, size: ahead.size })} (${hours}), which ${covers}`;
};

const optionOf = ({ name, hours }: Loss): string => `--accept-loss ${name}=${hours}`;

/** Every loss must have been accepted by the number of its hours, and nothing else. Throws Problem. */
export const requireAccepted = (losses: readonly Loss[], accepted: Readonly<Record<string, string>>): void => {
  const stranger = Object.entries(accepted).find(([name, hours]) => !losses.some(loss => loss.name === name && String(loss.hours) === hours));
  const open = losses.filter(loss => accepted[loss.name] !== String(loss.hours));
  if (stranger !== undefined) throw usage(`--accept-loss: ${typed(stranger.join('='))} is not what would be lost.`, losses.length === 0 ? 'No checkpoint here covers more than the backup has: leave it out.' : `What would be lost: ${losses.map(optionOf).join(' ')}`);
  if (open.length === 0) return;
  throw new Problem(
    EXIT.mismatch,
    `The store would be older than its checkpoint: ${open.map(sentenceOf).join('; ')}.`,
    `Look for a later backup. If there is none, add ${losses.map(optionOf).join(' ')}: each run is restored without these hours, halted with its next one, and the checkpoints over them are set aside.`,
  );
};

/** Said in the log for good, in at most 500 characters. */
export const reasonOfLoss = ({ run, hours, ahead }: Loss, { createdMs }: BackupManifest): string => {
  const what = run === null ? `${hours} hours are missing` : missingHours(run.startHour as HourUtc, { envelopes: run.hours + 1, size: ahead.size });
  return `Restored from the backup of ${formatTime(timeMs(createdMs))}: ${what} that the checkpoint over ${ahead.size} envelopes, root ${ahead.root}, covers. A log that leads there is not this one.`;
};

/** Takes checkpoints over lost hours out of what this machine believes. Each stays beside its place and as signed as before. */
export const setAside = (losses: readonly Loss[], { folder, store }: Readonly<{ folder: string; store: string }>): readonly string[] =>
  losses.flatMap(({ id, run }) =>
    listCheckpoints({ folder, store, run: id })
      .filter(path => Number.parseInt(basename(path), 10) > (run === null ? 0 : run.hours + 1))
      .map(path => {
        const aside = asideName(path);
        renameSync(path, aside);
        return aside;
      }),
  );

/** What a checkpoint is called that is set aside. An earlier loss of the same size keeps its file. */
export const asideName = (checkpoint: string): string => {
  const path = join(dirname(checkpoint), basename(checkpoint).replace(/\.checkpoint$/, '.lost'));
  let name = path;
  for (let again = 2; existsSync(name); again += 1) name = `${path}-${again}`;
  return name;
};
