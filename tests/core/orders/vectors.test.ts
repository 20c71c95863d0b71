/** The golden vectors of specs/orders.md: stories of recorded orders, stops, reductions, precedence, ranks and names. */
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Decision, RefusalCode } from '../../../core/events.ts';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { bps, digestOf, fraction, hourUtc, marketSymbol, money, quantity, ratePpm, timeMs } from '../../../core/kernel/units.ts';
import { cashOf } from '../../../core/ledger/ledger.ts';
import type { OrderId, VenueFact } from '../../../core/log.ts';
import type { CostModel, EntryOrder, StopPolicy } from '../../../core/manifest.ts';
import { netEdge } from '../../../core/risk/cost-gate.ts';
import { decideOrders } from '../../../core/orders/decide-orders.ts';
import type { Intent, IntentKind, IntentSource } from '../../../core/orders/intent.ts';
import type { Wanted } from '../../../core/orders/order.ts';
import { rankEntries } from '../../../core/orders/rank-entries.ts';
import { roundTripCost } from '../../../core/risk/round-trip-cost.ts';
import { UNHINDERED } from '../../../core/risk/risk-standing.ts';
import { judgeStops } from '../../../core/orders/stops.ts';
import { venueOrderId } from '../../../core/orders/venue-order-id.ts';
import { agentOf, byQuantity, deskOf, feedFor, FREE, instrument, limitEntry, MARKET, START } from '../../support/desk.ts';
import { candlesFrom } from '../../support/market.ts';
import { altered, longWish, ordersOf } from '../../support/orders.ts';
import { lotOf, NO_CANDLES, NOW, viewOf, workingOn } from '../risk/gate-views.ts';
import { acknowledged, conflictsIn, ended, filled, opened, placedIds, recordedDesk } from './recorded-runs.ts';

type Word = readonly ['ack' | 'cancel' | 'expire' | 'reject'] | readonly ['fill', string, string, string];
type Story = Readonly<{ name: string; side: 'BUY' | 'SELL'; quantity: string; held: string; said: readonly Word[]; status: string; filled: string; cash: string; left: string; owed: string; conflicts: readonly (readonly string[])[] }>;
type Stop = Readonly<{ name: string; kind: StopPolicy['kind']; distance: string; lots: readonly (readonly [string, string])[]; candles: readonly (readonly [string, string] | null)[]; levels: readonly string[]; reached: number | null }>;
type Reduction = Readonly<{ name: string; held: string; selling: string; lot: string; minimum: string; mark: string; wish: string | null; kind: IntentKind; share: string; after: string | null; order: string | null; refused: RefusalCode | null }>;
type Precedence = Readonly<{ name: string; held: string; intents: readonly (readonly [IntentKind, IntentSource, string, string])[]; sold: string; reason: string | null }>;
type Rank = Readonly<{
  name: string;
  costModel: Pick<CostModel, 'slippage'> & Readonly<{ fees: Readonly<{ makerPpm: number; takerPpm: number; asset: 'quote' | 'received' }> }>;
  halfSpreads: Readonly<Record<string, number>>;
  genesis: string;
  hour: number;
  entries: readonly (readonly [string, string, 'MARKET' | 'LIMIT HOUR' | 'LIMIT IOC', string | null])[];
  costs: readonly string[];
  edges: readonly (string | null)[];
  order: readonly number[];
}>;
type Vectors = Readonly<{ stories: readonly Story[]; stops: readonly Stop[]; reductions: readonly Reduction[]; precedence: readonly Precedence[]; ranks: readonly Rank[]; names: readonly (readonly [string, string, string, string])[] }>;

const vectors = JSON.parse(readFileSync(new URL('../../../specs/vectors/orders.json', import.meta.url), 'utf8')) as Vectors;
const cases = <Case extends Readonly<{ name: string }>>(listed: readonly Case[]): readonly (readonly [string, Case])[] => listed.map(one => [one.name, one]);

const ENDS = { cancel: 'order_cancelled', expire: 'order_expired', reject: 'order_rejected' } as const;

describe('stories', () => {
  const factOf = (id: OrderId, hour: number, minute: number, word: Word): VenueFact => {
    if (word[0] === 'fill') return filled(id, { hour, minute }, { trade: word[1], quantity: word[2], price: word[3] });
    return word[0] === 'ack' ? acknowledged(id, { hour, minute }) : ended(ENDS[word[0]], id, { hour, minute });
  };

  test.each(cases(vectors.stories))('%s', (_, story) => {
    // What a SELL sells is bought before; the order is then of the quantity of the story, however much was bought.
    const sells = story.side === 'SELL';
    const desk = recordedDesk(sells ? { 0: 'enter', 2: 'exit' } : { 0: 'enter' }, { agents: [agentOf('scripted', byQuantity(story.quantity))], cash: '100000' });
    let now = desk.step(opened(desk));
    if (sells) now = desk.step(desk.step(now, [filled(placedIds(now.log)[0]!, { hour: 1 }, { trade: 'B', quantity: story.held })]));
    const before = { cash: cashOf(now.state.ledger), conflicts: conflictsIn(now.log).length };
    const id = placedIds(now.log).at(-1)!;
    const order = now.state.orders.working.find(working => working.id === id)!;
    // An exit sells all that is held; where the story's order is smaller, its quantity is cut to that.
    const orders = { ...now.state.orders, working: [altered(order, { quantity: quantity(decimal(story.quantity)) })] };
    now = desk.step({ ...now, state: { ...now.state, orders, risk: { ...now.state.risk, standing: { ...UNHINDERED, status: 'HALTED' } } } }, story.said.map((word, index) => factOf(id, now.hour, 1 + index, word)));
    const known = now.state.orders.working.find(working => working.id === id) ?? now.state.orders.ended.find(over => over.id === id)!;
    const lots = (agent: string): bigint => now.state.lots.filter(lot => lot.agent === agent).reduce((sum, lot) => sum + lot.quantity, 0n);
    expect({
      status: known.status,
      filled: formatDecimal(known.filled),
      cash: formatDecimal(cashOf(now.state.ledger) - before.cash),
      left: formatDecimal(lots('main')),
      owed: formatDecimal(-lots('treasury')),
      conflicts: conflictsIn(now.log).slice(before.conflicts).flatMap(({ code, severity }) => (code === 'OVER_RESERVATION' ? [] : [[code, severity]])),
    }).toEqual({ status: story.status, filled: story.filled, cash: story.cash, left: story.left, owed: story.owed, conflicts: story.conflicts });
  });
});

describe('stops', () => {
  test.each(cases(vectors.stops))('%s', (_, { kind, distance, lots, candles, levels, reached }) => {
    const desk = deskOf({ universe: [instrument('AAA/USD')], agents: [agentOf('scripted', byQuantity('1'), { stop: { kind, distance: fraction(decimal(distance)) } })] }, [[{}]]);
    const held = lots.map(([units, cost]) => ({ ...lotOf('AAA/USD', units), cost: money(decimal(cost)), acquiredMs: timeMs(0) }));
    const lines = candles.map(candle => (candle === null ? '-' : `${candle[1]} ${candle[1]} ${candle[0]} ${candle[1]} 1`));
    const feed = feedFor(desk, [candlesFrom(START, lines.join('\n'))]);
    const { marks, ...rest } = viewOf({});
    let orders = ordersOf({});
    const seen: string[] = [];
    let hit: number | null = null;
    for (const [number] of candles.entries()) {
      const log: Decision[] = [];
      const judged = judgeStops({ view: { ...rest, desk, marks, lots: held }, orders, market: feed(START + number) }, log);
      const [told] = log.filter(event => event.type === 'stop_triggered');
      const level = told?.level ?? orders.stops[0]?.level ?? null;
      // A level that is neither kept nor told cannot be seen: that of a loss stop which holds, and the first of any.
      seen.push(level === null ? levels[number]! : formatDecimal(level));
      if (told !== undefined) {
        hit = number;
        break;
      }
      orders = ordersOf({ stops: judged.stops });
    }
    expect([seen, hit]).toEqual([levels, reached]);
  });
});

const intentOf = ([kind, source, share, reason]: Precedence['intents'][number]): Intent => ({ agent: 'main', symbol: marketSymbol('AAA/USD'), kind, source, fraction: fraction(decimal(share)), reason, expectedReturn: null });

describe('reductions', () => {
  test.each(cases(vectors.reductions))('%s', (_, { held, selling, lot, minimum, mark, wish, kind, share, after, order, refused }) => {
    const working = decimal(selling) === 0n ? [] : [altered(workingOn('AAA/USD', { side: 'SELL' }), { quantity: quantity(decimal(selling)) })];
    const scene = viewOf({ mark, lots: decimal(held) === 0n ? [] : [lotOf('AAA/USD', held)], rules: { lot, minNotional: minimum }, working });
    const pair = { agent: 'main', symbol: marketSymbol('AAA/USD'), reason: 'BEFORE', attempts: 1 };
    const wanted: readonly Wanted[] = wish === null ? [] : wish === 'flat' ? [{ ...pair, want: 'flat' }] : [{ ...pair, want: 'less', quantity: quantity(decimal(wish)) }];
    const log: Decision[] = [];
    const view = { ...scene, orders: { ...scene.orders, wanted } };
    const orders = decideOrders({ view, place: { hour: hourUtc(NOW), step: 0, absolute: NOW }, tradable: true, market: NO_CANDLES, intents: [intentOf([kind, 'strategy', share, 'NOW'])], facts: [] }, log);
    const placed = log.find(event => event.type === 'order_placed');
    const refusal = log.find(event => event.type === 'order_refused');
    // A wish whose order is refused is over; what the intent made of it is what the vectors give.
    const [left] = orders.wanted;
    const shown = left === undefined ? null : left.want === 'flat' ? 'flat' : formatDecimal(left.quantity!);
    expect([shown, placed === undefined ? null : formatDecimal(placed.quantity), refusal?.violations[0]!.code ?? null]).toEqual([after, order, refused]);
  });
});

describe('precedence', () => {
  test.each(cases(vectors.precedence))('%s', (_, { held, intents, sold, reason }) => {
    for (const given of [intents, intents.toReversed()]) {
      // Of one source and size the first heard stands, so only such a pair depends on its order.
      if (given !== intents && new Set(intents.map(([, source]) => source)).size < intents.length) continue;
      const log: Decision[] = [];
      const view = viewOf({ lots: [lotOf('AAA/USD', held)] });
      decideOrders({ view, place: { hour: hourUtc(NOW), step: 0, absolute: NOW }, tradable: true, market: NO_CANDLES, intents: given.map(intentOf), facts: [] }, log);
      const placed = log.find(event => event.type === 'order_placed');
      expect([formatDecimal(placed?.quantity ?? 0n), placed?.reason ?? null]).toEqual([sold, reason]);
      expect(log.filter(event => event.type === 'order_placed').length).toBeLessThanOrEqual(1);
    }
  });
});

const ENTRIES: Readonly<Record<Rank['entries'][number][2], EntryOrder>> = { MARKET, 'LIMIT HOUR': limitEntry(10), 'LIMIT IOC': limitEntry(10, { timeInForce: 'IOC' }) };

describe('ranks', () => {
  test.each(cases(vectors.ranks))('%s', (_, { costModel: { fees, slippage }, halfSpreads, genesis, hour, entries, costs, edges, order }) => {
    const universe = Object.entries(halfSpreads).map(([symbol, half]) => instrument(symbol, { halfSpreadBps: bps(half) }));
    const desk = deskOf({
      universe,
      agents: [agentOf('scripted', byQuantity('1'))],
      costs: { ...FREE, fees: { ...fees, name: 'test', makerPpm: ratePpm(fees.makerPpm), takerPpm: ratePpm(fees.takerPpm) }, slippage },
    }, [[]]);
    const due = entries.map(([agent, symbol, how, expected]) => {
      const wish = longWish({ agent, symbol: marketSymbol(symbol), expectedReturn: expected === null ? null : fraction(decimal(expected)) });
      return { agent: { ...desk.agents[0]!, agent: { ...desk.agents[0]!.agent, id: agent, entry: ENTRIES[how] } }, index: desk.indexOf.get(wish.symbol)!, wish };
    });
    const found = due.map(({ agent, index }) => roundTripCost(desk.manifest.costs, agent.agent.entry, desk.instruments[index]!));
    expect(found.map(formatDecimal)).toEqual(costs);
    expect(due.map(({ wish }, number) => (wish.expectedReturn === null ? null : formatDecimal(netEdge(wish.expectedReturn, found[number]!))))).toEqual(edges);
    for (const given of [due, due.toReversed()]) {
      expect(rankEntries({ ...desk, genesis: digestOf(genesis) }, hourUtc(hour), given).map(entry => due.indexOf(entry))).toEqual(order);
    }
  });
});

describe('names', () => {
  test.each(vectors.names)('of run %s, account %s, order %s is %s', (runId, account, orderId, name) => {
    expect(venueOrderId({ runId, account, orderId: orderId as OrderId })).toBe(name);
  });

  test('has no part with a line feed, which separates them', () => {
    expect(() => venueOrderId({ runId: 'a', account: 'b\nc', orderId: '1.0.0' as OrderId })).toThrow(/line feed/);
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.log('Skipped: the Python twin of specs/orders.md, as python3 is absent.');

test.skipIf(!hasPython)('the Python twin of specs/orders.md finds the same', () => {
  const run = spawnSync('python3', ['tools/orders_oracle.py'], { encoding: 'utf8' });
  expect(run.stdout.trim() + run.stderr.trim()).toBe('OK');
});
