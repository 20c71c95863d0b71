/**
 * Small accounts: how much a portfolio must be worth so that the smallest entry its profile may size can still be
 * ordered. It decides nothing in an hour; a run is refused with its answer before it opens.
 */
import { ceilToStep, divideUp, notionalUp } from '../kernel/rounding.ts';
import { fraction, maxOf, money, ONE_E18, quantity } from '../kernel/units.ts';
import type { Fraction, Money, Price } from '../kernel/units.ts';
import type { Instrument } from '../manifest.ts';
import { tierTerms } from './drawdown.ts';
import type { RiskProfile } from './risk-profile.ts';
import { entryFraction } from './volatility-sizing.ts';

type SizingSections = Pick<RiskProfile<unknown>, 'sizing' | 'limits' | 'drawdown'>;

/** The least share of portfolio value an entry is sized to, by the last tier that buys and the volatility floor; null where the profile has no base. */
export const smallestFraction = (profile: SizingSections): Fraction | null => {
  const scale = profile.sizing.volatility?.floor ?? fraction(ONE_E18);
  let smallest: Fraction | null = null;
  for (let tier = 0; tier < profile.drawdown.tiers.length; tier += 1) {
    const size = entryFraction({ candidate: null, base: tierTerms(profile, tier).base, scale });
    if (size !== null && size > 0n && (smallest === null || size < smallest)) smallest = size;
  }
  return smallest;
};

type Market = Pick<Instrument, 'lot' | 'minNotional'>;

/** What the fewest whole lots cost that reach the minimum notional at a price, up. */
export const smallestOrder = ({ lot, minNotional }: Market, mark: Price): Money => {
  const units = quantity(divideUp(minNotional * ONE_E18, mark));
  return notionalUp(maxOf(ceilToStep(units, lot), lot), mark);
};

/** The least portfolio value at which the smallest entry is an order, up; 0 where nothing shrinks an entry. */
export const valueNeeded = (profile: SizingSections, market: Market, mark: Price): Money => {
  const smallest = smallestFraction(profile);
  return smallest === null ? money(0n) : money(divideUp(smallestOrder(market, mark) * ONE_E18, smallest));
};
