/** The typed row of a fact: what happened at the venue has one, other facts are their bytes. */
import type { AccountTransferredFact, Fact } from '../../core/log.ts';
import type { MirrorRow } from './mirror-tables.ts';
import { numericText } from './numeric-text.ts';

export const factRows = (fact: Fact): readonly MirrorRow[] => {
  switch (fact.type) {
    case 'order_filled': {
      const { tradeId, orderId, quantity, price, fee, feeAsset, feeValue, liquidity } = fact;
      return [
        {
          table: 'venue_trade',
          values: [tradeId, orderId, numericText(quantity), numericText(price), numericText(fee), feeAsset, numericText(feeValue), liquidity],
        },
      ];
    }
    case 'account_traded': {
      const { id, ordinal, symbol, side, quantity, price, amount, value, fee, feeAsset, feeValue } = fact;
      const amounts = [quantity, price, amount, value, fee].map(numericText);
      return [{ table: 'account_trade', values: [id, String(ordinal), symbol, side, ...amounts, feeAsset, numericText(feeValue)] }];
    }
    case 'account_transferred':
      return [transferRow(fact)];
    case 'account_rewarded': {
      const { id, ordinal, purpose, asset, quantity, fee, value } = fact;
      return [{ table: 'account_reward', values: [id, String(ordinal), purpose, asset, numericText(quantity), numericText(fee), numericText(value)] }];
    }
    case 'account_charged': {
      const { id, ordinal, purpose, asset, quantity, value } = fact;
      return [{ table: 'account_charge', values: [id, String(ordinal), purpose, asset, numericText(quantity), numericText(value)] }];
    }
    case 'asset_renamed': {
      const { id, ordinal, from, to, quantity, received } = fact;
      return [{ table: 'asset_renaming', values: [id, String(ordinal), from, to, numericText(quantity), numericText(received)] }];
    }
    case 'market':
    case 'candle_late':
    case 'candle_revised':
    case 'order_acknowledged':
    case 'order_rejected':
    case 'order_cancelled':
    case 'order_expired':
    case 'venue_error':
    case 'fault_reported':
    case 'operator':
    case 'prediction':
      return [];
  }
};

/** What leaves has no basis and no date of its own: its lots have. */
const transferRow = (fact: AccountTransferredFact): MirrorRow => {
  const { id, ordinal, direction, asset, quantity } = fact;
  const origin = fact.direction === 'in' ? [numericText(fact.basis), String(fact.acquiredMs)] : [null, null];
  return { table: 'account_transfer', values: [id, String(ordinal), direction, asset, numericText(quantity), ...origin] };
};
