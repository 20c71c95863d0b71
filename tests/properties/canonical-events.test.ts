/** Every amount of every canonical event is a decimal in normal form, and reads back as the amount it was. */
import { describe, expect, it } from 'vitest';
import { forEveryRun, ranOf, tracedSteps } from './drawn-runs.ts';

/** No plus, no exponent, no leading or trailing zeros, no negative zero; at most 20 whole digits and 18 decimals. */
const NORMAL = /^(?:0|-?(?:[1-9]\d{0,19}|0(?=\.))(?:\.\d{0,17}[1-9])?)$/;

const unitsOf = (text: string): bigint => {
  const [whole, decimals = ''] = text.replace('-', '').split('.');
  const units = BigInt(whole! + decimals.padEnd(18, '0'));
  return text.startsWith('-') ? -units : units;
};

type Check = { amounts: number; readonly wrong: string[] };

/** Walks a value beside what its text says, counts the amounts it meets, and notes what is written otherwise. */
const checkAmounts = (value: unknown, written: unknown, check: Check): void => {
  if (typeof value === 'bigint') {
    check.amounts += 1;
    if (typeof written !== 'string' || !NORMAL.test(written) || unitsOf(written) !== value) check.wrong.push(`${value} as ${JSON.stringify(written)}`);
    return;
  }
  if (typeof value !== 'object' || value === null) {
    if (value !== written) check.wrong.push(`${JSON.stringify(value)} as ${JSON.stringify(written)}`);
    return;
  }
  const fields = written as Readonly<Record<string, unknown>>;
  if (Object.keys(fields).length !== Object.keys(value).length) check.wrong.push(`fields ${Object.keys(fields).join()}`);
  for (const [key, field] of Object.entries(value)) checkAmounts(field, fields[key], check);
};

const keysAscend = (written: unknown): boolean => {
  if (typeof written !== 'object' || written === null) return true;
  const keys = Object.keys(written);
  const ascending = Array.isArray(written) || keys.every((key, index) => index === 0 || keys[index - 1]! < key);
  return ascending && Object.values(written).every(keysAscend);
};

describe('canonical events', () => {
  it('writes every amount as a decimal in normal form', () => {
    const check: Check = { amounts: 0, wrong: [] };
    forEveryRun(18, drawn => {
      for (const { bucket, decisions, texts } of tracedSteps(drawn.desk, ranOf(drawn))) {
        const events = [...bucket.facts, ...decisions];
        expect(texts).toHaveLength(events.length);
        events.forEach((event, index) => {
          const written: unknown = JSON.parse(texts[index]!);
          checkAmounts(event, written, check);
          expect(keysAscend(written)).toBe(true);
          expect(texts[index]).toBe(JSON.stringify(written));
          if (event.type === 'candle_late' || event.type === 'candle_revised') for (const text of Object.values(event.values)) expect(text).toMatch(NORMAL);
        });
      }
      expect(check.wrong).toEqual([]);
    });
    expect(check.amounts).toBeGreaterThan(5_000);
  });
});
