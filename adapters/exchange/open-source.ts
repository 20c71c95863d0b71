/** A source of market data by its id: Kraken and Binance as we know them best, CoinAPI with a key, any other exchange through ccxt. */
import type { MarketSource } from '../ports.ts';
import { binanceSource } from './binance-source.ts';
import { ccxtSource } from './ccxt-source.ts';
import { coinApiSource } from './coinapi-source.ts';
import type { CoinApiAccess } from './coinapi-source.ts';
import { krakenSource } from './kraken-source.ts';
import type { GivenOptions } from './source-options.ts';

/** Opens nothing but the objects: the first question loads what it needs. Throws SourceError for CoinAPI without a key. */
export const openMarketSource = (id: string, coinApi: CoinApiAccess, options: GivenOptions): MarketSource => {
  if (id === 'kraken') return krakenSource(options);
  if (id === 'binance') return binanceSource(options);
  if (id === 'coinapi') return coinApiSource(coinApi, options);
  return ccxtSource(id, options);
};
