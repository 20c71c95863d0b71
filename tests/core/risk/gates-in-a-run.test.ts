/** Gates as a run meets them: each refusal with its evidence in the log, reservations within an hour, profiles that change, and standings that hold no exit back. */
import { describe, expect, test } from 'vitest';
import type { Violation } from '../../../core/events.ts';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { fraction, timeMs } from '../../../core/kernel/units.ts';
import type { OutsideFact } from '../../../core/bucket.ts';
import { PROFILES } from '../../../core/profile.ts';
import type { RunProfile } from '../../../core/profile.ts';
import { decodeSnapshot, encodeSnapshot } from '../../../core/snapshot.ts';
import { stateDigest } from '../../../core/state.ts';
import { agentOf, byFraction, byNotional, byQuantity, continueHours, decisionsOf, deskOf, feedFor, hashesOf, instrument, limitEntry, operatorFact, runHours, START, storyOf } from '../../support/desk.ts';
import type { Opening, Outside, Ran, Script } from '../../support/desk.ts';
import { candlesFrom } from '../../support/market.ts';
import { cappedBy, share } from '../../support/profiles.ts';

const flat = (hours: number, price = '100'): string => Array.from({ length: hours }, () => `${price} ${price} ${price} ${price} 1000000`).join('\n');
const closes = (...prices: readonly string[]): string => prices.map(price => `${price} ${price} ${price} ${price} 1000000`).join('\n');

type Told = Partial<Opening> & Readonly<{ scripts?: readonly Script[]; candles: readonly string[]; hours: number; outside?: Outside }>;

const SYMBOLS = ['BTC/USD', 'ETH/USD', 'LINK/USD', 'WIF/USD'];

const told = ({ scripts = [[{ 0: 'enter' }]], candles, hours, outside = {}, ...opening }: Told): Ran => {
  const universe = opening.universe ?? SYMBOLS.slice(0, candles.length).map(symbol => instrument(symbol));
  const desk = deskOf({ agents: [agentOf('scripted', byQuantity('1'))], ...opening, universe }, scripts);
  return runHours(desk, candles.map(text => candlesFrom(START, text)), hours, outside);
};

const evidence = ({ code, limit, usage, asked }: Violation): string => [code, ...[limit, usage, asked].map(formatDecimal)].join(' ');

/** `hour symbol code limit usage asked, …` of every refused BUY. */
const refusalsOf = (ran: Ran): readonly string[] =>
  decisionsOf(ran, 'order_refused').flatMap(({ hour, event }) => (event.side === 'BUY' ? [`${hour} ${event.symbol} ${event.violations.map(evidence).join(', ')}`] : []));

const mine = (changes: (from: RunProfile) => Partial<RunProfile>): RunProfile => ({ ...PROFILES.research, name: 'mine', ...changes(PROFILES.research) });
const limits = (given: Partial<RunProfile['limits']>): RunProfile => mine(({ limits: from }) => ({ limits: { ...from, ...given } }));

const venueError = (hour: number, id: string): OutsideFact => ({ type: 'venue_error', atMs: timeMs((START + hour) * 3_600_000 + 60_000), id, reason: 'timeout' });
const fault: OutsideFact = { type: 'fault_reported', atMs: timeMs((START + 1) * 3_600_000 + 60_000), id: 'f', reason: 'INV-BOOKS-TIE' };

describe('a refusal stands in the log with its evidence', () => {
  test.each<readonly [string, Told, readonly string[]]>([
    ['a halt', { candles: [flat(3)], hours: 2, outside: { 0: [operatorFact(0, { command: 'halt' })] } }, ['0 BTC/USD HALTED 0 0 0']],
    ['a kill', { candles: [flat(3)], hours: 2, outside: { 0: [operatorFact(0, { command: 'kill' })] } }, ['0 BTC/USD KILLED 0 0 0']],
    ['a reported fault kills under any profile', { candles: [flat(3)], hours: 2, scripts: [[{ 1: 'enter' }]], outside: { 1: [fault] } }, ['1 BTC/USD KILLED 0 0 0']],
    ['a price too far from the mark', { candles: [flat(2)], hours: 1, agents: [agentOf('scripted', byQuantity('1'), { entry: limitEntry(1_001) })], profile: cappedBy({ fatFinger: '0.1' }) }, ['0 BTC/USD FAT_FINGER 0.1 100 89.99']],
    ['an order too many in an hour', { candles: [flat(2), flat(2)], hours: 1, scripts: [[{ 0: 'enter' }, { 0: 'enter' }]], profile: cappedBy({ ordersPerHour: 1 }) }, ['0 BTC/USD ORDER_RATE 1 1 1']],
    ['a position too many', { candles: [flat(2), flat(2)], hours: 1, scripts: [[{ 0: 'enter' }, { 0: 'enter' }]], profile: cappedBy({ positions: 1 }) }, ['0 ETH/USD POSITION_COUNT 1 1 1']],
    [
      'a cap passed by price alone, for the position and for its cluster',
      { candles: [closes('100', '100', '300', '300'), flat(4)], hours: 4, scripts: [[{ 0: 'enter' }, { 2: 'enter' }]], agents: [agentOf('scripted', byNotional('1500'))], profile: cappedBy({ total: '0.2', perCluster: '0.9' }) },
      ['2 ETH/USD PASSIVE_BREACH 2600 4500 0'],
    ],
    ['a cluster that is full', { candles: [flat(2), '-', '-', flat(2)], hours: 1, scripts: [[{ 0: 'enter' }, {}, {}, { 0: 'enter' }]], agents: [agentOf('scripted', byQuantity('5'))], universe: SYMBOLS.map(symbol => instrument(symbol, { lot: '5' })), profile: cappedBy({ perCluster: '0.04' }) }, [
      '0 BTC/USD CLUSTER_CAP 400 0 500',
      '0 WIF/USD CLUSTER_CAP 400 0 500',
    ]],
    ['a limit of a cluster by name', { candles: [flat(2)], hours: 1, universe: [instrument('BTC/USD', { lot: '1' })], profile: limits({ perCluster: share('0.5'), unclassified: share('0.5'), clusters: { CURRENCY: share('0.005') } }) }, ['0 BTC/USD CLUSTER_CAP 50 0 100']],
    ['a quote currency', { candles: [flat(2)], hours: 1, universe: [instrument('BTC/USD', { lot: '1' })], profile: limits({ quotes: { USD: { share: fraction(decimal('0.5')), amount: decimal('99') as never } } }) }, ['0 BTC/USD QUOTE_CAP 99 0 100']],
    ['an amount, where it is the smaller', { candles: [flat(2)], hours: 1, universe: [instrument('BTC/USD', { lot: '1' })], profile: limits({ perPosition: { share: fraction(decimal('0.1')), amount: decimal('75') as never } }) }, ['0 BTC/USD PER_POSITION_CAP 75 0 100']],
    ['an entry whose volatility is not known is bought smallest', { candles: [flat(2)], hours: 1, universe: [instrument('BTC/USD', { minNotional: '100' })], agents: [agentOf('scripted', byFraction('1'))], profile: mine(() => ({ sizing: { base: fraction(decimal('0.03')), volatility: PROFILES.balanced.sizing.volatility } })) }, ['0 BTC/USD BELOW_MINIMUM 100 0 75']],
    ['a mark too old, by the hours of the profile', { candles: [closes('100', '100')], hours: 4, scripts: [[{ 1: 'enter' }]], profile: mine(() => ({ marks: { missingHours: 1, staleHours: 48 } })), agents: [agentOf('scripted', byQuantity('1'), { entry: limitEntry(500) })] }, ['3 BTC/USD DATA_MISSING 1 2 0']],
  ])('%s', (_, run, expected) => {
    expect(refusalsOf(told(run))).toEqual(expected);
  });

  test('protections: after a loss its symbol cools down, until the hour that is named', () => {
    const profile = mine(() => ({ protections: { ...PROFILES.balanced.protections!, cooldownHours: 2, dailyLoss: fraction(decimal('0.2')) } }));
    const ran = told({ candles: [closes('100', '100', '90', '90', '90', '90', '90')], hours: 7, scripts: [[{ 0: 'enter', 2: 'exit', 3: 'enter', 4: 'enter', 5: 'enter' }]], profile });
    expect(refusalsOf(ran)).toEqual([`3 BTC/USD COOLDOWN ${START + 5} ${START + 3} 0`, `4 BTC/USD COOLDOWN ${START + 5} ${START + 4} 0`]);
    expect(decisionsOf(ran, 'protection_raised').map(({ hour, event }) => [hour, event.code, event.untilHour - START])).toEqual([[3, 'COOLDOWN', 5]]);
  });

  test('a daily loss stops entries until the close that opens the next day', () => {
    const profile = mine(() => ({ protections: { ...PROFILES.balanced.protections!, cooldownHours: 0 } }));
    const ran = told({ candles: [closes('100', '100', '90', '90'), flat(4)], hours: 4, scripts: [[{ 0: 'enter' }, { 3: 'enter' }]], agents: [agentOf('scripted', byQuantity('90'))], profile });
    const next = Math.floor((START + 1) / 24) * 24 + 23;
    expect(refusalsOf(ran)).toEqual([`3 ETH/USD DAILY_LOSS ${next} ${START + 3} 0`]);
  });

  test('five errors of the venue in an hour kill, and a feed with holes does', () => {
    const profile = mine(() => ({ kill: PROFILES.balanced.kill }));
    const errors = { 1: Array.from({ length: 5 }, (_, nth) => venueError(1, `e${nth}`)) };
    const ran = told({ candles: [flat(3)], hours: 3, scripts: [[{ 1: 'enter' }]], profile, outside: errors });
    expect(decisionsOf(ran, 'kill_tripped').map(({ hour, event }) => [hour, event.trigger, event.limit, event.usage])).toEqual([[1, 'VENUE_ERRORS', decimal('5'), decimal('5')]]);
    const holes = told({ candles: [closes('1', '1'), closes('1', '1'), flat(5)], hours: 5, scripts: [[{}, {}, { 3: 'enter' }]], profile });
    expect(decisionsOf(holes, 'kill_tripped').map(({ hour, event }) => [hour, event.trigger, formatDecimal(event.usage)])).toEqual([
      [3, 'UNIVERSE_MISSING', '0.666666666666666666'],
      [4, 'UNIVERSE_MISSING', '0.666666666666666666'],
    ]);
    expect(refusalsOf(holes)).toEqual(['3 LINK/USD KILLED 0 0 0']);
  });
});

describe('eighteen entries in one hour', () => {
  const symbols = Array.from({ length: 18 }, (_, nth) => `${String.fromCharCode(65 + nth)}/USD`);
  const everybody: Script = symbols.map(() => ({ 0: 'enter' as const }));
  const run = (profile: RunProfile): Ran =>
    told({ universe: symbols.map(symbol => instrument(symbol)), candles: symbols.map(() => flat(2)), hours: 1, scripts: [everybody], agents: [agentOf('scripted', byFraction('0.05'))], profile });
  const exposure = (ran: Ran): bigint => ran.after.state.orders.working.reduce((sum, order) => sum + order.reservedExposure, 0n);

  test.each<readonly [string, RunProfile, string, number]>([
    ['the total', cappedBy({ total: '0.33', maxChase: '0.01' }), '3300', 7],
    ['the cluster of all that have none', cappedBy({ perCluster: '0.12', maxChase: '0.01' }), '1200', 3],
    ['the quote currency', limits({ quotes: { USD: share('0.21') } }), '2100', 5],
    ['the slots', cappedBy({ positions: 4 }), '2000', 4],
    ['the order rate', cappedBy({ ordersPerHour: 2 }), '1000', 2],
    ['the cash', cappedBy({ maxChase: '0.5' }), '10000', 14],
  ])('never reserve beyond %s', (_, profile, cap, orders) => {
    const ran = run(profile);
    expect(decisionsOf(ran, 'order_placed')).toHaveLength(orders);
    expect(decisionsOf(ran, 'order_refused')).toHaveLength(18 - orders);
    expect(exposure(ran)).toBeLessThanOrEqual(decimal(cap));
  });
});

describe('a profile', () => {
  const smaller: RunProfile = { ...cappedBy({ total: '0.02' }), name: 'smaller', version: 2 };
  const change = operatorFact(2, { command: 'profile', profile: smaller }, 'p');
  const run = (outside: Outside) => told({ candles: [flat(5), flat(5)], hours: 4, scripts: [[{ 0: 'enter' }, { 2: 'enter' }]], agents: [agentOf('scripted', byQuantity('3'))], universe: SYMBOLS.slice(0, 2).map(symbol => instrument(symbol, { lot: '3' })), outside });

  test('comes into force by an operator alone, in the step of the fact, and stays', () => {
    expect(refusalsOf(run({}))).toEqual([]);
    const ran = run({ 2: [change] });
    expect(refusalsOf(ran)).toEqual(['2 ETH/USD PASSIVE_BREACH 200 300 0']);
    expect(decisionsOf(ran, 'profile_changed').map(({ hour, event }) => [hour, event.actor, event.reason, event.name, event.version])).toEqual([[2, 'operator', 'test', 'smaller', 2]]);
    expect(ran.after.state.risk.profile).toEqual(smaller);
  });

  test('is the one of its hour in every replay, from a snapshot too', () => {
    const ran = run({ 2: [change] });
    expect(hashesOf(run({ 2: [change] }))).toEqual(hashesOf(ran));
    const universe = SYMBOLS.slice(0, 2).map(symbol => instrument(symbol, { lot: '3' }));
    const desk = deskOf({ universe, agents: [agentOf('scripted', byQuantity('3'))] }, [[{ 0: 'enter' }, { 2: 'enter' }]]);
    const before = runHours(desk, [candlesFrom(START, flat(5)), candlesFrom(START, flat(5))], 3, { 2: [change] });
    const state = decodeSnapshot(desk, encodeSnapshot(before.after.state));
    expect(stateDigest(state)).toBe(stateDigest(before.after.state));
    const feed = feedFor(desk, [candlesFrom(START, flat(5)), candlesFrom(START, flat(5))]);
    expect(hashesOf(continueHours(desk, { ...before.after, state }, { feed, hours: 1 }))).toEqual(hashesOf(ran).slice(3));
  });

  test.each<readonly [string, RunProfile, string]>([
    ['the same again', PROFILES.research, 'PROFILE_UNCHANGED'],
    ['out of bounds', { ...smaller, limits: { ...smaller.limits, total: share('1.5') } }, 'PROFILE_REFUSED'],
    ['of another purpose', PROFILES.balanced, 'PROFILE_REFUSED'],
    ['in another currency', { ...smaller, amountsIn: 'EUR' as never, limits: { ...smaller.limits, total: { share: fraction(decimal('0.5')), amount: decimal('5') as never } } }, 'PROFILE_REFUSED'],
    ['of a governance nobody knows', { ...smaller, governance: 9 }, 'PROFILE_REFUSED'],
    ['without campaigns', { ...smaller, campaign: null }, 'PROFILE_REFUSED'],
  ])('%s is refused and changes nothing', (_, profile, code) => {
    const ran = run({ 2: [operatorFact(2, { command: 'profile', profile }, 'p')] });
    expect(decisionsOf(ran, 'operator_refused').map(({ event }) => event.code)).toEqual([code]);
    expect(ran.after.state.risk.profile).toBeNull();
  });
});

describe('a drawdown', () => {
  const narrow = mine(() => ({
    drawdown: { mode: 'bind', tiers: [
      { from: fraction(0n), base: fraction(decimal('1')), positions: fraction(decimal('1')), halts: false, review: false },
      { from: fraction(decimal('0.1')), base: fraction(0n), positions: fraction(0n), halts: true, review: true },
    ] },
  }));
  const run = (outside: Outside) =>
    told({ candles: [closes('100', '100', '80', '80', '80', '80'), flat(6)], hours: 6, scripts: [[{ 0: 'enter', 4: 'exit' }, { 3: 'enter' }]], agents: [agentOf('scripted', byQuantity('60'))], profile: narrow, outside });

  test('halts entries with a review, lets exits go, and is lifted by a resume that starts the peak anew', () => {
    expect(storyOf(run({ 4: [operatorFact(4, { command: 'resume' })] }))).toEqual([
      '0 BUY main BTC/USD 60 try 1',
      '1 filled 60 at 100',
      '2 ACTIVE to HALTED',
      '3 refused BUY main ETH/USD HALTED try 1',
      '4 HALTED to ACTIVE',
      '4 SELL main BTC/USD 60 try 1',
      '5 filled 60 at 80',
    ]);
  });

  test('stays halted without an operator, and its exit goes through', () => {
    const ran = run({});
    expect(ran.after.state.risk.standing).toMatchObject({ status: 'HALTED', reason: 'DRAWDOWN_HALT10', review: true, tier: 1, sinceHour: START + 2 });
    expect(storyOf(ran).slice(-2)).toEqual(['4 SELL main BTC/USD 60 try 1', '5 filled 60 at 80']);
  });
});
