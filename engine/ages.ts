/** How long ago something was, for people: one number and one unit. It reads no clock; whoever asks says what time it is. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365.25 * DAY_MS;

/** Up to which length a unit is used: `90 min` says more than `1 h`, and `40 h` more than `1 d`. */
const UNITS: readonly Readonly<{ belowMs: number; lengthMs: number; name: string }>[] = [
  { belowMs: 2 * MINUTE_MS, lengthMs: SECOND_MS, name: 's' },
  { belowMs: 2 * HOUR_MS, lengthMs: MINUTE_MS, name: 'min' },
  { belowMs: 2 * DAY_MS, lengthMs: HOUR_MS, name: 'h' },
  { belowMs: 2 * YEAR_MS, lengthMs: DAY_MS, name: 'd' },
  { belowMs: Number.POSITIVE_INFINITY, lengthMs: YEAR_MS, name: 'y' },
];

/** A length of time in its coarsest unit that still says something, rounded down: `45 s`, `90 min`, `3 h`, `12 d`, `2 y`. */
export const durationText = (ms: number): string => {
  const { lengthMs, name } = UNITS.find(({ belowMs }) => ms < belowMs)!;
  return `${Math.floor(ms / lengthMs)} ${name}`;
};

/** `3 h ago`, `in 5 min`; `now` within a second. */
export const ageText = (atMs: number, nowMs: number): string => {
  const ageMs = nowMs - atMs;
  if (Math.abs(ageMs) < SECOND_MS) return 'now';
  return ageMs > 0 ? `${durationText(ageMs)} ago` : `in ${durationText(-ageMs)}`;
};

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in powers of a thousand with three digits: `512 B`, `1.23 GB`. */
export const bytesText = (bytes: number): string => {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${BYTE_UNITS[unit]!}`;
};
