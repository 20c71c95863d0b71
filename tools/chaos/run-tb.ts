/**
 * Runs the real command line as a process of its own and keeps what it said. Nothing of the shell that started the
 * harness reaches a command: no store, no failpoint, no setting of PostgreSQL's own tools.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';

/** How a command ended: its exit code, or the signal that killed it, and what it wrote. */
export type Said = Readonly<{ line: string; exit: number | null; signal: NodeJS.Signals | null; out: string; err: string }>;
export type Started = Readonly<{ child: ChildProcess; ended: Promise<Said> }>;
export type Circumstances = Readonly<{ cwd: string; store: string; env: Readonly<Record<string, string>> }>;
export type Document = Readonly<Record<string, unknown>>;

const PROGRAM = resolve(import.meta.dirname, '../../cli/tb.mjs');

const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DATABASE_URL|TB_.*|PG.*|NODE_OPTIONS|TZ|NO_COLOR|FORCE_COLOR|VITEST.*)$/.test(name)));

/** Starts a command with --json; words are separated by single spaces. */
export const startTb = (line: string, { cwd, store, env }: Circumstances): Started => {
  const child = spawn(process.execPath, [PROGRAM, '--store', store, ...line.split(' '), '--json'], { cwd, env: { ...cleanEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, err] = [textOf(child.stdout), textOf(child.stderr)];
  const ended = new Promise<Said>((done, failed) => {
    child.once('error', failed);
    child.once('close', (exit, signal) => done({ line, exit, signal, out: out(), err: err() }));
  });
  return { child, ended };
};

const textOf = (stream: NodeJS.ReadableStream): (() => string) => {
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces).toString('utf8');
};

/** The document that a command printed; an empty one where it was killed before. */
export const documentOf = ({ out }: Said): Document => (out === '' ? {} : (JSON.parse(out) as Document));

/** The sentence of a command that failed. */
export const sentenceOf = (said: Said): string => {
  const error = documentOf(said)['error'] as Readonly<{ message: string }> | undefined;
  return error?.message ?? said.err.trim();
};

/** How a command ended, in one word. */
export const endOf = ({ exit, signal }: Said): string => (signal === null ? `exit ${exit}` : signal);
