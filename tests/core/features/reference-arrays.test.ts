/**
 * Against arrays that another implementation published for 502 daily quotes. They carry its rounding errors, so they
 * agree to 10^-9 and not to the bit. Where the folder of real data is absent the comparison is skipped and says so.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { BarText } from '../../support/reference-indicators.ts';
import { runFeature } from './feature-runs.ts';

const FOLDER = new URL('../../../../shared/data/indicators/', import.meta.url);
const isPresent = existsSync(FOLDER);
if (!isPresent) console.log(`Skipped: reference arrays of indicators, as ${FOLDER.pathname} is absent.`);

const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

const quotes = (): readonly BarText[] =>
  read('Default.csv')
    .trim()
    .split('\n')
    .slice(1)
    .map(line => line.split(',').slice(2, 6) as unknown as BarText);

describe.skipIf(!isPresent)('published arrays', () => {
  test.each([
    ['sma', 20, 483],
    ['ema', 20, 483],
    ['rsi', 14, 488],
    ['atr', 14, 488],
  ])('%s(%i) has the same %i values', (name, period, count) => {
    const published = (JSON.parse(read(`${name}.standard.json`)) as Record<string, number | null>[]).map(row => row[name]!);
    const values = runFeature(name, period, quotes());
    expect(values).toHaveLength(502);
    expect(published.filter(value => value !== null)).toHaveLength(count);
    values.forEach((value, index) => {
      if (value === null) expect(published[index]).toBeNull();
      else expect(Math.abs(value - published[index]!)).toBeLessThan(1e-9);
    });
  });
});
