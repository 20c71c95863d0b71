/** What sales of a step realised, position by position, for the protections: read from what the step has logged. */
import { addMoney, money } from '../kernel/units.ts';
import type { Decision, LotMatched } from '../events.ts';
import { heldBy, TREASURY } from '../lots/lot.ts';
import { isDust } from './gate-view.ts';
import type { GateView } from './gate-view.ts';
import type { Realised } from './protections.ts';

const NOTHING: readonly Realised[] = [];

/** In the order the first sale of each position was booked. A fee paid in kind is no sale, and the treasury has no positions. */
export const realisedIn = (log: readonly Decision[], view: Pick<GateView, 'desk' | 'marks' | 'lots'>): readonly Realised[] => {
  const sales = log.filter((event): event is LotMatched => event.type === 'lot_matched' && !event.paidFee && event.agent !== TREASURY);
  if (sales.length === 0) return NOTHING;
  const results = new Map<string, Realised>();
  for (const { agent, symbol, result } of sales) {
    const key = `${agent} ${symbol}`;
    const held = heldBy(view.lots, agent, symbol);
    const over = held <= 0n || isDust(view, view.desk.indexOf.get(symbol)!, held);
    results.set(key, { agent, symbol, result: addMoney(results.get(key)?.result ?? money(0n), result), over });
  }
  return [...results.values()];
};
