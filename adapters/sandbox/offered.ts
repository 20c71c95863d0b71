/**
 * What a strategy file may import: the features of the built-in strategies and the types of the contract, nothing else.
 * An editor reads the types from here; the loader evaluates the same text again inside the realm.
 */
import type { Strategy as BuiltInStrategy } from '../../core/strategies/strategy.ts';

export type { Bar, Memory, Parameters, ParameterSpec, Signal } from '../../core/strategies/strategy.ts';

/** The contract of the built-in strategies, but that a file without contradictions may leave `contradiction` out. */
export type Strategy = Omit<BuiltInStrategy, 'contradiction'> & Partial<Pick<BuiltInStrategy, 'contradiction'>>;

export { atrIsReady, atrMemorySize, atrOf, updateAtr } from '../../core/features/atr.ts';
export {
  donchianSideIsReady,
  donchianSideMemorySize,
  highestHighOf,
  lowestLowOf,
  updateHighestHigh,
  updateLowestLow,
} from '../../core/features/donchian.ts';
export { emaIsReady, emaMemorySize, emaOf, updateEma } from '../../core/features/ema.ts';
export {
  realisedVolatilityIsReady,
  realisedVolatilityMemorySize,
  realisedVolatilityOf,
  updateRealisedVolatility,
} from '../../core/features/realised-volatility.ts';
export { rsiHasMoved, rsiIsReady, rsiLastClose, rsiMemorySize, rsiOf, updateRsi } from '../../core/features/rsi.ts';
export { smaIsReady, smaMemorySize, smaOf, updateSma } from '../../core/features/sma.ts';
