/** `tb replay-manifest`: the stored hashes of one run, without executing anything. */
import { verifyStore } from '../../engine/verify-store.ts';
import type { Action } from '../command.ts';
import { bold, green, printResult, red } from '../output.ts';
import { withStore } from '../store.ts';
import { verifyExit, verifyText } from '../verify-report.ts';

export const run: Action<Readonly<{ run: string }>> = async options => {
  const report = await withStore(options, client => verifyStore(client, { run: options.run, requireAnchor: false, onProgress: () => undefined }));
  const head = report.runs[0]?.head ?? null;
  const status = head === null ? 'NO TARGETS' : report.verified ? 'REPLAY PARITY: TRUE' : 'REPLAY PARITY: FALSE';
  printResult(options, {
    document: { failures: report.findings, head, hours: report.hours, parity: status === 'REPLAY PARITY: TRUE', run: options.run, status },
    text: () => `${bold((report.verified ? green : red)(status))} (stored hashes only, nothing was executed)\n${verifyText(report, false)}`,
  });
  process.exitCode = head === null ? 6 : verifyExit(report);
};
