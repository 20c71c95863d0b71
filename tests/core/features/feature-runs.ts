/** Runs an indicator over a list of candles, one after the other, as the core does. Decides nothing about its values. */
import { atrIsReady, atrMemorySize, atrOf, updateAtr } from '../../../core/features/atr.ts';
import {
  donchianSideIsReady,
  donchianSideMemorySize,
  highestHighOf,
  lowestLowOf,
  updateHighestHigh,
  updateLowestLow,
} from '../../../core/features/donchian.ts';
import { emaIsReady, emaMemorySize, emaOf, updateEma } from '../../../core/features/ema.ts';
import {
  realisedVolatilityIsReady,
  realisedVolatilityMemorySize,
  realisedVolatilityOf,
  updateRealisedVolatility,
} from '../../../core/features/realised-volatility.ts';
import { rsiIsReady, rsiMemorySize, rsiOf, updateRsi } from '../../../core/features/rsi.ts';
import { smaIsReady, smaMemorySize, smaOf, updateSma } from '../../../core/features/sma.ts';
import type { Bar, Memory } from '../../../core/strategies/strategy.ts';
import { barOf } from '../../support/reference-indicators.ts';
import type { BarText, Values } from '../../support/reference-indicators.ts';

type Feature = Readonly<{
  memorySize: (period: number) => number;
  update: (memory: Memory, at: number, period: number, bar: Bar) => void;
  isReady: (memory: Memory, at: number, period: number) => boolean;
  valueOf: (memory: Memory, at: number, period: number) => number;
}>;

export const FEATURES: Readonly<Record<string, Feature>> = {
  sma: { memorySize: smaMemorySize, update: updateSma, isReady: smaIsReady, valueOf: smaOf },
  ema: { memorySize: emaMemorySize, update: updateEma, isReady: emaIsReady, valueOf: emaOf },
  rsi: { memorySize: rsiMemorySize, update: updateRsi, isReady: rsiIsReady, valueOf: rsiOf },
  atr: { memorySize: atrMemorySize, update: updateAtr, isReady: atrIsReady, valueOf: atrOf },
  'donchian-upper': {
    memorySize: donchianSideMemorySize,
    update: updateHighestHigh,
    isReady: donchianSideIsReady,
    valueOf: highestHighOf,
  },
  'donchian-lower': {
    memorySize: donchianSideMemorySize,
    update: updateLowestLow,
    isReady: donchianSideIsReady,
    valueOf: lowestLowOf,
  },
  'realised-volatility': {
    memorySize: realisedVolatilityMemorySize,
    update: updateRealisedVolatility,
    isReady: realisedVolatilityIsReady,
    valueOf: realisedVolatilityOf,
  },
};

/** Whether memory holds only what may be hashed: finite numbers, and zero only as +0. */
export const isClean = (memory: Float64Array): boolean => memory.every(value => Number.isFinite(value) && !Object.is(value, -0));

const GUARD = 777;

/**
 * One value per candle, null where there is none. The slice lies between guards, so an indicator that writes outside of
 * its own slots, or leaves something that may not be hashed, fails here.
 */
export const runFeature = (name: string, period: number, bars: readonly BarText[]): Values => {
  const feature = FEATURES[name]!;
  const size = feature.memorySize(period);
  const memory = new Float64Array(size + 2);
  memory[0] = GUARD;
  memory[size + 1] = GUARD;
  return bars.map((bar, index) => {
    feature.update(memory, 1, period, barOf(bar));
    if (!isClean(memory)) throw new Error(`${name} left ${memory.join(' ')} in memory after bar ${index}.`);
    if (memory[0] !== GUARD || memory[size + 1] !== GUARD) throw new Error(`${name} wrote outside of its slots at bar ${index}.`);
    return feature.isReady(memory, 1, period) ? feature.valueOf(memory, 1, period) : null;
  });
};
