/** A changed file of a frozen run is named: the first hour that differs, then the event and its field, then the slices of state. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { frozenCase } from '../../tools/fixtures/frozen.ts';
import type { FrozenCase } from '../../tools/fixtures/frozen.ts';
import { describeDifference, firstDifference } from '../../tools/fixtures/replay-case.ts';

type Change = Readonly<{ file: string; from: string; to: string }>;

/** A case read with one text replaced in one of its files. */
const changed = (name: string, change: Change): FrozenCase =>
  frozenCase(path => {
    const text = readFileSync(join(process.cwd(), 'replay-fixtures', name, path), 'utf8');
    if (path !== change.file) return text;
    expect(text.split(change.from).length).toBe(2);
    return text.replace(change.from, change.to);
  });

const SAME = 'every slice of state is the same';

//  what is changed         case                  file, from and to                                           what is said
const PLANTED = [
  ['a decision', 'trending', { file: 'decisions.jsonl', from: '"quantity":"497.8","reason":"EMA_CROSS_UP"', to: '"quantity":"497.9","reason":"EMA_CROSS_UP"' },
    `hour 473422: decision 0.2 order_placed, field quantity: frozen "497.9", replayed "497.8"; ${SAME}`],
  ['a field that is not there', 'crash', { file: 'decisions.jsonl', from: '"actor":"operator","from":"ACTIVE","reason":"prices fall too fast"', to: '"from":"ACTIVE","reason":"prices fall too fast"' },
    `hour 473424: decision 0.0 risk_changed, field actor: frozen null, replayed "operator"; ${SAME}`],
  ['a fact of the venue', 'trending', { file: 'facts.jsonl', from: '"price":"9.9729"', to: '"price":"9.9728"' },
    `hour 473423: fact 0.0 order_filled, field price: frozen "9.9728", replayed "9.9729"; ${SAME}`],
  ['what an operator did', 'crash', { file: 'facts.jsonl', from: '"amount":"10000"', to: '"amount":"10001"' },
    'hour 473372: decision 0.0 ledger_posted, field postings.0.amount: frozen "10000", replayed "10001"; slices that differ: ledger, portfolio'],
  ['a candle', 'trending', { file: 'candles/AUR-USD.csv', from: '2024-01-01T00:00:00Z,41254.9', to: '2024-01-01T00:00:00Z,41254.8' },
    'hour 473352: fact 0.0 market, field digest: frozen "17c5a572ff0b949f809a310a1f970336e64cbc6f8fa786d52e3c6f4270715598", replayed "'],
  ['a candle that is missing, its mark, volume and averages', 'trending', { file: 'candles/CYG-USD.csv', from: '2024-01-07T23:00:00Z', to: '2024-01-08T23:00:00Z' },
    'hour 473519: fact 0.0 market, field candles: frozen "3", replayed "2"; slices that differ: marks, volumes, memory.main, portfolio'],
  ['a late candle', 'gaps-and-revisions', { file: 'facts.jsonl', from: '"volume":"123456.78"', to: '"volume":"123456.79"' },
    'hour 473423: record 0.0 hour_record, field hash: frozen "'],
  ['the hash of an hour', 'five-minutes', { file: 'hours.jsonl', from: '"hash":"0fddb36b', to: '"hash":"1fddb36b' },
    'hour 473411: record 0.0 hour_record, field hash: frozen "1fddb36b'],
  ['a slice', 'dust-and-rounding', { file: 'slices.jsonl', from: '{"hour":473352,"slices":{"campaigns":"', to: '{"hour":473352,"slices":{"extra":"","campaigns":"' },
    'hour 473352: every event is the same; slices that differ: extra'],
] as const;

describe('a planted change is named', () => {
  test.each(PLANTED)('%s', (_, name, change, said) => {
    const difference = firstDifference(changed(name, change));
    expect(difference === null ? null : describeDifference(difference).slice(0, said.length)).toBe(said);
  });

  test('a decision that is gone', () => {
    const text = readFileSync(join(process.cwd(), 'replay-fixtures/trending/decisions.jsonl'), 'utf8');
    const line = text.split('\n').find(candidate => candidate.startsWith('{"at":"473366.0.1"'))!;
    const difference = firstDifference(changed('trending', { file: 'decisions.jsonl', from: `${line}\n`, to: '' }));
    expect(difference?.divergence).toMatchObject({ what: 'decision', hour: 473_366, step: 0, seq: 1, event: 'order_refused', field: 'presence', expected: null });
  });
});

//  what is wrong with a file            the file, from and to                                                       what is said
const UNREADABLE = [
  ['a value not in normal form', { file: 'candles/AUR-USD.csv', from: '2024-01-01T00:00:00Z,41254.9,', to: '2024-01-01T00:00:00Z,41254.90,' }, 'candles/AUR-USD.csv:2: not a candle in normal form'],
  ['a line of another layout', { file: 'facts.jsonl', from: '{"at":"473352.0.0",', to: '{"at":"473352.0",' }, 'facts.jsonl:1: not a line of this file'],
  ['a record with a field too many', { file: 'hours.jsonl', from: '"hour":473353,', to: '"hour":473353,"hours":1,' }, 'hour record: hours is not a field of it'],
  ['an event outside the hours', { file: 'facts.jsonl', from: '{"at":"473519.0.0",', to: '{"at":"473520.0.0",' }, 'facts.jsonl: 473520.0.0 lies outside the hours of the run'],
] as const;

describe('a file that is not what the layout says is refused by name', () => {
  test.each(UNREADABLE)('%s', (_, change, said) => {
    expect(() => changed('trending', change)).toThrow(said);
  });
});
