/**
 * Slices of a state in words: every value under a name of its own (a market, an order, a lot, an account), so that two
 * states can be laid side by side. It shows and decides nothing; what is hashed is in core/state.ts.
 */
import { campaignsText } from '../../core/campaign/campaigns.ts';
import type { Desk } from '../../core/desk.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import { balancesOf } from '../../core/ledger/ledger.ts';
import { markOf } from '../../core/market/marks.ts';
import { medianVolume } from '../../core/market/volumes.ts';
import { riskText } from '../../core/risk/risk-state.ts';
import { lastReturns } from '../../core/risk/returns.ts';
import { ordersText, portfolioText, protectionsText, sliceDigests } from '../../core/state.ts';
import type { SliceName, State } from '../../core/state.ts';

/** Nested names with texts, numbers, flags and null at their ends. */
export type View = Readonly<{ [name: string]: unknown }>;
export type SliceView = Readonly<{ slice: SliceName; digest: string; content: View }>;

/** Every slice, in the order of the state's leaves. */
export const sliceViews = (desk: Desk, state: State): readonly SliceView[] =>
  sliceDigests(desk, state).map(({ slice, digest }) => ({ slice, digest, content: contentOf(desk, state, slice) }));

const contentOf = (desk: Desk, state: State, slice: SliceName): View => {
  switch (slice) {
    case 'marks':
      return bySymbol(desk, index => ({ close: orNull(markOf(state.marks, index)), closedAt: state.marks.slot[index]! < 0 ? null : closeOf(desk, state.marks.slot[index]!) }));
    case 'volumes':
      return state.volumes.count.length === 0 ? {} : bySymbol(desk, index => ({ candles: state.volumes.count[index]!, median: formatDecimal(medianVolume(state.volumes, index)) }));
    case 'returns':
      return state.returns.held.length === 0 ? {} : bySymbol(desk, index => ({ held: state.returns.held[index]!, last: lastReturns(state.returns, index, 1)?.[0] ?? null }));
    case 'campaigns':
      return keyed(parsed(campaignsText(state.campaigns)), ofPair, 'campaign');
    case 'orders':
      return ordersView(parsed(ordersText(state.orders)));
    case 'lots':
      return Object.fromEntries(
        state.lots.map(({ id, agent, symbol, quantity, cost, fee, acquiredMs }) => [
          id,
          { agent, symbol, quantity: formatDecimal(quantity), cost: formatDecimal(cost), fee: formatDecimal(fee), acquired: formatTime(acquiredMs) },
        ]),
      );
    case 'ledger':
      return Object.fromEntries(balancesOf(state.ledger).map(({ account, asset, amount }) => [`${account} ${asset}`, formatDecimal(amount)]));
    case 'portfolio':
      return parsed(portfolioText(state.portfolio)) as View;
    case 'risk':
      return parsed(riskText(state.risk)) as View;
    case 'protections':
      return parsed(protectionsText(state.protections)) as View;
    default:
      return memoryView(desk, state, slice);
  }
};

const memoryView = (desk: Desk, state: State, slice: string): View => {
  const at = desk.agents.findIndex(({ agent }) => slice === `memory.${agent.id}`);
  const { memorySize } = desk.agents[at]!;
  const { numbers } = state.memories[at]!;
  return bySymbol(desk, index => Object.fromEntries(Array.from(numbers.subarray(index * memorySize, (index + 1) * memorySize), (value, number) => [String(number), String(value)])));
};

const parsed = (text: string): unknown => JSON.parse(text) as unknown;
const orNull = (amount: bigint | null): string | null => (amount === null ? null : formatDecimal(amount));
const closeOf = (desk: Desk, slot: number): string => formatTime(timeMs((slot + 1) * desk.timeframeMs));

const bySymbol = (desk: Desk, view: (index: number, symbol: MarketSymbol) => unknown): View =>
  Object.fromEntries(desk.symbols.map((symbol, index) => [symbol, view(index, symbol)]));

type Row = Readonly<Record<string, unknown>>;

/** A list as an object by name; `only` leaves everything but one field of each row out. */
const keyed = (rows: unknown, nameOf: (row: Row) => string, only: string | null = null): View =>
  Object.fromEntries((rows as readonly Row[]).map(row => [nameOf(row), only === null ? row : row[only]]));

const ofPair = ({ agent, symbol }: Row): string => `${String(agent)} ${String(symbol)}`;

const ordersView = (orders: unknown): View => {
  const { working, wanted, stops, ended, trades } = orders as Row;
  return {
    working: keyed(working, ({ id }) => String(id)),
    wanted: keyed(wanted, ofPair),
    stops: keyed(stops, ofPair),
    ended: keyed(ended, ({ id }) => String(id)),
    trades: keyed(trades, ({ tradeId }) => String(tradeId)),
  };
};

/** What stands at the end of a path: text, a number, a flag or nothing. */
const endText = (value: unknown): string => (value === null ? '-' : typeof value === 'string' ? value : JSON.stringify(value));

/** A view as one line per value: `working.473366.0.1.quantity` and its text. */
export const flattened = (view: unknown, path: readonly string[] = []): readonly (readonly [path: string, value: string])[] => {
  if (typeof view !== 'object' || view === null) return [[path.join(' › '), endText(view)]];
  return Object.entries(view).flatMap(([name, value]) => flattened(value, [...path, name]));
};
