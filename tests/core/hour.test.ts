/** One step as a whole: operators beside trades, in the order of deciders, told by what they leave behind. */
import { describe, expect, test } from 'vitest';
import type { OutsideFact } from '../../core/bucket.ts';
import { decimal, formatDecimal } from '../../core/kernel/decimal.ts';
import type { OperatorCommand } from '../../core/log.ts';
import { agentOf, byFraction, byQuantity, decisionsOf, deskOf, feesOf, FREE, instrument, moneyOf, operatorFact, runHours, START, storyOf } from '../support/desk.ts';
import type { Opening, Outside, Ran, Script } from '../support/desk.ts';
import { candlesFrom } from '../support/market.ts';

const FLAT = '100 100 100 100 1000';
const flat = (hours: number): string => Array.from({ length: hours }, () => FLAT).join('\n');

const said = (hour: number, command: OperatorCommand, key = 'k1'): Readonly<Record<number, readonly OutsideFact[]>> => ({ [hour]: [operatorFact(hour, command, key)] });

const told = (signals: Script[number], lines: string, outside: Outside, rest: Partial<Opening> = {}): Ran => {
  const desk = deskOf({ universe: [instrument('BTC/USD')], agents: [agentOf('scripted', byQuantity('2'))], ...rest }, [[signals]]);
  return runHours(desk, [candlesFrom(START, lines)], lines.split('\n').length, outside);
};

const cashOf = (ran: Ran): readonly string[] => ran.hours.map(({ valuation }) => formatDecimal(valuation.cash));
const peaksOf = (ran: Ran): readonly string[] => ran.hours.map(({ steps }) => formatDecimal(steps.at(-1)!.state.portfolio.peakUnitValue));

describe('outside money', () => {
  test('of the same hour is there for the entries of that hour, or no longer', () => {
    const agents = [agentOf('scripted', byFraction('1'))];
    expect(storyOf(told({ 1: 'enter' }, flat(3), said(1, { command: 'deposit', amount: moneyOf('10000') }), { agents }))).toEqual(['1 BUY main BTC/USD 200 try 1', '2 filled 200 at 100']);
    expect(storyOf(told({ 1: 'enter' }, flat(3), said(1, { command: 'withdraw', amount: moneyOf('9900') }), { agents }))).toEqual(['1 BUY main BTC/USD 1 try 1', '2 filled 1 at 100']);
  });

  test('cannot be taken out before the fill that it pays for, and all of the rest after it', () => {
    const ran = told({ 0: 'enter' }, flat(3), said(1, { command: 'withdraw', amount: moneyOf('9800') }));
    expect([storyOf(ran), cashOf(ran)]).toEqual([['0 BUY main BTC/USD 2 try 1', '1 filled 2 at 100'], ['10000', '0', '0']]);
    const more = told({ 0: 'enter' }, flat(3), said(1, { command: 'withdraw', amount: moneyOf('9800.000000000000000001') }));
    expect([storyOf(more).at(-1), cashOf(more)]).toEqual(['1 refused withdraw INSUFFICIENT_FREE_CASH', ['10000', '9800', '9800']]);
  });

  test('of a sale may be taken out in the hour of the sale', () => {
    const ran = told({ 0: 'enter', 1: 'exit' }, flat(4), said(2, { command: 'withdraw', amount: moneyOf('10000') }));
    expect(cashOf(ran)).toEqual(['10000', '9800', '0', '0']);
  });

  test('in the first hour joins what the run opens with', () => {
    const ran = told({}, flat(2), said(0, { command: 'deposit', amount: moneyOf('500') }));
    expect([cashOf(ran), ran.after.state.portfolio]).toEqual([['10500', '10500'], { units: decimal('10500'), peakUnitValue: decimal('1') }]);
  });

  test('in warm-up is money all the same', () => {
    expect(cashOf(told({}, flat(3), said(1, { command: 'withdraw', amount: moneyOf('1') }), { warmUpHours: 3 }))).toEqual(['10000', '9999', '9999']);
  });
});

describe('a halt', () => {
  const lines = `${flat(3)}\n80 80 80 80 1000\n${flat(3)}`;

  test('refuses entries and lets exits go', () => {
    const ran = told({ 0: 'enter', 2: 'exit', 4: 'enter' }, lines, said(2, { command: 'halt' }));
    expect(storyOf(ran)).toEqual([
      '0 BUY main BTC/USD 2 try 1',
      '1 filled 2 at 100',
      '2 ACTIVE to HALTED',
      '2 SELL main BTC/USD 2 try 1',
      '3 filled 2 at 80',
      '4 refused BUY main BTC/USD HALTED try 1',
    ]);
  });

  test('of the same hour comes before its entries', () => {
    expect(storyOf(told({ 1: 'enter' }, flat(2), said(1, { command: 'halt' })))).toEqual(['1 ACTIVE to HALTED', '1 refused BUY main BTC/USD HALTED try 1']);
  });

  test('never stops a fill that happened', () => {
    expect(storyOf(told({ 0: 'enter' }, flat(2), said(1, { command: 'kill' })))).toEqual(['0 BUY main BTC/USD 2 try 1', '1 filled 2 at 100', '1 ACTIVE to KILLED']);
  });

  test('in warm-up holds until it is lifted', () => {
    const outside = { ...said(0, { command: 'halt' }), ...said(3, { command: 'resume' }) };
    expect(storyOf(told({ 2: 'enter', 3: 'enter' }, flat(5), outside, { warmUpHours: 1 }))).toEqual([
      '0 ACTIVE to HALTED',
      '2 refused BUY main BTC/USD HALTED try 1',
      '3 HALTED to ACTIVE',
      '3 BUY main BTC/USD 2 try 1',
      '4 filled 2 at 100',
    ]);
  });

  test('lifted starts the peak anew at the value of that hour, and a resume that lifts nothing does not', () => {
    const agents = [agentOf('buy-and-hold', byFraction('1'))];
    const prices = ['100 100 100 100 10', '100 120 100 120 10', '120 120 90 90 10', '90 95 90 95 10', '95 99 95 99 10'].join('\n');
    expect(peaksOf(told({}, prices, { ...said(2, { command: 'halt' }), ...said(3, { command: 'resume' }) }, { agents }))).toEqual(['1', '1.2', '1.2', '0.95', '0.99']);
    const active = told({}, prices, said(3, { command: 'resume' }), { agents });
    expect([peaksOf(active), storyOf(active).at(-1)]).toEqual([['1', '1.2', '1.2', '1.2', '1.2'], '3 refused resume NOT_HALTED']);
  });
});

describe('flatten', () => {
  test('sells every position of every agent, and leaves the treasury alone', () => {
    const universe = [instrument('BNB/USD'), instrument('BTC/USD')];
    const agents = ['a', 'b'].map(id => agentOf('buy-and-hold', byQuantity('1'), { id }));
    const desk = deskOf({ universe, agents, holdings: [['BNB', '7', '100']] });
    const candles = candlesFrom(START, flat(4));
    const ran = runHours(desk, [candles, candles], 4, said(2, { command: 'flatten' }));
    expect(storyOf(ran).filter(line => line.includes('SELL'))).toEqual(['2 SELL a BNB/USD 1 try 1', '2 SELL a BTC/USD 1 try 1', '2 SELL b BNB/USD 1 try 1', '2 SELL b BTC/USD 1 try 1'].toSorted((left, right) => sellRank(ran, left) - sellRank(ran, right)));
    expect(ran.after.state.lots.map(lot => [lot.agent, formatDecimal(lot.quantity)])).toEqual([['treasury', '7']]);
  });

  test('outranks an entry signal of the same hour', () => {
    expect(storyOf(told({ 0: 'enter', 2: 'enter' }, flat(4), said(2, { command: 'flatten' }))).slice(2)).toEqual([
      '2 refused BUY main BTC/USD EXIT_IN_PROGRESS try 1',
      '2 SELL main BTC/USD 2 try 1',
      '3 filled 2 at 100',
    ]);
  });

  test('drops entries that are still wanted', () => {
    expect(storyOf(told({ 0: 'enter' }, `${FLAT}\n-\n-\n${flat(2)}`, said(2, { command: 'flatten' })))).toEqual([
      '0 BUY main BTC/USD 2 try 1',
      '1 EXPIRED BTC/USD NO_CANDLE',
      '1 BUY main BTC/USD 2 try 2',
      '2 EXPIRED BTC/USD NO_CANDLE',
    ]);
  });

  test('says when only dust is held, and when nothing is', () => {
    const costs = { ...FREE, fees: feesOf(0, 1_000, 'received') };
    const universe = [instrument('BTC/USD', { lot: '0.01' })];
    const outside = { ...said(5, { command: 'flatten' }) };
    const dusty = told({ 0: 'enter', 2: 'exit' }, flat(6), outside, { costs, universe });
    expect(storyOf(dusty).slice(-2)).toEqual(['3 refused SELL main BTC/USD DUST try 2', '5 refused SELL main BTC/USD DUST try 1']);
    expect(storyOf(told({}, flat(3), said(1, { command: 'flatten' })))).toEqual(['1 refused flatten NOTHING_HELD']);
  });
});

/** Positions are sold in the order of their oldest lots, and those by the order of their fills. */
const sellRank = (ran: Ran, line: string): number => {
  const [, , agent, symbol] = line.split(' ');
  return decisionsOf(ran, 'lot_opened').findIndex(({ event }) => event.agent === agent && event.symbol === symbol);
};

describe('cancel', () => {
  test('drops what is wanted, and says when there is nothing', () => {
    const outside = { ...said(1, { command: 'cancel' }), ...said(3, { command: 'cancel' }, 'k2') };
    expect(storyOf(told({ 0: 'enter' }, `${FLAT}\n-\n-\n-`, outside))).toEqual(['0 BUY main BTC/USD 2 try 1', '1 EXPIRED BTC/USD NO_CANDLE', '3 refused cancel NOTHING_TO_CANCEL']);
  });

  test('keeps a position that was being sold', () => {
    const ran = told({ 0: 'enter', 2: 'exit' }, `${flat(3)}\n-\n${flat(2)}`, said(3, { command: 'cancel' }));
    expect(storyOf(ran).slice(2)).toEqual(['2 SELL main BTC/USD 2 try 1', '3 EXPIRED BTC/USD NO_CANDLE']);
    expect(ran.after.state.lots.map(lot => lot.quantity)).toEqual([decimal('2')]);
  });
});

describe('fees in a third asset', () => {
  const universe = [instrument('BNB/USD'), instrument('BTC/USD')];
  const costs = { ...FREE, fees: feesOf(10_000, 10_000, { third: 'BNB' }) };
  const candles = candlesFrom(START, flat(6));

  test('come from the treasury until it is empty, then from cash', () => {
    const desk = deskOf({ universe, agents: [agentOf('scripted', byQuantity('2'))], costs, holdings: [['BNB', '0.03', '50']], cash: '1000' }, [[{}, { 0: 'enter', 2: 'exit' }]]);
    const ran = runHours(desk, [candles, candles], 5);
    // 1 % of 200 is 2, worth 0.02 BNB at 100; 0.01 is left for the sale, which needs 0.02 and pays 2 in cash.
    expect(ran.hours.map(({ valuation }) => formatDecimal(valuation.cash))).toEqual(['1000', '800', '800', '998', '998']);
    expect(ran.after.state.lots.map(lot => [lot.agent, formatDecimal(lot.quantity), formatDecimal(lot.cost)])).toEqual([['treasury', '0.01', '0.5']]);
    expect(decisionsOf(ran, 'lot_matched').map(({ event }) => [event.paidFee, formatDecimal(event.result)])).toEqual([
      [true, '1'],
      [false, '-4'],
    ]);
  });

  test('of the third asset itself never touch lots that are not there', () => {
    const desk = deskOf({ universe, agents: [agentOf('scripted', byQuantity('2'))], costs, holdings: [['BNB', '1', '50']], cash: '1000' }, [[{ 0: 'enter', 2: 'exit' }, {}]]);
    const ran = runHours(desk, [candles, candles], 5);
    // 2 BNB less 0.02 of fee are bought; 1.98 are sold for 198, and their fee of 1.98 is 0.0198 BNB of the treasury.
    expect(ran.after.state.lots.map(lot => [lot.agent, formatDecimal(lot.quantity)])).toEqual([['treasury', '0.9802']]);
    expect(formatDecimal(ran.hours.at(-1)!.valuation.cash)).toBe('998');
  });
});
