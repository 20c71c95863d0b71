/** A verifying thread at work: one connection on the snapshot it is given, one stretch or piece after another, until it is ended. */
import type pg from 'pg';
import { parentPort } from 'node:worker_threads';
import { connect } from './connection.ts';
import type { Finding } from './finding.ts';
import { checkCandlePiece } from './verify-candle-piece.ts';
import type { WorkerAnswer, WorkerStart, WorkerTask } from './verify-pool.ts';
import { readInKeyOrder, stretchVerifier } from './verify-stretch.ts';
import type { VerifyStretch } from './verify-stretch.ts';

const answer = (message: WorkerAnswer): void => parentPort!.postMessage(message);
const failed = (error: unknown): void => answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });

const open = async ({ address, snapshot }: WorkerStart): Promise<pg.Client> => {
  const client = await connect(address, 'app');
  await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '${snapshot}'`);
  await readInKeyOrder(client);
  return client;
};

/** Does what it is asked, and tells of what it cannot. */
export const serve = (start: WorkerStart): void => {
  const listen = (client: pg.Client): void => {
    const verifiers = new Map<string, Promise<VerifyStretch>>();
    const verifierOf = ({ run }: Extract<WorkerTask, { kind: 'stretch' }>): Promise<VerifyStretch> => {
      const known = verifiers.get(run.id) ?? stretchVerifier(client, run);
      verifiers.set(run.id, known);
      return known;
    };
    const work = async (task: WorkerTask): Promise<void> => {
      const findings: Finding[] = [];
      const report = (finding: Finding): void => void findings.push(finding);
      if (task.kind === 'candles') return answer({ kind: 'done', result: { ...(await checkCandlePiece(client, task.piece, report)), findings } });
      const verify = await verifierOf(task);
      answer({ kind: 'done', result: { tally: await verify(task.stretch, report), findings } });
    };
    parentPort!.on('message', (task: WorkerTask) => void work(task).catch(failed));
    answer({ kind: 'ready' });
  };
  open(start).then(listen, failed);
};
