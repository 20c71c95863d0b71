/** Stops as stories: from the candle of the entry on, sold by the next open, raised by closes after the test, outranked by people. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { bps, fraction, timeMs } from '../../../core/kernel/units.ts';
import { candleDigest } from '../../../core/market/candle.ts';
import type { CandleLateFact, OperatorCommand } from '../../../core/log.ts';
import type { StopPolicy } from '../../../core/manifest.ts';
import { openDesk } from '../../../core/desk.ts';
import { decodeSnapshot, encodeSnapshot } from '../../../core/snapshot.ts';
import type { Opening, Outside, Ran, Rules, Script } from '../../support/desk.ts';
import { agentOf, byQuantity, decisionsOf, deskOf, feesOf, FREE, instrument, limitEntry, manifestOf, operatorFact, runHours, START, storyOf } from '../../support/desk.ts';
import { candlesFrom } from '../../support/market.ts';

const stop = (kind: StopPolicy['kind'], distance: string): StopPolicy => ({ kind, distance: fraction(decimal(distance)) });
const LOSS = stop('loss', '0.05');
const TRAILING = stop('trailing', '0.05');
const FLAT = '100 100 100 100 1000';

type Told = Partial<Opening> & Readonly<{ rules?: Rules; outside?: Outside; size?: string }>;

/** BTC by one scripted agent with a stop, a candle a line. */
const told = (policy: StopPolicy, signals: Script[number], lines: readonly string[], { rules, outside, size = '2', ...opening }: Told = {}): Ran => {
  const agents = [agentOf('scripted', byQuantity(size), { stop: policy })];
  const desk = deskOf({ universe: [instrument('BTC/USD', { absent: 'quiet', ...rules })], agents, ...opening }, [[signals]]);
  return runHours(desk, [candlesFrom(START, lines.join('\n'))], lines.length, outside);
};

const story = (...given: Parameters<typeof told>): readonly string[] => storyOf(told(...given));
const stopsOf = (ran: Ran) => ran.after.state.orders.stops.map(({ level }) => level);

describe('a stop against loss', () => {
  test('is judged by the low of the candle of the entry, and sells at the next open', () => {
    expect(story(LOSS, { 0: 'enter' }, [FLAT, '100 101 95 99 1000', '93 94 90 91 1000'])).toEqual([
      '0 BUY main BTC/USD 2 try 1',
      '1 filled 2 at 100',
      '1 stop BTC/USD loss at 95, low 95',
      '1 SELL main BTC/USD 2 try 1',
      '2 filled 2 at 93',
    ]);
  });

  test('is not reached by a low one step above it', () => {
    expect(story(LOSS, { 0: 'enter' }, [FLAT, '100 101 95.00000001 99 1000', FLAT])).toEqual(['0 BUY main BTC/USD 2 try 1', '1 filled 2 at 100']);
  });

  test('never sells at its own level, however far the market opens away from it', () => {
    expect(story(LOSS, { 0: 'enter' }, [FLAT, FLAT, '100 100 94 96 1000', '110 111 109 110 1000']).at(-1)).toBe('3 filled 2 at 110');
  });

  test('stands below what a unit cost, to the last digit, and slippage is part of that cost', () => {
    const costs = { ...FREE, slippage: { kind: 'constant', bps: bps(7) } as const };
    // 33.33 moved by 7 bps is 33.353331, and 0.97 of that 32.35273107.
    const ran = told(stop('loss', '0.03'), { 0: 'enter' }, ['33.33 33.33 33.33 33.33 1000', '33.33 33.33 33 33 1000', '33 33 32.35273107 33 1000'], { costs, size: '0.3' });
    expect(decisionsOf(ran, 'stop_triggered').map(({ event }) => event.level)).toEqual([decimal('32.35273107')]);
  });

  test('averages the fills of an entry that came in parts', () => {
    const costs = { ...FREE, participation: fraction(decimal('0.025')) };
    const thin = (at: number): string => `${at} ${at} ${at} ${at} 40`;
    const ran = told(LOSS, { 1: 'enter' }, [`100 100 100 100 80`, `100 100 100 100 80`, thin(100), thin(110), '104 104 99.75 104 1000', FLAT], { costs });
    expect(storyOf(ran)).toEqual([
      '1 BUY main BTC/USD 2 try 1',
      '2 filled 1 at 100',
      '2 EXPIRED BTC/USD PARTICIPATION',
      '2 BUY main BTC/USD 1 try 2',
      '3 filled 1 at 110',
      '4 stop BTC/USD loss at 99.75, low 99.75',
      '4 SELL main BTC/USD 2 try 1',
      '5 filled 2 at 100',
    ]);
  });

  test('keeps nothing in the state', () => {
    expect(stopsOf(told(LOSS, { 0: 'enter' }, [FLAT, FLAT]))).toEqual([]);
  });
});

describe('a trailing stop', () => {
  test('rises with closes, after the test, and never falls', () => {
    const lines = [FLAT, '100 120 99 110 1000', '110 121 104.6 120 1000', '120 120 114.1 115 1000', '115 115 114 114.5 1000', '113 113 112 112 1000'];
    // Levels: 95 at the entry, 104.5 after the close at 110, 114 after 120, and 114 still after 115.
    expect(story(TRAILING, { 0: 'enter' }, lines)).toEqual([
      '0 BUY main BTC/USD 2 try 1',
      '1 filled 2 at 100',
      '4 stop BTC/USD trailing at 114, low 114',
      '4 SELL main BTC/USD 2 try 1',
      '5 filled 2 at 113',
    ]);
  });

  test('tests a candle before it rises with it', () => {
    // The close at 120 would raise it to 114, above the low of the very same candle.
    expect(story(TRAILING, { 0: 'enter' }, [FLAT, '100 120 96 120 1000', '119 120 115 118 1000'])).toEqual(['0 BUY main BTC/USD 2 try 1', '1 filled 2 at 100']);
  });

  test('begins at the entry, and is gone with the position', () => {
    const lines = [FLAT, '100 100 95 100 1000', FLAT, FLAT];
    expect(stopsOf(told(TRAILING, { 0: 'enter' }, lines.slice(0, 2)))).toEqual([decimal('95')]);
    const ran = told(TRAILING, { 0: 'enter' }, lines);
    expect([storyOf(ran).slice(2), stopsOf(ran)]).toEqual([['1 stop BTC/USD trailing at 95, low 95', '1 SELL main BTC/USD 2 try 1', '2 filled 2 at 100'], []]);
  });

  test('of the next entry knows nothing of the last', () => {
    const lines = [FLAT, '100 200 100 200 1000', '200 200 200 200 1000', '100 100 100 100 1000', FLAT, FLAT];
    const ran = told(TRAILING, { 0: 'enter', 2: 'exit', 3: 'enter' }, lines);
    expect(storyOf(ran).filter(line => line.includes('stop'))).toEqual([]);
    expect(stopsOf(ran)).toEqual([decimal('95')]);
  });

  test('rounds its level up', () => {
    const ran = told(stop('trailing', '0.333333333333333333'), { 0: 'enter' }, [FLAT, '100 100.00000001 100 100.00000001 1000']);
    expect(stopsOf(ran)).toEqual([decimal('66.666666673333333367')]);
  });

  test('survives a snapshot', () => {
    const agents = [agentOf('scripted', byQuantity('2'), { stop: TRAILING })];
    const desk = deskOf({ universe: [instrument('BTC/USD')], agents }, [[{ 0: 'enter' }]]);
    const { after } = runHours(desk, [candlesFrom(START, [FLAT, '100 120 99 110 1000'].join('\n'))], 2);
    expect(decodeSnapshot(desk, encodeSnapshot(after.state)).orders.stops).toEqual([{ agent: 'main', symbol: 'BTC/USD', level: decimal('104.5') }]);
  });
});

describe('at one close', () => {
  const held = [FLAT, FLAT, '100 100 90 95 1000', FLAT];
  const said = (command: OperatorCommand['command']): Outside => ({ 2: [operatorFact(2, { command } as OperatorCommand)] });

  test('a stop outranks the exit of the strategy, and one order sells', () => {
    const ran = told(LOSS, { 0: 'enter', 2: 'exit' }, held);
    expect(storyOf(ran).slice(2)).toEqual(['2 stop BTC/USD loss at 95, low 90', '2 SELL main BTC/USD 2 try 1', '3 filled 2 at 100']);
    expect(decisionsOf(ran, 'order_placed').map(({ event }) => event.reason)).toEqual(['SCRIPT', 'STOP_LOSS']);
  });

  test('an operator who flattens outranks the stop', () => {
    const ran = told(TRAILING, { 0: 'enter' }, held, { outside: said('flatten') });
    expect(storyOf(ran).slice(2)).toEqual(['2 SELL main BTC/USD 2 try 1', '3 filled 2 at 100']);
    expect(decisionsOf(ran, 'order_placed').map(({ event }) => event.reason)).toEqual(['SCRIPT', 'OPERATOR_FLATTEN']);
  });

  test('an operator who cancels takes orders back, and no stop', () => {
    expect(story(LOSS, { 0: 'enter' }, held, { outside: said('cancel') }).slice(2)).toEqual([
      '2 refused cancel NOTHING_TO_CANCEL',
      '2 stop BTC/USD loss at 95, low 90',
      '2 SELL main BTC/USD 2 try 1',
      '3 filled 2 at 100',
    ]);
  });

  test('a stop outranks an entry that is still wanted', () => {
    const costs = { ...FREE, participation: fraction(decimal('0.025')) };
    const lines = ['100 100 100 100 80', '100 100 100 100 80', '100 100 90 95 40', FLAT];
    expect(story(LOSS, { 1: 'enter' }, lines, { costs }).slice(2)).toEqual([
      '2 EXPIRED BTC/USD PARTICIPATION',
      '2 stop BTC/USD loss at 95, low 90',
      '2 SELL main BTC/USD 1 try 1',
      '3 filled 1 at 100',
    ]);
  });

  test('a stop cancels an entry that still works, in shorter candles', () => {
    const agents = [agentOf('scripted', byQuantity('2'), { stop: LOSS, entry: limitEntry(0) })];
    const desk = deskOf({ universe: [instrument('BTC/USD')], agents, timeframe: '5m', costs: { ...FREE, participation: fraction(decimal('0.025')) } }, [[{ 1: 'enter' }]]);
    const lines = ['100 100 100 100 80', '100 100 100 100 80', '100 100 94 94 40', '94 94 94 94 1000', '94 94 94 94 1000'];
    expect(storyOf(runHours(desk, [candlesFrom(START * 12, lines.join('\n'))], 1)).slice(1)).toEqual([
      '0.2 filled 1 at 100',
      '0.2 stop BTC/USD loss at 95, low 94',
      '0.2 cancel BTC/USD OPPOSITE_INTENT',
      '0.2 SELL main BTC/USD 1 try 1',
      '0.3 filled 1 at 94',
      '0.3 CANCELLED BTC/USD OPPOSITE_INTENT',
    ]);
  });
});

describe('a stop that is reached', () => {
  test.each(['halt', 'kill'] as const)('sells under a %s', command => {
    const lines = [FLAT, FLAT, '100 100 90 95 1000', FLAT];
    const outside = { 1: [operatorFact(1, { command })] };
    expect(story(LOSS, { 0: 'enter' }, lines, { outside }).slice(-3)).toEqual(['2 stop BTC/USD loss at 95, low 90', '2 SELL main BTC/USD 2 try 1', '3 filled 2 at 100']);
  });

  test('is told once, and its sale is asked for until the position is flat', () => {
    const costs = { ...FREE, participation: fraction(decimal('0.025')) };
    const lines = [FLAT, FLAT, '100 100 90 95 1000', '90 90 80 80 40', '-', '80 80 70 70 1000'];
    expect(story(TRAILING, { 0: 'enter' }, lines, { costs }).slice(2)).toEqual([
      '2 stop BTC/USD trailing at 95, low 90',
      '2 SELL main BTC/USD 2 try 1',
      '3 filled 1 at 90',
      '3 EXPIRED BTC/USD PARTICIPATION',
      '3 SELL main BTC/USD 1 try 2',
      '4 EXPIRED BTC/USD NO_CANDLE',
      '4 SELL main BTC/USD 1 try 3',
      '5 filled 1 at 80',
    ]);
  });

  test('is reached again where an operator took its order back', () => {
    const costs = { ...FREE, participation: fraction(decimal('0.025')) };
    const lines = [FLAT, FLAT, '100 100 90 95 1000', '90 90 90 90 40', '90 90 90 90 1000', '90 90 90 90 1000'];
    const outside = { 3: [operatorFact(3, { command: 'cancel' })] };
    expect(story(LOSS, { 0: 'enter' }, lines, { costs, outside }).slice(4)).toEqual([
      '3 filled 1 at 90',
      '3 EXPIRED BTC/USD PARTICIPATION',
      '3 stop BTC/USD loss at 95, low 90',
      '3 SELL main BTC/USD 1 try 1',
      '4 filled 1 at 90',
    ]);
  });
});

describe('a stop is not reached', () => {
  test('without a candle, nor by one that comes late', () => {
    const values = { open: '100', high: '100', low: '50', close: '99', volume: '1' };
    const symbol = instrument('BTC/USD').symbol;
    const openMs = timeMs((START + 2) * 3_600_000);
    const late: CandleLateFact = { type: 'candle_late', atMs: timeMs((START + 3) * 3_600_000 + 1), symbol, openMs, values, digest: candleDigest({ symbol, timeframe: '1h' }, openMs, values) };
    expect(story(TRAILING, { 0: 'enter' }, [FLAT, FLAT, '-', FLAT], { outside: { 3: [late] } })).toEqual(['0 BUY main BTC/USD 2 try 1', '1 filled 2 at 100']);
  });

  test('by the candles before the entry', () => {
    expect(story(LOSS, { 1: 'enter' }, [FLAT, '100 100 10 100 1000', FLAT]).slice(1)).toEqual(['2 filled 2 at 100']);
  });

  test('by dust, nor by what the treasury holds', () => {
    const costs = { ...FREE, fees: feesOf(1_000, 1_000, 'received') };
    const lines = [FLAT, FLAT, FLAT, FLAT, '10 10 10 10 1000'];
    const ran = told(LOSS, { 0: 'enter', 2: 'exit' }, lines, { costs, rules: { lot: '0.001' }, size: '0.123', holdings: [['BTC', '5', '100']] });
    expect(ran.after.state.lots.map(({ agent }) => agent)).toEqual(['treasury', 'main']);
    expect(decisionsOf(ran, 'stop_triggered')).toEqual([]);
  });

  test('by an agent without one beside an agent with one', () => {
    const agents = [agentOf('scripted', byQuantity('1'), { id: 'bare' }), agentOf('scripted', byQuantity('1'), { id: 'safe', stop: LOSS })];
    const desk = deskOf({ universe: [instrument('BTC/USD')], agents }, [[{ 0: 'enter' }], [{ 0: 'enter' }]]);
    const lines = [FLAT, '100 100 94 96 1000', FLAT].join('\n');
    expect(storyOf(runHours(desk, [candlesFrom(START, lines)], 3)).filter(line => line.includes('SELL'))).toEqual(['1 SELL safe BTC/USD 1 try 1']);
  });
});

test.each(['0', '1', '1.5', '-0.1'])('a desk with a stop %s away does not open', distance => {
  const opening: Opening = { universe: [instrument('BTC/USD')], agents: [agentOf('scripted', byQuantity('1'), { stop: stop('loss', distance) })] };
  expect(() => openDesk(manifestOf(opening), [])).toThrow(/Every agent has its strategy/);
  expect(() => deskOf(opening, [[]])).toThrow(/stands above zero and below its price/);
});
