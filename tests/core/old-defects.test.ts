/** Defects of an earlier implementation of these rules that are about whole runs, each shown to be impossible here. Those of orders alone stand beside the orders. */
import { describe, expect, test } from 'vitest';
import { CAMPAIGN_POLICIES } from '../../core/campaign/presets.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { decimal, parseDecimal } from '../../core/kernel/decimal.ts';
import { divideHalfEven } from '../../core/kernel/rounding.ts';
import { fraction } from '../../core/kernel/units.ts';
import { beginRun } from '../../core/execute.ts';
import { genesisOf } from '../../core/manifest.ts';
import { PROFILES } from '../../core/profile.ts';
import type { RunProfile } from '../../core/profile.ts';
import { tierName, tierTerms } from '../../core/risk/drawdown.ts';
import { BALANCED_CAMPAIGNS, moods, moodsOf, outlook, predictionAt } from '../support/campaign-runs.ts';
import { agentOf, byFraction, byQuantity, continueHours, decisionsOf, deskOf, feedFor, hashesOf, instrument, operatorFact, runHours, START, storyOf } from '../support/desk.ts';
import type { Ran } from '../support/desk.ts';
import type { SlotCandle } from '../support/market.ts';
import { cappedBy, share } from '../support/profiles.ts';

/** `100*3 110`: a candle an hour that opens, trades and closes at one price. */
const flatCandles = (text: string): readonly SlotCandle[] =>
  text
    .split(' ')
    .flatMap(word => Array.from({ length: Number(word.split('*')[1] ?? '1') }, () => word.split('*')[0]!))
    .map((close, hour) => ({ slot: START + hour, values: { open: close, high: close, low: close, close, volume: '1000000' } }));

const BTC = [instrument('BTC/USD')];
const campaigns = (said: string, market: string, profile: RunProfile = BALANCED_CAMPAIGNS): Ran => {
  const candles = flatCandles(market);
  return runHours(deskOf({ universe: BTC, agents: [agentOf('recorded-model', byQuantity('1'))], profile }), [candles], candles.length, moodsOf(moods(said)));
};
const signals = (profile: RunProfile, script: Readonly<Record<number, 'enter' | 'exit'>>, market: string): Ran => {
  const candles = flatCandles(market);
  return runHours(deskOf({ universe: BTC, agents: [agentOf('scripted', byQuantity('1'))], profile }, [[script]]), [candles], candles.length);
};

describe('an action drawn from a hash, whatever was predicted', () => {
  const named = (name: string): RunProfile => ({ ...BALANCED_CAMPAIGNS, name });

  test('runs with different hashes decide the same of the same predictions', () => {
    const ran = Array.from({ length: 12 }, (_, number) => campaigns('up*3 down*2', '100*6', named(`profile-${number}`)));
    expect(new Set(ran.map(run => hashesOf(run).at(-1))).size).toBe(12);
    expect(new Set(ran.map(run => storyOf(run).join('\n'))).size).toBe(1);
  });

  test('one run decides otherwise when it is told otherwise', () => {
    const asked = (said: string) => decisionsOf(campaigns(said, '100*6'), 'campaign_asked').map(({ event }) => event.ask);
    expect([asked('up*5'), asked('up*3 down*2'), asked('down*5'), asked('none*5')]).toEqual([['enter'], ['enter', 'exit'], [], []]);
  });
});

describe('violations that held an exit back as well', () => {
  test('an exit goes beside everything that refuses an entry at once', () => {
    const strict: RunProfile = { ...cappedBy({ perPosition: '1', positions: 1, ordersPerHour: 1 }), protections: PROFILES.balanced.protections };
    const two = [instrument('BTC/USD'), instrument('ETH/USD')];
    const desk = deskOf({ universe: two, agents: [agentOf('scripted', byFraction('0.9'))], profile: strict }, [[{ 0: 'enter', 2: 'exit' }, { 2: 'enter' }]]);
    const ran = runHours(desk, [flatCandles('100*2 60*2'), flatCandles('100*4')], 4, { 2: [operatorFact(2, { command: 'kill' })] });
    expect(storyOf(ran).slice(2)).toEqual(['2 ACTIVE to KILLED', '2 SELL main BTC/USD 90 try 1', '2 refused BUY main ETH/USD KILLED DAILY_LOSS ORDER_RATE POSITION_COUNT try 1', '3 filled 90 at 60']);
  });
});

describe('volatility that lifted a size above its tier, a recovery nobody could reach, a persistence that never came', () => {
  test.each(['conservative', 'balanced'] as const)('%s: a severe loss of a position is recovered from, long before the portfolio halts', name => {
    const ran = campaigns('up*30 unsure*3', '100*31 70*3', PROFILES[name]);
    expect(decisionsOf(ran, 'campaign_moved').map(({ event }) => `${event.to} ${event.reason}`)).toEqual(['OPEN ENTRY_FILLED', 'RECOVERY SEVERE_LOSS']);
    expect(ran.after.state.risk.standing).toMatchObject({ status: 'ACTIVE', tier: 0 });
  });

  test.each([1, 2, 3, 4])('negative %i times is when a persistence of as many exits, and not before', exitPersistence => {
    const profile = { ...BALANCED_CAMPAIGNS, campaign: { ...CAMPAIGN_POLICIES.balanced, exitPersistence } };
    const exits = decisionsOf(campaigns('up*3 weak*9', '100*12', profile), 'campaign_asked').filter(({ event }) => event.ask === 'exit');
    expect(exits.map(({ hour, event }) => `${hour} ${event.reason}`)).toEqual([`${2 + exitPersistence} NEGATIVE_PERSISTED`]);
  });

  test('tiers are what the profile says, not what somebody wrote into a table', () => {
    const tiers = [
      { from: fraction(0n), base: fraction(decimal('1')), positions: fraction(decimal('1')), halts: false, review: false },
      { from: fraction(decimal('0.025')), base: fraction(decimal('0.4')), positions: fraction(decimal('0.3')), halts: false, review: false },
      { from: fraction(decimal('0.08')), base: fraction(0n), positions: fraction(0n), halts: true, review: true },
    ];
    const profile: RunProfile = { ...PROFILES.balanced, drawdown: { mode: 'bind', tiers } };
    expect([0, 1, 2].map(tier => [tierName(tiers, tier), tierTerms(profile, tier)])).toEqual([
      ['NORMAL', { base: decimal('0.05'), positions: 12, halts: false, review: false }],
      ['DD2.5', { base: decimal('0.02'), positions: 3, halts: false, review: false }],
      ['HALT8', { base: 0n, positions: 0, halts: true, review: true }],
    ]);
  });
});

describe('a cap of nothing that was taken for no cap', () => {
  const refused = (profile: RunProfile): readonly string[] => storyOf(signals(profile, { 0: 'enter' }, '100*2'));

  test.each<readonly [string, RunProfile, string]>([
    ['a total of 0 %', cappedBy({ total: '0' }), 'TOTAL_CAP'],
    ['a position of 0 %', cappedBy({ perPosition: '0' }), 'PER_POSITION_CAP'],
    ['a cluster of 0 %', cappedBy({ perCluster: '0' }), 'CLUSTER_CAP'],
    ['no positions', cappedBy({ positions: 0 }), 'POSITION_COUNT'],
    ['no orders', cappedBy({ ordersPerHour: 0 }), 'ORDER_RATE'],
    ['an amount of 0', { ...PROFILES.research, limits: { ...PROFILES.research.limits, perPosition: { ...share('1'), amount: decimal('0') as never } } }, 'PER_POSITION_CAP'],
  ])('%s lets nothing in', (_, profile, code) => {
    expect(refused(profile)).toEqual([`0 refused BUY main BTC/USD ${code} try 1`]);
  });
});

describe('runs of one account that met in its ledger', () => {
  test('two runs executed hour by hour in turns end as each does alone', () => {
    const profiles = [PROFILES.research, cappedBy({ perPosition: '0.3' })];
    const market = flatCandles('100*2 110*2 90*2');
    const desks = profiles.map(profile => deskOf({ universe: BTC, agents: [agentOf('scripted', byFraction('0.5'))], profile }, [[{ 0: 'enter', 3: 'exit' }]]));
    const alone = desks.map(desk => hashesOf(runHours(desk, [market], 6)));
    const feeds = desks.map(desk => feedFor(desk, [market]));
    const inTurns: string[][] = [[], []];
    let progress = desks.map(desk => beginRun(desk));
    for (let hour = 0; hour < 6; hour += 1) {
      progress = progress.map((before, run) => {
        const ran = continueHours(desks[run]!, before, { feed: feeds[run]!, hours: 1 });
        inTurns[run]!.push(...hashesOf(ran));
        return ran.after;
      });
    }
    expect(inTurns).toEqual(alone);
    expect(alone[0]!.at(-1)).not.toBe(alone[1]!.at(-1));
  });
});

describe('preimages that said the same of different things', () => {
  test.each<readonly [unknown, unknown]>([
    [['a|b', 'c'], ['a', 'b|c']],
    [['a,b'], ['a', 'b']],
    [[null], ['']],
    [[true], [1]],
    [[true], ['1']],
    [[['a'], 'b'], ['a', ['b']]],
    [{ a: null }, {}],
  ])('%j is not %j', (left, right) => {
    expect(canonicalText(left as never)).not.toBe(canonicalText(right as never));
  });

  test('nothing is written as −0, and amounts reach beyond ten digits', () => {
    expect(() => canonicalText(-0)).toThrow('A canonical number is a safe integer and not -0.');
    expect(parseDecimal('-0')).toBeNull();
    expect(canonicalText([decimal('12345678901234567890.123456789012345678')])).toBe('["12345678901234567890.123456789012345678"]');
  });

  test('one rounding: half goes to the even neighbour, on either side of nothing', () => {
    // 0.12345678906 at ten decimals.
    expect(divideHalfEven(12_345_678_906n, 10n)).toBe(1_234_567_891n);
    expect([5n, 15n, 25n, -5n, -15n, -25n].map(tenths => divideHalfEven(tenths, 10n))).toEqual([0n, 2n, 2n, 0n, -2n, -2n]);
  });
});

describe('inputs that were not in what was hashed', () => {
  test('whatever a desk decides by is in its genesis', () => {
    const opening = { universe: BTC, agents: [agentOf('scripted', byQuantity('1'))] };
    const genesis = (profile: RunProfile) => genesisOf(deskOf({ ...opening, profile }, [[{}]]).manifest);
    const { research } = PROFILES;
    const changed = [research, { ...research, limits: { ...research.limits, positions: 7 } }, { ...research, sizing: { ...research.sizing, base: fraction(decimal('0.01')) } }, { ...research, protections: PROFILES.balanced.protections }, { ...research, kill: PROFILES.balanced.kill }];
    expect(new Set(changed.map(genesis)).size).toBe(5);
  });
});

describe('a position deep under water', () => {
  const told = (chance: string, expected: string) => {
    const said = outlook([chance, expected], [chance, expected], [chance, expected]);
    const candles = flatCandles('100*3 70*30');
    const up = moodsOf(moods('up*3'));
    const later = Object.fromEntries(Array.from({ length: 29 }, (_, index) => [String(3 + index), [predictionAt({ hour: 3 + index }, said)]]));
    const ran = runHours(deskOf({ universe: BTC, agents: [agentOf('recorded-model', byQuantity('1'))], profile: BALANCED_CAMPAIGNS }), [candles], candles.length, { ...up, ...later });
    return decisionsOf(ran, 'campaign_asked').slice(1).map(({ event }) => `${event.ask} ${event.reason}`);
  };

  test.each([
    ['0.7', '0.001', []],
    ['0.1', '-0.01', ['exit STRONG_NEGATIVE']],
    ['0.5', '0', ['reduce DERISK']],
  ] as const)('is held, left or made smaller by its prediction: a chance of %s', (chance, expected, asks) => {
    expect(told(chance, expected)).toEqual(asks);
  });
});
