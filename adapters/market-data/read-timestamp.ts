/**
 * The open time of a candle from the text of its time column: epoch in seconds, milliseconds or microseconds, or ISO 8601.
 * The unit is told by the size of the number, never by the format; a time whose offset nobody stated is refused.
 */
import { formatTime, parseTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { TimeMs } from '../../core/kernel/units.ts';

/** 2009-01-01T00:00:00Z: no crypto market is older than the first block of Bitcoin. */
const EARLIEST_MS = 1_230_768_000_000;
/** 2100-01-01T00:00:00Z. Up to here the ranges of seconds, milliseconds and microseconds do not overlap. */
const LATEST_MS = 4_102_444_800_000;

/** A moment, or the reason why the text is none. */
export type TimestampRead = TimeMs | string;
export type ReadTimestamp = (text: string) => TimestampRead;

const DAY_MS = 86_400_000;
const WHOLE = /^\d{1,17}$/;
const EPOCH = /^\s*(\d{1,17})(?:\.0+)?\s*$/;
const WHOLE_WITH_ZEROS = /^(\d{1,17})\.0+$/;
const DATE_AND_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?(?: ?(Z|UTC|[+-]\d{2}:?\d{2}))?$/i;

export type EpochUnit = 'seconds' | 'milliseconds' | 'microseconds';

const isMoment = (ms: number): boolean => ms >= EARLIEST_MS && ms < LATEST_MS;

const unitOf = (value: number): EpochUnit | null =>
  isMoment(value * 1_000) ? 'seconds' : isMoment(value) ? 'milliseconds' : isMoment(value / 1_000) ? 'microseconds' : null;

const readEpoch = (text: string): TimestampRead => {
  const value = Number(text);
  switch (unitOf(value)) {
    case 'seconds':
      return timeMs(value * 1_000);
    case 'milliseconds':
      return timeMs(value);
    case 'microseconds':
      return value % 1_000 === 0 ? timeMs(value / 1_000) : `time ${text} is not a whole number of milliseconds`;
    case null:
      return `time ${text} is no moment between 2009 and 2100, neither in seconds nor in milliseconds nor in microseconds`;
  }
};

/** The unit that an epoch is read in; null for a text that is none. */
export const epochUnitOf = (text: string): EpochUnit | null => {
  const digits = EPOCH.exec(text)?.[1];
  return digits === undefined ? null : unitOf(Number(digits));
};

const offsetOf = (text: string): string => {
  const upper = text.toUpperCase();
  if (upper === 'Z' || upper === 'UTC') return 'Z';
  return upper.length === 5 ? `${upper.slice(0, 3)}:${upper.slice(3)}` : upper;
};

const readIso = (text: string, isUtc: boolean): TimestampRead => {
  const parts = DATE_AND_TIME.exec(text);
  if (parts === null) return `time ${text} is neither an epoch nor ISO 8601 such as 2024-01-01T00:00:00Z`;
  const [, day, clock = '00:00', offset] = parts;
  if (offset === undefined && !isUtc) return `time ${text} has no offset; write ${day}T${clock}Z, or name the column ts_utc if it is UTC`;
  // The kernel reads at most three decimals of a second; more of them may only be zeros.
  const [second, decimals = ''] = clock.split('.');
  if (/[1-9]/.test(decimals.slice(3))) return `time ${text} is not a whole number of milliseconds`;
  const time = parseTime(`${day}T${second}${decimals === '' ? '' : `.${decimals.slice(0, 3)}`}${offset === undefined ? 'Z' : offsetOf(offset)}`);
  if (time === null) return `time ${text} is not a real date and time`;
  return time >= EARLIEST_MS && time < LATEST_MS ? time : `time ${formatTime(time)} is not between 2009 and 2100`;
};

const readSlowly = (text: string, isUtc: boolean): TimestampRead => {
  const trimmed = text.trim();
  if (trimmed === '') return 'time is empty';
  if (WHOLE.test(trimmed)) return readEpoch(trimmed);
  const zeros = WHOLE_WITH_ZEROS.exec(trimmed);
  return zeros === null ? readIso(trimmed, isUtc) : readEpoch(zeros[1]!);
};

const digitAt = (text: string, index: number): number => text.charCodeAt(index) - 48;
const twoDigitsAt = (text: string, index: number): number => {
  const tens = digitAt(text, index);
  const ones = digitAt(text, index + 1);
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
};

/**
 * A reader of one file's time column. `isUtc` says that the column's name promises UTC, so that `2024-01-01 05:00:00`
 * may stand without an offset. It remembers the last day it read, because files repeat it on every line.
 */
export const timestampReader = (isUtc: boolean): ReadTimestamp => {
  let day = '';
  let dayMs = 0;
  /** `2024-01-01T05:00:00Z` of the day remembered; NaN when the text is anything else. */
  const ofSameDay = (text: string): number => {
    if (text.length !== 20 || text.charCodeAt(19) !== 90 || !text.startsWith(day) || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return Number.NaN;
    const hour = twoDigitsAt(text, 11);
    const minute = twoDigitsAt(text, 14);
    const second = twoDigitsAt(text, 17);
    return hour < 24 && minute < 60 && second < 60 ? dayMs + ((hour * 60 + minute) * 60 + second) * 1_000 : Number.NaN;
  };
  return text => {
    if (day !== '') {
      const time = ofSameDay(text);
      if (time === time) return timeMs(time);
    }
    const read = readSlowly(text, isUtc);
    if (typeof read !== 'string' && text.length === 20 && text.charCodeAt(10) === 84 && text.charCodeAt(19) === 90) {
      day = text.slice(0, 11);
      dayMs = Math.floor(read / DAY_MS) * DAY_MS;
    }
    return read;
  };
};
