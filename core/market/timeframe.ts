/** Candle lengths that divide an hour, and their slots: a slot is a candle's open time counted in its own length. */
import { HOUR_MS } from '../kernel/units.ts';

export type Timeframe = '1m' | '5m' | '15m' | '1h';
export const TIMEFRAMES: readonly Timeframe[] = ['1m', '5m', '15m', '1h'];

const LENGTH_MS: Readonly<Record<Timeframe, number>> = { '1m': 60_000, '5m': 300_000, '15m': 900_000, '1h': HOUR_MS };

export const isTimeframe = (text: string): text is Timeframe => TIMEFRAMES.some(timeframe => timeframe === text);
export const timeframeMs = (timeframe: Timeframe): number => LENGTH_MS[timeframe];
/** How many steps an hour has for agents that look at this timeframe. */
export const stepsPerHour = (timeframe: Timeframe): number => HOUR_MS / LENGTH_MS[timeframe];
