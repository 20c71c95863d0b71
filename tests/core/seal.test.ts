/** Records and envelopes: canonical text, hashed as the leaf it is in the log of hours. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { digestOf, hourUtc, timeMs } from '../../core/kernel/units.ts';
import { rootOfTexts } from '../../core/kernel/merkle.ts';
import { NO_ENVELOPE, sealEnvelope, sealHour } from '../../core/seal.ts';
import type { HourRecord } from '../../core/seal.ts';

const digest = (letter: string) => digestOf(letter.repeat(64));
const leafHex = (text: string): string => createHash('sha256').update('\u0000').update(text).digest('hex');

const record: HourRecord = {
  version: 1,
  genesis: digest('a'),
  hour: hourUtc(500_000),
  steps: 1,
  counts: { facts: 2, decisions: 3 },
  factsRoot: digest('b'),
  decisionsRoot: digest('c'),
  state: digest('d'),
  trialBalance: digest('e'),
  semantics: 1,
  encoding: 1,
  previous: digest('f'),
};

describe('an hour', () => {
  test('is sealed as text with its fields in order, and hashed as a leaf', () => {
    const { text, hash, hour } = sealHour(record);
    expect(text).toBe(
      `{"counts":{"decisions":3,"facts":2},"decisionsRoot":"${'c'.repeat(64)}","encoding":1,"factsRoot":"${'b'.repeat(64)}","genesis":"${'a'.repeat(64)}","hour":500000,` +
        `"previous":"${'f'.repeat(64)}","semantics":1,"state":"${'d'.repeat(64)}","steps":1,"trialBalance":"${'e'.repeat(64)}","version":1}`,
    );
    expect([hash, hour]).toEqual([leafHex(text), 500_000]);
  });

  test('changes its hash with every field', () => {
    const changed = Object.keys(record).map(name => {
      const value = record[name as keyof HourRecord];
      return sealHour({ ...record, [name]: typeof value === 'number' ? value + 1 : typeof value === 'string' ? digest('9') : { facts: 2, decisions: 4 } }).hash;
    });
    expect(new Set([sealHour(record).hash, ...changed]).size).toBe(13);
  });
});

test('the root of an hour is over the texts of its facts or decisions', () => {
  expect(rootOfTexts([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(rootOfTexts(['{"a":1}'])).toBe(leafHex('{"a":1}'));
});

test('an envelope says who executed an hour, and is hashed the same way', () => {
  const envelope = {
    version: 1,
    run: 'r',
    name: 'n',
    mode: 'paper',
    account: 'main',
    hour: hourUtc(5),
    hourHash: digest('a'),
    build: 'b',
    engine: 'e',
    executedAtMs: timeMs(1),
    ingestThrough: 2,
    inboxThrough: 3,
    previous: NO_ENVELOPE,
  } as const;
  const { text, hash } = sealEnvelope(envelope);
  expect(JSON.parse(text)).toEqual(envelope);
  expect(hash).toBe(leafHex(text));
  expect(sealEnvelope({ ...envelope, mode: 'live' }).hash).not.toBe(hash);
});
