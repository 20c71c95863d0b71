/** A document stays bounded: of very many trades those with the largest results are listed, and told in full. */
import { expect, test } from 'vitest';
import { collectTrades, listedTrades } from '../../../engine/report/collect-trades.ts';
import { orderWhys } from '../../../engine/report/order-whys.ts';
import { agentOf, byQuantity, deskOf, FREE, instrument, runHours, START } from '../../support/desk.ts';
import type { Script } from '../../support/desk.ts';
import { candlesFrom } from '../../support/market.ts';

/** Buys and sells one unit in turns; the closes go up by a growing step, so that the results grow. */
const TRADES = 6;
const script: Script = [Object.fromEntries(Array.from({ length: 2 * TRADES }, (_, index) => [index, index % 2 === 0 ? 'enter' : 'exit'] as const))];
const candles = candlesFrom(START, Array.from({ length: 2 * TRADES + 2 }, (_, hour) => `${100 + hour * hour} ${100 + hour * hour} ${100 + hour * hour} ${100 + hour * hour} 9`).join('\n'));
const desk = deskOf({ universe: [instrument('BTC/USD')], agents: [agentOf('scripted', byQuantity('1'))], costs: FREE }, [script]);
const ran = runHours(desk, [candles], 2 * TRADES + 2);

const collected = () => {
  const whys = orderWhys();
  const trades = collectTrades(whys);
  for (const { steps, sealed } of ran.hours) {
    for (const step of steps) {
      for (const decision of step.decisions) {
        whys.decided(decision);
        if (decision.type === 'lot_opened' || decision.type === 'lot_matched') trades.booked(decision, { hour: sealed.hour, step });
      }
      whys.forget();
      trades.forget(step.state.lots);
    }
  }
  return trades.closed();
};

test('every trade is listed in the order of closing while there is room', () => {
  expect(listedTrades(collected()).map(({ number, result, entryPrice, exitPrice }) => [number, result, entryPrice, exitPrice])).toEqual([
    [1, '3', '101', '104'], [2, '7', '109', '116'], [3, '11', '125', '136'], [4, '15', '149', '164'], [5, '19', '181', '200'], [6, '23', '221', '244'],
  ]);
});

test('the smallest results are left out, and the others keep their number and order', () => {
  expect(listedTrades(collected(), 3).map(({ number, result }) => [number, result])).toEqual([[4, '15'], [5, '19'], [6, '23']]);
});
