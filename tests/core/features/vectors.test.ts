/**
 * The golden vectors of specs/indicators.md, bit for bit, and the second implementation of that page: a Python script
 * that recomputes them from the text. Python is asked only where the machine has it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { validateParameters } from '../../../core/strategies/parameters.ts';
import { findStrategy } from '../../../core/strategies/registry.ts';
import type { Strategy } from '../../../core/strategies/strategy.ts';
import { barOf, bitsOf } from '../../support/reference-indicators.ts';
import type { BarText } from '../../support/reference-indicators.ts';
import { FEATURES, isClean, runFeature } from './feature-runs.ts';

type ExpectedSignal = Readonly<{ bar: number; action: string; reason: string; evidence: Readonly<Record<string, string>> }>;
type Vectors = Readonly<{
  series: Readonly<Record<string, readonly BarText[]>>;
  features: readonly Readonly<{ feature: string; period: number; series: string; values: readonly (string | null)[] }>[];
  strategies: readonly Readonly<{
    strategy: string;
    parameters: Readonly<Record<string, string>>;
    series: string;
    lookbackBars: number;
    signals: readonly ExpectedSignal[];
  }>[];
}>;

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const vectors = JSON.parse(readFileSync(`${ROOT}specs/vectors/indicators.json`, 'utf8')) as Vectors;

describe('feature vectors', () => {
  test('cover every indicator', () => {
    expect([...new Set(vectors.features.map(vector => vector.feature))].toSorted()).toEqual(Object.keys(FEATURES).toSorted());
  });

  test.each(vectors.features.map(vector => [`${vector.feature}(${vector.period}) of ${vector.series}`, vector] as const))(
    '%s',
    (_, vector) => {
      const values = runFeature(vector.feature, vector.period, vectors.series[vector.series]!);
      expect(values.map(value => (value === null ? null : bitsOf(value)))).toEqual(vector.values);
    },
  );
});

describe('strategy vectors', () => {
  test.each(vectors.strategies.map(vector => [`${vector.strategy} ${JSON.stringify(vector.parameters)} on ${vector.series}`, vector] as const))(
    '%s',
    (_, vector) => {
      const strategy = findStrategy(vector.strategy) as Strategy;
      const validated = validateParameters(strategy, vector.parameters);
      if (!validated.ok) throw new Error(validated.problem);
      expect(validated.texts).toEqual(vector.parameters);
      expect(strategy.lookbackBars(validated.parameters)).toBe(vector.lookbackBars);
      const memory = new Float64Array(strategy.memorySize(validated.parameters));
      const signals = vectors.series[vector.series]!.flatMap((bar, index): ExpectedSignal[] => {
        const signal = strategy.observe(memory, 0, barOf(bar), validated.parameters);
        expect(isClean(memory)).toBe(true);
        if (signal === null) return [];
        const evidence = Object.fromEntries(Object.entries(signal.evidence).map(([key, value]) => [key, bitsOf(value)]));
        return [{ bar: index, action: signal.action, reason: signal.reason, evidence }];
      });
      expect(signals).toEqual(vector.signals);
    },
  );
});

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.log('Skipped: the Python twin of specs/indicators.md, as python3 is absent.');

test.skipIf(!hasPython)('the Python twin finds the same values from the page alone', () => {
  const run = spawnSync('python3', ['tools/indicator_oracle.py'], { cwd: ROOT, encoding: 'utf8' });
  expect([run.stdout, run.stderr, run.status]).toEqual(['OK\n', '', 0]);
});
