/**
 * `tb replay-tool --bundles`: the gate that fails where a frozen run no longer decides what it did. In a job of GitHub
 * Actions it also writes the summary of the step and an annotation for each run that fails.
 */
import { appendFileSync } from 'node:fs';
import { byCodeUnit } from '../core/kernel/order.ts';
import type { FrozenRun } from '../engine/frozen-run.ts';
import { replayFolder } from '../engine/frozen-gate.ts';
import { usage } from '../engine/problem.ts';
import { typed } from '../engine/wording.ts';
import type { GlobalOptions } from './command.ts';
import { printResult } from './output.ts';
import { annotation, bundlesText, isParity, summaryMarkdown } from './replay-bundles-report.ts';
import { replayExit } from './replay-report.ts';

type Options = GlobalOptions & Readonly<{ bundles: string; strategy: readonly string[]; changes?: string }>;

const CHANGES_SHOWN = 10;
const CHANGES_MAX = 100_000;

export const replayBundles = async (options: Options): Promise<void> => {
  const started = performance.now();
  const { bundles: folder } = options;
  const runs = await replayFolder({ folder, strategies: options.strategy, changesShown: changesShown(options.changes) });
  const status = runs.length === 0 ? 'NO TARGETS' : runs.every(isParity) ? 'REPLAY PARITY: TRUE' : 'REPLAY PARITY: FALSE';
  const verdict = { status, parity: status === 'REPLAY PARITY: TRUE' } as const;
  const warnings = [...runs.flatMap(({ file, run, notes }) => notes.map(note => `${run ?? file}: ${note}`)), ...toGitHub({ runs, folder })];
  printResult(options, { document: { ...documentOf(runs), ...verdict, bundles: folder, wallMs: Math.round(performance.now() - started) }, text: () => bundlesText(status, { runs, folder, warnings }), warnings });
  process.exitCode = replayExit(verdict);
};

const changesShown = (given: string | undefined): number => {
  if (given === undefined) return CHANGES_SHOWN;
  const count = /^\d{1,6}$/.test(given) ? Number(given) : CHANGES_MAX + 1;
  if (count > CHANGES_MAX) throw usage(`--changes: ${typed(given)} is no count.`, `Give a whole number from 0 to ${CHANGES_MAX}.`);
  return count;
};

/** The fields that `tb replay-tool` has of a store, and more of each target. */
const documentOf = (runs: readonly FrozenRun[]) => {
  const only = runs.length === 1 ? runs[0]! : null;
  const sumOf = (valueOf: (run: FrozenRun) => number): number => runs.reduce((sum, run) => sum + valueOf(run), 0);
  return {
    engineMs: Math.round(sumOf(({ engineMs }) => engineMs)),
    failed: runs.filter(run => !isParity(run)).length,
    failures: runs.flatMap(({ run, file, failures }) => failures.map(failure => ({ ...failure, file, run }))),
    from: runs.flatMap(({ from }) => from ?? []).sort(byCodeUnit)[0] ?? null,
    head: only?.actualHead ?? null,
    hours: sumOf(({ hours }) => hours),
    passed: runs.filter(isParity).length,
    run: only?.run ?? null,
    skipped: [],
    symbolHours: sumOf(({ symbolHours }) => symbolHours),
    targets: runs.map(targetOf),
    to: runs.flatMap(({ to }) => to ?? []).sort(byCodeUnit).at(-1) ?? null,
    total: runs.length,
  };
};

/** A run without what is summed up or listed beside it. */
const targetOf = (run: FrozenRun) => {
  const { file, from, to, hours, verdict, expectedHead, actualHead, decisions, changedDecisions, changedHours, changes, changedRules, strategies, notes } = run;
  const codes = run.failures.map(({ code }) => code);
  return { actualHead, changedDecisions, changedHours, changedRules, changes, codes, decisions, expectedHead, file, from, head: actualHead, hours, notes, parity: isParity(run), run: run.run, strategies, to, verdict };
};

type Gate = Readonly<{ runs: readonly FrozenRun[]; folder: string }>;

/** Annotations go where the runner reads them and no document is: stderr. A summary that cannot be written is a warning, for the verdict stands. */
const toGitHub = ({ runs, folder }: Gate): readonly string[] => {
  if (process.env['GITHUB_ACTIONS'] === 'true') for (const run of runs) if (!isParity(run)) process.stderr.write(`${annotation(run)}\n`);
  const path = process.env['GITHUB_STEP_SUMMARY'] ?? '';
  if (path === '') return [];
  try {
    appendFileSync(path, summaryMarkdown({ runs, folder }));
    return [];
  } catch (error) {
    return [`GITHUB_STEP_SUMMARY: ${typed(path)} cannot be written (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}).`];
  }
};
