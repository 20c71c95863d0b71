/**
 * Snapshots: the state's slices as bytes, so that a run can go on without replaying its past. A snapshot is a cache;
 * whoever loads one compares its digest with the sealed hour record and discards it when they differ.
 */
import { assert } from './kernel/assert.ts';
import { parseDecimal } from './kernel/decimal.ts';
import { campaignsText, NO_CAMPAIGNS } from './campaign/campaigns.ts';
import type { Desk } from './desk.ts';
import { ledgerContent, ledgerOfContent } from './ledger/ledger.ts';
import type { LotId } from './events.ts';
import type { MarketSymbol, Money, Quantity, TimeMs } from './kernel/units.ts';
import type { Lots } from './lots/lot.ts';
import { marksContent, marksOfContent } from './market/marks.ts';
import { volumesContent, volumesOfContent } from './market/volumes.ts';
import { returnsContent, returnsOfContent } from './risk/returns.ts';
import { riskOfJson, riskText } from './risk/risk-state.ts';
import { lotsText, ordersText, portfolioText, protectionsText, symbolsWithReturns } from './state.ts';
import type { State } from './state.ts';
import { memoryContent, memoryOfContent } from './strategies/observe-agents.ts';

const utf8 = (text: string): Uint8Array => Uint8Array.from(text, letter => letter.charCodeAt(0));
const textOf = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

/** Free text by people may hold any character; in a snapshot everything beyond ASCII is escaped. */
const asciiText = (text: string): string =>
  text.replace(/[\u007f-\uffff]/g, letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

const textContent = (text: string): Uint8Array => utf8(asciiText(text));

/** Each slice as a uint32 length (little-endian) and its content, in the order of the state's leaves. */
export const encodeSnapshot = (state: State): Uint8Array => {
  const contents = [
    marksContent(state.marks),
    volumesContent(state.volumes),
    returnsContent(state.returns),
    ...state.memories.map(memoryContent),
    textContent(campaignsText(state.campaigns)),
    textContent(ordersText(state.orders)),
    textContent(lotsText(state.lots)),
    ledgerContent(state.ledger),
    textContent(portfolioText(state.portfolio)),
    textContent(riskText(state.risk)),
    textContent(protectionsText(state.protections)),
  ];
  const bytes = new Uint8Array(contents.reduce((sum, content) => sum + 4 + content.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const content of contents) {
    view.setUint32(at, content.length, true);
    bytes.set(content, at + 4);
    at += 4 + content.length;
  }
  return bytes;
};

/** Slices that every state has, beside a memory for each agent. */
const SHARED_SLICES = 10;

export const decodeSnapshot = (desk: Desk, bytes: Uint8Array): State => {
  const contents = contentsOf(bytes);
  const symbols = desk.symbols.length;
  assert(contents.length === SHARED_SLICES + desk.agents.length, 'A snapshot has every slice.');
  let read = 0;
  const next = (): Uint8Array => {
    read += 1;
    return contents[read - 1]!;
  };
  const text = (): unknown => JSON.parse(textOf(next())) as unknown;
  // Read in the order in which the slices stand.
  const state: State = {
    marks: marksOfContent(next(), symbols),
    volumes: volumesOfContent(next(), desk.manifest.costs.participation === null ? 0 : symbols),
    returns: returnsOfContent(next(), symbolsWithReturns(desk)),
    memories: desk.agents.map(() => memoryOfContent(next())),
    campaigns: keptOrNew(NO_CAMPAIGNS, revived(text()) as State['campaigns']),
    orders: revived(text()) as State['orders'],
    lots: lotsOf(text()),
    ledger: ledgerOfContent(next(), desk.chart),
    portfolio: revived(text()) as State['portfolio'],
    risk: riskOfJson(text()),
    protections: revived(text()) as State['protections'],
  };
  return state;
};

/** An empty slice is the one that costs nothing. */
const keptOrNew = <Item>(empty: readonly Item[], items: readonly Item[]): readonly Item[] => (items.length === 0 ? empty : items);

const contentsOf = (bytes: Uint8Array): readonly Uint8Array[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const contents: Uint8Array[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const length = view.getUint32(at, true);
    assert(at + 4 + length <= bytes.length, 'A snapshot is not cut short.');
    contents.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return contents;
};

/** Fields of the text slices that are amounts; everything else is text, count or flag. */
const AMOUNTS: ReadonlySet<string> = new Set([
  'collarPrice',
  'expectedReturn',
  'filled',
  'fraction',
  'held',
  'level',
  'limitPrice',
  'peakUnitValue',
  'quantity',
  'referencePrice',
  'reserved',
  'reservedExposure',
  'result',
  'unitValue',
  'units',
]);

const amountOf = (value: unknown): bigint => {
  const amount = typeof value === 'string' ? parseDecimal(value) : null;
  assert(amount !== null, 'An amount of a snapshot is a decimal.');
  return amount;
};

const lotsOf = (value: unknown): Lots =>
  (value as readonly (readonly [string, string, string, unknown, unknown, unknown, number])[]).map(([id, agent, symbol, quantity, cost, fee, acquiredMs]) => ({
    id: id as LotId,
    agent,
    symbol: symbol as MarketSymbol,
    quantity: amountOf(quantity) as Quantity,
    cost: amountOf(cost) as Money,
    fee: amountOf(fee) as Money,
    acquiredMs: acquiredMs as TimeMs,
  }));

const revived = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, revivedField(name, field)]));
};

const revivedField = (name: string, field: unknown): unknown => {
  if (!AMOUNTS.has(name) || typeof field !== 'string') return revived(field);
  return amountOf(field);
};
