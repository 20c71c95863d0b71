/** `tb demo`: the whole story on an invented market, in a folder of its own. */
import { resolve } from 'node:path';
import { usage } from '../../engine/problem.ts';
import { fallSilent } from '../demo/narration.ts';
import { tellDemo } from '../demo/tell.ts';
import type { Action } from '../command.ts';
import { printResult } from '../output.ts';
import { endWaiting } from '../waiting.ts';

/** What a shell calls a program that its user interrupted. */
const INTERRUPTED = 130;

export const run: Action<Readonly<{ folder?: string; open: boolean }>> = async options => {
  if (options.store !== undefined) throw usage('--store: the demo keeps to a store of its own.', 'Name a folder for all of it instead: tb demo FOLDER.');
  endWaiting();
  if (options.json || options.quiet) fallSilent();
  const interruption = new AbortController();
  // A terminal may send its interrupt more than once; the server is stopped all the same.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());
  // So does a reader that has seen enough: tb demo | head.
  process.stdout.on('error', () => interruption.abort());
  const startedAt = performance.now();
  const folder = resolve(options.folder ?? '.demo');
  try {
    const steps = await tellDemo({ folder, interrupt: interruption.signal, open: options.open });
    if (options.json) printResult(options, { document: { folder, steps, wallMs: Math.round(performance.now() - startedAt) }, text: () => '' });
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    process.stderr.write('\nThe demo was interrupted.\n');
    process.exitCode = INTERRUPTED;
  }
};
