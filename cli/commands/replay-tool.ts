/** `tb replay-tool`: replays every run in the store, or every bundle of a folder, and adds the results up. Nothing to replay is never a success. */
import { listRuns } from '../../adapters/store/runs.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { byCodeUnit } from '../../core/kernel/order.ts';
import { versionSentence, versionsIn } from '../../engine/changed-rules.ts';
import type { ChangedRule } from '../../engine/changed-rules.ts';
import { replayRun } from '../../engine/replay-run.ts';
import type { ReplayReport } from '../../engine/replay-run.ts';
import { usage } from '../../engine/problem.ts';
import type { Action, GlobalOptions } from '../command.ts';
import { bold, green, printResult, red, table, yellow } from '../output.ts';
import type { OutputOptions } from '../output.ts';
import { showProgress } from '../progress.ts';
import { failureText, replayExit } from '../replay-report.ts';
import { withStore } from '../store.ts';

type Options = Readonly<{ bundles?: string; strategy: readonly string[]; changes?: string }>;

export const run: Action<Options> = async options => {
  const { bundles } = options;
  if (bundles !== undefined) {
    const { replayBundles } = await import('../replay-bundles.ts');
    return replayBundles({ ...options, bundles });
  }
  for (const [option, given] of [['--strategy', options.strategy.length > 0], ['--changes', options.changes !== undefined]] as const) {
    if (given) throw usage(`${option}: runs of a store are replayed as they are.`, `Give --bundles with the folder of your frozen runs, or leave ${option} out.`);
  }
  await replayStore(options);
};

const replayStore = async (options: GlobalOptions): Promise<void> => {
  const started = performance.now();
  const { reports, skipped } = await withStore(options, client => replayAll(client, options));
  const failed = reports.filter(({ parity }) => !parity);
  const status = reports.length === 0 ? 'NO TARGETS' : failed.length === 0 ? 'REPLAY PARITY: TRUE' : 'REPLAY PARITY: FALSE';
  const verdict = { status, parity: status === 'REPLAY PARITY: TRUE' } as const;
  const wallMs = Math.round(performance.now() - started);
  const warnings = skipped.map(({ run: name, reason }) => `${name} was not replayed. ${reason}`);
  printResult(options, {
    document: { ...documentOf(reports), ...verdict, skipped, wallMs },
    text: () => [bold((verdict.parity ? green : red)(status)), textOf(reports), ...warnings.map(yellow)].join('\n'),
    warnings,
  });
  process.exitCode = replayExit(verdict);
};

/** A run of another semantics or encoding is no failure of this tb, and must not keep the others from being replayed. */
type Replayed = Readonly<{ reports: readonly ReplayReport[]; skipped: readonly Readonly<{ run: string; reason: string; changedRules: readonly ChangedRule[] }>[] }>;

const replayAll = async (client: StoreClient, options: OutputOptions): Promise<Replayed> => {
  const targets = (await listRuns(client)).filter(({ head }) => head !== null);
  const progress = showProgress(options, { label: 'replay', total: targets.reduce((sum, { hours }) => sum + hours, 0), unit: 'hours' });
  const reports: ReplayReport[] = [];
  const skipped: Replayed['skipped'][number][] = [];
  let before = 0;
  try {
    for (const stored of targets) {
      const report = await replayRun(client, stored, { fromHour: null, toHour: null, onProgress: hours => progress.to(before + hours) });
      const versions = report.status === 'OTHER VERSION' ? versionsIn(stored.manifestText) : null;
      if (versions === null) reports.push(report);
      else skipped.push({ run: stored.name, reason: versionSentence(versions), changedRules: report.changedRules });
      before += stored.hours;
    }
  } finally {
    progress.stop();
  }
  return { reports, skipped };
};

/** Of the only run, or null: several runs have no head in common. */
const ofOnly = <Value>(reports: readonly ReplayReport[], valueOf: (report: ReplayReport) => Value): Value | null => (reports.length === 1 ? valueOf(reports[0]!) : null);

const sumOf = (reports: readonly ReplayReport[], valueOf: (report: ReplayReport) => number): number => reports.reduce((sum, report) => sum + valueOf(report), 0);

/** Hours as texts of one form stand in order of time. */
const hoursOf = (reports: readonly ReplayReport[], end: 'from' | 'to'): readonly string[] => reports.flatMap(report => report[end] ?? []).sort(byCodeUnit);

const documentOf = (reports: readonly ReplayReport[]) => ({
  engineMs: Math.round(sumOf(reports, ({ engineMs }) => engineMs)),
  failed: reports.filter(({ parity }) => !parity).length,
  failures: reports.flatMap(({ run: name, failures }) => failures.map(failure => ({ ...failure, run: name }))),
  from: hoursOf(reports, 'from')[0] ?? null,
  head: ofOnly(reports, ({ head }) => head),
  hours: sumOf(reports, ({ hours }) => hours),
  passed: reports.filter(({ parity }) => parity).length,
  run: ofOnly(reports, ({ run: name }) => name),
  symbolHours: sumOf(reports, ({ symbolHours }) => symbolHours),
  targets: reports.map(({ run: name, from, to, hours, head, parity, failures }) => ({ codes: failures.map(({ code }) => code), from, head, hours, parity, run: name, to })),
  to: hoursOf(reports, 'to').at(-1) ?? null,
  total: reports.length,
});

const textOf = (reports: readonly ReplayReport[]): string => {
  if (reports.length === 0) return 'No run in the store has a sealed hour that this tb can replay.';
  const rows = reports.map(({ run: name, hours, head, parity }) => [name, String(hours), parity ? 'TRUE' : 'FALSE', head ?? '-']);
  return [table(['run', 'hours', 'parity', 'head'], rows), ...reports.flatMap(({ failures }) => failures.map(failureText))].join('\n');
};
