/**
 * Market facts against the stored candles and the shared contents. The content of a step is made again from the latest
 * revisions; when its digest is the fact's, everything agrees. Only where it differs, as it does when a candle was
 * revised later, each candle listed is looked for among all revisions.
 */
import type pg from 'pg';
import { sha256Hex } from '../../core/kernel/digest.ts';
import { isSortedUnique } from '../../core/kernel/order.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import type { Digest, MarketSymbol, TimeMs } from '../../core/kernel/units.ts';
import { marketContentWriter } from '../../core/market/market-fact.ts';
import type { MarketContent } from '../../core/market/market-fact.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import type { MarketFact } from '../../core/log.ts';
import { marketListingOfText } from '../../schema/wire/seal-text.ts';
import type { MarketListing } from '../../schema/wire/seal-text.ts';
import { bytesAt, int4At, int8At, visitTuples } from './copy-binary.ts';
import { compareColumn } from './finding.ts';
import type { Report } from './finding.ts';
import { noCandles } from './read-columns.ts';
import { findSeries } from './series.ts';
import { readable } from './verify-run-row.ts';

/** A market fact and its key, for findings. */
export type PlacedMarketFact = Readonly<{ key: string; fact: MarketFact }>;
export type Universe = Readonly<{ symbols: readonly MarketSymbol[]; timeframe: Timeframe }>;

/** Checks the market facts of a stretch, which are in order of time. `universe` is null when the manifest cannot be read. */
export const verifyMarkets = async (client: pg.ClientBase, markets: readonly PlacedMarketFact[], universe: Universe | null, report: Report): Promise<void> => {
  if (markets.length === 0) return;
  const contents = await readContents(client, markets);
  const again = universe === null ? null : await contentsOfCandles(client, universe, markets);
  for (const market of markets) {
    const stored = contents.get(market.fact.digest);
    if (stored === undefined) {
      report({ code: 'ROW_MISSING', table: 'market_fact', key: `digest=${market.fact.digest}`, column: 'digest', expected: `the content of the fact at ${market.key}`, actual: null });
      continue;
    }
    const made = again?.(market.fact) ?? null;
    const isWhole = made !== null && made.digest === market.fact.digest && made.candles === market.fact.candles;
    if (isWhole && stored.equals(made.bytes)) continue;
    await checkListing(client, market.fact, stored, report);
  }
};

const readContents = async (client: pg.ClientBase, markets: readonly PlacedMarketFact[]): Promise<ReadonlyMap<string, Buffer>> => {
  const { rows } = await client.query<{ digest: Digest; text: string }>(
    // As text: a Buffer is sent in hex, which is twice as long. Contents are ASCII, and one that is not is damaged anyway.
    `SELECT encode(digest, 'hex') AS digest, encode(bytes, 'escape') AS text FROM tb.market_fact
     WHERE digest IN (SELECT decode(hex, 'hex') FROM unnest($1::text[]) AS hex)`,
    [markets.map(({ fact }) => fact.digest)],
  );
  return new Map(rows.map(({ digest, text }) => [digest, Buffer.from(text, 'latin1')]));
};

const DIGEST_LENGTH = 32;

type ContentOf = (fact: MarketFact) => MarketContent;

/** Where the candles of each market fact stand: one place for each time that a fact speaks of, however odd an edited one may be. */
const placesOf = (markets: readonly PlacedMarketFact[], lengthMs: number): ReadonlyMap<number, number> =>
  new Map([...new Set(markets.map(({ fact }) => fact.atMs - lengthMs))].map((openMs, place) => [openMs, place]));

/** Makes contents again from the latest revision of each candle in the stretch. */
const contentsOfCandles = async (client: pg.ClientBase, { symbols, timeframe }: Universe, markets: readonly PlacedMarketFact[]): Promise<ContentOf> => {
  const lengthMs = timeframeMs(timeframe);
  const places = placesOf(markets, lengthMs);
  const ids = await findSeries(client, symbols.map(symbol => ({ symbol, timeframe })));
  const present = symbols.map(() => new Uint8Array(places.size));
  const series = symbols.map(symbol => ({ ...noCandles({ symbol, timeframe }), digest: new Uint8Array(DIGEST_LENGTH * places.size) }));
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  const known = ids.filter(id => id !== null);
  if (known.length > 0) {
    const times = [...places.keys()];
    await visitTuples(
      client,
      `COPY (SELECT series_id, open_ms, digest FROM tb.candle WHERE series_id IN (${known.join(', ')}) AND open_ms BETWEEN ${least(times)} AND ${-least(times.map(time => -time))}
        ORDER BY series_id, open_ms, revision) TO STDOUT (FORMAT binary)`,
      tuple => {
        const place = places.get(int8At(tuple, 1));
        if (place === undefined) return;
        const index = indexOf.get(int4At(tuple, 0))!;
        present[index]![place] = 1;
        series[index]!.digest.set(bytesAt(tuple, 2), DIGEST_LENGTH * place);
      },
    );
  }
  const write = marketContentWriter(timeframe, series);
  const rows = new Int32Array(symbols.length);
  return ({ atMs }) => {
    const place = places.get(atMs - lengthMs)!;
    for (let index = 0; index < rows.length; index += 1) rows[index] = present[index]![place] === 1 ? place : -1;
    return write((atMs - lengthMs) as TimeMs, rows);
  };
};

const least = (numbers: readonly number[]): number => numbers.reduce((smallest, number) => Math.min(smallest, number), Number.MAX_SAFE_INTEGER);

/** The slow way: the content on its own, then each candle it lists. */
const checkListing = async (client: pg.ClientBase, fact: MarketFact, content: Buffer, report: Report): Promise<void> => {
  const at = { table: 'market_fact', key: `digest=${fact.digest}`, column: 'bytes' };
  const actual = sha256Hex(content);
  compareColumn(report, { ...at, code: 'HASH_DIFFERS' }, { expected: fact.digest, actual });
  if (actual !== fact.digest) return;
  const listing = readable(() => marketListingOfText(content.toString('utf8')));
  if (typeof listing === 'string') {
    report({ code: 'UNREADABLE', ...at, expected: null, actual: listing });
    return;
  }
  compareColumn(report, { ...at, code: 'COUNT_DIFFERS' }, { expected: fact.candles, actual: listing.candles.length });
  compareColumn(report, at, { expected: `closing ${fact.atMs}`, actual: `closing ${listing.openMs + timeframeMs(listing.timeframe)}` });
  if (!isSortedUnique(listing.candles.map(([symbol]) => symbol))) report({ code: 'ORDER_BROKEN', ...at, expected: 'symbols ascending', actual: content.toString('utf8') });
  await checkCandles(client, listing, report);
};

const REVISIONS = `
  SELECT series.symbol, encode(candle.digest, 'hex') AS digest FROM tb.candle JOIN tb.series ON series.id = candle.series_id
  WHERE series.symbol = ANY($1::text[]) AND series.timeframe = $2 AND candle.open_ms = $3 ORDER BY series.symbol, candle.revision`;

/** Each candle listed must be one of the revisions stored. */
const checkCandles = async (client: pg.ClientBase, { candles, openMs, timeframe }: MarketListing, report: Report): Promise<void> => {
  const { rows } = await client.query<{ symbol: string; digest: string }>({ name: 'tb_listed_revisions', text: REVISIONS, values: [candles.map(([symbol]) => symbol), timeframe, openMs] });
  const stored = Map.groupBy(rows, ({ symbol }) => symbol);
  for (const [symbol, digest] of candles) {
    const revisions = stored.get(symbol) ?? [];
    if (revisions.some(revision => revision.digest === digest)) continue;
    const key = `symbol=${symbol} timeframe=${timeframe} open_ms=${openMs} (${formatTime(openMs)})`;
    const latest = revisions.at(-1)?.digest ?? null;
    report({ code: latest === null ? 'ROW_MISSING' : 'COLUMN_DIFFERS', table: 'candle', key, column: 'digest', expected: digest, actual: latest });
  }
};
