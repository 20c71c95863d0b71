/**
 * Holds each run's log in the store against its signed checkpoints: how far it is anchored, and what was lost, rolled back
 * or rewritten. Runs that only a checkpoint remembers are found here too.
 */
import { readRunNotes, runsWithCheckpoints, storesWithRun } from '../adapters/checkpoints/checkpoint-folder.ts';
import type { CheckpointFile, RunNotes } from '../adapters/checkpoints/checkpoint-folder.ts';
import type { Trusted } from '../adapters/keys/trust.ts';
import type { StoreClient } from '../adapters/store/connection.ts';
import { readEnvelopeLeaves, readStoreId } from '../adapters/store/log-hashes.ts';
import { readEnvelopeText } from '../adapters/store/read-envelope.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { isDropped, tablesBeyond, wroteBetween } from '../adapters/store/verify-absence.ts';
import type { Finding } from '../adapters/store/verify.ts';
import { byCodeUnit } from '../core/kernel/order.ts';
import { hashTreeOf } from '../core/kernel/merkle-proof.ts';
import type { HashTree } from '../core/kernel/merkle-proof.ts';
import { envelopeOfText } from '../schema/wire/seal-text.ts';
import { compareWithLog, hourOfLeaf, judgeCheckpoint, originIn, readAnchors, revokedFindings } from './anchors.ts';
import type { Anchor } from './anchors.ts';
import { logNameOf, originOf } from './checkpoint-text.ts';

/** Where checkpoints are looked for and whom to believe; `files` are further ones, wherever they lie. */
export type Evidence = Readonly<{ folder: string; files: readonly CheckpointFile[]; trusted: readonly Trusted[]; every: boolean }>;

export type Anchored = Readonly<{ anchor: Anchor | null; tree: HashTree; findings: readonly Finding[] }>;

/** The log of one run against its checkpoints. */
export const anchorRun = async (client: StoreClient, run: StoredRun, { folder, files, trusted, every }: Evidence): Promise<Anchored> => {
  const { leaves } = await readEnvelopeLeaves(client, run);
  const tree = hashTreeOf(leaves);
  const store = await readStoreId(client);
  if (store === null) return { anchor: null, tree, findings: [] };
  const place = { folder, store, run: run.id };
  const sources = { place, files, origin: originOf(place), trusted };
  const log = { startHour: run.startHour, tree };
  let read = readAnchors({ ...sources, every });
  let compared = compareWithLog(read.anchors, log);
  // Where the latest is contradicted, those before it say since when.
  if (!every && (compared.findings.length > 0 || compared.beyond !== null)) {
    read = readAnchors({ ...sources, every: true });
    compared = compareWithLog(read.anchors, log);
  }
  const findings = [...renamedStore({ store, run }, { folder, files, trusted }), ...read.findings, ...revokedFindings(read.revoked, compared.anchor, log), ...compared.findings];
  if (compared.beyond !== null) findings.push(await missingFinding(client, run, { beyond: compared.beyond, size: tree.size, signedMs: readRunNotes(place)?.signedMs ?? null }));
  return { anchor: compared.anchor, tree, findings };
};

type Renamed = Readonly<{ store: string; run: StoredRun }>;

/** The log of a run has one store for good: whoever gives that another name makes strangers of the checkpoints over it. */
const renamedStore = ({ store, run }: Renamed, { folder, files, trusted }: Omit<Evidence, 'every'>): readonly Finding[] => {
  const ofFiles = files.flatMap(file => logNameOf(originIn(file) ?? '') ?? []).filter(log => log.run === run.id).map(log => log.store);
  const others = new Set([...storesWithRun(folder, run.id), ...ofFiles].filter(other => other !== store));
  return [...others].sort(byCodeUnit).flatMap((other): readonly Finding[] => {
    const place = { folder, store: other, run: run.id };
    const [latest] = readAnchors({ place, files, origin: originOf(place), trusted, every: false }).anchors;
    if (latest === undefined) return [];
    return [{ code: 'STORE_RENAMED', table: 'store', key: `run=${run.name}`, column: 'id', expected: `${other}, under which ${latest.signers.join(', ')} signed ${latest.size} envelopes of the run (${latest.path})`, actual: store }];
  });
};

type Missing = Readonly<{ beyond: Anchor; size: number; signedMs: number | null }>;

/** A log that ends before its checkpoint: nothing left of it, its tail cut off, or the whole store put back to an earlier day. */
const missingFinding = async (client: StoreClient, run: StoredRun, { beyond, size, signedMs }: Missing): Promise<Finding> => {
  const [from, through] = [hourOfLeaf(run.startHour, size), hourOfLeaf(run.startHour, beyond.size - 1)];
  const at = { table: 'envelope', key: from === through ? `hour=${from}` : `hour=${from}..${through}`, column: null, expected: `${beyond.size} envelopes, signed by ${beyond.signers.join(', ')}` } as const;
  if (size === 0) return { ...at, code: 'LOG_GONE', actual: 'none' };
  const last = hourOfLeaf(run.startHour, size - 1);
  const beyondTables = await tablesBeyond(client, run, last);
  if (beyondTables.length > 0) return { ...at, code: 'TAIL_TRUNCATED', actual: `${size}, and later rows in ${beyondTables.join(', ')}` };
  const afterMs = executedAt(await readEnvelopeText(client, run, last));
  const later = afterMs !== null && (await wroteBetween(client, { afterMs, untilMs: signedMs ?? Number.MAX_SAFE_INTEGER }));
  return later
    ? { ...at, code: 'TAIL_TRUNCATED', actual: `${size}, while the store went on after the last of them` }
    : { ...at, code: 'STORE_ROLLED_BACK', actual: `${size}, and nothing in the store is later than the last of them` };
};

const executedAt = (text: string | null): number | null => {
  try {
    return text === null ? null : envelopeOfText(text).executedAtMs;
  } catch {
    return null;
  }
};

/** A run that a believed checkpoint was signed over and the store has no row of; `dropped` where it left a tombstone. */
export type LostRun = Readonly<{ id: string; name: string; finding: Finding | null; dropped: boolean }>;

/** Runs of this store that only checkpoints remember, by the folder and by the further files. */
export const lostRuns = async (client: StoreClient, runs: readonly StoredRun[], evidence: Evidence): Promise<readonly LostRun[]> => {
  const store = await readStoreId(client);
  if (store === null) return [];
  const known = new Set(runs.map(({ id }) => id));
  const ofFiles = evidence.files.map(originIn).map(origin => (origin === null ? null : logNameOf(origin)));
  const remembered = [...runsWithCheckpoints({ folder: evidence.folder, store }), ...ofFiles.flatMap(log => (log?.store === store ? [log.run] : []))];
  const lost: LostRun[] = [];
  for (const id of new Set(remembered)) if (!known.has(id)) lost.push(await lostRun(client, { store, id }, evidence));
  return lost.filter(({ dropped, finding }) => dropped || finding !== null);
};

const lostRun = async (client: StoreClient, { store, id }: Readonly<{ store: string; id: string }>, { folder, files, trusted }: Evidence): Promise<LostRun> => {
  const place = { folder, store, run: id };
  const notes = readRunNotes(place);
  const [latest] = readAnchors({ place, files, origin: originOf(place), trusted, every: false }).anchors;
  const lost = { id, name: notes?.name ?? id, dropped: false, finding: null };
  if (latest === undefined) return lost;
  if (canBeDropped(notes) && (await isDropped(client, id))) return { ...lost, dropped: true };
  return { ...lost, finding: { code: 'LOG_GONE', table: 'run', key: `id=${id}`, column: null, expected: `${latest.size} envelopes, signed by ${latest.signers.join(', ')}`, actual: 'no such run' } };
};

/** Only backtests and imports leave a tombstone; the notes remember what the run was, whatever a tombstone says now. */
export const canBeDropped = (notes: RunNotes | null): boolean => notes?.mode === 'backtest' || notes?.mode === 'import';

/** Further checkpoint files that belong to another store, or to no log of ours: whoever named them meant this one. */
export const strangeFiles = async (client: StoreClient, { files, trusted }: Evidence): Promise<readonly Finding[]> => {
  const store = await readStoreId(client);
  return files.flatMap(file => {
    const origin = originIn(file);
    if (origin === null) return judgeCheckpoint(file, trusted, null).findings;
    const log = logNameOf(origin);
    return log !== null && log.store === store ? [] : [{ code: 'COLUMN_DIFFERS', table: 'checkpoint', key: file.path, column: 'origin', expected: `tb/${store ?? ''}/…`, actual: origin } as const];
  });
};
