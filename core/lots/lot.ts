/** Open lots, oldest first, and the positions they add up to. A lot remembers what was paid, which fee came with it, and when. */
import { quantity } from '../kernel/units.ts';
import type { MarketSymbol, Money, Quantity, TimeMs } from '../kernel/units.ts';
import type { LotId } from '../events.ts';

/** Holdings that pay fees and came with the opening balances; no strategy may sell them. */
export const TREASURY = 'treasury';

export type Lot = Readonly<{
  id: LotId;
  agent: string;
  symbol: MarketSymbol;
  /** What is left of it, with the cost and entry fee that belong to the rest. Negative is owed. */
  quantity: Quantity;
  cost: Money;
  fee: Money;
  acquiredMs: TimeMs;
}>;

/** The lots slice: open lots by time of acquisition, those of one moment in order of opening. */
export type Lots = readonly Lot[];

/** The lots with one more. Almost always it is the youngest. */
export const withLot = (lots: Lots, lot: Lot): Lots => {
  const last = lots.at(-1);
  if (last === undefined || last.acquiredMs <= lot.acquiredMs) return [...lots, lot];
  const younger = lots.findIndex(({ acquiredMs }) => acquiredMs > lot.acquiredMs);
  return [...lots.slice(0, younger), lot, ...lots.slice(younger)];
};

export const heldBy = (lots: Lots, agent: string, symbol: MarketSymbol): Quantity => {
  let sum = 0n;
  for (const lot of lots) if (lot.symbol === symbol && lot.agent === agent) sum += lot.quantity;
  return quantity(sum);
};

export type Position = Readonly<{ agent: string; symbol: MarketSymbol; quantity: Quantity }>;

/** One position per agent and symbol, in order of its oldest lot. */
export const positionsOf = (lots: Lots): readonly Position[] => {
  const positions = new Map<string, Position>();
  for (const { agent, symbol, quantity: held } of lots) {
    const key = `${agent} ${symbol}`;
    const before = positions.get(key);
    positions.set(key, { agent, symbol, quantity: quantity((before?.quantity ?? 0n) + held) });
  }
  return [...positions.values()];
};
