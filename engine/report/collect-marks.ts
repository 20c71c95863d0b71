/**
 * What a price chart is marked with: fills as entries, exits, parts sold and stops, and entries that gates refused. A
 * refusal that repeats hour after hour is one mark. It counts every kind in full, whatever it leaves out.
 */
import type { Desk } from '../../core/desk.ts';
import type { LotMatched, LotOpened, OrderRefused } from '../../core/events.ts';
import type { ExecutedStep } from '../../core/execute.ts';
import { floorToStep } from '../../core/kernel/rounding.ts';
import type { HourUtc, MarketSymbol } from '../../core/kernel/units.ts';
import { heldBy } from '../../core/lots/lot.ts';
import { asDouble, shortText } from './amounts.ts';
import { lastClose } from './closes.ts';
import type { PlacedOrder } from './order-whys.ts';
import { join, longest, marksOfMarket, mostTelling } from './most-telling.ts';
import type { Growing } from './most-telling.ts';
import type { Mark, MarkKind } from './report.ts';
import { drawn } from './thin-curve.ts';

export type MarketMarks = Readonly<{ marks: readonly Mark[]; leftOut: number; totals: Readonly<Record<MarkKind, number>> }>;

/** A fill as the books have it. `trade` is the index of the trade that it closed; null for an entry. */
export type BookedFill = Readonly<{ decision: LotOpened | LotMatched; hour: HourUtc; step: ExecutedStep; order: PlacedOrder | null; price: string; trade: number | null; openedBy: string | null }>;

export type MarkCollector = Readonly<{
  filled: (fill: BookedFill) => void;
  refused: (refusal: OrderRefused, at: Readonly<{ hour: HourUtc; step: ExecutedStep }>) => void;
  marksOf: (index: number) => MarketMarks;
}>;

export const collectMarks = (desk: Desk): MarkCollector => {
  const most = marksOfMarket(desk.symbols.length);
  const fills = desk.symbols.map(() => new Map<string, Growing>());
  const refusals = desk.symbols.map((): Growing[] => []);
  const dropped = new Uint32Array(desk.symbols.length);
  const totals = desk.symbols.map(() => ({ entry: 0, exit: 0, partial: 0, stop: 0, refused: 0 }));

  const filled = ({ decision, hour, step, order, price, trade, openedBy }: BookedFill): void => {
    const index = desk.indexOf.get(decision.symbol)!;
    const marks = fills[index]!;
    const weight = decision.type === 'lot_matched' ? Math.abs(asDouble(decision.result)) : 0;
    if (trade !== null && openedBy !== null) addWeight(marks.get(openedBy), weight, trade);
    if (decision.tradeId === null) return;
    const before = marks.get(decision.tradeId);
    if (before !== undefined) {
      if (openedBy !== null) join(before, marks.get(openedBy));
      return addWeight(before, weight, trade);
    }
    const text = `${decision.type === 'lot_opened' ? 'BUY' : 'SELL'} ${soldOrBought(step, decision)} ${decision.symbol} at ${price}${order === null ? '' : `: ${order.reason}`}`;
    const kind = kindOf(desk, decision, { step, order, index });
    const mark: Growing = { hour, lastHour: hour, kind, price: drawn(Number(price)), text, count: 1, trade, weight, joined: null };
    if (openedBy !== null) join(mark, marks.get(openedBy));
    totals[index]![kind] += 1;
    marks.set(decision.tradeId, mark);
  };

  const refused = ({ symbol, side, violations }: OrderRefused, { hour, step }: Readonly<{ hour: HourUtc; step: ExecutedStep }>): void => {
    if (side !== 'BUY') return;
    const index = desk.indexOf.get(symbol)!;
    const text = `refused ${violations.map(({ code }) => code).join(', ')}`;
    const marks = refusals[index]!;
    const before = marks.at(-1);
    if (before?.text === text && before.lastHour >= hour - 1) {
      if (before.lastHour === hour) return;
      before.count += 1;
      totals[index]!.refused += 1;
      before.lastHour = hour;
      return;
    }
    totals[index]!.refused += 1;
    marks.push({ hour, lastHour: hour, kind: 'refused', price: drawn(lastClose(step.state.marks, index) ?? 0), text, count: 1, trade: null, weight: 0, joined: null });
    // A run that is refused in turns would tell more than anybody looks at: the shortest go first.
    if (marks.length >= 4 * most) {
      refusals[index] = longest(marks, 2 * most);
      dropped[index]! += marks.length - refusals[index].length;
    }
  };

  const marksOf = (index: number): MarketMarks => {
    const found = { fills: [...fills[index]!.values()], refusals: refusals[index]! };
    const kept = mostTelling(found, most);
    const marks = kept.map(({ hour, kind, price, text, count, trade }): Mark => ({ hour, kind, price, text, count, trade }));
    return { marks, leftOut: found.fills.length + found.refusals.length - kept.length + dropped[index]!, totals: totals[index]! };
  };
  return { filled, refused, marksOf };
};

/** An entry belongs to the first trade that closes (a part of) it. */
const addWeight = (mark: Growing | undefined, weight: number, trade: number | null): void => {
  if (mark === undefined) return;
  mark.weight += weight;
  mark.trade ??= trade;
};

/** The quantity of a fill, of which a decision may be a part only. */
const soldOrBought = ({ bucket }: ExecutedStep, decision: LotOpened | LotMatched): string => {
  for (const fact of bucket.facts) {
    if (fact.type === 'order_filled' && fact.tradeId === decision.tradeId) return shortText(fact.quantity);
    if (fact.type === 'account_traded' && fact.id === decision.tradeId) return shortText(fact.quantity);
  }
  return shortText(decision.quantity);
};

const STOPS = ['STOP_LOSS', 'TRAILING_STOP'];

const kindOf = (desk: Desk, decision: LotOpened | LotMatched, { step, order, index }: Readonly<{ step: ExecutedStep; order: PlacedOrder | null; index: number }>): Mark['kind'] => {
  if (decision.type === 'lot_opened') return 'entry';
  if (order !== null && STOPS.includes(order.reason)) return 'stop';
  return isStillHeld(desk, step, { agent: decision.agent, symbol: decision.symbol, index }) ? 'partial' : 'exit';
};

/** Less than a lot is dust and no position. */
const isStillHeld = (desk: Desk, { state }: ExecutedStep, { agent, symbol, index }: Readonly<{ agent: string; symbol: MarketSymbol; index: number }>): boolean =>
  floorToStep(heldBy(state.lots, agent, symbol), desk.instruments[index]!.lot) > 0n;
