/** Buckets of simulated steps: the market alone where nothing works, and the venue's answers where something does. */
import { describe, expect, test } from 'vitest';
import { simulatedBucket } from '../../core/bucket.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import { noMarks } from '../../core/market/marks.ts';
import { initialState } from '../../core/state.ts';
import { agentOf, byQuantity, deskOf, feedFor, feesOf, FREE, instrument, operatorFact, runHours, START } from '../support/desk.ts';
import { candlesFrom } from '../support/market.ts';

const candles = candlesFrom(START, Array.from({ length: 4 }, () => '100 110 90 100 1000').join('\n'));
const opening = { universe: [instrument('BNB/USD'), instrument('BTC/USD')], agents: [agentOf('buy-and-hold', byQuantity('1'))] };

describe('a bucket', () => {
  test('without orders and outside facts is the market alone', () => {
    const desk = deskOf(opening);
    const market = feedFor(desk, [candles, candles])(START);
    expect(simulatedBucket(desk, initialState(desk), { hour: START, step: 0, market }).facts).toEqual([market.fact]);
  });

  test('stands in time: fills at the open before the market, operators where they spoke', () => {
    const desk = deskOf(opening);
    const { after } = runHours(desk, [candles, candles], 1);
    const market = feedFor(desk, [candles, candles])(START + 1);
    const { facts } = simulatedBucket(desk, after.state, { hour: after.hour, step: 0, market }, [operatorFact(1, { command: 'halt' })]);
    expect(facts.map(fact => [fact.type, fact.atMs - market.openMs])).toEqual([
      ['order_filled', 0],
      ['order_filled', 0],
      ['operator', 1_800_000],
      ['market', 3_600_000],
    ]);
  });

  test('prices a third fee asset at the mark known before the step, and not at all without one', () => {
    const desk = deskOf({ ...opening, costs: { ...FREE, fees: feesOf(10_000, 10_000, { third: 'BNB' }) }, holdings: [['BNB', '5', '1']] });
    const dear = candlesFrom(START, '100 100 100 200 1\n400 400 400 400 1');
    const { after } = runHours(desk, [dear, candles], 1);
    const at = { hour: after.hour, step: 0, market: feedFor(desk, [dear, candles])(START + 1) };
    const feesIn = (state: typeof after.state) =>
      simulatedBucket(desk, state, at).facts.flatMap(fact => (fact.type === 'order_filled' && fact.price === decimal('100') ? [[fact.feeAsset, fact.fee]] : []));
    // 1 % of 100 is 1: worth 0.005 at the close of 200, whatever the open of the step.
    expect(feesIn(after.state)).toEqual([['BNB', decimal('0.005')]]);
    expect(feesIn({ ...after.state, marks: noMarks(2) })).toEqual([['USD', decimal('1')]]);
  });

  test('cannot price a third fee asset that the universe does not trade', () => {
    const desk = deskOf({ ...opening, universe: [instrument('BTC/USD')], costs: { ...FREE, fees: feesOf(1, 1, { third: 'BNB' }) } });
    expect(() => runHours(desk, [candles], 2)).toThrow(/priced by a symbol of the universe/);
  });
});
