/** What every guard reports: which rule, where, and one sentence. A guard that cannot run is an error, never a pass. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export type Finding = Readonly<{ rule: string; where: string; message: string }>;

/** Looks at the project under `root` and reports what breaks its rules. */
export type Guard = Readonly<{ name: string; findings: (root: string) => Promise<readonly Finding[]> }>;

export type Outcome = Readonly<{ exitCode: number; output: string; errors: string }>;

/** Folders that hold our code, in reading order. A folder that does not exist yet has no code. */
const CODE_FOLDERS = ['core', 'schema', 'adapters', 'engine', 'cli', 'daemon', 'web', 'tools', 'bench', 'tests'] as const;

export const codeFolders = (root: string): readonly string[] => CODE_FOLDERS.filter(folder => existsSync(join(root, folder)));

/**
 * Runs an installed tool's own script with this very Node, so that no tool depends on what else is in PATH.
 * Throws when the tool is not installed or was killed.
 */
export const runTool = (root: string, script: string, args: readonly string[]): Promise<Outcome> => {
  const path = join(root, 'node_modules', script);
  if (!existsSync(path)) throw new Error(`${script} is not installed, and a missing tool passes nothing. Run: make install`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      if (exitCode === null) return reject(new Error(`${script} was ended by ${signal}.`));
      resolve({ exitCode, output: Buffer.concat(output).toString(), errors: Buffer.concat(errors).toString() });
    });
  });
};

/** Reads a tool's JSON report; a tool that printed anything else did not run, and what it said is the error. */
export const reportOf = (tool: string, { exitCode, output, errors }: Outcome): unknown => {
  try {
    return JSON.parse(output);
  } catch {
    throw new Error(`${tool} gave no report (exit ${exitCode}). It said:\n${errors || output || 'nothing'}`);
  }
};
