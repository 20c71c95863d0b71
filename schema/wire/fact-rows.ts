/** The typed row of a fact: venue trades have one, other facts are their bytes. */
import type { Fact } from '../../core/log.ts';
import type { MirrorRow } from './mirror-tables.ts';
import { numericText } from './numeric-text.ts';

export const factRows = (fact: Fact): readonly MirrorRow[] => {
  if (fact.type !== 'order_filled') return [];
  const { tradeId, orderId, quantity, price, fee, feeAsset, feeValue, liquidity } = fact;
  return [
    {
      table: 'venue_trade',
      values: [tradeId, orderId, numericText(quantity), numericText(price), numericText(fee), feeAsset, numericText(feeValue), liquidity],
    },
  ];
};
