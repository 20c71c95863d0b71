/**
 * Makes proofs from a store: of one event, from its text up to a signed checkpoint, and of one checkpoint extending another.
 * What is proved is checked on the way; a store that contradicts its checkpoint proves nothing.
 */
import { readCheckpointFile, readTreeCache } from '../adapters/checkpoints/checkpoint-folder.ts';
import type { CheckpointPlace } from '../adapters/checkpoints/checkpoint-folder.ts';
import type { StoreClient } from '../adapters/store/connection.ts';
import { readEnvelopeLeaves, readStoreId } from '../adapters/store/log-hashes.ts';
import { readEnvelopeText, readRecordText } from '../adapters/store/read-envelope.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { leafOfText } from '../core/kernel/merkle.ts';
import { auditPath, consistencyPath, hashTreeOf, treeHead } from '../core/kernel/merkle-proof.ts';
import type { HashTree } from '../core/kernel/merkle-proof.ts';
import { formatHour } from '../core/kernel/hours.ts';
import { readAnchors } from './anchors.ts';
import type { Anchor } from './anchors.ts';
import { originOf } from './checkpoint-text.ts';
import { consistencyProofOf } from './consistency-proof.ts';
import type { ConsistencyProof } from './consistency-proof.ts';
import { treeAround } from './envelope-tree.ts';
import { eventIn, textsOfHour } from './event-place.ts';
import type { EventPlace } from './event-place.ts';
import { claimOfEventProof, eventProofOf } from './event-proof.ts';
import type { EventProof } from './event-proof.ts';
import { EXIT, Problem, refused, usage } from './problem.ts';
import { typed } from './wording.ts';
import type { Evidence } from './verify-anchors.ts';

export type Proven<Proof> = Readonly<{ proof: Proof; anchor: Anchor }>;

/** The proof of an event of a run, up to the latest checkpoint that is believed. Throws Problem where none covers it. */
export const proveEvent = async (client: StoreClient, run: StoredRun, place: EventPlace, evidence: Evidence): Promise<Proven<EventProof>> => {
  const leaf = place.hour - run.startHour + 1;
  const { anchor, at } = await anchorOf(client, run, evidence);
  if (anchor === null || leaf >= anchor.size) throw uncovered(run, place);
  const record = await readRecordText(client, run, place.hour);
  const envelope = await readEnvelopeText(client, run, place.hour);
  if (leaf < 1 || record === null || envelope === null) throw usage(`Run ${run.name} has no hour ${formatHour(place.hour)}.`, `Its first is ${formatHour(run.startHour)}.`);
  const event = eventIn(await textsOfHour(client, run, place.hour), place);
  const tree = await signedTree(client, run, { anchor, at, places: [leaf] });
  const events = hashTreeOf(event.all.map(leafOfText));
  const proof = eventProofOf({
    tree: place.tree,
    eventText: event.text,
    index: event.index,
    eventPath: auditPath(events, { index: event.index, size: events.size }),
    recordText: record,
    envelopeText: envelope,
    leaf,
    logPath: auditPath(tree, { index: leaf, size: anchor.size }),
    checkpoint: anchor.note,
  });
  // An edited row anywhere on the way leads to another root: better told here than to whoever is shown the proof.
  const claim = claimOfEventProof(proof);
  if (claim.computedRoot !== claim.root) throw contradicted(run);
  return { proof, anchor };
};

const uncovered = ({ name }: StoredRun, { hour }: EventPlace): Problem =>
  refused(`No checkpoint that you believe covers hour ${formatHour(hour)} of run ${name}.`, `Sign one: tb checkpoint ${name}. A checkpoint elsewhere is named with --checkpoint FILE, the key of another signer with --trust KEY.`);

const contradicted = ({ name }: StoredRun): Problem =>
  new Problem(EXIT.mismatch, `The log of run ${name} is not the one that was signed.`, `tb verify --run ${name} --full names what differs.`);

type Place = CheckpointPlace;

const anchorOf = async (client: StoreClient, run: StoredRun, { folder, files, trusted }: Evidence): Promise<Readonly<{ anchor: Anchor | null; at: Place }>> => {
  const at = await placeOf(client, run, folder);
  const [anchor = null] = readAnchors({ place: at, files, origin: originOf(at), trusted, every: false }).anchors;
  return { anchor, at };
};

const placeOf = async (client: StoreClient, run: StoredRun, folder: string): Promise<Place> => ({ folder, store: (await readStoreId(client)) ?? '', run: run.id });

type Wanted = Readonly<{ anchor: Anchor; at: Place; places: readonly number[] }>;

/** The tree that an anchor was signed over: from the cached nodes where they lead to its root, else from every hash. */
const signedTree = async (client: StoreClient, run: StoredRun, { anchor, at, places }: Wanted): Promise<HashTree> => {
  const { size, root } = anchor;
  const cache = readTreeCache(at);
  const cached = cache === null ? null : await treeAround(client, run, { size, places, cache });
  if (cached !== null && treeHead(cached, size) === root) return cached;
  const whole = hashTreeOf((await readEnvelopeLeaves(client, run)).leaves);
  if (whole.size >= size && treeHead(whole, size) === root) return whole;
  throw contradicted(run);
};

export type LogAnchor = Readonly<{ anchor: Anchor; tree: HashTree; leaf: number }>;

/** The latest believed checkpoint of a run with a tree that can prove the leaf chosen for its size; null without one. */
export const logAnchor = async (client: StoreClient, run: StoredRun, evidence: Evidence, leafFor: (size: number) => number): Promise<LogAnchor | null> => {
  const { anchor, at } = await anchorOf(client, run, evidence);
  if (anchor === null) return null;
  const leaf = leafFor(anchor.size);
  return { anchor, leaf, tree: await signedTree(client, run, { anchor, at, places: [leaf] }) };
};

/** One end of a consistency proof: a checkpoint file, or the size of one in the folder of checkpoints. */
const endOf = (given: string, { anchors, files }: Readonly<{ anchors: readonly Anchor[]; files: ReadonlyMap<string, Anchor> }>): Anchor => {
  const anchor = files.get(given) ?? (/^\d{1,15}$/.test(given) ? anchors.find(({ size }) => size === Number(given)) : undefined);
  if (anchor !== undefined) return anchor;
  const sizes = anchors.map(({ size }) => size).toReversed();
  throw usage(`${typed(given)} is no checkpoint that you believe.`, sizes.length === 0 ? 'Sign one: tb checkpoint RUN.' : `Name a file, or one of the sizes ${sizes.join(', ')}.`);
};

/** The proof that the larger of two checkpoints of a run extends the smaller. */
export const proveConsistency = async (client: StoreClient, run: StoredRun, ends: readonly [string, string], evidence: Evidence): Promise<Proven<ConsistencyProof>> => {
  const at = await placeOf(client, run, evidence.folder);
  const judge = { place: at, origin: originOf(at), trusted: evidence.trusted };
  const { anchors } = readAnchors({ ...judge, files: evidence.files, every: true });
  const named = ends.filter(end => !/^\d{1,15}$/.test(end));
  const files = new Map(named.flatMap(path => readAnchors({ ...judge, place: null, files: [readCheckpointFile(path)], every: false }).anchors.map(anchor => [path, anchor])));
  const [from, to] = ends.map(end => endOf(end, { anchors, files })).sort((left, right) => left.size - right.size) as [Anchor, Anchor];
  const tree = await signedTree(client, run, { anchor: to, at, places: [from.size - 1] });
  if (treeHead(tree, from.size) !== from.root) throw contradicted(run);
  return { proof: consistencyProofOf({ from: from.note, to: to.note }, consistencyPath(tree, { from: from.size, to: to.size })), anchor: to };
};
