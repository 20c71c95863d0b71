/**
 * One stretch of a run's hours, checked on its own: both chains, and the events inside them. Whatever was checked before
 * does not matter, so stretches may be checked in any order and by several at once.
 */
import type pg from 'pg';
import type { HourUtc } from '../../core/kernel/units.ts';
import { manifestOfText } from '../../schema/wire/manifest-text.ts';
import type { Report } from './finding.ts';
import { ofRun } from './read-run.ts';
import type { HourRange } from './read-run.ts';
import type { StoredRun } from './runs.ts';
import { verifyArrivals } from './verify-arrivals.ts';
import { checkChains } from './verify-chain.ts';
import { newCommandCheck } from './verify-commands.ts';
import { verifyEvents } from './verify-events.ts';
import type { LineBuffers } from './verify-gathered.ts';
import { verifyMarkets } from './verify-markets.ts';
import type { Universe } from './verify-markets.ts';
import { TYPED_TABLES } from './verify-mirrors.ts';
import type { TypedTable } from './verify-mirrors.ts';
import { readable } from './verify-run-row.ts';
import { verifySealedEvents } from './verify-sealed.ts';

/** `none`: the chains alone. `sealed`: the events' bytes too. `all`: every column that follows from them as well. */
export type EventDepth = 'none' | 'sealed' | 'all';
export type StretchToVerify = HourRange & Readonly<{ events: EventDepth }>;
export type VerifyTally = Readonly<{ hours: number; facts: number; decisions: number; envelopes: number }>;
export type VerifyStretch = (stretch: StretchToVerify, report: Report) => Promise<VerifyTally>;

/**
 * Within the transaction rows are read along their keys, which is the order they are asked for in, never gathered and sorted:
 * the planner does not know that they lie in that order. It changes no answer.
 */
export const readInKeyOrder = async (client: pg.ClientBase): Promise<void> => {
  await client.query('SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off; SET LOCAL max_parallel_workers_per_gather = 0');
};

/** A check of the stretches of one run over one connection. */
export const stretchVerifier = async (client: pg.ClientBase, run: StoredRun): Promise<VerifyStretch> => {
  const commands = await newCommandCheck(client, run.id);
  const universe = universeOf(run);
  const empty = await emptyTables(client, run);
  const buffers: LineBuffers = new Map();
  return async (stretch, report) => {
    const { hours, envelopes } = await checkChains(client, run, stretch, report);
    const counted = { hours: hours.length, envelopes };
    if (stretch.events === 'none' || run.keep === 'summary') return { ...counted, facts: 0, decisions: 0 };
    if (stretch.events === 'sealed') return { ...counted, ...(await verifySealedEvents(client, ofRun(run, stretch), hours, report)) };
    const { facts, decisions, markets, arrivals } = await verifyEvents(client, run, { where: ofRun(run, stretch), hours, commands, empty, buffers }, report);
    await verifyMarkets(client, markets, universe, report);
    if (universe !== null) await verifyArrivals(client, arrivals, universe.timeframe, report);
    return { ...counted, facts, decisions };
  };
};

/** Typed tables in which the run has no row: most runs use few of them, and no stretch has to ask for the others. */
const emptyTables = async (client: pg.ClientBase, { id, retention }: StoredRun): Promise<ReadonlySet<TypedTable>> => {
  const looks = TYPED_TABLES.map(table => `EXISTS (SELECT FROM tb.${table} WHERE retention = $1 AND run_id = $2) AS ${table}`);
  const { rows } = await client.query<Readonly<Record<TypedTable, boolean>>>(`SELECT ${looks.join(', ')}`, [retention, id]);
  return new Set(TYPED_TABLES.filter(table => !rows[0]![table]));
};

const universeOf = (run: StoredRun): Universe | null => {
  const manifest = readable(() => manifestOfText(run.manifestText));
  return typeof manifest === 'string' ? null : { symbols: manifest.universe.map(({ symbol }) => symbol), timeframe: manifest.timeframe };
};

/** Longer than any answer of the server needs to be, short enough that a stretch is never much to hold. */
const HOURS_MAX = 1_440;
const HOURS_MIN = 24;
const EVENTS_AIM = 24_000;

/** How many hours make a stretch of a run with so many events an hour: as many events in each, whatever the run. */
export const stretchHours = (eventsPerHour: number): number => Math.max(HOURS_MIN, Math.min(HOURS_MAX, Math.ceil(EVENTS_AIM / Math.max(1, eventsPerHour))));

/** Cuts a stretch where its events begin to be asked for, so that neither part is both. */
export const cutAt = (range: HourRange, eventsFrom: HourUtc | null, depth: EventDepth): readonly StretchToVerify[] => {
  if (eventsFrom === null || eventsFrom <= range.fromHour) return [{ ...range, events: depth }];
  if (eventsFrom > range.throughHour) return [{ ...range, events: 'none' }];
  return [
    { fromHour: range.fromHour, throughHour: (eventsFrom - 1) as HourUtc, events: 'none' },
    { fromHour: eventsFrom, throughHour: range.throughHour, events: depth },
  ];
};
