/** Doubles on their way into a decision: rounded half-even to 8 decimals, so that no bit below that can reach a hash. */
import { assert } from './assert.ts';

const SCALE = 100_000_000;
const TO_E18 = 10_000_000_000n;

/** 10^-18 units of a finite double, rounded half-even to 8 decimals; exact for magnitudes at or above 2^53 / 10^8. */
export const quantise = (value: number): bigint => {
  assert(Number.isFinite(value), 'A number that enters a decision is finite.');
  const scaled = value * SCALE;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const odd = floor % 2 !== 0;
  const rounded = rest > 0.5 || (rest === 0.5 && odd) ? floor + 1 : floor;
  return BigInt(rounded) * TO_E18;
};
