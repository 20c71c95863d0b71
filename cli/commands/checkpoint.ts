/** `tb checkpoint RUN`: verifies what was sealed since the last one, signs the log as it stands, and writes it outside the store. */
import { requireRun } from '../../engine/find-run.ts';
import { signCheckpoint } from '../../engine/checkpoint.ts';
import { EXIT } from '../../engine/problem.ts';
import { chooseSigners } from '../../engine/signers.ts';
import { openKeyring } from '../../engine/evidence-places.ts';
import type { VerifyReport } from '../../engine/verify-store.ts';
import type { Action } from '../command.ts';
import { evidenceOf, writeOut } from '../evidence.ts';
import { keysOf } from '../evidence-options.ts';
import type { EvidenceOptions } from '../evidence.ts';
import { bold, facts, green, printResult, red, yellow } from '../output.ts';
import { showProgress } from '../progress.ts';
import { withStore } from '../store.ts';
import { threadsOf } from '../threads.ts';
import { verifyText } from '../verify-report.ts';

type Options = EvidenceOptions & Readonly<{ name: string; signer: readonly string[]; out?: string; full: boolean; jobs?: string }>;

export const run: Action<Options> = async options => {
  const evidence = evidenceOf(options);
  const signers = chooseSigners(openKeyring(keysOf(options)), options.signer);
  const outcome = await withStore(options, async client => {
    const stored = await requireRun(client, options.name);
    const progress = showProgress(options, { label: 'verify', total: 0, unit: 'hours' });
    const verify = { run: stored.name, requireAnchor: false, full: options.full, evidence, threads: await threadsOf(options), onProgress: progress.to };
    return signCheckpoint(client, { run: stored, signers, verify, folder: evidence.folder, nowMs: Date.now() }).finally(progress.stop);
  });
  const { report, signed } = outcome;
  if (signed === null) return refuse(options, report);
  const copy = options.out === undefined ? null : writeOut(options.out, `${signed.run}-${signed.size}.checkpoint`, signed.note);
  const { note, ...rest } = signed;
  const warnings = signed.anew.map(({ file, signedBy }) => `${file} was signed by ${signedBy} alone, whose key is revoked. The log is still the one that it signed, and ${signed.signers.join(', ')} vouch${signed.signers.length === 1 ? 'es' : ''} for it from now on, also for what was sealed before.`);
  printResult(options, {
    document: { ...rest, checkpoint: note, copy, hours: report.hours, status: 'SIGNED' },
    text: () =>
      [
        `${bold(green(signed.existing ? 'SIGNED BEFORE' : 'SIGNED'))} ${signed.run} through ${signed.through}, by ${signed.signers.join(', ')}`,
        facts([['root', signed.root], ['envelopes', String(signed.size)], ['file', signed.file], ...(copy === null ? [] : [['copy', copy] as const])]),
        ...warnings.map(yellow),
      ].join('\n'),
    warnings,
  });
};

/** What does not verify is never signed; the report says why. */
const refuse = (options: Options & Readonly<{ json: boolean; quiet: boolean }>, report: VerifyReport): void => {
  printResult(options, {
    document: {
      anew: [], checkpoint: null, copy: null, existing: false, file: null, findings: report.findings, hours: report.hours, origin: null, root: null, run: options.name, signers: [], size: null, status: 'NOT SIGNED', through: null,
    },
    text: () => `${bold(red('NOT SIGNED'))}\n${verifyText(report, false)}`,
    warnings: [`Run ${options.name} does not verify, so nothing was signed.`],
  });
  process.exitCode = EXIT.mismatch;
};
