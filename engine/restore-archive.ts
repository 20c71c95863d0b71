/**
 * Takes a backup apart: the manifest before anything else, then checkpoints and lines of tables as they come, and in the end
 * whether every line was there and as it was written.
 */
import { createHash } from 'node:crypto';
import type { CheckpointFile, RunNotes } from '../adapters/checkpoints/checkpoint-folder.ts';
import { parseNote } from '../adapters/keys/signed-note.ts';
import { ArchiveError, readArchive } from '../adapters/store/backup-archive.ts';
import type { ArchiveEntries, ArchiveEntry } from '../adapters/store/backup-archive.ts';
import { newLineTally } from '../adapters/store/backup-rows.ts';
import type { LineTally, TableDigest } from '../adapters/store/backup-rows.ts';
import { BACKUP_FORMAT, checkpointOfName, DIGESTS_ENTRY, digestsOf, formatOf, MANIFEST_ENTRY, manifestOf, tableOfPart } from './backup-manifest.ts';
import type { BackupManifest } from './backup-manifest.ts';
import { checkpointOfText, logNameOf } from './checkpoint-text.ts';
import { EXIT, Problem, usage } from './problem.ts';
import { typed } from './wording.ts';

/** A checkpoint, or what is known of its run, as it lay beside the store. */
export type KeptFile = Readonly<{ run: string; file: string; text: string }>;
export type TableLines = Readonly<{ table: string; lines: Buffer }>;

export type OpenBackup = Readonly<{
  manifest: BackupManifest;
  /** Lines in the order of the tables; read them to the end. The digests are checked with the last. Throws Problem. */
  lines: AsyncGenerator<TableLines, void, void>;
  kept: readonly KeptFile[];
  /** What each table adds up to by the file's own lines; complete at the end. */
  digests: Readonly<Record<string, TableDigest>>;
  close: () => Promise<void>;
}>;

/** Opens a backup and reads its manifest. Throws Problem: usage for what is no backup, mismatch for a damaged one. */
export const openBackup = async (path: string, onRead: (bytes: number) => void): Promise<OpenBackup> => {
  const entries = readArchive(path, onRead);
  try {
    const first = await entries.next();
    if (first.done === true || first.value.name !== MANIFEST_ENTRY) throw new ArchiveError('foreign', 'It does not begin with a manifest.');
    const manifest = manifestIn(path, first.value.bytes);
    const { kept, next } = await keptFiles(entries);
    const digests: Record<string, TableDigest> = {};
    const sha256 = createHash('sha256').update(first.value.bytes).digest('hex');
    const close = async (): Promise<void> => void (await entries.return());
    return { manifest, kept, digests, lines: linesOf(path, startingWith(next, entries), { manifest, sha256, digests }), close };
  } catch (error) {
    await entries.return();
    throw problemOf(path, error);
  }
};

const manifestIn = (path: string, bytes: Buffer): BackupManifest => {
  const manifest = manifestOf(bytes);
  if (manifest !== null) return manifest;
  const format = formatOf(bytes);
  if (format !== null && format > BACKUP_FORMAT) throw usage(`${typed(path)} is a backup of format ${format}, and this tb knows up to ${BACKUP_FORMAT}.`, 'Use the newer tb that wrote it.');
  throw new ArchiveError('damaged', 'Its manifest cannot be read.');
};

/** Checkpoints stand before all lines; `next` is the first entry that is none. */
const keptFiles = async (entries: ArchiveEntries): Promise<Readonly<{ kept: readonly KeptFile[]; next: IteratorResult<ArchiveEntry, void> }>> => {
  const kept: KeptFile[] = [];
  for (;;) {
    const next = await entries.next();
    const place = next.done === true ? null : checkpointOfName(next.value.name);
    if (next.done === true || place === null) return { kept, next };
    kept.push(fitting({ ...place, text: next.value.bytes.toString('utf8') }, next.value.name));
  }
};

/** Checkpoints are found by their names, so one that says another size or run than its name was put there by somebody. */
const fitting = (file: KeptFile, name: string): KeptFile => {
  const said = file.file.endsWith('.checkpoint') ? checkpointOfText(parseNote(file.text)?.text ?? '') : null;
  if (said === null) return file;
  const run = logNameOf(said.origin)?.run;
  if (run !== file.run) throw new ArchiveError('damaged', `${typed(name)} is a checkpoint of ${run === undefined ? 'no run' : `run ${run}`}.`);
  if (said.size !== Number.parseInt(file.file, 10)) throw new ArchiveError('damaged', `${typed(name)} is a checkpoint over ${said.size} envelopes.`);
  return file;
};

async function* startingWith(first: IteratorResult<ArchiveEntry, void>, rest: ArchiveEntries): ArchiveEntries {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

type Expected = Readonly<{ manifest: BackupManifest; sha256: string; digests: Record<string, TableDigest> }>;

async function* linesOf(path: string, entries: ArchiveEntries, expected: Expected): AsyncGenerator<TableLines, void, void> {
  const tallies = new Map<string, LineTally>(expected.manifest.tables.map(({ name }) => [name, newLineTally()]));
  let digestsBytes = null as Buffer | null;
  try {
    for await (const { name, bytes } of entries) {
      if (digestsBytes !== null) throw new ArchiveError('damaged', `${typed(name)} stands behind its end.`);
      const table = tableOfPart(name);
      const tally = table === null ? undefined : tallies.get(table);
      if (name === DIGESTS_ENTRY) digestsBytes = bytes;
      else if (table !== null && tally !== undefined) {
        tally.take(bytes);
        yield { table, lines: bytes };
      } else throw new ArchiveError('damaged', `${typed(name)} is no part of a backup.`);
    }
    for (const [table, tally] of tallies) expected.digests[table] = tally.digest();
    requireEqual(expected, digestsBytes);
  } catch (error) {
    throw problemOf(path, error);
  }
}

const requireEqual = ({ sha256, digests }: Expected, bytes: Buffer | null): void => {
  const told = bytes === null ? null : digestsOf(bytes);
  if (told === null) throw new ArchiveError('damaged', 'It ends before its digests.');
  if (told.manifest !== sha256) throw new ArchiveError('damaged', 'Its manifest is not the one that was written.');
  for (const [table, { rows, sha256: digest }] of Object.entries(digests)) {
    const one = told.tables[table];
    if (one?.rows !== rows) throw new ArchiveError('damaged', `Table ${table} has ${rows} rows, and ${one?.rows ?? 'no'} were written.`);
    if (one.sha256 !== digest) throw new ArchiveError('damaged', `The rows of table ${table} are not those that were written.`);
  }
};

const problemOf = (path: string, error: unknown): unknown => {
  if (error instanceof ArchiveError) {
    return error.kind === 'foreign'
      ? usage(`${typed(path)} is no backup of tb: ${lowered(error.message)}`, 'Name a file that tb backup wrote.')
      : new Problem(EXIT.mismatch, `The backup ${typed(path)} is damaged: ${lowered(error.message)}`, 'Restore another backup, or an undamaged copy of this one.');
  }
  if (error instanceof Error && 'code' in error && 'syscall' in error) return usage(`${typed(path)} cannot be read (${String(error.code)}).`, 'Name a file that tb backup wrote.');
  return error;
};

const lowered = (sentence: string): string => `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;

/** The signed ones among the files that were kept, each named by its place in the backup. */
export const keptCheckpoints = (path: string, kept: readonly KeptFile[]): readonly CheckpointFile[] =>
  kept.filter(({ file }) => file.endsWith('.checkpoint')).map(({ run, file, text }) => ({ path: `${path}:checkpoints/${run}/${file}`, text }));

/** Notes about a run as they were kept; null where they are none. They are believed in nothing but to name a run. */
export const runNotesOf = (text: string): RunNotes | null => {
  try {
    const { mode, name, signedMs } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return typeof mode === 'string' && typeof name === 'string' && typeof signedMs === 'number' ? { mode, name, signedMs } : null;
  } catch {
    return null;
  }
};
