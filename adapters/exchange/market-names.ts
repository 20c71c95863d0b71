/**
 * Which market of a venue a symbol speaks of, from the venue's own list. The list is asked for once and again on request; a symbol
 * that is not in it is refused by name, with those that come close.
 */
import { baseOf } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import type { VenueMarket } from '../ports.ts';
import { malformed, SourceError } from './source-error.ts';

export type MarketNames = Readonly<{ list: () => Promise<readonly VenueMarket[]>; marketOf: (symbol: MarketSymbol) => Promise<VenueMarket> }>;

const NAMED_MAX = 5;

const unknownMarket = (source: string, symbol: MarketSymbol, markets: readonly VenueMarket[]): SourceError => {
  const near = markets.filter(market => market.base === baseOf(symbol)).slice(0, NAMED_MAX).map(market => market.symbol);
  return new SourceError({
    source,
    failure: 'unknown-market',
    asked: `the market ${symbol}`,
    reason: `none of its ${markets.length} markets is ${symbol}`,
    hint: near.length > 0 ? `It has ${near.join(', ')}.` : 'It may be delisted or renamed; another source or a file may still have its history.',
  });
};

/** A venue without a single market is an answer gone wrong; believed, it would delist everything. */
const requireSome = (source: string, markets: readonly VenueMarket[]): readonly VenueMarket[] => {
  if (markets.length === 0) throw malformed({ source, asked: 'its markets' }, 'it lists none');
  return markets;
};

export const marketNames = (source: string, ask: () => Promise<readonly VenueMarket[]>): MarketNames => {
  let known: Promise<readonly VenueMarket[]> | null = null;
  const list = (): Promise<readonly VenueMarket[]> => {
    const asking = ask().then(markets => requireSome(source, markets));
    known = asking;
    asking.catch(() => {
      if (known === asking) known = null;
    });
    return asking;
  };
  return {
    list,
    marketOf: async symbol => {
      const markets = await (known ?? list());
      const market = markets.find(candidate => candidate.symbol === symbol);
      if (market === undefined) throw unknownMarket(source, symbol, markets);
      return market;
    },
  };
};
