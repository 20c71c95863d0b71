/**
 * Runs the real `tb` as a process of its own, as a user would, and reads what it says. It checks what holds for every
 * document on stdout, and leaves what is in it to the tests.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import stableStringify from 'fast-json-stable-stringify';
import { expect } from 'vitest';

/** How a command ended: its exit code, or the signal that killed it, and what it wrote. */
export type Said = Readonly<{ exit: number | null; signal: NodeJS.Signals | null; out: string; err: string }>;

export type Circumstances = Readonly<{ cwd?: string; env?: Readonly<Record<string, string>> }>;
export type Document = Readonly<Record<string, unknown>>;

const PROGRAM = resolve(import.meta.dirname, '../../cli/tb.mjs');
/** Settings of the shell that runs the tests and must not reach a command. */
const CLEARED = { DATABASE_URL: undefined, TB_FAILPOINT: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined };

export type Started = Readonly<{ child: ChildProcess; ended: Promise<Said> }>;

/** Starts a command without waiting for it. */
export const startTb = (words: readonly string[], { cwd, env = {} }: Circumstances = {}): Started => {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...CLEARED, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err] = [collected(child.stdout), collected(child.stderr)];
  const ended = new Promise<Said>((done, failed) => {
    child.once('error', failed);
    child.once('close', (exit, signal) => done({ exit, signal, out: out(), err: err() }));
  });
  return { child, ended };
};

const collected = (stream: NodeJS.ReadableStream): (() => string) => {
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  return () => Buffer.concat(pieces).toString('utf8');
};

export const runTb = (words: readonly string[], circumstances: Circumstances = {}): Promise<Said> => startTb(words, circumstances).ended;

/** Words of a command line as a shell would split them; single words may stand in double quotes. */
export const wordsOf = (line: string): readonly string[] => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);

/**
 * The one JSON document of a command with --json. What the contract says of all of them is checked here: one line and
 * nothing else, keys sorted, no number but whole ones (decimals are text).
 */
export const documentOf = (said: Said): Document => {
  expect(said.out, `stdout of a command that said on stderr: ${said.err}`).toMatch(/^\{[^\n]*\}\n$/);
  const document = JSON.parse(said.out) as Document;
  expect(said.out).toBe(`${stableStringify(document)}\n`);
  expect(fractionsIn(document)).toEqual([]);
  return document;
};

const fractionsIn = (value: unknown): readonly number[] => {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? [] : [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(fractionsIn) : [];
};

/** What a command with --json says that failed: its exit code, sentence and hint. */
export const failureOf = (said: Said): Readonly<{ exit: number; message: string; hint: string }> => {
  const { error, ...rest } = documentOf(said);
  expect(rest).toEqual({});
  const failure = error as Readonly<{ exit: number; message: string; hint: string }>;
  expect(failure.exit).toBe(said.exit);
  expect(said.err).toContain(failure.message);
  expect(said.err).not.toContain('    at ');
  return failure;
};
