/**
 * Clusters: which coins are expected to fall together, so that one cap binds them together. The table is a version of
 * its own and never changes; a symbol it does not name is UNCLASSIFIED, which has a cap too and is never a block.
 */
import { baseOf } from '../kernel/units.ts';
import type { MarketSymbol } from '../kernel/units.ts';
import type { Limit, Limits } from './risk-profile.ts';

const UNCLASSIFIED = 'UNCLASSIFIED';

/**
 * The thirty coins of UNIVERSE_V1_TOP30_NON_STABLE by the five sectors that index providers agree on in substance
 * (CoinDesk's Digital Asset Classification Standard, FTSE Grayscale Crypto Sectors). Where they differ, a coin stands
 * in the larger sector: a cap on more coins is the stricter one.
 */
export const CLUSTERS_V1 = {
  COMPUTING: ['FIL', 'LINK', 'TAO'],
  CULTURE: ['SHIB'],
  CURRENCY: ['BCH', 'BTC', 'KAS', 'LTC', 'XLM', 'XMR', 'XRP', 'ZEC'],
  FINANCE: ['AAVE', 'UNI'],
  PLATFORM: ['ADA', 'ALGO', 'APT', 'AVAX', 'BNB', 'DOT', 'ETC', 'ETH', 'HBAR', 'ICP', 'NEAR', 'POL', 'SOL', 'SUI', 'TON', 'TRX'],
} as const;

export type ClusterName = keyof typeof CLUSTERS_V1;

/** Other tickers of the same coin: a venue's own, or the one before a renaming. */
const SAME_COIN: Readonly<Record<string, string>> = { MATIC: 'POL', XBT: 'BTC' };

const CLUSTER_OF: ReadonlyMap<string, string> = new Map(Object.entries(CLUSTERS_V1).flatMap(([name, coins]) => coins.map(coin => [coin, name])));

export const isClusterName = (name: string): name is ClusterName => Object.hasOwn(CLUSTERS_V1, name);

/** The cluster of a symbol's base, else UNCLASSIFIED. */
export const clusterOf = (symbol: MarketSymbol): string => {
  const base = baseOf(symbol);
  return CLUSTER_OF.get(SAME_COIN[base] ?? base) ?? UNCLASSIFIED;
};

/** The limit that binds a cluster: its own, that of the unclassified, or that of every other; null binds nothing. */
export const clusterLimit = ({ clusters, perCluster, unclassified }: Limits, cluster: string): Limit | null => {
  if (cluster === UNCLASSIFIED) return unclassified;
  return Object.hasOwn(clusters, cluster) ? clusters[cluster]! : perCluster;
};
