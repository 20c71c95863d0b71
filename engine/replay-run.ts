/**
 * Replays stored hours: executes the recorded facts again and compares every candle, fact, decision, state and hash.
 * The first difference ends it, because every hour after it stands on that one.
 */
import type { StoreClient } from '../adapters/store/connection.ts';
import { digestMismatches } from '../adapters/store/read-columns.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import type { StoredHour } from '../adapters/store/read-run.ts';
import type { Desk } from '../core/desk.ts';
import type { ExecutedHour, Progress } from '../core/execute.ts';
import { formatHour, formatTime, hourContaining, hoursAfter } from '../core/kernel/hours.ts';
import { sha256Hex } from '../core/kernel/digest.ts';
import type { Digest, HourUtc } from '../core/kernel/units.ts';
import { stateDigest } from '../core/state.ts';
import { changedRules, isOwnVersion, OWN_VERSIONS, versionsIn } from './changed-rules.ts';
import type { ChangedRule, Versions } from './changed-rules.ts';
import { compareResults } from './compare-results.ts';
import { conductStored } from './conduct.ts';
import { eventFailure, recordFailure } from './replay-difference.ts';
import type { StepTexts } from './replay-difference.ts';
import { replayFailure } from './replay-failure.ts';
import type { ReplayFailure } from './replay-failure.ts';
import { sliceOfFailure } from './replay-slice.ts';
import { EXIT, Problem, usage } from './problem.ts';
import { readBlocks, reexecuteHour, turnTaker } from './reexecute.ts';
import type { Block } from './reexecute.ts';
import { deskOfRun, progressAt } from './resume.ts';
import { readHead } from './run-head.ts';
import { countSummary, tradeRow } from './run-summary.ts';
import type { TradeRow } from './run-summary.ts';

export type ReplayReport = Readonly<{
  /** `OTHER VERSION`: nothing was executed, for this tb has other rules or another encoding than the run. */
  status: 'REPLAY PARITY: TRUE' | 'REPLAY PARITY: FALSE' | 'NO TARGETS' | 'OTHER VERSION';
  parity: boolean;
  run: string;
  from: string | null;
  to: string | null;
  hours: number;
  symbolHours: number;
  head: Digest | null;
  failures: readonly ReplayFailure[];
  /** What changed between the versions of the run and those of this tb; none where they are the same. */
  changedRules: readonly ChangedRule[];
  engineMs: number;
}>;

/** `fromOption` names the option that a refused hour came from. */
export type ReplayWindow = Readonly<{ fromHour: HourUtc | null; toHour: HourUtc | null; fromOption?: '--from' | '--hour'; onProgress: (hours: number) => void }>;

/** What makes a run unreplayable, such as an opening or a strategy that is gone, is a failure of the replay and no end of it. */
export const replayRun = (client: StoreClient, run: StoredRun, window: ReplayWindow): Promise<ReplayReport> =>
  replayWindow(client, run, window).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.exit !== EXIT.mismatch) throw error;
    const [from, to] = [window.fromHour ?? run.startHour, window.toHour].map(hour => (hour === null ? null : formatHour(hour))) as [string, string | null];
    const failure = replayFailure('UNREADABLE', { field: 'run', expected: null, actual: `${error.message} ${error.hint}`.trim() });
    return { run: run.name, from, to, ...verdict([failure]), ...NOTHING_EXECUTED };
  });

const NOTHING_EXECUTED = { hours: 0, symbolHours: 0, head: null, engineMs: 0, changedRules: [] } as const;

const replayWindow = async (client: StoreClient, run: StoredRun, window: ReplayWindow): Promise<ReplayReport> => {
  const head = await readHead(client, run);
  const end = hoursAfter(head.hour, 1);
  const fromHour = window.fromHour ?? run.startHour;
  const toHour = window.toHour ?? end;
  requireInside(run, { fromHour, toHour, end }, window.fromOption ?? '--from');
  const bounds = { run: run.name, from: formatHour(fromHour), to: formatHour(toHour) };
  if (fromHour >= toHour) return { ...bounds, ...NOTHING_EXECUTED, status: 'NO TARGETS', parity: false, failures: [] };
  const manifest = manifestFailure(run);
  if (manifest !== null) return { ...bounds, ...verdict([manifest]), ...NOTHING_EXECUTED };
  const versions = versionsIn(run.manifestText);
  if (versions !== null && !isOwnVersion(versions)) return { ...bounds, ...NOTHING_EXECUTED, ...otherVersion(versions) };
  const desk = await deskOfRun(run);
  const replayed = await replayHours(client, { run, desk, fromHour, toHour, onProgress: window.onProgress });
  const { hours } = replayed;
  return { ...bounds, ...verdict(replayed.failures), hours, symbolHours: hours * desk.symbols.length, head: replayed.head, engineMs: replayed.engineMs, changedRules: [] };
};

const otherVersion = (versions: Versions): Pick<ReplayReport, 'status' | 'parity' | 'failures' | 'changedRules'> => ({
  status: 'OTHER VERSION',
  parity: false,
  failures: (['semantics', 'encoding'] as const)
    .filter(field => versions[field] !== OWN_VERSIONS[field])
    .map(field => replayFailure('VERSION_MISMATCH', { event: 'manifest', field, expected: String(versions[field]), actual: String(OWN_VERSIONS[field]) })),
  changedRules: changedRules(versions),
});

type Bounds = Readonly<{ fromHour: HourUtc; toHour: HourUtc; end: HourUtc }>;

const requireInside = ({ name, startHour }: StoredRun, { fromHour, toHour, end }: Bounds, fromOption: '--from' | '--hour'): void => {
  const sealed = `Run ${name} has the hours from ${formatHour(startHour)} to ${formatHour(end)}, exclusive.`;
  if (fromHour < startHour || fromHour > end || (fromOption === '--hour' && fromHour === end)) throw usage(`${fromOption}: ${formatHour(fromHour)} lies outside the run.`, sealed);
  if (toHour < fromHour) throw usage('--to lies before --from.', '--from is inclusive, --to exclusive.');
  if (toHour > end) throw usage(`--to: ${formatHour(toHour)} lies outside the run.`, sealed);
};

const verdict = (failures: readonly ReplayFailure[]): Pick<ReplayReport, 'status' | 'parity' | 'failures'> => ({
  status: failures.length === 0 ? 'REPLAY PARITY: TRUE' : 'REPLAY PARITY: FALSE',
  parity: failures.length === 0,
  failures,
});

const manifestFailure = (run: StoredRun): ReplayFailure | null => {
  const actual = sha256Hex(run.manifestText);
  if (actual === run.genesis) return null;
  return replayFailure('MANIFEST_MISMATCH', { field: 'genesis', expected: run.genesis, actual });
};

type Replay = Readonly<{ run: StoredRun; desk: Desk; fromHour: HourUtc; toHour: HourUtc; onProgress: (hours: number) => void }>;
type Replayed = Readonly<{ failures: readonly ReplayFailure[]; hours: number; head: Digest | null; engineMs: number }>;

const replayHours = async (client: StoreClient, { run, desk, fromHour, toHour, onProgress }: Replay): Promise<Replayed> => {
  let progress: Progress = await progressAt(client, run, desk, fromHour);
  const counter = countSummary(desk, await conductStored(client, run));
  const trades: TradeRow[] = [];
  let engineMs = 0;
  const done = (failures: readonly ReplayFailure[]): Replayed => ({ failures, hours: progress.hour - fromHour, head: progress.previous, engineMs });
  const turn = turnTaker();
  for await (const block of readBlocks(client, run, desk, { fromHour, toHour })) {
    const candles = candleFailures(block);
    if (candles.length > 0) return done(candles);
    const byHour = new Map(block.stored.map(stored => [stored.hour, stored]));
    while (progress.hour < block.toHour) {
      const stored = byHour.get(progress.hour);
      const started = performance.now();
      const executed = executedOrNull(desk, progress, block, stored);
      engineMs += performance.now() - started;
      const failures = executed === null ? [unreadable(progress.hour)] : hourFailures(run, stored, executed);
      if (failures.length > 0) return done(executed === null ? failures : await withSlice(client, { run, desk, executed, failures }));
      counter.add(executed!);
      for (const step of executed!.steps) for (const decision of step.decisions) if (decision.type === 'lot_matched') trades.push(tradeRow(decision, progress.hour));
      progress = executed!.after;
      const turned = turn();
      if (turned !== undefined) await turned;
    }
    onProgress(progress.hour - fromHour);
  }
  const whole = fromHour === run.startHour && hoursAfter((await readHead(client, run)).hour, 1) === toHour;
  return done(whole && run.retention === 'backtest' ? await compareResults(client, run, { summary: counter.summary(), trades }) : []);
};

type Failed = Readonly<{ run: StoredRun; desk: Desk; executed: ExecutedHour; failures: readonly ReplayFailure[] }>;

/** A state after an hour that is not the one it was sealed with is told by its slice. */
const withSlice = async (client: StoreClient, { run, desk, executed, failures }: Failed): Promise<readonly ReplayFailure[]> => {
  const [failure] = failures;
  if (failure === undefined || !isStateAfterHour(failure, executed)) return failures;
  const lastHour = (await readHead(client, run)).hour;
  return [{ ...failure, ...(await sliceOfFailure(client, run, { desk, after: executed.after, lastHour })) }];
};

/** Of the steps before the last no state is kept anywhere. */
const isStateAfterHour = ({ code, field, step }: ReplayFailure, { steps }: ExecutedHour): boolean =>
  code === 'RECORD_MISMATCH' && (field === 'state' || (field === 'stateDigest' && step === steps.length - 1));

/** A stored fact that cannot be read ends the replay as a failure, not as a crash. */
const executedOrNull = (desk: Desk, progress: Progress, block: Block, stored: StoredHour | undefined): ExecutedHour | null => {
  try {
    return reexecuteHour(desk, progress, block, stored);
  } catch {
    return null;
  }
};

const unreadable = (hour: HourUtc): ReplayFailure =>
  replayFailure('UNREADABLE', { hour: formatHour(hour), event: 'fact', field: 'bytes', expected: 'recorded facts that core can consume', actual: 'facts that cannot be read or contradict the state' });

const candleFailures = ({ columns }: Block): readonly ReplayFailure[] =>
  columns.flatMap(digestMismatches).map(({ series, openMs, expected, actual }) =>
    replayFailure('CANDLE_MISMATCH', {
      hour: formatHour(hourContaining(openMs)),
      event: `candle ${series.symbol} ${series.timeframe} ${formatTime(openMs)}`,
      field: 'digest of open, high, low, close, volume',
      expected: actual,
      actual: expected,
    }),
  );

const hourFailures = (run: StoredRun, stored: StoredHour | undefined, executed: ExecutedHour): readonly ReplayFailure[] => {
  const { hour } = executed.sealed;
  if (stored === undefined) return [replayFailure('HOUR_MISSING', { hour: formatHour(hour), event: 'hour record', field: 'presence', expected: 'a sealed hour', actual: null })];
  const events = run.keep === 'full' ? eventFailures(stored, executed) : [];
  if (events.length > 0) return events;
  const { hash, text } = executed.sealed;
  if (stored.hash === hash && stored.text === text) return [];
  return [recordFailure(hour, { expected: stored.text, actual: text }) ?? replayFailure('HOUR_HASH_MISMATCH', { hour: formatHour(hour), event: 'hour record', field: 'hash', expected: stored.hash, actual: hash })];
};

const NO_TEXTS: StepTexts = { factTexts: [], decisionTexts: [] };

const eventFailures = (stored: StoredHour, executed: ExecutedHour): readonly ReplayFailure[] => {
  const { hour } = executed.sealed;
  for (const [step, actual] of executed.steps.entries()) {
    const recorded = stored.steps.find(candidate => candidate.step === step);
    const expected = recorded === undefined ? NO_TEXTS : { factTexts: recorded.facts.map(({ text }) => text), decisionTexts: recorded.decisionTexts };
    const event = eventFailure({ hour, step }, { expected, actual });
    if (event !== null) return [event];
    const state = stateAfter(executed, step);
    if (recorded?.stateDigest !== state) {
      return [replayFailure('RECORD_MISMATCH', { hour: formatHour(hour), step, event: `step ${hour}.${step}`, field: 'stateDigest', expected: recorded?.stateDigest ?? null, actual: state })];
    }
  }
  return [];
};

/** The hour record has the digest after the last step already. */
const stateAfter = ({ steps, sealed }: ExecutedHour, step: number): Digest => (step === steps.length - 1 ? sealed.record.state : stateDigest(steps[step]!.state));
