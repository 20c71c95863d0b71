/**
 * Runs the same work on every engine and compares the hashes. Exit 5 when any engine disagrees, 4 when one could not be
 * asked: an engine that did not answer is not one that agreed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerOf, differingParts } from './compare.ts';
import { engines } from './engines.ts';
import type { Answer } from './compare.ts';
import type { Engine } from './engines.ts';

const SUBJECT = join(import.meta.dirname, 'subject.ts');
const PROJECT = join(import.meta.dirname, '..', '..');
const UNREACHABLE = 4;
const DIFFERENT = 5;

type Result = Readonly<{ engine: Engine; version: string; seconds: number }> &
  (Readonly<{ answer: Answer }> | Readonly<{ failure: string }>);

const { PATH = '', HOME = '' } = process.env;

const run = (path: string, engine: Engine, args: readonly string[]) =>
  spawnSync(path, args, { encoding: 'utf8', env: { PATH, HOME, TZ: 'UTC', LC_ALL: 'en_US.UTF-8', NO_COLOR: '1', ...engine.environment } });

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

const ask = (engine: Engine, compiled: string): Result => {
  const { path } = engine;
  if (path === null) return { engine, version: '-', seconds: 0, failure: 'is not installed, or not made for this machine' };
  const version = /\d+\.\d+\.\d+/.exec(run(path, engine, ['--version']).stdout)?.[0] ?? '';
  const startedAt = performance.now();
  const { status, stdout, stderr } = run(path, engine, [...engine.flags, engine.subject === 'typescript' ? SUBJECT : compiled]);
  const seconds = (performance.now() - startedAt) / 1_000;
  const answer = status === 0 ? answerOf(stdout) : null;
  if (answer === null) return { engine, version, seconds, failure: `gave no answer (exit ${status}): ${stderr.trim().slice(0, 400)}` };
  const ignored = ignoredSetting(engine, answer);
  return ignored === null ? { engine, version, seconds, answer } : { engine, version, seconds, failure: ignored };
};

const row = (name: string, version: string, seconds: string, verdict: string): string =>
  `${name.padEnd(34)}${version.padEnd(14)}${seconds.padStart(7)}   ${verdict}`;

const verdictOf = (result: Result, expected: Answer): string => {
  if ('failure' in result) return `FAILED: ${result.failure}`;
  const parts = differingParts(expected, result.answer);
  return parts.length === 0 ? 'same' : `DIFFERENT: ${parts.join(', ')}`;
};

const compareAll = (compiled: string): number => {
  console.log(row('engine', 'version', 'time', 'hashes'));
  let expected: Answer | null = null;
  const verdicts: string[] = [];
  for (const engine of engines()) {
    const result = ask(engine, compiled);
    if (expected === null && 'answer' in result) expected = result.answer;
    const verdict = expected === null ? 'FAILED: nothing to compare with' : verdictOf(result, expected);
    verdicts.push(verdict);
    console.log(row(engine.name, result.version, `${result.seconds.toFixed(2)} s`, verdict));
  }
  for (const [part, hash] of Object.entries(expected?.hashes ?? {})) console.log(`  ${part.padEnd(28)}${hash}`);
  if (verdicts.some(verdict => verdict.startsWith('DIFFERENT'))) return DIFFERENT;
  return verdicts.every(verdict => verdict === 'same') ? 0 : UNREACHABLE;
};

const folder = mkdtempSync(join(tmpdir(), 'tb-engines-'));
try {
  process.exitCode = compareAll(compileSubject(folder));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
