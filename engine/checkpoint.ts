/**
 * Signs a run's log as it stands, after verifying it: what a checkpoint covers was whole when it was signed. A log that does
 * not extend what was signed before is never signed.
 */
import { checkpointPath, readRunNotes, readTreeCache, writeCheckpoint, writeRunNotes, writeTreeCache } from '../adapters/checkpoints/checkpoint-folder.ts';
import type { CheckpointPlace } from '../adapters/checkpoints/checkpoint-folder.ts';
import { lineOfSignature, noteOf, parseNote, signatureBy, signatureLine } from '../adapters/keys/signed-note.ts';
import type { SignerKey } from '../adapters/keys/signed-note.ts';
import type { StoreClient } from '../adapters/store/connection.ts';
import { readEnvelopeLeaves, readStoreId } from '../adapters/store/log-hashes.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { formatHour } from '../core/kernel/hours.ts';
import { hexOf } from '../core/kernel/digest.ts';
import { hashTreeOf, treeHead } from '../core/kernel/merkle-proof.ts';
import type { HashTree } from '../core/kernel/merkle-proof.ts';
import { existsSync, readFileSync } from 'node:fs';
import { hourOfLeaf, isSignedAnew } from './anchors.ts';
import { checkpointText, originOf } from './checkpoint-text.ts';
import { cacheOf } from './envelope-tree.ts';
import { EXIT, nothing, Problem } from './problem.ts';
import { verifyStore } from './verify-store.ts';
import type { VerifyReport, VerifyRequest } from './verify-store.ts';

export type SignedCheckpoint = Readonly<{
  run: string;
  origin: string;
  size: number;
  /** The hour of the last envelope; before the first sealed hour the one before the start. */
  through: string;
  root: string;
  note: string;
  file: string;
  signers: readonly string[];
  /** True where all of these had signed this very log before. */
  existing: boolean;
  /** Checkpoints that only revoked keys had signed, and whose word these signers now take upon themselves. */
  anew: readonly Readonly<{ file: string; signedBy: string }>[];
}>;

export type CheckpointRequest = Readonly<{ run: StoredRun; signers: readonly SignerKey[]; verify: VerifyRequest; folder: string; nowMs: number }>;

/** The report is of the verification; where it found something nothing is signed and `signed` is null. */
export type CheckpointOutcome = Readonly<{ report: VerifyReport; signed: SignedCheckpoint | null }>;

export const signCheckpoint = async (client: StoreClient, { run, signers, verify, folder, nowMs }: CheckpointRequest): Promise<CheckpointOutcome> => {
  const store = await readStoreId(client);
  if (store === null) throw new Problem(EXIT.mismatch, 'The store has lost its own name, so nothing in it can be signed.', 'Restore it from a backup.');
  // Read before the verification: hours sealed meanwhile are verified and signed the next time.
  const { leaves } = await readEnvelopeLeaves(client, run);
  if (leaves.length === 0) throw nothing(`Run ${run.name} has no envelope to sign.`, `tb verify --run ${run.name} names what is missing.`);
  const report = await verifyStore(client, verify);
  // A log that is what a revoked key signed needs somebody else to vouch for it; anything else keeps it from being signed.
  if (!report.findings.every(isSignedAnew)) return { report, signed: null };
  const place = { folder, store, run: run.id };
  const anew = report.findings.map(({ key, actual }) => ({ file: key, signedBy: (actual ?? '').split('; ')[0]! }));
  return { report, signed: { ...sign(place, run, { tree: hashTreeOf(leaves), signers, nowMs }), anew } };
};

type Signing = Readonly<{ tree: HashTree; signers: readonly SignerKey[]; nowMs: number }>;

const sign = (place: CheckpointPlace, run: StoredRun, { tree, signers, nowMs }: Signing): Omit<SignedCheckpoint, 'anew'> => {
  const root = treeHead(tree, tree.size);
  const origin = originOf(place);
  const text = checkpointText({ origin, size: tree.size, root });
  const { note, existing } = noteWith(text, signers, noteBefore(place, tree.size));
  const file = existing ? checkpointPath(place, tree.size) : writeCheckpoint(place, { size: tree.size, text: note });
  const cache = cacheOf(tree);
  if (readTreeCache(place)?.equals(cache) !== true) writeTreeCache(place, cache);
  if (!existing || readRunNotes(place) === null) writeRunNotes(place, { mode: run.mode, name: run.name, signedMs: nowMs });
  const through = formatHour(hourOfLeaf(run.startHour, tree.size - 1));
  return { run: run.name, origin, size: tree.size, through, root: hexOf(root), note, file, signers: signers.map(({ key }) => key.name), existing };
};

const noteBefore = (place: CheckpointPlace, size: number): string | null => {
  const path = checkpointPath(place, size);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
};

type SignedNote = Readonly<{ note: string; existing: boolean }>;

/** Signatures of others stay below the same text; each key signs it once. */
const noteWith = (text: string, signers: readonly SignerKey[], before: string | null): SignedNote => {
  const parsed = before === null ? null : parseNote(before);
  const known = parsed?.text === text ? parsed : null;
  if (before !== null && known === null) throw new Problem(EXIT.mismatch, 'Another checkpoint of this size is there already, by a key that is not known here.', 'Find out whose it is before you sign: two logs of one run cannot both be true.');
  const missing = signers.filter(({ key }) => known === null || signatureBy(known, key) === null);
  if (missing.length === 0 && before !== null) return { note: before, existing: true };
  return { note: noteOf(text, [...(known?.signatures ?? []).map(lineOfSignature), ...missing.map(signer => signatureLine(text, signer))]), existing: false };
};
