/** The program of a verifying thread: one connection on the snapshot it is given, one stretch after another, until it is ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { connect } from './connection.ts';
import type { Finding } from './finding.ts';
import type { WorkerAnswer, WorkerStart } from './verify-pool.ts';
import { stretchVerifier } from './verify-stretch.ts';
import type { StretchToVerify, VerifyStretch } from './verify-stretch.ts';

const answer = (message: WorkerAnswer): void => parentPort!.postMessage(message);
const failed = (error: unknown): void => answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });

const open = async ({ address, run, snapshot }: WorkerStart): Promise<VerifyStretch> => {
  const client = await connect(address, 'app');
  await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '${snapshot}'`);
  return stretchVerifier(client, run);
};

const serve = (verify: VerifyStretch): void => {
  parentPort!.on('message', (stretch: StretchToVerify) => {
    const findings: Finding[] = [];
    verify(stretch, finding => void findings.push(finding)).then(tally => answer({ kind: 'verified', tally, findings }), failed);
  });
  answer({ kind: 'ready' });
};

open(workerData as WorkerStart).then(serve, failed);
