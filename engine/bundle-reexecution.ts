/** Executes hours of a bundle again from what the bundle holds, as core does everywhere. Comparing is the caller's business. */
import type { StoredHour } from '../adapters/store/read-run.ts';
import type { Desk } from '../core/desk.ts';
import type { ExecutedHour, Progress } from '../core/execute.ts';
import { fromHex } from '../core/kernel/digest.ts';
import { startOfHour } from '../core/kernel/hours.ts';
import type { Digest, HourUtc, MarketSymbol } from '../core/kernel/units.ts';
import { emptyColumn, putNormal } from '../core/market/columns.ts';
import type { CandleColumns } from '../core/market/columns.ts';
import { feedOf } from '../core/market/feed.ts';
import type { Feed } from '../core/market/feed.ts';
import type { BundledHour } from './bundle-hours.ts';
import { reexecuteHour } from './reexecute.ts';

type Row = Readonly<{ slot: number; digest: string; values: readonly string[] }>;

/** What a content lists: its candles' symbols and digests, in the order of the values beside it. */
type Listing = Readonly<{ candles: readonly (readonly [MarketSymbol, string])[] }>;

/** Candles of some hours in the order of the universe. They were held against their digests before. */
export const feedOfHours = (desk: Desk, hours: readonly BundledHour[]): Feed => {
  const rows = new Map<MarketSymbol, Row[]>(desk.symbols.map(symbol => [symbol, []]));
  for (const { hour, steps } of hours) {
    for (const [step, { market }] of steps.entries()) {
      if (market === null) continue;
      for (const [index, [symbol, digest]] of (market.content as Listing).candles.entries()) rows.get(symbol)?.push({ slot: hour * desk.stepsPerHour + step, digest, values: market.candles[index]! });
    }
  }
  return feedOf(desk.symbols, desk.manifest.timeframe, desk.symbols.map(symbol => columnsOf(desk, symbol, rows.get(symbol)!)));
};

const columnsOf = (desk: Desk, symbol: MarketSymbol, rows: readonly Row[]): CandleColumns => {
  const columnAt = (place: number): CandleColumns['open'] => {
    const column = emptyColumn(rows.length);
    for (const [row, { values }] of rows.entries()) putNormal(column, row, values[place]!);
    return column;
  };
  const digest = new Uint8Array(32 * rows.length);
  for (const [row, one] of rows.entries()) digest.set(fromHex(one.digest), 32 * row);
  return {
    series: { symbol, timeframe: desk.manifest.timeframe },
    length: rows.length,
    slot: Int32Array.from(rows, ({ slot }) => slot),
    open: columnAt(0),
    high: columnAt(1),
    low: columnAt(2),
    close: columnAt(3),
    volume: columnAt(4),
    digest,
  };
};

/** Only the facts from outside are taken from it; the market and the simulated venue are told anew. */
const recordedHour = ({ hour, recordText, hash, steps }: BundledHour): StoredHour => ({
  hour: hour as HourUtc,
  text: recordText,
  hash: hash as Digest,
  steps: steps.map(({ factTexts, decisionTexts }, step) => ({
    hour: hour as HourUtc,
    step,
    facts: factTexts.map(text => ({ text, inboxId: null })),
    decisionTexts,
    stateDigest: '' as Digest,
    ingestThrough: 0,
    inboxThrough: 0,
    executedAtMs: startOfHour(hour as HourUtc),
  })),
});

/** Throws what core or a strategy throws where the hour cannot be executed at all. */
export const reexecuteBundled = (desk: Desk, before: Progress, feed: Feed, hour: BundledHour): ExecutedHour => reexecuteHour(desk, before, { feed, orders: null }, recordedHour(hour));
