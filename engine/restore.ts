/**
 * Makes a store out of a backup, row for row the one that was backed up, or makes nothing: everything is loaded, compared and
 * verified in one transaction, and what is left by whatever ends it earlier is marked so that no command takes it for a store.
 */
import { existsSync } from 'node:fs';
import { checkpointPath, writeCheckpoint, writeRunNotes } from '../adapters/checkpoints/checkpoint-folder.ts';
import { digestOfTable, FIXED_FORMS } from '../adapters/store/backup-rows.ts';
import { readBackupTables } from '../adapters/store/backup-tables.ts';
import type { BackupTable } from '../adapters/store/backup-tables.ts';
import type { StoreClient } from '../adapters/store/connection.ts';
import { gatherStatistics, haltForLoss, loadLines, rebuildBalances, setSequences, switchTriggersOff, switchTriggersOn } from '../adapters/store/restore-rows.ts';
import { markTarget, unmarkTarget } from '../adapters/store/restore-target.ts';
import { codeOf, StoreError } from '../adapters/store/store-error.ts';
import { inTransaction } from '../adapters/store/transaction.ts';
import { byCodeUnit } from '../core/kernel/order.ts';
import { latestVersion, pendingAfter } from '../schema/migrations.ts';
import type { Migration } from '../schema/migrations.ts';
import { readSchemaFiles } from '../schema/schema-files.ts';
import type { BackupManifest } from './backup-manifest.ts';
import { EXIT, Problem, refused } from './problem.ts';
import { keptCheckpoints, runNotesOf } from './restore-archive.ts';
import type { KeptFile, OpenBackup } from './restore-archive.ts';
import { reasonOfLoss, setAside } from './restore-loss.ts';
import type { Loss } from './restore-loss.ts';
import { reasonOfUnanchored, setRevokedAside } from './restore-unanchored.ts';
import type { Unanchored } from './restore-unanchored.ts';
import { typed } from './wording.ts';
import type { Evidence } from './verify-anchors.ts';
import { hourOfFinding, verifyStore } from './verify-store.ts';
import type { LocatedFinding, VerifyReport } from './verify-store.ts';

export type RestoreRequest = Readonly<{
  path: string;
  backup: OpenBackup;
  /** Accepted by the user, each by its number of hours. */
  losses: readonly Loss[];
  /** What only revoked keys signed, accepted by the user for this reason. */
  unanchored: readonly Unanchored[];
  unanchoredReason: string | null;
  /** The checkpoints of this machine, and whom it believes. */
  evidence: Evidence;
  /** Who restores, and the key of a command that is made for a loss. */
  actor: string;
  keyFor: (nowMs: number) => string;
  nowMs: number;
}>;

export type RestoreReport = Readonly<{ rows: number; migratedFrom: number | null; verified: VerifyReport; checkpoints: readonly string[]; setAside: readonly string[] }>;

/** Throws StoreError (schema_version) for a backup of a newer schema; it can be asked before a store is opened. */
export const requireKnownSchema = ({ schemaVersion, tb }: BackupManifest): void => {
  const latest = latestVersion(readSchemaFiles().migrations);
  if (schemaVersion > latest) throw new StoreError('schema_version', { message: `The backup has schema version ${schemaVersion}, written by tb ${tb}; this tb knows up to ${latest}.`, hint: 'Restore it with the newer tb that wrote it.' });
};

/** On a connection of the owner. Throws Problem (refused) where the target holds something, (mismatch) where anything differs. */
export const restoreBackup = async (client: StoreClient, request: RestoreRequest): Promise<RestoreReport> => {
  const { manifest } = request.backup;
  await markTarget(client, request.nowMs, occupied);
  const done = await inTransaction(client, async () => {
    await client.query(`SET LOCAL client_min_messages = warning; ${FIXED_FORMS}`);
    const migrations = await createSchema(client, manifest.schemaVersion);
    const rows = await loadTables(client, request).catch((error: unknown) => refuseRows(request.path, error));
    const migratedFrom = await migrateUp(client, migrations, request);
    await rebuildBalances(client);
    const verified = await requireVerified(client, request);
    await recordLosses(client, request);
    await unmarkTarget(client);
    return { rows, migratedFrom, verified };
  });
  const aside = [...setAside(request.losses, { folder: request.evidence.folder, store: manifest.store }), ...setRevokedAside(request.unanchored)];
  return { ...done, setAside: aside, checkpoints: putBack(request) };
};

const occupied = (found: readonly string[]): Problem =>
  refused(`The store is not empty: it holds rows or tables in ${found.slice(0, 5).join(', ')}${found.length > 5 ? ' and more' : ''}.`, 'Restore into a new one: --store FOLDER that is not there yet, or the URL of an empty database. Nothing was changed.');

/** The schema that the backup was written under; what is to come after the load is returned. */
const createSchema = async (client: StoreClient, version: number): Promise<readonly Migration[]> => {
  const { bootstrap, migrations } = readSchemaFiles();
  const pending = pendingAfter(migrations, version);
  if (pending.length === 0) await client.query(bootstrap);
  else for (const migration of migrations) if (!pending.includes(migration)) await client.query(migration.sql);
  return pending;
};

/** Every line into its table, then everything read back and compared with what was written. Returns how many rows there are. */
const loadTables = async (client: StoreClient, { path, backup }: RestoreRequest): Promise<number> => {
  const { manifest, lines, digests } = backup;
  const tables = await tablesFor(client, path, manifest);
  await switchTriggersOff(client);
  let rows = 0;
  for await (const { table, lines: part } of lines) rows += await loadLines(client, tables.get(table)!, part);
  await setSequences(client, manifest.sequences);
  await switchTriggersOn(client);
  await gatherStatistics(client);
  for (const [name, table] of tables) {
    const stored = await digestOfTable(client, table);
    const written = digests[name];
    if (stored.rows !== written?.rows || stored.sha256 !== written.sha256) throw differs(path, `table ${name} has ${stored.rows} rows with another digest than the ${written?.rows ?? 0} that were written`);
  }
  return rows;
};

const differs = (path: string, what: string): Problem => new Problem(EXIT.mismatch, `${typed(path)} was not restored: ${what}.`, LEFT_MARKED);
const LEFT_MARKED = 'The target is marked as unfinished and no command uses it. Restore another backup into it.';

/** Lines that are none, and rows that the store would never have held (SQLSTATE classes 22 and 23), were not written by a backup. */
const refuseRows = (path: string, error: unknown): never => {
  const code = codeOf(error);
  throw code !== null && /^2[23]/.test(code) ? differs(path, `it holds rows that no store can have had (${(error as Error).message})`) : error;
};

/** The tables of this schema, which must be those of the backup, column by column. */
const tablesFor = async (client: StoreClient, path: string, manifest: BackupManifest): Promise<ReadonlyMap<string, BackupTable>> => {
  const own = await readBackupTables(client);
  const shown = (tables: BackupManifest['tables']): string => tables.map(({ name, columns }) => `${name}(${columns.toSorted(byCodeUnit).join()})`).toSorted(byCodeUnit).join();
  if (shown(own) !== shown(manifest.tables)) throw differs(path, `its tables are not those of schema version ${manifest.schemaVersion}`);
  // The columns stand in the order of the backup, which is that of its lines.
  return new Map(manifest.tables.map(({ name, columns }) => [name, { ...own.find(one => one.name === name)!, columns }]));
};

const migrateUp = async (client: StoreClient, pending: readonly Migration[], { backup, nowMs }: RestoreRequest): Promise<number | null> => {
  for (const { version, name, sql, sha256 } of pending) {
    await client.query(sql);
    await client.query(`INSERT INTO tb.schema_version (version, name, sha256, applied_ms) VALUES ($1, $2, decode($3, 'hex'), $4)`, [version, name, sha256, nowMs]);
  }
  return pending.length === 0 ? null : backup.manifest.schemaVersion;
};

/** Everything there is, and against the checkpoints of this machine and of the backup; what was accepted as lost is no finding. */
const requireVerified = async (client: StoreClient, { path, backup, losses, unanchored, evidence }: RestoreRequest): Promise<VerifyReport> => {
  const both = { ...evidence, files: [...evidence.files, ...keptCheckpoints(path, backup.kept)], every: true };
  const report = await verifyStore(client, { run: null, requireAnchor: false, full: true, evidence: both, onProgress: () => undefined });
  const open = report.findings.filter(finding => !losses.some(loss => isLoss(finding, loss)) && !unanchored.some(one => isUnanchored(finding, one)));
  const [first] = open;
  if (first !== undefined) throw differs(path, `it does not verify (${open.length === 1 ? 'one finding' : `${open.length} findings`}; the first: ${shownFinding(first)})`);
  return report;
};

const OF_LOSS: ReadonlySet<string> = new Set(['STORE_ROLLED_BACK', 'TAIL_TRUNCATED', 'LOG_GONE']);
const isLoss = ({ code, run }: LocatedFinding, { name }: Loss): boolean => OF_LOSS.has(code) && run === name;

/** A log that contradicts what a revoked key signed is accepted for no reason. */
const isUnanchored = ({ code, column, run }: LocatedFinding, { name }: Unanchored): boolean => code === 'SIGNER_REVOKED' && column !== 'root' && run === name;

const shownFinding = (finding: LocatedFinding): string => {
  const { code, table, key, column, run, expected, actual } = finding;
  const hour = hourOfFinding(finding);
  const where = [run === null ? '' : `run ${run}`, hour ?? ''].filter(part => part !== '').join(', ');
  return `${code} ${table}${column === null ? '' : `.${column}`} ${key}${where === '' ? '' : ` (${where})`}, expected ${expected ?? 'nothing'}, found ${actual ?? 'nothing'}`;
};

/** Only what goes on is halted: the log of a backtest or an import is complete. */
const recordLosses = async (client: StoreClient, { backup, losses, unanchored, unanchoredReason, actor, keyFor, nowMs }: RestoreRequest): Promise<void> => {
  const { manifest } = backup;
  const reasons = [
    ...losses.map(loss => ({ id: loss.id, mode: loss.run?.mode, reason: reasonOfLoss(loss, manifest) })),
    ...unanchored.map(one => ({ id: one.id, mode: one.run.mode, reason: reasonOfUnanchored(one, manifest, unanchoredReason ?? '') })),
  ];
  for (const { id, mode, reason } of reasons) if (mode === 'paper') await haltForLoss(client, { runId: id, key: keyFor(nowMs), actor, reason, receivedMs: nowMs });
};

/** Checkpoints that this machine has lost come back; what is there is never written over. Returns the files. */
const putBack = ({ backup, evidence, losses, unanchored }: RestoreRequest): readonly string[] =>
  backup.kept.flatMap(({ run, file, text }: KeptFile) => {
    const place = { folder: evidence.folder, store: backup.manifest.store, run };
    if (file === 'run.json') {
      const path = checkpointPath(place, 0).replace(/[^/\\]+$/, file);
      const notes = runNotesOf(text);
      if (notes !== null && !existsSync(path)) writeRunNotes(place, notes);
      return [];
    }
    const size = Number.parseInt(file, 10);
    if (unanchored.some(one => one.id === run && one.beyond.some(({ size: over }) => over === size))) return [];
    if (existsSync(checkpointPath(place, size)) || losses.some(({ id, run: of }) => id === run && size > (of === null ? 0 : of.hours + 1))) return [];
    return [writeCheckpoint(place, { size, text })];
  });
