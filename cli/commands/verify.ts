/** `tb verify`: both chains, every stored row that repeats sealed bytes, and every candle against its digest, and the signed checkpoints; or a bundle by itself. */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { listRuns } from '../../adapters/store/runs.ts';
import { readTrust } from '../../engine/evidence-places.ts';
import { usage } from '../../engine/problem.ts';
import type { Evidence } from '../../engine/verify-anchors.ts';
import { verifyStore } from '../../engine/verify-store.ts';
import type { VerifyReport } from '../../engine/verify-store.ts';
import type { Action, GlobalOptions } from '../command.ts';
import { evidenceOf } from '../evidence.ts';
import type { EvidenceOptions } from '../evidence.ts';
import { keysOf } from '../evidence-options.ts';
import { printResult } from '../output.ts';
import { showProgress } from '../progress.ts';
import { withStore } from '../store.ts';
import { threadsOf } from '../threads.ts';
import { anchorWarnings, bundleText, verifyExit, verifyText } from '../verify-report.ts';

type Options = EvidenceOptions & Readonly<{ bundle?: string; run?: string; full: boolean; sealed: boolean; requireAnchor: boolean; inDatabase: boolean; jobs?: string }>;

export const run: Action<Options> = options => (options.bundle === undefined ? verifyTheStore(options) : verifyTheBundle(options, options.bundle));

const verifyTheStore = async (options: Options & GlobalOptions): Promise<void> => {
  const { requireAnchor } = options;
  // The database looks at every hour, so both do.
  const full = options.full || options.inDatabase;
  const evidence = evidenceOf(options, full);
  const report = await withStore(options, client => reportOf(client, options, { full, evidence }));
  printResult(options, { document: report, text: () => verifyText(report, requireAnchor), warnings: anchorWarnings(report, requireAnchor) });
  process.exitCode = verifyExit(report);
};

type Depth = Readonly<{ full: boolean; evidence: Evidence }>;

const reportOf = async (client: StoreClient, options: Options & GlobalOptions, { full, evidence }: Depth): Promise<VerifyReport> => {
  const { run: name, requireAnchor, sealed, inDatabase } = options;
  const total = (await listRuns(client)).filter(one => name === undefined || one.name === name).reduce((sum, { hours }) => sum + hours, 0);
  const progress = showProgress(options, { label: 'verify', total, unit: 'hours' });
  const request = { run: name ?? null, requireAnchor, full, sealed, evidence, threads: await threadsOf(options), onProgress: progress.to };
  const report = await verifyStore(client, request).finally(progress.stop);
  if (!inDatabase) return report;
  const { verifyInDatabase } = await import('../../engine/verify-in-database.ts');
  return verifyInDatabase(client, report);
};

/** A bundle is verified where no store is: nothing that opens one is asked for anything. */
const verifyTheBundle = async (options: Options & GlobalOptions, file: string): Promise<void> => {
  const { requireAnchor } = options;
  if (options.run !== undefined) throw usage('--run: a bundle is of one run.', 'Leave --run out.');
  for (const [option, given] of [['--full', options.full], ['--sealed', options.sealed], ['--in-database', options.inDatabase], ['--jobs', options.jobs !== undefined]] as const) {
    if (given) throw usage(`${option}: a bundle is always verified whole, and by itself.`, `Leave ${option} out.`);
  }
  const { verifyBundle } = await import('../../engine/verify-bundle.ts');
  const trusted = readTrust({ trust: options.trust, keys: keysOf(options) });
  const report = await verifyBundle(file, trusted, () => undefined);
  const verified = report.verified && (report.anchored || !requireAnchor);
  printResult(options, { document: { ...report, verified }, text: () => bundleText(report, requireAnchor), warnings: anchorWarnings(report, requireAnchor) });
  process.exitCode = verifyExit({ ...report, verified });
};
