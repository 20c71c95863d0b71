/** A thread of a sweep at work: one combination after another over columns that it shares with the others, until it is ended. */
import { parentPort } from 'node:worker_threads';
import { manifestOfText } from '../../schema/wire/manifest-text.ts';
import { deskOf } from '../strategies.ts';
import type { SweepAnswer, SweepFailure, SweepStart, SweepTask } from './sweep-pool.ts';
import { runTrial } from './trial.ts';

const answer = (message: SweepAnswer): void => parentPort!.postMessage(message);

/** Does what it is asked, and tells of what it cannot. */
export const serve = ({ columns, strategySource, conduct, endHour }: SweepStart): void => {
  const work = async ({ manifestText }: SweepTask): Promise<void> => {
    const desk = await deskOf(manifestOfText(manifestText), strategySource);
    answer({ kind: 'done', result: await runTrial({ desk, columns, endHour, conduct }) });
  };
  parentPort!.on('message', (task: SweepTask) => void work(task).catch((error: unknown) => answer({ kind: 'failed', failure: failureOf(error) })));
  answer({ kind: 'ready' });
};

const failureOf = (error: unknown): SweepFailure => {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stage, hint } = error as Error & Readonly<{ stage?: string; hint?: string }>;
  return { name, message, ...(stage === undefined ? {} : { stage }), ...(hint === undefined ? {} : { hint }) };
};
