/** What `replay-window` and `replay-hour` share: one run, one window, one report. */
import { listRuns } from '../adapters/store/runs.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { hoursAfter } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { versionHint, versionSentence, versionsIn } from '../engine/changed-rules.ts';
import { requireRun } from '../engine/find-run.ts';
import { replayRun } from '../engine/replay-run.ts';
import type { ReplayReport } from '../engine/replay-run.ts';
import type { GlobalOptions } from './command.ts';
import { printResult, yellow } from './output.ts';
import { showProgress } from './progress.ts';
import { replayExit, replayText } from './replay-report.ts';
import { withStore } from './store.ts';

type Target = Readonly<{ run: string; fromHour: HourUtc | null; toHour: HourUtc | null; fromOption?: '--from' | '--hour' }>;

export const replayAndReport = async (options: GlobalOptions, { run, fromHour, toHour, fromOption = '--from' }: Target): Promise<void> => {
  const started = performance.now();
  await withStore(options, async client => {
    const stored = await requireRun(client, run);
    const hours = (await listRuns(client)).find(({ name }) => name === stored.name)?.hours ?? 0;
    const expected = (toHour ?? hoursAfter(stored.startHour, hours)) - (fromHour ?? stored.startHour);
    const progress = showProgress(options, { label: 'replay', total: Math.max(1, expected), unit: 'hours' });
    const report = await replayRun(client, stored, { fromHour, toHour, fromOption, onProgress: progress.to }).finally(progress.stop);
    const { engineMs, ...shown } = report;
    const refusal = refusalOf(report, stored);
    printResult(options, {
      document: { ...shown, ...(refusal === null ? {} : { error: { exit: replayExit(report), ...refusal } }), engineMs: Math.round(engineMs), wallMs: Math.round(performance.now() - started) },
      text: () => [replayText(report), ...(refusal === null ? [] : [yellow(refusal.message), refusal.hint])].join('\n'),
      warnings: refusal === null ? [] : [`${refusal.message} ${refusal.hint}`],
    });
    process.exitCode = replayExit(report);
  });
};

/** A run of another version is refused like any other misfit, beside the report that says what changed. */
const refusalOf = ({ status, changedRules }: ReplayReport, { manifestText }: StoredRun): Readonly<{ message: string; hint: string }> | null => {
  const versions = versionsIn(manifestText);
  return status !== 'OTHER VERSION' || versions === null ? null : { message: versionSentence(versions), hint: versionHint(changedRules) };
};
