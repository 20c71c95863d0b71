/**
 * `make demo`: tells the whole story of tb in a folder of its own, which the next demo removes. Everything it shows
 * really happens; the first thing that happens otherwise ends it with a sentence and an exit code. It touches no store
 * of the user's, and it leaves no server behind.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { stopServer } from '../../adapters/store/server/embedded.ts';
import { StoreError } from '../../adapters/store/store-error.ts';
import { bold, dim, green, red } from '../../cli/output.ts';
import { closeStep, openStep, say, seconds } from './narration.ts';
import { DemoStopped } from './run-tb.ts';
import type { Stage } from './run-tb.ts';
import { STEPS } from './story.ts';

const PROJECT = resolve(import.meta.dirname, '..', '..');
const INTERRUPTED = 130;
const NOTE = 'demo.txt';

/** Removes what an earlier demo left, its server first. A folder that no demo made is not touched. */
const clear = async (folder: string): Promise<void> => {
  const there = existsSync(folder) ? await readdir(folder) : [];
  if (there.length > 0 && !there.includes(NOTE)) throw new DemoStopped(`${folder} holds something else than a demo. Name another folder, or move it away.`);
  if (there.includes('.tb')) await stopServer(join(folder, '.tb'));
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, NOTE), 'The demo of tb made this folder, and the next one removes it.\n');
};

const tell = async (stage: Stage): Promise<void> => {
  for (const [index, { title, why, show }] of STEPS.entries()) {
    stage.interrupt.throwIfAborted();
    const startedAt = performance.now();
    openStep(`${index + 1}/${STEPS.length}`, title, why);
    await show(stage);
    closeStep(performance.now() - startedAt);
  }
};

const whatNext = (folder: string): string =>
  [
    bold('What to type next'),
    `  cd ${relative(process.cwd(), folder) || '.'}`,
    ...((process.env['DATABASE_URL'] ?? '') === '' ? [] : [`  unset DATABASE_URL                                ${dim('# else tb uses that store')}`]),
    `  npx tb export desk --out trades.csv               ${dim('# every trade, with its fees')}`,
    `  npx tb strategies                                 ${dim('# what else can trade, and its parameters')}`,
    `  npx tb new-strategy my-pullback                   ${dim('# a strategy of your own, in one commented file')}`,
    `  npx tb stop                                       ${dim('# commands start the server again; this ends it')}`,
    dim('Your own candles and everything else: README.md'),
  ].join('\n');

/** Stops the server of the demo whatever happened; what goes wrong then is said, and is no second failure. */
const leave = async (folder: string): Promise<void> => {
  try {
    await stopServer(join(folder, '.tb'));
  } catch (error) {
    process.stderr.write(`The server of the demo still runs: ${error instanceof Error ? error.message : String(error)}\n`);
  }
};

const failure = (error: unknown): string => {
  if (error instanceof DemoStopped) return error.message;
  if (error instanceof StoreError) return `${error.message} ${error.hint}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

const tellAll = async (stage: Stage, startedAt: number): Promise<void> => {
  try {
    say(dim(`Everything stays in ${stage.folder}.`));
    await tell(stage);
    process.stdout.write(`\n${green(`All of it held, in ${seconds(performance.now() - startedAt)}.`)}\n\n${whatNext(stage.folder)}\n`);
  } finally {
    await leave(stage.folder);
  }
};

const main = async (folder: string): Promise<number> => {
  const startedAt = performance.now();
  const interruption = new AbortController();
  // A terminal may send its interrupt more than once; the server is stopped all the same.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());
  // So does a reader that has seen enough: make demo | head.
  process.stdout.on('error', () => interruption.abort());
  try {
    await clear(folder);
    await tellAll({ folder, interrupt: interruption.signal }, startedAt);
    return 0;
  } catch (error) {
    if (interruption.signal.aborted) process.stderr.write('\nThe demo was interrupted.\n');
    else process.stderr.write(`\n${red('The demo stopped.')} ${failure(error)}\n`);
    return interruption.signal.aborted ? INTERRUPTED : 1;
  }
};

process.exitCode = await main(resolve(process.argv[2] ?? join(PROJECT, '.demo')));
