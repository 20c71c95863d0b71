/**
 * Places where a test may kill the running program, as a crash would: TB_FAILPOINT=name[:n] sends it SIGKILL at the
 * n-th pass of the named place. Without the variable a place costs one call that does nothing.
 */

/** Every place there is, in the order a program passes them. Tests go through the whole list. */
export const FAILPOINTS = [
  'import-begun',
  'import-ingest-reserved',
  'import-candles-copied',
  'import-ingest-written',
  'import-committed',
  'run-begun',
  'run-row-written',
  'run-envelope-written',
  'run-committed',
  'step-begun',
  'step-row-written',
  'step-market-fact-written',
  'step-facts-written',
  'step-decisions-written',
  'step-mirrors-written',
  'step-outbox-written',
  'step-hour-written',
  'step-envelope-written',
  'step-snapshot-written',
  'step-committed',
  'backtest-begun',
  'backtest-run-written',
  'backtest-batch-written',
  'backtest-hours-written',
  'backtest-summary-written',
  'backtest-committed',
  'inbox-begun',
  'inbox-written',
  'inbox-committed',
] as const;

export type Failpoint = (typeof FAILPOINTS)[number];

type Armed = Readonly<{ name: Failpoint; pass: number }>;

const isFailpoint = (name: string): name is Failpoint => FAILPOINTS.some(known => known === name);

const armedBy = (setting: string | undefined): Armed | null => {
  if (setting === undefined || setting === '') return null;
  const [name = '', pass = '1'] = setting.split(':');
  if (!isFailpoint(name) || !/^[1-9]\d{0,8}$/.test(pass)) {
    throw new Error(`TB_FAILPOINT=${setting} names no failpoint; write name[:n] with one of ${FAILPOINTS.join(', ')}.`);
  }
  return { name, pass: Number(pass) };
};

const armed = armedBy(process.env['TB_FAILPOINT']);
let passes = 0;

/** True in a program that is to be killed; then every statement waits for the one before, so that each place is real. */
export const failpointsAreArmed = armed !== null;

/** Kills the program here when this is the armed place and pass. */
export const failpoint = (name: Failpoint): void => {
  if (armed === null || armed.name !== name) return;
  passes += 1;
  if (passes < armed.pass) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing may happen in between.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
