/**
 * State: everything the next step depends on, by slices, each written by one concept only. Its digest is one hash over
 * the slices' digests in this fixed order; specs/hashing.md gives the bytes of each.
 */
import { amountText, canonicalText, numberText, quotedText } from './kernel/canonical.ts';
import { leafHashOf } from './kernel/leaf-bytes.ts';
import { HASH_LENGTH, hexOf, putHash, sha256Hex } from './kernel/digest.ts';
import type { HashBytes } from './kernel/digest.ts';
import { leafOfText } from './kernel/merkle.ts';
import type { Digest } from './kernel/units.ts';
import type { Desk } from './desk.ts';
import { emptyLedger } from './ledger/ledger.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Lot, Lots } from './lots/lot.ts';
import { noMarks } from './market/marks.ts';
import type { Marks } from './market/marks.ts';
import { noVolumes } from './market/volumes.ts';
import type { Volumes } from './market/volumes.ts';
import { NO_ORDERS } from './orders/order.ts';
import type { Orders, Wanted, WorkingOrder } from './orders/order.ts';
import { NO_PORTFOLIO } from './portfolio/valuation.ts';
import type { Portfolio } from './portfolio/valuation.ts';
import { ACTIVE } from './risk/risk-state.ts';
import type { RiskState } from './risk/risk-state.ts';
import { noMemory } from './strategies/observe-agents.ts';
import type { AgentMemory } from './strategies/observe-agents.ts';

export type State = Readonly<{
  marks: Marks;
  volumes: Volumes;
  memories: readonly AgentMemory[];
  orders: Orders;
  lots: Lots;
  ledger: Ledger;
  portfolio: Portfolio;
  risk: RiskState;
}>;

/** The slices in the order of their leaves; each agent's memory is a leaf of its own. */
export type SliceName = 'marks' | 'volumes' | `memory.${string}` | 'orders' | 'lots' | 'ledger' | 'portfolio' | 'risk';

export const initialState = (desk: Desk): State => {
  const symbols = desk.symbols.length;
  return {
    marks: noMarks(symbols),
    volumes: noVolumes(desk.manifest.costs.participation === null ? 0 : symbols),
    memories: desk.agents.map(agent => noMemory(agent, symbols)),
    orders: NO_ORDERS,
    lots: [],
    ledger: emptyLedger(desk.chart),
    portfolio: NO_PORTFOLIO,
    risk: ACTIVE,
  };
};

/** A lot lives on through many hours that encode the slice anew; its own text is made once. */
const lotTexts = new WeakMap<Lot, string>();

/** Slices are immutable, and most stay as they are for hours: what was computed of the last one asked for is kept. */
const keptForLast = <Slice extends object, Result>(compute: (slice: Slice) => Result): ((slice: Slice) => Result) => {
  let last: Slice | null = null;
  let result: Result;
  return slice => {
    if (slice !== last) {
      result = compute(slice);
      last = slice;
    }
    return result;
  };
};

const listText = <Item>(items: readonly Item[], textOf: (item: Item) => string): string => {
  let text = '[';
  for (let index = 0; index < items.length; index += 1) text += index === 0 ? textOf(items[index]!) : `,${textOf(items[index]!)}`;
  return `${text}]`;
};

export const ordersText = (orders: Orders): string =>
  `{"wanted":${listText(orders.wanted, wantedText)},"working":${listText(orders.working, workingText)}}`;

const orNull = (amount: bigint | null): string => (amount === null ? 'null' : amountText(amount));

const wantedText = (wish: Wanted): string =>
  `{"agent":${quotedText(wish.agent)},"attempts":${numberText(wish.attempts)},${wish.want === 'long' ? `"quantity":${orNull(wish.quantity)},` : ''}` +
  `"reason":${quotedText(wish.reason)},"symbol":${quotedText(wish.symbol)},"want":"${wish.want}"}`;

const workingText = (order: WorkingOrder): string =>
  `{"acknowledged":${order.acknowledged},"agent":${quotedText(order.agent)},"cancelReason":${order.cancelReason === null ? 'null' : quotedText(order.cancelReason)},` +
  `"collarPrice":${orNull(order.collarPrice)},"filled":${amountText(order.filled)},"id":${quotedText(order.id)},"limitPrice":${orNull(order.limitPrice)},` +
  `"orderType":"${order.orderType}","placedStep":${numberText(order.placedStep)},"postOnly":${order.postOnly},"quantity":${amountText(order.quantity)},` +
  `"reserved":${amountText(order.reserved)},"reservedExposure":${amountText(order.reservedExposure)},"side":"${order.side}",` +
  `"symbol":${quotedText(order.symbol)},"timeInForce":"${order.timeInForce}"}`;

/** A lot as an array: field names would be two thirds of the bytes, hashed again in every hour with a fill. */
export const lotsText = (lots: Lots): string => listText(lots, lotText);

const lotText = (lot: Lot): string => {
  const known = lotTexts.get(lot);
  if (known !== undefined) return known;
  const text = `[${quotedText(lot.id)},${quotedText(lot.agent)},${quotedText(lot.symbol)},${amountText(lot.quantity)},${amountText(lot.cost)},${amountText(lot.fee)}]`;
  lotTexts.set(lot, text);
  return text;
};

export const portfolioText = (portfolio: Portfolio): string =>
  `{"peakUnitValue":${amountText(portfolio.peakUnitValue)},"units":${amountText(portfolio.units)}}`;
export const riskText = (risk: RiskState): string => canonicalText(risk);

const ordersLeaf = keptForLast((orders: Orders) => leafOfText(ordersText(orders)));
const lotsLeaf = keptForLast((lots: Lots) => leafOfText(lotsText(lots)));
const ledgerLeaf = keptForLast((ledger: Ledger) => leafHashOf(ledger.bytes));
const ledgerDigest = keptForLast((ledger: Ledger) => hexOf(ledgerLeaf(ledger)));
const portfolioLeaf = keptForLast((portfolio: Portfolio) => leafOfText(portfolioText(portfolio)));
const riskLeaf = keptForLast((risk: RiskState) => leafOfText(riskText(risk)));

const leavesOf = (state: State): HashBytes[] => [
  leafHashOf(state.marks.bytes),
  leafHashOf(state.volumes.bytes),
  ...state.memories.map(memory => leafHashOf(memory.bytes)),
  ordersLeaf(state.orders),
  lotsLeaf(state.lots),
  ledgerLeaf(state.ledger),
  portfolioLeaf(state.portfolio),
  riskLeaf(state.risk),
];

/** SHA-256(0x00 ‖ the slices' digests one after another). */
export const stateDigest = (state: State): Digest => {
  const leaves = leavesOf(state);
  const bytes = new Uint8Array(1 + HASH_LENGTH * leaves.length);
  for (let index = 0; index < leaves.length; index += 1) putHash(bytes, 1 + HASH_LENGTH * index, leaves[index]!);
  return sha256Hex(bytes);
};

/** The digest of the ledger slice alone. */
export const trialBalanceDigest = (state: State): Digest => ledgerDigest(state.ledger);

/** Each slice's digest by name, to say which one differs. */
export const sliceDigests = (desk: Desk, state: State): readonly Readonly<{ slice: SliceName; digest: Digest }>[] => {
  const names: readonly SliceName[] = [
    'marks',
    'volumes',
    ...desk.agents.map(({ agent }): SliceName => `memory.${agent.id}`),
    'orders',
    'lots',
    'ledger',
    'portfolio',
    'risk',
  ];
  return leavesOf(state).map((leaf, index) => ({ slice: names[index]!, digest: hexOf(leaf) }));
};
