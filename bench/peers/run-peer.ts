/** Starts one peer in a process of its own and reads the line it prints; one that cannot run is not measured, and says why. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BENCH_START } from '../engine.ts';
import type { PeerMarket } from './market-file.ts';
import type { PeerName } from './rules.ts';
import type { PeerLine } from './trade.ts';

export type PeerRun = PeerLine | Readonly<{ failure: string }>;

const HERE = import.meta.dirname;
const ENVIRONMENT = join(HERE, 'node_modules', '.venv');
const PYTHON = join(ENVIRONMENT, 'bin', 'python');
const OUTPUT_MAX_BYTES = 256 * 1_024 * 1_024;

/** What pip knows each peer as, where it could not install it. */
const PACKAGES: Readonly<Record<PeerName, string>> = {
  backtesting: 'backtesting',
  vectorbt: 'vectorbt',
  backtrader: 'backtrader',
  nautilus: 'nautilus_trader',
  grademark: 'grademark',
};

const commandOf = (peer: PeerName): readonly [string, ...string[]] =>
  peer === 'grademark' ? [process.execPath, join(HERE, 'run-grademark.mjs')] : [PYTHON, '-B', join(HERE, `run_${peer}.py`)];

/** `scratch` is a folder for what a peer compiles; the market file holds what `market` says. */
export const runPeer = (peer: PeerName, { symbols, hours }: PeerMarket, { file, scratch }: Readonly<{ file: string; scratch: string }>): PeerRun => {
  const note = join(ENVIRONMENT, `${PACKAGES[peer]}.failure`);
  if (existsSync(note)) return { failure: readFileSync(note, 'utf8').trim() };
  const size = ['--market', file, '--symbols', String(symbols), '--hours', String(hours), '--first-hour', String(BENCH_START)];
  return lineOf(commandOf(peer), [...size, '--started', String(Date.now())], scratch);
};

/** Our own engine by the same yardstick. */
export const runSubject = ({ symbols, hours }: PeerMarket, scratch: string): PeerRun =>
  lineOf([process.execPath, join(HERE, 'subject.ts')], [String(symbols), String(hours)], scratch);

const lineOf = ([program, ...before]: readonly [string, ...string[]], args: readonly string[], scratch: string): PeerRun => {
  const environment = { ...process.env, NUMBA_CACHE_DIR: scratch };
  const { status, error, stdout, stderr } = spawnSync(program, [...before, ...args], { encoding: 'utf8', env: environment, maxBuffer: OUTPUT_MAX_BYTES });
  if (error !== undefined) return { failure: `${program} did not start: ${error.message}` };
  if (status !== 0) return { failure: reasonOf(stderr) ?? `it ended with ${String(status)}` };
  return JSON.parse(stdout) as PeerLine;
};

/** The line that names the error, of what a program prints when it falls. */
const reasonOf = (stderr: string): string | undefined => {
  const lines = stderr.trim().split('\n');
  return lines.findLast(line => /^\w*(Error|Exit)\b/.test(line)) ?? lines.at(-1);
};
