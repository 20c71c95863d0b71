/** Rows that a run stands on or numbers itself by, and that no hash covers: its account, and the places of its trades. */
import type pg from 'pg';
import type { Report } from './finding.ts';
import type { StoredRun } from './runs.ts';

const ACCOUNT = 'SELECT kind FROM tb.account WHERE id = $1';

/** Every run is on an account that is stored, and a spot account: nothing else can be traded. */
const verifyAccount = async (client: pg.ClientBase, { account }: StoredRun, report: Report): Promise<void> => {
  const { rows } = await client.query<{ kind: string }>(ACCOUNT, [account]);
  const at = { table: 'account', key: `id=${account}` } as const;
  if (rows[0] === undefined) return report({ ...at, code: 'ROW_MISSING', column: null, expected: 'the account of the run', actual: null });
  if (rows[0].kind !== 'SPOT_CASH') report({ ...at, code: 'COLUMN_DIFFERS', column: 'kind', expected: 'SPOT_CASH', actual: rows[0].kind });
};

const MISPLACED = `
  SELECT ordinal, place FROM (
    SELECT ordinal, (row_number() OVER (ORDER BY ordinal) - 1)::int AS place FROM tb.trade WHERE retention = $1 AND run_id = $2) AS numbered
  WHERE ordinal <> place ORDER BY ordinal LIMIT 1`;

/** Trades count up from 0; what each says is compared by a replay. */
const verifyTradePlaces = async (client: pg.ClientBase, { retention, id }: StoredRun, report: Report): Promise<void> => {
  const { rows } = await client.query<{ ordinal: number; place: number }>(MISPLACED, [retention, id]);
  for (const { ordinal, place } of rows) {
    report({ code: 'COLUMN_DIFFERS', table: 'trade', key: `ordinal=${ordinal}`, column: 'ordinal', expected: String(place), actual: String(ordinal) });
  }
};

export const verifyReferences = async (client: pg.ClientBase, run: StoredRun, report: Report): Promise<void> => {
  await verifyAccount(client, run, report);
  await verifyTradePlaces(client, run, report);
};
