/** Whom a reader believes, and what the signatures of a note are worth to that reader. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeDurably } from '../../../adapters/checkpoints/durable-file.ts';
import { createKey, readKeyring, readSigner, revokeKey, rotateKey } from '../../../adapters/keys/keyring.ts';
import { noteOf, parseNote, signatureLine } from '../../../adapters/keys/signed-note.ts';
import { judgeNote, trustedKeys } from '../../../adapters/keys/trust.ts';

const folder = mkdtempSync(join(tmpdir(), 'tb-trust-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ring = () => readKeyring(folder);
const how = { nowMs: 1, write: writeDurably };
const TEXT = 'tb/log\n1\nroot\n';
const lineBy = (name: string): string => signatureLine(TEXT, readSigner(ring(), ring().keys.findLast(({ key, status }) => key.name === name && status === 'active')!));

const [firstOperator, eve] = [createKey(ring(), 'operator', how), createKey(ring(), 'eve', how)];
const oldLine = lineBy('operator');
const evesLine = lineBy('eve');
rotateKey(ring(), firstOperator, how);
createKey(ring(), 'auditor', how);
revokeKey(ring(), eve, 'left', how);
const { keys } = ring();
const [oldKey, , newKey, auditor] = keys.map(({ key }) => key);
const everyone = trustedKeys({ pinned: [], known: keys });
const noteBy = (...lines: readonly string[]) => parseNote(noteOf(TEXT, lines))!;
const names = (found: readonly Readonly<{ id: string }>[]): readonly string[] => found.map(({ id }) => id);

test('a keyring is believed whole, but for what it revokes', () => {
  expect(everyone.map(({ key, revoked }) => [key.name, revoked])).toEqual([['operator', false], ['eve', true], ['operator', false], ['auditor', false]]);
});

test('a pinned key leads to those it was rotated to, and to no other', () => {
  expect(names(trustedKeys({ pinned: [oldKey!], known: keys }).map(({ key }) => key))).toEqual([oldKey!.id, newKey!.id]);
  expect(names(trustedKeys({ pinned: [newKey!], known: keys }).map(({ key }) => key))).toEqual([newKey!.id]);
  expect(names(trustedKeys({ pinned: [auditor!], known: [] }).map(({ key }) => key))).toEqual([auditor!.id]);
});

test('a pinned key that the ring revokes is revoked', () => {
  expect(trustedKeys({ pinned: [eve.key], known: keys })).toEqual([{ key: eve.key, revoked: true }]);
});

test('signatures of active and of retired keys count, several at once', () => {
  const { signers } = judgeNote(noteBy(oldLine, lineBy('operator'), lineBy('auditor')), everyone);
  expect(names(signers)).toEqual([oldKey!.id, newKey!.id, auditor!.id]);
});

test('a revoked signer is refused, and told', () => {
  expect(judgeNote(noteBy(evesLine), everyone)).toMatchObject({ signers: [], false: [], unknown: [], revoked: [{ name: 'eve' }] });
  expect(names(judgeNote(noteBy(evesLine, oldLine), everyone).signers)).toEqual([oldKey!.id]);
});

test('a signature under a known name and id that is not its own is a lie', () => {
  const forged = noteBy(`— operator ${Buffer.concat([Buffer.from(newKey!.id, 'hex'), Buffer.alloc(64, 7)]).toString('base64')}`, lineBy('auditor'));
  expect(judgeNote(forged, everyone)).toMatchObject({ false: [{ name: 'operator', id: newKey!.id }], signers: [{ name: 'auditor' }] });
});

test('keys that the reader was not told of count for nothing and against nobody', () => {
  expect(judgeNote(noteBy(lineBy('auditor'), oldLine), trustedKeys({ pinned: [auditor!], known: [] }))).toMatchObject({ signers: [{ name: 'auditor' }], false: [], revoked: [], unknown: [`operator ${oldKey!.id}`] });
});
