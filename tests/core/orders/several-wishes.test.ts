/** Wishes of several symbols and agents beside each other: what becomes of one is nothing to the others. */
import { describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { fraction, marketSymbol, money, price, quantity } from '../../../core/kernel/units.ts';
import type { OrderExpiredFact, OrderId } from '../../../core/log.ts';
import { startOfHour } from '../../../core/kernel/hours.ts';
import { WHOLE } from '../../../core/orders/intent.ts';
import type { Intent } from '../../../core/orders/intent.ts';
import { withSlack } from '../../../core/orders/slack.ts';
import { applySimulatedAnswers } from '../../../core/orders/venue-answers.ts';
import { agentOf, byNotional, byQuantity, decisionsOf, deskOf, instrument, limitEntry, operatorFact, runHours, START, storyOf } from '../../support/desk.ts';
import { runIntents } from '../../support/intent-runs.ts';
import { candlesFrom } from '../../support/market.ts';
import { longWish, ordersOf, workingOrder } from '../../support/orders.ts';

const TWO = [instrument('BTC/USD'), instrument('ETH/USD')];
const at = (price: string, hours: number): string => Array.from({ length: hours }, () => `${price} ${price} ${price} ${price} 1000`).join('\n');
const candles = (text: string) => candlesFrom(START, text);

describe('two entries', () => {
  test('that expire are tried again each at the size it was granted', () => {
    const desk = deskOf({ universe: TWO, agents: [agentOf('scripted', byNotional('500'))] }, [[{ 0: 'enter' }, { 0: 'enter' }]]);
    const ran = runHours(desk, [candles(at('100', 1)), candles(at('50', 1))], 2);
    expect(storyOf(ran).toSorted()).toEqual(['0 BUY main BTC/USD 5 try 1', '0 BUY main ETH/USD 10 try 1', '1 BUY main BTC/USD 5 try 2', '1 BUY main ETH/USD 10 try 2', '1 EXPIRED BTC/USD NO_CANDLE', '1 EXPIRED ETH/USD NO_CANDLE']);
  });

  test('part when one is exited: the other is still wanted', () => {
    const desk = deskOf({ universe: TWO, agents: [agentOf('scripted', byQuantity('1'), { entry: limitEntry(500) })] }, [[{ 0: 'enter', 1: 'exit' }, { 0: 'enter' }]]);
    const ran = runHours(desk, [candles(at('100', 3)), candles(at('50', 3))], 3);
    expect(storyOf(ran).slice(-3)).toEqual(['1 BUY main ETH/USD 1 at 47.5 try 2', '2 EXPIRED ETH/USD NOT_REACHED', '2 BUY main ETH/USD 1 at 47.5 try 3']);
  });

  test('stay two when a third position is sold', () => {
    const three = [...TWO, instrument('SOL/USD')];
    const desk = deskOf({ universe: three, agents: [agentOf('scripted', byQuantity('1'))] }, [[{ 0: 'enter', 2: 'exit' }, { 2: 'enter' }, { 2: 'enter' }]]);
    const ran = runHours(desk, [candles(at('100', 5)), candles(at('50', 3)), candles(at('20', 3))], 4);
    expect(storyOf(ran).filter(line => line.startsWith('3')).toSorted()).toEqual(['3 BUY main ETH/USD 1 try 2', '3 BUY main SOL/USD 1 try 2', '3 EXPIRED ETH/USD NO_CANDLE', '3 EXPIRED SOL/USD NO_CANDLE', '3 filled 1 at 100']);
    expect(ran.after.state.orders.wanted.map(({ symbol }) => symbol)).toEqual(['ETH/USD', 'SOL/USD']);
  });
});

test('an operator who cancels twice in one step asks once, and is not told that there is nothing', () => {
  const desk = deskOf({ universe: TWO, agents: [agentOf('scripted', byQuantity('1'))], timeframe: '5m' }, [[{ 0: 'enter' }, {}]]);
  const first = candlesFrom(START * 12, '100 100 100 100 1000');
  const ran = runHours(desk, [first, first], 1, { '0.1': [operatorFact(0, { command: 'cancel' }, 'k1'), operatorFact(0, { command: 'cancel' }, 'k2')] });
  expect(decisionsOf(ran, 'cancel_requested').map(({ step }) => step)).toEqual([1]);
  expect(decisionsOf(ran, 'operator_refused')).toEqual([]);
  expect(ran.after.state.orders).toMatchObject({ working: [], wanted: [] });
});

describe('a stop', () => {
  const stop = { kind: 'loss', distance: fraction(decimal('0.1')) } as const;
  const levels = (ran: ReturnType<typeof runHours>) => decisionsOf(ran, 'stop_triggered').map(({ hour, event }) => `${hour} ${event.agent} ${event.symbol} ${formatDecimal(event.level)}`);

  test('of one symbol knows nothing of what another cost', () => {
    const desk = deskOf({ universe: TWO, agents: [agentOf('scripted', byQuantity('1'), { stop })] }, [[{ 0: 'enter' }, { 0: 'enter' }]]);
    const ran = runHours(desk, [candles(`${at('100', 2)}\n100 100 91 100 1000\n100 100 90 100 1000`), candles(`${at('50', 2)}\n50 50 45 50 1000\n${at('50', 1)}`)], 4);
    expect(levels(ran)).toEqual(['2 main ETH/USD 45', '3 main BTC/USD 90']);
  });

  test('of one agent knows nothing of what another paid', () => {
    const agents = ['a', 'b'].map(id => agentOf('scripted', byQuantity('1'), { id, stop }));
    const desk = deskOf({ universe: [TWO[0]!], agents }, [[{ 0: 'enter' }], [{ 1: 'enter' }]]);
    const ran = runHours(desk, [candles(`${at('100', 2)}\n80 100 80 100 1000\n100 100 73 100 1000\n100 100 72 100 1000`)], 5);
    expect(levels(ran)).toEqual(['2 a BTC/USD 90', '4 b BTC/USD 72']);
  });

  test('that trails says so in its order', () => {
    const trailing = { kind: 'trailing', distance: fraction(decimal('0.1')) } as const;
    const reasons = [stop, trailing].map(policy => {
      const desk = deskOf({ universe: [TWO[0]!], agents: [agentOf('scripted', byQuantity('1'), { stop: policy })] }, [[{ 0: 'enter' }]]);
      return decisionsOf(runHours(desk, [candles(`${at('100', 2)}\n90 90 80 90 1000`)], 3), 'order_placed').map(({ event }) => event.reason);
    });
    expect(reasons).toEqual([['SCRIPT', 'STOP_LOSS'], ['SCRIPT', 'TRAILING_STOP']]);
  });
});

test('a sale that expires leaves a wish to buy back that is on its last try', () => {
  const sale = workingOrder({ id: '1.0.0' as OrderId, side: 'SELL', quantity: quantity(decimal('1')) });
  const wish = longWish({ symbol: marketSymbol('BTC/USD'), attempts: 6 });
  const expired: OrderExpiredFact = { type: 'order_expired', atMs: startOfHour(START), orderId: sale.id, reason: 'NO_CANDLE' };
  expect(applySimulatedAnswers(ordersOf({ working: [sale], wanted: [wish] }), [expired], 6, []).orders.wanted).toEqual([wish]);
  const buy = workingOrder({ id: sale.id, quantity: sale.quantity });
  expect(applySimulatedAnswers(ordersOf({ working: [buy], wanted: [wish] }), [expired], 6, []).orders.wanted).toEqual([]);
});

test('a withdrawal of the close that exits takes nothing off the exit', () => {
  const desk = deskOf({ universe: [TWO[0]!], agents: [agentOf('scripted', byQuantity('1'))] }, [[{}]]);
  const intent = (kind: Intent['kind'], source: Intent['source']): Intent => ({ agent: 'main', symbol: marketSymbol('BTC/USD'), kind, source, fraction: WHOLE, reason: kind, expectedReturn: null });
  const steps = runIntents(desk, [candles(at('100', 4))], 4, { intents: { 0: [intent('enter', 'entry')], 2: [intent('exit', 'strategy'), intent('withdraw', 'entry')] } });
  expect(steps.flatMap(({ decisions }, hour) => decisions.flatMap(event => (event.type === 'order_placed' ? [`${hour} ${event.side} ${event.reason}`] : [])))).toEqual(['0 BUY enter', '2 SELL exit']);
  expect(steps.at(-1)!.state.lots).toEqual([]);
});

test('free cash backs no limit order: what it may cost is named already', () => {
  const limit = workingOrder({ orderType: 'LIMIT', limitPrice: price(decimal('99')), reserved: money(decimal('990')), reservedExposure: money(decimal('990')) });
  const market = workingOrder({ reserved: money(decimal('1000')), reservedExposure: money(decimal('1000')) });
  expect(withSlack(money(decimal('50')), [limit, market]).map(({ reserved }) => formatDecimal(reserved))).toEqual(['990', '1050']);
});
