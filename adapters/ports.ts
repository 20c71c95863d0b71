/**
 * Shapes that two adapters share. An adapter imports no other adapter: what one hands to another, through a command, is
 * described here and nowhere else.
 */
import type { Asset, Digest, MarketSymbol, Money, Price, Quantity, RatePpm, TimeMs } from '../core/kernel/units.ts';
import type { CandleValues, Series } from '../core/market/candle.ts';

/** A candle that a source told us, checked, its values in normal form. Trade count is kept and never hashed. */
export type IncomingCandle = Readonly<{ openMs: TimeMs; values: CandleValues; trades: number | null }>;

/** Where candles come from: what is recorded of every import. */
export type CandleOrigin = Readonly<{
  series: Series;
  source: string;
  format: string;
  /** What a hole in this source means: nobody traded, or nobody told us. */
  absent: 'quiet' | 'missing';
  fileName: string;
  fileSha256: Digest;
  fileBytes: number;
  receivedMs: TimeMs;
  /** What the source told of completely; without it, what lies between its first and last candle. */
  covered?: Readonly<{ fromMs: TimeMs; toMs: TimeMs }>;
  /** What asking a venue for it took. */
  cost?: Readonly<{ requests: number; retries: number; waitedMs: number }>;
}>;

/** What an absent candle of a source means: nobody traded, or nobody told us. */
export type Absence = CandleOrigin['absent'];

/** Candles of one series that open in [from, to). `cursor` goes on where the page that gave it ended; null begins at `fromMs`. */
export type CandleRequest = Readonly<{ series: Series; fromMs: TimeMs; toMs: TimeMs; cursor: string | null }>;

/**
 * A stretch of a series that a source told us completely: every candle that opens in [coveredFrom, coveredTo) and exists at the
 * source is here. So a time inside without a candle means what the source's absence means; a time outside means nothing yet.
 */
export type CandlePage = Readonly<{
  /** Ascending, closed, inside the covered stretch, values in normal form. */
  candles: readonly IncomingCandle[];
  coveredFromMs: TimeMs;
  /** Exclusive. */
  coveredToMs: TimeMs;
  /** To be given back in a request of the same series, also by another program at another time. */
  cursor: string;
  receivedMs: TimeMs;
  /** Of the answers that this page was made of, in their order. */
  requests: number;
  bytes: number;
  sha256: Digest;
}>;

/** Trading rules of a market as its venue states them; null where it states none. Decimals are exact. */
export type VenueRules = Readonly<{
  tick: Price | null;
  lot: Quantity | null;
  minQuantity: Quantity | null;
  minNotional: Money | null;
  baseDecimals: number | null;
  quoteDecimals: number | null;
}>;

/** Fees of the lowest tier. `stated` tells the venue's own answer from its published schedule, which may be older. */
export type VenueFees = Readonly<{ makerPpm: RatePpm; takerPpm: RatePpm; chargedIn: 'quote' | 'received'; stated: 'by the venue' | 'by its schedule' }>;

export type VenueMarket = Readonly<{
  symbol: MarketSymbol;
  base: Asset;
  quote: Asset;
  /** What the venue calls it: `XXBTZUSD`, and `XBTUSD` where it has a second name. */
  venueId: string;
  venueName: string;
  /** Whether it can be bought and sold without restriction now; `venueState` is the venue's own word. A market that is gone is in no list. */
  active: boolean;
  venueState: string;
  rules: VenueRules;
  fees: VenueFees | null;
}>;

export type TopOfBook = Readonly<{
  symbol: MarketSymbol;
  bid: Price;
  bidQuantity: Quantity;
  ask: Price;
  askQuantity: Quantity;
  /** When the venue says it was so; null where it does not say. */
  venueMs: TimeMs | null;
  receivedMs: TimeMs;
}>;

/** What asking a source has cost since it was opened. Waits are whole milliseconds. */
export type RequestTally = Readonly<{
  requests: number;
  retries: number;
  /** Answers that said we ask too often. */
  refusals: number;
  rateLimitWaitMs: number;
  backoffWaitMs: number;
  bytes: number;
}>;

/** A place that tells candles and what it knows of its markets. Whatever fails is thrown as an error that says what to do next. */
export type MarketSource = Readonly<{
  id: string;
  absent: Absence;
  /** How its candles came about, recorded as the format of what is stored. */
  format: string;
  /** Pages ascend and join: each begins where the one before ended. Ends at `toMs`, or at the last candle that has closed. */
  candles: (request: CandleRequest) => AsyncGenerator<CandlePage, void, void>;
  markets: () => Promise<readonly VenueMarket[]>;
  /** In the order asked for, those that the venue has no book of left out. */
  topOfBook: (symbols: readonly MarketSymbol[]) => Promise<readonly TopOfBook[]>;
  /** The venue's clock. */
  now: () => Promise<TimeMs>;
  tally: () => RequestTally;
  close: () => Promise<void>;
}>;
