/**
 * Stored candles against themselves: each revision's digest against its values, revisions without a hole, and every
 * import's counts against the rows that it brought. Nothing is executed.
 */
import type pg from 'pg';
import type { TimeMs } from '../../core/kernel/units.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import { candleDigest } from '../../core/market/candle.ts';
import { hexAt, int4At, int8At, textAt, visitTuples } from './copy-binary.ts';
import type { Tuple } from './copy-binary.ts';
import { compareColumn } from './finding.ts';
import type { Report } from './finding.ts';
import { listSeries } from './series.ts';
import type { StoredSeries } from './series.ts';

type Brought = { added: number; revisions: number; firstOpenMs: number; lastOpenMs: number };
type IngestRow = Readonly<{ id: number; series_id: number; received_ms: number; first_open_ms: number | null; last_open_ms: number | null; added: number; revisions: number }>;

/** Of one symbol, or null for every one; and what later imports than this one brought. */
export type CandleScope = Readonly<{ symbol: string | null; ingestAfter: number }>;

/** Checks every candle and import in the store, or those of a scope. Returns how many revisions were read. */
export const verifyCandles = async (client: pg.ClientBase, report: Report, { symbol, ingestAfter }: CandleScope = { symbol: null, ingestAfter: 0 }): Promise<number> => {
  let candles = 0;
  for (const stored of await listSeries(client)) {
    if (symbol === null || stored.series.symbol === symbol) candles += await verifySeries(client, stored, { report, ingestAfter });
  }
  return candles;
};

/** trim_scale prints the normal form of a value that is not negative. */
const ROWS = `open_ms, revision, trim_scale(open)::text, trim_scale(high)::text, trim_scale(low)::text, trim_scale(close)::text, trim_scale(volume)::text,
  digest, ingest_id, received_ms`;

type Watch = Readonly<{ report: Report; ingestAfter: number }>;

const verifySeries = async (client: pg.ClientBase, { id, series }: StoredSeries, { report, ingestAfter }: Watch): Promise<number> => {
  const ingests = new Map((await readIngests(client, id, ingestAfter)).map(row => [row.id, row]));
  const brought = new Map<number, Brought>();
  let candles = 0;
  let before = { openMs: Number.NaN, revision: -1 };
  const check = (tuple: Tuple): void => {
    candles += 1;
    const openMs = int8At(tuple, 0) as TimeMs;
    const revision = int4At(tuple, 1);
    const key = `symbol=${series.symbol} timeframe=${series.timeframe} open_ms=${openMs} (${formatTime(openMs)}) revision=${revision}`;
    const at = (column: string) => ({ table: 'candle', key, column });
    const [open, high, low, close, volume] = [textAt(tuple, 2), textAt(tuple, 3), textAt(tuple, 4), textAt(tuple, 5), textAt(tuple, 6)];
    compareColumn(report, { ...at('digest'), code: 'HASH_DIFFERS' }, { expected: candleDigest(series, openMs, { open, high, low, close, volume }), actual: hexAt(tuple, 7) });
    // Earlier revisions may stand outside the scope; the first inside it then follows one that was checked before.
    const isFirst = before.openMs !== openMs;
    if (!isFirst || ingestAfter === 0) compareColumn(report, { ...at('revision'), code: 'ORDER_BROKEN' }, { expected: isFirst ? 0 : before.revision + 1, actual: revision });
    before = { openMs, revision };
    const ingestId = int8At(tuple, 8);
    const ingest = ingests.get(ingestId);
    compareColumn(report, at('ingest_id'), { expected: ingest === undefined ? 'an import of this series' : ingestId, actual: ingestId });
    if (ingest !== undefined) compareColumn(report, at('received_ms'), { expected: ingest.received_ms, actual: int8At(tuple, 9) });
    countBrought(brought, ingestId, openMs, revision);
  };
  await visitTuples(client, `COPY (SELECT ${ROWS} FROM tb.candle WHERE series_id = ${id} AND ingest_id > ${ingestAfter} ORDER BY open_ms, revision) TO STDOUT (FORMAT binary)`, check);
  for (const ingest of ingests.values()) verifyIngest(ingest, brought.get(ingest.id), report);
  return candles;
};

const countBrought = (brought: Map<number, Brought>, ingestId: number, openMs: number, revision: number): void => {
  const known = brought.get(ingestId) ?? { added: 0, revisions: 0, firstOpenMs: openMs, lastOpenMs: openMs };
  if (revision === 0) known.added += 1;
  else known.revisions += 1;
  known.lastOpenMs = openMs;
  brought.set(ingestId, known);
};

const readIngests = async (client: pg.ClientBase, seriesId: number, after: number): Promise<readonly IngestRow[]> => {
  const { rows } = await client.query<IngestRow>(
    'SELECT id, series_id, received_ms, first_open_ms, last_open_ms, added, revisions FROM tb.ingest WHERE series_id = $1 AND id > $2 ORDER BY id',
    [seriesId, after],
  );
  return rows;
};

/** An import read at least the stretch that its rows lie in; duplicates may have reached further. */
const verifyIngest = (ingest: IngestRow, brought: Brought | undefined, report: Report): void => {
  const at = (column: string) => ({ table: 'ingest', key: `id=${ingest.id}`, column });
  compareColumn(report, { ...at('added'), code: 'COUNT_DIFFERS' }, { expected: brought?.added ?? 0, actual: ingest.added });
  compareColumn(report, { ...at('revisions'), code: 'COUNT_DIFFERS' }, { expected: brought?.revisions ?? 0, actual: ingest.revisions });
  if (brought === undefined) return;
  if (ingest.first_open_ms === null || ingest.first_open_ms > brought.firstOpenMs) {
    report({ code: 'COLUMN_DIFFERS', ...at('first_open_ms'), expected: `at most ${brought.firstOpenMs}`, actual: String(ingest.first_open_ms) });
  }
  if (ingest.last_open_ms === null || ingest.last_open_ms < brought.lastOpenMs) {
    report({ code: 'COLUMN_DIFFERS', ...at('last_open_ms'), expected: `at least ${brought.lastOpenMs}`, actual: String(ingest.last_open_ms) });
  }
};
