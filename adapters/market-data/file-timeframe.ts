/**
 * Which candle length a file's times speak of, judged by the steps from line to line. It exists because candles of a
 * wrong length can lie on the right boundaries: the 5m candle of 10:00 would pass for the hour of 10:00.
 */

const LENGTH_NAMES: readonly (readonly [string, number])[] = [
  ['1m', 60_000], ['3m', 180_000], ['5m', 300_000], ['10m', 600_000], ['15m', 900_000], ['30m', 1_800_000], ['1h', 3_600_000], ['2h', 7_200_000],
  ['4h', 14_400_000], ['6h', 21_600_000], ['8h', 28_800_000], ['12h', 43_200_000], ['1d', 86_400_000], ['1w', 604_800_000],
];
const DAY_MS = 86_400_000;
/** So many equal short steps in a row are no accident; one stray line makes at most two. */
const SHORT_RUN = 3;
/** Measured on Kraken's archive, 134,000 hours with 4,100 holes: at most six equal long steps in a row, none of a day. */
const LONG_RUN = 24;
const DAY_RUN = 5;
/** With this many steps, a majority of short ones is a pattern. */
const STEPS_FOR_MAJORITY = 6;

type Run = { step: number; length: number };

/** Collects the steps of one file; `lengthMs` is the timeframe asked for. Mutable, because it sees every line. */
export type StepTally = {
  readonly lengthMs: number;
  steps: number;
  short: number;
  smallest: number;
  /** The greatest length that divides every step. */
  divisor: number;
  /** Steps equal to the divisor, counted anew whenever it shrinks. */
  ofDivisor: number;
  run: Run;
  longestShort: Run;
  longestLong: Run;
  longestDay: Run;
};

export const newStepTally = (lengthMs: number): StepTally => ({
  lengthMs, steps: 0, short: 0, smallest: Number.MAX_SAFE_INTEGER, divisor: 0, ofDivisor: 0,
  run: { step: 0, length: 0 }, longestShort: { step: 0, length: 0 }, longestLong: { step: 0, length: 0 }, longestDay: { step: 0, length: 0 },
});

const greatestDivisor = (left: number, right: number): number => {
  let [larger, smaller] = [left, right];
  while (smaller !== 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
};

const keepLonger = (longest: Run, run: Run): void => {
  if (run.length <= longest.length) return;
  longest.step = run.step;
  longest.length = run.length;
};

/** Takes one step between consecutive lines, in milliseconds, whichever way it goes; a repeated time is no step. */
export const addStep = (tally: StepTally, signedStep: number): void => {
  const step = Math.abs(signedStep);
  if (step === 0) return;
  tally.steps += 1;
  if (step < tally.smallest) tally.smallest = step;
  if (tally.divisor === 0 || step % tally.divisor !== 0) {
    tally.divisor = greatestDivisor(step, tally.divisor);
    tally.ofDivisor = 0;
  }
  if (step === tally.divisor) tally.ofDivisor += 1;
  const { run } = tally;
  run.length = step === run.step ? run.length + 1 : 1;
  run.step = step;
  if (step === tally.lengthMs) return;
  if (step < tally.lengthMs) {
    tally.short += 1;
    if (isNamedLength(step)) keepLonger(tally.longestShort, run);
  } else {
    keepLonger(step % DAY_MS === 0 ? tally.longestDay : tally.longestLong, run);
  }
};

const isNamedLength = (step: number): boolean => LENGTH_NAMES.some(([, length]) => length === step);

/** `5m` for a length that has a name, else the longest named length that divides it, else its minutes. */
const nameOfLength = (step: number): string => {
  const exact = LENGTH_NAMES.find(([, length]) => length === step);
  if (exact !== undefined) return exact[0];
  if (step % DAY_MS === 0) return `${step / DAY_MS}d`;
  return step % 60_000 === 0 ? `${step / 60_000}m` : `${step / 1_000}s`;
};

export type FileTimeframe =
  | Readonly<{ fits: true }>
  | Readonly<{ fits: false; looksLike: string; mixed: boolean }>;

const FITS: FileTimeframe = { fits: true };

/**
 * Whether the steps fit the timeframe asked for. They do not when all or most are shorter, when a regular shorter or
 * longer stretch lies between fitting ones (mixed), or when every step is a multiple of one longer length. Single
 * stray lines and holes of any size fit; the lines themselves are judged one by one.
 */
export const judgeSteps = (tally: StepTally): FileTimeframe => {
  const { steps, short, longestShort, longestLong, longestDay, divisor } = tally;
  if (steps === 0) return FITS;
  const mostlyShort = short === steps || (steps >= STEPS_FOR_MAJORITY && short * 2 > steps);
  if (mostlyShort || longestShort.length >= SHORT_RUN) {
    return { fits: false, looksLike: nameOfLength(longestShort.length > 0 ? longestShort.step : tally.smallest), mixed: !mostlyShort };
  }
  if (steps >= 2 && divisor > tally.lengthMs && (divisor % DAY_MS === 0 || tally.ofDivisor * 2 > steps)) {
    return { fits: false, looksLike: nameOfLength(divisor), mixed: false };
  }
  if (longestDay.length >= DAY_RUN) return { fits: false, looksLike: nameOfLength(longestDay.step), mixed: true };
  if (longestLong.length >= LONG_RUN) return { fits: false, looksLike: nameOfLength(longestLong.step), mixed: true };
  return FITS;
};
