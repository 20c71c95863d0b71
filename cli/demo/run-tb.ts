/**
 * Runs the real command line as a process of its own: shows what is typed, passes its output on, and stops the demo when
 * it ends otherwise than it must. It never reads or sets a store of the user's.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EXIT } from '../../engine/problem.ts';
import type { ExitCode } from '../../engine/problem.ts';
import { commandIn } from '../own-command.ts';
import { quoted, showWaiting, typed } from './narration.ts';

/** The demo cannot go on, for a reason that the sentence names; `exit` is what it ends with. */
export class DemoStopped extends Error {
  readonly exit: ExitCode;
  constructor(exit: ExitCode, message: string) {
    super(message);
    this.name = 'DemoStopped';
    this.exit = exit;
  }
}

/** The exit code of a command that should have ended otherwise is that of the demo; one that ended well and should not have is a difference. */
const exitOf = (code: number | null): ExitCode => (code === 0 ? EXIT.mismatch : (Object.values(EXIT).find(known => known === code) ?? EXIT.bug));

const COMMAND_LINE = join(import.meta.dirname, '..', 'tb.mjs');

/** Where commands run, and what ends them early. */
export type Stage = Readonly<{ folder: string; interrupt: AbortSignal }>;

export type Command = Readonly<{
  args: readonly string[];
  /** How the command reads where its arguments are long; the arguments themselves unless said otherwise. */
  shown?: string;
  /** The exit code that it must end with; 0 unless said otherwise. */
  exit?: number;
  /** It draws a progress bar of its own. */
  bar?: boolean;
}>;

/** The demo keeps to its own store, whatever server the user's shell names. */
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, DATABASE_URL: undefined });

/** Runs one command and returns what it wrote to stdout. Throws DemoStopped. */
export const tb = async ({ folder, interrupt }: Stage, { args, shown, exit = 0, bar = false }: Command): Promise<string> => {
  const command = `${commandIn(folder)} ${shown ?? args.join(' ')}`;
  typed(command);
  const child = spawn(process.execPath, [COMMAND_LINE, ...args], {
    cwd: folder,
    env: environment(),
    signal: interrupt,
    stdio: ['ignore', 'pipe', bar ? 'inherit' : 'pipe'],
  });
  const ended = new Promise<Readonly<{ code: number | null; signal: string | null }>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  // Whoever interrupts the demo ends the command while its output is still being read.
  ended.catch(() => undefined);
  const complaints: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => complaints.push(text));
  const stopWaiting = bar ? () => undefined : showWaiting(args[0]!);
  const lines: string[] = [];
  try {
    for await (const line of createInterface({ input: child.stdout! })) {
      stopWaiting();
      lines.push(line);
      quoted(line);
    }
    const { code, signal } = await ended;
    stopWaiting();
    process.stderr.write(complaints.join(''));
    if (code !== exit) throw new DemoStopped(exitOf(code), `"${command}" ${signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`} instead of exit code ${exit}.`);
    return lines.join('\n');
  } finally {
    stopWaiting();
  }
};
