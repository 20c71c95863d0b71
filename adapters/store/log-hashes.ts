/**
 * The hashes of a run's envelopes and hours as they are stored: the leaves of its two logs. Thirty-two bytes a row and
 * nothing else is read, so a log of ten years comes in a few milliseconds.
 */
import type pg from 'pg';
import { HASH_LENGTH } from '../../core/kernel/digest.ts';
import type { HashBytes } from '../../core/kernel/digest.ts';
import { hoursAfter } from '../../core/kernel/hours.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { int4At, visitTuples } from './copy-binary.ts';
import { ofRun } from './read-run.ts';
import type { HourRange } from './read-run.ts';
import type { RunKey } from './recorded-step.ts';

export type LogTable = 'envelope' | 'hour_record';

/** Hashes of consecutive hours from `firstHour` on; what stands behind a hole is left out. */
export type StoredLeaves = Readonly<{ firstHour: HourUtc; leaves: readonly HashBytes[] }>;

/** The stored hashes from an hour on, up to the first hole. */
export const readLeaves = async (client: pg.ClientBase, run: RunKey, { table, fromHour, throughHour }: HourRange & Readonly<{ table: LogTable }>): Promise<StoredLeaves> => {
  const leaves: HashBytes[] = [];
  const where = ofRun(run, { fromHour, throughHour });
  await visitTuples(client, `COPY (SELECT hour, hash FROM tb.${table} WHERE ${where} ORDER BY hour) TO STDOUT (FORMAT binary)`, tuple => {
    const at = tuple.at[1]!;
    if (int4At(tuple, 0) === fromHour + leaves.length && tuple.length[1] === HASH_LENGTH) leaves.push(tuple.bytes.toString('latin1', at, at + HASH_LENGTH) as HashBytes);
  });
  return { firstHour: fromHour, leaves };
};

/** Hours beyond any that a run has. */
const LAST_HOUR = 2_147_483_646 as HourUtc;

/** The whole envelope log of a run, from the envelope that opens it on. */
export const readEnvelopeLeaves = (client: pg.ClientBase, run: RunKey & Readonly<{ startHour: HourUtc }>): Promise<StoredLeaves> =>
  readLeaves(client, run, { table: 'envelope', fromHour: hoursAfter(run.startHour, -1), throughHour: LAST_HOUR });

/** This store's own name, drawn when it was made. Null where the row is gone. */
export const readStoreId = async (client: pg.ClientBase): Promise<string | null> => {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM tb.store');
  return rows.length === 1 ? rows[0]!.id : null;
};
