/** Random intents of every kind and source against the simulated venue: nothing is sold twice, nothing holds a sale back, order of arrival is nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Desk } from '../../core/desk.ts';
import type { OrderPlaced, RiskStatus } from '../../core/events.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import { fraction, hourUtc, marketSymbol, money } from '../../core/kernel/units.ts';
import { heldBy } from '../../core/lots/lot.ts';
import { decideOrders } from '../../core/orders/decide-orders.ts';
import { INTENT_SOURCES } from '../../core/orders/intent.ts';
import type { Intent, IntentKind } from '../../core/orders/intent.ts';
import { remainingOf } from '../../core/orders/order.ts';
import { isDust } from '../../core/risk/gate-view.ts';
import { UNHINDERED } from '../../core/risk/risk-standing.ts';
import { decodeSnapshot, encodeSnapshot } from '../../core/snapshot.ts';
import { agentOf, byNotional, byQuantity, deskOf, feedFor, feesOf, FREE, instrument, limitEntry, MARKET, operatorFact, START } from '../support/desk.ts';
import { runIntents } from '../support/intent-runs.ts';
import type { IntentScript, IntentStep } from '../support/intent-runs.ts';
import { walk } from '../support/market.ts';
import type { SlotCandle } from '../support/market.ts';
import { riskViewOf } from '../support/risk-views.ts';

const SYMBOLS = ['AAA/USD', 'BBB/USD'].map(marketSymbol);
const HOURS = 40;

const kinds: fc.Arbitrary<IntentKind> = fc.constantFrom('enter', 'enter', 'reenter', 'reenter', 'withdraw', 'reduce', 'reduce', 'exit');
const anIntent: fc.Arbitrary<Intent> = fc
  .record({ kind: kinds, source: fc.constantFrom(...INTENT_SOURCES), symbol: fc.constantFrom(...SYMBOLS), agent: fc.constantFrom('a', 'b'), share: fc.integer({ min: 1, max: 1_000 }), edge: fc.option(fc.integer({ min: -50, max: 300 })) })
  .map(({ kind, source, symbol, agent, share, edge }) => ({
    kind,
    symbol,
    agent,
    // An entry has no higher precedence than an entry; what sells may be asked for by anyone.
    source: kind === 'enter' || kind === 'reenter' ? 'entry' : source === 'entry' ? 'partial' : source,
    fraction: fraction(BigInt(share) * decimal('0.001')),
    reason: `${kind} ${source}`,
    expectedReturn: edge === null ? null : fraction(BigInt(edge) * decimal('0.0001')),
  }));

type Drawn = Readonly<{ desk: Desk; candles: readonly (readonly SlotCandle[])[]; script: IntentScript; steps: number }>;

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    seed: fc.integer({ min: 1, max: 100_000 }),
    fiveMinutes: fc.boolean(),
    lot: fc.constantFrom('0.00000001', '0.001', '1'),
    minNotional: fc.constantFrom('0', '5', '200'),
    inBase: fc.boolean(),
    participation: fc.option(fc.constantFrom('0.025', '0.002')),
    limit: fc.boolean(),
    hours: fc.array(fc.array(anIntent, { maxLength: 4 }), { minLength: HOURS, maxLength: HOURS }),
    operators: fc.array(fc.tuple(fc.nat(HOURS - 1), fc.constantFrom('halt' as const, 'resume' as const, 'kill' as const, 'flatten' as const, 'cancel' as const)), { maxLength: 4 }),
  })
  .map(({ seed, fiveMinutes, lot, minNotional, inBase, participation, limit, hours, operators }): Drawn => {
    const universe = SYMBOLS.map(symbol => instrument(symbol, { lot, minNotional, absent: 'quiet' }));
    const agents = ['a', 'b'].map((id, index) => agentOf('scripted', index === 0 ? byNotional('3000') : byQuantity('2'), { id, entry: limit ? limitEntry(10) : MARKET }));
    const costs = { ...FREE, fees: feesOf(1_000, 2_000, inBase ? 'received' : 'quote'), participation: participation === null ? null : fraction(decimal(participation)) };
    const desk = deskOf({ universe, agents, costs, cash: '20000', timeframe: fiveMinutes ? '5m' : '1h' }, [[], []]);
    const firstSlot = START * desk.stepsPerHour;
    const candles = SYMBOLS.map((_, index) => walk({ seed: seed + index, firstSlot, candles: HOURS, gapsPerMille: 60, movePerMille: 20, decimals: 2 }));
    const outside = Object.fromEntries(operators.map(([step, command], index) => [step, [operatorFact(Math.floor(step / desk.stepsPerHour), { command }, `k${index}`)]]));
    return { desk, candles, script: { intents: Object.fromEntries(hours.entries()), outside }, steps: HOURS };
  });

const placedIn = ({ decisions }: IntentStep): readonly OrderPlaced[] => decisions.filter(event => event.type === 'order_placed');
const words = (orders: readonly OrderPlaced[]): readonly string[] => orders.map(({ agent, symbol, side, quantity, limitPrice, reason }) => `${side} ${agent} ${symbol} ${quantity} ${limitPrice} ${side === 'SELL' ? reason : ''}`);

describe('random intents', () => {
  it('sell nothing twice and never more than is held, one order per agent and symbol at one close', () => {
    const seen = { sells: 0, parts: 0, beside: 0, buys: 0 };
    fc.assert(
      fc.property(drawn, ({ desk, candles, script, steps }) => {
        for (const step of runIntents(desk, candles, steps, script)) {
          const placed = placedIn(step);
          const pairs = placed.map(({ agent, symbol }) => `${agent} ${symbol}`);
          expect(new Set(pairs).size, 'one order per agent and symbol').toBe(pairs.length);
          const { orders, lots } = step.state;
          for (const { id: agent } of desk.manifest.agents) {
            for (const symbol of desk.symbols) {
              const held = heldBy(lots, agent, symbol);
              const sells = orders.working.filter(order => order.side === 'SELL' && order.agent === agent && order.symbol === symbol);
              expect(sells.reduce((sum, order) => sum + remainingOf(order), 0n) <= held, 'SELLs sell what is held').toBe(true);
              expect(orders.wanted.filter(wish => wish.agent === agent && wish.symbol === symbol).length, 'one wish').toBeLessThanOrEqual(1);
              if (sells.length > 1) seen.beside += 1;
              for (const { quantity, side } of placed.filter(order => order.agent === agent && order.symbol === symbol)) {
                if (side === 'SELL' && quantity < held) seen.parts += 1;
              }
            }
          }
          seen.sells += placed.filter(({ side }) => side === 'SELL').length;
          seen.buys += placed.filter(({ side }) => side === 'BUY').length;
          expect(decodeSnapshot(desk, encodeSnapshot(step.state)).orders).toEqual(orders);
        }
      }),
      { seed: 20_261_121, numRuns: 120 },
    );
    expect(Object.entries(seen).filter(([, times]) => times < 15)).toEqual([]);
  }, 60_000);

  it('come to the same orders in whatever order they are raised', () => {
    fc.assert(
      fc.property(drawn, ({ desk, candles, script, steps }) => {
        // At most one of a kind and pair: two entries of one pair are the same wish twice, and the first of them stands.
        const onePerKind = Object.fromEntries(Object.entries(script.intents!).map(([hour, intents]) => [hour, intents.filter((intent, index) => intents.findIndex(other => isAlike(other, intent)) === index)]));
        const reversed = Object.fromEntries(Object.entries(onePerKind).map(([hour, intents]) => [hour, intents.toReversed()]));
        const [forward, backward] = [onePerKind, reversed].map(intents => runIntents(desk, candles, steps, { ...script, intents }));
        for (const [at, step] of forward!.entries()) expect(words(placedIn(backward![at]!)).toSorted(), `step ${at}`).toEqual(words(placedIn(step)).toSorted());
      }),
      { seed: 20_261_121, numRuns: 80 },
    );
  }, 60_000);

  it('sell the same under any standing of the desk, with no cash and with marks however old', () => {
    let sold = 0;
    fc.assert(
      fc.property(drawn, ({ desk, candles, script, steps }) => {
        const feed = feedFor(desk, candles);
        const ran = runIntents(desk, candles, steps, script);
        for (const [at, { state }] of ran.entries()) {
          const market = feed(START * desk.stepsPerHour + at);
          const intents = script.intents![at + 1] ?? [];
          const sales = (status: RiskStatus, aged: number, cash: bigint): readonly string[] => {
            const valuation = { cash: money(cash), positions: money(0n), value: money(cash), unitValue: money(cash) };
            const view = { desk, slot: market.slot + aged, marks: state.marks, volumes: state.volumes, lots: state.lots, orders: state.orders, valuation, returns: state.returns, hour: hourUtc(START + at) } as const;
            const risk = riskViewOf({ ...view, valuation }, { standing: { ...UNHINDERED, status } });
            const decisions: IntentStep['decisions'][number][] = [];
            decideOrders({ view: { ...view, risk }, place: { hour: hourUtc(START + at), step: 0, absolute: START + at }, tradable: status === 'ACTIVE', market, intents, facts: [] }, decisions);
            return words(decisions.filter(event => event.type === 'order_placed')).filter(line => line.startsWith('SELL'));
          };
          const plain = sales('ACTIVE', 0, decimal('20000'));
          sold += plain.length;
          expect(sales('KILLED', 0, 0n)).toEqual(plain);
          expect(sales('HALTED', 100_000, decimal('1'))).toEqual(plain);
        }
      }),
      { seed: 20_261_121, numRuns: 60 },
    );
    expect(sold).toBeGreaterThan(200);
  }, 60_000);

  it('leave a position flat or dust once an exit has been asked for and nobody wants back in', () => {
    let flat = 0;
    fc.assert(
      fc.property(drawn, ({ desk, candles, script, steps }) => {
        const last = steps - 15;
        const exits = desk.manifest.agents.flatMap(({ id }) => desk.symbols.map((symbol): Intent => ({ agent: id, symbol, kind: 'exit', source: 'strategy', fraction: fraction(decimal('1')), reason: 'OUT', expectedReturn: null })));
        const intents = Object.fromEntries(Object.entries(script.intents!).map(([at, raised]) => [at, Number(at) < last ? raised : Number(at) === last ? exits : []]));
        const free = deskOf({ ...desk.manifest, universe: desk.instruments, agents: desk.manifest.agents, costs: { ...desk.manifest.costs, participation: null }, cash: '20000', timeframe: desk.manifest.timeframe }, [[], []]);
        const { state } = runIntents(free, candles, steps, { intents }).at(-1)!;
        for (const lot of state.lots) expect(isDust({ desk: free, marks: state.marks }, free.indexOf.get(lot.symbol)!, heldBy(state.lots, lot.agent, lot.symbol))).toBe(true);
        if (state.lots.length === 0) flat += 1;
      }),
      { seed: 20_261_121, numRuns: 60 },
    );
    expect(flat).toBeGreaterThan(10);
  }, 60_000);
});

const isAlike = (left: Intent, right: Intent): boolean => left.agent === right.agent && left.symbol === right.symbol && (left.kind === right.kind || (left.kind === 'enter' && right.kind === 'reenter') || (left.kind === 'reenter' && right.kind === 'enter')) && (left.kind !== 'reduce' || left.source === right.source);
