/**
 * What is kept beside the rows for speed against the rows that it is made of: chunks of candles, which backtests are executed
 * over, and balances, which orders are checked by. Both can be made again, so they are in no hash; this is what covers them.
 */
import { hash } from 'node:crypto';
import type pg from 'pg';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { CandleColumns } from '../../core/market/columns.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import { CHUNK_SLOTS, decodeChunk, encodeChunk } from './candle-chunk.ts';
import { compareColumn } from './finding.ts';
import type { Finding, Report } from './finding.ts';
import { normalTextOf, readRows } from './read-columns.ts';
import { balancesOf } from './restore-rows.ts';
import { listSeries } from './series.ts';
import type { StoredSeries } from './series.ts';

type Chunk = Readonly<{ series_id: number; chunk: number; ingest_through: string; rows: number; payload: Buffer; sha256: Buffer }>;

const KEYS = 'SELECT series_id, chunk FROM tb_cache.candle_chunk ORDER BY series_id, chunk';
const CHUNK = 'SELECT series_id, chunk, ingest_through, rows, payload, sha256 FROM tb_cache.candle_chunk WHERE series_id = $1 AND chunk = $2';
/** Imports that a chunk can be made from: those that changed a candle in its range. */
const MADE_FROM = `
  SELECT FROM tb.ingest WHERE id = $1 AND series_id = $2 AND added + revisions > 0 AND first_open_ms < $4::bigint AND last_open_ms >= $3::bigint`;

/** Every chunk byte for byte; of these symbols, or null for every one. */
export const verifyChunks = async (client: pg.ClientBase, report: Report, symbols: readonly string[] | null): Promise<void> => {
  const known = new Map((await listSeries(client)).map(one => [one.id, one]));
  for (const { series_id, chunk } of (await client.query<Readonly<{ series_id: number; chunk: number }>>(KEYS)).rows) {
    const stored = known.get(series_id);
    if (stored === undefined) report({ code: 'ROW_UNEXPECTED', table: 'candle_chunk', key: `series_id=${series_id} chunk=${chunk}`, column: null, expected: null, actual: 'a chunk of no series' });
    else if (symbols?.includes(stored.series.symbol) ?? true) {
      const found = (await client.query<Chunk>(CHUNK, [series_id, chunk])).rows[0];
      if (found !== undefined) await verifyChunk(client, stored, found, report);
    }
  }
};

const verifyChunk = async (client: pg.ClientBase, { id, series }: StoredSeries, stored: Chunk, report: Report): Promise<void> => {
  const { chunk, payload } = stored;
  const at = { code: 'CACHE_DIFFERS', table: 'candle_chunk', key: `series=${series.symbol} ${series.timeframe} chunk=${chunk}` } as const;
  const ingestThrough = Number(stored.ingest_through);
  const lengthMs = CHUNK_SLOTS * timeframeMs(series.timeframe);
  const [fromMs, toMs] = [chunk * lengthMs, (chunk + 1) * lengthMs] as [TimeMs, TimeMs];
  // One of an import that is still to come would be believed when that has come.
  if ((await client.query(MADE_FROM, [ingestThrough, id, fromMs, toMs])).rows.length === 0) {
    report({ ...at, column: 'ingest_through', expected: 'an import that changed these candles', actual: String(ingestThrough) });
    return;
  }
  const rows = (await readRows(client, { fromMs, toMs, ingestThrough }, [{ id, series }]))[0]!;
  const name = { series, chunk, ingestThrough };
  compareColumn(report, { ...at, column: 'rows' }, { expected: rows.length, actual: stored.rows });
  compareColumn(report, { ...at, column: 'sha256' }, { expected: hash('sha256', payload, 'hex'), actual: stored.sha256.toString('hex') });
  if (payload.equals(encodeChunk(name, rows))) return;
  report({ ...at, column: 'payload', ...firstDifference(rows, decodeChunk(name, new Uint8Array(payload))) });
};

const VALUES = ['open', 'high', 'low', 'close', 'volume'] as const;

/** The first candle that the chunk has otherwise than the rows. */
const firstDifference = (rows: CandleColumns, cached: CandleColumns | null): Pick<Finding, 'expected' | 'actual'> => {
  if (cached === null) return { expected: `${rows.length} candles`, actual: 'bytes that are no such chunk' };
  const shown = (columns: CandleColumns, row: number): string => {
    if (row >= columns.length) return 'no more candle';
    const values = VALUES.map(column => `${column} ${normalTextOf(columns[column].mantissa[row]!, columns[column].scale[row]!)}`);
    const digest = Buffer.from(columns.digest.subarray(32 * row, 32 * (row + 1))).toString('hex');
    return `${formatTime(timeMs(columns.slot[row]! * timeframeMs(columns.series.timeframe)))} ${values.join(' ')} digest ${digest}`;
  };
  const longer = Math.max(rows.length, cached.length);
  for (let row = 0; row < longer; row += 1) {
    const [expected, actual] = [shown(rows, row), shown(cached, row)];
    if (expected !== actual) return { expected, actual };
  }
  return { expected: 'nothing but its candles', actual: 'bytes between them' };
};

type Balance = Readonly<{ run: string | null; run_id: string; agent: string; symbol: string; amount: string | null; cost: string | null; amount_kept: string | null; cost_kept: string | null }>;

const BALANCES = `
  SELECT r.name AS run, run_id, agent, symbol, trim_scale(s.amount)::text AS amount, trim_scale(s.cost)::text AS cost, trim_scale(k.amount)::text AS amount_kept, trim_scale(k.cost)::text AS cost_kept
  FROM (${balancesOf('$1::uuid IS NULL OR run_id = $1::uuid')}) s FULL JOIN (SELECT * FROM tb_cache.balance WHERE $1::uuid IS NULL OR run_id = $1::uuid) k USING (run_id, agent, symbol)
  LEFT JOIN tb.run r ON r.id = run_id
  WHERE s.amount IS DISTINCT FROM k.amount OR s.cost IS DISTINCT FROM k.cost ORDER BY run_id, agent COLLATE "C", symbol COLLATE "C"`;

/** Cash and holdings as kept against what the rows add up to; of one run, or null for every one. */
export const verifyBalances = async (client: pg.ClientBase, report: (run: string | null) => Report, runId: string | null): Promise<void> => {
  for (const row of (await client.query<Balance>(BALANCES, [runId])).rows) {
    const key = `run_id=${row.run_id} ${row.agent === '' ? 'cash' : `agent=${row.agent} symbol=${row.symbol}`}`;
    const at = { code: 'CACHE_DIFFERS', table: 'balance', key } as const;
    const tell = report(row.run);
    if (row.amount === null || row.amount_kept === null) tell({ ...at, column: null, expected: row.amount, actual: row.amount_kept });
    else {
      compareColumn(tell, { ...at, column: 'amount' }, { expected: row.amount, actual: row.amount_kept });
      compareColumn(tell, { ...at, column: 'cost' }, { expected: row.cost, actual: row.cost_kept });
    }
  }
};
