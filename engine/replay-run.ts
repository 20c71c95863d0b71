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
import { firstDivergence } from '../core/replay.ts';
import { stateDigest } from '../core/state.ts';
import type { Divergence, ReadJson } from '../core/replay.ts';
import { compareResults } from './compare-results.ts';
import { conductStored } from './conduct.ts';
import type { FailureCode, ReplayFailure } from './replay-failure.ts';
import { EXIT, Problem, usage } from './problem.ts';
import { BLOCK_HOURS, readBlock, reexecuteHour } from './reexecute.ts';
import type { Block } from './reexecute.ts';
import { deskOfRun, progressAt } from './resume.ts';
import { readHead } from './run-head.ts';
import { countSummary, tradeRow } from './run-summary.ts';
import type { TradeRow } from './run-summary.ts';

export type ReplayReport = Readonly<{
  status: 'REPLAY PARITY: TRUE' | 'REPLAY PARITY: FALSE' | 'NO TARGETS';
  parity: boolean;
  run: string;
  from: string | null;
  to: string | null;
  hours: number;
  symbolHours: number;
  head: Digest | null;
  failures: readonly ReplayFailure[];
  engineMs: number;
}>;

/** Stored text as JSON; undefined where a tamperer left no JSON. */
export const readJson: ReadJson = text => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** `fromOption` names the option that a refused hour came from. */
export type ReplayWindow = Readonly<{ fromHour: HourUtc | null; toHour: HourUtc | null; fromOption?: '--from' | '--hour'; onProgress: (hours: number) => void }>;

/** What makes a run unreplayable, such as an opening or a strategy that is gone, is a failure of the replay and no end of it. */
export const replayRun = (client: StoreClient, run: StoredRun, window: ReplayWindow): Promise<ReplayReport> =>
  replayWindow(client, run, window).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.exit !== EXIT.mismatch) throw error;
    const [from, to] = [window.fromHour ?? run.startHour, window.toHour].map(hour => (hour === null ? null : formatHour(hour))) as [string, string | null];
    const failure = { ...NOWHERE, code: 'UNREADABLE', severity: 'CRITICAL', field: 'run', expected: null, actual: `${error.message} ${error.hint}`.trim() } as const;
    return { run: run.name, from, to, ...verdict([failure]), hours: 0, symbolHours: 0, head: null, engineMs: 0 };
  });

const replayWindow = async (client: StoreClient, run: StoredRun, window: ReplayWindow): Promise<ReplayReport> => {
  const head = await readHead(client, run);
  const end = hoursAfter(head.hour, 1);
  const fromHour = window.fromHour ?? run.startHour;
  const toHour = window.toHour ?? end;
  requireInside(run, { fromHour, toHour, end }, window.fromOption ?? '--from');
  const bounds = { run: run.name, from: formatHour(fromHour), to: formatHour(toHour) };
  if (fromHour >= toHour) return { ...bounds, status: 'NO TARGETS', parity: false, hours: 0, symbolHours: 0, head: null, failures: [], engineMs: 0 };
  const manifest = manifestFailure(run);
  if (manifest !== null) return { ...bounds, ...verdict([manifest]), hours: 0, symbolHours: 0, head: null, engineMs: 0 };
  const desk = await deskOfRun(run);
  const replayed = await replayHours(client, { run, desk, fromHour, toHour, onProgress: window.onProgress });
  const { hours } = replayed;
  return { ...bounds, ...verdict(replayed.failures), hours, symbolHours: hours * desk.symbols.length, head: replayed.head, engineMs: replayed.engineMs };
};

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
  return { ...NOWHERE, code: 'MANIFEST_MISMATCH', severity: 'CRITICAL', field: 'genesis', expected: run.genesis, actual };
};

const NOWHERE = { hour: null, step: null, event: null } as const;

type Replay = Readonly<{ run: StoredRun; desk: Desk; fromHour: HourUtc; toHour: HourUtc; onProgress: (hours: number) => void }>;
type Replayed = Readonly<{ failures: readonly ReplayFailure[]; hours: number; head: Digest | null; engineMs: number }>;

const replayHours = async (client: StoreClient, { run, desk, fromHour, toHour, onProgress }: Replay): Promise<Replayed> => {
  let progress: Progress = await progressAt(client, run, desk, fromHour);
  const counter = countSummary(desk, await conductStored(client, run));
  const trades: TradeRow[] = [];
  let engineMs = 0;
  const done = (failures: readonly ReplayFailure[]): Replayed => ({ failures, hours: progress.hour - fromHour, head: progress.previous, engineMs });
  while (progress.hour < toHour) {
    const until = Math.min(toHour, progress.hour + BLOCK_HOURS) as HourUtc;
    const block = await readBlock(client, run, desk, { fromHour: progress.hour, toHour: until });
    const candles = candleFailures(block);
    if (candles.length > 0) return done(candles);
    const byHour = new Map(block.stored.map(stored => [stored.hour, stored]));
    while (progress.hour < until) {
      const stored = byHour.get(progress.hour);
      const started = performance.now();
      const executed = executedOrNull(desk, progress, block, stored);
      engineMs += performance.now() - started;
      const failures = executed === null ? [unreadable(progress.hour)] : hourFailures(run, stored, executed);
      if (failures.length > 0) return done(failures);
      counter.add(executed!);
      for (const step of executed!.steps) for (const decision of step.decisions) if (decision.type === 'lot_matched') trades.push(tradeRow(decision, progress.hour));
      progress = executed!.after;
    }
    onProgress(progress.hour - fromHour);
  }
  const whole = fromHour === run.startHour && hoursAfter((await readHead(client, run)).hour, 1) === toHour;
  return done(whole && run.retention === 'backtest' ? await compareResults(client, run, { summary: counter.summary(), trades }) : []);
};

/** A stored fact that cannot be read ends the replay as a failure, not as a crash. */
const executedOrNull = (desk: Desk, progress: Progress, block: Block, stored: StoredHour | undefined): ExecutedHour | null => {
  try {
    return reexecuteHour(desk, progress, block, stored);
  } catch {
    return null;
  }
};

const unreadable = (hour: HourUtc): ReplayFailure => ({
  code: 'UNREADABLE',
  severity: 'CRITICAL',
  hour: formatHour(hour),
  step: null,
  event: 'fact',
  field: 'bytes',
  expected: 'recorded facts that core can consume',
  actual: 'facts that cannot be read or contradict the state',
});

const candleFailures = ({ columns }: Block): readonly ReplayFailure[] =>
  columns.flatMap(digestMismatches).map(({ series, openMs, expected, actual }) => ({
    code: 'CANDLE_MISMATCH',
    severity: 'CRITICAL',
    hour: formatHour(hourContaining(openMs)),
    step: null,
    event: `candle ${series.symbol} ${series.timeframe} ${formatTime(openMs)}`,
    field: 'digest of open, high, low, close, volume',
    expected: actual,
    actual: expected,
  }));

const VENUE_FACT = /^order_/;

const hourFailures = (run: StoredRun, stored: StoredHour | undefined, executed: ExecutedHour): readonly ReplayFailure[] => {
  const { hour } = executed.sealed;
  const at = { hour: formatHour(hour), step: null } as const;
  if (stored === undefined) {
    return [{ ...at, code: 'HOUR_MISSING', severity: 'CRITICAL', event: 'hour record', field: 'presence', expected: 'a sealed hour', actual: null }];
  }
  const events = run.keep === 'full' ? eventFailures(stored, executed) : [];
  if (events.length > 0) return events;
  if (stored.hash !== executed.sealed.hash || stored.text !== executed.sealed.text) return [recordFailure(stored, executed)];
  return [];
};

const eventFailures = (stored: StoredHour, executed: ExecutedHour): readonly ReplayFailure[] => {
  const { hour } = executed.sealed;
  for (const [step, { factTexts, decisionTexts }] of executed.steps.entries()) {
    const recorded = stored.steps.find(candidate => candidate.step === step);
    const facts = firstDivergence({ what: 'fact', hour, step }, { expected: recorded?.facts.map(({ text }) => text) ?? [], actual: factTexts }, readJson);
    if (facts !== null) return [divergenceFailure(facts, VENUE_FACT.test(facts.event) ? 'VENUE_MISMATCH' : 'FACT_MISMATCH')];
    const decisions = firstDivergence({ what: 'decision', hour, step }, { expected: recorded?.decisionTexts ?? [], actual: decisionTexts }, readJson);
    if (decisions !== null) return [divergenceFailure(decisions, 'DECISION_MISMATCH')];
    const state = stateAfter(executed, step);
    if (recorded?.stateDigest !== state) {
      return [{ code: 'RECORD_MISMATCH', severity: 'CRITICAL', hour: formatHour(hour), step, event: `step ${hour}.${step}`, field: 'stateDigest', expected: recorded?.stateDigest ?? null, actual: state }];
    }
  }
  return [];
};

/** The hour record has the digest after the last step already. */
const stateAfter = ({ steps, sealed }: ExecutedHour, step: number): Digest => (step === steps.length - 1 ? sealed.record.state : stateDigest(steps[step]!.state));

const divergenceFailure = ({ hour, step, seq, event, field, expected, actual }: Divergence, code: FailureCode): ReplayFailure => ({
  code,
  severity: 'HIGH',
  hour: formatHour(hour),
  step,
  event: `${event} ${hour}.${step}.${seq}`,
  field,
  expected,
  actual,
});

/** Which field of the hour record differs: state, a root, a count; or the chain, when the record itself is equal. */
const recordFailure = (stored: StoredHour, executed: ExecutedHour): ReplayFailure => {
  const { hour, text, hash } = executed.sealed;
  const found = firstDivergence({ what: 'record', hour, step: 0 }, { expected: [stored.text], actual: [text] }, readJson);
  const at = { hour: formatHour(hour), step: null, event: 'hour record', severity: 'CRITICAL' } as const;
  if (found === null) return { ...at, code: 'HOUR_HASH_MISMATCH', field: 'hash', expected: stored.hash, actual: hash };
  return { ...at, code: 'RECORD_MISMATCH', field: found.field, expected: found.expected, actual: found.actual };
};

