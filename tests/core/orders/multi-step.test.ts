/** Orders of five-minute runs: they live twelve steps, fill in the middle of an hour, and may be cancelled before they do. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { fraction, timeMs } from '../../../core/kernel/units.ts';
import type { OperatorCommand, OperatorFact } from '../../../core/log.ts';
import type { EntryOrder } from '../../../core/manifest.ts';
import { NO_ORDERS } from '../../../core/orders/order.ts';
import type { Opening, Outside, Ran, Script } from '../../support/desk.ts';
import { agentOf, byFraction, byQuantity, decisionsOf, deskOf, factsOf, FREE, instrument, limitEntry, runHours, START, storyOf } from '../../support/desk.ts';
import { candlesFrom } from '../../support/market.ts';

const FLAT = '100 100 100 100 1000';
const FIRST_SLOT = START * 12;

type Told = Partial<Opening> & Readonly<{ entry?: EntryOrder; outside?: Outside; hours?: number }>;

const told = (signals: Script[number], lines: readonly string[], { entry, outside, hours = 2, ...opening }: Told = {}): Ran => {
  const agents = [agentOf('scripted', byQuantity('2'), entry === undefined ? {} : { entry })];
  const desk = deskOf({ universe: [instrument('BTC/USD')], agents, timeframe: '5m', ...opening }, [[signals]]);
  const padded = [...lines, ...Array.from({ length: 12 * hours - lines.length }, () => FLAT)];
  return runHours(desk, [candlesFrom(FIRST_SLOT, padded.join('\n'))], hours, outside);
};

const flat = (count: number): readonly string[] => Array.from({ length: count }, () => FLAT);

const said = (step: number, command: OperatorCommand): Outside => {
  const fact: OperatorFact = { type: 'operator', atMs: timeMs((FIRST_SLOT + step) * 300_000 + 60_000), key: 'k', actor: 'operator', reason: 'test', ...command };
  return { [step % 12 === 0 ? String(step / 12) : `${Math.floor(step / 12)}.${step % 12}`]: [fact] };
};

describe('an order', () => {
  test('fills in the middle of an hour, at the open of the next five minutes', () => {
    expect(storyOf(told({ 3: 'enter', 7: 'exit' }, flat(12)))).toEqual([
      '0.3 BUY main BTC/USD 2 try 1',
      '0.4 filled 2 at 100',
      '0.7 SELL main BTC/USD 2 try 1',
      '0.8 filled 2 at 100',
    ]);
  });

  test('lives twelve steps, over the end of its hour, and is then asked for again', () => {
    expect(storyOf(told({ 5: 'enter' }, flat(24), { entry: limitEntry(5000) }))).toEqual([
      '0.5 BUY main BTC/USD 2 at 50 try 1',
      '1.5 EXPIRED BTC/USD NOT_REACHED',
      '1.5 BUY main BTC/USD 2 at 50 try 2',
    ]);
  });

  test('is acknowledged once, by the first step it outlives', () => {
    const ran = told({ 5: 'enter' }, flat(24), { entry: limitEntry(5000) });
    expect(factsOf(ran, 'order_acknowledged').map(({ hour, step }) => [hour, step])).toEqual([
      [0, 6],
      [1, 6],
    ]);
  });

  test('takes its share of every candle until it is whole', () => {
    const lines = [...flat(4), ...Array.from({ length: 6 }, () => '100 100 100 100 30')];
    const costs = { ...FREE, participation: fraction(decimal('0.025')) };
    expect(storyOf(told({ 3: 'enter' }, lines, { costs }))).toEqual(['0.3 BUY main BTC/USD 2 try 1', '0.4 filled 0.75 at 100', '0.5 filled 0.75 at 100', '0.6 filled 0.5 at 100']);
  });

  test('waits through holes, and a trade of each step has a name of its own', () => {
    const lines = [...flat(4), '-', '-', '100 100 100 100 40', '-', '100 100 100 100 40'];
    const ran = told({ 3: 'enter' }, lines, { costs: { ...FREE, participation: fraction(decimal('0.025')) } });
    expect(factsOf(ran, 'order_filled').map(({ step, event }) => [step, event.tradeId])).toEqual([
      [6, '500000.3.1/3'],
      [8, '500000.3.1/5'],
    ]);
  });

  test('at rest keeps its limit when the market opens through it', () => {
    const lines = [...flat(5), '98 98 98 98 1000'];
    expect(storyOf(told({ 3: 'enter' }, lines, { entry: limitEntry(100, { postOnly: true }) })).slice(1)).toEqual(['0.5 filled 2 at 99']);
  });
});

describe('an opposite signal', () => {
  test('cancels a working entry first, and nothing is bought or sold', () => {
    const ran = told({ 3: 'enter', 6: 'exit' }, [...flat(7), '40 40 40 40 1000'], { entry: limitEntry(5000) });
    expect(storyOf(ran)).toEqual(['0.3 BUY main BTC/USD 2 at 50 try 1', '0.6 cancel BTC/USD OPPOSITE_INTENT', '0.7 CANCELLED BTC/USD OPPOSITE_INTENT']);
    expect(ran.after.state.orders).toEqual(NO_ORDERS);
  });

  test('sells what was filled while the rest is cancelled', () => {
    const costs = { ...FREE, participation: fraction(decimal('0.025')) };
    const ran = told({ 3: 'enter', 4: 'exit' }, [...flat(4), '100 100 100 100 30', ...flat(3)], { costs });
    expect(storyOf(ran)).toEqual([
      '0.3 BUY main BTC/USD 2 try 1',
      '0.4 filled 0.75 at 100',
      '0.4 cancel BTC/USD OPPOSITE_INTENT',
      '0.4 SELL main BTC/USD 0.75 try 1',
      '0.5 filled 0.75 at 100',
      '0.5 CANCELLED BTC/USD OPPOSITE_INTENT',
    ]);
  });

  test('that finds only dust says so once, when the entry is gone', () => {
    const costs = { ...FREE, participation: fraction(decimal('0.025')) };
    const lines = [...flat(4), '100 100 100 100 30', ...flat(3)];
    const universe = [instrument('BTC/USD', { minNotional: '80' })];
    expect(storyOf(told({ 3: 'enter', 4: 'exit' }, lines, { costs, universe })).slice(2)).toEqual([
      '0.4 cancel BTC/USD OPPOSITE_INTENT',
      '0.5 CANCELLED BTC/USD OPPOSITE_INTENT',
      '0.5 refused SELL main BTC/USD DUST try 1',
    ]);
  });
});

describe('the operator', () => {
  test.each<readonly [OperatorCommand['command'], readonly string[]]>([
    ['halt', ['0.6 ACTIVE to HALTED', '0.6 cancel BTC/USD HALTED', '0.7 CANCELLED BTC/USD HALTED']],
    ['kill', ['0.6 ACTIVE to KILLED', '0.6 cancel BTC/USD KILLED', '0.7 CANCELLED BTC/USD KILLED']],
    ['cancel', ['0.6 cancel BTC/USD OPERATOR: test', '0.7 CANCELLED BTC/USD OPERATOR: test']],
    ['flatten', ['0.6 cancel BTC/USD OPERATOR: test', '0.7 CANCELLED BTC/USD OPERATOR: test']],
  ])('says %s, and a working entry is cancelled before it can fill', (command, expected) => {
    const outside = said(6, { command } as OperatorCommand);
    const ran = told({ 3: 'enter' }, [...flat(7), '40 40 40 40 1000'], { entry: limitEntry(5000), outside });
    expect(storyOf(ran).slice(1)).toEqual(expected);
    expect(ran.after.state.orders).toEqual(NO_ORDERS);
  });

  test('says cancel, and an entry wanted at the same close outlives the order that is being cancelled', () => {
    const outside = said(6, { command: 'cancel' });
    expect(storyOf(told({ 3: 'enter', 6: 'enter' }, flat(9), { entry: limitEntry(5000), outside })).slice(1)).toEqual([
      '0.6 cancel BTC/USD OPERATOR: test',
      '0.7 CANCELLED BTC/USD OPERATOR: test',
      '0.7 BUY main BTC/USD 2 at 50 try 1',
      '1.7 EXPIRED BTC/USD NOT_REACHED',
      '1.7 BUY main BTC/USD 2 at 50 try 2',
    ]);
  });

  test('says flatten, and a working sale goes on while a position without one is sold', () => {
    const costs = { ...FREE, participation: fraction(decimal('0.025')) };
    const lines = [...flat(7), '100 100 100 100 20', '100 100 100 100 20', ...flat(3)];
    expect(storyOf(told({ 3: 'enter', 6: 'exit' }, lines, { costs, outside: said(7, { command: 'flatten' }) })).slice(2)).toEqual([
      '0.6 SELL main BTC/USD 2 try 1',
      '0.7 filled 0.5 at 100',
      '0.8 filled 0.5 at 100',
      '0.9 filled 1 at 100',
    ]);
  });

  test('says cancel, and a working sale ends with its position kept', () => {
    const costs = { ...FREE, participation: fraction(decimal('0.025')) };
    const lines = [...flat(7), '100 100 100 100 20', ...flat(3)];
    const ran = told({ 3: 'enter', 6: 'exit' }, lines, { costs, outside: said(7, { command: 'cancel' }) });
    expect(storyOf(ran).slice(3)).toEqual(['0.7 filled 0.5 at 100', '0.7 cancel BTC/USD OPERATOR: test', '0.8 CANCELLED BTC/USD OPERATOR: test']);
    expect(ran.after.state.lots.map(lot => lot.quantity)).toEqual([decimal('1.5')]);
  });
});

describe('slack', () => {
  const two = [instrument('BTC/USD'), instrument('ETH/USD', { absent: 'quiet' })];
  const desk = () =>
    deskOf({ universe: two, agents: [agentOf('scripted', byFraction('0.3'))], timeframe: '5m', cash: '1000' }, [[{ 5: 'enter' }, { 3: 'enter' }]]);
  // ETH has no candle while its order waits, and BTC wants in meanwhile.
  const run = (): Ran => {
    const btc = candlesFrom(FIRST_SLOT, flat(12).join('\n'));
    const eth = candlesFrom(FIRST_SLOT, [...flat(4), '-', '-', '-', '-', '105 105 105 105 10'].join('\n'));
    return runHours(desk(), [btc, eth], 1);
  };

  test('given to a waiting order comes back for an entry that follows, and both are filled', () => {
    expect(storyOf(run())).toEqual(['0.3 BUY main ETH/USD 3 try 1', '0.5 BUY main BTC/USD 3 try 1', '0.6 filled 3 at 100', '0.8 filled 3 at 105']);
  });

  test('is shared afresh, and never more than there is', () => {
    const reserved = decisionsOf(run(), 'order_placed').map(({ event }) => event.reserved);
    expect(reserved).toEqual([decimal('1000'), decimal('500')]);
  });
});
