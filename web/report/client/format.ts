/**
 * Figures as people read them: fractions as percent, amounts with separators, hours as UTC. It only shortens what the
 * document says; a true minus sign and narrow spaces are its own. It computes nothing.
 */
import type { MetricUnit } from '../../../engine/report/report.ts';

const NARROW = '\u202f';
const MINUS = '\u2212';
export const UNDEFINED = '\u2014';

const SECONDS_PER_HOUR = 3600;
const HOURS_PER_DAY = 24;

const grouped = (value: number, decimals: number): string => {
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? text : `${text}.${fraction}`;
};

/** Nothing is shown as minus zero. */
const signOf = (value: number, shown: string): string => (value < 0 && /[1-9]/.test(shown) ? MINUS : '');

/** `-1234.5` with two decimals: `−1,234.50`. */
export const number = (value: number, decimals: number): string => {
  if (!Number.isFinite(value)) return UNDEFINED;
  const shown = grouped(value, decimals);
  return `${signOf(value, shown)}${shown}`;
};

/** As `number`, with a plus sign before what is above zero: for changes and differences. */
export const signed = (value: number, decimals: number): string => {
  const shown = number(value, decimals);
  return value > 0 && /[1-9]/.test(shown) ? `+${shown}` : shown;
};

/** A fraction as percent: `0.1234` is `12.34 %`. */
export const percent = (fraction: number, decimals = 2): string => `${number(fraction * 100, decimals)}${NARROW}%`;

export const signedPercent = (fraction: number, decimals = 2): string => `${signed(fraction * 100, decimals)}${NARROW}%`;

/** Decimals that leave about six digits, so that 64,123.5 and 0.000012 are both readable. */
const decimalsFor = (value: number): number => {
  const size = Math.abs(value);
  if (size === 0 || size >= 1000) return 2;
  if (size >= 1) return 4;
  return Math.min(12, 5 - Math.floor(Math.log10(size)));
};

const withoutZeros = (text: string): string => (text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text);

/** A price or a quantity of any size, to about six digits. */
export const plain = (value: number): string => {
  const shown = number(value, decimalsFor(value));
  return Math.abs(value) >= 1000 ? shown : withoutZeros(shown);
};

/** An amount in quote: two decimals, none from a hundred thousand on where space is short. */
export const amount = (value: number): string => number(value, 2);

export const signedAmount = (value: number): string => signed(value, 2);

/** `10.5k`, `2.31M`: for axes, in the unit of the largest value on it. */
export const shortAmount = (value: number, largest = Math.abs(value)): string => {
  const size = Math.max(largest, Math.abs(value));
  if (value === 0) return '0';
  if (size >= 1e9) return `${withoutZeros(number(value / 1e9, 2))}B`;
  if (size >= 1e6) return `${withoutZeros(number(value / 1e6, 2))}M`;
  if (size >= 1e4) return `${withoutZeros(number(value / 1e3, 1))}k`;
  return size >= 1000 ? number(value, 0) : plain(value);
};

/** `2024-03-05 14:00` of hours since 1970, UTC. */
export const hourText = (hour: number): string => new Date(hour * SECONDS_PER_HOUR * 1000).toISOString().slice(0, 16).replace('T', ' ');

/** `2024-03-05 14:00` of `2024-03-05T14:00:00Z`; a day where it is midnight. */
export const instantText = (instant: string): string => instant.replace(/T00:00(:00)?(\.0+)?Z$/, '').replace('T', ' ').replace(/(:\d\d):\d\d(\.\d+)?Z$/, '$1');

/** `3 h`, `2 d 5 h`: whole hours. */
export const duration = (hours: number): string => {
  const whole = Math.round(hours);
  if (whole < 2 * HOURS_PER_DAY) return `${number(hours, hours === whole ? 0 : 1)}${NARROW}h`;
  const days = Math.floor(whole / HOURS_PER_DAY);
  const rest = whole % HOURS_PER_DAY;
  return rest === 0 || days >= 100 ? `${number(days, 0)}${NARROW}d` : `${number(days, 0)}${NARROW}d ${rest}${NARROW}h`;
};

export const count = (value: number): string => number(value, 0);

/** `1 trade`, `2 trades`. */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

const BY_UNIT: Readonly<Record<MetricUnit, (value: number) => string>> = {
  fraction: value => percent(value),
  ratio: value => number(value, 2),
  hours: duration,
  quote: amount,
  count: value => (Number.isInteger(value) ? count(value) : number(value, 2)),
  probability: value => percent(value, 1),
};

/** A metric's value in its unit; a dash where it is not defined. */
export const metricText = (value: number | null, unit: MetricUnit): string => (value === null ? UNDEFINED : BY_UNIT[unit](value));

/** The difference of two values of a metric, in its unit and with its sign; of two percentages it is percentage points. */
export const differenceText = (difference: number, unit: MetricUnit): string => {
  const shown = BY_UNIT[unit](difference).replace('%', 'pp');
  return difference > 0 && /[1-9]/.test(shown) ? `+${shown}` : shown;
};

/** The first and last letters of a long hash. */
export const shortHash = (hash: string): string => (hash.length <= 20 ? hash : `${hash.slice(0, 10)}\u2026${hash.slice(-6)}`);

/** A sentence as it is set: a figure keeps its sign and its percent beside it, and a minus is one. */
export const typeset = (sentence: string): string => sentence.replace(/ %/g, '\u00a0%').replace(/(^|[\s(])-(?=\d)/g, `$1${MINUS}`);

/** `unit_value` as `unit value`; codes of rules and reasons are words. */
export const words = (code: string): string => code.replaceAll('_', ' ');
