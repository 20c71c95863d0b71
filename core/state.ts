/**
 * State: everything the next step depends on, by slices, each written by one concept only. Its digest is one hash over
 * the slices' digests in this fixed order; specs/hashing.md gives the bytes of each.
 */
import { amountText, canonicalText, innerText, numberText, quotedText } from './kernel/canonical.ts';
import { formatDecimal } from './kernel/decimal.ts';
import { keptForItems, keptForLast } from './kernel/kept.ts';
import { leafHashOf } from './kernel/leaf-bytes.ts';
import { HASH_LENGTH, hexOf, putHash, sha256Hex } from './kernel/digest.ts';
import type { HashBytes } from './kernel/digest.ts';
import { leafOfText } from './kernel/merkle.ts';
import type { Digest } from './kernel/units.ts';
import { campaignsText, NO_CAMPAIGNS } from './campaign/campaigns.ts';
import type { Campaigns } from './campaign/campaigns.ts';
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
import { NO_PROTECTIONS } from './risk/protections.ts';
import type { Protections } from './risk/protections.ts';
import { noReturns } from './risk/returns.ts';
import type { Returns } from './risk/returns.ts';
import { NO_RISK, riskText } from './risk/risk-state.ts';
import type { RiskState } from './risk/risk-state.ts';
import { noMemory } from './strategies/observe-agents.ts';
import type { AgentMemory } from './strategies/observe-agents.ts';

export type State = Readonly<{
  marks: Marks;
  volumes: Volumes;
  returns: Returns;
  memories: readonly AgentMemory[];
  campaigns: Campaigns;
  orders: Orders;
  lots: Lots;
  ledger: Ledger;
  portfolio: Portfolio;
  risk: RiskState;
  protections: Protections;
}>;

/** The slices in the order of their leaves; each agent's memory is a leaf of its own. */
export type SliceName = 'marks' | 'volumes' | 'returns' | `memory.${string}` | 'campaigns' | 'orders' | 'lots' | 'ledger' | 'portfolio' | 'risk' | 'protections';

/** How many symbols have their returns remembered: all where sizes or campaigns go by volatility, else none. */
export const symbolsWithReturns = (desk: Desk): number =>
  desk.manifest.profile.sizing.volatility === null && desk.campaigners.length === 0 ? 0 : desk.symbols.length;

export const initialState = (desk: Desk): State => {
  const symbols = desk.symbols.length;
  return {
    marks: noMarks(symbols),
    volumes: noVolumes(desk.manifest.costs.participation === null ? 0 : symbols),
    returns: noReturns(symbolsWithReturns(desk)),
    memories: desk.agents.map(agent => noMemory(agent, symbols)),
    campaigns: NO_CAMPAIGNS,
    orders: NO_ORDERS,
    lots: [],
    ledger: emptyLedger(desk.chart),
    portfolio: NO_PORTFOLIO,
    risk: NO_RISK,
    protections: NO_PROTECTIONS,
  };
};

const listText = <Item>(items: readonly Item[], textOf: (item: Item) => string): string => {
  let text = '[';
  for (let index = 0; index < items.length; index += 1) text += index === 0 ? textOf(items[index]!) : `,${textOf(items[index]!)}`;
  return `${text}]`;
};

/** Lists that most runs keep empty for ever. */
const rareText = (items: readonly object[]): string => (items.length === 0 ? '[]' : canonicalText(items));

export const ordersText = (orders: Orders): string => (isNothing(orders) ? NOTHING_TEXT : textOfOrders(orders));

const isNothing = ({ ended, stops, trades, wanted, working }: Orders): boolean =>
  working.length === 0 && wanted.length === 0 && stops.length === 0 && ended.length === 0 && trades.length === 0;

const textOfOrders = (orders: Orders): string =>
  `{"ended":${rareText(orders.ended)},"stops":${rareText(orders.stops)},"trades":${rareText(orders.trades)},` +
  `"wanted":${listText(orders.wanted, wantedText)},"working":${listText(orders.working, workingText)}}`;

const orNull = (amount: bigint | null): string => (amount === null ? 'null' : amountText(amount));

const wantedText = (wish: Wanted): string =>
  `{"agent":"${innerText(wish.agent)}","attempts":${numberText(wish.attempts)},` +
  (wish.want === 'long' ? `"expectedReturn":${orNull(wish.expectedReturn)},"fraction":"${formatDecimal(wish.fraction)}",` : '') +
  (wish.want === 'flat' ? '' : `"quantity":${orNull(wish.quantity)},`) +
  `"reason":"${innerText(wish.reason)}","symbol":"${innerText(wish.symbol)}","want":"${wish.want}"}`;

const workingText = (order: WorkingOrder): string =>
  `{"agent":"${innerText(order.agent)}","cancelReason":${order.cancelReason === null ? 'null' : quotedText(order.cancelReason)},` +
  `"collarPrice":${orNull(order.collarPrice)},"filled":"${formatDecimal(order.filled)}","id":"${innerText(order.id)}","limitPrice":${orNull(order.limitPrice)},` +
  `"orderType":"${order.orderType}","placedStep":${numberText(order.placedStep)},"postOnly":${order.postOnly},"quantity":"${formatDecimal(order.quantity)}",` +
  `"reserved":"${formatDecimal(order.reserved)}","reservedExposure":"${formatDecimal(order.reservedExposure)}","side":"${order.side}",` +
  `"status":"${order.status}","symbol":"${innerText(order.symbol)}","timeInForce":"${order.timeInForce}"}`;

/** A lot as an array: field names would be two thirds of the bytes, hashed again in every hour with a fill. */
export const lotsText = (lots: Lots): string => `[${lotTexts(lots, null).join(',')}]`;

/** Joined, so that it is one piece: pieces would be put together anew in every hour with a fill. */
const lotText = ({ id, agent, symbol, quantity, cost, fee, acquiredMs }: Lot): string =>
  ['["', id, '","', innerText(agent), '","', innerText(symbol), '","', formatDecimal(quantity), '","', formatDecimal(cost), '","', formatDecimal(fee), '",', numberText(acquiredMs), ']'].join('');

/** A lot lives on through many hours that encode the slice anew; its own text is made once. */
const lotTexts = keptForItems(lotText);

export const portfolioText = (portfolio: Portfolio): string =>
  `{"peakUnitValue":"${formatDecimal(portfolio.peakUnitValue)}","units":"${formatDecimal(portfolio.units)}"}`;
export const protectionsText = (protections: Protections): string => canonicalText(protections);

/** Empty in runs that do not need them, and then the same slice for ever. */
const volumesLeaf = keptForLast((volumes: Volumes) => leafHashOf(volumes.bytes));
const returnsLeaf = keptForLast((returns: Returns) => leafHashOf(returns.bytes));
const campaignsLeaf = keptForLast((campaigns: Campaigns) => leafOfText(campaignsText(campaigns)));
/** Most hours end without an order. */
const NOTHING_TEXT = textOfOrders(NO_ORDERS);
const NOTHING_LEAF = leafOfText(NOTHING_TEXT);
const keptOrdersText = keptForLast(ordersText);
const keptLotsText = keptForLast(lotsText);
const ordersLeaf = keptForLast(leafOfText);
const lotsLeaf = keptForLast(leafOfText);
const ledgerLeaf = keptForLast((ledger: Ledger) => leafHashOf(ledger.bytes));
const ledgerDigest = keptForLast((ledger: Ledger) => hexOf(ledgerLeaf(ledger)));
const portfolioLeaf = keptForLast((portfolio: Portfolio) => leafOfText(portfolioText(portfolio)));
const riskLeaf = keptForLast((risk: RiskState) => leafOfText(riskText(risk)));
const protectionsLeaf = keptForLast((protections: Protections) => leafOfText(protectionsText(protections)));

const leavesOf = (state: State): readonly HashBytes[] => {
  // Everything is spelled before anything is hashed: hashes in a row cost half of what they cost one by one.
  const orders = keptOrdersText(state.orders);
  const lots = keptLotsText(state.lots);
  const leaves = [leafHashOf(state.marks.bytes), volumesLeaf(state.volumes), returnsLeaf(state.returns)];
  for (const memory of state.memories) leaves.push(leafHashOf(memory.bytes));
  leaves.push(
    campaignsLeaf(state.campaigns),
    orders === NOTHING_TEXT ? NOTHING_LEAF : ordersLeaf(orders),
    lotsLeaf(lots),
    ledgerLeaf(state.ledger),
    portfolioLeaf(state.portfolio),
    riskLeaf(state.risk),
    protectionsLeaf(state.protections),
  );
  return leaves;
};

/** The leaves of the last digest, as they lie in its bytes: of those that stayed the same nothing is written again. */
let digested: readonly HashBytes[] = [];
let digestedBytes = new Uint8Array(1);

/** SHA-256(0x00 ‖ the slices' digests one after another). */
export const stateDigest = (state: State): Digest => {
  const leaves = leavesOf(state);
  if (leaves.length !== digested.length) digestedBytes = new Uint8Array(1 + HASH_LENGTH * leaves.length);
  const isNew = leaves.length !== digested.length;
  for (let index = 0; index < leaves.length; index += 1) {
    if (isNew || leaves[index] !== digested[index]) putHash(digestedBytes, 1 + HASH_LENGTH * index, leaves[index]!);
  }
  digested = leaves;
  return sha256Hex(digestedBytes);
};

/** The digest of the ledger slice alone. */
export const trialBalanceDigest = (state: State): Digest => ledgerDigest(state.ledger);

/** Each slice's digest by name, to say which one differs. */
export const sliceDigests = (desk: Desk, state: State): readonly Readonly<{ slice: SliceName; digest: Digest }>[] => {
  const names: readonly SliceName[] = [
    'marks',
    'volumes',
    'returns',
    ...desk.agents.map(({ agent }): SliceName => `memory.${agent.id}`),
    'campaigns',
    'orders',
    'lots',
    'ledger',
    'portfolio',
    'risk',
    'protections',
  ];
  return leavesOf(state).map((leaf, index) => ({ slice: names[index]!, digest: hexOf(leaf) }));
};
