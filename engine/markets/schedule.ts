/** When a repeated command is due again. */
import { HOUR_MS } from '../../core/kernel/units.ts';
import { usage } from '../problem.ts';
import { typed } from '../wording.ts';

/** Candles of an hour that has just ended are on their way: the venue gets two minutes. */
export const SETTLE_MS = 120_000;

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: HOUR_MS };
const LONGEST_MS = 24 * HOUR_MS;
const SHORTEST_MS = 10_000;

/** `30s`, `5m`, `1h`: from ten seconds to a day, in milliseconds. */
export const everyOf = (option: string, text: string): number => {
  const [, count, unit] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const ms = count === undefined ? Number.NaN : Number(count) * UNITS[unit!]!;
  if (!(ms >= SHORTEST_MS && ms <= LONGEST_MS)) throw usage(`${option}: ${typed(text)} is no time between 10s and 24h.`, 'For example 5m or 1h.');
  return ms;
};

/** Whole hours fall two minutes after the hour, so that its candles are there; anything else is counted from now. */
export const dueAfter = (nowMs: number, everyMs: number): number => {
  if (everyMs % HOUR_MS !== 0) return nowMs + everyMs;
  return (Math.floor((nowMs - SETTLE_MS) / everyMs) + 1) * everyMs + SETTLE_MS;
};
