/** A bucket: the facts of one step in canonical order, beside the candles its market fact names. */
import { assert } from './kernel/assert.ts';
import { baseOf } from './kernel/units.ts';
import type { HourUtc } from './kernel/units.ts';
import type { Desk } from './desk.ts';
import { byFactOrder, isVenueFact } from './log.ts';
import type { Fact, VenueFact } from './log.ts';
import { heldBy, TREASURY } from './lots/lot.ts';
import type { MarketStep } from './market/feed.ts';
import { markOf } from './market/marks.ts';
import type { State } from './state.ts';
import type { FeeStock } from './venue/fees.ts';
import { simulateVenue } from './venue/simulate.ts';

export type Bucket = Readonly<{ hour: HourUtc; step: number; market: MarketStep; facts: readonly Fact[] }>;

/** What the outside adds to a step beside the market and the venue: late candles and operators. */
export type OutsideFact = Exclude<Fact, VenueFact | { type: 'market' }>;

type Step = Readonly<{ hour: HourUtc; step: number; market: MarketStep }>;

const NO_FACTS: readonly OutsideFact[] = [];

/** The bucket of a simulated step: the venue answers the orders that rest in `before`, then everything is put in order. */
export const simulatedBucket = (desk: Desk, before: State, at: Step, outside: readonly OutsideFact[] = NO_FACTS): Bucket => {
  const { hour, step, market } = at;
  const { working } = before.orders;
  assert(desk.manifest.venue === 'simulated', 'What a real venue did is recorded and never made up.');
  if (working.length === 0 && outside.length === 0) return { hour, step, market, facts: [market.fact] };
  const absolute = hour * desk.stepsPerHour + step;
  const answers = simulateVenue({ desk, market, step: absolute }, working, feeStock(desk, before));
  return { hour, step, market, facts: inOrder([...answers, market.fact, ...outside]) };
};

/** Facts in canonical order, whatever order they arrived in. What a venue says twice in one step is one fact. */
export const inOrder = (facts: readonly Fact[]): readonly Fact[] => {
  if (isAscending(facts)) return facts;
  const sorted = [...facts].sort(byFactOrder);
  const isRepeated = (fact: Fact, index: number): boolean => index > 0 && byFactOrder(sorted[index - 1]!, fact) === 0;
  if (!sorted.some(isRepeated)) return sorted;
  assert(sorted.every((fact, index) => isVenueFact(fact) || !isRepeated(fact, index)), 'No fact enters a step twice.');
  return sorted.filter((fact, index) => !isRepeated(fact, index));
};

const isAscending = (facts: readonly Fact[]): boolean => {
  for (let index = 1; index < facts.length; index += 1) if (byFactOrder(facts[index - 1]!, facts[index]!) >= 0) return false;
  return true;
};

/** What is held to pay fees in a third asset, at the mark known before the step. */
const feeStock = (desk: Desk, { lots, marks }: State): FeeStock | null => {
  const { asset } = desk.manifest.costs.fees;
  if (typeof asset === 'string') return null;
  const index = desk.symbols.findIndex(symbol => baseOf(symbol) === asset.third);
  assert(index >= 0, 'A third fee asset is priced by a symbol of the universe.');
  const mark = markOf(marks, index);
  if (mark === null) return null;
  const symbol = desk.symbols[index]!;
  return { asset: asset.third, quantity: heldBy(lots, TREASURY, symbol), mark, decimals: desk.instruments[index]!.baseDecimals };
};

