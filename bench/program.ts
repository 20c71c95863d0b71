/** Runs `tb` as a user would and says what the process took: time on the clock and on the processor, and its most memory. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type Took = Readonly<{ wallMs: number; cpuMs: number; peakMb: number; document: Readonly<Record<string, unknown>> }>;

const TB = fileURLToPath(new URL('../cli/tb.mjs', import.meta.url));
const MEASURED = new URL('./measured.mjs', import.meta.url).href;
const OUT_BYTES_MAX = 1 << 28;

/** Requires that it ends with 0. The server of the store is a process of its own and not counted. */
export const timeProgram = (folder: string, words: readonly string[]): Took => {
  const started = performance.now();
  const { status, stdout, stderr, output } = spawnSync(process.execPath, ['--import', MEASURED, TB, '--store', folder, '--json', ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    maxBuffer: OUT_BYTES_MAX,
  });
  const wallMs = performance.now() - started;
  if (status !== 0) throw new Error(`tb ${words.join(' ')} ended with ${String(status)}: ${stderr}`);
  const { cpuMs, peakBytes } = JSON.parse(output[3]!) as Readonly<{ cpuMs: number; peakBytes: number }>;
  return { wallMs, cpuMs, peakMb: peakBytes / 1_000_000, document: JSON.parse(stdout) as Took['document'] };
};
