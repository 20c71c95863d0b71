/** `tb verify`: both chains, every stored row that repeats sealed bytes, and every candle against its digest, without executing anything. */
import { listRuns } from '../../adapters/store/runs.ts';
import { verifyStore } from '../../engine/verify-store.ts';
import type { Action } from '../command.ts';
import { printResult } from '../output.ts';
import { showProgress } from '../progress.ts';
import { withStore } from '../store.ts';
import { anchorWarnings, verifyExit, verifyText } from '../verify-report.ts';

export const run: Action<Readonly<{ run?: string; requireAnchor: boolean }>> = async options => {
  const report = await withStore(options, async client => {
    const total = (await listRuns(client)).filter(({ name }) => options.run === undefined || name === options.run).reduce((sum, { hours }) => sum + hours, 0);
    const progress = showProgress(options, { label: 'verify', total, unit: 'hours' });
    return verifyStore(client, { run: options.run ?? null, requireAnchor: options.requireAnchor, onProgress: progress.to }).finally(progress.stop);
  });
  printResult(options, { document: report, text: () => verifyText(report, options.requireAnchor), warnings: anchorWarnings(report, options.requireAnchor) });
  process.exitCode = verifyExit(report);
};
