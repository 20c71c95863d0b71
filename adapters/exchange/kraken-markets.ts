/**
 * Kraken's list of pairs as recorded facts: its own names beside the usual ones, whether they trade, tick, lot, minima and the fees
 * of the lowest tier. Dark pools and synthetic pairs are no markets of ours and are left out.
 */
import { z } from 'zod';
import { marketSymbol, money, price, quantity } from '../../core/kernel/units.ts';
import type { VenueFees, VenueMarket } from '../ports.ts';
import { readShape } from './answer-shape.ts';
import { amountOf, ppmOfPercent, stepOfDecimals } from './exact-fields.ts';
import type { Asked } from './source-error.ts';
import type { SourceOptions } from './source-options.ts';

const TIERS = z.array(z.tuple([z.number(), z.number()])).optional();
const DECIMAL_FIELD = z.union([z.string(), z.number()]).optional();
const PAIR = z.object({
  altname: z.string(),
  base: z.string(),
  quote: z.string(),
  pair_decimals: z.number().int().min(0).max(18),
  lot_decimals: z.number().int().min(0).max(18),
  cost_decimals: z.number().int().min(0).max(18).optional(),
  fees: TIERS,
  fees_maker: TIERS,
  ordermin: DECIMAL_FIELD,
  costmin: DECIMAL_FIELD,
  tick_size: DECIMAL_FIELD,
  status: z.string().optional(),
});
type Pair = z.infer<typeof PAIR>;
const ASSET_PAIRS = z.object({ result: z.record(z.string(), PAIR) });

/** Kraken takes fees from the quote unless an order asks otherwise. A pair without a maker schedule charges the same both ways. */
const feesOf = (asked: Asked, id: string, { fees, fees_maker: makers }: Pair): VenueFees | null => {
  const taker = fees?.[0];
  if (taker === undefined) return null;
  const takerPpm = ppmOfPercent(asked, `the fee of ${id}`, taker[1]);
  const maker = makers?.[0];
  return { makerPpm: maker === undefined ? takerPpm : ppmOfPercent(asked, `the maker fee of ${id}`, maker[1]), takerPpm, chargedIn: 'quote', stated: 'by the venue' };
};

const isMarket = (id: string): boolean => !id.endsWith('.d') && !id.includes(':');

type Listing = Readonly<{ asked: Asked; assetOfVenueName: SourceOptions['assetOfVenueName'] }>;

const marketOf = ({ asked, assetOfVenueName }: Listing, id: string, pair: Pair): VenueMarket => {
  const [base, quote] = [assetOfVenueName(pair.base), assetOfVenueName(pair.quote)];
  const minQuantity = amountOf(asked, `ordermin of ${id}`, pair.ordermin);
  const minNotional = amountOf(asked, `costmin of ${id}`, pair.costmin);
  const tick = amountOf(asked, `tick_size of ${id}`, pair.tick_size) ?? stepOfDecimals(pair.pair_decimals);
  const state = pair.status ?? 'online';
  return {
    symbol: marketSymbol(`${base}/${quote}`),
    base,
    quote,
    venueId: id,
    venueName: pair.altname,
    active: state === 'online',
    venueState: state,
    rules: {
      tick: price(tick),
      lot: quantity(stepOfDecimals(pair.lot_decimals)),
      minQuantity: minQuantity === null ? null : quantity(minQuantity),
      minNotional: minNotional === null ? null : money(minNotional),
      baseDecimals: pair.lot_decimals,
      quoteDecimals: pair.cost_decimals ?? null,
    },
    fees: feesOf(asked, id, pair),
  };
};

/** Every pair of an `AssetPairs` answer. */
export const readKrakenMarkets = (assetOfVenueName: SourceOptions['assetOfVenueName']) => (response: unknown, asked: Asked): readonly VenueMarket[] =>
  Object.entries(readShape(ASSET_PAIRS, response, asked).result).filter(([id]) => isMarket(id)).map(([id, pair]) => marketOf({ asked, assetOfVenueName }, id, pair));
