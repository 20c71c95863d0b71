/** `tb backup`: the whole store as it is at one moment, in one file that tb restore makes a store of again. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatHour, formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { backupStore } from '../../engine/backup.ts';
import type { BackupReport } from '../../engine/backup.ts';
import type { BackupManifest, BackupRun } from '../../engine/backup-manifest.ts';
import { checkpointsFolder, requireOutside } from '../../engine/evidence-places.ts';
import { usage } from '../../engine/problem.ts';
import { counted, oneLine, typed } from '../../engine/wording.ts';
import type { Action } from '../command.ts';
import { facts, printResult, table } from '../output.ts';
import { showProgress } from '../progress.ts';
import { locationOf, withStore } from '../store.ts';
import { requireNoDevice } from '../out-file.ts';

type Options = Readonly<{ out: string; checkpoints?: string }>;

const MEGABYTE = 1 << 20;

export const run: Action<Options> = async options => {
  const started = performance.now();
  if (options.out === '') throw usage('--out is empty.', 'Name the file to write, or a folder.');
  requireNoDevice(options.out);
  const location = locationOf(options);
  // What lies in the store's folder is lost with it.
  if (location.kind === 'folder') requireOutside(resolve(options.out), location.folder, 'A backup');
  const checkpoints = checkpointsFolder(options.checkpoints);
  const report = await withStore(options, async client => {
    let progress: ReturnType<typeof showProgress> | null = null;
    const onProgress = (done: number, total: number): void => {
      progress ??= showProgress(options, { label: 'backup', total: Math.ceil(total / MEGABYTE), unit: 'MB' });
      progress.to(Math.floor(done / MEGABYTE));
    };
    const made = backupStore(client, { pathFor: manifest => pathFor(options.out, manifest), checkpoints, nowMs: Date.now(), onProgress });
    return made.catch((error: unknown) => rethrow(options.out, error)).finally(() => progress?.stop());
  });
  print(options, report, performance.now() - started);
};

/** In a folder each backup has a name of its own, by store and second, so that no backup replaces another. */
const pathFor = (out: string, { createdMs, store }: BackupManifest): string => {
  if (statSync(out, { throwIfNoEntry: false })?.isDirectory() !== true) return out;
  return resolve(out, `tb-${store.slice(0, 8)}-${formatTime(timeMs(createdMs)).replaceAll(/[-:]/g, '').replace(/\.\d+/, '')}.tar.zst`);
};

const rethrow = (out: string, error: unknown): never => {
  if (error instanceof Error && 'syscall' in error && 'path' in error) throw usage(`--out: ${typed(out)} cannot be written (${'code' in error ? String(error.code) : error.message}).`, 'Name a file in a folder you may write to.');
  throw error;
};

const throughOf = ({ startHour, hours }: BackupRun): string | null => (hours === 0 ? null : formatHour((startHour + hours - 1) as HourUtc));

const print = (options: Parameters<Action<Options>>[0], { path, manifest, tables, checkpoints }: BackupReport, wallMs: number): void => {
  const bytes = statSync(path).size;
  const rows = Object.values(tables).reduce((sum, one) => sum + one.rows, 0);
  const at = formatTime(timeMs(manifest.createdMs));
  const runs = manifest.runs.map(one => ({ head: one.head, hours: one.hours, mode: one.mode, run: one.name, through: throughOf(one) }));
  printResult(options, {
    document: { at, bytes, checkpoints, file: path, rows, runs, schemaVersion: manifest.schemaVersion, storeId: manifest.store, tables, wallMs: Math.round(wallMs) },
    text: () =>
      [
        `Wrote ${counted(rows, 'row')} to ${oneLine(path)} as they were at ${at}.`,
        facts([['store', manifest.store], ['size', `${bytes.toLocaleString('en-US')} bytes`], ['checkpoints', String(checkpoints)], ['restore', `tb restore ${oneLine(path)} --store ./restored`]]),
        ...(runs.length === 0 ? [] : [table(['run', 'mode', 'hours', 'through', 'head'], runs.map(one => [one.run, one.mode, String(one.hours), one.through ?? '', one.head ?? '']))]),
        'Keys are never in a backup: keep a copy of their folder elsewhere (tb keys list names it).',
      ].join('\n'),
  });
};
