/**
 * Stops that the core holds: judged at the close by the low of the candle, from the candle of the entry on. A stop that
 * is reached asks for an exit by the next open; it never sells at its own level, and it never buys.
 */
import { divideUp } from '../kernel/rounding.ts';
import { maxOf, ONE_E18, price } from '../kernel/units.ts';
import type { Fraction, MarketSymbol, Price } from '../kernel/units.ts';
import type { Decision } from '../events.ts';
import type { StopPolicy } from '../manifest.ts';
import type { Lots, Position } from '../lots/lot.ts';
import { positionsOf } from '../lots/lot.ts';
import { widenAt } from '../market/columns.ts';
import type { MarketStep } from '../market/feed.ts';
import type { GateView } from '../risk/gate-view.ts';
import { isDust } from '../risk/gate-view.ts';
import { WHOLE } from './intent.ts';
import type { Intent } from './intent.ts';
import { isSamePair } from './order.ts';
import type { Orders, TrailingStop } from './order.ts';

export type StopInputs = Readonly<{ view: GateView; orders: Orders; market: MarketStep }>;

export type JudgedStops = Readonly<{ stops: readonly TrailingStop[]; intents: readonly Intent[] }>;

/**
 * What every position with a stop concludes from this close. A position already being sold whole is left to that; one
 * without a candle keeps its stop as it is.
 */
export const judgeStops = ({ view, orders, market }: StopInputs, log: Decision[]): JudgedStops => {
  const { desk, lots } = view;
  const stops: TrailingStop[] = [];
  const intents: Intent[] = [];
  for (const { agent, symbol, quantity } of positionsOf(lots)) {
    const policy = desk.stops.find(({ id }) => id === agent)?.policy;
    const index = desk.indexOf.get(symbol)!;
    if (policy === undefined || isDust(view, index, quantity)) continue;
    const before = orders.stops.find(isSamePair({ agent, symbol }));
    const level = before?.level ?? entryLevel(lots, { agent, symbol }, policy.distance);
    const candle = candleOf(market, index);
    const isLeaving = orders.wanted.some(wish => wish.want === 'flat' && isSamePair({ agent, symbol })(wish));
    const isReached = !isLeaving && candle !== null && candle.low <= level;
    if (isReached) {
      log.push({ agent, kind: policy.kind, level, low: candle.low, symbol, type: 'stop_triggered' });
      intents.push(stopIntent(agent, symbol, policy));
    }
    if (policy.kind === 'loss') continue;
    const raised = candle === null || isReached || isLeaving ? level : maxOf(level, levelBelow(candle.close, policy.distance));
    stops.push(before?.level === raised ? before : { agent, symbol, level: raised });
  }
  return { stops: isSameList(stops, orders.stops) ? orders.stops : stops, intents };
};

/** What a unit held has cost on average, less the distance, up: a stop is rather reached than missed. */
const entryLevel = (lots: Lots, pair: Pick<Position, 'agent' | 'symbol'>, distance: Fraction): Price => {
  let cost = 0n;
  let held = 0n;
  for (const lot of lots) {
    if (lot.agent !== pair.agent || lot.symbol !== pair.symbol) continue;
    cost += lot.cost;
    held += lot.quantity;
  }
  return price(divideUp(cost * (ONE_E18 - distance), held));
};

const levelBelow = (close: Price, distance: Fraction): Price => price(divideUp(close * (ONE_E18 - distance), ONE_E18));

const candleOf = ({ rows, series }: MarketStep, index: number): Readonly<{ low: Price; close: Price }> | null => {
  const row = rows[index]!;
  if (row < 0) return null;
  const { low, close } = series[index]!.columns;
  return { low: price(widenAt(low, row)), close: price(widenAt(close, row)) };
};

const stopIntent = (agent: string, symbol: MarketSymbol, { kind }: StopPolicy): Intent => ({
  agent,
  symbol,
  kind: 'exit',
  source: 'stop',
  fraction: WHOLE,
  reason: kind === 'loss' ? 'STOP_LOSS' : 'TRAILING_STOP',
  expectedReturn: null,
});

const isSameList = (left: readonly TrailingStop[], right: readonly TrailingStop[]): boolean =>
  left.length === right.length && left.every((stop, index) => stop === right[index]);
