/**
 * What a verifier makes of planted damage: nothing, something, or its place. The place is the row, by table and key, and the
 * column where one value changed; of an event that no column repeats, the hour is all that a root can tell.
 */
import type { StoreClient } from '../../adapters/store/connection.ts';
import { findRun, listRuns } from '../../adapters/store/runs.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import type { Finding } from '../../adapters/store/verify.ts';
import { verifyRunRow } from '../../adapters/store/verify-run-row.ts';
import { stretchVerifier } from '../../adapters/store/verify-stretch.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { replayRun } from '../../engine/replay-run.ts';
import type { Evidence } from '../../engine/verify-anchors.ts';
import { verifyStore } from '../../engine/verify-store.ts';
import type { Place, Plant } from './plant.ts';

/** How near the finding is. `replay`: only executing again can tell, and it named hour, event and field. */
export type Verdict = Readonly<{ located: 'row' | 'hour' | 'replay' | 'elsewhere' | 'undetected'; said: string }>;

/**
 * What is named instead where only another place can tell: a row that lost its key by those that referred to it, a value by
 * its digest, and the hash of the last envelope by its bytes, for there is no later one to say which of the two was changed.
 */
const WITNESSES: Readonly<Record<string, readonly string[]>> = {
  'run.id': ['envelope.*'],
  'inbox.run_id': ['fact.inbox_id'],
  'inbox.key': ['fact.inbox_id'],
  'inbox.*': ['fact.inbox_id'],
  'candle.series_id': ['ingest.added'],
  'candle.open_ms': ['candle.digest'],
  'candle.open': ['candle.digest'],
  'candle.high': ['candle.digest'],
  'candle.low': ['candle.digest'],
  'candle.close': ['candle.digest'],
  'candle.volume': ['candle.digest'],
  'envelope.hash': ['envelope.bytes'],
};

const matches = (found: string, named: string): boolean => {
  const [table, column] = named.split('.');
  return found === named || (column === '*' && found.startsWith(`${table}.`));
};

/** How near one finding comes. A witness in another table has a key of its own. */
const nearness = ({ table, column, key }: Finding, place: Place): Verdict['located'] => {
  const wanted = `${place.table}.${place.column ?? '*'}`;
  const found = `${table}.${column ?? '*'}`;
  const isWitness = (WITNESSES[wanted] ?? []).some(named => matches(found, named));
  const isPlace = table === place.table && (place.column === null || column === null || column === place.column);
  if (!isPlace && !isWitness) return 'elsewhere';
  const parts = key.split(' ');
  if ((isWitness && table !== place.table) || place.keys.some(wantedParts => wantedParts.every(part => parts.includes(part)))) return 'row';
  return place.hours.some(hour => parts.includes(`hour=${hour}`)) ? 'hour' : 'elsewhere';
};

const NEAREST = ['row', 'hour', 'elsewhere'] as const;
const nothingDone = (): void => undefined;

const nearest = (findings: readonly Finding[], place: Place): Verdict => {
  const found = findings.map(finding => nearness(finding, place));
  const located = NEAREST.find(one => found.includes(one)) ?? 'undetected';
  // What was said matters where it was beside the point.
  const said = located === 'row' || located === 'hour' ? [] : findings.slice(0, SAID_MAX).map(({ code, table, column, key }) => `${code} ${table}.${column ?? '*'} ${key}`);
  return { located, said: said.join('; ') };
};

const SAID_MAX = 6;

/** Whom this reader believes, and the runs of the store as they are without damage. */
export type Judging = Readonly<{ evidence: Evidence; runs: ReadonlyMap<string, StoredRun> }>;

/** What the check of one hour, or of the row of a run, says by itself. Chains are checked without events. */
const judgePart = async (client: StoreClient, run: StoredRun, { place, hour }: Readonly<{ place: Place; hour: number | null }>): Promise<Verdict> => {
  const findings: Finding[] = [];
  const report = (finding: Finding): void => void findings.push(finding);
  if (hour === null) await verifyRunRow(client, (await findRun(client, run.name))!, report);
  else await (await stretchVerifier(client, run))({ fromHour: hour as HourUtc, throughHour: hour as HourUtc, events: CHAINED.has(place.table) ? 'none' : 'all' }, report);
  return nearest(findings, place);
};

const CHAINED: ReadonlySet<string> = new Set(['hour_record', 'envelope']);

/** Looks at a store in which something is planted. */
const judge = async (client: StoreClient, { place, run, part, evidence: held = false }: Plant, { evidence, runs }: Judging): Promise<Verdict> => {
  const stored = run === null || part === undefined ? undefined : runs.get(run);
  if (stored !== undefined && part !== undefined) {
    const verdict = await judgePart(client, stored, { place, hour: part.hour });
    if (verdict.located === 'row' || verdict.located === 'hour') return verdict;
  }
  const { findings } = await verifyStore(client, { run, requireAnchor: false, full: false, evidence: held ? evidence : null, onProgress: nothingDone });
  const verdict = nearest(findings, place);
  return verdict.located === 'row' || verdict.located === 'hour' ? verdict : judgeByReplay(client, run, verdict);
};

/** What only executing again can tell is told by hour, event and field. */
const judgeByReplay = async (client: StoreClient, run: string | null, { located, said }: Verdict): Promise<Verdict> => {
  const shown = said === '' ? [] : [said];
  for (const one of (await listRuns(client)).filter(({ name }) => run === null || name === run)) {
    const { failures } = await replayRun(client, one, { fromHour: null, toHour: null, onProgress: nothingDone });
    if (failures.some(({ event, field }) => event !== null && field !== '')) return { located: 'replay', said: '' };
    shown.push(...failures.slice(0, SAID_MAX).map(({ code, event, field }) => `replay: ${code} ${event ?? ''} ${field}`));
    if (failures.length > 0) return { located: 'elsewhere', said: shown.join('; ') };
  }
  return { located, said: shown.join('; ') };
};

/** Plants, looks, and takes the damage out again. A verifier that gives up has not located anything. */
export const tryPlant = async (client: StoreClient, plant: Plant, judging: Judging): Promise<Verdict> => {
  try {
    await client.query(['BEGIN', ...plant.sql].join('; '));
    return await judge(client, plant, judging);
  } catch (error) {
    return { located: 'undetected', said: `crashed: ${String(error)}` };
  } finally {
    await client.query('ROLLBACK');
  }
};

/** The runs of a store without damage, by name. */
export const runsByName = async (client: StoreClient): Promise<Judging['runs']> => new Map((await listRuns(client)).map(run => [run.name, run]));
