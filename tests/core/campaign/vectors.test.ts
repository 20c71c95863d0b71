/**
 * The golden vectors of specs/campaigns.md, and the second implementation of that page: a Python script that recomputes
 * them, and stories drawn here, from the text. Python is asked only where the machine has it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assess, classify, figuresOf, thesisClassOf } from '../../../core/campaign/assessment.ts';
import { FLAT } from '../../../core/campaign/campaign.ts';
import type { CampaignPreset } from '../../../core/campaign/parameters.ts';
import { formatDecimal } from '../../../core/kernel/decimal.ts';
import { predictionOf } from '../../../core/predictions/prediction.ts';
import type { PredictionDoubles, Regime } from '../../../core/predictions/prediction.ts';
import { momentumEnsemble } from '../../../core/strategies/momentum-ensemble.ts';
import { validateParameters } from '../../../core/strategies/parameters.ts';
import { barOf, bitsOf, flatBar } from '../../support/reference-indicators.ts';
import { ALL_MOVES, drawStory } from './drawn-campaigns.ts';
import { policyOf, predictionOfOutlook, runStory, share, shownStep } from './outlooks.ts';
import type { Given, Outlooks, Pair, PolicyTexts, Story } from './outlooks.ts';

type Doubles = Readonly<{ hour1: Pair | null; hours4: Pair | null; hours24: Pair | null; regime: Regime; confidence: string; volatility: string | null }>;
type Judged = Readonly<{ name: string; preset: CampaignPreset; policy: PolicyTexts; outlook: string | null; sigma: string | null; cost: string; result: unknown }>;
type Told = Story & Readonly<{ decisions: readonly Readonly<{ given: Partial<Given>; after: unknown; moves: readonly (readonly [from: string, to: string, reason: string, ...seen: unknown[]])[]; intent: Readonly<{ kind: string; reason?: string }>; evidence: unknown }>[] }>;
type Sensed = Readonly<{ name: string; parameters: Readonly<Record<string, string>>; series: string; every: number; lookbackBars: number; predictions: readonly unknown[] }>;
type Vectors = Readonly<{
  outlooks: Outlooks;
  predictions: readonly Readonly<{ name: string; doubles: Doubles; prediction: unknown }>[];
  assessments: readonly Judged[];
  campaigns: readonly Told[];
  series: Readonly<Record<string, readonly string[]>>;
  ensemble: readonly Sensed[];
}>;

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const vectors = JSON.parse(readFileSync(`${ROOT}specs/vectors/campaigns.json`, 'utf8')) as Vectors;

/** JSON has no word for what is no number. */
const doubleOf = (text: string): number => (text.endsWith('inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text));
const horizonOf = (pair: Pair | null) => (pair === null ? null : { probabilityUp: doubleOf(pair[0]), expectedReturn: doubleOf(pair[1]) });

test.each(vectors.predictions.map(vector => [vector.name, vector] as const))('prediction: %s', (_, { doubles, prediction }) => {
  const given: PredictionDoubles = {
    hour1: horizonOf(doubles.hour1),
    hours4: horizonOf(doubles.hours4),
    hours24: horizonOf(doubles.hours24),
    regime: doubles.regime,
    confidence: doubleOf(doubles.confidence),
    volatility: doubles.volatility === null ? null : doubleOf(doubles.volatility),
  };
  const shown = (value: unknown): unknown => (typeof value === 'bigint' ? formatDecimal(value) : value !== null && typeof value === 'object' ? Object.values(value).map(shown) : value);
  expect(Object.fromEntries(Object.entries(predictionOf(given)).map(([name, value]) => [name, shown(value)]))).toEqual(prediction);
});

test.each(vectors.assessments.map(vector => [vector.name, vector] as const))('assessment: %s', (_, vector) => {
  const prediction = vector.outlook === null ? null : predictionOfOutlook(vectors.outlooks[vector.outlook]!);
  const terms = { sigma: vector.sigma === null ? null : share(vector.sigma), policy: policyOf(vector.preset, vector.policy), roundTripCost: share(vector.cost) };
  const assessment = assess(prediction, terms);
  expect(classify(prediction, terms)).toBe(assessment?.stateClass ?? 'DATA_MISSING');
  if (assessment === null) {
    expect(vector.result).toBeNull();
    return;
  }
  const figures = Object.fromEntries(Object.entries(figuresOf(assessment)).map(([name, value]) => [name, formatDecimal(value)]));
  expect({ stateClass: assessment.stateClass, thesisClass: thesisClassOf(assessment), ...figures }).toEqual(vector.result);
});

test.each(vectors.campaigns.map(vector => [vector.name, vector] as const))('campaign: %s', (_, vector) => {
  const steps = runStory(vector, vectors.outlooks, vector.decisions.map(({ given }) => given), FLAT);
  expect(steps.map(shownStep)).toEqual(vector.decisions.map(({ after, moves, intent, evidence }) => ({ after, moves, intent, evidence })));
});

test('the vectors tell of every move with every reason, and of every intent with every reason', () => {
  const decisions = vectors.campaigns.flatMap(story => story.decisions);
  const moves = new Set(decisions.flatMap(decision => decision.moves.map(([from, to, reason]) => `${from} ${to} ${reason}`)));
  const intents = new Set(decisions.map(({ intent }) => `${intent.kind} ${intent.reason ?? ''}`.trim()));
  expect([...moves].toSorted()).toEqual(ALL_MOVES.toSorted());
  expect([...intents].toSorted()).toEqual([
    'enter DIP_ENTRY',
    'enter TREND_ENTRY',
    'exit NEGATIVE_PERSISTED',
    'exit RECOVERY_FAILED',
    'exit STRATEGY_EXIT',
    'exit STRONG_NEGATIVE',
    'none',
    'reduce DERISK',
    'reduce TACTICAL_PROFIT',
    'reenter REENTRY',
    'withdraw ENTRY_WITHDRAWN',
  ]);
});

/** `50*1200` stands for 1,200 bars at 50. */
const closesOf = (entries: readonly string[]): readonly string[] =>
  entries.flatMap(entry => {
    const [close, times] = entry.split('*');
    return Array.from({ length: Number(times ?? '1') }, () => close!);
  });

const hex = (prediction: PredictionDoubles | null): unknown => {
  if (prediction === null) return null;
  const { hour1, hours4, hours24, regime, confidence, volatility } = prediction;
  const says = [hour1, hours4, hours24].flatMap(horizon => [bitsOf(horizon!.probabilityUp), bitsOf(horizon!.expectedReturn)]);
  return [...says, regime, bitsOf(confidence), bitsOf(volatility!)];
};

test.each(vectors.ensemble.map(vector => [vector.name, vector] as const))('ensemble: %s', (_, vector) => {
  const validated = validateParameters(momentumEnsemble, vector.parameters);
  if (!validated.ok) throw new Error(validated.problem);
  const { parameters } = validated;
  const memory = new Float64Array(momentumEnsemble.memorySize(parameters));
  const predictions = closesOf(vectors.series[vector.series]!).map(close => momentumEnsemble.predict(memory, 0, barOf(flatBar(close)), parameters));
  expect(momentumEnsemble.lookbackBars(parameters)).toBe(vector.lookbackBars);
  expect(predictions.slice(0, vector.lookbackBars).every(prediction => prediction === null)).toBe(true);
  expect(predictions.slice(vector.lookbackBars).filter((__, bar) => bar % vector.every === 0).map(hex)).toEqual(vector.predictions);
});

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.log('Skipped: the Python twin of specs/campaigns.md, as python3 is absent.');

describe.skipIf(!hasPython)('the Python twin of specs/campaigns.md', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tb-campaigns-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const askTwin = (...given: readonly string[]): string => {
    const run = spawnSync('python3', ['tools/campaign_oracle.py', ...given], { cwd: ROOT, encoding: 'utf8' });
    return run.stdout.trim() + run.stderr.trim();
  };

  const written = (name: string, seeds: readonly number[]): string => {
    const drawn = seeds.map(seed => drawStory(seed, 100));
    const campaigns = drawn.map(({ story, steps, given }) => ({ ...story, decisions: steps.map((step, at) => ({ given: given[at], ...shownStep(step) })) }));
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify({ outlooks: Object.assign({}, ...drawn.map(({ outlooks }) => outlooks)) as unknown, campaigns }));
    return path;
  };

  test('finds the same for every golden vector', () => {
    expect(askTwin()).toBe('OK');
  });

  test('steps forty drawn campaigns of a hundred decisions alike', () => {
    expect(askTwin(written('drawn', Array.from({ length: 40 }, (_, index) => 1_000 + index)))).toBe('OK');
  });

  test('names the first thing that the page does not give', () => {
    const path = written('wrong', [7]);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"ENTRY_FILLED"', '"POSITION_GONE"'));
    expect(askTwin(path)).toMatch(/campaigns\[0\]\.decisions\[\d+\]\.moves\[0\]\[2\]: the file has "POSITION_GONE", the page gives "ENTRY_FILLED"/);
  });
});
