/** Proofs that hold, and every part of one that can be changed: each change is told, and none is passed over. */
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../../core/kernel/canonical.ts';
import { consistencyPath } from '../../../core/kernel/merkle-proof.ts';
import { consistencyProofOf } from '../../../engine/consistency-proof.ts';
import type { EventProof } from '../../../engine/event-proof.ts';
import { verifyProof } from '../../../engine/verify-proof.ts';
import { AUDITOR, believing, checkpointOver, handmadeLog, OPERATOR, proofOf, RUN, signerOf, STORE } from '../../support/evidence.ts';

const LOG = handmadeLog(40);
const CHECKPOINT = checkpointOver(LOG, 41, OPERATOR);
const PROOF = proofOf(LOG, { hour: 23, tree: 'decisions', index: 3, size: 41, checkpoint: CHECKPOINT });
const check = (proof: unknown, trusted = believing(OPERATOR)) => verifyProof(`${JSON.stringify(proof)}\n`, trusted);

describe('an event proof', () => {
  test('holds, and says what it proves', () => {
    const report = check(PROOF);
    expect(report).toMatchObject({ status: 'PROOF HOLDS', verified: true, proof: 'event', field: null, why: null, signers: ['operator'], hour: '2024-01-01T23:00:00Z', origin: `tb/${STORE}/${RUN}` });
    const { claim } = report;
    expect(claim).toMatchObject({ store: STORE, run: RUN, tree: 'decisions', index: 3, leaf: 24, size: 41, eventText: LOG.hours[23]!.decisionTexts[3] });
    expect(canonicalText(claim!.record)).toBe(LOG.hours[23]!.recordText);
    expect(canonicalText(claim!.envelope)).toBe(LOG.hours[23]!.envelopeText);
  });

  test('of every event of every hour, to every later checkpoint', () => {
    for (const size of [2, 3, 8, 9, 33, 41]) {
      const checkpoint = checkpointOver(LOG, size, OPERATOR);
      for (let hour = 0; hour < size - 1; hour += 1) {
        for (const tree of ['facts', 'decisions'] as const) {
          const texts = tree === 'facts' ? LOG.hours[hour]!.factTexts : LOG.hours[hour]!.decisionTexts;
          for (const index of texts.keys()) expect(check(proofOf(LOG, { hour, tree, index, size, checkpoint })).status).toBe('PROOF HOLDS');
        }
      }
    }
  });

  test('holds however its JSON is laid out', () => {
    expect(verifyProof(JSON.stringify(PROOF, null, 2), believing(OPERATOR)).status).toBe('PROOF HOLDS');
  });

  test('holds by any signer who is believed, and names them', () => {
    const both = { ...PROOF, checkpoint: checkpointOver(LOG, 41, OPERATOR, AUDITOR) };
    expect(check(both, believing(AUDITOR))).toMatchObject({ status: 'PROOF HOLDS', signers: ['example.com/auditor'] });
    expect(check(both, believing(OPERATOR, AUDITOR))).toMatchObject({ signers: ['operator', 'example.com/auditor'] });
  });

  test('proves nothing to whom believes nobody, or only a revoked key', () => {
    expect(check(PROOF, [])).toMatchObject({ status: 'SIGNER UNKNOWN', verified: false, field: 'checkpoint', why: expect.stringContaining(`operator ${OPERATOR.key.id}`) as unknown });
    expect(check(PROOF, believing(AUDITOR))).toMatchObject({ status: 'SIGNER UNKNOWN', verified: false });
    expect(check(PROOF, [{ key: OPERATOR.key, revoked: true }])).toMatchObject({ status: 'SIGNER REVOKED', verified: false });
  });

  test('signed by somebody under the name of another is a false signature, not an unknown one', () => {
    const impostor = { ...signerOf('operator', 9), key: OPERATOR.key };
    expect(check({ ...PROOF, checkpoint: checkpointOver(LOG, 41, impostor) })).toMatchObject({ status: 'SIGNATURE FALSE', verified: false });
  });
});

/** Every place of a proof, with another value in it. */
const changes = (value: unknown, path: readonly string[] = []): readonly (readonly [string, (proof: EventProof) => unknown])[] => {
  const here = (other: unknown): readonly [string, (proof: EventProof) => unknown] => [path.join('.'), proof => replaced(proof, path, other)];
  if (typeof value === 'number') return [here(value + 1), here(-1), here(String(value)), here(null)];
  if (typeof value === 'string') return [...Array.from({ length: Math.min(value.length, 12) }, (_, index) => here(flip(value, Math.floor((index * value.length) / 12)))), here(''), here(`${value} `), here(7)];
  if (value === null || typeof value !== 'object') return [here('other')];
  return [here(null), ...Object.entries(value).flatMap(([name, field]) => [...changes(field, [...path, name]), [[...path, name, '(gone)'].join('.'), (proof: EventProof) => replaced(proof, [...path, name], undefined)] as const])];
};
const flip = (text: string, at: number): string => `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
const replaced = (value: unknown, [name, ...path]: readonly string[], other: unknown): unknown => (name === undefined ? other : { ...(value as object), [name]: replaced((value as Record<string, unknown>)[name], path, other) });

test('whatever is changed in a proof, it holds no more, and nothing crashes', () => {
  const all = changes(PROOF);
  expect(all.length).toBeGreaterThan(200);
  const held = all.filter(([, change]) => check(change(PROOF)).verified).map(([place]) => place);
  expect(held).toEqual([]);
});

test.each([
  ['too short', PROOF.digests.slice(0, -44), 'PROOF BROKEN', 'digests'],
  ['too long', `${PROOF.digests.replace(/=+$/, '')}${'A'.repeat(44)}`, 'PROOF BROKEN', 'digests'],
  ['no base64', '*', 'PROOF BROKEN', 'digests'],
])('digests that are %s are told as such', (_, digests, status, field) => {
  expect(check({ ...PROOF, digests })).toMatchObject({ status, field, verified: false });
});

test.each([['', 'proof'], ['[]', 'proof'], ['{}', 'proof'], ['{"proof":"other"}', 'proof'], ['{"proof":"event","version":2}', 'version'], ['{"proof":"event","version":1}', 'record'], ['{"proof":"consistency","version":1}', 'from']])('%j is no proof', (text, field) => {
  expect(verifyProof(text, believing(OPERATOR))).toMatchObject({ status: 'PROOF BROKEN', verified: false, field, claim: null });
});

test('a proof of a long log is small: the usual event of a log of ten years takes less than two KiB', () => {
  const path = (count: number): string => Buffer.alloc(32 * count, 7).toString('base64');
  const sizeWith = (event: string, eventPath: number): number => Buffer.byteLength(canonicalText({ ...PROOF, checkpoint: CHECKPOINT.replace('\n41\n', '\n87601\n'), digests: path(6 + eventPath + 17), event: JSON.parse(event) as unknown, leaf: 87_599 }));
  const filled = '{"atMs":1795278952667,"fee":"1.93174","feeAsset":"USD","feeValue":"1.93174","liquidity":"TAKER","orderId":"474519.0.4","price":"2339.37","quantity":"0.2029033","tradeId":"474519.0.4/1","type":"order_filled"}';
  const market = '{"atMs":1706749200000,"candles":2,"digest":"8033071e819b47b1694a50d89ac085a6c9b48d4d52f8e93658bf91f5a7ad8621","type":"market"}';
  expect(sizeWith(filled, 2)).toBeLessThan(2_048);
  expect(sizeWith(market, 3)).toBeLessThan(2_048);
  expect(sizeWith(`{"text":"${'x'.repeat(290)}"}`, 2)).toBeLessThan(2_048);
});

describe('a consistency proof', () => {
  const proofBetween = (from: number, to: number) =>
    consistencyProofOf({ from: checkpointOver(LOG, from, OPERATOR), to: checkpointOver(LOG, to, AUDITOR) }, consistencyPath(LOG.tree, { from, to }));

  test('holds between all sizes, when both signers are believed', () => {
    for (let to = 1; to <= 41; to += 5) for (let from = 1; from <= to; from += 3) expect(check(proofBetween(from, to), believing(OPERATOR, AUDITOR))).toMatchObject({ status: 'PROOF HOLDS', from, to, signers: ['operator', 'example.com/auditor'] });
  });

  test('tells which end is not believed', () => {
    expect(check(proofBetween(9, 41), believing(AUDITOR))).toMatchObject({ status: 'SIGNER UNKNOWN', field: 'from' });
    expect(check(proofBetween(9, 41), believing(OPERATOR))).toMatchObject({ status: 'SIGNER UNKNOWN', field: 'to' });
  });

  test('holds no more when either history is another', () => {
    const forged = handmadeLog(40, { mode: 'live' });
    const path = consistencyPath(forged.tree, { from: 9, to: 41 });
    const ends = { from: checkpointOver(LOG, 9, OPERATOR), to: checkpointOver(forged, 41, OPERATOR) };
    expect(check(consistencyProofOf(ends, path))).toMatchObject({ status: 'PROOF BROKEN', field: 'digests', verified: false });
    expect(check({ ...proofBetween(9, 41), digests: '' }, believing(OPERATOR, AUDITOR))).toMatchObject({ status: 'PROOF BROKEN', field: 'digests' });
  });

  test('is of one log', () => {
    const other = checkpointOver(LOG, 41, OPERATOR).replace(RUN, STORE);
    expect(check({ ...proofBetween(9, 41), to: other })).toMatchObject({ status: 'PROOF BROKEN', field: 'to', why: 'is a checkpoint of another log' });
  });
});
