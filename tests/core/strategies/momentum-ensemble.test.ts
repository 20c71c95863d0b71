/** The ensemble: what it says depends on closed candles alone, on their exact prices, and on what followed them. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { predictionOf, predictionProblem } from '../../../core/predictions/prediction.ts';
import type { PredictionDoubles } from '../../../core/predictions/prediction.ts';
import { momentumEnsemble } from '../../../core/strategies/momentum-ensemble.ts';
import { validateParameters } from '../../../core/strategies/parameters.ts';
import type { Parameters } from '../../../core/strategies/strategy.ts';
import { barOf, flatBar } from '../../support/reference-indicators.ts';
import type { BarText } from '../../support/reference-indicators.ts';
import { drawsOf } from '../../support/market.ts';
import { isClean } from '../features/feature-runs.ts';

const parametersOf = (given: Readonly<Record<string, string>>): Parameters => {
  const validated = validateParameters(momentumEnsemble, given);
  if (!validated.ok) throw new Error(validated.problem);
  return validated.parameters;
};

const SHORT = { fast: '2', volatility: '48' };
const GUARD = 777;

/** One prediction or null per bar; memory lies between guards and is clean after every bar. */
const predict = (bars: readonly BarText[], given: Readonly<Record<string, string>> = SHORT): readonly (PredictionDoubles | null)[] => {
  const parameters = parametersOf(given);
  const size = momentumEnsemble.memorySize(parameters);
  const memory = new Float64Array(size + 2);
  memory[0] = GUARD;
  memory[size + 1] = GUARD;
  return bars.map((bar, index) => {
    const predicted = momentumEnsemble.predict(memory, 1, barOf(bar), parameters);
    if (!isClean(memory)) throw new Error(`It left ${memory.join(' ')} in memory after bar ${index}.`);
    if (memory[0] !== GUARD || memory[size + 1] !== GUARD) throw new Error(`It wrote outside of its slots at bar ${index}.`);
    return predicted;
  });
};

/** A walk in whole units of 10^-decimals. */
const walk = (seed: number, bars: number, decimals = 2): readonly BarText[] => {
  const draw = drawsOf(seed);
  let units = 50_000;
  return Array.from({ length: bars }, () => {
    units = Math.max(100, units + Math.floor((units * (draw(41) - 20)) / 1_000));
    const digits = String(units).padStart(decimals + 1, '0');
    return flatBar(decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`);
  });
};

describe('momentum-ensemble', () => {
  test('states its parameters, its lookback and its memory', () => {
    expect(parametersOf({})).toEqual({ fast: 4, volatility: 168, prior: 100, history: 300, candlesPerHour: 1 });
    expect(momentumEnsemble.lookbackBars(parametersOf({}))).toBe(255);
    expect(momentumEnsemble.lookbackBars(parametersOf({ fast: '2', volatility: '500' }))).toBe(500);
    expect(momentumEnsemble.memorySize(parametersOf({}))).toBe(130);
    expect(momentumEnsemble.memorySize(parametersOf({ candlesPerHour: '12' }))).toBe(658);
    expect(momentumEnsemble.candlesPerHour(parametersOf({ candlesPerHour: '12' }))).toBe(12);
    expect(momentumEnsemble.contradiction(parametersOf({}))).toBeNull();
  });

  test.each([
    [SHORT, 127],
    [{ fast: '2', volatility: '150' }, 150],
    [{ fast: '3', volatility: '48' }, 191],
  ])('predicts from the bar its lookback names, with %o from bar %i', (given, first) => {
    const predicted = predict(walk(3, 200), given);
    expect(momentumEnsemble.lookbackBars(parametersOf(given))).toBe(first);
    expect(predicted.findIndex(prediction => prediction !== null)).toBe(first);
    expect(predicted.slice(first).every(prediction => prediction !== null)).toBe(true);
  });

  test('knows nothing before anything has come of a momentum, and says so', () => {
    const first = predict(walk(3, 128))[127]!;
    expect([first.hour1, first.hours4, first.hours24]).toEqual(Array.from({ length: 3 }, () => ({ probabilityUp: 0.5, expectedReturn: 0 })));
    expect(first.volatility).toBeGreaterThan(0.03);
  });

  test('predicts nothing of a price at rest, for odd prices too', () => {
    for (const price of ['0.07', '123.456789', '0.00001234', '99999999.99999999']) {
      expect(predict(Array.from({ length: 200 }, () => flatBar(price))).every(prediction => prediction === null)).toBe(true);
    }
  });

  test('stops predicting when a price has come to rest, and starts again with its first move', () => {
    const bars = [...walk(3, 140), ...Array.from({ length: 1_200 }, () => flatBar('500')), flatBar('501')];
    const predicted = predict(bars);
    expect([predicted[139], predicted[1_339], predicted[1_340]].map(prediction => prediction === null)).toEqual([false, true, false]);
  });

  test('counts what came of a momentum: a price that keeps rising is expected to rise', () => {
    const rising = Array.from({ length: 700 }, (_, bar) => flatBar(String(1_000 + 2 * bar + (bar % 2))));
    const last = predict(rising, { ...SHORT, prior: '2' }).at(-1)!;
    expect(last).toMatchObject({ regime: 'TREND_UP' });
    for (const horizon of [last.hour1!, last.hours4!, last.hours24!]) {
      expect(horizon.probabilityUp).toBeGreaterThan(0.9);
      expect(horizon.expectedReturn).toBeGreaterThan(0);
    }
  });

  test('learns that moves are undone where they were: swings of six bars each way', () => {
    const swinging = Array.from({ length: 1_200 }, (_, bar) => flatBar(String(1_000 + Math.abs((bar % 12) - 6) * 10)));
    const predicted = predict(swinging, { ...SHORT, prior: '5' });
    // Four hours after the top of a swing it is lower, four hours after its bottom higher.
    const top = predicted[1_188]!.hours4!;
    const bottom = predicted[1_194]!.hours4!;
    expect(top.probabilityUp).toBeLessThan(0.2);
    expect(bottom.probabilityUp).toBeGreaterThan(0.8);
    expect(Math.sign(top.expectedReturn)).toBe(-1);
  });

  test('says even of a walk without direction, within what chance allows', () => {
    const chances = predict(walk(11, 6_000), {}).flatMap(prediction => (prediction === null ? [] : [prediction.hours24!.probabilityUp]));
    expect(Math.min(...chances)).toBeGreaterThan(0.38);
    expect(Math.max(...chances)).toBeLessThan(0.62);
  });

  test('a price in another power of ten is predicted alike', () => {
    const whole = predict(walk(9, 400, 0)).map(prediction => (prediction === null ? null : predictionOf(prediction)));
    for (const decimals of [2, 5, 8]) {
      expect(predict(walk(9, 400, decimals)).map(prediction => (prediction === null ? null : predictionOf(prediction)))).toEqual(whole);
    }
  });

  test('a prediction does not depend on later bars', () => {
    const bars = walk(21, 320);
    const all = predict(bars);
    for (const cut of [128, 150, 200, 319]) expect(predict(bars.slice(0, cut))).toEqual(all.slice(0, cut));
  });

  test('counts an outcome at the close of its horizon, and not before', () => {
    const rising = Array.from({ length: 160 }, (_, bar) => flatBar(String(1_000 + 2 * bar + (bar % 2))));
    const chances = predict(rising).map(prediction => (prediction === null ? null : [prediction.hour1, prediction.hours4, prediction.hours24].map(horizon => horizon!.probabilityUp)));
    // The first prediction is that of bar 127. A hundred undecided outcomes an hour are added to every count.
    expect(chances[127]).toEqual([1 / 2, 1 / 2, 1 / 2]);
    expect(chances[128]).toEqual([51 / 101, 1 / 2, 1 / 2]);
    expect(chances[130]).toEqual([53 / 103, 1 / 2, 1 / 2]);
    expect(chances[131]).toEqual([54 / 104, 201 / 401, 1 / 2]);
    expect(chances[150]).toEqual([73 / 123, 220 / 420, 1 / 2]);
    expect(chances[151]).toEqual([74 / 124, 221 / 421, 1_201 / 2_401]);
  });

  test('keeps symbols apart in one memory', () => {
    const parameters = parametersOf(SHORT);
    const size = momentumEnsemble.memorySize(parameters);
    const memory = new Float64Array(3 * size);
    for (const bar of walk(2, 300)) momentumEnsemble.predict(memory, size, barOf(bar), parameters);
    expect(memory.subarray(0, size).every(value => value === 0)).toBe(true);
    expect(memory.subarray(2 * size).every(value => value === 0)).toBe(true);
  });

  test('every prediction keeps its bounds, for prices from the smallest to the largest and every parameter at its bounds', () => {
    const price = fc.oneof(fc.constantFrom('0.000000000000000001', '0.00000001', '1', '999999999999999999'), fc.integer({ min: 1, max: 999_999 }).map(String));
    const bounds = momentumEnsemble.parameters.map(spec => fc.constantFrom(spec.min, spec.default).map(value => [spec.name, String(value)] as const));
    fc.assert(
      fc.property(fc.array(price, { minLength: 130, maxLength: 300 }), fc.tuple(...bounds), (prices, given) => {
        for (const prediction of predict(prices.map(flatBar), { ...Object.fromEntries(given), fast: '2' })) {
          if (prediction !== null) expect(predictionProblem(predictionOf(prediction))).toBeNull();
        }
      }),
      { numRuns: 25 },
    );
  });

  test('works with every parameter at its greatest', () => {
    const greatest = Object.fromEntries(momentumEnsemble.parameters.map(spec => [spec.name, String(spec.max)]));
    const predicted = predict(walk(3, 2_003), greatest);
    expect(predicted.findIndex(prediction => prediction !== null)).toBe(2_000);
  });
});

const ARCHIVE = fileURLToPath(new URL('../../../../shared/data/kraken-ohlcvt/XBTUSD_60.csv.gz', import.meta.url));
const isHere = existsSync(ARCHIVE);
if (!isHere) console.log('Skipped: the calibration of momentum-ensemble on real hours, as ../shared/data is absent.');

test.skipIf(!isHere)('is calibrated on nine real years of BTC: what it says in a hundred comes true within three', () => {
  const rows = gunzipSync(readFileSync(ARCHIVE)).toString('utf8').trim().split('\n').map(line => line.split(','));
  const closes = rows.map(row => Number(row[4]));
  const parameters = parametersOf({});
  const memory = new Float64Array(momentumEnsemble.memorySize(parameters));
  const said = new Map<number, { count: number; chance: number; rose: number }>();
  rows.forEach((row, index) => {
    const texts = row.slice(1, 5).map(text => String(Number(text)));
    const prediction = momentumEnsemble.predict(memory, 0, barOf(texts as unknown as BarText), parameters);
    const later = closes[index + 24];
    if (prediction === null || later === undefined || index < 2_560) return;
    const chance = prediction.hours24!.probabilityUp;
    const bin = said.get(Math.floor(chance * 25)) ?? { count: 0, chance: 0, rose: 0 };
    bin.count += 1;
    bin.chance += chance;
    bin.rose += later > closes[index]! ? 1 : 0;
    said.set(Math.floor(chance * 25), bin);
  });
  const bins = [...said.values()];
  const all = bins.reduce((sum, bin) => sum + bin.count, 0);
  const error = bins.reduce((sum, bin) => sum + Math.abs(bin.chance - bin.rose), 0) / all;
  expect(all).toBeGreaterThan(60_000);
  expect(bins.filter(bin => bin.count > 1_000).length).toBeGreaterThanOrEqual(3);
  expect(error).toBeLessThan(0.03);
});
