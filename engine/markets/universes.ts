/** Universes that ship with tb: lists of assets under a versioned name, chosen once. Another choice is another version. */
import type { Universe } from '../../adapters/store/venue-records.ts';
import { asset } from '../../core/kernel/units.ts';
import { usage } from '../problem.ts';
import { orNearest, typed } from '../wording.ts';

const TOP30 = [
  'BTC', 'ETH', 'BNB', 'XRP', 'SOL', 'TRX', 'ADA', 'BCH', 'XMR', 'LINK', 'XLM', 'HBAR', 'LTC', 'AVAX', 'ZEC', 'SUI', 'SHIB', 'TON', 'DOT', 'UNI', 'AAVE', 'TAO', 'NEAR', 'ETC', 'ICP',
  'POL', 'KAS', 'ALGO', 'FIL', 'APT',
];

/** Renamed one for one by their issuers. */
const FORMERLY: Readonly<Record<string, string>> = { POL: 'MATIC' };

/** The thirty largest assets that are no stablecoin and stand for no other, in a fixed order. */
const UNIVERSE_V1_TOP30_NON_STABLE: Universe = {
  name: 'UNIVERSE_V1_TOP30_NON_STABLE',
  members: TOP30.map(name => ({ asset: asset(name), formerly: FORMERLY[name] === undefined ? null : asset(FORMERLY[name]) })),
};

export const UNIVERSES: readonly Universe[] = [UNIVERSE_V1_TOP30_NON_STABLE];

/** What a universe may be counted in. */
export const UNIVERSE_QUOTES = ['CAD', 'USD', 'USDC', 'USDT'] as const;

/** The universe of a name; a name that is not there is refused with the nearest. */
export const requireUniverse = (name: string): Universe => {
  const found = UNIVERSES.find(universe => universe.name === name);
  if (found !== undefined) return found;
  const names = UNIVERSES.map(universe => universe.name);
  throw usage(`There is no universe ${typed(name)}${orNearest(name, names)}`, `Universes: ${names.join(', ')}.`);
};
