/**
 * Orders and a recorded venue under random commands: signals, operators, and answers that are early, late, repeated or
 * wrong. A model that only adds up what was said holds cash, holdings, statuses and conflicts against the desk.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../core/events.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import { AMOUNT_BOUND, money, price, quantity } from '../../core/kernel/units.ts';
import { cashOf } from '../../core/ledger/ledger.ts';
import type { OperatorFact, OrderId, VenueFact } from '../../core/log.ts';
import { decisionText } from '../../core/log-text.ts';
import { remainingOf } from '../../core/orders/order.ts';
import { decodeSnapshot, encodeSnapshot } from '../../core/snapshot.ts';
import { stateDigest } from '../../core/state.ts';
import { instrument, operatorFact } from '../support/desk.ts';
import type { Script } from '../support/desk.ts';
import { slowAnswer } from '../support/slow-orders.ts';
import type { Said, SlowOrder } from '../support/slow-orders.ts';
import { acknowledged, conflictsIn, ended, filled, opened, placedIds, recordedDesk } from '../core/orders/recorded-runs.ts';
import type { RecordedDesk, RecordedState } from '../core/orders/recorded-runs.ts';

const UNIT = decimal('1');
const OPENING_CASH = 10_000;

/** What was said of one order, word by word in the order of the venue's clock, and what was held when it was placed. */
type ModelOrder = SlowOrder & Readonly<{ id: OrderId; said: Said[] }>;

type Waiting = Readonly<{ order: ModelOrder | null; word: Said }>;
type Model = { orders: ModelOrder[]; waiting: Waiting[]; operators: OperatorFact[]; trades: number; conflicts: string[]; cash: number; held: number; known: Map<string, number> };
type Real = { desk: RecordedDesk; script: Record<number, 'enter' | 'exit'>; now: RecordedState };

const TYPES = { cancel: 'order_cancelled', expire: 'order_expired', reject: 'order_rejected' } as const;
const STRANGER = '1.0.0' as OrderId;

const factOf = (hour: number, minute: number, { order, word }: Waiting): VenueFact => {
  const id = order?.id ?? STRANGER;
  if (word.kind === 'ack') return acknowledged(id, { hour, minute });
  if (word.kind === 'fill') return filled(id, { hour, minute }, { trade: word.trade, quantity: String(word.quantity), price: String(word.price) });
  return ended(TYPES[word.kind], id, { hour, minute });
};

/** Adds up one word: an order's own story decides what of a fill is new; other orders' trade ids count as well. */
const hear = (model: Model, { order, word }: Waiting): void => {
  if (word.kind === 'fill') {
    const content = `${order?.id ?? STRANGER} ${word.quantity} ${word.price}`;
    const key = `${word.trade} ${content}`;
    if (model.known.has(word.trade)) {
      model.conflicts.push(model.known.get(key) === 1 ? 'TRADE_REPEATED' : 'TRADE_CHANGED');
      return;
    }
    model.known.set(word.trade, 1).set(key, 1);
  }
  if (order === null) {
    model.conflicts.push('UNKNOWN_ORDER');
    return;
  }
  const held = order.side === 'SELL' ? Number.MAX_SAFE_INTEGER : 0;
  const before = slowAnswer(order, held, order.said);
  order.said.push(word);
  const after = slowAnswer(order, held, order.said);
  model.conflicts.push(...after.conflicts.slice(before.conflicts.length));
  if (after.booked.length === before.booked.length || word.kind !== 'fill') return;
  if (order.side === 'SELL' && word.quantity > Math.max(model.held, 0)) model.conflicts.push('SOLD_MORE_THAN_HELD');
  model.cash += (order.side === 'BUY' ? -1 : 1) * word.quantity * word.price;
  // Beyond what the agent holds the treasury owes; what it owes is not the agent's.
  model.held = order.side === 'BUY' ? model.held + word.quantity : Math.max(model.held - word.quantity, 0);
};

const ignoring = new Set(['OVER_RESERVATION']);

const tick = (model: Model, real: Real): void => {
  const { hour } = real.now;
  const said = model.waiting.map((waiting, index) => factOf(hour, 1 + index, waiting));
  for (const waiting of model.waiting) hear(model, waiting);
  real.now = real.desk.step(real.now, [...said, ...model.operators.map((fact, index) => ({ ...operatorFact(hour, { command: fact.command } as OperatorFact, `k${index}`) }))]);
  model.waiting = [];
  model.operators = [];
  check(model, real);
  for (const event of real.now.last) {
    if (event.type === 'order_placed') model.orders.push({ id: event.id, side: event.side, quantity: Number(event.quantity / UNIT), said: [] });
  }
};

const check = (model: Model, { now, desk }: Real): void => {
  const { orders, lots, ledger, risk } = now.state;
  expect(conflictsIn(now.log).map(({ code }) => code).filter(code => !ignoring.has(code)), 'conflicts').toEqual(model.conflicts);
  expect(cashOf(ledger), 'cash').toBe(BigInt(model.cash) * UNIT);
  expect(lots.filter(({ agent }) => agent === 'main').reduce((sum, lot) => sum + lot.quantity, 0n), 'units of the agent').toBe(BigInt(model.held) * UNIT);
  for (const { id, side, quantity, said } of model.orders) {
    const { status, filled: units } = slowAnswer({ side, quantity }, Number.MAX_SAFE_INTEGER, said);
    const order = orders.working.find(working => working.id === id) ?? orders.ended.find(known => known.id === id);
    expect([id, order?.status, order?.filled], 'an order').toEqual([id, status, BigInt(units) * UNIT]);
  }
  checkDecisions(now.last, model, now);
  const again = decodeSnapshot(desk.desk, encodeSnapshot(now.state));
  expect(again.orders, 'a snapshot').toEqual(orders);
  const isCritical = now.last.some(event => event.type === 'balance_overdrawn' || (event.type === 'venue_conflict' && event.severity === 'CRITICAL'));
  if (isCritical) expect(risk.standing.status, 'a critical event stops entries').not.toBe('ACTIVE');
};

/** Nothing is bought while stopped, and no SELL is placed for units that are not there or are being sold. */
const checkDecisions = (decisions: readonly Decision[], { held }: Model, { state }: RecordedState): void => {
  const placed = decisions.flatMap(event => (event.type === 'order_placed' ? [event] : []));
  if (state.risk.standing.status !== 'ACTIVE') expect(placed.filter(({ side }) => side === 'BUY')).toEqual([]);
  expect(placed.length, 'one order per symbol at one close').toBeLessThanOrEqual(1);
  const selling = state.orders.working.filter(({ side }) => side === 'SELL').reduce((sum, order) => sum + remainingOf(order), 0n);
  if (placed.some(({ side }) => side === 'SELL')) expect(selling <= BigInt(held) * UNIT, 'SELLs never exceed what is held').toBe(true);
};

type Step = fc.Command<Model, Real>;

const command = (name: string, run: (model: Model, real: Real) => void, isPossible: (model: Readonly<Model>) => boolean = () => true): Step => ({ check: isPossible, run, toString: () => name });

const picked = (model: Readonly<Model>, nth: number): ModelOrder | undefined => model.orders.at(-1 - (nth % Math.max(1, Math.min(model.orders.length, 3))));
const hasOrders = (model: Readonly<Model>): boolean => model.orders.length > 0;

const signal = (action: 'enter' | 'exit'): Step =>
  command(action, (model, real) => {
    real.script[real.now.hour] = action;
    tick(model, real);
  });

const say = (nth: number, word: Said): Step =>
  command(`${word.kind} ${nth}`, model => void model.waiting.push({ order: picked(model, nth)!, word }), hasOrders);

/** A fill of a share of the order: of 3 thirds the whole, of more than that beyond it. */
const fill = (nth: number, thirds: number, price: number): Step =>
  command(
    `fill ${nth} ${thirds}`,
    model => {
      const order = picked(model, nth)!;
      model.trades += 1;
      model.waiting.push({ order, word: { kind: 'fill', trade: `T${model.trades}`, quantity: Math.max(1, Math.floor((order.quantity * thirds) / 3)), price } });
    },
    hasOrders,
  );

const again = (nth: number, changed: boolean): Step =>
  command(
    `again ${nth} ${changed}`,
    model => {
      const order = picked(model, nth)!;
      const word = [...order.said, ...model.waiting.filter(waiting => waiting.order === order).map(waiting => waiting.word)].find(one => one.kind === 'fill');
      if (word?.kind === 'fill') model.waiting.push({ order, word: changed ? { ...word, quantity: word.quantity + 1 } : word });
    },
    hasOrders,
  );

const stranger: Step = command('stranger', model => {
  model.trades += 1;
  model.waiting.push({ order: null, word: { kind: 'fill', trade: `T${model.trades}`, quantity: 3, price: 100 } });
});

const operate = (what: 'halt' | 'resume' | 'cancel' | 'flatten'): Step => command(what, model => void model.operators.push(operatorFact(0, { command: what })));

const nth = fc.nat(2);
const COMMANDS: fc.Arbitrary<Step>[] = [
  fc.constantFrom(signal('enter'), signal('enter'), signal('exit')),
  fc.constant(command('hour', tick)),
  fc.tuple(nth, fc.constantFrom<Said['kind'][]>('ack', 'ack', 'cancel', 'expire', 'reject', 'reject')).map(([order, kind]) => say(order, { kind } as Said)),
  fc.tuple(nth, fc.constantFrom(1, 1, 2, 3, 3, 3, 4), fc.constantFrom(100, 100, 95, 104)).map(([order, thirds, price]) => fill(order, thirds, price)),
  fc.tuple(nth, fc.boolean()).map(([order, changed]) => again(order, changed)),
  fc.constantFrom(operate('halt'), operate('resume'), operate('resume'), operate('cancel'), operate('flatten')),
];

const seen = new Map<string, number>();

const setup = (): Readonly<{ model: Model; real: Real }> => {
  const script: Record<number, 'enter' | 'exit'> = {};
  const desk = recordedDesk(script as Script[number]);
  return { model: { orders: [], waiting: [], operators: [], trades: 0, conflicts: [], cash: OPENING_CASH, held: 0, known: new Map() }, real: { desk, script, now: opened(desk) } };
};

const anyAmount = fc.oneof(
  { weight: 1, arbitrary: fc.bigInt({ min: -5n, max: 5n }) },
  { weight: 12, arbitrary: fc.bigInt({ min: 1n, max: 1_000n }).map(units => units * UNIT) },
  { weight: 1, arbitrary: fc.bigInt({ min: 1n - AMOUNT_BOUND, max: AMOUNT_BOUND - 1n }) },
);
const anyId = fc.oneof(fc.nat(3).map(number => ({ number })), fc.constantFrom('1.0.0', '', '\u2028').map(id => ({ id: id as OrderId })));

/** A report of any kind about an order that is, was or never was, with amounts as absurd as the wire lets through. */
const anyReport = fc.record({
  id: anyId,
  minute: fc.nat(59),
  type: fc.constantFrom<VenueFact['type'][]>('order_filled', 'order_filled', 'order_filled', 'order_acknowledged', 'order_cancelled', 'order_expired', 'order_rejected'),
  trade: fc.nat(6),
  amounts: fc.tuple(anyAmount, anyAmount, anyAmount, anyAmount),
  feeAsset: fc.constantFrom('USD', 'BTC', 'BNB', 'XYZ'),
});
type Reported = typeof anyReport extends fc.Arbitrary<infer Value> ? Value : never;

const reportOf = (placed: readonly OrderId[], hour: number, { id, minute, type, trade, amounts, feeAsset }: Reported): VenueFact => {
  const orderId = 'id' in id ? id.id : (placed[id.number % Math.max(1, placed.length)] ?? STRANGER);
  if (type === 'order_acknowledged') return acknowledged(orderId, { hour, minute });
  if (type !== 'order_filled') return ended(type, orderId, { hour, minute });
  const [units, at, fee, feeValue] = amounts;
  const fact = filled(orderId, { hour, minute }, { trade: `T${trade}`, quantity: '1', feeAsset });
  return { ...fact, quantity: quantity(units), price: price(at), fee: quantity(fee), feeValue: money(feeValue) };
};

describe('a venue', () => {
  it('can say nothing that stops the desk, in whatever order it arrives', () => {
    let booked = 0;
    fc.assert(
      fc.property(fc.array(fc.array(anyReport, { maxLength: 3 }), { minLength: 2, maxLength: 6 }), hours => {
        const desk = recordedDesk({ 0: 'enter', 3: 'exit' }, { universe: ['BNB/USD', 'BTC/USD'].map(symbol => instrument(symbol, { absent: 'quiet' })), holdings: [['BNB', '2', '300']] });
        let now = desk.step(opened(desk));
        for (const reports of hours) {
          const said = reports.map(report => reportOf(placedIds(now.log), now.hour, report));
          const backwards = desk.step(now, said.toReversed());
          now = desk.step(now, said);
          expect(stateDigest(backwards.state), 'the order of arrival').toBe(stateDigest(now.state));
          now.last.forEach(decisionText);
        }
        booked += now.state.orders.trades.length;
      }),
      { seed: 20_261_121, numRuns: 500 },
    );
    expect(booked).toBeGreaterThan(500);
  }, 60_000);
});

describe('orders under random commands', () => {
  it('agree with a model that only adds up what was said', () => {
    fc.assert(
      fc.property(fc.commands([...COMMANDS, fc.constant(stranger)], { maxCommands: 40, size: 'max' }), commands => {
        const { model, real } = setup();
        fc.modelRun(() => ({ model, real }), commands);
        tick(model, real);
        for (const code of model.conflicts) seen.set(code, (seen.get(code) ?? 0) + 1);
        seen.set('orders', (seen.get('orders') ?? 0) + model.orders.length);
        seen.set('sales', (seen.get('sales') ?? 0) + model.orders.filter(({ side }) => side === 'SELL').length);
      }),
      { seed: 20_261_121, numRuns: 600 },
    );
    const wanted = ['orders', 'sales', 'ALIVE_AFTER_END', 'END_CONTRADICTED', 'FILL_AFTER_END', 'OVERFILL', 'SOLD_MORE_THAN_HELD', 'TRADE_CHANGED', 'TRADE_REPEATED', 'UNKNOWN_ORDER'];
    expect(wanted.filter(what => (seen.get(what) ?? 0) < 5), 'what these runs hardly ever did').toEqual([]);
  }, 60_000);
});
