/** One envelope or hour record as it is stored. */
import type pg from 'pg';
import type { HourUtc } from '../../core/kernel/units.ts';
import { int4At, textAt, visitTuples } from './copy-binary.ts';
import { ofRun } from './read-run.ts';
import type { HourRange } from './read-run.ts';
import type { RunKey } from './recorded-step.ts';

const read = async (client: pg.ClientBase, { id, retention }: RunKey, { table, column, hour }: Readonly<{ table: string; column: string; hour: HourUtc }>): Promise<string | null> => {
  const { rows } = await client.query<{ bytes: Buffer }>(`SELECT ${column} AS bytes FROM tb.${table} WHERE retention = $1 AND run_id = $2 AND hour = $3`, [retention, id, hour]);
  return rows[0]?.bytes.toString('utf8') ?? null;
};

/** The envelope of an hour; null where there is none. */
export const readEnvelopeText = (client: pg.ClientBase, run: RunKey, hour: HourUtc): Promise<string | null> => read(client, run, { table: 'envelope', column: 'bytes', hour });

/** The envelopes of a stretch by hour; one that is missing is absent. */
export const readEnvelopeTexts = async (client: pg.ClientBase, run: RunKey, range: HourRange): Promise<ReadonlyMap<number, string>> => {
  const texts = new Map<number, string>();
  await visitTuples(client, `COPY (SELECT hour, bytes FROM tb.envelope WHERE ${ofRun(run, range)}) TO STDOUT (FORMAT binary)`, tuple => void texts.set(int4At(tuple, 0), textAt(tuple, 1)));
  return texts;
};

/** The record of an hour; null where there is none. */
export const readRecordText = (client: pg.ClientBase, run: RunKey, hour: HourUtc): Promise<string | null> => read(client, run, { table: 'hour_record', column: 'record', hour });
