/**
 * The manifest: what a run opens with. Its hash is the genesis of the hour chain, so it holds opening values only and
 * nothing about who runs it, where, when, in which mode, until when or under which name.
 */
import { canonicalText } from './kernel/canonical.ts';
import { sha256Hex } from './kernel/digest.ts';
import type { Timeframe } from './market/timeframe.ts';
import type { Asset, Bps, Digest, Fraction, HourUtc, MarketSymbol, Money, Price, Quantity, RatePpm } from './kernel/units.ts';
import type { RunProfile } from './profile.ts';

/** Raised when any rule that can change a decision changes; specs/decisions.md says what each version means. */
export const SEMANTICS_VERSION = 2;
/** Raised when the bytes of any record change. */
export const ENCODING_VERSION = 2;

/** Trading rules of one market as known when the run opens; never inferred from prices. */
export type Instrument = Readonly<{
  symbol: MarketSymbol;
  tick: Price;
  lot: Quantity;
  minNotional: Money;
  /** Decimals fees are charged in: base asset and quote asset. */
  baseDecimals: number;
  quoteDecimals: number;
  halfSpreadBps: Bps;
  /** What an absent candle means: nobody traded, or nobody told us. */
  absent: 'quiet' | 'missing';
  /** What it is expected to fall together with: a name of CLUSTERS_V1, or UNCLASSIFIED. */
  cluster: string;
}>;

export type Sizing =
  | Readonly<{ kind: 'fraction'; fraction: Fraction }>
  | Readonly<{ kind: 'notional'; notional: Money }>
  | Readonly<{ kind: 'quantity'; quantity: Quantity }>;

export type TimeInForce = 'HOUR' | 'IOC' | 'FOK';

/** How entries are ordered. A LIMIT stands `offsetBps` below the mark. Exits are always MARKET. */
export type EntryOrder =
  | Readonly<{ type: 'MARKET' }>
  | Readonly<{ type: 'LIMIT'; offsetBps: Bps; postOnly: boolean; timeInForce: TimeInForce }>;

/**
 * A stop that the core holds for every position of an agent, `distance` below what it was bought at (`loss`) or below the
 * highest close since (`trailing`). Distance is a share above 0 and below 1.
 */
export type StopPolicy = Readonly<{ kind: 'loss' | 'trailing'; distance: Fraction }>;

export type Agent = Readonly<{
  id: string;
  strategy: string;
  /** SHA-256 of a user's strategy file; null for a strategy that ships with tb. */
  strategyDigest: Digest | null;
  /** Every parameter, defaults included, as decimal text in normal form. */
  parameters: Readonly<Record<string, string>>;
  sizing: Sizing;
  entry: EntryOrder;
  /** Only for strategies that speak in plain signals: a campaign decides its own exits. */
  stop: StopPolicy | null;
}>;

/** `fee.asset` is what a fee is charged in: the quote, whatever was received, or a named third asset. */
export type Fees = Readonly<{ name: string; makerPpm: RatePpm; takerPpm: RatePpm; asset: 'quote' | 'received' | Readonly<{ third: Asset }> }>;

export type Slippage =
  | Readonly<{ kind: 'spread_impact'; impactBps: Bps }>
  | Readonly<{ kind: 'constant'; bps: Bps }>;

export type CostModel = Readonly<{
  fees: Fees;
  slippage: Slippage;
  /** Largest share of a candle's volume that one order may take; null for no limit. */
  participation: Fraction | null;
}>;

/**
 * Where the answers to orders come from. `simulated`: core makes them itself, and one that cannot be is a bug. `recorded`:
 * an exchange reports them, and whatever it reports has happened.
 */
export type Venue = 'simulated' | 'recorded';

/** An opening holding. The quote has unit cost 1; any other asset brings its basis per unit in quote. */
export type OpeningBalance = Readonly<{ asset: Asset; quantity: Quantity; unitCost: Price }>;

export type Manifest = Readonly<{
  version: 1;
  semantics: number;
  encoding: number;
  /** The first hour that is executed and sealed. */
  startHour: HourUtc;
  /** The first hour at whose close an agent may trade; hours before it are warm-up. */
  tradeFromHour: HourUtc;
  timeframe: Timeframe;
  quote: Asset;
  openingBalances: readonly OpeningBalance[];
  agents: readonly Agent[];
  /** The profile it opens with; an operator may change it, and then the log says which is in force. */
  profile: RunProfile;
  /** Ascending by symbol. */
  universe: readonly Instrument[];
  venue: Venue;
  costs: CostModel;
}>;

export const manifestText = (manifest: Manifest): string => canonicalText(manifest);

/** The genesis of a run: SHA-256 of the canonical manifest. */
export const genesisOf = (manifest: Manifest): Digest => sha256Hex(manifestText(manifest));
