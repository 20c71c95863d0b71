/**
 * Amounts are fixed point: a bigint of 10^-18 units, branded by what it measures. `price * price` loses the brand,
 * so arithmetic that mixes units has to go through kernel/rounding.ts, where its rounding has a name.
 */

declare const unit: unique symbol;
export type Unit<Base, Name extends string> = Base & { readonly [unit]: Name };

/** Quote currency per one unit of base, 18 decimals. */
export type Price = Unit<bigint, 'Price'>;
/** Units of an asset, 18 decimals. */
export type Quantity = Unit<bigint, 'Quantity'>;
/** An amount of the run's quote currency, 18 decimals. */
export type Money = Unit<bigint, 'Money'>;
/** A dimensionless share, 18 decimals: 1 is 10^18. */
export type Fraction = Unit<bigint, 'Fraction'>;
/** A fee rate in millionths of the notional. */
export type RatePpm = Unit<number, 'RatePpm'>;
/** Hundredths of a percent. */
export type Bps = Unit<number, 'Bps'>;
/** Whole hours since the Unix epoch, UTC. */
export type HourUtc = Unit<number, 'HourUtc'>;
/** Milliseconds since the Unix epoch, UTC. */
export type TimeMs = Unit<number, 'TimeMs'>;
/** Lower-case hex of a SHA-256. */
export type Digest = Unit<string, 'Digest'>;
/** `BASE/QUOTE`, upper case. */
export type MarketSymbol = Unit<string, 'MarketSymbol'>;
/** Upper-case ticker of a currency or coin. */
export type Asset = Unit<string, 'Asset'>;

export const DECIMALS = 18;
export const ONE_E18 = 1_000_000_000_000_000_000n;
/** The widest amount NUMERIC(38,18) can hold, exclusive: 20 integer digits. */
export const AMOUNT_BOUND = 100_000_000_000_000_000_000n * ONE_E18;
export const HOUR_MS = 3_600_000;

export const price = (value: bigint): Price => value as Price;
export const quantity = (value: bigint): Quantity => value as Quantity;
export const money = (value: bigint): Money => value as Money;
export const fraction = (value: bigint): Fraction => value as Fraction;
export const ratePpm = (value: number): RatePpm => value as RatePpm;
export const bps = (value: number): Bps => value as Bps;
export const hourUtc = (value: number): HourUtc => value as HourUtc;
export const timeMs = (value: number): TimeMs => value as TimeMs;
export const digestOf = (hex: string): Digest => hex as Digest;
export const marketSymbol = (value: string): MarketSymbol => value as MarketSymbol;
export const asset = (value: string): Asset => value as Asset;

export const addMoney = (left: Money, right: Money): Money => (left + right) as Money;
export const subtractMoney = (left: Money, right: Money): Money => (left - right) as Money;
export const addQuantity = (left: Quantity, right: Quantity): Quantity => (left + right) as Quantity;
export const subtractQuantity = (left: Quantity, right: Quantity): Quantity => (left - right) as Quantity;
export const minOf = <Amount extends bigint>(left: Amount, right: Amount): Amount => (left < right ? left : right);
export const maxOf = <Amount extends bigint>(left: Amount, right: Amount): Amount => (left > right ? left : right);

/** Symbols are few and asked for in every fill. Hostile input cannot grow what is kept for ever. */
const SYMBOLS_KEPT_MAX = 4_096;
const assetsOf = new Map<MarketSymbol, Readonly<{ base: Asset; quote: Asset }>>();

const parted = (symbol: MarketSymbol): Readonly<{ base: Asset; quote: Asset }> => {
  const known = assetsOf.get(symbol);
  if (known !== undefined) return known;
  const slash = symbol.indexOf('/');
  const assets = { base: symbol.slice(0, slash) as Asset, quote: symbol.slice(slash + 1) as Asset };
  if (assetsOf.size < SYMBOLS_KEPT_MAX) assetsOf.set(symbol, assets);
  return assets;
};

/** The base of `BASE/QUOTE`. */
export const baseOf = (symbol: MarketSymbol): Asset => parted(symbol).base;
/** The quote of `BASE/QUOTE`. */
export const quoteOf = (symbol: MarketSymbol): Asset => parted(symbol).quote;
