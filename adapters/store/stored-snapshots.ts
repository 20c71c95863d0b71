/** The snapshots that are kept of a run, beside the state that each of their hours was sealed with. What the bytes mean is core's matter. */
import type pg from 'pg';
import type { Digest, HourUtc } from '../../core/kernel/units.ts';
import type { RunKey, Snapshot } from './recorded-step.ts';

/** `sealed` is the record of the hour that the snapshot says it is of; null where there is none. */
export type StoredSnapshot = Snapshot & Readonly<{ recordText: string | null }>;

const NEXT = `
  SELECT snapshot.hour, encode(snapshot.digest, 'hex') AS digest, snapshot.bytes, hour_record.record
  FROM tb_cache.snapshot LEFT JOIN tb.hour_record ON hour_record.retention = $2 AND hour_record.run_id = snapshot.run_id AND hour_record.hour = snapshot.hour
  WHERE snapshot.run_id = $1 AND snapshot.hour > $3 ORDER BY snapshot.hour LIMIT 16`;

type Row = Readonly<{ hour: HourUtc; digest: Digest; bytes: Buffer; record: Buffer | null }>;

/** Every snapshot of a run, in order of hours, a few at a time: a state may be large. */
export async function* readSnapshots(client: pg.ClientBase, { id, retention }: RunKey): AsyncGenerator<StoredSnapshot, void, void> {
  let after = -2_147_483_648;
  for (;;) {
    const { rows } = await client.query<Row>(NEXT, [id, retention, after]);
    for (const { hour, digest, bytes, record } of rows) yield { hour, digest, bytes, recordText: record === null ? null : record.toString('utf8') };
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.hour;
  }
}

/** The first hour of the run that was sealed with this state; null where none was. */
export const hourSealedWith = async (client: pg.ClientBase, { id, retention }: RunKey, state: Digest): Promise<HourUtc | null> => {
  const { rows } = await client.query<{ hour: HourUtc }>(
    `SELECT hour FROM tb.hour_record WHERE retention = $1 AND run_id = $2 AND position(convert_to($3, 'UTF8') IN record) > 0 ORDER BY hour LIMIT 1`,
    [retention, id, `"state":"${state}"`],
  );
  return rows[0]?.hour ?? null;
};
