/**
 * Tells the whole story of tb in a folder of its own, which the next demo removes. Everything it shows really happens; the first thing
 * that happens otherwise ends it with a sentence and an exit code. It touches no store of the user's, and it leaves no server behind.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { stopServer } from '../../adapters/store/server/embedded.ts';
import { EXIT, Problem, usage } from '../../engine/problem.ts';
import { bold, dim, green } from '../output.ts';
import { commandIn, shellWord } from '../own-command.ts';
import { closeStep, openStep, say, seconds, write } from './narration.ts';
import { openForPeople } from '../open-for-people.ts';
import { REPORT_FILE } from './report-step.ts';
import { DemoStopped } from './run-tb.ts';
import type { Stage } from './run-tb.ts';
import { STEPS } from './story.ts';

const NOTE = 'demo.txt';

/** Removes what an earlier demo left, its server first. A folder that no demo made is not touched. */
const clear = async (folder: string): Promise<void> => {
  const there = existsSync(folder) ? await readdir(folder) : [];
  if (there.length > 0 && !there.includes(NOTE)) throw usage(`The demo stopped. ${folder} holds something else than a demo.`, 'Name another folder, or move it away.');
  if (there.includes('.tb')) await stopServer(join(folder, '.tb'));
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, NOTE), 'The demo of tb made this folder, and the next one removes it.\n');
};

/** A step that was shown, and how long it took. */
export type Told = Readonly<{ title: string; wallMs: number }>;

const tell = async (stage: Stage): Promise<readonly Told[]> => {
  const told: Told[] = [];
  for (const [index, { title, why, show }] of STEPS.entries()) {
    stage.interrupt.throwIfAborted();
    const startedAt = performance.now();
    openStep(`${index + 1}/${STEPS.length}`, title, why);
    await show(stage);
    const wallMs = Math.round(performance.now() - startedAt);
    closeStep(wallMs);
    told.push({ title, wallMs });
  }
  return told;
};

const whatNext = (folder: string): string => {
  const tb = commandIn(folder);
  const lines: readonly (readonly [string, string])[] = [
    ...((process.env['DATABASE_URL'] ?? '') === '' ? [] : [['unset DATABASE_URL', 'else tb uses that store'] as const]),
    [`${tb} export desk --out trades.csv`, 'every trade, with its fees'],
    [`${tb} strategies`, 'what else can trade, and its parameters'],
    [`${tb} new-strategy my-pullback`, 'a strategy of your own, in one commented file'],
    [`${tb} stop`, 'commands start the server again; this ends it'],
  ];
  const width = Math.max(...lines.map(([command]) => command.length));
  return [
    bold('What to type next'),
    `  cd ${shellWord(relative(process.cwd(), folder) || '.')}`,
    ...lines.map(([command, why]) => `  ${command.padEnd(width)}   ${dim(`# ${why}`)}`),
    dim('Your own candles and everything else: README.md'),
  ].join('\n');
};

/** Stops the server of the demo whatever happened; what goes wrong then is said, and is no second failure. */
const leave = async (folder: string): Promise<void> => {
  try {
    await stopServer(join(folder, '.tb'));
  } catch (error) {
    process.stderr.write(`The server of the demo still runs: ${error instanceof Error ? error.message : String(error)}\n`);
  }
};

/** The report lies in the folder of the demo; whoever sits at a display sees it at once. */
const showReport = (folder: string, wanted: boolean): void => {
  const path = join(folder, REPORT_FILE);
  if (wanted && process.stdout.isTTY === true && (process.env['CI'] ?? '') === '' && existsSync(path)) openForPeople(path);
};

type Telling = Readonly<{ folder: string; interrupt: AbortSignal; open: boolean }>;

/** Tells it all, and returns what was shown. Throws Problem, or StoreError, for the first thing that went otherwise. */
export const tellDemo = async ({ folder, interrupt, open }: Telling): Promise<readonly Told[]> => {
  const startedAt = performance.now();
  await clear(folder);
  try {
    say(dim(`Everything stays in ${folder}.`));
    const told = await tell({ folder, interrupt });
    write(`\n${green(`All of it held, in ${seconds(performance.now() - startedAt)}.`)}\n\n${whatNext(folder)}\n`);
    showReport(folder, open);
    return told;
  } catch (error) {
    throw error instanceof DemoStopped ? new Problem(error.exit, `The demo stopped. ${error.message}`, error.exit === EXIT.bug ? 'Please report it.' : '') : error;
  } finally {
    await leave(folder);
  }
};
