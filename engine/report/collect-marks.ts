/**
 * What a price chart is marked with: fills as entries, exits, parts sold and stops, and entries that gates refused. A
 * refusal that repeats hour after hour is one mark. It counts what it leaves out.
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
import type { Mark } from './report.ts';
import { drawn } from './thin-curve.ts';

/** So many of a market: more than a chart can show apart. */
const MARKS_MAX = 600;

/** A mark while its run goes on. `weight` says which stay where there are too many: the largest result of its trades. */
type Growing = { hour: number; lastHour: number; kind: Mark['kind']; price: number; text: string; count: number; trade: number | null; weight: number };

export type MarketMarks = Readonly<{ marks: readonly Mark[]; leftOut: number }>;

/** A fill as the books have it. `trade` is the index of the trade that it closed; null for an entry. */
export type BookedFill = Readonly<{ decision: LotOpened | LotMatched; hour: HourUtc; step: ExecutedStep; order: PlacedOrder | null; price: string; trade: number | null; openedBy: string | null }>;

export type MarkCollector = Readonly<{
  filled: (fill: BookedFill) => void;
  refused: (refusal: OrderRefused, at: Readonly<{ hour: HourUtc; step: ExecutedStep }>) => void;
  marksOf: (index: number) => MarketMarks;
}>;

export const collectMarks = (desk: Desk): MarkCollector => {
  const fills = desk.symbols.map(() => new Map<string, Growing>());
  const refusals = desk.symbols.map((): Growing[] => []);
  const dropped = new Uint32Array(desk.symbols.length);

  const filled = ({ decision, hour, step, order, price, trade, openedBy }: BookedFill): void => {
    const index = desk.indexOf.get(decision.symbol)!;
    const marks = fills[index]!;
    const weight = decision.type === 'lot_matched' ? Math.abs(asDouble(decision.result)) : 0;
    if (trade !== null && openedBy !== null) addWeight(marks.get(openedBy), weight, trade);
    if (decision.tradeId === null) return;
    const before = marks.get(decision.tradeId);
    if (before !== undefined) return addWeight(before, weight, trade);
    const text = `${decision.type === 'lot_opened' ? 'BUY' : 'SELL'} ${soldOrBought(step, decision)} ${decision.symbol} at ${price}${order === null ? '' : `: ${order.reason}`}`;
    marks.set(decision.tradeId, { hour, lastHour: hour, kind: kindOf(desk, decision, { step, order, index }), price: drawn(Number(price)), text, count: 1, trade, weight });
  };

  const refused = ({ symbol, side, violations }: OrderRefused, { hour, step }: Readonly<{ hour: HourUtc; step: ExecutedStep }>): void => {
    if (side !== 'BUY') return;
    const index = desk.indexOf.get(symbol)!;
    const text = `refused ${violations.map(({ code }) => code).join(', ')}`;
    const marks = refusals[index]!;
    const before = marks.at(-1);
    if (before?.text === text && before.lastHour >= hour - 1) {
      if (before.lastHour < hour) before.count += 1;
      before.lastHour = hour;
      return;
    }
    marks.push({ hour, lastHour: hour, kind: 'refused', price: drawn(lastClose(step.state.marks, index) ?? 0), text, count: 1, trade: null, weight: 0 });
    // A run that is refused in turns would tell more than anybody looks at: the shortest go first.
    if (marks.length >= 4 * MARKS_MAX) {
      refusals[index] = heaviest(marks, 2 * MARKS_MAX);
      dropped[index]! += marks.length - refusals[index].length;
    }
  };

  const marksOf = (index: number): MarketMarks => {
    const every = [...fills[index]!.values(), ...refusals[index]!];
    const kept = heaviest(every, MARKS_MAX);
    const marks = kept.map(({ hour, kind, price, text, count, trade }): Mark => ({ hour, kind, price, text, count, trade }));
    return { marks, leftOut: every.length - kept.length + dropped[index]! };
  };
  return { filled, refused, marksOf };
};

/** An entry belongs to the first trade that closes (a part of) it. */
const addWeight = (mark: Growing | undefined, weight: number, trade: number | null): void => {
  if (mark === undefined) return;
  mark.weight += weight;
  mark.trade ??= trade;
};

/** Fills before refusals, by the size of their results; refusals by how long they went on. In order of hour again. */
const heaviest = (marks: readonly Growing[], most: number): Growing[] =>
  marks
    .toSorted((left, right) => Number(left.kind === 'refused') - Number(right.kind === 'refused') || right.weight - left.weight || right.count - left.count || left.hour - right.hour)
    .slice(0, most)
    .sort((left, right) => left.hour - right.hour);

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
