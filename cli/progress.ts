/** A bar on stderr for work that takes longer than a second; silent when stderr is no terminal or JSON is asked for. */
import { SingleBar } from 'cli-progress';
import type { OutputOptions } from './output.ts';

export type Progress = Readonly<{ to: (done: number) => void; stop: () => void }>;

const SHOWN_AFTER_MS = 1_000;
const SILENT: Progress = { to: () => undefined, stop: () => undefined };

type Work = Readonly<{ label: string; total: number; unit: string }>;

export const showProgress = (options: OutputOptions, { label, total, unit }: Work): Progress => {
  if (options.json || options.quiet || process.stderr.isTTY !== true || total <= 0) return SILENT;
  const started = performance.now();
  const bar = new SingleBar({
    stream: process.stderr,
    format: `${label} {bar} {percentage}% | {value}/{total} ${unit} | {rate}/s | {eta_formatted} left`,
    hideCursor: true,
    clearOnComplete: true,
    fps: 10,
  });
  let shown = false;
  const to = (done: number): void => {
    const elapsedMs = performance.now() - started;
    if (!shown && elapsedMs < SHOWN_AFTER_MS) return;
    if (!shown) bar.start(total, 0, { rate: '0' });
    shown = true;
    bar.update(done, { rate: Math.round((done * 1_000) / elapsedMs).toLocaleString('en-US') });
  };
  return { to, stop: () => (shown ? bar.stop() : undefined) };
};
