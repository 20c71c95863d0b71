/**
 * Outcomes counted by bucket, from which chances and mean returns are read: what a bucket says is what came of it so
 * far, shrunk toward knowing nothing. It counts only what has closed and can therefore never look ahead.
 */
import type { Memory } from '../strategies/strategy.ts';

// Slots of a bucket: outcomes; how many of them rose, a standstill counting half; the sum of their returns in σ.
const ROSE = 1;
const RETURNS = 2;

export const BUCKET_SIZE = 3;

/** Counts one outcome: `rose` is 1, ½ or 0, `sigmas` its return in standard deviations of the horizon. */
export const countOutcome = (memory: Memory, bucket: number, rose: number, sigmas: number): void => {
  memory[bucket] = memory[bucket]! + 1;
  memory[bucket + ROSE] = memory[bucket + ROSE]! + rose;
  memory[bucket + RETURNS] = memory[bucket + RETURNS]! + sigmas;
};

/** Halves a bucket that holds `most` outcomes, so that old ones fade. Halving a double is exact. */
export const fadeOutcomes = (memory: Memory, bucket: number, most: number): void => {
  if (memory[bucket]! < most) return;
  memory[bucket] = memory[bucket]! / 2;
  memory[bucket + ROSE] = memory[bucket + ROSE]! / 2;
  memory[bucket + RETURNS] = memory[bucket + RETURNS]! / 2;
};

/** The share that rose, Laplace-smoothed: `prior` outcomes of which half rose are added. */
export const chanceOfRise = (memory: Memory, bucket: number, prior: number): number =>
  (memory[bucket + ROSE]! + prior / 2) / (memory[bucket]! + prior);

/** The mean return in standard deviations of the horizon, with `prior` outcomes of zero added. */
export const meanSigmas = (memory: Memory, bucket: number, prior: number): number =>
  memory[bucket + RETURNS]! / (memory[bucket]! + prior);
