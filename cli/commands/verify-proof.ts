/** `tb verify-proof FILE`: checks a proof by itself. It opens no store and no network. */
import { readFileSync } from 'node:fs';
import { readTrust } from '../../engine/evidence-places.ts';
import { EXIT, usage } from '../../engine/problem.ts';
import { verifyProof } from '../../engine/verify-proof.ts';
import type { ProofReport } from '../../engine/verify-proof.ts';
import { typed } from '../../engine/wording.ts';
import type { Action } from '../command.ts';
import { keysOf } from '../evidence-options.ts';
import { bold, facts, green, printResult, red } from '../output.ts';

type Options = Readonly<{ file: string; keys?: string; trust: readonly string[] }>;

const MICROS_PER_MS = 1_000;

export const run: Action<Options> = options => {
  const text = textAt(options.file);
  const trusted = readTrust({ trust: options.trust, keys: keysOf(options) });
  const started = performance.now();
  const report = verifyProof(text, trusted);
  const micros = Math.round((performance.now() - started) * MICROS_PER_MS);
  printResult(options, { document: documentOf(report, { file: options.file, micros }), text: () => textOf(report) });
  process.exitCode = report.verified ? EXIT.done : EXIT.mismatch;
  return Promise.resolve();
};

const textAt = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw usage(`${typed(path)} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}).`, 'Name a file that tb prove wrote.');
  }
};

const documentOf = (report: ProofReport, { file, micros }: Readonly<{ file: string; micros: number }>) => {
  const { claim, ...rest } = report;
  const event = claim === null ? null : (JSON.parse(claim.eventText) as unknown);
  return {
    ...rest, file, micros, event,
    envelope: claim?.envelope ?? null, envelopeHash: claim?.envelopeHash ?? null, eventHash: claim?.eventHash ?? null, hourHash: claim?.hourHash ?? null,
    index: claim?.index ?? null, leaf: claim?.leaf ?? null, record: claim?.record ?? null, root: claim?.root ?? null, run: claim?.run ?? null, size: claim?.size ?? null, store: claim?.store ?? null, tree: claim?.tree ?? null,
  };
};

const textOf = (report: ProofReport): string => {
  const { status, verified, field, why, claim, from, to, origin, hour, signers } = report;
  const head = bold((verified ? green : red)(status));
  const told: (readonly [string, string])[] = [];
  if (claim !== null) {
    const { envelope } = claim;
    told.push(['event', claim.eventText], ['run', `${String(envelope['name'])}, ${String(envelope['mode'])}, account ${String(envelope['account'])}`], ['hour', `${hour ?? ''}, ${claim.tree.slice(0, -1)} ${claim.index} of it`], ['hour hash', claim.hourHash]);
    told.push(['log', `envelope ${claim.leaf} of ${claim.size}, root ${claim.root}`]);
  } else if (from !== null) told.push(['log', `${origin ?? ''}: ${to} envelopes extend ${from}`]);
  if (signers.length > 0) told.push(['signed by', signers.join(', ')]);
  if (field !== null) told.push(['wrong', `${field} ${why ?? ''}`]);
  return told.length === 0 ? head : `${head}\n${facts(told)}`;
};
