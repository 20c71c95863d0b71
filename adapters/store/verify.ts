/**
 * Checks a stored run without executing anything: both chains, the roots, every typed row and every column that follows
 * from bytes. What it cannot know is whether the decisions were right; replay finds that out. It only reads.
 */
import type pg from 'pg';
import { assert } from '../../core/kernel/assert.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import type { Finding, Report } from './finding.ts';
import type { HourRange } from './read-run.ts';
import { findRun } from './runs.ts';
import type { StoredRun } from './runs.ts';
import { TYPED_TABLES } from './verify-mirrors.ts';
import type { Verified, VerifyPool } from './verify-pool.ts';
import { verifyReferences } from './verify-references.ts';
import { verifyRunRow } from './verify-run-row.ts';
import { cutAt, stretchHours, stretchVerifier } from './verify-stretch.ts';
import type { EventDepth, StretchToVerify, VerifyTally } from './verify-stretch.ts';

export type { Finding, FindingCode, Report } from './finding.ts';
export { verifyCandles } from './verify-candles.ts';
export { openVerifyPool } from './verify-pool.ts';
export type { VerifyPool } from './verify-pool.ts';
export { readInKeyOrder } from './verify-stretch.ts';

/** Called after every stretch with the hours done and those there are. */
export type VerifyProgress = (done: number, total: number) => void;

/**
 * `eventsFrom`: the first hour whose events are read; the chains are always checked whole. `sealed` leaves derived columns out.
 * `pool`: threads on the snapshot that the caller's own transaction is of.
 */
export type VerifyHow = Readonly<{ progress?: VerifyProgress; eventsFrom?: HourUtc | null; sealed?: boolean; pool?: VerifyPool | null }>;

/** Reports every finding about a run and returns what was looked at. Memory depends on the stretch, not on the run. */
export const verifyRun = async (client: pg.ClientBase, name: string, report: Report, how: VerifyHow = {}): Promise<VerifyTally> => {
  const { progress = () => undefined, eventsFrom = null, sealed = false, pool = null } = how;
  const run = await findRun(client, name);
  assert(run !== null, 'A run that is verified is stored.');
  await verifyRunRow(client, run, report);
  await verifyReferences(client, run, report);
  const extent = await readExtent(client, run);
  await reportHoles(client, run, extent, report);
  await reportStrays(client, run, extent, report);
  const tally = await checkStretches(client, run, { report, progress, eventsFrom, depth: sealed ? 'sealed' : 'all', pool, total: extent.last - run.startHour + 1 });
  await verifySummaries(client, run, extent, report);
  return tally;
};

/** `last` is the last sealed hour; the open hour after it may have steps already. */
type Extent = Readonly<{ last: HourUtc }>;

const readExtent = async (client: pg.ClientBase, run: StoredRun): Promise<Extent> => {
  const { rows } = await client.query<{ last: HourUtc | null }>(
    `SELECT GREATEST((SELECT max(hour) FROM tb.hour_record WHERE retention = $1 AND run_id = $2), (SELECT max(hour) FROM tb.envelope WHERE retention = $1 AND run_id = $2)) AS last`,
    [run.retention, run.id],
  );
  return { last: rows[0]!.last ?? ((run.startHour - 1) as HourUtc) };
};

const HOLES = (table: string): string => `
  SELECT before + 1 AS from_hour, hour - 1 AS through_hour FROM (
    SELECT hour, lag(hour, 1, $3::int - 1) OVER (ORDER BY hour) AS before FROM (
      SELECT hour FROM tb.${table} WHERE retention = $1 AND run_id = $2 AND hour BETWEEN $3::int AND $4::int
      UNION ALL SELECT $4::int + 1) AS hours) AS neighbours
  WHERE hour - before > 1 ORDER BY hour`;

/** Hours without a record or an envelope, a hole as one finding. */
const reportHoles = async (client: pg.ClientBase, run: StoredRun, { last }: Extent, report: Report): Promise<void> => {
  const holesIn = async (table: string, fromHour: number): Promise<void> => {
    const { rows } = await client.query<{ from_hour: number; through_hour: number }>(HOLES(table), [run.retention, run.id, fromHour, last]);
    for (const { from_hour, through_hour } of rows) {
      const key = from_hour === through_hour ? `hour=${from_hour}` : `hour=${from_hour}..${through_hour}`;
      report({ code: 'ROW_MISSING', table, key, column: null, expected: 'a row for every hour', actual: null });
    }
  };
  await holesIn('hour_record', run.startHour);
  await holesIn('envelope', run.startHour - 1);
};

const STRAYS_MAX = 20;

/** Rows of hours that the run does not have; in a run that keeps a summary every event is one. */
const reportStrays = async (client: pg.ClientBase, run: StoredRun, { last }: Extent, report: Report): Promise<void> => {
  const strayIn = async (table: string, columns: readonly string[], stray: string): Promise<void> => {
    const { rows } = await client.query<Readonly<Record<string, number>>>(
      `SELECT ${columns.join(', ')} FROM tb.${table} WHERE retention = $1 AND run_id = $2 AND ${stray} ORDER BY ${columns.join(', ')} LIMIT ${STRAYS_MAX}`,
      [run.retention, run.id],
    );
    for (const row of rows) {
      const key = columns.map(column => `${column}=${row[column]}`).join(' ');
      report({ code: 'ROW_UNEXPECTED', table, key, column: null, expected: null, actual: `an hour outside ${run.startHour}..${last}` });
    }
  };
  const event = ['hour', 'step', 'seq'];
  const eventHours = run.keep === 'summary' ? 'true' : `(hour < ${run.startHour} OR hour > ${last + 1})`;
  await strayIn('hour_record', ['hour'], `hour < ${run.startHour}`);
  await strayIn('envelope', ['hour'], `hour < ${run.startHour - 1}`);
  await strayIn('hour_step', ['hour', 'step'], eventHours);
  for (const table of ['fact', 'decision', ...TYPED_TABLES]) await strayIn(table, event, eventHours);
  await strayIn('trade', ['ordinal'], run.keep === 'summary' ? `(exit_hour < ${run.startHour} OR exit_hour > ${last})` : 'true');
};

type Watch = Readonly<{ report: Report; progress: VerifyProgress; total: number; eventsFrom: HourUtc | null; depth: EventDepth; pool: VerifyPool | null }>;

const checkStretches = async (client: pg.ClientBase, run: StoredRun, watch: Watch): Promise<VerifyTally> => {
  const density = await readDensity(client, run, watch.eventsFrom);
  const stretches = (await stretchesWithRows(client, run, stretchHours(density.perHour))).flatMap(range => cutAt(range, watch.eventsFrom, watch.depth));
  const tally = { hours: 0, facts: 0, decisions: 0, envelopes: 0 };
  for await (const verified of verifiedStretches(client, run, { stretches, pool: density.events >= PAYING_EVENTS[watch.depth] ? watch.pool : null })) {
    verified.findings.forEach(watch.report);
    for (const name of ['hours', 'facts', 'decisions', 'envelopes'] as const) tally[name] += verified.tally[name];
    watch.progress(tally.hours, watch.total);
  }
  return tally;
};

/** Below this many events threads take longer to start than they save: some quarter of a second each, while bytes alone take a few microseconds an event. */
const PAYING_EVENTS: Readonly<Record<EventDepth, number>> = { none: Number.POSITIVE_INFINITY, sealed: 300_000, all: 120_000 };

type Work = Readonly<{ stretches: readonly StretchToVerify[]; pool: VerifyPool | null }>;

async function* verifiedStretches(client: pg.ClientBase, run: StoredRun, { stretches, pool }: Work): AsyncGenerator<Verified, void, void> {
  if (pool !== null) return yield* pool.stretches(run, stretches);
  const verify = await stretchVerifier(client, run);
  for (const stretch of stretches) {
    const findings: Finding[] = [];
    yield { tally: await verify(stretch, finding => void findings.push(finding)), findings };
  }
}

/** How many events there are to read, by what the steps say of themselves; it decides about time and nothing else. */
const readDensity = async (client: pg.ClientBase, run: StoredRun, eventsFrom: HourUtc | null): Promise<Readonly<{ events: number; perHour: number }>> => {
  const { rows } = await client.query<{ events: number; hours: number }>(
    `SELECT COALESCE(sum(facts + decisions), 0)::int AS events, count(DISTINCT hour)::int AS hours FROM tb.hour_step WHERE retention = $1 AND run_id = $2 AND hour >= $3::int`,
    [run.retention, run.id, eventsFrom ?? run.startHour - 1],
  );
  const { events, hours } = rows[0]!;
  return { events, perHour: events / Math.max(1, hours) };
};

/** Only stretches that have rows: one row with an absurd hour must not make the check walk all hours up to it. */
const stretchesWithRows = async (client: pg.ClientBase, run: StoredRun, hours: number): Promise<readonly HourRange[]> => {
  const opening = run.startHour - 1;
  const select = (table: string): string =>
    `SELECT DISTINCT (hour - $3::int) / ${hours} AS stretch FROM tb.${table} WHERE retention = $1 AND run_id = $2 AND hour >= $3::int`;
  const { rows } = await client.query<{ stretch: number }>(
    `${select('hour_record')} UNION ${select('envelope')} UNION ${select('hour_step')} ORDER BY stretch`,
    [run.retention, run.id, opening],
  );
  return rows.map(({ stretch }) => {
    const from = opening + stretch * hours;
    return { fromHour: from as HourUtc, throughHour: (from + hours - 1) as HourUtc };
  });
};

/** What a summary says is replay's matter; that it is canonical text about a sealed hour is checked here. */
const verifySummaries = async (client: pg.ClientBase, run: StoredRun, { last }: Extent, report: Report): Promise<void> => {
  const { rows } = await client.query<{ through_hour: number; bytes: Buffer }>('SELECT through_hour, bytes FROM tb.run_summary WHERE retention = $1 AND run_id = $2', [run.retention, run.id]);
  for (const { through_hour, bytes } of rows) {
    const at = { table: 'run_summary', key: `through_hour=${through_hour}` };
    if (through_hour < run.startHour || through_hour > last) report({ code: 'ROW_UNEXPECTED', ...at, column: 'through_hour', expected: `${run.startHour}..${last}`, actual: String(through_hour) });
    if (!isCanonical(bytes.toString('utf8'))) report({ code: 'UNREADABLE', ...at, column: 'bytes', expected: 'canonical text', actual: bytes.toString('utf8').slice(0, 80) });
  }
};

const isCanonical = (text: string): boolean => {
  try {
    return canonicalText(JSON.parse(text)) === text;
  } catch {
    return false;
  }
};
