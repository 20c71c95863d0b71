/**
 * Returns by day, month and year, UTC, of the value of one unit, so that money that comes or goes is no return. Days begin
 * when trading does; what a unit was worth at the opening is 1, so all days together make the return of the run.
 */
import type { Desk } from '../../core/desk.ts';
import type { ExecutedHour } from '../../core/execute.ts';
import { formatHour } from '../../core/kernel/hours.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { asDouble } from './amounts.ts';

export type MonthReturn = Readonly<{ year: number; month: number; return: number }>;
export type YearReturn = Readonly<{ year: number; return: number }>;

/** The first and the last day may be shorter than 24 hours. */
export type Calendar = Readonly<{ daily: readonly number[]; months: readonly MonthReturn[]; years: readonly YearReturn[]; hours: number }>;

export type DayCollector = Readonly<{ add: (hour: ExecutedHour) => void; calendar: () => Calendar }>;

/** What a unit was worth at the end of a day, and whether anybody held one. */
type Day = Readonly<{ day: number; unitValue: number; isHeld: boolean }>;

const OPENING = 1;

export const collectDays = ({ manifest }: Desk): DayCollector => {
  const days: Day[] = [];
  let hours = 0;
  const add = ({ sealed, valuation, after }: ExecutedHour): void => {
    if (sealed.hour < manifest.tradeFromHour) return;
    hours += 1;
    const day = { day: Math.floor(sealed.hour / 24), unitValue: asDouble(valuation.unitValue), isHeld: after.state.portfolio.units !== 0n };
    if (days.at(-1)?.day === day.day) days.pop();
    days.push(day);
  };
  const calendar = (): Calendar => {
    const returns = returnsOf(days);
    const monthOf = ({ day }: Day): string => formatHour((day * 24) as HourUtc).slice(0, 7);
    return {
      daily: returns,
      months: compounded(days.map(monthOf), returns).map(({ name, total }) => ({ year: Number(name.slice(0, 4)), month: Number(name.slice(5)), return: total })),
      years: compounded(days.map(day => monthOf(day).slice(0, 4)), returns).map(({ name, total }) => ({ year: Number(name), return: total })),
      hours,
    };
  };
  return { add, calendar };
};

/** Before anybody holds a unit, and after everything was redeemed, the next one begins at 1 again. */
const returnsOf = (days: readonly Day[]): readonly number[] => {
  let before = OPENING;
  return days.map(({ unitValue, isHeld }) => {
    const gained = isHeld && before > 0 ? unitValue / before - 1 : 0;
    before = isHeld ? unitValue : OPENING;
    return gained;
  });
};

type Named = Readonly<{ name: string; total: number }>;

/** Returns of one name after another, compounded. */
const compounded = (names: readonly string[], returns: readonly number[]): readonly Named[] => {
  const totals = new Map<string, number>();
  names.forEach((name, index) => totals.set(name, (totals.get(name) ?? 1) * (1 + returns[index]!)));
  return [...totals].map(([name, growth]) => ({ name, total: growth - 1 }));
};
