/**
 * What a backup says of itself: first, before any row, what it is of; last, behind every row, what its tables add up to. It
 * is told, not proved: what is proved is proved by the chains and the checkpoints.
 */
import type { BackupSequence, BackupTable } from '../adapters/store/backup-tables.ts';
import type { TableDigest } from '../adapters/store/backup-rows.ts';

/** Raised whenever an older tb could no longer read what a newer one writes. */
export const BACKUP_FORMAT = 1;

/** A run as it stood; its log has as many envelopes as hours, and the one that opens it. */
export type BackupRun = Readonly<{ id: string; name: string; mode: string; startHour: number; hours: number; head: string | null }>;

export type BackupManifest = Readonly<{
  format: number;
  /** The version of tb that wrote it. */
  tb: string;
  schemaVersion: number;
  /** The store's own name, which the restored one bears too. */
  store: string;
  createdMs: number;
  runs: readonly BackupRun[];
  /** Ids of runs that were dropped and left a tombstone: nothing of them is missing. */
  dropped: readonly string[];
  tables: readonly Omit<BackupTable, 'where'>[];
  sequences: readonly BackupSequence[];
}>;

/** `manifest` is the SHA-256 of the first entry's bytes. */
export type BackupDigests = Readonly<{ manifest: string; tables: Readonly<Record<string, TableDigest>> }>;

export const MANIFEST_ENTRY = 'manifest.json';
export const DIGESTS_ENTRY = 'digests.json';

/** `tables/07-tb.fact/000001.copy`: the order of loading, the table, the part. */
export const partName = (place: number, table: string, part: number): string => `tables/${String(place).padStart(2, '0')}-${table}/${String(part).padStart(6, '0')}.copy`;
const PART = /^tables\/\d+-([a-z_.]+)\/\d+\.copy$/;
export const tableOfPart = (name: string): string | null => PART.exec(name)?.[1] ?? null;

/** Of a run's folder of checkpoints: a signed one, or what is known of the run besides. */
export const checkpointName = (run: string, file: string): string => `checkpoints/${run}/${file}`;
const CHECKPOINT = /^checkpoints\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(\d{10}\.checkpoint|run\.json)$/;
export const checkpointOfName = (name: string): Readonly<{ run: string; file: string }> | null => {
  const [, run, file] = CHECKPOINT.exec(name) ?? [];
  return run === undefined || file === undefined ? null : { run, file };
};

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields | null => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: unknown): value is string => typeof value === 'string';
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const everyOf = (value: unknown, holds: (fields: Fields) => boolean): boolean => Array.isArray(value) && value.every(one => holds(fieldsOf(one) ?? {}));
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const isUuid = (value: unknown): boolean => isText(value) && UUID.test(value);

const parsed = (bytes: Uint8Array): Fields | null => {
  try {
    return fieldsOf(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return null;
  }
};

/** The format that a first entry says it has; null where it says nothing of the kind. */
export const formatOf = (bytes: Uint8Array): number | null => {
  const format = parsed(bytes)?.['format'];
  return isCount(format) ? format : null;
};

/** Null where the entry is no manifest of this format. */
export const manifestOf = (bytes: Uint8Array): BackupManifest | null => {
  const found = parsed(bytes);
  if (found === null || found['format'] !== BACKUP_FORMAT) return null;
  const isWhole =
    isText(found['tb']) && isCount(found['schemaVersion']) && isUuid(found['store']) && isCount(found['createdMs']) &&
    everyOf(found['runs'], run => isUuid(run['id']) && isText(run['name']) && isText(run['mode']) && isCount(run['startHour']) && isCount(run['hours']) && (run['head'] === null || isText(run['head']))) &&
    areTexts(found['dropped']) &&
    everyOf(found['tables'], table => isText(table['name']) && areTexts(table['columns']) && areTexts(table['key'])) &&
    everyOf(found['sequences'], one => isText(one['table']) && isText(one['column']) && isCount(one['last']));
  return isWhole ? (found as unknown as BackupManifest) : null;
};

/** Null where the entry holds no digests. */
export const digestsOf = (bytes: Uint8Array): BackupDigests | null => {
  const found = parsed(bytes);
  const tables = fieldsOf(found?.['tables']);
  if (found === null || tables === null || !isText(found['manifest'])) return null;
  return Object.values(tables).every(one => isCount(fieldsOf(one)?.['rows']) && isText(fieldsOf(one)?.['sha256'])) ? (found as unknown as BackupDigests) : null;
};
