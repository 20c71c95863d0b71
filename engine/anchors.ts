/**
 * Signed checkpoints as anchors of a run's log: which of them are believed, and whether the log in the store is the one
 * that they were signed over. A log that is shorter, gone or another is told apart here, and located.
 */
import { basename } from 'node:path';
import { listCheckpoints, readCheckpointFile } from '../adapters/checkpoints/checkpoint-folder.ts';
import type { CheckpointFile, CheckpointPlace } from '../adapters/checkpoints/checkpoint-folder.ts';
import { parseNote } from '../adapters/keys/signed-note.ts';
import { judgeNote } from '../adapters/keys/trust.ts';
import type { Trusted } from '../adapters/keys/trust.ts';
import type { Finding, FindingCode } from '../adapters/store/verify.ts';
import type { HashBytes } from '../core/kernel/digest.ts';
import { hexOf } from '../core/kernel/digest.ts';
import { hoursAfter } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { treeHead } from '../core/kernel/merkle-proof.ts';
import type { HashTree } from '../core/kernel/merkle-proof.ts';
import { checkpointOfText } from './checkpoint-text.ts';
import type { Checkpoint } from './checkpoint-text.ts';

/** A checkpoint that is believed, with the names of those who signed it. */
export type Anchor = Checkpoint & Readonly<{ path: string; note: string; signers: readonly string[] }>;

/** `revoked` is one that only revoked keys signed, with their names: it anchors nothing, and is a finding. */
type Judged = Readonly<{ anchor: Anchor | null; revoked: Anchor | null; findings: readonly Finding[] }>;

const about = (path: string, code: FindingCode, column: string, said: Readonly<{ expected: string | null; actual: string | null }>): Finding => ({ code, table: 'checkpoint', key: path, column, ...said });

const shownKey = ({ name, id }: Readonly<{ name: string; id: string }>): string => `${name} ${id}`;

/**
 * One checkpoint file. Signatures of keys that the reader does not know count for nothing and against nobody; a false one
 * of a key that is known, or only revoked ones, are findings. `origin` null takes the checkpoint of any log.
 */
export const judgeCheckpoint = ({ path, text }: CheckpointFile, trusted: readonly Trusted[], origin: string | null): Judged => {
  const note = parseNote(text);
  const checkpoint = note === null ? null : checkpointOfText(note.text);
  if (note === null || checkpoint === null) return { ...NOTHING, findings: [about(path, 'UNREADABLE', 'text', { expected: 'a signed checkpoint', actual: text.slice(0, 80) })] };
  if (origin !== null && checkpoint.origin !== origin) return { ...NOTHING, findings: [about(path, 'COLUMN_DIFFERS', 'origin', { expected: origin, actual: checkpoint.origin })] };
  const { signers, revoked, false: lies } = judgeNote(note, trusted);
  const findings = lies.map(key => about(path, 'SIGNATURE_INVALID', 'signature', { expected: `a signature by ${shownKey(key)}`, actual: 'another' }));
  if (lies.length > 0) return { ...NOTHING, findings };
  const signedBy = (keys: readonly string[]): Anchor => ({ ...checkpoint, path, note: text, signers: keys });
  if (signers.length > 0) return { ...NOTHING, anchor: signedBy(signers.map(({ name }) => name)) };
  if (revoked.length === 0) return NOTHING;
  const actual = revoked.map(shownKey);
  return { ...NOTHING, revoked: signedBy(actual), findings: [about(path, 'SIGNER_REVOKED', 'signature', { expected: NOT_REVOKED, actual: actual.join(', ') })] };
};

const NOTHING: Judged = { anchor: null, revoked: null, findings: [] };
const NOT_REVOKED = 'a signer who is not revoked';

export type Anchors = Readonly<{ anchors: readonly Anchor[]; revoked: readonly Anchor[]; findings: readonly Finding[] }>;
/** `place` null looks at the further files alone. */
type Sources = Readonly<{ place: CheckpointPlace | null; files: readonly CheckpointFile[]; origin: string; trusted: readonly Trusted[]; every: boolean }>;

/**
 * Believed checkpoints of a run, largest first: the latest of its folder, or every one, and those among `files` that are of
 * this run. Where the latest is not believed the one before it is looked at, and so on. What only revoked keys signed is
 * told apart, for what that means depends on the log.
 */
export const readAnchors = ({ place, files, origin, trusted, every }: Sources): Anchors => {
  const anchors: Anchor[] = [];
  const findings: Finding[] = [];
  const revoked: Anchor[] = [];
  const judge = (file: CheckpointFile, sizeOfName: number | null = null): boolean => {
    const judged = underItsName(judgeCheckpoint(file, trusted, origin), sizeOfName);
    if (judged.revoked === null) findings.push(...judged.findings);
    else revoked.push(judged.revoked);
    if (judged.anchor !== null) anchors.push(judged.anchor);
    return judged.anchor !== null;
  };
  for (const path of place === null ? [] : listCheckpoints(place).toReversed()) if (judge(readCheckpointFile(path), Number.parseInt(basename(path), 10)) && !every) break;
  for (const file of files) if (originIn(file) === origin) judge(file);
  return { anchors: anchors.sort((left, right) => right.size - left.size), revoked, findings };
};

/** In a folder the name says which is the latest: an old one under a later name would keep the later ones from being looked at. */
const underItsName = (judged: Judged, sizeOfName: number | null): Judged => {
  const signed = judged.anchor ?? judged.revoked;
  if (signed === null || sizeOfName === null || signed.size === sizeOfName) return judged;
  return { ...NOTHING, findings: [about(signed.path, 'COLUMN_DIFFERS', 'size', { expected: `${sizeOfName}, by its name`, actual: String(signed.size) })] };
};

/** Whose log a checkpoint file is of, believed or not. */
export const originIn = ({ text }: CheckpointFile): string | null => checkpointOfText(parseNote(text)?.text ?? '')?.origin ?? null;

/** What the store has of a run: its log from `startHour − 1` on. */
export type StoredLog = Readonly<{ startHour: HourUtc; tree: HashTree }>;

export const hourOfLeaf = (startHour: HourUtc, index: number): HourUtc => hoursAfter(startHour, index - 1);

/** `beyond` is a believed checkpoint over more than the store has. */
export type ComparedLog = Readonly<{ anchor: Anchor | null; beyond: Anchor | null; findings: readonly Finding[] }>;

const shownRoot = (root: HashBytes): string => `root ${hexOf(root)}`;

/** The largest believed checkpoint that the log in the store extends, and what contradicts any of them; largest first. */
export const compareWithLog = (anchors: readonly Anchor[], { startHour, tree }: StoredLog): ComparedLog => {
  const beyond = anchors.find(({ size }) => size > tree.size) ?? null;
  const within = anchors.filter(({ size }) => size <= tree.size);
  const anchor = within.find(({ size, root }) => treeHead(tree, size) === root) ?? null;
  const forked = within.findLast(({ size, root }) => treeHead(tree, size) !== root);
  return { anchor, beyond, findings: forked === undefined ? [] : [forkFinding(forked, anchor, { startHour, tree })] };
};

/** Between the largest checkpoint that still agrees and the smallest that does not, history is another. */
const forkFinding = (forked: Anchor, matching: Anchor | null, { startHour, tree }: StoredLog): Finding => {
  const from = matching !== null && matching.size < forked.size ? matching.size : 0;
  const hours = `hour=${hourOfLeaf(startHour, from)}..${hourOfLeaf(startHour, forked.size - 1)}`;
  return { code: 'HISTORY_FORKED', table: 'envelope', key: hours, column: 'hash', expected: `${shownRoot(forked.root)}, signed by ${forked.signers.join(', ')} over ${forked.size} envelopes`, actual: shownRoot(treeHead(tree, forked.size)) };
};

/**
 * What only revoked keys signed, unless somebody who is believed signed the same log later. The column says whether the log is
 * at least what was signed: `signature` where it is, so that a believed key can sign it anew; `root` where it is another, and
 * `size` where it is shorter.
 */
export const revokedFindings = (revoked: readonly Anchor[], anchor: Anchor | null, { tree }: StoredLog): readonly Finding[] =>
  revoked.flatMap(({ path, size, root, signers }) => {
    const column = size > tree.size ? 'size' : treeHead(tree, size) === root ? 'signature' : 'root';
    if (column === 'signature' && anchor !== null && anchor.size >= size) return [];
    return [about(path, 'SIGNER_REVOKED', column, { expected: NOT_REVOKED, actual: `${signers.join(', ')}; ${OF_COLUMN[column](size, tree.size)}` })];
  });

const OF_COLUMN = {
  signature: () => 'the log is the one that it signed',
  root: size => `the log is another over the ${size} envelopes that it signed`,
  size: (size, stored) => `it signed ${size} envelopes, and the log has ${stored}`,
} as const satisfies Readonly<Record<string, (size: number, stored: number) => string>>;

/** Whether a finding is of a log that a believed key may sign anew, because it is what a revoked key signed. */
export const isSignedAnew = ({ code, column }: Finding): boolean => code === 'SIGNER_REVOKED' && column === 'signature';
