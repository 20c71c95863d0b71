/** Where a run stands: its last sealed hour, its last envelope, and what its last step could see. */
import type pg from 'pg';
import type { Digest, HourUtc } from '../../core/kernel/units.ts';
import type { RunKey } from './recorded-step.ts';

export type RunHead = Readonly<{
  /** Null before the first hour. */
  head: Readonly<{ hour: HourUtc; hash: Digest; recordText: string }> | null;
  /** The last envelope, which before the first hour is the opening one. */
  envelope: Readonly<{ hour: HourUtc; hash: Digest }>;
  /** Of the last step; 0 before the first. */
  ingestThrough: number;
  inboxThrough: number;
  /** The last step that is stored, of a closed hour or of the open one. */
  lastStep: Readonly<{ hour: HourUtc; step: number }> | null;
}>;

const HEAD = `
  SELECT head.hour, encode(head.hash, 'hex') AS hash, head.record,
    envelope.hour AS envelope_hour, encode(envelope.hash, 'hex') AS envelope_hash,
    last.hour AS last_hour, last.step AS last_step, COALESCE(last.ingest_through, 0) AS ingest_through, COALESCE(last.inbox_through, 0) AS inbox_through
  FROM (SELECT hour, hash FROM tb.envelope WHERE retention = $1 AND run_id = $2 ORDER BY hour DESC LIMIT 1) AS envelope
  LEFT JOIN LATERAL (SELECT hour, hash, record FROM tb.hour_record WHERE retention = $1 AND run_id = $2 ORDER BY hour DESC LIMIT 1) AS head ON true
  LEFT JOIN LATERAL (SELECT hour, step, ingest_through, inbox_through FROM tb.hour_step WHERE retention = $1 AND run_id = $2 ORDER BY hour DESC, step DESC LIMIT 1) AS last ON true`;

type HeadRow = Readonly<{
  hour: HourUtc | null;
  hash: Digest | null;
  record: Buffer | null;
  envelope_hour: HourUtc;
  envelope_hash: Digest;
  last_hour: HourUtc | null;
  last_step: number | null;
  ingest_through: number;
  inbox_through: number;
}>;

/** Null when the run is not stored. */
export const readHead = async (client: pg.ClientBase, run: RunKey): Promise<RunHead | null> => {
  const { rows } = await client.query<HeadRow>({ name: 'tb_head', text: HEAD, values: [run.retention, run.id] });
  const row = rows[0];
  if (row === undefined) return null;
  return {
    head: row.hour === null || row.hash === null || row.record === null ? null : { hour: row.hour, hash: row.hash, recordText: row.record.toString('utf8') },
    envelope: { hour: row.envelope_hour, hash: row.envelope_hash },
    ingestThrough: row.ingest_through,
    inboxThrough: row.inbox_through,
    lastStep: row.last_hour === null || row.last_step === null ? null : { hour: row.last_hour, step: row.last_step },
  };
};
