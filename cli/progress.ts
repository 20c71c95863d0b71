/** A bar on stderr for work that takes longer than a second; silent when stderr is no terminal or JSON is asked for. */
import { SingleBar } from 'cli-progress';
import type { OutputOptions } from './output.ts';
import { endWaiting } from './waiting.ts';

export type Progress = Readonly<{ to: (done: number) => void; stop: () => void }>;

const SHOWN_AFTER_MS = 1_000;
/** They end the command as they would without a bar, but first the cursor comes back. */
const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
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
    // Its own handler would stop the bar and let the work go on: the user wants the work to stop.
    gracefulExit: false,
  });
  let shown = false;
  const interrupted = (signal: NodeJS.Signals): void => {
    stop();
    process.kill(process.pid, signal);
  };
  const to = (done: number): void => {
    const elapsedMs = performance.now() - started;
    if (!shown && elapsedMs < SHOWN_AFTER_MS) return;
    if (!shown) {
      endWaiting();
      bar.start(total, 0, { rate: '0' });
      for (const signal of INTERRUPTIONS) process.once(signal, interrupted);
    }
    shown = true;
    bar.update(done, { rate: Math.round((done * 1_000) / elapsedMs).toLocaleString('en-US') });
  };
  const stop = (): void => {
    if (!shown) return;
    for (const signal of INTERRUPTIONS) process.removeListener(signal, interrupted);
    bar.stop();
  };
  return { to, stop };
};
