/** What a venue says of its markets, as the records that a store keeps of it. What it leaves open is not made up. */
import type { Listing, RuleRecord } from '../../adapters/store/venue-records.ts';
import type { VenueMarket } from '../../adapters/ports.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';

export const listingOf = ({ symbol, venueId, active }: VenueMarket): Listing => ({ symbol, venueSymbol: venueId, status: active ? 'trading' : 'halted' });

/** Half spreads in hundredths of a percent, as the slippage model has them: the two large markets, and all others. */
const NARROW: ReadonlySet<string> = new Set(['BTC', 'ETH']);
const HALF_SPREAD_BPS = { narrow: 5, other: 15 } as const;

/** Null where the venue states no tick, lot or decimals: half a rule would be taken for a whole one. */
export const ruleOf = ({ symbol, base, rules, fees }: VenueMarket): RuleRecord | null => {
  const { tick, lot, minQuantity, minNotional, baseDecimals, quoteDecimals } = rules;
  if (tick === null || lot === null || baseDecimals === null || quoteDecimals === null) return null;
  return {
    symbol,
    tick: formatDecimal(tick),
    lot: formatDecimal(lot),
    minNotional: minNotional === null ? '0' : formatDecimal(minNotional),
    minQuantity: minQuantity === null || minQuantity === 0n ? null : formatDecimal(minQuantity),
    baseDecimals,
    quoteDecimals,
    halfSpreadBps: NARROW.has(base) ? HALF_SPREAD_BPS.narrow : HALF_SPREAD_BPS.other,
    makerPpm: fees === null ? null : Number(fees.makerPpm),
    takerPpm: fees === null ? null : Number(fees.takerPpm),
    feeIn: fees?.chargedIn ?? null,
  };
};
