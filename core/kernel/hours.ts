/** UTC time as integers, without Date: proleptic Gregorian days by Howard Hinnant's civil calendar arithmetic. */
import { assert } from './assert.ts';
import { HOUR_MS } from './units.ts';
import type { HourUtc, TimeMs } from './units.ts';

const TIME_TEXT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:\d{2})$/;

const daysFromCivil = (year: number, month: number, day: number): number => {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
};

const civilFromDays = (days: number): Readonly<{ year: number; month: number; day: number }> => {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthShifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthShifted < 10 ? monthShifted + 3 : monthShifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * monthShifted + 2) / 5) + 1 };
};

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** ISO 8601 with an explicit offset (`2024-03-01T05:00:00Z`, `…+02:00`); null when it is not a real moment. */
export const parseTime = (text: string): TimeMs | null => {
  const parts = TIME_TEXT.exec(text);
  if (parts === null) return null;
  const [year, month, day, hour, minute] = parts.slice(1, 6).map(Number) as [number, number, number, number, number];
  const second = Number(parts[6] ?? '0');
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  const days = daysFromCivil(year, month, day);
  if (civilFromDays(days).day !== day) return null;
  const local = ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1_000 + Number((parts[7] ?? '').padEnd(3, '0'));
  const offset = parts[8]!;
  if (offset === 'Z') return local as TimeMs;
  const [offsetHour, offsetMinute] = [Number(offset.slice(1, 3)), Number(offset.slice(4, 6))];
  if (offsetHour > 23 || offsetMinute > 59) return null;
  const shift = (offsetHour * 60 + offsetMinute) * 60_000;
  return (offset.startsWith('-') ? local + shift : local - shift) as TimeMs;
};

/** `2024-03-01T05:00:00Z`; milliseconds are shown only when there are any. */
export const formatTime = (time: TimeMs): string => {
  assert(Number.isSafeInteger(time), 'A time is a whole number of milliseconds.');
  const days = Math.floor(time / 86_400_000);
  const rest = time - days * 86_400_000;
  const { year, month, day } = civilFromDays(days);
  const [hour, minute, second] = [Math.floor(rest / HOUR_MS), Math.floor(rest / 60_000) % 60, Math.floor(rest / 1_000) % 60];
  const millisecond = rest % 1_000;
  const fractionText = millisecond === 0 ? '' : `.${String(millisecond).padStart(3, '0')}`;
  const yearText = String(year).padStart(4, '0');
  return `${yearText}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${fractionText}Z`;
};

/** The hour that starts exactly at `time`; null for a time inside an hour. */
export const hourStartingAt = (time: TimeMs): HourUtc | null => (time % HOUR_MS === 0 ? ((time / HOUR_MS) as HourUtc) : null);
export const hourContaining = (time: TimeMs): HourUtc => Math.floor(time / HOUR_MS) as HourUtc;
export const startOfHour = (hour: HourUtc): TimeMs => (hour * HOUR_MS) as TimeMs;
export const hoursAfter = (hour: HourUtc, count: number): HourUtc => (hour + count) as HourUtc;
export const formatHour = (hour: HourUtc): string => formatTime(startOfHour(hour));
