/** What a step saw of signs to kill: which reports are errors, which symbols are missing, and which candles leap from which price. */
import { describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { fraction, marketSymbol, timeMs } from '../../../core/kernel/units.ts';
import type { Fact, OrderId } from '../../../core/log.ts';
import { mantissaOf } from '../../../core/market/columns.ts';
import { feedOf } from '../../../core/market/feed.ts';
import { noMarks } from '../../../core/market/marks.ts';
import type { Marks } from '../../../core/market/marks.ts';
import { seeSigns } from '../../../core/risk/kill-signs.ts';
import type { VenueErrors } from '../../../core/risk/kill-triggers.ts';
import type { KillPolicy } from '../../../core/risk/risk-profile.ts';
import { agentOf, byQuantity, deskOf, instrument, START } from '../../support/desk.ts';
import { columnsOf } from '../../support/market.ts';
import { ordersOf, workingOrder } from '../../support/orders.ts';

const SYMBOLS = ['AAA/USD', 'BBB/USD', 'CCC/USD'];
const KILL: KillPolicy = { missingShare: fraction(decimal('0.5')), missingHours: 2, moveShare: fraction(decimal('0.6')), moveSymbols: 2, venueErrors: 2 };

/** A mark and its age in steps; null before the first candle. */
type Mark = readonly [close: string, age: number] | null;
type Candle = readonly [open: string, high: string, low: string] | null;
type Step = Partial<Readonly<{
  kill: KillPolicy | null;
  facts: readonly Fact[];
  before: VenueErrors | null;
  postOnly: readonly string[];
  marks: readonly Mark[];
  candles: readonly Candle[];
  quiet: boolean;
  stepsPerHour: 1 | 12;
}>>;

const marksOf = (list: readonly Mark[], slot: number): Marks => {
  const marks = noMarks(list.length);
  list.forEach((mark, index) => {
    if (mark === null) return;
    ({ mantissa: marks.mantissa[index], scale: marks.scale[index] } = mantissaOf(mark[0]));
    marks.slot[index] = slot - mark[1];
  });
  return marks;
};

const seen = ({ kill = KILL, facts = [], before = null, postOnly = [], marks = [['100', 1], ['100', 1], ['100', 1]], candles = [null, null, null], quiet = false, stepsPerHour = 1 }: Step) => {
  const timeframe = stepsPerHour === 1 ? '1h' : '5m';
  const slot = START * stepsPerHour;
  const universe = SYMBOLS.map(symbol => instrument(symbol, { absent: quiet ? 'quiet' : 'missing' }));
  const desk = deskOf({ universe, agents: [agentOf('scripted', byQuantity('1'))], timeframe }, [[{}, {}, {}]]);
  const columns = candles.map((candle, index) =>
    columnsOf(marketSymbol(SYMBOLS[index]!), timeframe, candle === null ? [] : [{ slot, values: { open: candle[0], high: candle[1], low: candle[2], close: candle[0], volume: '1' } }]),
  );
  const market = feedOf(desk.symbols, timeframe, columns)(slot);
  const known = marksOf(marks, slot);
  const orders = ordersOf({ working: postOnly.map(id => workingOrder({ id: id as OrderId, orderType: 'LIMIT', postOnly: true })) });
  const signs = seeSigns(before, { desk, hour: START, market, facts, marksBefore: known, marks: known, orders, policy: { kill, marks: { missingHours: 3, staleHours: 24 } } });
  return { tripped: signs.tripped.map(({ trigger, limit, usage }) => `${trigger} ${formatDecimal(limit)} ${formatDecimal(usage)}`), errors: signs.venueErrors };
};

const error = (id: string): Fact => ({ type: 'venue_error', atMs: timeMs(7), id, reason: 'timeout' });
const rejected = (id: string): Fact => ({ type: 'order_rejected', atMs: timeMs(7), orderId: id as OrderId, reason: 'VENUE' });
const fault: Fact = { type: 'fault_reported', atMs: timeMs(7), id: 'f', reason: 'INV' };

describe('errors of the venue', () => {
  test('are its errors and the orders it would not take, but for post-only ones', () => {
    const facts = [error('e'), rejected('1.0.0'), rejected('1.0.1')];
    expect(seen({ facts, postOnly: ['1.0.1'] })).toEqual({ tripped: ['VENUE_ERRORS 2 2'], errors: { hour: START, errors: 2 } });
    expect(seen({ facts: facts.slice(1), postOnly: ['1.0.0', '1.0.1'] })).toEqual({ tripped: [], errors: null });
    expect(seen({ facts: facts.slice(1), postOnly: ['1.0.1'] })).toEqual({ tripped: [], errors: { hour: START, errors: 1 } });
  });

  test('add up with those of the hour before this step', () => {
    expect(seen({ facts: [error('e')], before: { hour: START, errors: 1 } }).tripped).toEqual(['VENUE_ERRORS 2 2']);
    expect(seen({ facts: [error('e')], before: { hour: (START - 1) as typeof START, errors: 9 } }).tripped).toEqual([]);
  });

  test('are not counted where nothing kills for them; a fault kills all the same', () => {
    const facts = [error('e'), error('f'), error('g')];
    expect(seen({ kill: null, facts })).toEqual({ tripped: [], errors: null });
    expect(seen({ kill: null, facts: [...facts, fault, fault] })).toEqual({ tripped: ['BOOKS_BROKEN 0 2'], errors: null });
  });
});

describe('a universe that is missing', () => {
  test.each<readonly [string, readonly Mark[], Step, readonly string[]]>([
    ['two of three live', [['1', 2], ['1', 2], ['1', 1]], {}, ['UNIVERSE_MISSING 0.5 0.666666666666666666']],
    ['exactly half of the live, one being stale', [['1', 2], ['1', 24], ['1', 1]], {}, []],
    ['one of one live, the others never listed', [['1', 2], null, null], {}, ['UNIVERSE_MISSING 0.5 1']],
    ['nobody live', [null, null, ['1', 24]], {}, []],
    ['quiet markets', [['1', 20], ['1', 20], ['1', 20]], { quiet: true }, []],
    ['two hours in steps of five minutes', [['1', 24], ['1', 24], ['1', 0]], { stepsPerHour: 12 }, ['UNIVERSE_MISSING 0.5 0.666666666666666666']],
    ['less than two hours in them', [['1', 23], ['1', 23], ['1', 0]], { stepsPerHour: 12 }, []],
  ])('%s', (_, marks, rest, expected) => {
    expect(seen({ ...rest, marks }).tripped).toEqual(expected);
  });
});

describe('candles that leap', () => {
  const marks: readonly Mark[] = [['100', 1], ['100', 1], ['100', 1]];
  const up: Candle = ['160', '160.1', '100'];
  const calm: Candle = ['160', '160', '100'];

  test.each<readonly [string, Step, readonly string[]]>([
    ['two of three', { marks, candles: [up, calm, up] }, ['CANDLES_WILD 2 2']],
    ['all three', { marks, candles: [up, up, up] }, ['CANDLES_WILD 2 3']],
    ['one alone', { marks, candles: [up, calm, null] }, []],
    ['downwards', { marks, candles: [['50', '100', '39.9'], null, ['50', '100', '39.9']] }, ['CANDLES_WILD 2 2']],
    ['from a mark of 23 hours', { marks: [['100', 23], ['100', 23], ['100', 1]], candles: [up, up, null] }, ['CANDLES_WILD 2 2']],
    ['not from a mark of 24 hours: from the open', { marks: [['100', 24], ['100', 24], ['100', 1]], candles: [['160', '160.1', '159'], ['160', '160.1', '159'], calm] }, []],
    ['from the open, where there was no mark', { marks: [null, null, ['100', 1]], candles: [['10', '16.1', '10'], ['10', '16.1', '10'], calm] }, ['CANDLES_WILD 2 2']],
    ['from a mark of 23 hours in steps of five minutes', { marks: [['100', 276], ['100', 287], ['100', 1]], candles: [up, up, null], stepsPerHour: 12 }, ['CANDLES_WILD 2 2']],
    ['not from one of 24 hours in them', { marks: [['100', 288], ['100', 288], ['100', 1]], candles: [['160', '160.1', '159'], ['160', '160.1', '159'], null], stepsPerHour: 12 }, []],
  ])('%s', (_, step, expected) => {
    expect(seen(step).tripped.filter(line => line.startsWith('CANDLES'))).toEqual(expected);
  });
});
