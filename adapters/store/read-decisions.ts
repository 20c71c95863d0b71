/** The decisions of one type that a run has taken, in their order. Reads only; a run that keeps a summary has none. */
import type pg from 'pg';
import type { DecisionType } from '../../core/events.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import type { RunKey } from './recorded-step.ts';

export type StoredDecision = Readonly<{ hour: HourUtc; text: string }>;

export const readDecisionsOf = async (client: pg.ClientBase, run: RunKey, type: DecisionType): Promise<readonly StoredDecision[]> => {
  const { rows } = await client.query<{ hour: HourUtc; bytes: Buffer }>(
    'SELECT hour, bytes FROM tb.decision WHERE retention = $1 AND run_id = $2 AND type = $3 ORDER BY hour, step, seq',
    [run.retention, run.id, type],
  );
  return rows.map(({ hour, bytes }) => ({ hour, text: bytes.toString('utf8') }));
};
