/**
 * Snapshots: the state's slices as bytes, so that a run can go on without replaying its past. A snapshot is a cache;
 * whoever loads one compares its digest with the sealed hour record and discards it when they differ.
 */
import { assert } from './kernel/assert.ts';
import { parseDecimal } from './kernel/decimal.ts';
import type { Desk } from './desk.ts';
import { ledgerContent, ledgerOfContent } from './ledger/ledger.ts';
import type { LotId } from './events.ts';
import type { MarketSymbol, Money, Quantity } from './kernel/units.ts';
import type { Lots } from './lots/lot.ts';
import { marksContent, marksOfContent } from './market/marks.ts';
import { volumesContent, volumesOfContent } from './market/volumes.ts';
import { lotsText, ordersText, portfolioText, riskText } from './state.ts';
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
    ...state.memories.map(memoryContent),
    textContent(ordersText(state.orders)),
    textContent(lotsText(state.lots)),
    ledgerContent(state.ledger),
    textContent(portfolioText(state.portfolio)),
    textContent(riskText(state.risk)),
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

export const decodeSnapshot = (desk: Desk, bytes: Uint8Array): State => {
  const contents = contentsOf(bytes);
  const symbols = desk.symbols.length;
  const agents = desk.agents.length;
  assert(contents.length === 7 + agents, 'A snapshot has every slice.');
  const text = (index: number): unknown => JSON.parse(textOf(contents[2 + agents + index]!)) as unknown;
  return {
    marks: marksOfContent(contents[0]!, symbols),
    volumes: volumesOfContent(contents[1]!, desk.manifest.costs.participation === null ? 0 : symbols),
    memories: contents.slice(2, 2 + agents).map(memoryOfContent),
    orders: revived(text(0)) as State['orders'],
    lots: lotsOf(text(1)),
    ledger: ledgerOfContent(contents[4 + agents]!, desk.chart),
    portfolio: revived(text(3)) as State['portfolio'],
    risk: text(4) as State['risk'],
  };
};

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
  'filled',
  'limitPrice',
  'peakUnitValue',
  'quantity',
  'reserved',
  'reservedExposure',
  'units',
]);

const amountOf = (value: unknown): bigint => {
  const amount = typeof value === 'string' ? parseDecimal(value) : null;
  assert(amount !== null, 'An amount of a snapshot is a decimal.');
  return amount;
};

const lotsOf = (value: unknown): Lots =>
  (value as readonly (readonly [string, string, string, unknown, unknown, unknown])[]).map(([id, agent, symbol, quantity, cost, fee]) => ({
    id: id as LotId,
    agent,
    symbol: symbol as MarketSymbol,
    quantity: amountOf(quantity) as Quantity,
    cost: amountOf(cost) as Money,
    fee: amountOf(fee) as Money,
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
