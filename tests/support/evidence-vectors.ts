/**
 * The golden vectors of tamper evidence, computed from inputs that stand here; `node tests/support/evidence-vectors.ts`
 * writes them. A second implementation in another language checks what this writes.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { eventDigest, eventLine, eventText, NO_EVENT } from '../../adapters/keys/key-events.ts';
import type { KeyEvent } from '../../adapters/keys/key-events.ts';
import { noteOf, signatureLine, verifierKeyText } from '../../adapters/keys/signed-note.ts';
import type { SignerKey } from '../../adapters/keys/signed-note.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import type { HashBytes } from '../../core/kernel/digest.ts';
import { leafOfText } from '../../core/kernel/merkle.ts';
import { auditPath, consistencyPath, hashTreeOf, treeHead } from '../../core/kernel/merkle-proof.ts';
import { consistencyProofOf } from '../../engine/consistency-proof.ts';
import { claimOfEventProof } from '../../engine/event-proof.ts';
import type { EventProof } from '../../engine/event-proof.ts';
import { packHashes } from '../../engine/packed-hashes.ts';
import { originOf } from '../../engine/checkpoint-text.ts';
import { AUDITOR, bundleOver, checkpointOver, handmadeLog, OPERATOR, proofOf, RUN, seedOf, signerOf, STORE } from './evidence.ts';

const hex = (hash: HashBytes): string => Buffer.from(hash, 'latin1').toString('hex');
const NEW_OPERATOR = signerOf('operator', 3);
const SIGNERS: readonly (readonly [SignerKey, number])[] = [[OPERATOR, 1], [AUDITOR, 2], [NEW_OPERATOR, 3]];

const keys = () =>
  SIGNERS.map(([{ key }, number]) => ({ seed: seedOf(number).toString('hex'), publicKey: Buffer.from(key.bytes).toString('hex'), name: key.name, id: key.id, verifierKey: verifierKeyText(key) }));

const notes = () => {
  const text = 'what is signed\n\nmay have empty lines: é😀\n';
  const [line, other] = [signatureLine(text, OPERATOR), signatureLine(text, AUDITOR)];
  const key = verifierKeyText(OPERATOR.key);
  return [
    { key, note: noteOf(text, [line]), holds: true },
    { key, note: noteOf(text, [other, line]), holds: true },
    { key, note: noteOf(text, [other]), holds: false },
    { key, note: noteOf(text.replace('é', 'e'), [line]), holds: false },
    { key, note: noteOf(text, [line.replace('operator', 'Operator')]), holds: false },
    { key: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', holds: true, note: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n" },
  ];
};

const trees = () => {
  const leaves = ['', '\u0000', '\u0010', ' !', '01', '@ABC', 'PQRSTUVW', '`abcdefghijklmno'];
  const tree = hashTreeOf(leaves.map(leafOfText));
  const sizes = leaves.map((_, index) => index + 1);
  return [
    {
      leaves,
      roots: [0, ...sizes].map(size => hex(treeHead(tree, size))),
      auditPaths: sizes.flatMap(size => Array.from({ length: size }, (_, index) => ({ index, size, path: auditPath(tree, { index, size }).map(hex) }))),
      consistencyPaths: sizes.flatMap(to => Array.from({ length: to }, (_, index) => ({ from: index + 1, to, path: consistencyPath(tree, { from: index + 1, to }).map(hex) }))),
    },
  ];
};

const keyring = () => {
  const lines: string[] = [];
  let previous = NO_EVENT;
  const add = (event: KeyEvent, ...by: readonly SignerKey[]): void => {
    lines.push(eventLine({ event, signatures: by.map(signer => signatureLine(eventText(event), signer)) }));
    previous = eventDigest(event);
  };
  add({ event: 'created', atMs: 1_704_067_200_000, key: verifierKeyText(OPERATOR.key), previous }, OPERATOR);
  add({ event: 'created', atMs: 1_704_067_201_000, key: verifierKeyText(AUDITOR.key), previous }, AUDITOR);
  add({ event: 'rotated', atMs: 1_704_067_202_000, from: verifierKeyText(OPERATOR.key), key: verifierKeyText(NEW_OPERATOR.key), previous }, OPERATOR, NEW_OPERATOR);
  add({ event: 'revoked', atMs: 1_704_067_203_000, key: verifierKeyText(AUDITOR.key), previous, reason: 'left' }, NEW_OPERATOR);
  return { lines, status: { [OPERATOR.key.id]: 'retired', [AUDITOR.key.id]: 'revoked', [NEW_OPERATOR.key.id]: 'active' } };
};

const LOG = handmadeLog(40);
const CHECKPOINT = checkpointOver(LOG, 41, OPERATOR);

const checkpoints = () => [1, 2, 9, 41].map(size => ({ origin: originOf({ store: STORE, run: RUN }), size, root: hex(treeHead(LOG.tree, size)), note: checkpointOver(LOG, size, OPERATOR, AUDITOR) }));

const PROOF = proofOf(LOG, { hour: 23, tree: 'decisions', index: 3, size: 41, checkpoint: CHECKPOINT });

const eventProofs = () =>
  [PROOF, proofOf(LOG, { hour: 0, tree: 'facts', index: 0, size: 41, checkpoint: CHECKPOINT }), proofOf(LOG, { hour: 39, tree: 'facts', index: 0, size: 41, checkpoint: CHECKPOINT })].map(proof => {
    const { eventHash, hourHash, envelopeHash, root, size, store, run } = claimOfEventProof(proof);
    return { proof, gives: { envelopeHash, eventHash, hourHash, root, run, size, store } };
  });

const consistencyProofs = () =>
  [[1, 41], [9, 41], [32, 33], [41, 41]].map(([from, to]) => consistencyProofOf({ from: checkpointOver(LOG, from!, OPERATOR), to: checkpointOver(LOG, to!, OPERATOR) }, consistencyPath(LOG.tree, { from: from!, to: to! })));

const broken = () => {
  const forged = handmadeLog(40, { mode: 'live' });
  const impostor = { ...signerOf('operator', 9), key: OPERATOR.key };
  const changed = (why: string, fields: Partial<EventProof>) => ({ why, proof: { ...PROOF, ...fields } });
  return [
    changed('another event', { event: { ...(PROOF.event as object), seq: 9 } }),
    changed('another place', { index: 2 }),
    changed('another envelope', { leaf: 23 }),
    changed('another mode', { envelope: { ...PROOF.envelope, mode: 'live' } }),
    changed('another semantics', { record: { ...PROOF.record, semantics: 2 } }),
    changed('the other tree', { tree: 'facts' }),
    changed('a hash too few', { digests: packHashes(hashesIn(PROOF.digests).slice(0, -1)) }),
    changed('a hash too many', { digests: packHashes([...hashesIn(PROOF.digests), leafOfText('x')]) }),
    changed('a false signature', { checkpoint: checkpointOver(LOG, 41, impostor) }),
    changed('a signer whom nobody believes', { checkpoint: checkpointOver(LOG, 41, signerOf('stranger', 5)) }),
    { why: 'a history that was rewritten', proof: consistencyProofOf({ from: checkpointOver(LOG, 9, OPERATOR), to: checkpointOver(forged, 41, OPERATOR) }, consistencyPath(forged.tree, { from: 9, to: 41 })) },
    { why: 'no path', proof: { ...consistencyProofOf({ from: checkpointOver(LOG, 9, OPERATOR), to: CHECKPOINT }, []) } },
  ];
};

const hashesIn = (digests: string): readonly HashBytes[] => (Buffer.from(digests, 'base64').toString('latin1').match(/[^]{32}/g) ?? []) as readonly HashBytes[];

const bundle = () => {
  const { lines, head } = bundleOver({ from: 3, hours: 4, signer: OPERATOR });
  return { lines, head, hours: 4, anchoredThrough: 473_358, key: verifierKeyText(OPERATOR.key) };
};

const brokenBundles = () => {
  const { lines } = bundle();
  const at = (what: string): number => lines.findIndex(line => line.endsWith(`"what":"${what}"}`));
  const replaced = (what: string, from: string | RegExp, to: string, why: string) => ({ line: at(what), why, reads: lines[at(what)]!.replace(from, to) });
  return [
    replaced('fact', '"what":"fact"}', '"what":"fake"}', 'a fact that is another'),
    replaced('decision', '"seq":0,"type"', '"seq":7,"type"', 'a decision that is another'),
    replaced('market', '"1.5"', '"1.6"', 'a candle that is another'),
    replaced('market', '"openMs":', '"openMs":1', 'a content that is another'),
    replaced('hour', '"semantics":1', '"semantics":2', 'a record that is another'),
    replaced('hour', /"hash":"./, '"hash":"x', 'a hash that is another'),
    replaced('envelope', '"mode":"paper"', '"mode":"live"', 'an envelope that is another'),
    replaced('manifest', '"1h"', '"5m"', 'a manifest that is another'),
    replaced('state', '"bytes","', '"bytes","AAAA', 'a state that is another'),
    replaced('state', '"BAU=",""', '"BAY=",""', 'a part of a state that is another'),
    replaced('checkpoint', '\\n41\\n', '\\n40\\n', 'a checkpoint that is another'),
    replaced('checkpoint', '"leaf":7', '"leaf":6', 'a place that is another'),
  ].map(({ line, why, reads }) => ({ line, reads, why }));
};

/** The text of the file. */
export const evidenceVectors = (): string =>
  `${JSON.stringify({ keys: keys(), notes: notes(), trees: trees(), keyring: keyring(), checkpoints: checkpoints(), eventProofs: eventProofs(), consistencyProofs: consistencyProofs(), broken: broken(), bundle: bundle(), brokenBundles: brokenBundles() }, null, 1)}\n`;

if (process.argv[1] === import.meta.filename) {
  const text = evidenceVectors();
  writeFileSync('specs/vectors/proofs.json', text);
  console.log(createHash('sha256').update(canonicalText(JSON.parse(text))).digest('hex'));
}
