/**
 * A run as it is stored, for replay and comparison: hours with their steps, facts and decisions as the bytes that were
 * hashed, in stretches, so that memory stays flat however long the run is. It judges nothing.
 */
import type pg from 'pg';
import { assert } from '../../core/kernel/assert.ts';
import type { Digest, HourUtc, TimeMs } from '../../core/kernel/units.ts';
import type { Fact } from '../../core/log.ts';
import { factOfText } from '../../schema/wire/fact-text.ts';
import { WireError } from '../../schema/wire/json-fields.ts';
import { hexAt, int4At, int8At, isNull, readTuples, textAt } from './copy-binary.ts';
import type { Tuple } from './copy-binary.ts';
import { prefetched } from './prefetched.ts';
import type { RunKey } from './recorded-step.ts';

/** Both inclusive. */
export type HourRange = Readonly<{ fromHour: HourUtc; throughHour: HourUtc }>;

export type StoredFact = Readonly<{ text: string; inboxId: number | null }>;

export type StoredStep = Readonly<{
  hour: HourUtc;
  step: number;
  facts: readonly StoredFact[];
  decisionTexts: readonly string[];
  stateDigest: Digest;
  ingestThrough: number;
  inboxThrough: number;
  executedAtMs: TimeMs;
}>;

/** `steps` is empty in a run that keeps a summary only. */
export type StoredHour = Readonly<{ hour: HourUtc; text: string; hash: Digest; steps: readonly StoredStep[] }>;

const STRETCH_HOURS = 480;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The condition for one run's rows in a stretch of hours, as text, for COPY takes no parameters. */
export const ofRun = ({ id, retention }: RunKey, { fromHour, throughHour }: HourRange): string => {
  assert(UUID.test(id), 'A run id is a UUID.');
  assert(Number.isSafeInteger(fromHour) && Number.isSafeInteger(throughHour), 'Hours are whole numbers.');
  return `retention = '${retention}' AND run_id = '${id}' AND hour BETWEEN ${fromHour} AND ${throughHour}`;
};

/** Consecutive stretches of at most `hours` hours. */
function* stretchesOf({ fromHour, throughHour }: HourRange, hours: number): Generator<HourRange, void, void> {
  for (let from: number = fromHour; from <= throughHour; from += hours) {
    yield { fromHour: from as HourUtc, throughHour: Math.min(throughHour, from + hours - 1) as HourUtc };
  }
}

/** Stored hours in order, in batches. The connection is the stream's until it ends. */
export const readStoredHours = (client: pg.ClientBase, run: RunKey, range: HourRange): AsyncGenerator<readonly StoredHour[], void, void> =>
  prefetched(hoursByStretch(client, run, range));

async function* hoursByStretch(client: pg.ClientBase, run: RunKey, range: HourRange): AsyncGenerator<readonly StoredHour[], void, void> {
  for (const stretch of stretchesOf(range, STRETCH_HOURS)) {
    const where = ofRun(run, stretch);
    const records = await all(readTuples(client, copyOf('hour_record', 'hour, hash, record', where, 'hour'), recordOf));
    if (records.length === 0) continue;
    const steps = await readSteps(client, where);
    yield records.map(record => ({ ...record, steps: steps.get(record.hour) ?? [] }));
  }
}

/** Hour records alone, in batches: what a check of stored hashes needs. */
export async function* readHourRecords(client: pg.ClientBase, run: RunKey, range: HourRange): AsyncGenerator<readonly Omit<StoredHour, 'steps'>[], void, void> {
  yield* readTuples(client, copyOf('hour_record', 'hour, hash, record', ofRun(run, range), 'hour'), recordOf);
}

/** Steps of a stretch by hour, also those of an hour that is not closed yet. */
const readSteps = async (client: pg.ClientBase, where: string): Promise<ReadonlyMap<HourUtc, readonly StoredStep[]>> => {
  type Filling = StoredStep & Readonly<{ facts: StoredFact[]; decisionTexts: string[] }>;
  const byHour = new Map<HourUtc, Filling[]>();
  // An event without its step is damage, which verify names; here it belongs to nothing.
  const at = (tuple: Tuple): Filling | undefined => byHour.get(int4At(tuple, 0) as HourUtc)?.find(({ step }) => step === int4At(tuple, 1));
  for await (const steps of readTuples(client, copyOf('hour_step', STEP_COLUMNS, where, 'hour, step'), stepOf)) {
    for (const step of steps) {
      const filling = { ...step, facts: [], decisionTexts: [] };
      byHour.set(step.hour, [...(byHour.get(step.hour) ?? []), filling]);
    }
  }
  await all(readTuples(client, copyOf('fact', 'hour, step, bytes, inbox_id', where, 'hour, step, seq'), tuple =>
    at(tuple)?.facts.push({ text: textAt(tuple, 2), inboxId: isNull(tuple, 3) ? null : int8At(tuple, 3) }),
  ));
  await all(readTuples(client, copyOf('decision', 'hour, step, bytes', where, 'hour, step, seq'), tuple => at(tuple)?.decisionTexts.push(textAt(tuple, 2))));
  return byHour;
};

/** The steps of one hour, whether it is closed or not. */
export const readStepsOfHour = async (client: pg.ClientBase, run: RunKey, hour: HourUtc): Promise<readonly StoredStep[]> =>
  (await readSteps(client, ofRun(run, { fromHour: hour, throughHour: hour }))).get(hour) ?? [];

const copyOf = (table: string, columns: string, where: string, order: string): string =>
  `COPY (SELECT ${columns} FROM tb.${table} WHERE ${where} ORDER BY ${order}) TO STDOUT (FORMAT binary)`;

const all = async <Row>(batches: AsyncGenerator<readonly Row[], void, void>): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for await (const batch of batches) for (const row of batch) rows.push(row);
  return rows;
};

const recordOf = (tuple: Tuple): Omit<StoredHour, 'steps'> => ({
  hour: int4At(tuple, 0) as HourUtc,
  hash: hexAt(tuple, 1) as Digest,
  text: textAt(tuple, 2),
});

const STEP_COLUMNS = 'hour, step, state_digest, ingest_through, inbox_through, executed_ms';

const stepOf = (tuple: Tuple): Omit<StoredStep, 'facts' | 'decisionTexts'> => ({
  hour: int4At(tuple, 0) as HourUtc,
  step: int4At(tuple, 1),
  stateDigest: hexAt(tuple, 2) as Digest,
  ingestThrough: int8At(tuple, 3),
  inboxThrough: int8At(tuple, 4),
  executedAtMs: int8At(tuple, 5) as TimeMs,
});

/** The facts of a step, typed. Throws WireError naming hour, step, place and field of one that cannot be read. */
export const typedFacts = ({ hour, step, facts }: StoredStep): readonly Fact[] =>
  facts.map(({ text }, seq) => {
    try {
      return factOfText(text);
    } catch (error) {
      if (error instanceof WireError) throw new WireError(error.field, error.why, `fact ${hour}.${step}.${seq}`);
      throw error;
    }
  });
