/** Checkpoints as anchors: which are believed, and what a log that is shorter or another is told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { writeCheckpoint } from '../../../adapters/checkpoints/checkpoint-folder.ts';
import { hourUtc } from '../../../core/kernel/units.ts';
import { compareWithLog, judgeCheckpoint, readAnchors, revokedFindings } from '../../../engine/anchors.ts';
import { failureOf } from '../../../engine/failure-of-finding.ts';
import { originOf } from '../../../engine/checkpoint-text.ts';
import { AUDITOR, believing, checkpointOver, FIRST_HOUR, handmadeLog, OPERATOR, RUN, signerOf, STORE } from '../../support/evidence.ts';

const folder = mkdtempSync(join(tmpdir(), 'tb-anchors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LOG = handmadeLog(20);
const FORGED = handmadeLog(20, { mode: 'live' });
const ORIGIN = originOf({ store: STORE, run: RUN });
const TRUSTED = believing(OPERATOR, AUDITOR);
const start = hourUtc(FIRST_HOUR);
const judge = (text: string, trusted = TRUSTED) => judgeCheckpoint({ path: 'a.checkpoint', text }, trusted, ORIGIN);

describe('one checkpoint', () => {
  test('is believed by its signers', () => {
    expect(judge(checkpointOver(LOG, 12, OPERATOR, AUDITOR))).toMatchObject({ findings: [], anchor: { size: 12, origin: ORIGIN, signers: ['operator', 'example.com/auditor'] } });
    expect(judge(checkpointOver(LOG, 12, AUDITOR))).toMatchObject({ findings: [], anchor: { signers: ['example.com/auditor'] } });
  });

  test('of an unknown signer is neither believed nor held against anybody', () => {
    expect(judge(checkpointOver(LOG, 12, signerOf('stranger', 5)))).toEqual({ anchor: null, revoked: null, findings: [] });
  });

  const impostor = { ...signerOf('x', 6), key: OPERATOR.key };
  test.each([
    ['with a false signature', checkpointOver(LOG, 12, impostor), 'SIGNATURE_INVALID', 'signature'],
    ['with one false signature beside a good one', checkpointOver(LOG, 12, impostor, AUDITOR), 'SIGNATURE_INVALID', 'signature'],
    ['with a root changed under its signature', checkpointOver(LOG, 12, OPERATOR).replace(/^(tb[^\n]*\n12\n)[^\n]*/, `$1${'A'.repeat(43)}=`), 'SIGNATURE_INVALID', 'signature'],
    ['of another run', checkpointOver(LOG, 12, OPERATOR).replace(RUN, STORE), 'COLUMN_DIFFERS', 'origin'],
    ['that is none', 'nonsense', 'UNREADABLE', 'text'],
  ])('%s is a bad signature, located by its file', (_, text, code, column) => {
    const { anchor, findings } = judge(text);
    expect(anchor).toBeNull();
    expect(findings).toEqual([expect.objectContaining({ code, table: 'checkpoint', key: 'a.checkpoint', column })]);
    expect(failureOf(findings[0]!)).toBe('bad signature');
  });

  test('of a revoked signer is refused, unless another signed it too', () => {
    const revoked = [{ key: OPERATOR.key, revoked: true }, { key: AUDITOR.key, revoked: false }];
    expect(judge(checkpointOver(LOG, 12, OPERATOR), revoked)).toMatchObject({ anchor: null, findings: [{ code: 'SIGNER_REVOKED', actual: `operator ${OPERATOR.key.id}` }] });
    expect(judge(checkpointOver(LOG, 12, OPERATOR, AUDITOR), revoked)).toMatchObject({ anchor: { signers: ['example.com/auditor'] }, findings: [] });
  });
});

const anchorsOf = (...notes: readonly string[]) => notes.map(text => judge(text).anchor!).sort((left, right) => right.size - left.size);

describe('a log against its checkpoints', () => {
  const compare = (log: typeof LOG, ...notes: readonly string[]) => compareWithLog(anchorsOf(...notes), { startHour: start, tree: log.tree });

  test('that it extends is anchored by the largest', () => {
    expect(compare(LOG, checkpointOver(LOG, 5, OPERATOR), checkpointOver(LOG, 17, OPERATOR))).toMatchObject({ anchor: { size: 17 }, beyond: null, findings: [] });
  });

  test('that go further than it does leave it shorter than was signed', () => {
    const short = handmadeLog(9);
    expect(compare(short, checkpointOver(LOG, 5, OPERATOR), checkpointOver(LOG, 17, OPERATOR))).toMatchObject({ anchor: { size: 5 }, beyond: { size: 17 }, findings: [] });
  });

  test('that it contradicts: history forked, between the last that agrees and the first that does not', () => {
    const { anchor, findings } = compare(FORGED, checkpointOver(FORGED, 5, OPERATOR), checkpointOver(LOG, 9, OPERATOR), checkpointOver(LOG, 17, OPERATOR));
    expect(anchor).toMatchObject({ size: 5 });
    expect(findings).toEqual([expect.objectContaining({ code: 'HISTORY_FORKED', table: 'envelope', column: 'hash', key: `hour=${FIRST_HOUR + 4}..${FIRST_HOUR + 7}` })]);
    expect(failureOf(findings[0]!)).toBe('forked history');
  });

  test('that contradict each other are forked whatever the log says', () => {
    const { anchor, findings } = compare(LOG, checkpointOver(FORGED, 9, OPERATOR), checkpointOver(LOG, 17, OPERATOR));
    expect(anchor).toMatchObject({ size: 17 });
    expect(findings).toMatchObject([{ code: 'HISTORY_FORKED', key: `hour=${FIRST_HOUR - 1}..${FIRST_HOUR + 7}` }]);
  });
});

describe('what only revoked keys signed', () => {
  const revoked = [{ key: OPERATOR.key, revoked: true }, { key: AUDITOR.key, revoked: false }];
  const found = (log: typeof LOG, ...files: readonly string[]) => {
    const read = readAnchors({ place: null, files: files.map((text, index) => ({ path: `${index}`, text })), origin: ORIGIN, trusted: revoked, every: true });
    const stored = { startHour: hourUtc(FIRST_HOUR), tree: log.tree };
    return revokedFindings(read.revoked, compareWithLog(read.anchors, stored).anchor, stored);
  };
  const actual = (end: string): unknown => expect.stringMatching(new RegExp(`^operator ${OPERATOR.key.id}; ${end}$`));

  test('is a finding of the log as it is, of another, or of a shorter one', () => {
    expect(found(LOG, checkpointOver(LOG, 12, OPERATOR))).toEqual([{ code: 'SIGNER_REVOKED', table: 'checkpoint', key: '0', column: 'signature', expected: 'a signer who is not revoked', actual: actual('the log is the one that it signed') }]);
    expect(found(FORGED, checkpointOver(LOG, 12, OPERATOR))).toMatchObject([{ code: 'SIGNER_REVOKED', column: 'root', actual: actual('the log is another over the 12 envelopes that it signed') }]);
    expect(found(handmadeLog(10), checkpointOver(LOG, 15, OPERATOR))).toMatchObject([{ code: 'SIGNER_REVOKED', column: 'size', actual: actual('it signed 15 envelopes, and the log has 11') }]);
  });

  test('is none where a believed key signed at least as much of the same log, before or after; but what contradicts stays one', () => {
    expect(found(LOG, checkpointOver(LOG, 12, OPERATOR), checkpointOver(LOG, 12, AUDITOR))).toEqual([]);
    expect(found(LOG, checkpointOver(LOG, 12, OPERATOR), checkpointOver(LOG, 17, AUDITOR))).toEqual([]);
    expect(found(LOG, checkpointOver(LOG, 12, OPERATOR), checkpointOver(LOG, 11, AUDITOR))).toMatchObject([{ column: 'signature' }]);
    expect(found(LOG, checkpointOver(FORGED, 12, OPERATOR), checkpointOver(LOG, 17, AUDITOR))).toMatchObject([{ column: 'root' }]);
  });
});

describe('the checkpoints of a folder', () => {
  const place = { folder, store: STORE, run: RUN };
  const read = (every: boolean, ...files: readonly string[]) => {
    const { anchors, findings } = readAnchors({ place, files: files.map((text, index) => ({ path: `${index}`, text })), origin: ORIGIN, trusted: TRUSTED, every });
    return { sizes: anchors.map(({ size }) => size), codes: findings.map(({ code }) => code) };
  };

  test('are looked at from the latest on until one is believed, or all of them', () => {
    for (const size of [4, 8, 15]) writeCheckpoint(place, { size, text: checkpointOver(LOG, size, OPERATOR) });
    expect(read(false)).toEqual({ sizes: [15], codes: [] });
    expect(read(true)).toEqual({ sizes: [15, 8, 4], codes: [] });
    writeCheckpoint(place, { size: 18, text: checkpointOver(LOG, 18, signerOf('stranger', 5)) });
    expect(read(false)).toEqual({ sizes: [15], codes: [] });
    writeCheckpoint(place, { size: 19, text: 'torn' });
    expect(read(false)).toEqual({ sizes: [15], codes: ['UNREADABLE'] });
    const late = writeCheckpoint(place, { size: 99, text: checkpointOver(LOG, 4, OPERATOR) });
    expect(read(false), 'an old one under a later name').toEqual({ sizes: [15], codes: ['COLUMN_DIFFERS', 'UNREADABLE'] });
    rmSync(late);
  });

  test('may be joined by files from elsewhere, as far as they are of this run', () => {
    const other = checkpointOver(LOG, 20, OPERATOR).replace(RUN, STORE);
    expect(read(false, checkpointOver(LOG, 20, AUDITOR), other).sizes).toEqual([20, 15]);
    writeFileSync(join(folder, 'stray'), 'x');
    expect(readAnchors({ place: null, files: [], origin: ORIGIN, trusted: TRUSTED, every: true })).toEqual({ anchors: [], revoked: [], findings: [] });
  });
});
