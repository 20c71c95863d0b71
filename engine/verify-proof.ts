/**
 * Checks a proof by itself: no store, no network. A proof holds when everything in it leads to the root of a checkpoint
 * that somebody signed whom the reader believes; each way of failing is told apart.
 */
import { parseNote } from '../adapters/keys/signed-note.ts';
import { judgeNote } from '../adapters/keys/trust.ts';
import type { Trusted } from '../adapters/keys/trust.ts';
import { hexOf } from '../core/kernel/digest.ts';
import { isConsistent } from '../core/kernel/merkle-proof.ts';
import { formatHour } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { checkpointOfText } from './checkpoint-text.ts';
import type { Checkpoint } from './checkpoint-text.ts';
import { claimOfEventProof } from './event-proof.ts';
import type { EventClaim, EventProof } from './event-proof.ts';
import type { ConsistencyProof } from './consistency-proof.ts';
import { placesOf } from './json-places.ts';
import { ProofError, readHashes } from './packed-hashes.ts';

export type ProofStatus = 'PROOF HOLDS' | 'PROOF BROKEN' | 'SIGNER UNKNOWN' | 'SIGNER REVOKED' | 'SIGNATURE FALSE';

export type ProofReport = Readonly<{
  status: ProofStatus;
  verified: boolean;
  proof: 'event' | 'consistency' | null;
  /** Which part is wrong, and what; null where nothing is. */
  field: string | null;
  why: string | null;
  signers: readonly string[];
  /** What an event proof proves, put together again; null for another or a broken one. */
  claim: EventClaim | null;
  /** Sizes of the logs that a consistency proof is about. */
  from: number | null;
  to: number | null;
  origin: string | null;
  hour: string | null;
}>;

const NOTHING = { proof: null, field: null, why: null, signers: [], claim: null, from: null, to: null, origin: null, hour: null } as const;

const broken = (proof: ProofReport['proof'], field: string, why: string): ProofReport => ({ ...NOTHING, status: 'PROOF BROKEN', verified: false, proof, field, why });

/** The text of a proof file against the keys that the reader believes. */
export const verifyProof = (text: string, trusted: readonly Trusted[]): ProofReport => {
  const value = parsed(text);
  const kind = value?.['proof'];
  if (value === null || (kind !== 'event' && kind !== 'consistency')) return broken(null, 'proof', 'is no proof of tb: it must say "event" or "consistency"');
  const stray = strayIn(text, value, FIELDS[kind]);
  if (stray !== null) return broken(kind, stray.field, stray.why);
  if (value['version'] !== 1) return broken(kind, 'version', 'is none that this tb knows');
  try {
    return kind === 'event' ? verifyEvent(value as unknown as EventProof, trusted) : verifyConsistency(value as unknown as ConsistencyProof, trusted);
  } catch (error) {
    if (error instanceof ProofError) return broken(kind, error.field, error.message.slice(error.field.length + 1));
    throw error;
  }
};

const FIELDS = {
  event: ['checkpoint', 'digests', 'envelope', 'event', 'index', 'leaf', 'proof', 'record', 'tree', 'version'],
  consistency: ['digests', 'from', 'proof', 'to', 'version'],
} as const;

/** Whatever is not proven has no place in a proof: somebody could read it as if it were. */
const strayIn = (text: string, value: Readonly<Record<string, unknown>>, fields: readonly string[]): Readonly<{ field: string; why: string }> | null => {
  const unknown = Object.keys(value).find(name => !fields.includes(name));
  if (unknown !== undefined) return { field: unknown, why: 'is no field of such a proof' };
  const { repeated, tooDeep } = placesOf(text);
  if (repeated !== null) return { field: repeated.path, why: 'is given twice' };
  return tooDeep === null ? null : { field: tooDeep.path, why: 'nests too deep' };
};

const parsed = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
};

const isFields = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const verifyEvent = (proof: EventProof, trusted: readonly Trusted[]): ProofReport => {
  for (const field of ['record', 'envelope'] as const) if (!isFields(proof[field])) throw new ProofError(field, 'is no object');
  if (proof.tree !== 'facts' && proof.tree !== 'decisions') throw new ProofError('tree', 'must be "facts" or "decisions"');
  if (typeof proof.checkpoint !== 'string') throw new ProofError('checkpoint', 'is no text');
  const claim = claimOfEventProof(proof);
  const hour = claim.record['hour'];
  const told = { ...NOTHING, proof: 'event', claim, origin: `tb/${claim.store}/${claim.run}`, hour: Number.isSafeInteger(hour) ? formatHour(hour as HourUtc) : null } as const;
  if (claim.computedRoot !== claim.root) {
    return { ...told, status: 'PROOF BROKEN', verified: false, field: 'checkpoint', why: `was signed over root ${claim.root}, and this event leads to ${claim.computedRoot}: something in it is not as it was signed` };
  }
  return { ...told, ...signedBy(proof.checkpoint, trusted) };
};

type Signed = Pick<ProofReport, 'status' | 'verified' | 'field' | 'why' | 'signers'>;

const shown = (keys: readonly Readonly<{ name: string; id: string }>[]): string => keys.map(({ name, id }) => `${name} ${id}`).join(', ');

const signedBy = (note: string, trusted: readonly Trusted[]): Signed => {
  const { signers, revoked, false: lies, unknown } = judgeNote(parseNote(note)!, trusted);
  const none = { verified: false, field: 'checkpoint', signers: [] } as const;
  if (lies.length > 0) return { ...none, status: 'SIGNATURE FALSE', why: `is not signed by ${shown(lies)}, as it says` };
  if (signers.length > 0) return { status: 'PROOF HOLDS', verified: true, field: null, why: null, signers: signers.map(({ name }) => name) };
  if (revoked.length > 0) return { ...none, status: 'SIGNER REVOKED', why: `is signed by ${shown(revoked)}, whose key was revoked` };
  return { ...none, status: 'SIGNER UNKNOWN', why: `is signed by ${unknown.join(', ')}, whom you did not say you believe` };
};

const checkpointIn = (note: unknown, field: string): Checkpoint => {
  const checkpoint = typeof note === 'string' ? checkpointOfText(parseNote(note)?.text ?? '') : null;
  if (checkpoint === null) throw new ProofError(field, 'is no signed checkpoint');
  return checkpoint;
};

const verifyConsistency = (proof: ConsistencyProof, trusted: readonly Trusted[]): ProofReport => {
  const [from, to] = [checkpointIn(proof.from, 'from'), checkpointIn(proof.to, 'to')];
  if (from.origin !== to.origin) throw new ProofError('to', 'is a checkpoint of another log');
  const hashes = readHashes(proof.digests);
  const path = hashes.take(Buffer.from(proof.digests, 'base64').length / 32);
  const told = { ...NOTHING, proof: 'consistency', from: from.size, to: to.size, origin: from.origin } as const;
  if (!isConsistent({ from: from.size, to: to.size, fromHead: from.root, toHead: to.root, path })) {
    return { ...told, status: 'PROOF BROKEN', verified: false, field: 'digests', why: `do not lead from root ${hexOf(from.root)} to root ${hexOf(to.root)}` };
  }
  const [first, second] = [signedBy(proof.from, trusted), signedBy(proof.to, trusted)];
  if (!first.verified) return { ...told, ...first, field: 'from' };
  return { ...told, ...second, field: second.verified ? null : 'to', signers: [...new Set([...first.signers, ...second.signers])] };
};
