/**
 * Candles from a source into the store, a stretch at a time: what the source told of a stretch, and that it told of all of it,
 * is committed together. So whatever ends the program, what is stored is complete, and the rest is known to be open.
 */
import { readAhead } from '../../adapters/exchange/read-ahead.ts';
import { importCandles } from '../../adapters/store/import-candles.ts';
import type { CandleOrigin, CandlePage, IncomingCandle, MarketSource } from '../../adapters/ports.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { sha256Hex } from '../../core/kernel/digest.ts';
import type { TimeMs } from '../../core/kernel/units.ts';
import type { Series } from '../../core/market/candle.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { Range } from './ranges.ts';

/** What a stretch brought; `deliveries` are those recorded: none where a venue told once more what is stored. */
export type Collected = Readonly<{ added: number; duplicates: number; revisions: number; candles: number; absent: number; deliveries: number }>;

export const NOTHING_COLLECTED: Collected = { added: 0, duplicates: 0, revisions: 0, candles: 0, absent: 0, deliveries: 0 };

export const plus = (left: Collected, right: Collected): Collected => ({
  added: left.added + right.added,
  duplicates: left.duplicates + right.duplicates,
  revisions: left.revisions + right.revisions,
  candles: left.candles + right.candles,
  absent: left.absent + right.absent,
  deliveries: left.deliveries + right.deliveries,
});

/** A stretch is committed when it has this many candles, or is this old: neither much work lost nor many small commits. */
const COMMIT_CANDLES = 20_000;
const COMMIT_MS = 5_000;

/** Told how far what arrived reaches, and how far what is stored for good. */
export type Watch = Readonly<{ onRead: (toMs: TimeMs) => void; onStored: (toMs: TimeMs) => void }>;
export const UNWATCHED: Watch = { onRead: () => undefined, onStored: () => undefined };

export type Collection = Readonly<{ source: MarketSource; series: Series; range: Range; watch: Watch }>;

/** Everything that opens in the range, as far as the source has it closed. Throws what the source or the store throws; what was committed before stays. */
export const collectCandles = async (client: StoreClient, { source, series, range, watch }: Collection): Promise<Collected> => {
  let total = NOTHING_COLLECTED;
  let pages: CandlePage[] = [];
  let pending = 0;
  let since = performance.now();
  let asked = source.tally();
  const commitPages = async (): Promise<void> => {
    if (pages.length === 0) return;
    const now = source.tally();
    const cost = { requests: now.requests - asked.requests, retries: now.retries - asked.retries, waitedMs: now.rateLimitWaitMs + now.backoffWaitMs - asked.rateLimitWaitMs - asked.backoffWaitMs };
    total = plus(total, await commitStretch(client, { source, series, pages, cost }));
    watch.onStored(pages.at(-1)!.coveredToMs);
    pages = [];
    pending = 0;
    asked = now;
    since = performance.now();
  };
  try {
    for await (const page of readAhead(source.candles({ series, ...range, cursor: null }))) {
      if (page.coveredFromMs >= page.coveredToMs) continue;
      pages.push(page);
      pending += page.candles.length;
      watch.onRead(page.coveredToMs);
      if (pending >= COMMIT_CANDLES || performance.now() - since >= COMMIT_MS) await commitPages();
    }
  } finally {
    // A source that fails in the middle has told what it told.
    await commitPages();
  }
  return total;
};

type Cost = NonNullable<CandleOrigin['cost']>;
type Stretch = Readonly<{ source: MarketSource; series: Series; pages: readonly CandlePage[]; cost: Cost }>;

const commitStretch = async (client: StoreClient, { source, series, pages, cost }: Stretch): Promise<Collected> => {
  const [first, last] = [pages[0]!, pages.at(-1)!];
  const origin: CandleOrigin = {
    series,
    source: source.id,
    format: source.format,
    absent: source.absent,
    fileName: `${series.symbol} ${series.timeframe}`,
    fileSha256: sha256Hex(pages.map(({ sha256 }) => sha256).join('\n')),
    fileBytes: pages.reduce((sum, { bytes }) => sum + bytes, 0),
    receivedMs: last.receivedMs,
    covered: { fromMs: first.coveredFromMs, toMs: last.coveredToMs },
    cost,
  };
  const candles = pages.reduce((sum, page) => sum + page.candles.length, 0);
  const { ingestId, added, duplicates, revisions } = await importCandles(client, origin, batchesOf(pages), () => 0);
  const wanted = (last.coveredToMs - first.coveredFromMs) / timeframeMs(series.timeframe);
  return { added, duplicates, revisions, candles, absent: wanted - candles, deliveries: ingestId === null ? 0 : 1 };
};

async function* batchesOf(pages: readonly CandlePage[]): AsyncGenerator<readonly IncomingCandle[], void, void> {
  yield pages.flatMap(({ candles }) => candles);
}
