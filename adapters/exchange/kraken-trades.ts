/**
 * Deep history of a Kraken pair: its public trades, page by page, made into candles by core. Pages overlap on purpose, because
 * trades of one moment may lie on both sides of a page's end; each trade counts once, and none is passed over.
 */
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import { addTrades, compareTrades, startAggregation } from '../../core/market/aggregate-trades.ts';
import type { PublicTrade, TradeAggregation } from '../../core/market/aggregate-trades.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { CandlePage, CandleRequest, VenueMarket } from '../ports.ts';
import { candlesOfRows } from './candle-rows.ts';
import type { CcxtClient } from './ccxt-client.ts';
import { newReceipt } from './http-answer.ts';
import type { Receipt } from './http-answer.ts';
import { readTrades } from './kraken-answers.ts';
import type { KrakenTrade, TradesPage } from './kraken-answers.ts';
import { pageOf } from './page-cursor.ts';
import { malformed } from './source-error.ts';
import type { Asked } from './source-error.ts';

export const KRAKEN = 'kraken';
const TRADES_MAX = 1_000;
const NS_PER_MS = 1_000_000n;
/**
 * The cursor counts nanoseconds and the time of a trade is printed as a double, and the two have been seen apart by some tenths of
 * a millisecond. So a page is believed up to 5 ms before its end, and the next one begins 10 ms before it.
 */
const BELIEVED_NS = 5n * NS_PER_MS;
const OVERLAP_NS = 10n * NS_PER_MS;

/** Where the walk stands: all trades before `edgeNs` are added, and `seen` are those added at or after it. */
type Walk = Readonly<{ sinceNs: bigint; edgeNs: bigint; newestNs: bigint; seen: ReadonlySet<number>; aggregation: TradeAggregation; arrived: number }>;

export type TradeStretch = Readonly<{
  client: CcxtClient;
  market: VenueMarket;
  request: CandleRequest;
  fromMs: TimeMs;
  toMs: TimeMs;
  /** Whether another endpoint knows of no candle from a moment on either: asked before an end of trades is believed. */
  silentFrom: (fromMs: TimeMs) => Promise<boolean>;
}>;

const timeOf = (ns: bigint): string => formatTime(timeMs(Number(ns / NS_PER_MS)));

const sameTrade = (left: KrakenTrade, right: KrakenTrade): boolean => left.timeNs === right.timeNs && left.price === right.price && left.quantity === right.quantity;

/** Trades that were not added yet, each once, ascending; those without an id are numbered as they came. */
const freshTrades = (asked: Asked, { edgeNs, seen, arrived }: Walk, page: TradesPage): readonly PublicTrade[] => {
  const byId = new Map<number, KrakenTrade>();
  const fresh: PublicTrade[] = [];
  for (const [index, trade] of page.trades.entries()) {
    if (trade.timeNs < edgeNs) continue;
    const id = trade.id ?? arrived + index;
    const twin = byId.get(id);
    if (twin !== undefined && !sameTrade(twin, trade)) throw malformed(asked, `trade ${id} stands in it twice, with different values`);
    if (twin !== undefined || (trade.id !== null && seen.has(id))) continue;
    byId.set(id, trade);
    fresh.push({ ...trade, id });
  }
  return fresh.toSorted(compareTrades);
};

const newestOf = (page: TradesPage): bigint => page.trades.reduce((newest, { timeNs }) => (timeNs > newest ? timeNs : newest), 0n);

/** `ended` when the venue has no trade after those it told. */
type Step = Readonly<{ next: Walk; settled: readonly PublicTrade[]; ended: boolean }>;

const stepOf = (walk: Walk, settled: readonly PublicTrade[], next: Partial<Walk> & Pick<Walk, 'sinceNs' | 'edgeNs'>): Step =>
  ({ settled, ended: false, next: { ...walk, seen: new Set(), ...next } });

/** How far a page goes, and where the next one begins. */
const stepThrough = (asked: Asked, walk: Walk, page: TradesPage, untilNs: bigint): Step => {
  const fresh = freshTrades(asked, walk, page);
  const newestNs = newestOf(page);
  const arrived = walk.arrived + page.trades.length;
  if (newestNs <= walk.newestNs && page.trades.length < TRADES_MAX) {
    // Nothing newer than what is known: the history ends here. An answer that lost what an earlier one had says nothing of the kind.
    if (newestNs < walk.newestNs && walk.sinceNs < walk.newestNs) throw malformed(asked, `it leaves out the trade of ${timeOf(walk.newestNs)}, which an earlier answer had`);
    return { ...stepOf(walk, fresh, { sinceNs: walk.sinceNs, edgeNs: untilNs, newestNs: walk.newestNs, arrived }), ended: true };
  }
  const reachNs = page.lastNs < newestNs ? page.lastNs : newestNs;
  const edgeNs = reachNs - BELIEVED_NS;
  if (edgeNs > walk.edgeNs) return stepOf(walk, fresh.filter(({ timeNs }) => timeNs < edgeNs), { sinceNs: reachNs - OVERLAP_NS, edgeNs, newestNs, arrived });
  if (newestNs < walk.edgeNs && page.lastNs <= walk.sinceNs) throw malformed(asked, `its trades end at ${timeOf(newestNs)}, before what was asked for`);
  // A page full of trades of a few milliseconds: all of it is taken, and the next one begins behind its cursor, as documented.
  const edge = newestNs > walk.edgeNs ? newestNs : walk.edgeNs;
  const seen = new Set([...walk.seen, ...page.trades.flatMap(({ id, timeNs }) => (id !== null && timeNs >= edge ? [id] : []))]);
  return stepOf(walk, fresh, { sinceNs: page.lastNs, edgeNs: edge, newestNs, seen, arrived });
};

const requireOrder = (asked: Asked, { aggregation: { last } }: Walk, settled: readonly PublicTrade[]): void => {
  const first = settled[0];
  if (last !== null && first !== undefined && compareTrades(last, first) >= 0) throw malformed(asked, `trade ${first.id} of ${timeOf(first.timeNs)} comes before trade ${last.id}, which an earlier answer had`);
};

/** One page, read against what is known: an answer that contradicts an earlier one is asked for again. */
const askStep = ({ client, market, toMs }: TradeStretch, walk: Walk, receipt: Receipt): Promise<Step> =>
  client.ask({
    asked: `trades of ${market.venueId} since ${timeOf(walk.sinceNs)}`,
    receipt,
    call: exchange => exchange['publicGetTrades']({ pair: market.venueId, since: walk.sinceNs.toString(), count: TRADES_MAX }),
    read: (response, asked) => {
      const step = stepThrough(asked, walk, readTrades(market)(response, asked), BigInt(toMs) * NS_PER_MS);
      requireOrder(asked, walk, step.settled);
      return step;
    },
  });

const startAt = ({ request, fromMs }: TradeStretch): Walk => {
  const edgeNs = BigInt(fromMs) * NS_PER_MS;
  return { sinceNs: edgeNs - OVERLAP_NS, edgeNs, newestNs: 0n, seen: new Set(), aggregation: startAggregation(request.series.timeframe), arrived: 0 };
};

const requireSilence = async (asked: Asked, { fromMs, request, silentFrom }: TradeStretch, { newestNs }: Walk): Promise<void> => {
  const lengthMs = timeframeMs(request.series.timeframe);
  const silentMs = Math.max(fromMs, (Math.floor(Number(newestNs / NS_PER_MS) / lengthMs) + 1) * lengthMs);
  if (!(await silentFrom(timeMs(silentMs)))) throw malformed(asked, `they end at ${formatTime(timeMs(silentMs))}, but its candles go on`);
};

/**
 * Pages of candles from `fromMs` until `toMs`, where all candles are closed. A page ends with the last candle whose trades are
 * all known. Resuming at a page's end reads the trades from there on and nothing else, so a resumed walk gives the same candles.
 */
export async function* candlesOfTrades(stretch: TradeStretch): AsyncGenerator<CandlePage, void, void> {
  const { client, market, request: { series }, toMs } = stretch;
  const lengthMs = timeframeMs(series.timeframe);
  const asked: Asked = { source: client.source, asked: `trades of ${market.venueId}` };
  let walk = startAt(stretch);
  let fromMs = stretch.fromMs;
  let receipt = newReceipt();
  while (fromMs < toMs) {
    const { next, settled, ended } = await askStep(stretch, walk, receipt);
    if (ended) await requireSilence(asked, stretch, next);
    const untilMs = Number(next.edgeNs / NS_PER_MS);
    const { aggregation, closed } = addTrades(walk.aggregation, settled, timeMs(Math.max(untilMs, walk.aggregation.knownBeforeMs)));
    walk = { ...next, aggregation };
    const coveredMs = timeMs(Math.min(toMs, Math.floor(untilMs / lengthMs) * lengthMs));
    if (coveredMs <= fromMs) continue;
    yield pageOf({ source: KRAKEN, series, candles: candlesOfRows(asked, { series, fromMs, toMs: coveredMs }, closed), fromMs, toMs: coveredMs, receipt });
    fromMs = coveredMs;
    receipt = newReceipt();
  }
}
