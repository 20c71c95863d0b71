/** What is written under an axis of time, in UTC: as little as the distance of the marks needs, the year where it begins. */
const DAY_SECONDS = 86_400;
const MONTH_SECONDS = 28 * DAY_SECONDS;
const YEAR_SECONDS = 365 * DAY_SECONDS;

/** Distances of the labels, in seconds: an hour is the least that a run knows; months and years as the chart library counts them. */
export const TIME_STEPS: readonly number[] = [
  ...[1, 2, 3, 4, 6, 8, 12].map(hours => hours * 3600),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 30, 60, 90, 120, 180].map(days => days * DAY_SECONDS),
  ...[1, 2, 5, 10, 25, 50, 100].map(years => years * YEAR_SECONDS),
];

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

export const monthName = (month: number): string => MONTHS[month - 1] ?? '';

const clock = (date: Date): string => date.toISOString().slice(11, 16);

/** Two lines a mark: the unit that changes, and below it what it is part of wherever that begins. */
export const timeLabels = (seconds: readonly number[], step: number): readonly string[] => {
  let above = '';
  return seconds.map(second => {
    const date = new Date(second * 1000);
    const year = String(date.getUTCFullYear());
    if (step >= YEAR_SECONDS) return year;
    const month = monthName(date.getUTCMonth() + 1);
    const day = `${date.getUTCDate()} ${month}`;
    const [unit, part] = step >= MONTH_SECONDS ? [month, year] : step >= DAY_SECONDS ? [day, year] : [clock(date), `${day} ${year}`];
    if (part === above) return unit;
    above = part;
    return `${unit}\n${part}`;
  });
};
