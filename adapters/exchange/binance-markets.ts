/**
 * Binance's list of markets as recorded facts: names, whether they trade, tick, lot, minimum. What the list does not say is null;
 * fees are not in it and come from the published schedule of the lowest tier.
 */
import { z } from 'zod';
import { asset, marketSymbol, money, price, quantity, ratePpm } from '../../core/kernel/units.ts';
import type { VenueFees, VenueMarket } from '../ports.ts';
import { readShape } from './answer-shape.ts';
import { amountOf } from './exact-fields.ts';
import type { Asked } from './source-error.ts';

const FILTER = z.object({ filterType: z.string(), tickSize: z.string().optional(), stepSize: z.string().optional(), minQty: z.string().optional(), minNotional: z.string().optional() });
const SYMBOL = z.object({
  symbol: z.string(),
  status: z.string(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  baseAssetPrecision: z.number().int().min(0).max(18).optional(),
  quoteAssetPrecision: z.number().int().min(0).max(18).optional(),
  filters: z.array(FILTER),
});
const EXCHANGE_INFO = z.object({ symbols: z.array(SYMBOL) });

/** 0.10 % for maker and taker, taken from what is received. */
const SCHEDULE: VenueFees = { makerPpm: ratePpm(1_000), takerPpm: ratePpm(1_000), chargedIn: 'received', stated: 'by its schedule' };

const zeroIsNone = (amount: bigint | null): bigint | null => (amount === 0n ? null : amount);

const marketOf = (asked: Asked, listed: z.infer<typeof SYMBOL>): VenueMarket => {
  const filter = (...types: readonly string[]): z.infer<typeof FILTER> | undefined => listed.filters.find(({ filterType }) => types.includes(filterType));
  const [prices, lots, notional] = [filter('PRICE_FILTER'), filter('LOT_SIZE'), filter('NOTIONAL', 'MIN_NOTIONAL')];
  const amount = (name: string, field: string | undefined): bigint | null => amountOf(asked, `${name} of ${listed.symbol}`, field);
  const [tick, lot] = [zeroIsNone(amount('tickSize', prices?.tickSize)), zeroIsNone(amount('stepSize', lots?.stepSize))];
  const [minQuantity, minNotional] = [amount('minQty', lots?.minQty), amount('minNotional', notional?.minNotional)];
  const [base, quote] = [asset(listed.baseAsset.toUpperCase()), asset(listed.quoteAsset.toUpperCase())];
  return {
    symbol: marketSymbol(`${base}/${quote}`),
    base,
    quote,
    venueId: listed.symbol,
    venueName: listed.symbol,
    active: listed.status === 'TRADING',
    venueState: listed.status,
    rules: {
      tick: tick === null ? null : price(tick),
      lot: lot === null ? null : quantity(lot),
      minQuantity: minQuantity === null ? null : quantity(minQuantity),
      minNotional: minNotional === null ? null : money(minNotional),
      baseDecimals: listed.baseAssetPrecision ?? null,
      quoteDecimals: listed.quoteAssetPrecision ?? null,
    },
    fees: SCHEDULE,
  };
};

/** Every spot market of an `exchangeInfo` answer, also those that were delisted and are still listed as `BREAK`. */
export const readBinanceMarkets = (response: unknown, asked: Asked): readonly VenueMarket[] =>
  readShape(EXCHANGE_INFO, response, asked).symbols.map(listed => marketOf(asked, listed));
