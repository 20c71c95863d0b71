/**
 * What an examination says of one thing: whether it is well, what was found, and how to mend it. Judges make checks out of facts
 * that were gathered before; none of them looks at anything itself.
 */
import { EXIT } from '../problem.ts';
import type { ExitCode } from '../problem.ts';

export const CHECK_NAMES = ['runtime', 'engine', 'installation', 'store', 'leftovers', 'disk', 'durability', 'clock', 'schema', 'guards', 'roles', 'candles', 'runs', 'keys', 'checkpoints'] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** `about` is the run, series, role or disk that is spoken of where there are several; `mend` is null where nothing is to be done. */
export type Check = Readonly<{ check: CheckName; about: string | null; outcome: 'ok' | 'warning' | 'failure'; found: string; mend: string | null; exit: ExitCode }>;

type Said = Readonly<{ found: string; about?: string }>;
type Wrong = Said & Readonly<{ mend: string }>;

export const well = (check: CheckName, { found, about = null }: Omit<Said, 'about'> & Readonly<{ about?: string | null }>): Check => ({ check, about, outcome: 'ok', found, mend: null, exit: EXIT.done });

export const warning = (check: CheckName, { found, about, mend }: Wrong): Check => ({ check, about: about ?? null, outcome: 'warning', found, mend, exit: EXIT.done });

/** `exit` is what a command that meets this ends with; the store and the machine under it are 4. */
export const failure = (check: CheckName, { found, about, mend }: Wrong, exit: ExitCode = EXIT.unavailable): Check => ({ check, about: about ?? null, outcome: 'failure', found, mend, exit });

/** The exit code of an examination: 0 without a failure, else that of the first one. */
export const exitOfChecks = (checks: readonly Check[]): ExitCode => checks.find(({ outcome }) => outcome === 'failure')?.exit ?? EXIT.done;

export const statusOfChecks = (checks: readonly Check[]): 'WELL' | 'WARNINGS' | 'FAILURES' =>
  checks.some(({ outcome }) => outcome === 'failure') ? 'FAILURES' : checks.some(({ outcome }) => outcome === 'warning') ? 'WARNINGS' : 'WELL';
