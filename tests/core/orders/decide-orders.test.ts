/** Intents and orders as stories, hour by hour: retries, exits until flat, dust, refusals, and who comes first. */
import { describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { byCodeUnit } from '../../../core/kernel/order.ts';
import { bps, fraction } from '../../../core/kernel/units.ts';
import { sha256Hex } from '../../../core/kernel/digest.ts';
import { NO_ORDERS } from '../../../core/orders/order.ts';
import type { Opening, Ran, Rules, Script } from '../../support/desk.ts';
import { agentOf, byFraction, byNotional, byQuantity, decisionsOf, deskOf, feesOf, FREE, instrument, limitEntry, runHours, START, storyOf } from '../../support/desk.ts';
import { candlesFrom } from '../../support/market.ts';
import { BALANCED_CAPS, cappedBy } from '../../support/profiles.ts';

const FLAT = '100 100 100 100 1000';
const CAPPED = { ...FREE, participation: fraction(decimal('0.025')) };

/** One symbol, one scripted agent: signals by candle, candles a line an hour. */
const told = (signals: Script[number], lines: string, rest: Partial<Opening> & Readonly<{ rules?: Rules }> = {}): Ran => {
  const { rules, ...opening } = rest;
  const desk = deskOf({ universe: [instrument('BTC/USD', rules)], agents: [agentOf('scripted', byQuantity('2'))], ...opening }, [[signals]]);
  return runHours(desk, [candlesFrom(START, lines)], lines.trim().split('\n').length);
};

const times = (count: number, line: string): string => Array.from({ length: count }, () => line).join('\n');

describe('an entry', () => {
  test('is ordered at the close and filled at the next open', () => {
    expect(storyOf(told({ 1: 'enter' }, `${FLAT}\n${FLAT}\n103 104 101 102 1000\n${FLAT}`))).toEqual(['1 BUY main BTC/USD 2 try 1', '2 filled 2 at 103']);
  });

  test('without a candle to meet is asked for six times and never again', () => {
    const ran = told({ 0: 'enter' }, `${FLAT}\n${times(8, '-')}\n${FLAT}`, { universe: [instrument('BTC/USD', { absent: 'quiet' })] });
    expect(storyOf(ran)).toEqual([
      '0 BUY main BTC/USD 2 try 1',
      ...[1, 2, 3, 4, 5].flatMap(hour => [`${hour} EXPIRED BTC/USD NO_CANDLE`, `${hour} BUY main BTC/USD 2 try ${hour + 1}`]),
      '6 EXPIRED BTC/USD NO_CANDLE',
    ]);
  });

  test('in a symbol whose data is missing is blocked after three hours, which ends it', () => {
    expect(storyOf(told({ 0: 'enter' }, `${FLAT}\n${times(5, '-')}`)).slice(-2)).toEqual(['4 EXPIRED BTC/USD NO_CANDLE', '4 refused BUY main BTC/USD DATA_MISSING try 5']);
  });

  test('filled in part is asked for again for the rest, at the size first granted', () => {
    // 2.5 % of 40 is 1 a candle; the median allows no more either, so 1 is granted and filled.
    expect(storyOf(told({ 1: 'enter' }, times(4, '100 100 100 100 40'), { costs: CAPPED }))).toEqual(['1 BUY main BTC/USD 1 try 1', '2 filled 1 at 100']);
    const thin = `100 100 100 100 80\n100 100 100 100 80\n100 100 100 100 20\n100 100 100 100 80\n${FLAT}`;
    expect(storyOf(told({ 1: 'enter' }, thin, { costs: CAPPED }))).toEqual([
      '1 BUY main BTC/USD 2 try 1',
      '2 filled 0.5 at 100',
      '2 EXPIRED BTC/USD PARTICIPATION',
      '2 BUY main BTC/USD 1.5 try 2',
      '3 filled 1.5 at 100',
    ]);
  });

  test('whose rest falls below the minimum ends with a refusal', () => {
    const lines = `100 100 100 100 80\n100 100 100 100 80\n100 100 100 100 79\n${FLAT}`;
    expect(storyOf(told({ 1: 'enter' }, lines, { costs: CAPPED, rules: { minNotional: '10' } }))).toEqual([
      '1 BUY main BTC/USD 2 try 1',
      '2 filled 1.975 at 100',
      '2 EXPIRED BTC/USD PARTICIPATION',
      '2 refused BUY main BTC/USD BELOW_MINIMUM try 2',
    ]);
  });

  test('clipped by its reservation has bought what its cash buys, and ends', () => {
    const ran = told({ 0: 'enter' }, `${FLAT}\n125 125 125 125 1000\n${FLAT}`, { cash: '200' });
    expect(storyOf(ran)).toEqual(['0 BUY main BTC/USD 2 try 1', '1 filled 1.6 at 125', '1 EXPIRED BTC/USD RESERVATION']);
  });

  test('is backed by cash that nobody asked for, and fills whole above its mark', () => {
    const ran = told({ 0: 'enter' }, `${FLAT}\n125 125 125 125 1000`, { cash: '250' });
    expect(storyOf(ran)).toEqual(['0 BUY main BTC/USD 2 try 1', '1 filled 2 at 125']);
    expect(decisionsOf(ran, 'order_placed')[0]!.event.reserved).toBe(decimal('250'));
  });

  test('above its collar waits, and follows the mark of each new try', () => {
    const ran = told({ 0: 'enter' }, `${FLAT}\n102 102 102 102 1000\n103.5 104 103 104 1000\n104 105 104 105 1000`, {
      profile: BALANCED_CAPS,
      agents: [agentOf('scripted', byQuantity('1'))],
    });
    expect(storyOf(ran)).toEqual([
      '0 BUY main BTC/USD 1 try 1',
      '1 EXPIRED BTC/USD COLLAR',
      '1 BUY main BTC/USD 1 try 2',
      '2 EXPIRED BTC/USD COLLAR',
      '2 BUY main BTC/USD 1 try 3',
      '3 filled 1 at 104',
    ]);
    expect(decisionsOf(ran, 'order_placed').map(({ event }) => event.collarPrice)).toEqual([decimal('101'), decimal('103.02'), decimal('105.04')]);
  });

  test('as a limit stands below the mark and is rejected, filled or expired by the candle', () => {
    const agents = [agentOf('scripted', byQuantity('1'), { entry: limitEntry(100, { postOnly: true }) })];
    const lines = `${FLAT}\n98 100 97 100 1000\n99.5 100 99 100 1000\n99.5 100 98.9 100 1000`;
    expect(storyOf(told({ 0: 'enter' }, lines, { agents }))).toEqual([
      '0 BUY main BTC/USD 1 at 99 try 1',
      '1 REJECTED BTC/USD POST_ONLY_WOULD_TAKE',
      '1 BUY main BTC/USD 1 at 99 try 2',
      '2 EXPIRED BTC/USD NOT_REACHED',
      '2 BUY main BTC/USD 1 at 99 try 3',
      '3 filled 1 at 99',
    ]);
  });

  test('keeps the quantity of its first grant when the price moves', () => {
    const agents = [agentOf('scripted', byNotional('200'), { entry: limitEntry(0, { postOnly: true }) })];
    expect(storyOf(told({ 0: 'enter' }, `${FLAT}\n60 60 50 50 1000\n60 60 40 50 1000`, { agents }))).toEqual([
      '0 BUY main BTC/USD 2 at 100 try 1',
      '1 REJECTED BTC/USD POST_ONLY_WOULD_TAKE',
      '1 BUY main BTC/USD 2 at 50 try 2',
      '2 filled 2 at 50',
    ]);
  });
});

describe('an exit', () => {
  test('sells all that is held at the next open', () => {
    expect(storyOf(told({ 0: 'enter', 2: 'exit' }, `${times(3, FLAT)}\n90 91 89 90 1000\n${FLAT}`)).slice(2)).toEqual(['2 SELL main BTC/USD 2 try 1', '3 filled 2 at 90']);
  });

  test('is asked for until the position is flat', () => {
    const lines = `${times(3, FLAT)}\n100 100 100 100 20\n-\n100 100 100 100 0\n${FLAT}\n${FLAT}`;
    expect(storyOf(told({ 0: 'enter', 2: 'exit' }, lines, { costs: CAPPED })).slice(2)).toEqual([
      '2 SELL main BTC/USD 2 try 1',
      '3 filled 0.5 at 100',
      '3 EXPIRED BTC/USD PARTICIPATION',
      '3 SELL main BTC/USD 1.5 try 2',
      '4 EXPIRED BTC/USD NO_CANDLE',
      '4 SELL main BTC/USD 1.5 try 3',
      '5 EXPIRED BTC/USD PARTICIPATION',
      '5 SELL main BTC/USD 1.5 try 4',
      '6 filled 1.5 at 100',
    ]);
  });

  test('of nothing is nothing, and drops an entry that is still wanted', () => {
    expect(storyOf(told({ 1: 'exit' }, times(3, FLAT)))).toEqual([]);
    const agents = [agentOf('scripted', byQuantity('1'), { entry: limitEntry(5000) })];
    expect(storyOf(told({ 0: 'enter', 2: 'exit' }, times(5, FLAT), { agents }))).toEqual([
      '0 BUY main BTC/USD 1 at 50 try 1',
      '1 EXPIRED BTC/USD NOT_REACHED',
      '1 BUY main BTC/USD 1 at 50 try 2',
      '2 EXPIRED BTC/USD NOT_REACHED',
    ]);
  });

  test('outranks an entry filled in part, and sells that part', () => {
    const lines = `100 100 100 100 80\n100 100 100 100 80\n100 100 100 100 20\n${FLAT}\n${FLAT}`;
    expect(storyOf(told({ 1: 'enter', 2: 'exit' }, lines, { costs: CAPPED })).slice(2)).toEqual(['2 EXPIRED BTC/USD PARTICIPATION', '2 SELL main BTC/USD 0.5 try 1', '3 filled 0.5 at 100']);
  });

  test('that is flat frees the same close for an entry', () => {
    expect(storyOf(told({ 0: 'enter', 2: 'exit', 3: 'enter' }, times(5, FLAT))).slice(2)).toEqual([
      '2 SELL main BTC/USD 2 try 1',
      '3 filled 2 at 100',
      '3 BUY main BTC/USD 2 try 1',
      '4 filled 2 at 100',
    ]);
  });

  test('still under way refuses an entry', () => {
    const lines = `${times(3, FLAT)}\n100 100 100 100 20\n${FLAT}`;
    expect(storyOf(told({ 0: 'enter', 2: 'exit', 3: 'enter' }, lines, { costs: CAPPED })).slice(3)).toEqual([
      '3 filled 0.5 at 100',
      '3 EXPIRED BTC/USD PARTICIPATION',
      '3 refused BUY main BTC/USD EXIT_IN_PROGRESS try 1',
      '3 SELL main BTC/USD 1.5 try 2',
      '4 filled 1.5 at 100',
    ]);
  });
});

describe('dust', () => {
  const costs = { ...FREE, fees: feesOf(1_000, 1_000, 'received') };
  const rules: Rules = { lot: '0.001' };
  const agents = [agentOf('scripted', byQuantity('0.123'))];

  test('stays when a position is sold, does not stand in the way of the next, and is swept with its exit', () => {
    const ran = told({ 0: 'enter', 2: 'exit', 3: 'enter', 5: 'exit' }, times(8, FLAT), { costs, rules, agents });
    // 0.123 less 0.000123 is 0.122877; 0.122 are sold and 0.000877 stay. The second lot makes 0.123754.
    expect(storyOf(ran)).toEqual([
      '0 BUY main BTC/USD 0.123 try 1',
      '1 filled 0.123 at 100',
      '2 SELL main BTC/USD 0.122 try 1',
      '3 filled 0.122 at 100',
      '3 refused SELL main BTC/USD DUST try 2',
      '3 BUY main BTC/USD 0.123 try 1',
      '4 filled 0.123 at 100',
      '5 SELL main BTC/USD 0.123 try 1',
      '6 filled 0.123 at 100',
      '6 refused SELL main BTC/USD DUST try 2',
    ]);
    expect(ran.after.state.lots.map(lot => lot.quantity)).toEqual([decimal('0.000754')]);
    expect(ran.after.state.orders).toEqual(NO_ORDERS);
  });

  test('is a position worth less than the minimum, too', () => {
    const lines = `${times(2, FLAT)}\n10 10 10 10 1000\n10 10 10 10 1000\n${FLAT}\n${FLAT}`;
    const ran = told({ 0: 'enter', 2: 'exit', 4: 'exit' }, lines, { rules: { minNotional: '5' }, agents: [agentOf('scripted', byQuantity('0.4'))] });
    expect(storyOf(ran).slice(2)).toEqual(['4 SELL main BTC/USD 0.4 try 1', '5 filled 0.4 at 100']);
  });

  test('takes no slot', () => {
    const universe = [instrument('BTC/USD', rules), instrument('ETH/USD')];
    const profile = cappedBy({ perPosition: '0.05', total: '0.6', positions: 1, maxChase: '0.01' });
    const opening: Opening = { universe, agents, costs, profile };
    const desk = deskOf(opening, [[{ 0: 'enter', 2: 'exit' }, { 4: 'enter' }]]);
    const lines = candlesFrom(START, times(6, FLAT));
    expect(storyOf(runHours(desk, [lines, lines], 6)).at(-1)).toBe('5 filled 0.123 at 100');
  });
});

describe('refusals outright', () => {
  test('in warm-up, and when it is already held', () => {
    const ran = told({ 0: 'enter', 2: 'enter', 4: 'enter', 6: 'exit' }, times(6, FLAT), { warmUpHours: 2 });
    expect(storyOf(ran)).toEqual(['0 refused BUY main BTC/USD WARM_UP try 1', '2 BUY main BTC/USD 2 try 1', '3 filled 2 at 100', '4 refused BUY main BTC/USD ALREADY_HELD try 1']);
    expect(decisionsOf(ran, 'order_refused').map(({ event }) => event.violations)).toEqual([
      [{ code: 'WARM_UP', severity: 'LOW', limit: 0n, usage: 0n, asked: 0n }],
      [{ code: 'ALREADY_HELD', severity: 'LOW', limit: 0n, usage: decimal('2'), asked: 0n }],
    ]);
  });

  test('an enter while the entry is still wanted says nothing', () => {
    const agents = [agentOf('scripted', byQuantity('1'), { entry: limitEntry(5000) })];
    expect(storyOf(told({ 0: 'enter', 1: 'enter' }, times(2, FLAT), { agents })).slice(1)).toEqual(['1 EXPIRED BTC/USD NOT_REACHED', '1 BUY main BTC/USD 1 at 50 try 2']);
  });

  test('a refusal ends the intent', () => {
    const agents = [agentOf('scripted', byQuantity('0.5'))];
    expect(storyOf(told({ 0: 'enter' }, times(4, FLAT), { rules: { lot: '1' }, agents }))).toEqual(['0 refused BUY main BTC/USD BELOW_LOT try 1']);
  });
});

describe('competing entries', () => {
  const bases = ['ADA', 'BTC', 'DOT', 'ETH', 'SOL'];
  const universe = bases.map(base => instrument(`${base}/USD`));
  const lines = candlesFrom(START, times(3, FLAT));
  const enterAt = (hour: number): Script => bases.map(() => ({ [hour]: 'enter' as const }));

  test.each([0, 1])('stand by SHA-256 of genesis, hour and symbol: hour %i', hour => {
    const desk = deskOf({ universe, agents: [agentOf('scripted', byFraction('0.3'))] }, [enterAt(hour)]);
    const ranked = [...desk.symbols].sort((left, right) =>
      sha256Hex(`${desk.genesis}:${START + hour}:${left}`) < sha256Hex(`${desk.genesis}:${START + hour}:${right}`) ? -1 : 1,
    );
    const story = storyOf(runHours(desk, bases.map(() => lines), hour + 1));
    // 30 % each: the fourth gets what is left, the fifth is refused first because refusals come before orders.
    expect(story).toEqual([
      `${hour} refused BUY main ${ranked[4]} INSUFFICIENT_CASH try 1`,
      ...[30, 30, 30, 10].map((quantity, rank) => `${hour} BUY main ${ranked[rank]} ${quantity} try 1`),
    ]);
  });

  test('of one symbol stand by agent', () => {
    const agents = ['zeta', 'alpha'].map(id => agentOf('scripted', byFraction('0.6'), { id }));
    const desk = deskOf({ universe: [instrument('BTC/USD')], agents }, [[{ 0: 'enter' }], [{ 0: 'enter' }]]);
    expect(storyOf(runHours(desk, [lines], 1))).toEqual(['0 BUY alpha BTC/USD 60 try 1', '0 BUY zeta BTC/USD 40 try 1']);
  });

  test('share the slack in proportion to what they reserved', () => {
    const desk = deskOf({ universe: universe.slice(0, 2), agents: [agentOf('scripted', byQuantity('1'), { id: 'a' }), agentOf('scripted', byQuantity('3'), { id: 'b' })], cash: '1000' }, [
      [{ 0: 'enter' }, {}],
      [{}, { 0: 'enter' }],
    ]);
    const reserved = decisionsOf(runHours(desk, [lines, lines], 1), 'order_placed').map(({ event }) => `${event.symbol} ${formatDecimal(event.reserved)}`);
    expect(reserved.toSorted(byCodeUnit)).toEqual(['ADA/USD 250', 'BTC/USD 750']);
  });
});

test('slippage and fees are reserved beside the collar price, and the rest is free again after the fill', () => {
  const costs = { fees: feesOf(2_500, 4_000), slippage: { kind: 'constant', bps: bps(50) } as const, participation: null };
  const ran = told({ 0: 'enter' }, times(3, FLAT), { costs, profile: BALANCED_CAPS, agents: [agentOf('scripted', byQuantity('2'))] });
  expect(decisionsOf(ran, 'order_placed')[0]!.event.reserved).toBe(decimal('202.808'));
  expect(storyOf(ran)[1]).toBe('1 filled 2 at 100.5');
  expect(ran.hours[2]!.valuation.cash).toBe(decimal('9798.196'));
  expect(ran.after.state.orders.working).toEqual([]);
});
