/**
 * A report of a stored run, made by executing all of its hours again from the recorded facts. Where that does not end in
 * the stored head there is no report: it would be about something else than what was sealed.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import type { StoredHour } from '../../adapters/store/read-run.ts';
import type { Desk } from '../../core/desk.ts';
import { beginRun } from '../../core/execute.ts';
import type { ExecutedHour, Progress } from '../../core/execute.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { hoursAfter } from '../../core/kernel/hours.ts';
import { isOwnVersion, versionsIn } from '../changed-rules.ts';
import { digestMismatches } from '../../adapters/store/read-columns.ts';
import { conductStored } from '../conduct.ts';
import { EXIT, nothing, Problem, refused } from '../problem.ts';
import { BLOCK_HOURS, readBlock, reexecuteHour } from '../reexecute.ts';
import { deskOfRun } from '../resume.ts';
import { readHead } from '../run-head.ts';
import { collectReport } from './collect-report.ts';
import type { ReportCollector } from './collect-report.ts';
import { foundInStore } from './hindsight.ts';
import type { RunReport } from './report.ts';

/** `onProgress` is told how many hours are executed. Throws Problem for a run without hours, of other rules, or that does not end in its head. */
export const reportOfRun = async (client: StoreClient, run: StoredRun, onProgress: (hours: number) => void): Promise<RunReport> => {
  const head = await readHead(client, run);
  if (head.hour < run.startHour) throw nothing(`Run ${run.name} has no sealed hour yet, so there is nothing to report.`, `Execute one: tb execute-hour --run ${run.name}`);
  const versions = versionsIn(run.manifestText);
  if (versions !== null && !isOwnVersion(versions)) {
    throw refused(`Run ${run.name} was sealed under other rules (semantics ${versions.semantics}, encoding ${versions.encoding}), which this tb does not execute.`, `tb replay-window --run ${run.name} lists what changed since.`);
  }
  const desk = await deskOfRun(run);
  if (desk.manifest.venue === 'recorded') throw refused(`Run ${run.name} has a real venue, whose answers this tb does not execute again into a report.`, `tb show ${run.name} and tb export ${run.name} say what is stored.`);
  const toHour = hoursAfter(head.hour, 1);
  const found = await foundInStore(client, run, { symbols: desk.symbols, tradeFromHour: desk.manifest.tradeFromHour });
  const collector = collectReport(desk, { run: run.name, mode: run.mode, hours: toHour - run.startHour, conduct: await conductStored(client, run), found });
  const after = await executeAll(client, run, { desk, collector, toHour, onProgress });
  if (after.previous !== head.hash) throw otherThanSealed(run);
  return collector.report();
};

type Work = Readonly<{ desk: Desk; collector: ReportCollector; toHour: HourUtc; onProgress: (hours: number) => void }>;

/** Every hour from the first, each compared with what was sealed; read block by block, so that memory stays flat. */
const executeAll = async (client: StoreClient, run: StoredRun, { desk, collector, toHour, onProgress }: Work): Promise<Progress> => {
  let progress = beginRun(desk);
  while (progress.hour < toHour) {
    const until = Math.min(toHour, progress.hour + BLOCK_HOURS) as HourUtc;
    const block = await readBlock(client, run, desk, { fromHour: progress.hour, toHour: until });
    if (block.columns.some(columns => digestMismatches(columns).length > 0)) throw otherThanSealed(run);
    const byHour = new Map(block.stored.map(stored => [stored.hour, stored]));
    while (progress.hour < until) {
      const stored = byHour.get(progress.hour);
      const executed = executedOrNull(desk, progress, { ...block, witness: collector.witness }, stored);
      if (executed === null || executed.sealed.hash !== stored?.hash) throw otherThanSealed(run);
      collector.add(executed);
      progress = executed.after;
    }
    onProgress(progress.hour - run.startHour);
  }
  return progress;
};

/** A stored fact that cannot be read is something else than was sealed, and no crash. */
const executedOrNull = (desk: Desk, progress: Progress, block: Parameters<typeof reexecuteHour>[2], stored: StoredHour | undefined): ExecutedHour | null => {
  try {
    return reexecuteHour(desk, progress, block, stored);
  } catch {
    return null;
  }
};

const otherThanSealed = (run: StoredRun): Problem =>
  new Problem(EXIT.mismatch, `Run ${run.name} does not come out of its recorded facts as it was sealed, so no report is made of it.`, `tb replay-window --run ${run.name} names the first difference.`);
