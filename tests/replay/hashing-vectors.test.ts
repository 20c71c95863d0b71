/** The golden vectors of specs/hashing.md against core, value by value; a second implementation checks the same file. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { formatDecimal, parseDecimal } from '../../core/kernel/decimal.ts';
import { marketSymbol, timeMs } from '../../core/kernel/units.ts';
import { candleDigest } from '../../core/market/candle.ts';
import type { CandleValues } from '../../core/market/candle.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { rootOfTexts } from '../../core/kernel/merkle.ts';
import { hashingVectors } from '../../tools/fixtures/hashing-vectors.ts';

type Vectors = Readonly<{
  amounts: readonly Readonly<{ units: string; text: string }>[];
  canonical: readonly Readonly<{ value: unknown; text: string }>[];
  refused: readonly Readonly<{ json: string; why: string }>[];
  trees: readonly Readonly<{ leaves: readonly string[]; root: string }>[];
  candles: readonly Readonly<{ symbol: string; timeframe: Timeframe; openMs: number; values: CandleValues; digest: string }>[];
}>;

const text = readFileSync('specs/vectors/hashing.json', 'utf8');
const vectors = JSON.parse(text) as Vectors;

test('are what core computes', () => {
  expect(hashingVectors()).toBe(text);
});

describe('read from the file', () => {
  test.each(vectors.amounts.map(({ units, text: normal }) => [units, normal] as const))('%s units are %s', (units, normal) => {
    expect(formatDecimal(BigInt(units))).toBe(normal);
    expect(parseDecimal(normal)).toBe(BigInt(units));
  });

  test.each(vectors.canonical.map(({ value, text: canonical }) => [canonical, value] as const))('canonical text %s', (canonical, value) => {
    expect(canonicalText(value)).toBe(canonical);
  });

  test.each(vectors.refused.map(({ json, why }) => [why, json] as const))('%s has no canonical text', (_, json) => {
    expect(() => canonicalText(JSON.parse(json))).toThrow('Assertion failed');
  });

  test.each(vectors.trees.map(({ leaves, root }) => [leaves.length, leaves, root] as const))('the root of %i leaves', (_, leaves, root) => {
    expect(rootOfTexts(leaves)).toBe(root);
  });

  test.each(vectors.candles.map(candle => [candle.symbol, candle] as const))('the digest of a candle of %s', (_, { symbol, timeframe, openMs, values, digest }) => {
    expect(candleDigest({ symbol: marketSymbol(symbol), timeframe }, timeMs(openMs), values)).toBe(digest);
  });
});

/** RFC 6962 roots computed by hand elsewhere: of nothing, and of one empty leaf. */
test('the smallest trees are those of the standard', () => {
  expect(vectors.trees.slice(0, 2).map(({ root }) => root)).toEqual([
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  ]);
});
