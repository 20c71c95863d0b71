/** The gates of an entry against their slow twin, over drawn desks: whatever is granted or refused, both say the same to the last digit. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { whole, decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { bps, fraction, hourUtc, marketSymbol, money, price, quantity, timeMs } from '../../../core/kernel/units.ts';
import type { LotId, Violation } from '../../../core/events.ts';
import type { OrderId } from '../../../core/log.ts';
import type { Lot } from '../../../core/lots/lot.ts';
import { mantissaOf } from '../../../core/market/columns.ts';
import { feedOf } from '../../../core/market/feed.ts';
import { noMarks, worthAtMark } from '../../../core/market/marks.ts';
import { noVolumes, VOLUME_WINDOW } from '../../../core/market/volumes.ts';
import { PROFILES } from '../../../core/profile.ts';
import type { RunProfile } from '../../../core/profile.ts';
import { tierTerms } from '../../../core/risk/drawdown.ts';
import { gateEntry } from '../../../core/risk/gate.ts';
import { ENTRY_GATES } from '../../../core/risk/gate-order.ts';
import type { GateView } from '../../../core/risk/gate-view.ts';
import { NO_PROTECTIONS } from '../../../core/risk/protections.ts';
import { noReturns, observeReturns } from '../../../core/risk/returns.ts';
import type { Returns } from '../../../core/risk/returns.ts';
import type { Limit } from '../../../core/risk/risk-profile.ts';
import { UNHINDERED } from '../../../core/risk/risk-standing.ts';
import { agentOf, byFraction, byNotional, byQuantity, deskOf, feesOf, instrument, limitEntry, MARKET } from '../../support/desk.ts';
import { columnsOf } from '../../support/market.ts';
import { longWish, ordersOf, workingOrder } from '../../support/orders.ts';
import { riskViewOf } from '../../support/risk-views.ts';
import { slowGate } from './slow-gates.ts';
import type { SlowAnswer } from './slow-gates.ts';
import type { SlowMarket, SlowRules, SlowScene } from './slow-scene.ts';

const NOW = 500_100;
const SYMBOLS = ['AAA/USD', 'BBB/USD', 'CCC/USD'] as const;
const CLUSTERS = ['CURRENCY', 'PLATFORM', 'UNCLASSIFIED'] as const;
const TIERS = [
  { base: '1', positions: '1' },
  { base: '0.75', positions: '1' },
  { base: '0.5', positions: '0.5' },
  { base: '0', positions: '0' },
] as const;

/** Mostly the first, so that most scenes come as far as their clips. */
const mostly = <Value>(usual: Value, ...rare: readonly Value[]): fc.Arbitrary<Value> => fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 2, arbitrary: fc.constantFrom(...rare) });
const parts = (most: number, places: number): fc.Arbitrary<string> => fc.integer({ min: 1, max: most }).map(units => formatDecimal(BigInt(units) * 10n ** BigInt(18 - places)));

const limits = fc.record({ share: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('0.1', '0.5', '1') }, { weight: 2, arbitrary: parts(1_000_000, 6) }), amount: mostly<string | null>(null, '0', '50', '1000', '12345.678901234567890123') });
const maybe = <Value>(of: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(of, { freq: 2 });

const rules: fc.Arbitrary<SlowRules> = fc.record({
  total: limits,
  perPosition: maybe(limits),
  perCluster: maybe(limits),
  clusters: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: limits.map(limit => ({ PLATFORM: limit })) }),
  unclassified: maybe(limits),
  quote: maybe(limits),
  positions: maybe(fc.integer({ min: 0, max: 9 })),
  base: maybe(fc.constantFrom('0.02', '0.05', '0.333333333333333333')),
  volatility: maybe(fc.constant({ target: '0.04', floor: '0.25', ceiling: '1', hours: 4 })),
  tier: maybe(mostly<SlowRules['tier']>(TIERS[0], TIERS[1], TIERS[2], TIERS[3])),
  maxChase: maybe(fc.constantFrom('0', '0.01', '0.05')),
  costMargin: maybe(fc.constantFrom('0', '0.001', '0.02')),
  ordersPerHour: maybe(fc.constantFrom(1, 30)),
  fatFinger: maybe(fc.constantFrom('0.01', '0.05', '0.1')),
  missingHours: fc.constant(3),
  staleHours: fc.constant(24),
  liquidity: maybe(fc.constant({ spreadBps: 60, depthMultiple: 3, bookAgeSeconds: 60 })),
});

const prices = fc.oneof(fc.constantFrom('100', '0.00001234', '3.3'), parts(500_000, 3));
const books = fc.record({ bid: mostly('99.7', '99.699', '99.999', '0'), ask: mostly('100.3', '100.301', '99.7', '99.9'), askQuantity: fc.constantFrom('0', '1', '300', '0.000000000000000002'), ageMs: mostly(60_000, 60_001, 1) });

const marketOf = (symbol: string): fc.Arbitrary<SlowMarket> =>
  fc.record({
    symbol: fc.constant(symbol),
    cluster: fc.constantFrom(...CLUSTERS),
    lot: fc.constantFrom('0.00000001', '0.001', '1'),
    tick: fc.constantFrom('0.00000001', '0.01', '0.5'),
    minNotional: fc.constantFrom('0', '0', '5', '50'),
    quoteDecimals: fc.constantFrom(8, 2, 0),
    halfSpreadBps: fc.constantFrom(5, 15),
    absent: fc.constantFrom('missing' as const, 'quiet' as const),
    mark: fc.oneof({ weight: 15, arbitrary: prices }, { weight: 1, arbitrary: fc.constant(null) }),
    ageSteps: mostly(0, 3, 36, 37, 47, 287, 288, 24, 23, 4),
    volumes: fc.array(parts(5_000_000, 3), { maxLength: 24 }),
    closes: fc.array(fc.integer({ min: 90, max: 110 }).map(String), { maxLength: 7 }),
    book: fc.option(books, { freq: 2 }),
  });

const agents = fc.constantFrom('main', 'other', 'treasury');
const whose = fc.record({ agent: agents, symbol: fc.constantFrom(...SYMBOLS) });
const amounts = fc.oneof({ weight: 4, arbitrary: parts(9_000, 3) }, { weight: 1, arbitrary: parts(9, 18) }, { weight: 1, arbitrary: fc.constantFrom('100', '0.5') });

const until = fc.option(fc.constantFrom(NOW - 1, NOW, NOW + 1, NOW + 20), { freq: 8 }).map(hour => (hour === null ? null : NOW - 20 + ((hour - NOW + 20) % 41)));
const never = fc.constant(null);
const pause = fc.oneof({ weight: 9, arbitrary: never }, { weight: 1, arbitrary: until });

const scenes: fc.Arbitrary<SlowScene> = fc.record({
  rules,
  markets: fc.tuple(...SYMBOLS.map(marketOf)),
  cash: fc.oneof({ weight: 6, arbitrary: parts(2_000_000_000, 4) }, { weight: 1, arbitrary: fc.constantFrom('10000', '50', '0') }),
  lots: fc.array(fc.tuple(whose, amounts, amounts).map(([whom, held, cost]) => ({ ...whom, quantity: held, cost })), { maxLength: 3 }),
  orders: fc.array(
    fc.tuple(whose, fc.constantFrom('BUY' as const, 'SELL' as const), parts(900_000, 3)).map(([whom, side, set]) => ({ ...whom, agent: whom.agent === 'treasury' ? 'other' : whom.agent, side, ...(side === 'BUY' ? { reserved: set, exposure: set } : { reserved: '0', exposure: '0' }) })),
    { maxLength: 3 },
  ),
  standing: mostly<SlowScene['standing']>('ACTIVE', 'REVIEW', 'HALTED', 'KILLED'),
  hour: fc.constant(NOW),
  stepsPerHour: fc.constantFrom(1, 12),
  placed: mostly(0, 1, 29, 30),
  pauses: fc.record({ cooldown: pause, losing: pause, lock: pause, day: fc.oneof({ weight: 12, arbitrary: never }, { weight: 1, arbitrary: fc.constant(500_111) }) }),
  fees: fc.record({ maker: fc.constantFrom(0, 2_500), taker: fc.constantFrom(0, 4_000, 999), paidIn: fc.constantFrom('quote' as const, 'received' as const, 'third' as const) }),
  slippage: fc.oneof(fc.constant({ constant: 50 }), fc.constant({ impact: 20 })),
  participation: fc.option(fc.constantFrom('0.025', '0.002'), { freq: 2 }),
  sizing: fc.oneof(parts(1_000, 3).map(share => ({ fraction: share })), fc.constantFrom('20', '5000').map(notional => ({ notional })), amounts.map(units => ({ quantity: units }))),
  entry: fc.oneof(fc.constant('MARKET' as const), fc.record({ offsetBps: fc.constantFrom(0, 10, 499, 500, 1_000, 1_001), holds: fc.boolean() })),
  wish: fc.record({ left: fc.option(amounts, { freq: 2 }), fraction: fc.constantFrom('1', '0.5', '0.333333333333333333'), expected: fc.option(fc.constantFrom('0.5', '0.02', '-0.1', '0.0101'), { freq: 2 }) }),
});

const limitOf = ({ share, amount }: SlowRules['total']): Limit => ({ share: fraction(decimal(share)), amount: amount === null ? null : money(decimal(amount)) });
const optional = <Value, Made>(value: Value | null, made: (value: Value) => Made): Made | null => (value === null ? null : made(value));
const share = (text: string) => fraction(decimal(text));

const profileOf = (of: SlowRules): RunProfile => {
  const { research, balanced } = PROFILES;
  const policy = of.volatility;
  return {
    ...research,
    limits: {
      total: limitOf(of.total),
      perPosition: optional(of.perPosition, limitOf),
      perCluster: optional(of.perCluster, limitOf),
      clusters: Object.fromEntries(Object.entries(of.clusters).map(([name, limit]) => [name, limitOf(limit)])),
      unclassified: optional(of.unclassified, limitOf),
      quotes: of.quote === null ? {} : { USD: limitOf(of.quote) },
      positions: of.positions,
    },
    sizing: { base: optional(of.base, share), volatility: policy === null ? null : { targetPerDay: share(policy.target), floor: share(policy.floor), ceiling: share(policy.ceiling), windowHours: policy.hours } },
    drawdown: { ...balanced.drawdown, mode: of.tier === null ? 'observe' : 'bind' },
    entries: { maxChase: optional(of.maxChase, share), costMargin: optional(of.costMargin, share), ordersPerHour: of.ordersPerHour, fatFinger: optional(of.fatFinger, share), attempts: 6 },
    marks: { missingHours: of.missingHours, staleHours: of.staleHours },
    liquidity: of.liquidity,
  };
};

const returnsOf = (closes: readonly string[]): Returns => {
  const [first, ...others] = SYMBOLS.map(marketSymbol);
  const firstSlot = NOW - closes.length;
  const candles = closes.map((close, index) => ({ slot: firstSlot + index, values: { open: close, high: close, low: close, close, volume: '1' } }));
  const feed = feedOf([first!, ...others], '1h', [columnsOf(first!, '1h', candles), ...others.map(symbol => columnsOf(symbol, '1h', []))]);
  let returns = noReturns(SYMBOLS.length);
  for (let slot = firstSlot; slot < NOW; slot += 1) returns = observeReturns(returns, feed(slot), 1);
  return returns;
};

const deskFor = (scene: SlowScene) => {
  const { fees, slippage, sizing, entry, participation } = scene;
  return deskOf(
    {
      universe: scene.markets.map(({ symbol, cluster, lot, tick, minNotional, quoteDecimals, halfSpreadBps, absent }) => instrument(symbol, { cluster, lot, tick, minNotional, quoteDecimals, halfSpreadBps: bps(halfSpreadBps), absent })),
      agents: [
        agentOf('scripted', 'fraction' in sizing ? byFraction(sizing.fraction) : 'notional' in sizing ? byNotional(sizing.notional) : byQuantity(sizing.quantity), {
          entry: entry === 'MARKET' ? MARKET : limitEntry(entry.offsetBps, { timeInForce: entry.holds ? 'HOUR' : 'IOC' }),
        }),
      ],
      costs: {
        fees: feesOf(fees.maker, fees.taker, fees.paidIn === 'third' ? { third: 'CCC' } : fees.paidIn),
        slippage: 'constant' in slippage ? { kind: 'constant', bps: bps(slippage.constant) } : { kind: 'spread_impact', impactBps: bps(slippage.impact) },
        participation: optional(participation, share),
      },
      profile: profileOf(scene.rules),
      timeframe: scene.stepsPerHour === 1 ? '1h' : '5m',
    },
    [[]],
  );
};

/** The same scene as core sees it. */
const viewOf = (scene: SlowScene): GateView => {
  const desk = deskFor(scene);
  const slot = NOW * scene.stepsPerHour;
  const marks = noMarks(SYMBOLS.length);
  const volumes = noVolumes(scene.participation === null ? 0 : SYMBOLS.length);
  scene.markets.forEach(({ mark, ageSteps, volumes: traded }, index) => {
    if (mark !== null) {
      ({ mantissa: marks.mantissa[index], scale: marks.scale[index] } = mantissaOf(mark));
      marks.slot[index] = slot - ageSteps;
    }
    if (scene.participation === null) return;
    traded.forEach((text, cell) => ({ mantissa: volumes.mantissa[VOLUME_WINDOW * index + cell], scale: volumes.scale[VOLUME_WINDOW * index + cell] } = mantissaOf(text)));
    volumes.count[index] = traded.length;
  });
  const lots = scene.lots.map((lot, at): Lot => ({ id: `1.0.${at}` as LotId, agent: lot.agent, symbol: marketSymbol(lot.symbol), quantity: quantity(decimal(lot.quantity)), cost: money(decimal(lot.cost)), fee: money(0n), acquiredMs: timeMs(0) }));
  const positions = lots.reduce((sum, lot) => sum + (worthAtMark(marks, desk.indexOf.get(lot.symbol)!, lot.quantity) ?? lot.cost), 0n);
  const cash = money(decimal(scene.cash));
  const valuation = { cash, positions: money(positions), value: money(cash + positions), unitValue: money(decimal('1')) };
  const working = scene.orders.map((order, at) => workingOrder({ id: `${NOW}.0.${at}` as OrderId, agent: order.agent, symbol: marketSymbol(order.symbol), side: order.side, reserved: money(decimal(order.reserved)), reservedExposure: money(decimal(order.exposure)) }));
  const { profile } = desk.manifest;
  const { cooldown, losing, lock, day } = scene.pauses;
  const symbolUntil = (hour: number | null) => (hour === null ? [] : [{ symbol: desk.symbols[0]!, untilHour: hourUtc(hour) }]);
  const protections = { ...NO_PROTECTIONS, cooldowns: symbolUntil(cooldown), locks: symbolUntil(lock), pausedUntilHour: optional(losing, hourUtc), day: day === null ? null : { day: (day + 1) / 24 - 1, unitValue: money(decimal('1')), lost: true } };
  const { book } = scene.markets[0]!;
  const tier = TIERS.findIndex(({ base, positions: share_ }) => base === scene.rules.tier?.base && share_ === scene.rules.tier.positions);
  const risk = riskViewOf(
    { desk, lots, marks, valuation },
    {
      standing: { ...UNHINDERED, status: scene.standing === 'REVIEW' ? 'ACTIVE' : scene.standing, review: scene.standing === 'REVIEW' },
      terms: tierTerms(profile, Math.max(tier, 0)),
      protections,
      placed: scene.placed,
      books: new Map(book === null ? [] : [[0, { bid: price(decimal(book.bid)), ask: price(decimal(book.ask)), askQuantity: quantity(decimal(book.askQuantity)), ageMs: book.ageMs }]]),
    },
  );
  return { desk, hour: hourUtc(NOW), slot, marks, volumes, returns: returnsOf(scene.markets[0]!.closes), lots, orders: ordersOf({ working }), valuation, risk };
};

const words = ({ code, limit, usage, asked }: Violation): string => [code, ...[limit, usage, asked].map(formatDecimal)].join(' ');

const answerOf = (scene: SlowScene): SlowAnswer => {
  const view = viewOf(scene);
  const { left, fraction: part, expected } = scene.wish;
  const wish = longWish({ symbol: view.desk.symbols[0]!, quantity: optional(left, text => quantity(decimal(text))), fraction: share(part), expectedReturn: optional(expected, share) });
  const answer = gateEntry(view, { agent: view.desk.agents[0]!, index: 0, wish });
  if (answer.granted === null) return { refused: answer.violations.map(words) };
  const { quantity: units, mark, limitPrice, collarPrice, reserved, reservedExposure, costGate, volatility } = answer.granted;
  const text = (amount: bigint | null): string | null => optional(amount, formatDecimal);
  return { granted: { quantity: formatDecimal(units), mark: formatDecimal(mark), limit: text(limitPrice), collar: text(collarPrice), reserved: formatDecimal(reserved), exposure: formatDecimal(reservedExposure), costGate, volatility } };
};

test('tiers of the twin are those of the presets', () => {
  expect(PROFILES.balanced.drawdown.tiers.map(({ base, positions }) => ({ base: formatDecimal(base), positions: formatDecimal(positions) }))).toEqual(TIERS);
  expect(whole(1)).toBe(decimal('1'));
});

describe('the gates of an entry', () => {
  test('grant and refuse as their slow twin does, with the same evidence', () => {
    const seen = new Map<string, number>();
    const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
    fc.assert(
      fc.property(scenes, scene => {
        const slow = slowGate(scene);
        expect(answerOf(scene)).toEqual(slow);
        if ('refused' in slow) for (const refusal of new Set(slow.refused.map(line => line.split(' ')[0]!))) count(refusal);
        else for (const what of ['granted', slow.granted.costGate, String(slow.granted.volatility), slow.granted.limit === null ? 'market' : 'limit']) count(what);
      }),
      { seed: 20_261_121, numRuns: 3_000 },
    );
    const codes = ENTRY_GATES.filter(({ kind, code }) => kind !== 'outright' && code !== 'INSTRUMENT_NOT_TRADABLE' && code !== 'NON_POSITIVE_VALUE').map(({ code }) => code);
    const wanted = [...codes, 'granted', 'COST_GATE_PASSED', 'COST_GATE_NOT_APPLICABLE', 'VOLATILITY_SIZED', 'VOLATILITY_MISSING', 'VOLATILITY_NOT_APPLIED', 'null', 'market', 'limit'];
    expect(wanted.filter(what => (seen.get(what) ?? 0) < 8), 'what these desks hardly ever said').toEqual([]);
  }, 60_000);
});
