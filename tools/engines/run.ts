/**
 * Runs the same work on every engine and compares the hashes. Exit 5 when any engine disagrees, 4 when one could not be
 * asked: an engine that did not answer is not one that agreed. One that this machine cannot have is skipped, and says why.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { answerOf, differingParts } from './compare.ts';
import { engines } from './engines.ts';
import type { Answer } from './compare.ts';
import type { Engine } from './engines.ts';

const SUBJECT = join(import.meta.dirname, 'subject.ts');
const PROJECT = join(import.meta.dirname, '..', '..');
const UNREACHABLE = 4;
const DIFFERENT = 5;

type Result = Readonly<{ engine: Engine; version: string; seconds: number }> &
  (Readonly<{ answer: Answer }> | Readonly<{ failure: string }> | Readonly<{ skipped: string }>);

type Ended = Readonly<{ status: number | null; stdout: string; stderr: string }>;

const { PATH = '', HOME = '' } = process.env;

const run = async (path: string, engine: Engine, args: readonly string[]): Promise<Ended> => {
  const env = { PATH, HOME, TZ: 'UTC', LC_ALL: 'en_US.UTF-8', NO_COLOR: '1', ...engine.environment };
  const child = spawn(path, args, { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', reject);
  });
  const [status, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { status, stdout, stderr };
};

/** What the engine was told to be and was not, or null. */
const ignoredSetting = (engine: Engine, answer: Answer): string | null => {
  if (engine.timeZone !== undefined && answer.timeZone !== engine.timeZone) return `ran in ${answer.timeZone}`;
  if (engine.locale !== undefined && answer.locale !== engine.locale) return `ran in locale ${answer.locale}`;
  return null;
};

/** Compiles the subject and what it imports into `folder`, as the published package is compiled. */
const compileSubject = (folder: string): string => {
  const compiler = join(PROJECT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', join(import.meta.dirname, 'tsconfig.json'), '--outDir', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The subject does not compile:\n${stdout}`);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  return join(folder, 'tools', 'engines', 'subject.js');
};

/** The flags of an emulator name the binary that it runs; those of an engine come before the subject only. */
const versionOf = async (path: string, engine: Engine): Promise<string> => {
  const { stdout } = await run(path, engine, engine.flags[0] === '-L' ? [...engine.flags, '--version'] : ['--version']);
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? '';
};

const ask = async (engine: Engine, compiled: string): Promise<Result> => {
  const { path, absence } = engine;
  if (path === null) {
    const why = absence?.why ?? 'is not there';
    return { engine, version: '-', seconds: 0, ...(absence?.skipped === true ? { skipped: why } : { failure: why }) };
  }
  const version = await versionOf(path, engine);
  const startedAt = performance.now();
  const subject = engine.subject === 'typescript' ? SUBJECT : compiled;
  const { status, stdout, stderr } = await run(path, engine, [...engine.flags, subject, ...(engine.seed === undefined ? [] : [String(engine.seed)])]);
  const seconds = (performance.now() - startedAt) / 1_000;
  const answer = status === 0 ? answerOf(stdout) : null;
  if (answer === null) return { engine, version, seconds, failure: `gave no answer (exit ${status}): ${stderr.trim().slice(0, 400)}` };
  const ignored = ignoredSetting(engine, answer);
  return ignored === null ? { engine, version, seconds, answer } : { engine, version, seconds, failure: ignored };
};

/** Asks as many engines at a time as there are processors, the slow ones first; the answers come in the order of the list. */
const askAll = (all: readonly Engine[], compiled: string): readonly Promise<Result>[] => {
  const pending = [...all].sort((left, right) => Number(right.isSlow ?? false) - Number(left.isSlow ?? false));
  const answers = new Map(all.map(engine => [engine, Promise.withResolvers<Result>()]));
  const work = async (): Promise<void> => {
    for (let engine = pending.shift(); engine !== undefined; engine = pending.shift()) {
      const asked = ask(engine, compiled);
      await asked.then(answers.get(engine)!.resolve, answers.get(engine)!.reject);
    }
  };
  for (let worker = 0; worker < availableParallelism(); worker += 1) void work();
  return all.map(engine => answers.get(engine)!.promise);
};

const row = (name: string, version: string, seconds: string, verdict: string): string =>
  `${name.padEnd(34)}${version.padEnd(14)}${seconds.padStart(8)}   ${verdict}`;

const verdictOf = (result: Result, expected: Answer): string => {
  if ('failure' in result) return `FAILED: ${result.failure}`;
  if ('skipped' in result) return `skipped: ${result.skipped}`;
  const parts = differingParts(expected, result.answer);
  return parts.length === 0 ? 'same' : `DIFFERENT: ${parts.join(', ')}`;
};

const compareAll = async (compiled: string): Promise<number> => {
  console.log(row('engine', 'version', 'time', 'hashes'));
  let expected: Answer | null = null;
  const verdicts: string[] = [];
  for (const asked of askAll(engines(), compiled)) {
    const result = await asked;
    if (expected === null && 'answer' in result) expected = result.answer;
    const verdict = expected === null ? 'FAILED: nothing to compare with' : verdictOf(result, expected);
    verdicts.push(verdict);
    console.log(row(result.engine.name, result.version, `${result.seconds.toFixed(2)} s`, verdict));
  }
  for (const [part, hash] of Object.entries(expected?.hashes ?? {})) console.log(`  ${part.padEnd(32)}${hash}`);
  if (verdicts.some(verdict => verdict.startsWith('DIFFERENT'))) return DIFFERENT;
  return verdicts.some(verdict => verdict.startsWith('FAILED')) ? UNREACHABLE : 0;
};

const folder = mkdtempSync(join(tmpdir(), 'tb-engines-'));
try {
  process.exitCode = await compareAll(compileSubject(folder));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
