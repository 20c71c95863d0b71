/**
 * The events that make up nearly all of a log as shapes, with the typed rows that each has: the same fields in the same
 * columns as decision-rows.ts and fact-rows.ts write, which a test holds over every one of them. Others have no shape here.
 */
import type { Account, Decision, EntryKind, OrderEnd, Severity, Side } from '../../core/events.ts';
import type { Fact, Liquidity } from '../../core/log.ts';
import type { TimeInForce } from '../../core/manifest.ts';
import { ENTRY_GATES, EXIT_GATES } from '../../core/risk/gate-order.ts';
import type { MirrorTable } from './mirror-tables.ts';
import { AMOUNT, AMOUNTS, DIGEST, exactly, FLAG, itemsOf, NATURAL, orNull, shapeOf, TEXT, wordsOf } from './scanned-rows.ts';
import type { Shape, Value } from './scanned-rows.ts';

/** Where a column comes from: a field by its number in the shape, a slot of the scan in the list's first item, or the item's place in the list. */
export type Source = Readonly<{ from: 'field' | 'first item' | 'place'; field: number; kind: Value['kind'] }>;
export type ShapedRow = Readonly<{ table: MirrorTable; columns: readonly Source[] }>;

/** `rows` has one row each of an event, `items` one for each item of its list. */
export type ShapedEvent = Readonly<{ shape: Shape; rows: readonly ShapedRow[]; items: ShapedRow | null; itemFields: number }>;

const fieldOf = (shape: Shape, name: string): Source => {
  const field = shape.names.indexOf(name);
  return { from: 'field', field, kind: shape.values[field]!.kind };
};

const rowOf = (table: MirrorTable, shape: Shape, names: readonly string[]): ShapedRow => ({ table, columns: names.map(name => fieldOf(shape, name)) });

const eventOf = (shape: Shape, rows: readonly ShapedRow[] = []): ShapedEvent => ({ shape, rows, items: null, itemFields: 0 });

const simple = (fields: Parameters<typeof shapeOf>[0], table: MirrorTable, names: readonly string[]): ShapedEvent => {
  const shape = shapeOf(fields);
  return eventOf(shape, [rowOf(table, shape, names)]);
};

const SIDE = wordsOf<Side>({ BUY: true, SELL: true });
const LIQUIDITY = wordsOf<Liquidity>({ MAKER: true, TAKER: true });
const TIME_IN_FORCE = wordsOf<TimeInForce>({ HOUR: true, IOC: true, FOK: true });
const ORDER_END = wordsOf<OrderEnd>({ FILLED: true, CANCELLED: true, REJECTED: true, EXPIRED: true });
const SEVERITY = wordsOf<Severity>({ LOW: true, MEDIUM: true, HIGH: true, CRITICAL: true });
const REFUSAL = wordsOf(Object.fromEntries([...ENTRY_GATES, ...EXIT_GATES].map(({ code }) => [code, true as const])));
const ENTRY_KIND = wordsOf<EntryKind>({ buy: true, sell: true, fee: true, deposit: true, withdrawal: true, transfer_in: true, transfer_out: true, reward: true, funding: true, rename: true, rounding: true });
const ACCOUNT = wordsOf<Account>({
  cash: true, clearing: true, cost: true, deferred_fees: true, deposits: true, fees: true, funding: true, income: true, position: true, result: true, rounding: true, trading: true, transfers: true, withdrawals: true,
});

const ledgerPosted = (): ShapedEvent => {
  const item = shapeOf({ account: ACCOUNT, amount: AMOUNT, asset: TEXT });
  const shape = shapeOf({ kind: ENTRY_KIND, postings: itemsOf(item), reference: TEXT, type: exactly('ledger_posted') });
  const place: Source = { from: 'place', field: 0, kind: 'natural' };
  const postings: ShapedRow = { table: 'posting', columns: [place, ...rowOf('posting', item, ['account', 'asset', 'amount']).columns] };
  return { ...eventOf(shape, [rowOf('ledger_entry', shape, ['kind', 'reference'])]), items: postings, itemFields: item.values.length };
};

const orderRefused = (): ShapedEvent => {
  const item = shapeOf({ asked: AMOUNT, code: REFUSAL, limit: AMOUNT, severity: SEVERITY, usage: AMOUNT });
  const shape = shapeOf({ agent: TEXT, attempt: NATURAL, side: SIDE, symbol: TEXT, type: exactly('order_refused'), violations: itemsOf(item) });
  const { columns } = rowOf('order_refused', shape, ['agent', 'symbol', 'side', 'attempt', 'violations']);
  const { field, kind } = fieldOf(item, 'code');
  const code: Source = { from: 'first item', field: shape.values.length + field, kind };
  return { ...eventOf(shape, [{ table: 'order_refused', columns: columns.toSpliced(-1, 0, code) }]), itemFields: item.values.length };
};

const ORDER_PLACED = {
  agent: TEXT,
  attempt: NATURAL,
  collarPrice: orNull(AMOUNT),
  costGate: orNull(wordsOf({ COST_GATE_NOT_APPLICABLE: true, COST_GATE_PASSED: true })),
  id: TEXT,
  limitPrice: orNull(AMOUNT),
  mark: AMOUNT,
  orderType: wordsOf({ MARKET: true, LIMIT: true }),
  postOnly: FLAG,
  quantity: AMOUNT,
  reason: TEXT,
  reduceOnly: FLAG,
  reserved: AMOUNT,
  side: SIDE,
  symbol: TEXT,
  timeInForce: TIME_IN_FORCE,
  type: exactly('order_placed'),
  volatility: orNull(wordsOf({ VOLATILITY_SIZED: true, VOLATILITY_MISSING: true, VOLATILITY_NOT_APPLIED: true })),
} as const;

const LOT_OPENED = { acquiredMs: NATURAL, agent: TEXT, cost: AMOUNT, fee: AMOUNT, id: TEXT, orderId: orNull(TEXT), quantity: AMOUNT, symbol: TEXT, tradeId: orNull(TEXT), type: exactly('lot_opened') } as const;

const LOT_MATCHED = {
  agent: TEXT, cost: AMOUNT, entryFee: AMOUNT, exitFee: AMOUNT, lotId: TEXT, orderId: orNull(TEXT), paidFee: FLAG, proceeds: AMOUNT, quantity: AMOUNT, result: AMOUNT, symbol: TEXT, tradeId: TEXT, type: exactly('lot_matched'),
} as const;

const ORDER_FILLED = {
  atMs: NATURAL, fee: AMOUNT, feeAsset: TEXT, feeValue: AMOUNT, liquidity: LIQUIDITY, orderId: TEXT, price: AMOUNT, quantity: AMOUNT, tradeId: TEXT, type: exactly('order_filled'),
} as const;

const shapes = <Type extends string>(named: Partial<Record<Type, ShapedEvent>>): ReadonlyMap<string, ShapedEvent> => new Map(Object.entries(named) as readonly [string, ShapedEvent][]);

/** By type. */
export const SHAPED_DECISIONS = shapes<Decision['type']>({
  signal_raised: simple({ action: wordsOf({ enter: true, exit: true }), agent: TEXT, evidence: AMOUNTS, reason: TEXT, symbol: TEXT, type: exactly('signal_raised') }, 'signal', ['agent', 'symbol', 'action', 'reason', 'evidence']),
  order_placed: simple(ORDER_PLACED, 'order_placed', ['id', 'agent', 'symbol', 'side', 'orderType', 'timeInForce', 'postOnly', 'reduceOnly', 'quantity', 'limitPrice', 'collarPrice', 'mark', 'reserved', 'attempt', 'reason']),
  order_refused: orderRefused(),
  cancel_requested: simple({ orderId: TEXT, reason: TEXT, symbol: TEXT, type: exactly('cancel_requested') }, 'cancel_requested', ['orderId', 'symbol', 'reason']),
  order_closed: simple({ filled: AMOUNT, orderId: TEXT, reason: TEXT, status: ORDER_END, symbol: TEXT, type: exactly('order_closed') }, 'order_closed', ['orderId', 'symbol', 'status', 'filled', 'reason']),
  lot_opened: simple(LOT_OPENED, 'lot', ['id', 'agent', 'symbol', 'quantity', 'cost', 'fee', 'orderId', 'tradeId', 'acquiredMs']),
  lot_matched: simple(LOT_MATCHED, 'lot_match', ['lotId', 'agent', 'symbol', 'quantity', 'cost', 'entryFee', 'proceeds', 'exitFee', 'result', 'orderId', 'tradeId', 'paidFee']),
  ledger_posted: ledgerPosted(),
});

export const SHAPED_FACTS = shapes<Fact['type']>({
  market: eventOf(shapeOf({ atMs: NATURAL, candles: NATURAL, digest: DIGEST, type: exactly('market') })),
  order_filled: simple(ORDER_FILLED, 'venue_trade', ['tradeId', 'orderId', 'quantity', 'price', 'fee', 'feeAsset', 'feeValue', 'liquidity']),
  order_expired: eventOf(shapeOf({ atMs: NATURAL, orderId: TEXT, reason: TEXT, type: exactly('order_expired') })),
});
