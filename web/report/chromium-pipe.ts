/**
 * A headless Chromium with an empty profile, spoken to over a pipe: no port that others could reach, no package. It
 * carries commands and answers; what is asked is the caller's. However it or this program ends, it leaves nothing behind.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

export type Chromium = Readonly<{
  /** An answer's result; a refused command, one without an answer in time or a browser that ended is an Error. */
  ask: (method: string, parameters?: Readonly<Record<string, unknown>>, session?: string) => Promise<Readonly<Record<string, unknown>>>;
  /** A folder that is removed with the browser. */
  folder: string;
  end: () => Promise<void>;
}>;

type Answer = Readonly<{ id?: number; result?: Readonly<Record<string, unknown>>; error?: Readonly<{ message: string }> }>;
type Waiting = Readonly<{ resolve: (result: Readonly<Record<string, unknown>>) => void; reject: (error: Error) => void; timer: NodeJS.Timeout }>;

const FLAGS = ['--headless', '--remote-debugging-pipe', '--disable-gpu', '--disable-quic', '--no-first-run', '--no-default-browser-check', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-extensions', '--hide-scrollbars', '--mute-audio'] as const;

const ERRORS_KEPT = 2000;
const END_AFTER_MS = 5000;

/** Chromium's sandbox refuses to work for root, where the system's containers stand in for it. */
const isRoot = (): boolean => process.getuid?.() === 0;

/** No answer takes longer than `answerWithinMs`. */
export const startChromium = (path: string, answerWithinMs: number): Chromium => {
  const folder = mkdtempSync(join(tmpdir(), 'tb-chromium-'));
  const flags = [...FLAGS, ...(isRoot() ? ['--no-sandbox'] : []), `--user-data-dir=${join(folder, 'profile')}`];
  // A group of its own, so that its helpers end with it; a terminal's Ctrl-C does not reach it there, and `clearWhenEnded` does.
  const child = spawn(path, flags, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
  const cleared = clearWhenEnded(child, folder);
  const waiting = new Map<number, Waiting>();
  const ended = endOf(child, waiting);
  const input = child.stdio[3] as Writable;
  input.on('error', () => {
    // A browser that ended is told of by `ended`, with what it said.
  });
  readAnswers(child.stdio[4] as Readable, waiting);
  let last = 0;

  const ask: Chromium['ask'] = (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      last += 1;
      const id = last;
      const late = (): void => {
        waiting.delete(id);
        reject(new Error(`it gave no answer to ${method} within ${answerWithinMs / 1000} seconds`));
      };
      waiting.set(id, { resolve, reject, timer: setTimeout(late, answerWithinMs) });
      input.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    });

  const end = async (): Promise<void> => {
    ask('Browser.close').catch(() => undefined);
    const timer = setTimeout(() => killGroup(child), Math.min(END_AFTER_MS, answerWithinMs));
    await ended;
    clearTimeout(timer);
    cleared();
  };
  return { ask, folder, end };
};

const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
};

const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Kills and removes when this program ends before the browser does; gives back what does it now. */
const clearWhenEnded = (child: ChildProcess, folder: string): (() => void) => {
  const clear = (): void => {
    process.removeListener('exit', clear);
    for (const signal of INTERRUPTIONS) process.removeListener(signal, interrupted);
    killGroup(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  const interrupted = (signal: NodeJS.Signals): void => {
    clear();
    // Whoever else listens decides what an interruption means; alone, this program ends by it as any other would.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.once('exit', clear);
  for (const signal of INTERRUPTIONS) process.once(signal, interrupted);
  return clear;
};

/** Resolves when it has ended, after all who waited were told why there is no answer. */
const endOf = (child: ChildProcess, waiting: Map<number, Waiting>): Promise<void> => {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-ERRORS_KEPT)));
  return new Promise(resolve => {
    const stop = (why: string): void => {
      for (const { reject, timer } of waiting.values()) {
        clearTimeout(timer);
        reject(new Error(`${why}${said.trim() === '' ? '' : `: ${said.trim().split('\n').at(-1) ?? ''}`}`));
      }
      waiting.clear();
      resolve();
    };
    child.on('error', error => stop(`it could not be started (${error.message})`));
    child.on('close', (code, signal) => stop(`it ended (${signal ?? `exit ${code ?? 0}`})`));
  });
};

const readAnswers = (output: Readable, waiting: Map<number, Waiting>): void => {
  let rest: Buffer[] = [];
  const take = (text: string): void => {
    const { id, result, error } = JSON.parse(text) as Answer;
    const asked = id === undefined ? undefined : waiting.get(id);
    if (asked === undefined || id === undefined) return;
    waiting.delete(id);
    clearTimeout(asked.timer);
    if (error === undefined) asked.resolve(result ?? {});
    else asked.reject(new Error(error.message));
  };
  output.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let zero = chunk.indexOf(0); zero >= 0; zero = chunk.indexOf(0, from)) {
      take(Buffer.concat([...rest, chunk.subarray(from, zero)]).toString());
      rest = [];
      from = zero + 1;
    }
    rest.push(chunk.subarray(from));
  });
};
