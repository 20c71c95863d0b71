/** Whether our engine under a peer's rules comes to the peer's round trips, every one of them. */
import { sha256Hex } from '../../core/kernel/digest.ts';
import type { CandleColumns } from '../../core/market/columns.ts';
import { engineTrades } from './engine-trades.ts';
import { PEER_RULES, QUANTITY_TOLERANCE } from './rules.ts';
import type { PeerName } from './rules.ts';
import { firstDifference, rowOf, tradeOf } from './trade.ts';
import type { PeerLine, Trade } from './trade.ts';

/** `difference` is null when all are equal; `held` positions were open when the market ended. */
export type Comparison = Readonly<{ difference: string | null; equity: number; held: number }>;

export const comparePeer = (peer: PeerName, line: Pick<PeerLine, 'trades'>, columns: readonly CandleColumns[]): Comparison => {
  const { trades, equity, held } = engineTrades(columns, PEER_RULES[peer]);
  return { difference: firstDifference(trades, line.trades.map(tradeOf), QUANTITY_TOLERANCE[peer]), equity, held };
};

/** SHA-256 over moments and prices: sizes are left out, because their last bits are a matter of floating point. */
export const tradesDigest = (trades: readonly Trade[]): string => sha256Hex(JSON.stringify(trades.map(trade => rowOf({ ...trade, quantity: null }))));
