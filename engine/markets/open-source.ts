/**
 * A source of market data by its name: kraken, binance, coinapi, or any exchange that ccxt knows. What it takes to talk to a
 * venue is loaded here and by no command that does not.
 */
import type { MarketSource } from '../../adapters/ports.ts';
import { assetOfKrakenName } from '../../adapters/market-data/kraken-names.ts';
import { asset } from '../../core/kernel/units.ts';
import { usage } from '../problem.ts';

export type SourceRequest = Readonly<{
  name: string;
  /** In place of the venue's own address; null is the venue. */
  url: string | null;
  /** The most requests a minute; null leaves it to the venue's limit, 'unlimited' keeps none. */
  requestsPerMinute: number | 'unlimited' | null;
  /** The key of CoinAPI, which no other source wants. */
  coinApiKey: string | null;
}>;

const SOURCE_NAME = /^[a-z][a-z0-9]{1,30}$/;

/** CoinAPI tells of many exchanges; ours are counted as Kraken lists them. */
const COINAPI_EXCHANGE = 'KRAKEN';

export const openSource = async ({ name, url, requestsPerMinute, coinApiKey }: SourceRequest): Promise<MarketSource> => {
  if (!SOURCE_NAME.test(name)) throw usage(`--source: ${JSON.stringify(name)} is no name of a source.`, 'Sources: kraken, binance, coinapi, or the id of an exchange that ccxt knows.');
  const { openMarketSource } = await import('../../adapters/exchange/open-source.ts');
  const options = {
    baseUrl: url,
    paced: requestsPerMinute !== 'unlimited',
    requestsPerMinute: typeof requestsPerMinute === 'number' ? requestsPerMinute : null,
    assetOfVenueName: name === 'kraken' ? assetOfKrakenName : (code: string) => asset(code.toUpperCase()),
  };
  return openMarketSource(name, { key: coinApiKey, exchange: COINAPI_EXCHANGE }, options);
};
