/** Defects of an earlier implementation of these rules, each shown to be impossible here. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { bps, fraction, marketSymbol } from '../../../core/kernel/units.ts';
import { cashOf } from '../../../core/ledger/ledger.ts';
import type { Intent } from '../../../core/orders/intent.ts';
import { WHOLE } from '../../../core/orders/intent.ts';
import { PROFILES } from '../../../core/profile.ts';
import { agentOf, byFraction, byQuantity, decisionsOf, deskOf, factsOf, feesOf, FREE, instrument, operatorFact, runHours, START, storyOf } from '../../support/desk.ts';
import { runIntents } from '../../support/intent-runs.ts';
import { candlesFrom } from '../../support/market.ts';
import { cappedBy } from '../../support/profiles.ts';

const FLAT = '100 100 100 100 1000';
const flat = (candles: number): string => Array.from({ length: candles }, () => FLAT).join('\n');
const universe = [instrument('BTC/USD')];

describe('a halt or kill that was blind to the side, and rejected every SELL with the BUYs', () => {
  test.each(['halt', 'kill'] as const)('%s: the BUY is refused, the SELL of the same hour is placed and fills', command => {
    const two = [instrument('BTC/USD'), instrument('ETH/USD')];
    const desk = deskOf({ universe: two, agents: [agentOf('scripted', byQuantity('1'))] }, [[{ 0: 'enter', 2: 'exit' }, { 2: 'enter' }]]);
    const lines = candlesFrom(START, flat(4));
    const ran = runHours(desk, [lines, lines], 4, { 2: [operatorFact(2, { command })] });
    const status = command === 'halt' ? 'HALTED' : 'KILLED';
    expect(storyOf(ran).slice(2)).toEqual([`2 ACTIVE to ${status}`, '2 SELL main BTC/USD 1 try 1', `2 refused BUY main ETH/USD ${status} try 1`, '3 filled 1 at 100']);
  });
});

describe('an exit per horizon, each of the whole inventory: one unit sold three times, cash credited three times', () => {
  const exit = (reason: string): Intent => ({ agent: 'main', symbol: marketSymbol('BTC/USD'), kind: 'exit', source: 'strategy', fraction: WHOLE, reason, expectedReturn: null });
  const enter: Intent = { ...exit('IN'), kind: 'enter', source: 'entry' };

  test('three exits of one close sell it once, and cash is what one sale brings', () => {
    const desk = deskOf({ universe, agents: [agentOf('scripted', byQuantity('1'))] }, [[{}]]);
    const steps = runIntents(desk, [candlesFrom(START, flat(6))], 6, { intents: { 0: [enter], 2: [exit('H1'), exit('H4'), exit('H24')], 3: [exit('H1'), exit('H4')] } });
    const sales = steps.flatMap(({ decisions }) => decisions.filter(event => event.type === 'order_placed' && event.side === 'SELL'));
    expect(sales).toHaveLength(1);
    expect(sales[0]).toMatchObject({ quantity: decimal('1'), reason: 'H1' });
    expect(cashOf(steps.at(-1)!.state.ledger)).toBe(decimal('10000'));
    expect(steps.at(-1)!.state.lots).toEqual([]);
  });
});

describe('a fill at the close of the very bar that decided it', () => {
  const desk = deskOf({ universe, agents: [agentOf('scripted', byQuantity('1'))] }, [[{ 1: 'enter' }]]);
  const ran = (next: string) => runHours(desk, [candlesFrom(START, `${FLAT}\n100 150 90 140 1000\n${next}`)], 3);

  test('an order fills at the next open, wherever the deciding bar closed', () => {
    expect(storyOf(ran('99 120 98 119 1000'))).toEqual(['1 BUY main BTC/USD 1 try 1', '2 filled 1 at 99']);
  });

  test('no later bar changes the decision', () => {
    const [one, other] = [ran('99 120 98 119 1000'), ran('500 501 499 500 1')];
    expect(one.hours[1]!.sealed.hash).toBe(other.hours[1]!.sealed.hash);
  });
});

describe('slippage as a cash charge on top of the fill price, and a full-cash BUY that aborted the hour', () => {
  const costs = { fees: feesOf(4_000, 4_000), slippage: { kind: 'constant', bps: bps(50) } as const, participation: null };

  test('cash moves by price times quantity and the fee, and by nothing else', () => {
    const desk = deskOf({ universe, agents: [agentOf('scripted', byQuantity('10'))], costs }, [[{ 0: 'enter', 2: 'exit' }]]);
    const { after } = runHours(desk, [candlesFrom(START, flat(4))], 4);
    // 10 at 100.5 and 0.4 % of it out; 10 at 99.5 less 0.4 % of it back.
    expect(cashOf(after.state.ledger)).toBe(decimal('10000') - decimal('1009.02') + decimal('991.02'));
  });

  test.each([
    ['at the mark', PROFILES.research, '99.60159362'],
    ['at the collar', cappedBy({ perPosition: '1', maxChase: '0.01' }), '98.61543923'],
  ] as const)('all cash reserved %s pays for its fee and slippage too: it buys less, and cash is never negative', (_, profile, quantity) => {
    const desk = deskOf({ universe, agents: [agentOf('scripted', byFraction('1'))], costs, profile }, [[{ 0: 'enter' }]]);
    const ran = runHours(desk, [candlesFrom(START, flat(3))], 3);
    const [placed] = decisionsOf(ran, 'order_placed');
    expect(placed!.event.quantity).toBe(decimal(quantity));
    expect(placed!.event.reserved <= decimal('10000')).toBe(true);
    expect(cashOf(ran.after.state.ledger) >= 0n).toBe(true);
    expect(factsOf(ran, 'order_filled')).toHaveLength(1);
  });
});

describe('liquidity of one candle that every retry and every order could take again', () => {
  test('orders that meet one candle share its cap, and a retry meets the next candle', () => {
    const costs = { ...FREE, participation: fraction(decimal('0.025')) };
    const agents = ['a', 'b', 'c'].map(id => agentOf('scripted', byQuantity('15'), { id }));
    const desk = deskOf({ universe, agents, costs }, [[{ 0: 'enter' }], [{ 0: 'enter' }], [{ 0: 'enter' }]]);
    const ran = runHours(desk, [candlesFrom(START, flat(5))], 5);
    const perHour = new Map<number, bigint>();
    for (const { hour, event } of factsOf(ran, 'order_filled')) perHour.set(hour, (perHour.get(hour) ?? 0n) + event.quantity);
    expect([...perHour]).toEqual([
      [1, decimal('25')],
      [2, decimal('20')],
    ]);
  });
});

describe('a SELL without lots that credited cash from nothing', () => {
  test('is never ordered: an exit of nothing is nothing, and the treasury is nobody’s to sell', () => {
    const desk = deskOf({ universe, agents: [agentOf('scripted', byQuantity('1'))], holdings: [['BTC', '5', '100']] }, [[{ 0: 'exit', 1: 'exit' }]]);
    const ran = runHours(desk, [candlesFrom(START, flat(3))], 3, { 2: [operatorFact(2, { command: 'flatten' })] });
    expect(storyOf(ran)).toEqual(['2 refused flatten NOTHING_HELD']);
    expect(cashOf(ran.after.state.ledger)).toBe(decimal('10000'));
  });
});
