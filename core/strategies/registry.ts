/** The built-in strategies. A user's own file obeys the same contract and is never listed here. */
import { buyAndHold } from './buy-and-hold.ts';
import { donchianBreakout } from './donchian-breakout.ts';
import { emaCross } from './ema-cross.ts';
import { rsiReversion } from './rsi-reversion.ts';
import type { Strategy } from './strategy.ts';

/** Sorted by id. */
export const STRATEGIES: readonly Strategy[] = [buyAndHold, donchianBreakout, emaCross, rsiReversion];

export const findStrategy = (id: string): Strategy | null => STRATEGIES.find(strategy => strategy.id === id) ?? null;
