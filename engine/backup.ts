/**
 * Writes the whole store into one file as it is at one moment, whoever appends meanwhile, with the signed checkpoints that
 * lie beside it. It reads as the application does, changes nothing, and never touches a secret key.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { listCheckpoints, readCheckpointFile, readRunNotes, runsWithCheckpoints } from '../adapters/checkpoints/checkpoint-folder.ts';
import { writeArchive } from '../adapters/store/backup-archive.ts';
import type { ArchiveEntries, ArchiveEntry } from '../adapters/store/backup-archive.ts';
import { FIXED_FORMS, newLineTally, readParts } from '../adapters/store/backup-rows.ts';
import type { TableDigest } from '../adapters/store/backup-rows.ts';
import { readBackupSequences, readBackupTables, storedBytes } from '../adapters/store/backup-tables.ts';
import type { BackupTable } from '../adapters/store/backup-tables.ts';
import type { StoreClient } from '../adapters/store/connection.ts';
import { readStoreId } from '../adapters/store/log-hashes.ts';
import { listRuns } from '../adapters/store/runs.ts';
import { readStoreVersion } from '../adapters/store/schema-version.ts';
import { BACKUP_FORMAT, checkpointName, DIGESTS_ENTRY, MANIFEST_ENTRY, partName } from './backup-manifest.ts';
import type { BackupDigests, BackupManifest } from './backup-manifest.ts';
import { VERSION } from './identity.ts';
import { EXIT, nothing, Problem } from './problem.ts';

/** `pathFor` is asked once it is known what the backup is of; `onProgress` is told bytes read, of about how many. */
export type BackupRequest = Readonly<{ pathFor: (manifest: BackupManifest) => string; checkpoints: string; nowMs: number; onProgress: (done: number, total: number) => void }>;

export type BackupReport = Readonly<{ path: string; manifest: BackupManifest; tables: Readonly<Record<string, TableDigest>>; checkpoints: number }>;

export const backupStore = async (client: StoreClient, request: BackupRequest): Promise<BackupReport> => {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await client.query(FIXED_FORMS);
    const tables = await readBackupTables(client);
    const manifest = await manifestNow(client, tables, request.nowMs);
    const path = request.pathFor(manifest);
    const beside = checkpointEntries(request.checkpoints, manifest.store);
    const digests: Record<string, TableDigest> = {};
    await writeArchive(path, entriesOf(client, { manifest, tables, beside, digests, onProgress: request.onProgress }), { mtimeMs: request.nowMs });
    return { path, manifest, tables: digests, checkpoints: beside.filter(({ name }) => name.endsWith('.checkpoint')).length };
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
};

const manifestNow = async (client: StoreClient, tables: readonly BackupTable[], createdMs: number): Promise<BackupManifest> => {
  const store = await readStoreId(client);
  const schemaVersion = await readStoreVersion(client);
  if (store === null || schemaVersion === null) throw new Problem(EXIT.mismatch, 'The store has lost its own name, and nothing restored from it could be held against its checkpoints.', 'tb verify --full names what else is missing; restore an earlier backup.');
  const runs = (await listRuns(client)).map(({ id, name, mode, startHour, hours, head }) => ({ id, name, mode, startHour, hours, head: head?.hash ?? null }));
  const { rows } = await client.query('SELECT FROM tb.series LIMIT 1');
  if (runs.length === 0 && rows.length === 0) throw nothing('The store holds no candle and no run.', 'There is nothing to keep yet: tb import FILE --symbol BTC/USD');
  const dropped = (await client.query<{ run_id: string }>('SELECT run_id FROM tb.run_tombstone ORDER BY 1')).rows.map(({ run_id }) => run_id);
  const sequences = await readBackupSequences(client);
  return { format: BACKUP_FORMAT, tb: VERSION, schemaVersion, store, createdMs, runs, dropped, tables: tables.map(({ name, columns, key }) => ({ name, columns, key })), sequences };
};

/** Checkpoints of this store, also of runs that it has lost or dropped: they are what says so. */
const checkpointEntries = (folder: string, store: string): readonly ArchiveEntry[] =>
  runsWithCheckpoints({ folder, store }).flatMap(run => {
    const place = { folder, store, run };
    const signed = listCheckpoints(place).map(path => ({ name: checkpointName(run, basename(path)), bytes: Buffer.from(readCheckpointFile(path).text) }));
    const notes = readRunNotes(place);
    return notes === null ? signed : [...signed, { name: checkpointName(run, 'run.json'), bytes: Buffer.from(`${JSON.stringify(notes)}\n`) }];
  });

type Contents = Readonly<{ manifest: BackupManifest; tables: readonly BackupTable[]; beside: readonly ArchiveEntry[]; digests: Record<string, TableDigest>; onProgress: BackupRequest['onProgress'] }>;

/** What is read while it is written: the manifest first, so that a reader may refuse early, and the digests last. */
async function* entriesOf(client: StoreClient, { manifest, tables, beside, digests, onProgress }: Contents): ArchiveEntries {
  const first = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
  yield { name: MANIFEST_ENTRY, bytes: first };
  yield* beside;
  const total = await storedBytes(client);
  let done = 0;
  for (const [place, table] of tables.entries()) {
    const tally = newLineTally();
    let part = 0;
    for await (const bytes of readParts(client, table)) {
      tally.take(bytes);
      part += 1;
      yield { name: partName(place, table.name, part), bytes };
      done += bytes.length;
      onProgress(done, Math.max(total, done));
    }
    digests[table.name] = tally.digest();
  }
  const last: BackupDigests = { manifest: createHash('sha256').update(first).digest('hex'), tables: digests };
  yield { name: DIGESTS_ENTRY, bytes: Buffer.from(`${JSON.stringify(last, null, 1)}\n`) };
}
