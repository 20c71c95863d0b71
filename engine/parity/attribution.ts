/**
 * Why two runs that should agree are not worth the same: the difference in value, taken apart step by step into what
 * held positions earned, what fills paid and what fees took, each put down to the first thing that made it differ. The
 * parts sum to the difference exactly; what rounding leaves is a part of its own.
 */
import type { Desk } from '../../core/desk.ts';
import type { ExecutedHour, ExecutedStep } from '../../core/execute.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { byCodeUnit } from '../../core/kernel/order.ts';
import { ONE_E18, quoteOf } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import type { OrderFilledFact } from '../../core/log.ts';
import { widenAt } from '../../core/market/columns.ts';
import { markOf } from '../../core/market/marks.ts';
import type { State } from '../../core/state.ts';

/**
 * `opening`: they began with different money or holdings. `data`: other candle values. `gap`: a candle that one of them
 * did not have. `operator`: other commands. `rule`: another strategy, parameter, size, profile or instrument. `fills`:
 * the same order filled otherwise. `fees`: another fee of the same fill. `missing_hour`: hours that only one has executed.
 * `rounding`: what is left, less than a unit of the last decimal for each amount booked.
 */
export const CAUSES = ['opening', 'data', 'gap', 'operator', 'rule', 'fills', 'fees', 'missing_hour', 'rounding'] as const;
export type Cause = (typeof CAUSES)[number];

/** Quote currency, 18 decimals, right less left. */
export type Attribution = Readonly<Record<Cause, bigint>>;

export type Attributor = Readonly<{ add: (left: ExecutedHour, right: ExecutedHour) => void; parts: () => Attribution }>;

/** What both were worth before the first hour that they share. */
export type Opening = Readonly<{ left: Side; right: Side }>;
type Side = Readonly<{ desk: Desk; state: State; value: bigint }>;

export const attributor = ({ left, right }: Opening): Attributor => {
  const parts = Object.fromEntries(CAUSES.map(cause => [cause, 0n])) as Record<Cause, bigint>;
  const memory = { value: { left: left.value, right: right.value }, state: { left: left.state, right: right.state } };
  const scene: Scene = { left: left.desk, right: right.desk, rules: ruleDiffers(left.desk, right.desk), parts, causeOf: new Map(), dataOf: new Map(), operator: false };
  parts.opening += right.value - left.value;
  for (const symbol of symbolsOf(scene)) if (heldIn(left.state, symbol) !== heldIn(right.state, symbol)) scene.causeOf.set(symbol, 'opening');
  const add = (one: ExecutedHour, other: ExecutedHour): void => {
    for (let step = 0; step < Math.max(one.steps.length, other.steps.length); step += 1) {
      const [before, steps] = [memory.state, { left: one.steps[step]!, right: other.steps[step]! }];
      const change = steps.right.valuation.value - memory.value.right - (steps.left.valuation.value - memory.value.left);
      const told = stepParts(scene, { before, steps });
      parts.rounding += change - told;
      memory.value = { left: steps.left.valuation.value, right: steps.right.valuation.value };
      memory.state = { left: steps.left.state, right: steps.right.state };
    }
  };
  return { add, parts: () => ({ ...parts }) };
};

/** `causeOf`: why the holdings of a symbol differ, while they do. `dataOf`: how its candles have differed, ever. */
type Scene = Readonly<{ left: Desk; right: Desk; rules: boolean; parts: Record<Cause, bigint>; causeOf: Map<MarketSymbol, Cause>; dataOf: Map<MarketSymbol, 'data' | 'gap'> }> & { operator: boolean };
type Both<Value> = Readonly<{ left: Value; right: Value }>;
type Step = Readonly<{ before: Both<State>; steps: Both<ExecutedStep> }>;

const symbolsOf = ({ left, right }: Pick<Scene, 'left' | 'right'>): readonly MarketSymbol[] => [...new Set([...left.symbols, ...right.symbols])];

/** Everything of a manifest but its costs: what makes other decisions from the same candles and the same money. */
const ruleDiffers = (left: Desk, right: Desk): boolean => {
  const rulesOf = ({ manifest: { agents, profile, universe, quote, timeframe, tradeFromHour } }: Desk): string => canonicalText({ agents, profile, universe, quote, timeframe, tradeFromHour });
  return rulesOf(left) !== rulesOf(right);
};

const heldIn = ({ lots }: State, symbol: MarketSymbol): bigint => lots.reduce((sum, lot) => (lot.symbol === symbol ? sum + lot.quantity : sum), 0n);

const markIn = (desk: Desk, { marks }: State, symbol: MarketSymbol): bigint => {
  const index = desk.indexOf.get(symbol);
  return index === undefined ? 0n : (markOf(marks, index) ?? 0n);
};

/** Puts down what a step explains, and returns its sum. */
const stepParts = (scene: Scene, step: Step): bigint => {
  scene.operator ||= operatorsOf(step.steps.left) !== operatorsOf(step.steps.right);
  let told = 0n;
  const tell = (cause: Cause, amount: bigint): void => {
    scene.parts[cause] += amount;
    told += amount;
  };
  moneyParts(step, tell);
  for (const symbol of symbolsOf(scene)) {
    noteData(scene, step, symbol);
    holdingParts(scene, step, { symbol, tell });
    tradeParts(scene, step, { symbol, tell });
    if (heldIn(step.steps.left.state, symbol) === heldIn(step.steps.right.state, symbol)) scene.causeOf.delete(symbol);
  }
  return told;
};

const operatorsOf = ({ bucket }: ExecutedStep): string => canonicalText(bucket.facts.filter(({ type }) => type === 'operator').map(fact => ('command' in fact ? { command: fact.command } : {})));

/** Money that people brought or took, and what a run opened with. */
const moneyParts = ({ steps }: Step, tell: (cause: Cause, amount: bigint) => void): void => {
  const [one, other] = [moneyIn(steps.left), moneyIn(steps.right)];
  if (one.opening !== other.opening) tell('opening', other.opening - one.opening);
  if (one.operator !== other.operator) tell('operator', other.operator - one.operator);
};

const moneyIn = ({ decisions }: ExecutedStep): Readonly<{ opening: bigint; operator: bigint }> => {
  const moved = { opening: 0n, operator: 0n };
  for (const decision of decisions) {
    if (decision.type !== 'ledger_posted' || (decision.kind !== 'deposit' && decision.kind !== 'withdrawal')) continue;
    for (const { account, amount } of decision.postings) if (account === 'cash') moved[decision.reference === OPENING ? 'opening' : 'operator'] += amount;
  }
  return moved;
};

const OPENING = 'opening';

/** A candle of a symbol that one had and the other had not, or had with other values. */
const noteData = (scene: Scene, { steps }: Step, symbol: MarketSymbol): void => {
  const [one, other] = [candleOf(scene.left, steps.left, symbol), candleOf(scene.right, steps.right, symbol)];
  if (one !== other && !scene.dataOf.has(symbol)) scene.dataOf.set(symbol, one === null || other === null ? 'gap' : 'data');
};

const candleOf = (desk: Desk, { bucket: { market } }: ExecutedStep, symbol: MarketSymbol): string | null => {
  const index = desk.indexOf.get(symbol);
  const row = index === undefined ? -1 : market.rows[index]!;
  if (row < 0) return null;
  const { open, high, low, close, volume } = market.series[index!]!;
  return [open, high, low, close, volume].map(column => widenAt(column, row)).join(' ');
};

type Telling = Readonly<{ symbol: MarketSymbol; tell: (cause: Cause, amount: bigint) => void }>;

/** What was held before the step, over the move of its mark; and what a run opened with, at its first mark. */
const holdingParts = (scene: Scene, { before, steps }: Step, { symbol, tell }: Telling): void => {
  const held = { left: heldIn(before.left, symbol), right: heldIn(before.right, symbol) };
  const move = {
    left: markIn(scene.left, steps.left.state, symbol) - markIn(scene.left, before.left, symbol),
    right: markIn(scene.right, steps.right.state, symbol) - markIn(scene.right, before.right, symbol),
  };
  if (held.left !== 0n && move.left !== move.right) tell(scene.dataOf.get(symbol) ?? 'data', (held.left * (move.right - move.left)) / ONE_E18);
  const opened = { left: openedWith(steps.left, symbol), right: openedWith(steps.right, symbol) };
  if (opened.left !== opened.right) tell('opening', (opened.right * markIn(scene.right, steps.right.state, symbol) - opened.left * markIn(scene.left, steps.left.state, symbol)) / ONE_E18);
  if (held.left !== held.right) tell(causeFor(scene, { before, steps }, symbol), ((held.right - held.left) * move.right) / ONE_E18);
};

const openedWith = ({ decisions }: ExecutedStep, symbol: MarketSymbol): bigint =>
  decisions.reduce((sum, decision) => (decision.type === 'lot_opened' && decision.tradeId === null && decision.symbol === symbol ? sum + decision.quantity : sum), 0n);

/** Signed units of what was filled, what it earned against the mark of the step, and its fee at that mark. */
type Traded = Readonly<{ units: bigint; edge: bigint; fee: bigint }>;

const tradedIn = (desk: Desk, { bucket, state }: ExecutedStep, before: State, symbol: MarketSymbol): Traded => {
  const mark = markIn(desk, state, symbol);
  let [units, edge, fee] = [0n, 0n, 0n];
  for (const fact of bucket.facts) {
    const order = fact.type === 'order_filled' ? before.orders.working.find(({ id }) => id === fact.orderId) : undefined;
    if (fact.type !== 'order_filled' || order?.symbol !== symbol) continue;
    const sign = order.side === 'BUY' ? 1n : -1n;
    units += sign * fact.quantity;
    edge += (sign * fact.quantity * (mark - fact.price)) / ONE_E18;
    fee += feeAtMark(desk, state, fact);
  }
  return { units, edge, fee };
};

/** A fee in quote is what it is; one in units costs what they would be worth now. */
const feeAtMark = (desk: Desk, state: State, { fee, feeAsset }: OrderFilledFact): bigint => {
  if (feeAsset === desk.manifest.quote) return fee;
  const symbol = desk.symbols.find(candidate => candidate === `${feeAsset}/${quoteOf(candidate)}`);
  return symbol === undefined ? 0n : (fee * markIn(desk, state, symbol)) / ONE_E18;
};

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

/** What both filled is compared unit for unit; what only one filled is put down to why it did. */
const tradeParts = (scene: Scene, step: Step, { symbol, tell }: Telling): void => {
  const one = tradedIn(scene.left, step.steps.left, step.before.left, symbol);
  const other = tradedIn(scene.right, step.steps.right, step.before.right, symbol);
  if (one.units === 0n && other.units === 0n) return;
  const alike = one.units > 0n === other.units > 0n && one.units !== 0n && other.units !== 0n;
  const shared = alike ? (absolute(one.units) < absolute(other.units) ? absolute(one.units) : absolute(other.units)) : 0n;
  const shareOf = (amount: bigint, units: bigint): bigint => (units === 0n ? 0n : (amount * shared) / absolute(units));
  const edge = shareOf(other.edge, other.units) - shareOf(one.edge, one.units);
  const fee = shareOf(one.fee, one.units) - shareOf(other.fee, other.units);
  if (edge !== 0n) tell(scene.dataOf.get(symbol) ?? 'fills', edge);
  if (fee !== 0n) tell(isFeeAlike(scene) && edge !== 0n ? (scene.dataOf.get(symbol) ?? 'fills') : 'fees', fee);
  if (one.units === other.units) return;
  const cause = causeFor(scene, step, symbol);
  scene.causeOf.set(symbol, cause);
  tell(cause, other.edge - one.edge - edge + (one.fee - other.fee - fee));
};

/** The same rates: a fee that differs follows from the price. */
const isFeeAlike = ({ left, right }: Scene): boolean => canonicalText(left.manifest.costs.fees) === canonicalText(right.manifest.costs.fees);

/** Why the holdings of a symbol differ, or begin to in this step. */
const causeFor = (scene: Scene, { before }: Step, symbol: MarketSymbol): Cause => {
  const known = scene.causeOf.get(symbol);
  if (known !== undefined) return known;
  if (ordersOf(before.left, symbol) === ordersOf(before.right, symbol) && ordersOf(before.left, symbol) !== '') return scene.dataOf.get(symbol) ?? 'fills';
  const candles = scene.dataOf.get(symbol);
  if (candles !== undefined) return candles;
  if (scene.operator) return 'operator';
  return scene.rules ? 'rule' : leading(scene);
};

/** Orders at work in a symbol, by what they ask for. */
const ordersOf = ({ orders }: State, symbol: MarketSymbol): string =>
  orders.working
    .filter(order => order.symbol === symbol)
    .map(({ agent, side, quantity, filled, limitPrice }) => `${agent} ${side} ${quantity - filled} ${limitPrice}`)
    .sort(byCodeUnit)
    .join(', ');

/** Sizes follow value: by the same rules another size comes from what made most of the difference so far. */
const leading = ({ parts, left, right }: Scene): Cause => {
  const most = (['opening', 'data', 'gap', 'operator', 'fills', 'fees'] as const).reduce((first, cause) => (absolute(parts[cause]) > absolute(parts[first]) ? cause : first));
  if (parts[most] !== 0n) return most;
  return canonicalText(left.manifest.costs.fees) === canonicalText(right.manifest.costs.fees) ? 'fills' : 'fees';
};
