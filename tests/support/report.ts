/** Reports of runs that are executed in memory, hour by hour, watched as a stored run is. */
import { simulatedBucket } from '../../core/bucket.ts';
import type { Desk } from '../../core/desk.ts';
import { beginRun, closeHour, executeStep } from '../../core/execute.ts';
import type { ExecutedStep } from '../../core/execute.ts';
import { collectReport } from '../../engine/report/collect-report.ts';
import type { Subject } from '../../engine/report/collect-report.ts';
import type { RunReport } from '../../engine/report/report.ts';
import { feedFor } from './desk.ts';
import type { Outside } from './desk.ts';
import type { SlotCandle } from './market.ts';

export type Told = Readonly<{ candles: readonly (readonly SlotCandle[])[]; hours: number; outside?: Outside; subject?: Partial<Subject> }>;

/** `outside` is what entered, by hours from the start. */
export const reportOf = (desk: Desk, { candles, hours, outside = {}, subject = {} }: Told): RunReport => {
  const collector = collectReport(desk, { run: 'told', mode: 'backtest', hours, conduct: null, found: { hindsight: null, revisedData: null }, ...subject });
  const feed = feedFor(desk, candles);
  let progress = beginRun(desk);
  for (let hour = 0; hour < hours; hour += 1) {
    const steps: ExecutedStep[] = [];
    let { state } = progress;
    for (let step = 0; step < desk.stepsPerHour; step += 1) {
      const market = feed(progress.hour * desk.stepsPerHour + step);
      const bucket = simulatedBucket(desk, state, { hour: progress.hour, step, market }, outside[step === 0 ? hour : `${hour}.${step}`] ?? []);
      const executed = executeStep(desk, state, bucket, collector.witness);
      steps.push(executed);
      ({ state } = executed);
    }
    const closed = closeHour(desk, progress, steps);
    collector.add(closed);
    progress = closed.after;
  }
  return collector.report();
};
