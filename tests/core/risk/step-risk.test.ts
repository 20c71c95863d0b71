/** The risk slice through a step: what is kept of it from step to step, and what holdings are looked at under which caps. */
import { describe, expect, test } from 'vitest';
import type { Decision } from '../../../core/events.ts';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { fraction, money, timeMs } from '../../../core/kernel/units.ts';
import type { Lot } from '../../../core/lots/lot.ts';
import { PROFILES } from '../../../core/profile.ts';
import type { RunProfile } from '../../../core/profile.ts';
import type { Limits } from '../../../core/risk/risk-profile.ts';
import { heldAgainst } from '../../../core/risk/step-risk.ts';
import type { OutsideFact } from '../../../core/bucket.ts';
import { agentOf, byFraction, byQuantity, decisionsOf, deskOf, instrument, operatorFact, runHours, START } from '../../support/desk.ts';
import { candlesFrom } from '../../support/market.ts';
import { cappedBy, share } from '../../support/profiles.ts';
import { lotOf, viewOf } from './gate-views.ts';

const closes = (...prices: readonly string[]): string => prices.map(price => `${price} ${price} ${price} ${price} 1000000`).join('\n');

describe('what holdings are measured against', () => {
  const NONE: Limits = PROFILES.research.limits;
  const held: readonly Lot[] = [lotOf('AAA/USD', '3'), lotOf('BBB/USD', '20', 'treasury')];

  const seen = (limits: Limits, lots = held) => {
    const { desk, marks, valuation } = viewOf({ cash: '500', lots });
    const { breaches, holdings } = heldAgainst(limits, { desk, lots, marks, valuation });
    return [holdings.map(({ agent, symbol, cluster, worth }) => `${agent} ${symbol} ${cluster} ${formatDecimal(worth)}`), breaches.map(({ scope, limit, usage }) => `${scope} ${formatDecimal(limit)} ${formatDecimal(usage)}`)];
  };
  const BOTH = ['main AAA/USD UNCLASSIFIED 300', 'null BBB/USD UNCLASSIFIED 200'];

  test.each<readonly [string, Partial<Limits>, readonly string[], readonly string[]]>([
    ['the total alone: their sum is all that matters', {}, [], []],
    ['a total that they pass', { total: share('0.4') }, [], ['total 400 500']],
    ['a cap of positions, which the treasury has none of', { perPosition: share('0.2') }, BOTH, ['position main AAA/USD 200 300']],
    ['a cap of clusters alone', { perCluster: share('0.2') }, BOTH, []],
    ['a cap of the unclassified alone', { unclassified: share('0.2') }, BOTH, ['cluster UNCLASSIFIED 200 500']],
    ['a cap of one cluster alone', { clusters: { FINANCE: share('0.2') } }, BOTH, []],
    ['a cap of a quote alone', { quotes: { USD: share('0.2') } }, BOTH, ['quote USD 200 500']],
  ])('%s', (_, limits, holdings, breaches) => {
    expect(seen({ ...NONE, ...limits })).toEqual([holdings, breaches]);
  });

  test('nothing held is nothing', () => {
    expect(seen({ ...NONE, perPosition: share('0') }, [])).toEqual([[], []]);
  });

  test('a lot without a mark is worth its cost', () => {
    const lots = [{ ...lotOf('AAA/USD', '3'), cost: money(decimal('42')) }];
    const { desk, marks, valuation } = viewOf({ mark: null, lots: [] });
    expect(heldAgainst({ ...NONE, perPosition: share('1') }, { desk, lots, marks, valuation }).holdings).toMatchObject([{ worth: decimal('42') }]);
  });
});

describe('what is kept from step to step', () => {
  const universe = [instrument('BTC/USD')];
  const told = (ran: ReturnType<typeof runHours>, type: Decision['type']): readonly number[] => decisionsOf(ran, type).map(({ hour }) => hour);

  test('a breach is said when it begins and when it ends, and nothing between', () => {
    const desk = deskOf({ universe, agents: [agentOf('scripted', byFraction('0.5'))], profile: cappedBy({ perPosition: '0.5' }) }, [[{ 0: 'enter', 6: 'exit' }]]);
    const ran = runHours(desk, [candlesFrom(START, closes('100', '100', '120', '130', '125', '100', '100', '100'))], 8);
    const changes = decisionsOf(ran, 'passive_breach').map(({ hour, event }) => `${hour} ${event.scope} ${event.state} ${formatDecimal(event.limit)} ${formatDecimal(event.usage)}`);
    expect(changes).toEqual(['2 position main BTC/USD begun 5500 6000', '5 position main BTC/USD ended 0 0']);
    expect(ran.hours.map(({ after }) => after.state.risk.breached)).toEqual([[], [], ['position main BTC/USD'], ['position main BTC/USD'], ['position main BTC/USD'], [], [], []]);
  });

  test('errors of the venue add up over the steps of an hour', () => {
    const error = (step: number): OutsideFact => ({ type: 'venue_error', atMs: timeMs(START * 3_600_000 + step * 300_000 + 1_000), id: `e${step}`, reason: 'timeout' });
    const desk = deskOf({ universe, agents: [agentOf('scripted', byQuantity('1'))], timeframe: '5m', profile: { ...PROFILES.research, kill: { ...PROFILES.balanced.kill!, missingShare: fraction(decimal('1')) } } }, [[{}]]);
    const outside = Object.fromEntries([1, 2, 3, 4, 5].map(step => [`0.${step}`, [error(step)]]));
    const ran = runHours(desk, [candlesFrom(START * 12, closes(...Array.from({ length: 12 }, () => '100')))], 1, outside);
    expect(decisionsOf(ran, 'kill_tripped').map(({ step, event }) => `${step} ${event.trigger} ${formatDecimal(event.usage)}`)[0]).toBe('5 VENUE_ERRORS 5');
    expect(ran.hours[0]!.steps.slice(0, 6).map(({ state }) => state.risk.venueErrors?.errors ?? 0)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  const put = (profile: RunProfile) => operatorFact(1, { command: 'profile', profile });

  test('a profile that an operator puts in force, with nothing else happening', () => {
    const other: RunProfile = { ...PROFILES.research, name: 'other', version: 2, limits: { ...PROFILES.research.limits, positions: 1 } };
    const desk = deskOf({ universe, agents: [agentOf('scripted', byQuantity('1'))] }, [[{}]]);
    const ran = runHours(desk, [candlesFrom(START, closes('100', '100', '100', '100'))], 4, { 1: [put(other)] });
    expect(ran.hours.map(({ after }) => after.state.risk.profile?.name ?? null)).toEqual([null, 'other', 'other', 'other']);
    expect(told(ran, 'profile_changed')).toEqual([1]);
  });

  test('a tier beyond those of the profile that comes into force becomes its last, and is judged from there', () => {
    const observing: RunProfile = { ...PROFILES.research, drawdown: { ...PROFILES.balanced.drawdown, mode: 'observe' } };
    const [first, second] = observing.drawdown.tiers;
    const fewer: RunProfile = { ...observing, name: 'fewer', version: 2, drawdown: { mode: 'observe', tiers: [first!, { ...second!, halts: true, base: fraction(0n), positions: fraction(0n) }] } };
    const desk = deskOf({ universe, agents: [agentOf('scripted', byFraction('1'))], profile: observing }, [[{ 0: 'enter' }]]);
    const outside = { 3: [{ ...put(fewer), atMs: timeMs((START + 3) * 3_600_000 + 1_800_000) }] };
    const ran = runHours(desk, [candlesFrom(START, closes('100', '100', '70', '70', '95', '95'))], 6, outside);
    expect(decisionsOf(ran, 'tier_changed').map(({ hour, event }) => `${hour} ${event.from} ${event.to}`)).toEqual(['2 NORMAL HALT20', '4 HALT10 NORMAL']);
    expect(ran.hours.map(({ after }) => after.state.risk.standing.tier)).toEqual([0, 0, 3, 1, 0, 0]);
  });
});
