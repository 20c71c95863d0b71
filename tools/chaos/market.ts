/**
 * The candle files of a plan: two invented markets, of which some candles are held back until they come late and some are
 * corrected after their hour was sealed. It writes nothing and knows no store.
 */
import { HOUR_MS, timeMs } from '../../core/kernel/units.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import { csvOf } from '../fixtures/candle-file.ts';
import type { TimedCandle } from '../fixtures/candle-file.ts';
import { candlesOf } from '../fixtures/market.ts';
import type { Plan } from './plan.ts';
import { lateFile, START_HOUR } from './workload.ts';

export type MarketFile = Readonly<{ name: string; text: string }>;

/** Backtests look this far ahead of the desk. */
const HOURS_AHEAD = 14;

const invented = ({ marketSeed, desk, endHour }: Plan, nth: number): readonly TimedCandle[] => {
  const lengthMs = timeframeMs(desk.timeframe);
  const candles = ((endHour - START_HOUR + HOURS_AHEAD) * HOUR_MS) / lengthMs;
  const walk = candlesOf({
    seed: marketSeed + nth,
    startTicks: 20_000 + 7_000 * nth,
    priceDecimals: 2,
    volumeDecimals: 3,
    stretches: [{ candles, driftPpm: 0, noisePpm: 9_000, jumpPpm: 1_500, volumeUnits: 900_000 }],
  });
  return walk.map(({ index, values }) => ({ openMs: timeMs(START_HOUR * HOUR_MS + index * lengthMs), values }));
};

/** Of two hours before a late step, the first candle of the one is missing and the last candle of the other was wrong. */
const lateTimes = ({ desk }: Plan, fromHour: number): Readonly<{ missingMs: number; revisedMs: number }> => ({
  missingMs: (fromHour - 2) * HOUR_MS,
  revisedMs: fromHour * HOUR_MS - timeframeMs(desk.timeframe),
});

/** The files that are there from the start, and one for each step whose candles come late. */
export const marketFiles = (plan: Plan): readonly MarketFile[] => {
  const lateJobs = plan.steps.flatMap(({ job }) => (job.work === 'late' ? [job] : []));
  /** The step that brings a candle which is held back until then. */
  const broughtBy = new Map(lateJobs.map(({ number, fromHour }) => [lateTimes(plan, fromHour).missingMs, number]));
  const [aaa, bbb] = [invented(plan, 0), invented(plan, 1)];
  const late = lateJobs.map(({ number, fromHour }): MarketFile => {
    const { revisedMs } = lateTimes(plan, fromHour);
    const near = aaa.filter(({ openMs }) => openMs >= (fromHour - 3) * HOUR_MS && openMs < fromHour * HOUR_MS && (broughtBy.get(openMs) ?? 0) <= number);
    const corrected = near.map(({ openMs, values }) => ({ openMs, values: openMs === revisedMs ? { ...values, close: values.high } : values }));
    return { name: lateFile(number), text: csvOf(corrected) };
  });
  return [{ name: 'aaa.csv', text: csvOf(aaa.filter(({ openMs }) => !broughtBy.has(openMs))) }, { name: 'bbb.csv', text: csvOf(bbb) }, ...late];
};
