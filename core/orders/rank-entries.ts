/**
 * Who comes first when several entries ask for the same cash: the larger expected return net of its round trip where one
 * is known, then a hash that favours nobody. No alphabet and no order of arrival decides.
 */
import { sha256Hex } from '../kernel/digest.ts';
import { byCodeUnit } from '../kernel/order.ts';
import type { Fraction, HourUtc } from '../kernel/units.ts';
import type { Desk } from '../desk.ts';
import { netEdge } from '../risk/cost-gate.ts';
import type { EntryWish } from '../risk/gate-view.ts';
import { roundTripCost } from '../risk/round-trip-cost.ts';

/** Highest net edge first, those without one last; equals by SHA-256(genesis:hour:symbol), then by agent. */
export const rankEntries = (desk: Desk, hour: HourUtc, due: readonly EntryWish[]): readonly EntryWish[] => {
  if (due.length < 2) return due;
  const ranked = due.map(entry => ({ entry, edge: edgeOf(desk, entry), hash: sha256Hex(`${desk.genesis}:${hour}:${entry.wish.symbol}`) }));
  return ranked
    .sort((left, right) => byEdge(left.edge, right.edge) || byCodeUnit(left.hash, right.hash) || byCodeUnit(left.entry.wish.agent, right.entry.wish.agent))
    .map(({ entry }) => entry);
};

const byEdge = (left: Fraction | null, right: Fraction | null): number => {
  if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
  return left === right ? 0 : left > right ? -1 : 1;
};

/** What an entry is expected to earn once its round trip is paid: in by the agent's entry order, out by a MARKET order. */
const edgeOf = (desk: Desk, { agent, index, wish }: EntryWish): Fraction | null =>
  wish.expectedReturn === null ? null : netEdge(wish.expectedReturn, roundTripCost(desk.manifest.costs, agent.agent.entry, desk.instruments[index]!));
