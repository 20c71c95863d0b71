/**
 * One line on stderr that says a command still works, for work that has no bar and takes longer than a second. It goes away with the first
 * bar or output, and never shows where stderr is no terminal.
 */

const SHOWN_AFTER_MS = 1_000;
const EVERY_MS = 200;
const CLEARED = '\r\u001b[K';

let end: () => void = () => undefined;

/** From now on until endWaiting, once a command. */
export const beginWaiting = ({ json, quiet }: Readonly<{ json: boolean; quiet: boolean }>, label: string): void => {
  if (json || quiet || process.stderr.isTTY !== true) return;
  const started = performance.now();
  let shown = false;
  const timer = setInterval(() => {
    const elapsedMs = performance.now() - started;
    if (elapsedMs < SHOWN_AFTER_MS) return;
    shown = true;
    process.stderr.write(`${CLEARED}${label} ... ${Math.floor(elapsedMs / 1_000)} s`);
  }, EVERY_MS);
  timer.unref();
  end = () => {
    clearInterval(timer);
    if (shown) process.stderr.write(CLEARED);
    end = () => undefined;
  };
};

/** Before anything else is written to the terminal. Twice is once. */
export const endWaiting = (): void => end();
