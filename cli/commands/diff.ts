/** `tb diff`: two states of a run side by side. */
import { formatHour } from '../../core/kernel/hours.ts';
import { requireRun } from '../../engine/find-run.ts';
import { sliceViews } from '../../engine/explain/slice-views.ts';
import { stateAt } from '../../engine/explain/state-at.ts';
import { stateDifferences } from '../../engine/explain/state-diff.ts';
import { counted } from '../../engine/wording.ts';
import { hourOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { bold, dim, printResult, table } from '../output.ts';
import { slicesOf } from '../slices.ts';
import { withStore } from '../store.ts';

export const run: Action<Readonly<{ run: string; left: string; right: string; slice?: string }>> = async options => {
  const [first, second] = [hourOf('hour-a', options.left), hourOf('hour-b', options.right)];
  const [before, after] = await withStore(options, async client => {
    const stored = await requireRun(client, options.run);
    return [await stateAt(client, stored, { hour: first, option: 'hour-a' }), await stateAt(client, stored, { hour: second, option: 'hour-b' })] as const;
  });
  const [left, right] = [before, after].map(({ desk, state }) => slicesOf(sliceViews(desk, state), options.slice)) as [ReturnType<typeof sliceViews>, ReturnType<typeof sliceViews>];
  const differences = stateDifferences(left, right);
  const same = left.filter(({ digest }, index) => digest === right[index]!.digest).map(({ slice }) => slice);
  printResult(options, {
    document: { after: { at: formatHour(second), hash: after.hash }, before: { at: formatHour(first), hash: before.hash }, differences, equalSlices: same, run: options.run },
    text: () =>
      [
        `${bold(options.run)} ${dim(`${formatHour(first)} → ${formatHour(second)}`)}`,
        differences.length === 0
          ? 'Nothing differs.'
          : table(['slice', 'value', formatHour(first), formatHour(second)], differences.map(({ slice, path, before: was, after: is }) => [slice, path, was ?? 'not there', is ?? 'not there'])),
        dim(`${counted(differences.length, 'difference')}; equal: ${same.length === 0 ? 'no slice' : same.join(', ')}`),
      ].join('\n'),
  });
};
