/**
 * The proof that one event is in a run: its text and everything between it and a signed checkpoint, in one small JSON
 * object. What follows from the rest is left out, and digests stand together as one string. No store is needed to check it.
 */
import { canonicalText } from '../core/kernel/canonical.ts';
import { hexOf } from '../core/kernel/digest.ts';
import type { HashBytes } from '../core/kernel/digest.ts';
import { leafOfText } from '../core/kernel/merkle.ts';
import { auditPathLength, headOfAuditPath } from '../core/kernel/merkle-proof.ts';
import { parseNote } from '../adapters/keys/signed-note.ts';
import { checkpointOfText, logNameOf } from './checkpoint-text.ts';
import { packHashes, ProofError, readHashes } from './packed-hashes.ts';

export type EventTree = 'facts' | 'decisions';
type Fields = Readonly<Record<string, unknown>>;

/** What an event proof is made from. `index` counts over the steps of the hour, `leaf` is the envelope's place in its log. */
export type ProvenEvent = Readonly<{
  tree: EventTree;
  eventText: string;
  index: number;
  eventPath: readonly HashBytes[];
  recordText: string;
  envelopeText: string;
  leaf: number;
  logPath: readonly HashBytes[];
  checkpoint: string;
}>;

export type EventProof = Readonly<{
  checkpoint: string;
  digests: string;
  envelope: Fields;
  event: unknown;
  index: number;
  leaf: number;
  proof: 'event';
  record: Fields;
  tree: EventTree;
  version: 1;
}>;

const ROOT_OF = { facts: 'factsRoot', decisions: 'decisionsRoot' } as const;
/** In this order they stand in the digests, but for the root that follows from the event. */
const RECORD_DIGESTS = ['decisionsRoot', 'factsRoot', 'genesis', 'previous', 'state', 'trialBalance'] as const;
/** These follow from the record and from the checkpoint's origin; `previous` stands in the digests. */
const ENVELOPE_DERIVED: ReadonlySet<string> = new Set(['hour', 'hourHash', 'previous', 'run']);

const packedNames = (tree: EventTree): readonly string[] => RECORD_DIGESTS.filter(name => name !== ROOT_OF[tree]);
const without = (fields: Fields, names: ReadonlySet<string>): Fields => Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)));
const bytesOfHex = (hex: unknown): HashBytes => Buffer.from(String(hex), 'hex').toString('latin1') as HashBytes;

export const eventProofOf = (proven: ProvenEvent): EventProof => {
  const { tree, checkpoint, index, leaf } = proven;
  const record = JSON.parse(proven.recordText) as Fields;
  const envelope = JSON.parse(proven.envelopeText) as Fields;
  const named = packedNames(tree).map(name => bytesOfHex(record[name]));
  return {
    checkpoint,
    digests: packHashes([...named, bytesOfHex(envelope['previous']), ...proven.eventPath, ...proven.logPath]),
    envelope: without(envelope, ENVELOPE_DERIVED),
    event: JSON.parse(proven.eventText) as unknown,
    index,
    leaf,
    proof: 'event',
    record: without(record, new Set(RECORD_DIGESTS)),
    tree,
    version: 1,
  };
};

/** What a proof says once everything in it has been put together again. Whether the checkpoint is believed is another question. */
export type EventClaim = Readonly<{
  store: string;
  run: string;
  tree: EventTree;
  index: number;
  eventText: string;
  eventHash: string;
  record: Fields;
  hourHash: string;
  envelope: Fields;
  envelopeHash: string;
  leaf: number;
  size: number;
  root: string;
  /** The root that the event leads to; the proof holds where it is the checkpoint's. */
  computedRoot: string;
}>;

/** The claim of a proof. Throws ProofError where the proof is not whole. */
export const claimOfEventProof = (proof: EventProof): EventClaim => {
  const note = parseNote(proof.checkpoint);
  const checkpoint = note === null ? null : checkpointOfText(note.text);
  const log = checkpoint === null ? null : logNameOf(checkpoint.origin);
  if (checkpoint === null || log === null) throw new ProofError('checkpoint', 'is no signed checkpoint of a run');
  const hashes = readHashes(proof.digests);
  const digests = Object.fromEntries(packedNames(proof.tree).map(name => [name, hexOf(hashes.next())]));
  const previous = hexOf(hashes.next());
  const counts = countOf(proof);
  const eventText = textOf('event', proof.event);
  const eventLeaf = leafOfText(eventText);
  const root = headOfAuditPath({ leaf: eventLeaf, index: proof.index, size: counts, path: hashes.take(auditPathLength({ index: proof.index, size: counts })) });
  if (root === null) throw new ProofError('index', 'is no place among the events of the hour');
  const record: Fields = { ...proof.record, ...digests, [ROOT_OF[proof.tree]]: hexOf(root) };
  const hourLeaf = leafOfText(textOf('record', record));
  const envelope: Fields = { ...proof.envelope, hour: record['hour'], hourHash: hexOf(hourLeaf), previous, run: log.run };
  const envelopeLeaf = leafOfText(textOf('envelope', envelope));
  const place = { index: proof.leaf, size: checkpoint.size };
  if (!Number.isSafeInteger(proof.leaf) || proof.leaf < 0 || proof.leaf >= checkpoint.size) throw new ProofError('leaf', 'is no place in the log that was signed');
  const computed = headOfAuditPath({ leaf: envelopeLeaf, ...place, path: hashes.take(auditPathLength(place)) });
  hashes.end();
  return {
    ...log,
    tree: proof.tree,
    index: proof.index,
    eventText,
    eventHash: hexOf(eventLeaf),
    record,
    hourHash: hexOf(hourLeaf),
    envelope,
    envelopeHash: hexOf(envelopeLeaf),
    leaf: proof.leaf,
    size: checkpoint.size,
    root: hexOf(checkpoint.root),
    computedRoot: computed === null ? '' : hexOf(computed),
  };
};

const countOf = ({ record, tree, index }: EventProof): number => {
  const count = (record['counts'] as Fields | undefined)?.[tree];
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(index) || index < 0 || index >= (count as number)) throw new ProofError('index', 'is no place among the events of the hour');
  return count as number;
};

/** The canonical text of a part of a proof: what was hashed. */
const textOf = (field: string, value: unknown): string => {
  try {
    return canonicalText(value);
  } catch {
    throw new ProofError(field, 'has no canonical text');
  }
};
