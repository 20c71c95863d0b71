/**
 * What a loopback venue calls its markets and which rules it states for them, as Kraken and as Binance would. Invented figures of
 * the size of real ones; which of them a reader keeps is for its own tests.
 */
import { baseOf, quoteOf } from '../../../core/kernel/units.ts';
import type { MarketSymbol } from '../../../core/kernel/units.ts';

const KRAKEN_ASSETS: Readonly<Record<string, Readonly<{ id: string; altname: string }>>> = {
  BTC: { id: 'XXBT', altname: 'XBT' },
  ETH: { id: 'XETH', altname: 'ETH' },
  DOGE: { id: 'XXDG', altname: 'XDG' },
  USD: { id: 'ZUSD', altname: 'USD' },
  CAD: { id: 'ZCAD', altname: 'CAD' },
};

export type KrakenName = Readonly<{ id: string; altname: string; wsname: string; base: string; quote: string }>;

const assetOf = (name: string): Readonly<{ id: string; altname: string }> => KRAKEN_ASSETS[name] ?? { id: name, altname: name };

/** XXBTZUSD, XBTUSD and XBT/USD for BTC/USD. */
export const krakenName = (symbol: MarketSymbol): KrakenName => {
  const [base, quote] = [assetOf(baseOf(symbol)), assetOf(quoteOf(symbol))];
  const long = base.id !== base.altname && quote.id !== quote.altname;
  const altname = `${base.altname}${quote.altname}`;
  return { id: long ? `${base.id}${quote.id}` : altname, altname, wsname: `${base.altname}/${quote.altname}`, base: base.id, quote: quote.id };
};

export const krakenPair = (symbol: MarketSymbol): Readonly<Record<string, unknown>> => ({
  ...krakenName(symbol),
  aclass_base: 'currency',
  aclass_quote: 'currency',
  lot: 'unit',
  cost_decimals: 5,
  pair_decimals: 5,
  lot_decimals: 8,
  lot_multiplier: 1,
  leverage_buy: [2, 3],
  leverage_sell: [2, 3],
  fees: [[0, 0.4], [10_000, 0.35], [50_000, 0.24]],
  fees_maker: [[0, 0.25], [10_000, 0.2], [50_000, 0.14]],
  fee_volume_currency: 'ZUSD',
  margin_call: 80,
  margin_stop: 40,
  ordermin: '0.00005',
  costmin: '0.5',
  tick_size: '0.1',
  status: 'online',
  execution_venue: 'international',
});

/** Entries of Kraken's list that are no markets of ours: a pair that only lets orders be cancelled, and a synthetic one. */
export const krakenOddities = (symbol: MarketSymbol): Readonly<Record<string, unknown>> => ({
  MATICUSD: { ...krakenPair(symbol), id: 'MATICUSD', altname: 'MATICUSD', wsname: 'MATIC/USD', base: 'MATIC', quote: 'ZUSD', status: 'cancel_only' },
  XDGUSD: { ...krakenPair(symbol), altname: 'XDGUSD', wsname: 'XDG/USD', base: 'XXDG', quote: 'ZUSD', pair_decimals: 7, tick_size: '0.0000001' },
  'XBTUSD:BTNL01': { ...krakenPair(symbol), altname: 'XBTUSD:BTNL01', base: 'XXBT', quote: 'ZUSD' },
});

export const krakenAsset = (name: string): Readonly<Record<string, unknown>> => ({ aclass: 'currency', altname: assetOf(name).altname, decimals: 10, display_decimals: 5, status: 'enabled' });
export const krakenAssetId = (name: string): string => assetOf(name).id;

/** `BTCUSDT`. */
export const binanceName = (symbol: MarketSymbol): string => `${baseOf(symbol)}${quoteOf(symbol)}`;

export const binanceSymbol = (symbol: MarketSymbol, status: string): Readonly<Record<string, unknown>> => ({
  symbol: binanceName(symbol),
  status,
  baseAsset: baseOf(symbol),
  baseAssetPrecision: 8,
  quoteAsset: quoteOf(symbol),
  quotePrecision: 8,
  quoteAssetPrecision: 8,
  baseCommissionPrecision: 8,
  quoteCommissionPrecision: 8,
  orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET'],
  icebergAllowed: true,
  isSpotTradingAllowed: true,
  isMarginTradingAllowed: false,
  filters: [
    { filterType: 'PRICE_FILTER', minPrice: '0.01000000', maxPrice: '1000000.00000000', tickSize: '0.01000000' },
    { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
    { filterType: 'NOTIONAL', minNotional: '5.00000000', applyMinToMarket: true, maxNotional: '9000000.00000000', applyMaxToMarket: false, avgPriceMins: 5 },
  ],
  permissions: ['SPOT'],
  permissionSets: [['SPOT']],
});
