/** A checkpoint over more than a log has: which count, which do not, and what is not even opened. */
import { expect, test } from 'vitest';
import { hourUtc } from '../../core/kernel/units.ts';
import { candidatesIn, checkpointAhead, missingHours } from '../../engine/restore-ahead.ts';
import type { Candidate } from '../../engine/restore-ahead.ts';
import { AUDITOR, believing, checkpointOver, handmadeLog, OPERATOR, RUN, STORE } from '../support/evidence.ts';

const log = { store: STORE, run: RUN };
const whole = handmadeLog(20);
const candidate = (size: number, text = checkpointOver(whole, size, OPERATOR)): Candidate => ({ size, read: () => ({ path: `${size}.checkpoint`, text }) });
const unopened = (size: number): Candidate => ({ size, read: () => expect.fail('It was opened.') });
const ahead = (envelopes: number, candidates: readonly Candidate[], trusted = believing(OPERATOR)) => checkpointAhead({ log, envelopes, candidates, trustedKeys: () => trusted });

test('none is opened, and no key asked for, where the log is as long as they are', async () => {
  const found = await checkpointAhead({ log, envelopes: 12, candidates: [unopened(5), unopened(12)], trustedKeys: () => expect.fail('A key was asked for.') });
  expect(found).toBeNull();
});

test('the latest over more than there is', async () => {
  expect(await ahead(11, [unopened(5), candidate(12), candidate(15)])).toMatchObject({ path: '15.checkpoint', size: 15, signers: ['operator'], root: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown });
});

test('by a signer who is not known here it counts too', async () => {
  expect(await ahead(11, [candidate(15, checkpointOver(whole, 15, AUDITOR))])).toMatchObject({ size: 15, signers: [] });
  expect(await ahead(11, [candidate(15)], [])).toMatchObject({ size: 15, signers: [] });
});

test('a false one, a revoked one, one of another log, and what is none at all count for nothing', async () => {
  const note = checkpointOver(whole, 15, OPERATOR);
  expect(await ahead(11, [candidate(15, note.replace('\n15\n', '\n16\n'))])).toBeNull();
  expect(await ahead(11, [candidate(15)], believing(OPERATOR).map(one => ({ ...one, revoked: true })))).toBeNull();
  expect(await checkpointAhead({ log: { ...log, run: STORE }, envelopes: 11, candidates: [candidate(15)], trustedKeys: () => believing(OPERATOR) })).toBeNull();
  expect(await ahead(11, [candidate(15, 'no checkpoint')])).toBeNull();
  expect(await ahead(11, [candidate(15, 'no checkpoint'), candidate(14)])).toMatchObject({ size: 14 });
});

test('a file that says less than its name says nothing', async () => {
  expect(await ahead(11, [{ ...candidate(10), size: 15 }])).toBeNull();
});

test('a folder that is not there has none', () => {
  expect(candidatesIn({ ...log, folder: '/nowhere/at/all' })).toEqual([]);
});

test('the hours that are missing, in words', () => {
  const start = hourUtc(474_792);
  expect(missingHours(start, { envelopes: 52, size: 57 })).toBe('hours 2024-03-03T03:00:00Z to 2024-03-03T07:00:00Z are missing');
  expect(missingHours(start, { envelopes: 1, size: 2 })).toBe('hour 2024-03-01T00:00:00Z is missing');
  expect(missingHours(start, { envelopes: 0, size: 2 })).toBe('hours 2024-02-29T23:00:00Z to 2024-03-01T00:00:00Z are missing');
});
