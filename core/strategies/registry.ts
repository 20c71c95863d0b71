/** The built-in strategies. A user's own file obeys the same contract and is never listed here. */
import { buyAndHold } from './buy-and-hold.ts';
import { donchianBreakout } from './donchian-breakout.ts';
import { emaCross } from './ema-cross.ts';
import { momentumEnsemble } from './momentum-ensemble.ts';
import type { AnyStrategy, PredictingStrategy } from './predicting-strategy.ts';
import { recordedModel } from './recorded-model.ts';
import { rsiReversion } from './rsi-reversion.ts';
import type { Strategy } from './strategy.ts';

/** What a run can be opened with, sorted by id. */
export const STRATEGIES: readonly (Strategy | PredictingStrategy)[] = [buyAndHold, donchianBreakout, emaCross, momentumEnsemble, rsiReversion];

/** Every strategy that a manifest may name: those above, and the one whose predictions are recorded. */
export const findStrategy = (id: string): AnyStrategy | null => STRATEGIES.find(strategy => strategy.id === id) ?? (id === recordedModel.id ? recordedModel : null);
