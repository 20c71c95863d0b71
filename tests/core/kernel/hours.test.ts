/** Time without Date, against Date as the oracle over centuries. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatHour, formatTime, hourContaining, hoursAfter, hourStartingAt, parseTime, startOfHour } from '../../../core/kernel/hours.ts';
import { hourUtc, timeMs } from '../../../core/kernel/units.ts';

const YEAR_1 = Date.UTC(1970, 0, 1) - 1969 * 366 * 86_400_000 + 1969 * 86_400_000;
const YEAR_9999 = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

describe('formatTime and parseTime', () => {
  test('agree with Date from antiquity to the year 9999', () => {
    fc.assert(
      fc.property(fc.integer({ min: YEAR_1, max: YEAR_9999 }), ms => {
        const iso = new Date(ms).toISOString();
        expect(formatTime(timeMs(ms))).toBe(iso.replace('.000Z', 'Z'));
        expect(parseTime(iso)).toBe(ms);
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });

  test('agree with Date on every day of four centuries', () => {
    const differing: string[] = [];
    for (let ms = Date.UTC(1900, 0, 1); ms < Date.UTC(2300, 0, 1); ms += 86_400_000) {
      const iso = new Date(ms).toISOString().replace('.000Z', 'Z');
      if (formatTime(timeMs(ms)) !== iso) differing.push(iso);
    }
    expect(differing).toEqual([]);
  });

  test.each([
    ['2024-02-29T00:00:00Z', 1_709_164_800_000],
    ['2000-02-29T23:59:59.999Z', 951_868_799_999],
    ['1969-12-31T23:59:59.999Z', -1],
    ['2024-03-01T05:00Z', 1_709_269_200_000],
    ['2024-03-01T05:00:00.5Z', 1_709_269_200_500],
    ['2024-03-01T05:00:00+02:00', 1_709_262_000_000],
    ['2024-03-01T05:00:00-05:30', 1_709_289_000_000],
  ])('%s', (text, ms) => {
    expect(parseTime(text)).toBe(ms);
  });

  test.each([
    '',
    '2024-03-01',
    '2024-03-01T05:00:00',
    '2024-03-01 05:00:00Z',
    '2024-3-1T05:00:00Z',
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-00-10T00:00:00Z',
    '2024-13-10T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00.1234Z',
    '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00+02:60',
    '2024-01-01T00:00:00z',
    '+12024-01-01T00:00:00Z',
  ])('%j is no moment', text => {
    expect(parseTime(text)).toBe(null);
  });

  test('a fraction of a millisecond is a defect', () => {
    expect(() => formatTime(timeMs(0.5))).toThrow(/whole number of milliseconds/);
  });
});

describe('hours', () => {
  test('are counted from the epoch, and a moment inside one is none of their starts', () => {
    expect(hourStartingAt(timeMs(1_709_269_200_000))).toBe(474_797);
    expect(hourStartingAt(timeMs(1_709_269_200_001))).toBe(null);
    expect(hourContaining(timeMs(1_709_272_799_999))).toBe(474_797);
    expect(hourContaining(timeMs(-1))).toBe(-1);
    expect(startOfHour(hourUtc(474_797))).toBe(1_709_269_200_000);
    expect(hoursAfter(hourUtc(474_797), 24)).toBe(474_821);
    expect(formatHour(hourUtc(474_797))).toBe('2024-03-01T05:00:00Z');
  });
});
