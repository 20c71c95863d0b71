/** `tb runs`: every run with its head; with --drop, deletes a backtest or an import and leaves a tombstone. */
import { readEquityCurves } from '../../adapters/store/equity-curve.ts';
import type { CurveOf } from '../../adapters/store/equity-curve.ts';
import { dropBacktest, listRuns } from '../../adapters/store/runs.ts';
import type { ListedRun } from '../../adapters/store/runs.ts';
import { formatHour, formatTime, hoursAfter, startOfHour } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import { ageText } from '../../engine/ages.ts';
import { requireRun } from '../../engine/find-run.ts';
import { reasonOf } from '../../engine/operator-file.ts';
import { refused, usage } from '../../engine/problem.ts';
import type { Action } from '../command.ts';
import { printResult, table } from '../output.ts';
import { sparkline } from '../sparkline.ts';
import { withStore } from '../store.ts';
import { amount } from '../verdict.ts';

export const run: Action<Readonly<{ drop?: string; reason?: string }>> = async options => {
  if (options.drop !== undefined) return drop(options, options.drop);
  if (options.reason !== undefined) throw usage('--reason: only --drop takes one.', 'tb runs --drop NAME --reason "…" deletes a backtest or an import.');
  const { runs, curves } = await withStore(options, async client => {
    const listed = await listRuns(client);
    return { runs: listed, curves: options.json ? new Map<string, readonly (string | null)[]>() : await readEquityCurves(client, listed.flatMap(curveOf), CURVE_POINTS) };
  });
  printResult(options, {
    document: { runs: runs.map(documentOf) },
    text: () => (runs.length === 0 ? 'No runs yet. Make one: tb backtest --strategy ema-cross --symbols …' : textOf(runs, curves)),
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

const CURVE_POINTS = 16;

const curveOf = ({ id, retention, startHour, head }: ListedRun): readonly CurveOf[] => (head === null ? [] : [{ id, retention, startHour, headHour: head.hour }]);

/** What the value of a run is counted in; a manifest that was damaged says nothing. */
const quoteIn = (manifestText: string): string => {
  try {
    const { quote } = JSON.parse(manifestText) as Readonly<{ quote?: unknown }>;
    return typeof quote === 'string' ? quote : '';
  } catch {
    return '';
  }
};

const textOf = (runs: readonly ListedRun[], curves: ReadonlyMap<string, readonly (string | null)[]>): string =>
  table(
    ['run', 'mode', 'kept', 'made', 'start', 'sealed through', '', 'hours', 'equity', 'in', 'its course', 'head'],
    runs.map(({ id, name, mode, keep, createdMs, startHour, head, hours, equity, manifestText }) => [
      name,
      mode,
      keep,
      ageText(createdMs, Date.now()),
      formatHour(startHour),
      head === null ? '-' : formatHour(head.hour),
      head === null ? '' : ageText(startOfHour(hoursAfter(head.hour, 1)), Date.now()),
      hours.toLocaleString('en-US'),
      equity === null ? '-' : amount(equity),
      quoteIn(manifestText),
      sparkline((curves.get(id) ?? []).map(value => (value === null ? null : Number(value)))),
      head === null ? '-' : head.hash.slice(0, 16),
    ]),
    { least: ['kept', 'start', 'made', 'head', '', 'hours', 'its course', 'mode'] },
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
