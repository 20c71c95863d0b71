/** Everything a venue can say of one order in up to six words, in every order and with every repetition. */
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../../core/events.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { asset, hourUtc, marketSymbol, money, price, quantity, timeMs } from '../../../core/kernel/units.ts';
import { cashOf } from '../../../core/ledger/ledger.ts';
import type { Ledger } from '../../../core/ledger/ledger.ts';
import { openBooks } from '../../../core/ledger/open-books.ts';
import { postBookings } from '../../../core/ledger/post.ts';
import type { OrderId, VenueFact } from '../../../core/log.ts';
import { bookAccount } from '../../../core/lots/book-account.ts';
import { bookFills } from '../../../core/lots/book-fills.ts';
import { heldBy, withLot } from '../../../core/lots/lot.ts';
import type { Lot, Lots } from '../../../core/lots/lot.ts';
import { noMarks } from '../../../core/market/marks.ts';
import type { Orders } from '../../../core/orders/order.ts';
import { applyRecordedAnswers } from '../../../core/orders/recorded-answers.ts';
import { agentOf, byQuantity, deskOf, instrument } from '../../support/desk.ts';
import { ordersOf, workingOrder } from '../../support/orders.ts';
import { slowAnswer } from '../../support/slow-orders.ts';
import type { Said, SlowOrder } from '../../support/slow-orders.ts';

const id = '1.0.0' as OrderId;
const symbol = marketSymbol('BTC/USD');
const desk = deskOf({ universe: [instrument('BTC/USD')], agents: [agentOf('buy-and-hold', byQuantity('1'), { id: 'main' })], venue: 'recorded', cash: '2000' });
const WORDS: readonly Said[] = [
  { kind: 'ack' },
  { kind: 'fill', trade: 'T1', quantity: 4, price: 100 },
  { kind: 'fill', trade: 'T2', quantity: 6, price: 90 },
  { kind: 'fill', trade: 'T3', quantity: 1, price: 110 },
  { kind: 'cancel' },
  { kind: 'expire' },
  { kind: 'reject' },
];
const TYPES = { ack: 'order_acknowledged', cancel: 'order_cancelled', expire: 'order_expired', reject: 'order_rejected' } as const;

const factOf = (said: Said): VenueFact => {
  const atMs = timeMs(1);
  if (said.kind === 'ack') return { type: TYPES.ack, atMs, orderId: id };
  if (said.kind !== 'fill') return { type: TYPES[said.kind], atMs, orderId: id, reason: 'VENUE' };
  const units = quantity(decimal(String(said.quantity)));
  return { type: 'order_filled', atMs, orderId: id, tradeId: said.trade, quantity: units, price: price(decimal(String(said.price))), fee: quantity(0n), feeAsset: asset('USD'), feeValue: money(0n), liquidity: 'TAKER' };
};
const FACTS = new Map(WORDS.map(word => [word, factOf(word)]));

type Books = Readonly<{ orders: Orders; lots: Lots; ledger: Ledger; closed: number; conflicts: readonly string[] }>;

/** One word heard and booked. */
const hear = ({ orders, lots, ledger, closed, conflicts }: Books, fact: VenueFact): Books => {
  const log: Decision[] = [];
  const answered = applyRecordedAnswers(orders, { step: 2, stepsPerHour: 1, lots, symbols: desk.symbols, attempts: 6 }, [fact], log);
  const numbering = { hour: hourUtc(2), step: 0 };
  const filled = bookFills(lots, answered.fills, numbering, log);
  const traded = { lots: filled.lots, ledger: postBookings(ledger, filled.bookings, asset('USD'), log) };
  const booked = bookAccount(traded, answered.strays, { desk, marks: noMarks(1), numbering }, log);
  return {
    orders: answered.orders,
    lots: booked.lots,
    ledger: booked.ledger,
    closed: closed + log.filter(({ type }) => type === 'order_closed').length,
    conflicts: [...conflicts, ...log.flatMap(event => (event.type === 'venue_conflict' ? [event.code] : []))],
  };
};

const opening = (side: SlowOrder['side']): Books => {
  const { ledger, lots } = openBooks(desk, { hour: hourUtc(1), step: 0 }, []);
  const lot: Lot = { id: '0.0.0' as Lot['id'], agent: 'main', symbol, quantity: quantity(decimal('10')), cost: money(decimal('1000')), fee: money(0n), acquiredMs: timeMs(0) };
  const order = workingOrder({ id, side, reserved: money(side === 'BUY' ? decimal('1000') : 0n), reservedExposure: money(side === 'BUY' ? decimal('1000') : 0n) });
  return { orders: ordersOf({ working: [order] }), lots: side === 'BUY' ? lots : withLot(lots, lot), ledger, closed: 0, conflicts: [] };
};

const UNIT = 10n ** 18n;
const owedIn = (lots: Lots): bigint => lots.reduce((sum, lot) => sum - (lot.quantity < 0n ? lot.quantity : 0n), 0n);

/** Compares without building a message for each of a hundred thousand sequences. */
const agrees = (books: Books, side: SlowOrder['side'], said: readonly Said[]): boolean => {
  const slow = slowAnswer({ side, quantity: 10 }, side === 'SELL' ? 10 : 0, said);
  const order = books.orders.working[0] ?? books.orders.ended[0]!;
  const isEnded = books.orders.working.length === 0;
  const paid = slow.booked.reduce((sum, fill) => sum + fill.quantity * fill.price, 0);
  const [sign, held] = side === 'BUY' ? [-1, slow.filled] : [1, 10 - slow.filled];
  const conflicts = books.conflicts.filter(code => code !== 'OVER_RESERVATION');
  return (
    books.orders.working.length + books.orders.ended.length === 1 &&
    order.status === slow.status &&
    order.filled === BigInt(slow.filled) * UNIT &&
    books.closed === (isEnded ? 1 : 0) &&
    conflicts.join() === slow.conflicts.join() &&
    cashOf(books.ledger) === BigInt(2000 + sign * paid) * UNIT &&
    heldBy(books.lots, 'main', symbol) === BigInt(Math.max(held, 0)) * UNIT &&
    owedIn(books.lots) === BigInt(Math.max(-held, 0)) * UNIT &&
    books.orders.trades.length === slow.booked.length
  );
};

const explore = (side: SlowOrder['side'], most: number): Readonly<{ sequences: number; differing: readonly string[]; seen: ReadonlySet<string> }> => {
  let sequences = 0;
  const differing: string[] = [];
  const seen = new Set<string>();
  const walk = (books: Books, said: readonly Said[]): void => {
    sequences += 1;
    if (!agrees(books, side, said)) differing.push(said.map(word => (word.kind === 'fill' ? word.trade : word.kind)).join(' '));
    for (const code of books.conflicts) seen.add(code);
    if (said.length === most) return;
    for (const word of WORDS) walk(hear(books, FACTS.get(word)!), [...said, word]);
  };
  walk(opening(side), []);
  return { sequences, differing: differing.slice(0, 5), seen };
};

describe('every sequence of up to six words', () => {
  //  sequences: the sum of 7^n for n from 0 to 6
  test.each(['BUY', 'SELL'] as const)('of one %s leaves status, lots, cash and conflicts as the slow twin says', side => {
    const { sequences, differing, seen } = explore(side, 6);
    expect(differing).toEqual([]);
    expect(sequences).toBe(137_257);
    const always = ['ALIVE_AFTER_END', 'END_CONTRADICTED', 'FILL_AFTER_END', 'OVERFILL', 'TRADE_REPEATED'];
    expect([...seen].toSorted()).toEqual(side === 'BUY' ? always.toSpliced(3, 0, 'OVER_RESERVATION').toSorted() : [...always, 'SOLD_MORE_THAN_HELD'].toSorted());
  }, 60_000);
});
