/** What a run left behind for people: its trades, wherever they are stored, and its latest summary. */
import type pg from 'pg';
import type { HourUtc } from '../../core/kernel/units.ts';
import { isNull, readTuples, textAt, int4At } from './copy-binary.ts';
import type { Tuple } from './copy-binary.ts';
import { ofRun } from './read-run.ts';
import type { RunKey } from './recorded-step.ts';

/** A disposal matched with the lot it came from; amounts as decimals in normal form, in quote but for the quantity. */
export type Trade = Readonly<{
  entryHour: HourUtc;
  exitHour: HourUtc;
  agent: string;
  symbol: string;
  quantity: string;
  cost: string;
  entryFee: string;
  proceeds: string;
  exitFee: string;
  result: string;
  lotId: string;
  orderId: string;
  tradeId: string;
}>;

const AMOUNTS = ['quantity', 'cost', 'entry_fee', 'proceeds', 'exit_fee', 'result'].map(name => `trim_scale(${name})::text`).join(', ');
const NAMES = 'lot_id, order_id, trade_id';
const ALL_HOURS = { fromHour: -(2 ** 31) as HourUtc, throughHour: (2 ** 31 - 1) as HourUtc };

/** A run kept as a summary has its trades in a table of their own, any other has them as lot matches; fees paid in kind are none. */
const tradesSql = (run: RunKey, keep: 'summary' | 'full'): string => {
  const where = ofRun(run, ALL_HOURS);
  return keep === 'summary'
    ? `SELECT entry_hour, exit_hour, agent, symbol, ${AMOUNTS}, ${NAMES} FROM tb.trade WHERE ${where.replace('hour BETWEEN', 'exit_hour BETWEEN')} ORDER BY ordinal`
    : `SELECT split_part(lot_id, '.', 1)::int, hour, agent, symbol, ${AMOUNTS}, ${NAMES} FROM tb.lot_match WHERE ${where} AND NOT paid_fee ORDER BY hour, step, seq`;
};

/** The trades of a run in the order in which they were closed, in batches. */
export const readTrades = (client: pg.ClientBase, run: RunKey & Readonly<{ keep: 'summary' | 'full' }>): AsyncGenerator<readonly Trade[], void, void> =>
  readTuples(client, `COPY (${tradesSql(run, run.keep)}) TO STDOUT (FORMAT binary)`, tradeOf);

const tradeOf = (tuple: Tuple): Trade => {
  const text = (field: number): string => (isNull(tuple, field) ? '' : textAt(tuple, field));
  return {
    entryHour: int4At(tuple, 0) as HourUtc,
    exitHour: int4At(tuple, 1) as HourUtc,
    agent: text(2),
    symbol: text(3),
    quantity: text(4),
    cost: text(5),
    entryFee: text(6),
    proceeds: text(7),
    exitFee: text(8),
    result: text(9),
    lotId: text(10),
    orderId: text(11),
    tradeId: text(12),
  };
};

export type StoredSummary = Readonly<{ throughHour: HourUtc; text: string }>;

/** The latest summary of a run, or null. */
export const readSummary = async (client: pg.ClientBase, run: RunKey): Promise<StoredSummary | null> => {
  const { rows } = await client.query<{ through_hour: HourUtc; bytes: Buffer }>(
    'SELECT through_hour, bytes FROM tb.run_summary WHERE retention = $1 AND run_id = $2 ORDER BY through_hour DESC LIMIT 1',
    [run.retention, run.id],
  );
  return rows[0] === undefined ? null : { throughHour: rows[0].through_hour, text: rows[0].bytes.toString('utf8') };
};

/** Stores a summary (canonical text) of a run through a sealed hour; one that is there for the hour stays as it is. */
export const writeSummary = async (client: pg.ClientBase, run: RunKey, { throughHour, text }: StoredSummary): Promise<void> => {
  await client.query(
    `INSERT INTO tb.run_summary (retention, run_id, through_hour, bytes) VALUES ($1, $2, $3, convert_to($4, 'UTF8')) ON CONFLICT DO NOTHING`,
    [run.retention, run.id, throughHour, text],
  );
};
