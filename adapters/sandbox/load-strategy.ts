/**
 * A user's strategy file into a strategy, with the digest that the manifest records and the text that is kept with the
 * run. A file is tried out before it may trade; the text of a run was tried when the run was opened.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { sha256Hex } from '../../core/kernel/digest.ts';
import { findStrategy } from '../../core/strategies/registry.ts';
import { runTrial } from './run-trial.ts';
import { sandboxed } from './sandboxed-strategy.ts';
import { StrategyError } from './strategy-error.ts';
import type { Digest } from '../../core/kernel/units.ts';
import type { Strategy } from '../../core/strategies/strategy.ts';

export type LoadedStrategy = Readonly<{ strategy: Strategy; digest: Digest; source: string }>;

export const SOURCE_BYTES_MAX = 262_144;

/**
 * Reads, tries out and evaluates a strategy file. The digest is SHA-256 over its bytes as they are, and `source` is the
 * same bytes as text. Everything wrong with the file is a StrategyError with its path and, where known, the line.
 */
export const loadStrategy = async (path: string): Promise<LoadedStrategy> => {
  const bytes = await readBounded(path);
  const source = textOf(bytes, path);
  await runTrial({ source, file: path });
  const { strategy } = sandboxed(source, path);
  if (findStrategy(strategy.id) !== null) {
    throw refusal(path, `id is "${strategy.id}", the name of a strategy that ships with tb`, 'Give it a name of its own.');
  }
  return { strategy, digest: sha256Hex(bytes), source };
};

export type StoredStrategy = Readonly<{ source: string; name: string; digest: Digest }>;

/**
 * Rebuilds the strategy of a run from the text kept with it. `digest` is the manifest's: a text that does not hash to it
 * is refused before anything looks at it. `name` is what errors call the file.
 */
export const loadStrategyFromSource = ({ source, name, digest }: StoredStrategy): LoadedStrategy => {
  const actual = sha256Hex(source);
  if (actual !== digest) {
    throw refusal(name, `its text hashes to ${actual}, but the manifest says ${digest}`, 'It is not the file the run was opened with.');
  }
  return { strategy: sandboxed(source, name).strategy, digest, source };
};

const refusal = (file: string, reason: string, hint: string): StrategyError => new StrategyError({ file, line: null, reason, hint, stage: 'load' });

const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EACCES: 'permission to read it was refused',
  EISDIR: 'it is a folder',
};

const readBounded = async (path: string): Promise<Uint8Array> => {
  try {
    // Without O_NONBLOCK a named pipe would keep us waiting for somebody to write.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = await file.stat();
    if (!status.isFile()) throw refusal(path, 'it is not a regular file', 'Name a TypeScript file.');
    if (status.size > SOURCE_BYTES_MAX) {
      throw refusal(path, `it has ${status.size} bytes, more than ${SOURCE_BYTES_MAX}`, 'A strategy is a page of code; numbers it needs go into parameters.');
    }
    return await file.readFile();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = SYSTEM_REASONS[code];
    throw reason === undefined ? error : refusal(path, reason, 'Check the path; a relative one starts at the current folder.');
  }
};

/** Strict UTF-8 with its byte order mark, if any, kept: the text must give back the same bytes. */
const textOf = (bytes: Uint8Array, path: string): string => {
  if (bytes.includes(0)) throw refusal(path, 'it contains a zero byte', 'Save it as plain UTF-8 text.');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refusal(path, 'it is not UTF-8', 'Save it as plain UTF-8 text.');
  }
};
