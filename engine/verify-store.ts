/**
 * Verifies runs and candles as stored, without executing anything; one run, or everything in the store. Signed checkpoints
 * say how far a log is anchored; events that a checkpoint covers are read again only when everything is asked for.
 */
import type { StoreAddress, StoreClient } from '../adapters/store/connection.ts';
import { readEnvelopeText } from '../adapters/store/read-envelope.ts';
import { findRun, listRuns } from '../adapters/store/runs.ts';
import type { ListedRun } from '../adapters/store/runs.ts';
import { openVerifyPool, readInKeyOrder, verifyCandles, verifyRun } from '../adapters/store/verify.ts';
import type { Finding, VerifyPool } from '../adapters/store/verify.ts';
import { verifyBalances, verifyChunks } from '../adapters/store/verify-caches.ts';
import { compareCatalogs, verifyMigrations } from '../adapters/store/verify-schema.ts';
import { formatHour, hoursAfter } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { readExpectedCatalog, readSchemaFiles } from '../schema/schema-files.ts';
import { readStoreCatalog } from '../schema/store-catalog.ts';
import { manifestOfText } from '../schema/wire/manifest-text.ts';
import { envelopeOfText } from '../schema/wire/seal-text.ts';
import { hourOfLeaf, isSignedAnew } from './anchors.ts';
import type { Anchor } from './anchors.ts';
import { failureOf } from './failure-of-finding.ts';
import type { Failure } from './failure-of-finding.ts';
import { requireRun } from './find-run.ts';
import { anchorRun, lostRuns, strangeFiles } from './verify-anchors.ts';
import type { Evidence, LostRun } from './verify-anchors.ts';
import { verifySnapshots } from './verify-snapshots.ts';

export type LocatedFinding = Finding & Readonly<{ run: string | null; failure: Failure }>;

/** How far a run is anchored, and by which checkpoint. */
export type RunAnchor = Readonly<{ file: string; signers: readonly string[]; size: number; through: string }>;

export type VerifiedRun = Readonly<{
  run: string;
  mode: string;
  from: string;
  to: string;
  hours: number;
  head: string | null;
  findings: number;
  anchor: RunAnchor | null;
  /** The first hour whose events were read; null where the anchor covers them all. */
  eventsFrom: string | null;
}>;

export type VerifyStatus = 'CHAIN OK, ANCHORED' | 'CHAIN OK, UNANCHORED' | 'CHAIN BROKEN' | 'NO TARGETS';

export type VerifyReport = Readonly<{
  status: VerifyStatus;
  verified: boolean;
  /** True where a believed checkpoint anchors every run that was looked at. */
  anchored: boolean;
  runs: readonly VerifiedRun[];
  /** Backtests that were dropped after they had been signed. */
  dropped: readonly string[];
  hours: number;
  facts: number;
  decisions: number;
  candles: number;
  findings: readonly LocatedFinding[];
}>;

/** Null evidence looks for no checkpoint. `full` reads every event and the schema; threads read on connections of their own. */
export type VerifyRequest = Readonly<{
  run: string | null;
  requireAnchor: boolean;
  onProgress: (done: number) => void;
  full?: boolean;
  /** Bytes, roots and chains alone; what columns say of events is not compared. */
  sealed?: boolean;
  evidence?: Evidence | null;
  threads?: Readonly<{ address: StoreAddress; count: number }> | null;
}>;

export const verifyStore = async (client: StoreClient, request: VerifyRequest): Promise<VerifyReport> => {
  const { threads = null } = request;
  if (threads === null) return verifyAll(client, request, null);
  // Everything is read as it is at one moment, whoever appends meanwhile.
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await readInKeyOrder(client);
    if (threads.count < 2) return await verifyAll(client, request, null);
    const { rows } = await client.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
    const pool = openVerifyPool({ address: threads.address, snapshot: rows[0]!.snapshot, threads: threads.count });
    return await verifyAll(client, request, pool).finally(pool.close);
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
};

const verifyAll = async (client: StoreClient, request: VerifyRequest, pool: VerifyPool | null): Promise<VerifyReport> => {
  const { run, requireAnchor, full = false, evidence = null } = request;
  const findings: LocatedFinding[] = [];
  const reportFor = (name: string | null) => (finding: Finding): void => void findings.push({ ...finding, run: name, failure: failureOf(finding) });
  await verifyMigrations(client, readSchemaFiles().migrations, reportFor(null));
  if (full) compareCatalogs({ expected: readExpectedCatalog(), actual: await readStoreCatalog(client) }, reportFor(null));
  const { targets, lost } = await targetsOf(client, run, evidence);
  for (const { finding, name } of lost) if (finding !== null) reportFor(name)(finding);
  if (evidence !== null) (await strangeFiles(client, evidence)).forEach(reportFor(null));
  const sums = { hours: 0, facts: 0, decisions: 0, candles: 0 };
  const checked: CheckedRun[] = [];
  for (const target of targets) {
    const before = findings.length;
    const one = await verifyTarget(client, target, { request, pool, done: sums.hours, report: reportFor(target.name) });
    for (const name of ['hours', 'facts', 'decisions'] as const) sums[name] += one.tally[name];
    if (requireAnchor && one.anchor === null) reportFor(target.name)(unanchored(target));
    checked.push({ ...one, findings: findings.length - before });
  }
  // Candles that every run saw before its anchor were read when it was signed.
  const ingestAfter = full || checked.length === 0 ? 0 : Math.min(...checked.map(one => one.ingestThrough));
  sums.candles = await verifyCandles(client, reportFor(null), { symbols: symbolsOf(run === null ? null : targets), ingestAfter }, pool);
  if (full) {
    await verifyChunks(client, reportFor(null), symbolsOf(run === null ? null : targets));
    for (const id of run === null ? [null] : targets.map(one => one.id)) await verifyBalances(client, reportFor, id);
  }
  const runs = checked.map(one => verifiedRun(one));
  const dropped = lost.filter(one => one.dropped).map(({ name }) => name);
  return { ...verdict({ runs, findings, candles: sums.candles }), runs, dropped, ...sums, findings };
};

type Judged = Readonly<{ runs: readonly VerifiedRun[]; findings: readonly LocatedFinding[]; candles: number }>;

const verdict = ({ runs, findings, candles }: Judged): Pick<VerifyReport, 'status' | 'verified' | 'anchored'> => {
  const anchored = runs.length > 0 && runs.every(({ anchor }) => anchor !== null) && !findings.some(isSignedAnew);
  const intact = findings.every(finding => finding.code === 'UNANCHORED' || isSignedAnew(finding));
  const status = !intact ? 'CHAIN BROKEN' : runs.length === 0 && candles === 0 ? 'NO TARGETS' : anchored ? 'CHAIN OK, ANCHORED' : 'CHAIN OK, UNANCHORED';
  return { status, anchored, verified: findings.length === 0 && status !== 'NO TARGETS' };
};

const unanchored = ({ name }: ListedRun): Finding => ({ code: 'UNANCHORED', table: 'checkpoint', key: `run=${name}`, column: null, expected: 'a checkpoint signed by a key that is believed', actual: null });

type Tally = Awaited<ReturnType<typeof verifyRun>>;
/** `ingestThrough` is the latest import that the anchor covers. */
type CheckedRun = Readonly<{ target: ListedRun; tally: Tally; anchor: Anchor | null; eventsFrom: HourUtc | null; ingestThrough: number; findings: number }>;
type Watch = Readonly<{ request: VerifyRequest; pool: VerifyPool | null; done: number; report: (finding: Finding) => void }>;

const verifyTarget = async (client: StoreClient, target: ListedRun, { request, pool, done, report }: Watch): Promise<Omit<CheckedRun, 'findings'>> => {
  const { onProgress, full = false, sealed = false, evidence = null } = request;
  const anchored = evidence === null ? null : await anchorRun(client, target, evidence);
  anchored?.findings.forEach(report);
  const anchor = anchored?.anchor ?? null;
  const eventsFrom = full || anchor === null ? null : hourOfLeaf(target.startHour, anchor.size);
  const tally = await verifyRun(client, target.name, report, { progress: hours => onProgress(done + hours), eventsFrom, sealed, pool });
  (await verifySnapshots(client, target)).forEach(report);
  return { target, tally, anchor, eventsFrom, ingestThrough: anchor === null ? 0 : await ingestThrough(client, target, anchor) };
};

/** Zero where the envelope cannot be read: then every import counts as not covered. */
const ingestThrough = async (client: StoreClient, target: ListedRun, { size }: Anchor): Promise<number> => {
  try {
    return envelopeOfText((await readEnvelopeText(client, target, hourOfLeaf(target.startHour, size - 1))) ?? '').ingestThrough;
  } catch {
    return 0;
  }
};

const verifiedRun = ({ target, tally, anchor, eventsFrom, findings }: CheckedRun): VerifiedRun => {
  const { name, mode, startHour, head } = target;
  const to = head === null ? startHour : hoursAfter(head.hour, 1);
  return {
    run: name,
    mode,
    from: formatHour(startHour),
    to: formatHour(to),
    hours: tally.hours,
    head: head?.hash ?? null,
    findings,
    anchor: anchor === null ? null : { file: anchor.path, signers: anchor.signers, size: anchor.size, through: formatHour(hourOfLeaf(startHour, anchor.size - 1)) },
    eventsFrom: eventsFrom !== null && eventsFrom >= to ? null : formatHour(eventsFrom ?? startHour),
  };
};

type Targets = Readonly<{ targets: readonly ListedRun[]; lost: readonly LostRun[] }>;

/** A run that only its checkpoints remember can be named like any other. */
const targetsOf = async (client: StoreClient, name: string | null, evidence: Evidence | null): Promise<Targets> => {
  const runs = await listRuns(client);
  const lost = evidence === null ? [] : await lostRuns(client, runs, evidence);
  if (name === null) return { targets: runs, lost };
  const found = await findRun(client, name);
  const lostByName = lost.filter(one => one.name === name || one.id === name);
  if (found === null && lostByName.length > 0) return { targets: [], lost: lostByName };
  const { id } = found ?? (await requireRun(client, name));
  return { targets: runs.filter(run => run.id === id), lost: [] };
};

/** Null verifies every series; a run is verified with the series of its universe. A damaged manifest names none. */
const symbolsOf = (targets: readonly ListedRun[] | null): readonly string[] | null => {
  if (targets === null) return null;
  return targets.flatMap(({ manifestText }) => {
    try {
      return manifestOfText(manifestText).universe.map(({ symbol }) => symbol);
    } catch {
      return [];
    }
  });
};

const HOUR_IN_KEY = /(?:^| )hour=(-?\d{1,7})\b/;

/** The hour that a finding is about, or the first of several; null where its row belongs to none. */
export const hourOfFinding = ({ key }: Finding): string | null => {
  const hour = HOUR_IN_KEY.exec(key)?.[1];
  return hour === undefined ? null : formatHour(Number(hour) as HourUtc);
};
