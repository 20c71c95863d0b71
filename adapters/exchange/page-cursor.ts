/**
 * Where a series of pages goes on: the end of what was covered, together with what it was covered of. A cursor of another source
 * or series is refused, because following it would leave a hole that nobody sees.
 */
import { formatTime, parseTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { CandlePage, CandleRequest, IncomingCandle } from '../ports.ts';
import type { Receipt } from './http-answer.ts';
import { SourceError } from './source-error.ts';

/** `kraken BTC/USD 1h 2024-01-01T00:00:00Z`. */
const cursorAt = (source: string, { symbol, timeframe }: Series, coveredToMs: TimeMs): string => `${source} ${symbol} ${timeframe} ${formatTime(coveredToMs)}`;

const refused = (source: string, request: CandleRequest, reason: string): SourceError =>
  new SourceError({ source, failure: 'refused', asked: `candles of ${request.series.symbol}`, reason, hint: 'Give back the cursor of the last page of the same source and series, or none.' });

/** Where a request begins: at its cursor, or at its start rounded up to the next candle. */
export const startOf = (source: string, request: CandleRequest): TimeMs => {
  const { series, fromMs, cursor } = request;
  const lengthMs = timeframeMs(series.timeframe);
  if (cursor === null) return timeMs(Math.ceil(fromMs / lengthMs) * lengthMs);
  const at = parseTime(cursor.slice(cursor.lastIndexOf(' ') + 1));
  if (at === null || cursor !== cursorAt(source, series, at)) throw refused(source, request, `the cursor "${cursor}" is not one of ${source} for ${series.symbol} in ${series.timeframe}`);
  if (at < fromMs || at % lengthMs !== 0) throw refused(source, request, `the cursor "${cursor}" lies before the start ${formatTime(fromMs)} or inside a candle`);
  return at;
};

export type Covered = Readonly<{ source: string; series: Series; candles: readonly IncomingCandle[]; fromMs: TimeMs; toMs: TimeMs; receipt: Receipt }>;

export const pageOf = ({ source, series, candles, fromMs, toMs, receipt }: Covered): CandlePage => ({
  candles,
  coveredFromMs: fromMs,
  coveredToMs: toMs,
  cursor: cursorAt(source, series, toMs),
  receivedMs: receipt.receivedMs(),
  requests: receipt.requests(),
  bytes: receipt.bytes(),
  sha256: receipt.sha256(),
});

/** Pages from one end of what is covered to the next, until there is nothing left. */
export async function* pagesThrough({ fromMs, endMs }: Readonly<{ fromMs: TimeMs; endMs: TimeMs }>, next: (fromMs: TimeMs) => Promise<CandlePage>): AsyncGenerator<CandlePage, void, void> {
  for (let atMs = fromMs; atMs < endMs; ) {
    const page = await next(atMs);
    yield page;
    atMs = page.coveredToMs;
  }
}
