/** `tb bundle RUN`: a stretch of a run in one file that anybody can verify and execute again, without this store. */
import { statSync } from 'node:fs';
import { formatHour, hoursAfter } from '../../core/kernel/hours.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import { bundleLines } from '../../engine/bundle.ts';
import { requireRun } from '../../engine/find-run.ts';
import { nothing, usage } from '../../engine/problem.ts';
import { readHead } from '../../engine/run-head.ts';
import { typed } from '../../engine/wording.ts';
import { hourOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { evidenceOf } from '../evidence.ts';
import type { EvidenceOptions } from '../evidence.ts';
import { facts, printResult, yellow } from '../output.ts';
import { showProgress } from '../progress.ts';
import { withStore } from '../store.ts';
import { writeBundle } from '../write-bundle.ts';
import { requireNoDevice } from '../out-file.ts';

type Options = EvidenceOptions & Readonly<{ name: string; from?: string; to?: string; out: string }>;

export const run: Action<Options> = async options => {
  const { out } = options;
  requireNoDevice(out);
  const evidence = evidenceOf(options);
  if (out === '' || statSync(out, { throwIfNoEntry: false })?.isDirectory() === true) throw usage(`--out: ${typed(out)} is no file.`, 'Name the file to write, for example march.tb or march.tb.gz.');
  const made = await withStore(options, async client => {
    const stored = await requireRun(client, options.name);
    const sealed = await readHead(client, stored);
    const window = windowOf(stored, options, hoursAfter(sealed.hour, 1));
    const progress = showProgress(options, { label: 'bundle', total: window.toHour - window.fromHour, unit: 'hours' });
    const { end, count } = await writeBundle(bundleLines(client, { run: stored, ...window, evidence, onProgress: progress.to }), out).finally(progress.stop);
    return { ...window, ...end, lines: count };
  });
  const { anchoredThrough, fromHour, toHour, head, lines } = made;
  const bytes = statSync(out).size;
  const through = anchoredThrough === null ? null : formatHour(anchoredThrough);
  const warnings = warningsOf(options.name, { anchoredThrough, last: hoursAfter(toHour, -1) });
  printResult(options, {
    document: { anchoredThrough: through, bytes, file: out, from: formatHour(fromHour), head, hours: toHour - fromHour, lines, run: options.name, to: formatHour(toHour) },
    text: () => [`Wrote ${toHour - fromHour} hours of ${options.name} to ${out}. Anybody verifies it with: tb verify ${out}`, facts([['head', head], ['size', `${bytes} bytes, ${lines} lines`]]), ...warnings.map(yellow)].join('\n'),
    warnings,
  });
};

type Window = Readonly<{ fromHour: HourUtc; toHour: HourUtc }>;

const windowOf = (run: StoredRun, { from, to }: Options, end: HourUtc): Window => {
  const fromHour = from === undefined ? run.startHour : hourOf('--from', from);
  const toHour = to === undefined ? end : hourOf('--to', to);
  const sealed = `Run ${run.name} has the hours from ${formatHour(run.startHour)} to ${formatHour(end)}, exclusive.`;
  if (fromHour < run.startHour || fromHour > end) throw usage(`--from: ${formatHour(fromHour)} lies outside the run.`, sealed);
  if (toHour > end) throw usage(`--to: ${formatHour(toHour)} lies outside the run.`, sealed);
  if (toHour < fromHour) throw usage('--to lies before --from.', '--from is inclusive, --to exclusive.');
  if (toHour === fromHour) throw nothing(`Run ${run.name} has no hour there.`, sealed);
  return { fromHour, toHour };
};

const warningsOf = (name: string, { anchoredThrough, last }: Readonly<{ anchoredThrough: HourUtc | null; last: HourUtc }>): readonly string[] => {
  if (anchoredThrough === null) return [`No checkpoint that you believe covers these hours, so the bundle proves no more than itself: tb checkpoint ${name}, then bundle again.`];
  return anchoredThrough < last ? [`The hours after ${formatHour(anchoredThrough)} are covered by no checkpoint: tb checkpoint ${name}, then bundle again.`] : [];
};
