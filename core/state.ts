/**
 * State: everything the next step depends on, by slices, each written by one concept only. Its digest is the RFC 6962
 * root over the slices' bytes in this fixed order; specs/hashing.md gives the bytes of each.
 */
import { canonicalText } from './kernel/canonical.ts';
import { leafHashOf } from './kernel/leaf-bytes.ts';
import { hexOf } from './kernel/digest.ts';
import type { HashBytes } from './kernel/digest.ts';
import { leafOfText, merkleRoot } from './kernel/merkle.ts';
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
import type { Orders } from './orders/order.ts';
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

/** Values are immutable, so what was encoded or hashed once never has to be again. */
const textMemo = new WeakMap<object, string>();
const leafMemo = new WeakMap<object, HashBytes>();

const itemText = (item: object): string => {
  const known = textMemo.get(item);
  if (known !== undefined) return known;
  const text = canonicalText(item);
  textMemo.set(item, text);
  return text;
};

const listText = (items: readonly object[]): string => {
  let text = '[';
  for (let index = 0; index < items.length; index += 1) text += index === 0 ? itemText(items[index]!) : `,${itemText(items[index]!)}`;
  return `${text}]`;
};

export const ordersText = (orders: Orders): string => `{"wanted":${listText(orders.wanted)},"working":${listText(orders.working)}}`;

/** A lot as an array: field names would be two thirds of the bytes, hashed again in every hour with a fill. */
export const lotsText = (lots: Lots): string => {
  let text = '[';
  for (let index = 0; index < lots.length; index += 1) text += index === 0 ? lotText(lots[index]!) : `,${lotText(lots[index]!)}`;
  return `${text}]`;
};

const lotText = (lot: Lot): string => {
  const known = textMemo.get(lot);
  if (known !== undefined) return known;
  const text = canonicalText([lot.id, lot.agent, lot.symbol, lot.quantity, lot.cost, lot.fee]);
  textMemo.set(lot, text);
  return text;
};

export const portfolioText = (portfolio: Portfolio): string => itemText(portfolio);
export const riskText = (risk: RiskState): string => itemText(risk);

const leafOnce = <Slice extends object>(slice: Slice, textOf: (slice: Slice) => string): HashBytes => {
  const known = leafMemo.get(slice);
  if (known !== undefined) return known;
  const leaf = leafOfText(textOf(slice));
  leafMemo.set(slice, leaf);
  return leaf;
};

const ledgerLeaf = (ledger: Ledger): HashBytes => {
  const known = leafMemo.get(ledger);
  if (known !== undefined) return known;
  const leaf = leafHashOf(ledger.bytes);
  leafMemo.set(ledger, leaf);
  return leaf;
};

const leavesOf = (state: State): HashBytes[] => [
  leafHashOf(state.marks.bytes),
  leafHashOf(state.volumes.bytes),
  ...state.memories.map(memory => leafHashOf(memory.bytes)),
  leafOnce(state.orders, ordersText),
  leafOnce(state.lots, lotsText),
  ledgerLeaf(state.ledger),
  leafOnce(state.portfolio, portfolioText),
  leafOnce(state.risk, riskText),
];

export const stateDigest = (state: State): Digest => hexOf(merkleRoot(leavesOf(state)));

/** The digest of the ledger slice alone. */
export const trialBalanceDigest = (state: State): Digest => hexOf(ledgerLeaf(state.ledger));

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
