/**
 * Appends one step of a run in one transaction: its facts, decisions and everything derived from them, and when it closes
 * the hour the hour record, the envelope and the snapshot. The key of the step and of the hour is the fence: of two
 * executors one wins, and the other learns whether it had concluded the same.
 */
import type pg from 'pg';
import { assert } from '../../core/kernel/assert.ts';
import { formatHour } from '../../core/kernel/hours.ts';
import type { Digest } from '../../core/kernel/units.ts';
import { closeStatements, stepStatements } from './append-statements.ts';
import type { HourClose, RecordedStep, RunKey } from './recorded-step.ts';
import { codeOf, rethrowAsStoreError, StoreError } from './store-error.ts';
import { runTogether, withRetry } from './transaction.ts';
import type { Reconnect } from './transaction.ts';

/** `close` is null for every step of an hour but its last. */
export type StepToAppend = Readonly<{ step: RecordedStep; close: HourClose | null }>;

/** A run as its rows know it, and as people do. */
type NamedRun = RunKey & Readonly<{ name: string }>;

/**
 * `already`: the step is stored, by somebody else or by an earlier try; `same` says whether with the same facts,
 * decisions, state and hour hash. Sources, build and time of execution may differ: they are the envelope's.
 */
export type AppendOutcome = Readonly<{ outcome: 'appended' }> | Readonly<{ outcome: 'already'; same: boolean }>;

/**
 * Appends a step. Tries again after a conflict, and after a lost connection when it can reconnect; a COMMIT whose answer
 * was lost is looked up before anything is written again. Throws StoreError (refused) when the step does not follow what
 * is stored, and what the server or the connection throws otherwise; then the step is not stored, or, without a way to
 * reconnect, may be.
 */
export const appendStep = (client: pg.ClientBase, run: NamedRun, toAppend: StepToAppend, reconnect?: Reconnect): Promise<AppendOutcome> => {
  requireWhole(toAppend);
  const statements = [...stepStatements(run, toAppend.step), ...(toAppend.close === null ? [] : closeStatements(run, toAppend.close))];
  const attempt = async (current: pg.ClientBase, attempts: number): Promise<AppendOutcome> => {
    if (attempts > 1) {
      const stored = await readAppended(current, run, toAppend);
      if (stored !== null) return stored.ours ? { outcome: 'appended' } : { outcome: 'already', same: stored.same };
    }
    try {
      await runTogether(current, statements, { begun: 'step-begun', committed: 'step-committed' });
      return { outcome: 'appended' };
    } catch (error) {
      return outcomeOfFailure(current, run, toAppend, error);
    }
  };
  return withRetry(client, attempt, reconnect).catch((error: unknown) => rethrowAsStoreError(error, whereOf(run, toAppend)));
};

const requireWhole = ({ step, close }: StepToAppend): void => {
  assert(step.facts.length > 0, 'A step has at least its market fact.');
  assert(step.facts.length === step.factTexts.length, 'Every fact has its text.');
  assert(step.decisions.length === step.decisionTexts.length, 'Every decision has its text.');
  const market = step.facts.some(fact => fact.type === 'market');
  assert(market === (step.marketContent !== null), 'A step with a market fact brings its content.');
  if (close === null) return;
  assert(close.sealed.hour === step.hour && close.envelope.envelope.hour === step.hour, 'A step closes its own hour.');
  assert(close.envelope.envelope.hourHash === close.sealed.hash, 'An envelope names the hash of its hour.');
  assert(close.sealed.record.steps === step.step + 1, 'The last step closes the hour.');
  requireSeenAsSealed(step, close);
};

/** What the last step saw is what its envelope says: so the columns of the step are covered by a hash. */
export const requireSeenAsSealed = (step: RecordedStep, { sealed, envelope: { envelope } }: HourClose): void => {
  assert(step.stateDigest === sealed.record.state, 'The state after the last step is the one sealed.');
  assert(step.ingestThrough === envelope.ingestThrough && step.inboxThrough === envelope.inboxThrough, 'The envelope names what the last step could see.');
  assert(step.executedAtMs === envelope.executedAtMs, 'The envelope names when the last step was executed.');
};

const whereOf = ({ name }: NamedRun, { step }: StepToAppend): string => `Appending step ${step.step} of hour ${formatHour(step.hour)} to run ${name}`;

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** A duplicate key of another table than the fence's, such as a venue trade reported twice, is no other executor. */
const outcomeOfFailure = async (client: pg.ClientBase, run: NamedRun, toAppend: StepToAppend, error: unknown): Promise<AppendOutcome> => {
  const code = codeOf(error);
  if (code === UNIQUE_VIOLATION) {
    const stored = await readAppended(client, run, toAppend);
    if (stored !== null) return { outcome: 'already', same: stored.same };
  }
  if (code === FOREIGN_KEY_VIOLATION && !(await isPreceded(client, run, toAppend))) {
    throw new StoreError('refused', {
      message: `${whereOf(run, toAppend)}: what comes before it is not stored, or with another hash than it was executed on.`,
      hint: 'Read the head of the run and execute from there.',
      cause: error,
    });
  }
  throw error;
};

const PRECEDED = `
  SELECT CASE
    WHEN $4::int > 0 THEN EXISTS (SELECT FROM tb.hour_step AS before WHERE before.retention = $1 AND before.run_id = $2 AND before.hour = $3::int AND before.step = $4::int - 1)
    ELSE run.start_hour = $3::int OR EXISTS (SELECT FROM tb.hour_record AS before WHERE before.retention = $1 AND before.run_id = $2 AND before.hour = $3::int - 1)
  END AND ($5::text IS NULL OR run.start_hour = $3::int
    OR EXISTS (SELECT FROM tb.hour_record AS before WHERE before.retention = $1 AND before.run_id = $2 AND before.hour = $3::int - 1 AND before.hash = decode($5, 'hex'))) AS preceded
  FROM tb.run WHERE run.retention = $1 AND run.id = $2`;

const isPreceded = async (client: pg.ClientBase, run: RunKey, { step, close }: StepToAppend): Promise<boolean> => {
  const { rows } = await client.query<{ preceded: boolean }>(PRECEDED, [run.retention, run.id, step.hour, step.step, close?.sealed.record.previous ?? null]);
  return rows[0]?.preceded ?? false;
};

const STORED = `
  SELECT encode(state_digest, 'hex') AS state, ingest_through, inbox_through, executed_ms,
    (SELECT encode(hash, 'hex') FROM tb.hour_record WHERE retention = $1 AND run_id = $2 AND hour = $3) AS hour_hash,
    (SELECT encode(hash, 'hex') FROM tb.envelope WHERE retention = $1 AND run_id = $2 AND hour = $3) AS envelope_hash,
    ARRAY(SELECT convert_from(bytes, 'UTF8') FROM tb.fact WHERE retention = $1 AND run_id = $2 AND hour = $3 AND step = $4 ORDER BY seq) AS facts,
    ARRAY(SELECT convert_from(bytes, 'UTF8') FROM tb.decision WHERE retention = $1 AND run_id = $2 AND hour = $3 AND step = $4 ORDER BY seq) AS decisions
  FROM tb.hour_step WHERE retention = $1 AND run_id = $2 AND hour = $3 AND step = $4`;

type StoredRow = Readonly<{
  state: Digest;
  ingest_through: number;
  inbox_through: number;
  executed_ms: number;
  hour_hash: Digest | null;
  envelope_hash: Digest | null;
  facts: readonly string[];
  decisions: readonly string[];
}>;

/** How what is stored under this key compares; null when nothing is. `ours` when it is this very step, envelope included. */
const readAppended = async (client: pg.ClientBase, run: RunKey, { step, close }: StepToAppend): Promise<Readonly<{ same: boolean; ours: boolean }> | null> => {
  const { rows } = await client.query<StoredRow>(STORED, [run.retention, run.id, step.hour, step.step]);
  const stored = rows[0];
  if (stored === undefined) return null;
  const same =
    stored.state === step.stateDigest &&
    equalTexts(stored.facts, step.factTexts) &&
    equalTexts(stored.decisions, step.decisionTexts) &&
    (close === null || stored.hour_hash === close.sealed.hash);
  const envelopeIsOurs = close === null || stored.envelope_hash === close.envelope.hash;
  const seenIsOurs = stored.ingest_through === step.ingestThrough && stored.inbox_through === step.inboxThrough;
  return { same, ours: same && envelopeIsOurs && seenIsOurs && stored.executed_ms === step.executedAtMs };
};

const equalTexts = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((text, index) => text === right[index]);
