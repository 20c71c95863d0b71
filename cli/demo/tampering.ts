/**
 * Somebody edits history: one price of one fill, first in the store itself, where it is refused twice, then in a copy of
 * the database whose triggers its owner has switched off. The store itself is never changed.
 */
import { connect, withConnection } from '../../adapters/store/connection.ts';
import type { StoreAddress, StoreClient, StoreRole } from '../../adapters/store/connection.ts';
import { ADMIN_ROLE, APP_ROLE, OWNER_ROLE } from '../../adapters/store/server/address.ts';

const TABLE = 'venue_trade';
const COLUMN = 'price';
const COPY = 'tb_tampered';

/** A stored fill: its row by key, and the price it was made at. */
export type Fill = Readonly<{ runId: string; hour: number; step: number; seq: number; price: string; symbol: string; side: string }>;

const DEAREST_FILL = `
  SELECT fill.run_id AS "runId", fill.hour, fill.step, fill.seq, trim_scale(fill.price)::text AS price, placed.symbol, placed.side
  FROM tb.venue_trade AS fill
  JOIN tb.order_placed AS placed USING (retention, run_id, order_id)
  JOIN tb.run AS run ON run.id = fill.run_id
  WHERE run.name = $1 ORDER BY fill.price DESC, fill.hour LIMIT 1`;

/** The fill of a run at the highest price; null when it has none. */
export const dearestFill = (address: StoreAddress, run: string): Promise<Fill | null> =>
  withConnection(address, 'app', async client => (await client.query<Fill>(DEAREST_FILL, [run])).rows[0] ?? null);

/** The statement that makes the fill one unit of the quote dearer. */
export const forgery = ({ runId, hour, step, seq }: Fill): string =>
  `UPDATE tb.${TABLE} SET ${COLUMN} = ${COLUMN} + 1 WHERE run_id = '${runId}' AND hour = ${hour} AND step = ${step} AND seq = ${seq}`;

/** What verify must name once the fill is forged. */
export const traceOf = ({ hour, step, seq }: Fill): readonly string[] => [`table ${TABLE}`, `key hour=${hour} step=${step} seq=${seq}`, `column ${COLUMN}`];

/** What the server answers when the statement is tried in this role; null when it lets it pass. */
export const refusalOf = async (address: StoreAddress, role: StoreRole, statement: string): Promise<string | null> => {
  const client = await connect(address, role);
  try {
    await client.query(statement);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await client.end();
  }
};

/** Copies the database, and returns the address of the copy with a URL for the command line. */
export const copyDatabase = async (address: StoreAddress): Promise<Readonly<{ address: StoreAddress; url: string }>> => {
  await withConnection({ ...address, user: ADMIN_ROLE, database: 'postgres' }, 'owner', async client => {
    await client.query(`CREATE DATABASE ${COPY} TEMPLATE ${address.database} OWNER ${OWNER_ROLE}`);
    await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${COPY} TO ${APP_ROLE}`);
  });
  const url = `postgres://${OWNER_ROLE}@${encodeURIComponent(address.host)}:${address.port}/${COPY}`;
  return { address: { ...address, database: COPY }, url };
};

export const TRIGGERS_OFF = `ALTER TABLE tb.${TABLE} DISABLE TRIGGER USER`;

/** Forges the fill in the copy, with its triggers switched off by the owner. Returns how many rows were changed. */
export const forge = (copy: StoreAddress, statement: string): Promise<number> =>
  withConnection(copy, 'owner', async (client: StoreClient) => {
    await client.query(TRIGGERS_OFF);
    return (await client.query(statement)).rowCount ?? 0;
  });
