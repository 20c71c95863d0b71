/**
 * Tries a strategy file out in a process of its own: a loop inside a built-in, a parser that breaks or memory that runs
 * full end that process and not the one that asks. It knows the time limit and nothing of what the trial looks for.
 */
import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StrategyError } from './strategy-error.ts';

export type TrialFile = Readonly<{ source: string; file: string }>;
export type TrialFault = Readonly<{ line: number | null; reason: string; hint: string }>;

export const TRIAL_MS = 5_000;
/** Until the process is ready to begin; only a machine that is swamped takes longer. */
const START_MS = 30_000;
const HEAP_MB = 256;
const OUTPUT_MAX = 65_536;

type Ended = Readonly<{ output: string; errors: string; timedOut: boolean; code: number | null; signal: NodeJS.Signals | null }>;

/** TypeScript in the clone, JavaScript in the package. */
const CHILD = fileURLToPath(new URL('./trial-child.ts', import.meta.url)).replace(/\.ts$/, extname(import.meta.filename));
/** It may read files, as every program has to, and neither write any nor start a process or a thread. */
const FLAGS = ['--permission', '--allow-fs-read=*', `--max-old-space-size=${HEAP_MB}`, '--no-warnings'];

/** Throws a StrategyError if the file fails its trial, breaks it, or takes longer than `TRIAL_MS`. */
export const runTrial = async (trialFile: TrialFile): Promise<void> => {
  const ended = await runChild(JSON.stringify(trialFile));
  const fault = faultIn(ended);
  if (fault !== null) throw new StrategyError({ file: trialFile.file, ...fault, stage: 'load' });
};

const faultIn = ({ output, errors, timedOut, code, signal }: Ended): TrialFault | null => {
  const [ready, fault] = output.split('\n');
  if (!timedOut && code === 0 && ready === 'ready' && fault !== undefined) return JSON.parse(fault) as TrialFault | null;
  if (ready !== 'ready') throw new Error(`The trial of a strategy did not start (${signal ?? `exit ${code}`}): ${errors.slice(-OUTPUT_MAX)}`);
  if (timedOut) return { line: null, reason: `its trial run took more than ${TRIAL_MS / 1_000} s`, hint: 'Look for a loop that never ends or builds something huge.' };
  const memory = /heap out of memory/i.test(errors);
  return {
    line: null,
    reason: memory ? `its trial run needed more than ${HEAP_MB} MB` : `its trial run broke the process it ran in (${signal ?? `exit ${code}`})`,
    hint: memory ? 'Look for arrays or texts that keep growing.' : 'Nest its expressions less deeply and build nothing huge.',
  };
};

const runChild = (input: string): Promise<Ended> =>
  new Promise((resolve, reject) => {
    // No environment: what the trial needs it is handed, and a database's address is nothing it needs.
    const child = spawn(process.execPath, [...FLAGS, CHILD], { env: {}, stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    let timedOut = false;
    const kill = (): void => {
      timedOut = true;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(kill, START_MS);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output === '') {
        clearTimeout(timer);
        timer = setTimeout(kill, TRIAL_MS);
      }
      if (output.length < OUTPUT_MAX) output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-OUTPUT_MAX);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ output, errors, timedOut, code, signal });
    });
    // A child that dies early closes its end; why it died is in what it wrote.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
