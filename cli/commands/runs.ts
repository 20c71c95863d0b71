/** `tb runs`: every run with its head; with --drop, deletes a backtest or an import and leaves a tombstone. */
import { dropBacktest, listRuns } from '../../adapters/store/runs.ts';
import type { ListedRun } from '../../adapters/store/runs.ts';
import { formatHour, formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import { requireRun } from '../../engine/find-run.ts';
import { reasonOf } from '../../engine/operator-file.ts';
import { refused, usage } from '../../engine/problem.ts';
import type { Action } from '../command.ts';
import { printResult, table } from '../output.ts';
import { withStore } from '../store.ts';
import { amount } from '../verdict.ts';

export const run: Action<Readonly<{ drop?: string; reason?: string }>> = async options => {
  if (options.drop !== undefined) return drop(options, options.drop);
  if (options.reason !== undefined) throw usage('--reason: only --drop takes one.', 'tb runs --drop NAME --reason "…" deletes a backtest or an import.');
  const runs = await withStore(options, listRuns);
  printResult(options, {
    document: { runs: runs.map(documentOf) },
    text: () => (runs.length === 0 ? 'No runs yet. Make one: tb backtest --strategy ema-cross --symbols …' : textOf(runs)),
  });
};

const documentOf = (listed: ListedRun) => ({
  created: formatTime(listed.createdMs),
  equity: listed.equity,
  genesis: listed.genesis,
  head: listed.head?.hash ?? null,
  hours: listed.hours,
  keep: listed.keep,
  mode: listed.mode,
  run: listed.name,
  start: formatHour(listed.startHour),
  through: listed.head === null ? null : formatHour(listed.head.hour),
});

const textOf = (runs: readonly ListedRun[]): string =>
  table(
    ['run', 'mode', 'kept', 'start', 'through', 'hours', 'equity', 'head'],
    runs.map(({ name, mode, keep, startHour, head, hours, equity }) => [
      name,
      mode,
      keep,
      formatHour(startHour),
      head === null ? '-' : formatHour(head.hour),
      String(hours),
      equity === null ? '-' : amount(equity),
      head === null ? '-' : head.hash.slice(0, 16),
    ]),
  );

const drop = async (options: Parameters<typeof run>[0], name: string): Promise<void> => {
  const reason = reasonOf(options.reason ?? '');
  await withStore(
    options,
    async client => {
      const stored = await requireRun(client, name);
      if (stored.retention !== 'backtest') throw refused(`Run ${name} is a ${stored.mode} run: it is never dropped.`, 'Only backtests and imports are dropped.');
      await dropBacktest(client, stored, { reason, droppedMs: timeMs(Date.now()) });
      printResult(options, { document: { dropped: name, reason }, text: () => `Dropped ${name}; its tombstone stays.` });
    },
    'owner',
  );
};
