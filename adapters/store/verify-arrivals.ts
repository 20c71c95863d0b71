/**
 * Candles that entered as facts of their own, late or revised, against the stored candles: each must be one of the revisions
 * of its time. No market fact lists them.
 */
import type pg from 'pg';
import { formatTime } from '../../core/kernel/hours.ts';
import type { CandleLateFact, CandleRevisedFact } from '../../core/log.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import type { Report } from './finding.ts';

export type ArrivalFact = CandleLateFact | CandleRevisedFact;

const STRANGERS = `
  SELECT wanted.place::int - 1 AS index,
    (SELECT encode(c.digest, 'hex') FROM tb.candle c JOIN tb.series s ON s.id = c.series_id
     WHERE s.symbol = wanted.symbol AND s.timeframe = $4 AND c.open_ms = wanted.open_ms ORDER BY c.revision DESC LIMIT 1) AS latest
  FROM unnest($1::text[], $2::bigint[], $3::text[]) WITH ORDINALITY AS wanted(symbol, open_ms, digest, place)
  WHERE NOT EXISTS (
    SELECT FROM tb.candle c JOIN tb.series s ON s.id = c.series_id
    WHERE s.symbol = wanted.symbol AND s.timeframe = $4 AND c.open_ms = wanted.open_ms AND encode(c.digest, 'hex') = wanted.digest)
  ORDER BY place`;

/** Names every candle that a fact consumed and the store does not have, or has with other values only. */
export const verifyArrivals = async (client: pg.ClientBase, arrivals: readonly ArrivalFact[], timeframe: Timeframe, report: Report): Promise<void> => {
  if (arrivals.length === 0) return;
  const values = [arrivals.map(({ symbol }) => symbol), arrivals.map(({ openMs }) => openMs), arrivals.map(({ digest }) => digest), timeframe];
  const { rows } = await client.query<{ index: number; latest: string | null }>(STRANGERS, values);
  for (const { index, latest } of rows) {
    const { symbol, openMs, digest } = arrivals[index]!;
    const key = `symbol=${symbol} timeframe=${timeframe} open_ms=${openMs} (${formatTime(openMs)})`;
    report({ code: latest === null ? 'ROW_MISSING' : 'COLUMN_DIFFERS', table: 'candle', key, column: 'digest', expected: digest, actual: latest });
  }
};
