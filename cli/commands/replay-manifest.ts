/** `tb replay-manifest`: the stored hashes of one run, without executing anything. */
import { listRuns } from '../../adapters/store/runs.ts';
import { FAILURE_CLASSES } from '../../engine/replay-failure.ts';
import { hourOfFinding, verifyStore } from '../../engine/verify-store.ts';
import type { LocatedFinding } from '../../engine/verify-store.ts';
import type { Action } from '../command.ts';
import { bold, green, printResult, red } from '../output.ts';
import { showProgress } from '../progress.ts';
import { replayExit } from '../replay-report.ts';
import { withStore } from '../store.ts';
import { verifyText } from '../verify-report.ts';

export const run: Action<Readonly<{ run: string }>> = async options => {
  const started = performance.now();
  const report = await withStore(options, async client => {
    const total = (await listRuns(client)).find(({ name }) => name === options.run)?.hours ?? 0;
    const progress = showProgress(options, { label: 'verify', total, unit: 'hours' });
    return verifyStore(client, { run: options.run, requireAnchor: false, onProgress: progress.to }).finally(progress.stop);
  });
  const { from = null, to = null, head = null } = report.runs[0] ?? {};
  const status = report.findings.length > 0 ? 'REPLAY PARITY: FALSE' : head === null ? 'NO TARGETS' : 'REPLAY PARITY: TRUE';
  const verdict = { status, parity: status === 'REPLAY PARITY: TRUE' } as const;
  printResult(options, {
    document: { ...verdict, failures: report.findings.map(failureOf), from, head, hours: report.hours, run: options.run, to, wallMs: Math.round(performance.now() - started) },
    text: () => `${bold((verdict.parity ? green : red)(status))} (stored hashes only, nothing was executed)\n${verifyText(report, false)}`,
  });
  process.exitCode = replayExit(verdict);
};

/** A finding in the terms that every replay has, beside its own: table, key and column. */
const failureOf = (finding: LocatedFinding) => ({
  ...finding,
  event: `${finding.table} ${finding.key}`,
  field: finding.column ?? 'row',
  hour: hourOfFinding(finding),
  ...FAILURE_CLASSES[finding.code],
});
