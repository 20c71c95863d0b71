/**
 * One combination of a sweep, run by the very engine of a backtest over columns that are in memory already: every hour is
 * executed, posted and sealed, and nothing is stored.
 */
import type { Desk } from '../../core/desk.ts';
import { HOUR_MS, ONE_E18 } from '../../core/kernel/units.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import type { CandleColumns } from '../../core/market/columns.ts';
import { ordersOf } from '../conduct.ts';
import type { Conduct } from '../conduct.ts';
import { driveBacktest } from '../run-hours.ts';
import type { ColumnChunk } from '../run-hours.ts';
import { countSummary } from '../run-summary.ts';
import type { RunSummary } from '../run-summary.ts';

/** Daily returns are of the unit value by UTC day of the trading window, as doubles: reports read them, and no decision does. */
export type TrialResult = Readonly<{ summary: RunSummary; dailyReturns: readonly number[] }>;

type Trial = Readonly<{ desk: Desk; columns: readonly CandleColumns[]; endHour: HourUtc; conduct: Conduct }>;

/** Columns may begin before the run does. */
export const runTrial = async ({ desk, columns, endHour, conduct }: Trial): Promise<TrialResult> => {
  const counter = countSummary(desk, conduct);
  const days = dailyValues(desk.manifest.tradeFromHour, endHour);
  await driveBacktest({
    desk,
    endHour,
    orders: ordersOf(conduct),
    chunks: once({ fromMs: desk.manifest.startHour * HOUR_MS, toMs: endHour * HOUR_MS, columns }),
    onHour: executed => {
      counter.add(executed);
      days.put(executed.sealed.hour, executed.valuation.unitValue);
    },
  });
  return { summary: counter.summary(), dailyReturns: days.returns() };
};

async function* once(chunk: ColumnChunk): AsyncGenerator<ColumnChunk, void, void> {
  yield chunk;
}

const HOURS_PER_DAY = 24;

type DailyValues = Readonly<{ put: (hour: HourUtc, unitValue: bigint) => void; returns: () => readonly number[] }>;

/** The unit value at the end of each UTC day that the window touches. After a run that stopped early nothing changes any more. */
const dailyValues = (tradeFromHour: HourUtc, endHour: HourUtc): DailyValues => {
  const firstDay = Math.floor(tradeFromHour / HOURS_PER_DAY);
  const values = Array.from<bigint | undefined>({ length: Math.floor((endHour - 1) / HOURS_PER_DAY) - firstDay + 1 });
  let opening: bigint = ONE_E18;
  const put = (hour: HourUtc, unitValue: bigint): void => {
    if (hour < tradeFromHour) opening = unitValue;
    else values[Math.floor(hour / HOURS_PER_DAY) - firstDay] = unitValue;
  };
  const returns = (): readonly number[] => {
    let before = opening;
    return values.map(value => {
      const change = value === undefined || before === 0n ? 0 : Number(value) / Number(before) - 1;
      before = value ?? before;
      return change;
    });
  };
  return { put, returns };
};
