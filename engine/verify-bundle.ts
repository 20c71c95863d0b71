/**
 * Verifies a bundle by itself: no store, no network. Every line, hash and chain is checked, every hour executed again, and
 * the last envelope led to a checkpoint, as far as somebody signed one whom the reader believes.
 */
import type { Trusted } from '../adapters/keys/trust.ts';
import type { Finding } from '../adapters/store/finding.ts';
import type { Desk } from '../core/desk.ts';
import { beginRun } from '../core/execute.ts';
import type { Progress } from '../core/execute.ts';
import { sha256Hex } from '../core/kernel/digest.ts';
import type { HashBytes } from '../core/kernel/digest.ts';
import { canonicalText } from '../core/kernel/canonical.ts';
import { formatHour, hoursAfter } from '../core/kernel/hours.ts';
import { leafDigestOfText, leafOfText } from '../core/kernel/merkle.ts';
import { auditPathLength, headOfAuditPath } from '../core/kernel/merkle-proof.ts';
import type { Digest, HourUtc } from '../core/kernel/units.ts';
import { decodeSnapshot } from '../core/snapshot.ts';
import { stateDigest } from '../core/state.ts';
import { manifestOfText } from '../schema/wire/manifest-text.ts';
import { hourRecordOfText } from '../schema/wire/seal-text.ts';
import { WireError } from '../schema/wire/json-fields.ts';
import { judgeCheckpoint } from './anchors.ts';
import type { Anchor } from './anchors.ts';
import { checkBundledHour } from './bundle-check.ts';
import type { ChainEnd } from './bundle-check.ts';
import { executeBundled } from './bundle-execution.ts';
import { bundleParts } from './bundle-hours.ts';
import type { BundledHour, BundlePart } from './bundle-hours.ts';
import { BundleError, readBundle } from './bundle-lines.ts';
import { digestOfSlice, snapshotOf } from './bundle-state.ts';
import { logNameOf } from './checkpoint-text.ts';
import { failureOf } from './failure-of-finding.ts';
import { ProofError, readHashes } from './packed-hashes.ts';
import { reducerIdentity } from './reducer-identity.ts';
import type { ReducerIdentity } from './reducer-identity.ts';
import { deskOf } from './strategies.ts';
import type { LocatedFinding, RunAnchor, VerifyReport } from './verify-store.ts';

/** `reducer` is the code that made the bundle; `executed` hours came out as recorded, by the code that runs here. */
export type BundleReport = VerifyReport & Readonly<{ bundle: Readonly<{ file: string; executed: number; reducer: ReducerIdentity | null; sameReducer: boolean }> }>;

type Opening = Extract<BundlePart, { part: 'opening' }>;
type CheckpointPart = Extract<BundlePart, { part: 'checkpoint' }>['checkpoint'];

/** What has been read so far. `progress` is null once something was found: every hour after it stands on that one. */
type Reading = {
  opening: Opening | null;
  desk: Desk | null;
  progress: Progress | null;
  end: ChainEnd | null;
  waiting: BundledHour[];
  /** Hashes of envelopes by their place in the log. */
  leaves: Map<number, HashBytes>;
  hours: number;
  executed: number;
  facts: number;
  decisions: number;
  candles: number;
  anchor: RunAnchor | null;
};

/** So many hours are executed at a time. */
const CHUNK_HOURS = 240;

export const verifyBundle = async (path: string, trusted: readonly Trusted[], onProgress: (hours: number) => void): Promise<BundleReport> => {
  const findings: LocatedFinding[] = [];
  const reading: Reading = { opening: null, desk: null, progress: null, end: null, waiting: [], leaves: new Map(), hours: 0, executed: 0, facts: 0, decisions: 0, candles: 0, anchor: null };
  const report = (finding: Finding): void => void findings.push({ ...finding, run: reading.end?.run?.name ?? null, failure: failureOf(finding) });
  try {
    for await (const part of bundleParts(readBundle(path))) {
      if (part.part === 'opening') await open(reading, part, report);
      else if (part.part === 'hour') takeHour(reading, part.hour, report);
      else {
        execute(reading, report);
        takeCheckpoint(reading, part.checkpoint, { path, trusted, report });
      }
      onProgress(reading.hours);
    }
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    report({ code: 'UNREADABLE', table: 'bundle', key: `line=${error.line}`, column: null, expected: null, actual: error.message });
  }
  execute(reading, report);
  return reportOf(path, reading, findings);
};

type Report = (finding: Finding) => void;

const open = async (reading: Reading, opening: Opening, report: Report): Promise<void> => {
  reading.opening = opening;
  const manifest = manifestOrNull(opening.manifestText, report);
  if (manifest === null) return;
  const genesis = sha256Hex(opening.manifestText);
  reading.desk = await deskOf(manifest, opening.source);
  const from = opening.header.from as HourUtc;
  reading.end = { genesis, previous: opening.state === null ? genesis : leafDigestOfText(canonicalText(opening.state.record)), envelope: null, run: null };
  if (from === manifest.startHour && opening.state === null) reading.progress = beginRun(reading.desk);
  else if (opening.state === null) report({ code: 'ROW_MISSING', table: 'snapshot', key: `hour=${from - 1}`, column: null, expected: 'the state before the first hour', actual: null });
  else reading.progress = startingAt(reading.desk, { state: opening.state, from }, report);
};

const manifestOrNull = (text: string, report: Report) => {
  try {
    return manifestOfText(text);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    report({ code: 'UNREADABLE', table: 'run', key: 'manifest', column: 'manifest', expected: null, actual: error.message });
    return null;
  }
};

type Start = Readonly<{ state: NonNullable<Opening['state']>; from: HourUtc }>;

/** The state that the first hour builds on: the one that the hour before it was sealed with, slice by slice. */
const startingAt = (desk: Desk, { state, from }: Start, report: Report): Progress | null => {
  const key = `hour=${from - 1}`;
  const text = canonicalText(state.record);
  try {
    const record = hourRecordOfText(text);
    const held = leafDigestOfHashes(state.slices.map(digestOfSlice));
    if (record.hour !== from - 1) report({ code: 'COLUMN_DIFFERS', table: 'hour_record', key, column: 'hour', expected: String(from - 1), actual: String(record.hour) });
    if (held !== record.state) report({ code: 'SNAPSHOT_FORGED', table: 'snapshot', key, column: 'bytes', expected: record.state, actual: held });
    const decoded = decodeSnapshot(desk, snapshotOf(state.slices));
    if (held !== record.state || record.hour !== from - 1) return null;
    if (stateDigest(decoded) !== held) throw new Error('its slices are not those of this run');
    return { hour: from, previous: leafDigestOfText(text), state: decoded };
  } catch (error) {
    report({ code: 'UNREADABLE', table: 'snapshot', key, column: 'bytes', expected: 'the state of the run', actual: error instanceof Error ? error.message : String(error) });
    return null;
  }
};

const leafDigestOfHashes = (digests: readonly string[]): Digest => sha256Hex(Buffer.concat([Uint8Array.of(0), ...digests.map(digest => Buffer.from(digest, 'hex'))]));

const takeHour = (reading: Reading, hour: BundledHour, report: Report): void => {
  reading.hours += 1;
  for (const { factTexts, decisionTexts, market } of hour.steps) {
    reading.facts += factTexts.length;
    reading.decisions += decisionTexts.length;
    reading.candles += market?.candles.length ?? 0;
  }
  const { desk, end } = reading;
  if (desk === null || end === null) return;
  const { timeframe } = desk.manifest;
  const tables = new Set<string>();
  reading.end = checkBundledHour(hour, end, { timeframe, lengthMs: desk.timeframeMs }, finding => {
    tables.add(finding.table);
    report(finding);
  });
  reading.leaves.set(hour.hour - desk.manifest.startHour + 1, leafOfText(hour.envelopeText));
  if (OF_MARKET.some(table => tables.has(table))) {
    // Without its candles the hour cannot be executed, and none after it.
    execute(reading, report);
    reading.progress = null;
    return;
  }
  reading.waiting.push(hour);
  // An hour whose hashes do not fit is executed at once: that names the event.
  if (tables.size > 0 || reading.waiting.length >= CHUNK_HOURS) execute(reading, report);
};

const OF_MARKET = ['candle', 'market_fact'];

/** Executes what is waiting, up to the first hour that comes out otherwise. */
const execute = (reading: Reading, report: Report): void => {
  const { desk, progress, waiting } = reading;
  reading.waiting = [];
  if (desk === null || progress === null || waiting.length === 0) return;
  const executed = executeBundled(desk, progress, waiting);
  reading.executed += executed.hours;
  reading.progress = executed.finding === null ? executed.progress : null;
  if (executed.finding !== null) report(executed.finding);
};

type Believed = Readonly<{ path: string; trusted: readonly Trusted[]; report: Report }>;

const takeCheckpoint = (reading: Reading, { checkpoint, digests, leaf }: CheckpointPart, { path, trusted, report }: Believed): void => {
  const { anchor, findings } = judgeCheckpoint({ path, text: checkpoint }, trusted, null);
  findings.forEach(report);
  const envelope = reading.leaves.get(leaf);
  const run = reading.end?.run ?? null;
  if (anchor === null || run === null || reading.desk === null) return;
  const at = { table: 'checkpoint', key: path } as const;
  const log = logNameOf(anchor.origin);
  if (log?.run !== run.run) return report({ ...at, code: 'COLUMN_DIFFERS', column: 'origin', expected: `tb/…/${run.run}`, actual: anchor.origin });
  if (envelope === undefined) return report({ ...at, code: 'COLUMN_DIFFERS', column: 'leaf', expected: 'an envelope of the bundle', actual: String(leaf) });
  const root = rootOf(anchor, { envelope, leaf, digests });
  if (root !== anchor.root) return report({ ...at, code: 'HISTORY_FORKED', column: 'root', expected: 'the root that was signed', actual: 'another: these envelopes are not the ones that were signed' });
  reading.anchor = { file: path, signers: anchor.signers, size: anchor.size, through: formatHour(hoursAfter(reading.desk.manifest.startHour, leaf - 1)) };
};

const rootOf = ({ size }: Anchor, { envelope, leaf, digests }: Readonly<{ envelope: HashBytes; leaf: number; digests: string }>): HashBytes | null => {
  try {
    const hashes = readHashes(digests);
    const path = hashes.take(auditPathLength({ index: leaf, size }));
    hashes.end();
    return headOfAuditPath({ leaf: envelope, index: leaf, size, path });
  } catch (error) {
    if (error instanceof ProofError) return null;
    throw error;
  }
};

const reportOf = (path: string, reading: Reading, findings: readonly LocatedFinding[]): BundleReport => {
  const { opening, desk, end, anchor, hours, facts, decisions, candles, executed } = reading;
  const intact = findings.length === 0 && executed === hours;
  const status = !intact ? 'CHAIN BROKEN' : hours === 0 ? 'NO TARGETS' : anchor !== null ? 'CHAIN OK, ANCHORED' : 'CHAIN OK, UNANCHORED';
  const from = (opening?.header.from ?? 0) as HourUtc;
  const own = reducerIdentity();
  const run = {
    run: end?.run?.name ?? '', mode: end?.run?.mode ?? '', from: formatHour(from), to: formatHour(hoursAfter(from, hours)), hours, head: end?.previous ?? null, findings: findings.length, anchor, eventsFrom: formatHour(from),
  };
  const reducer = opening?.header.reducer ?? null;
  return {
    status,
    verified: intact && hours > 0,
    anchored: anchor !== null,
    runs: desk === null ? [] : [run],
    dropped: [],
    hours,
    facts,
    decisions,
    candles,
    findings,
    bundle: { file: path, executed, reducer, sameReducer: reducer?.core === own.core },
  };
};
