/** `tb replay-tool`: replays every run in the store and adds the results up. An empty store is never a success. */
import { listRuns } from '../../adapters/store/runs.ts';
import { replayRun } from '../../engine/replay-run.ts';
import type { ReplayReport } from '../../engine/replay-run.ts';
import type { Action } from '../command.ts';
import { bold, green, printResult, red, table } from '../output.ts';
import { failureText, replayExit } from '../replay-report.ts';
import { withStore } from '../store.ts';

export const run: Action<object> = async options => {
  await withStore(options, async client => {
    const reports: ReplayReport[] = [];
    for (const stored of await listRuns(client)) {
      if (stored.head !== null) reports.push(await replayRun(client, stored, { fromHour: null, toHour: null, onProgress: () => undefined }));
    }
    const failed = reports.filter(({ parity }) => !parity);
    const status = reports.length === 0 ? 'NO TARGETS' : failed.length === 0 ? 'REPLAY PARITY: TRUE' : 'REPLAY PARITY: FALSE';
    const verdict = { status, parity: status === 'REPLAY PARITY: TRUE' } as const;
    printResult(options, {
      document: {
        ...verdict,
        failed: failed.length,
        failures: reports.flatMap(({ run: name, failures }) => failures.map(failure => ({ ...failure, run: name }))),
        passed: reports.length - failed.length,
        targets: reports.map(({ run: name, from, to, hours, head, parity, failures }) => ({ codes: failures.map(({ code }) => code), from, head, hours, parity, run: name, to })),
        total: reports.length,
      },
      text: () => {
        const rows = reports.map(({ run: name, hours, head, parity }) => [name, String(hours), parity ? 'TRUE' : 'FALSE', head ?? '-']);
        return [bold((verdict.parity ? green : red)(status)), table(['run', 'hours', 'parity', 'head'], rows), ...failed.flatMap(({ failures }) => failures.map(failureText))].join('\n');
      },
    });
    process.exitCode = replayExit(verdict);
  });
};
