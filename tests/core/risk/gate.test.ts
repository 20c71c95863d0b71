/** The gate of entries: each refusal once, at its boundary and one unit past it, and what a grant sets aside. */
import { describe, expect, test } from 'vitest';
import type { Desk } from '../../../core/desk.ts';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { bps, fraction, marketSymbol, money, quantity, timeMs } from '../../../core/kernel/units.ts';
import type { LotId, RiskStatus } from '../../../core/events.ts';
import type { OrderId } from '../../../core/log.ts';
import type { Lot } from '../../../core/lots/lot.ts';
import { noMarks, observeMarket } from '../../../core/market/marks.ts';
import { noVolumes, observeVolumes } from '../../../core/market/volumes.ts';
import type { WorkingOrder } from '../../../core/orders/order.ts';
import { gateEntry } from '../../../core/risk/gate.ts';
import type { GateAnswer } from '../../../core/risk/gate.ts';
import { freeCash, isDust } from '../../../core/risk/gate-view.ts';
import type { GateView } from '../../../core/risk/gate-view.ts';
import { noReturns } from '../../../core/risk/returns.ts';
import { UNHINDERED } from '../../../core/risk/risk-standing.ts';
import type { Opening } from '../../support/desk.ts';
import { agentOf, byFraction, byNotional, byQuantity, deskOf, feedFor, feesOf, FREE, instrument, KRAKEN_COSTS, limitEntry, moneyOf, START } from '../../support/desk.ts';
import { candlesFrom } from '../../support/market.ts';
import { altered, longWish, ordersOf, workingOrder } from '../../support/orders.ts';
import { BALANCED_CAPS, cappedBy } from '../../support/profiles.ts';
import { riskViewOf } from '../../support/risk-views.ts';

const lot = (agent: string, symbol: string, held: string): Lot => ({
  id: `1.0.${agent}${symbol}` as LotId,
  agent,
  symbol: marketSymbol(symbol),
  quantity: quantity(decimal(held)),
  cost: money(0n),
  fee: money(0n),
  acquiredMs: timeMs(0),
});

const workingBuy = (agent: string, symbol: string, amounts: Readonly<{ reserved: string; exposure: string }>): WorkingOrder =>
  workingOrder({
    id: `2.0.${agent}${symbol}` as OrderId,
    agent,
    symbol: marketSymbol(symbol),
    quantity: quantity(1n),
    reserved: moneyOf(amounts.reserved),
    reservedExposure: moneyOf(amounts.exposure),
    placedStep: START,
  });

type Around = Partial<Opening> &
  Readonly<{
    /** Hours since the only candle, whose close is 100 and whose volume 1,000. */
    age?: number;
    positions?: string;
    freeCash?: string;
    lots?: readonly Lot[];
    working?: readonly WorkingOrder[];
    status?: RiskStatus;
    left?: string;
    noCandle?: boolean;
  }>;

const UNIVERSE = ['BTC/USD', 'ETH/USD', 'SOL/USD'].map(symbol => instrument(symbol));

const viewOf = (desk: Desk, around: Around): GateView => {
  const one = around.noCandle === true ? [] : candlesFrom(START, '100 100 100 100 1000');
  const market = feedFor(desk, desk.symbols.map(() => one))(START);
  const cash = moneyOf(around.freeCash ?? '10000');
  const positions = moneyOf(around.positions ?? '0');
  const marks = observeMarket(desk, noMarks(desk.symbols.length), market, []);
  const valuation = { cash, positions, value: money(cash + positions), unitValue: money(0n) };
  const lots = around.lots ?? [];
  return {
    desk,
    hour: START,
    slot: START + (around.age ?? 0),
    marks,
    returns: noReturns(0),
    volumes: observeVolumes(noVolumes(desk.manifest.costs.participation === null ? 0 : desk.symbols.length), market),
    lots,
    orders: ordersOf({ working: around.working ?? [] }),
    valuation,
    risk: riskViewOf({ desk, lots, marks, valuation }, { standing: { ...UNHINDERED, status: around.status ?? 'ACTIVE' } }),
  };
};

/** Asks for BTC on behalf of `main`. */
const asked = (around: Around): GateAnswer => {
  const desk = deskOf({ universe: UNIVERSE, agents: [agentOf('buy-and-hold', byQuantity('1'))], ...around });
  const symbol = marketSymbol('BTC/USD');
  const left = around.left === undefined ? null : quantity(decimal(around.left));
  return gateEntry(viewOf(desk, around), { agent: desk.agents[0]!, index: 0, wish: longWish({ symbol, quantity: left }) });
};

const text = (amount: bigint): string => formatDecimal(amount);

/** `code limit usage asked` of each violation. */
const refusedBy = (around: Around): readonly string[] => {
  const answer = asked(around);
  return answer.granted === null ? answer.violations.map(({ code, limit, usage, asked: more }) => `${code} ${text(limit)} ${text(usage)} ${text(more)}`) : [];
};

const grantedOf = (around: Around) => {
  const answer = asked(around);
  if (answer.granted === null) throw new Error(answer.violations.map(({ code }) => code).join(' '));
  return answer.granted;
};
const quantityOf = (around: Around): string => text(grantedOf(around).quantity);

describe('blocks', () => {
  const wide = cappedBy({ perPosition: '0.05', total: '0.6', positions: 2, maxChase: '0.01' });
  const two = [lot('main', 'ETH/USD', '1'), lot('main', 'SOL/USD', '1')];

  test.each<readonly [string, Around, readonly string[]]>([
    ['a kill', { status: 'KILLED' }, ['KILLED 0 0 0']],
    ['a halt', { status: 'HALTED' }, ['HALTED 0 0 0']],
    ['no mark', { noCandle: true }, ['MARK_MISSING 0 0 0']],
    ['a mark of 24 hours', { age: 24, universe: [instrument('BTC/USD', { absent: 'quiet' })] }, ['MARK_STALE 24 24 0']],
    ['data missing for more than 3 hours', { age: 4 }, ['DATA_MISSING 3 4 0']],
    ['a stale mark is said once', { age: 25 }, ['MARK_STALE 24 25 0']],
    ['all slots taken', { profile: wide, lots: two }, ['POSITION_COUNT 2 2 1']],
    ['a slot taken by an order', { profile: wide, lots: two.slice(1), working: [workingBuy('main', 'ETH/USD', { reserved: '1', exposure: '1' })] }, ['POSITION_COUNT 2 2 1']],
    ['a slot taken by the same symbol of another agent', { profile: cappedBy({ perPosition: '0.05', total: '0.6', positions: 1, maxChase: '0.01' }), lots: [lot('other', 'BTC/USD', '1')] }, ['POSITION_COUNT 1 1 1']],
    ['no free cash', { working: [workingBuy('main', 'ETH/USD', { reserved: '10000', exposure: '1' })] }, ['INSUFFICIENT_CASH 0 10000 0']],
    ['no cash at all', { freeCash: '0' }, ['NON_POSITIVE_VALUE 0 0 0', 'INSUFFICIENT_CASH 0 0 0']],
    [
      'everything at once, most severe first',
      { status: 'KILLED', age: 5, profile: wide, lots: two, freeCash: '0' },
      ['KILLED 0 0 0', 'NON_POSITIVE_VALUE 0 0 0', 'DATA_MISSING 3 5 0', 'POSITION_COUNT 2 2 1', 'PASSIVE_BREACH 0 200 0', 'INSUFFICIENT_CASH 0 0 0'],
    ],
  ])('%s', (_, around, expected) => {
    expect(refusedBy(around)).toEqual(expected);
  });

  test.each<readonly [string, Around]>([
    ['a mark of 23 hours in a quiet market', { age: 23, universe: [instrument('BTC/USD', { absent: 'quiet' })] }],
    ['data missing for exactly 3 hours', { age: 3 }],
    ['one slot left', { profile: wide, lots: two.slice(1) }],
    ['its own slot', { profile: wide, lots: [lot('main', 'BTC/USD', '0.01'), lot('main', 'ETH/USD', '1')] }],
    ['dust', { profile: wide, lots: [...two.slice(1), lot('main', 'ETH/USD', '0.000000009999999999')] }],
    ['what the treasury holds', { profile: cappedBy({ perPosition: '0.05', total: '0.6', positions: 1, maxChase: '0.01' }), lots: [lot('treasury', 'SOL/USD', '1')] }],
    ['a sale that works', { profile: wide, lots: two.slice(1), working: [altered(workingBuy('main', 'ETH/USD', { reserved: '0', exposure: '0' }), { side: 'SELL' })] }],
  ])('%s is no block', (_, around) => {
    expect(refusedBy(around)).toEqual([]);
  });

  test('severities', () => {
    const { violations } = asked({ status: 'KILLED', age: 5, profile: wide, lots: two }) as Extract<GateAnswer, { granted: null }>;
    expect(violations.map(({ severity }) => severity)).toEqual(['CRITICAL', 'HIGH', 'MEDIUM']);
  });
});

describe('sizes', () => {
  test.each<readonly [string, Around, string]>([
    ['a quantity as given', { agents: [agentOf('buy-and-hold', byQuantity('1.5'))] }, '1.5'],
    ['a quantity floored to the lot', { agents: [agentOf('buy-and-hold', byQuantity('1.5'))], universe: [instrument('BTC/USD', { lot: '1' })] }, '1'],
    ['a notional at the mark', { agents: [agentOf('buy-and-hold', byNotional('333.33'))] }, '3.3333'],
    ['a fraction of the value', { agents: [agentOf('buy-and-hold', byFraction('0.25'))], positions: '2000' }, '30'],
    ['what is left of the intent', { left: '0.75', agents: [agentOf('buy-and-hold', byFraction('0.25'))] }, '0.75'],
    ['a notional at the limit', { agents: [agentOf('buy-and-hold', byNotional('990'), { entry: limitEntry(100) })] }, '10'],
  ])('%s', (_, around, expected) => {
    expect(quantityOf(around)).toBe(expected);
  });
});

describe('clips', () => {
  const capped = cappedBy({ total: '0.5' });
  const each = cappedBy({ perPosition: '0.1', positions: 12, maxChase: '0' });
  const many = [agentOf('buy-and-hold', byQuantity('1000'))];

  test.each<readonly [string, Around, string]>([
    ['the total cap: half of 10,000 at 100', { agents: many, profile: capped }, '50'],
    ['the total cap less what is held and what is being bought', { agents: many, profile: capped, positions: '2000', freeCash: '8000', working: [workingBuy('main', 'ETH/USD', { reserved: '0', exposure: '1000.01' })] }, '19.9999'],
    ['the cap of a position', { agents: many, profile: each }, '10'],
    ['the cap of a position less what is held of it', { agents: many, profile: each, lots: [lot('main', 'BTC/USD', '3')], positions: '300', freeCash: '9700' }, '7'],
    ['the cap of a position less its own order, not that of another agent', { agents: many, profile: each, working: [workingBuy('main', 'BTC/USD', { reserved: '0', exposure: '250' }), workingBuy('x', 'BTC/USD', { reserved: '0', exposure: '99' })] }, '7.5'],
    ['free cash', { agents: many, working: [workingBuy('main', 'ETH/USD', { reserved: '4000', exposure: '0' })] }, '60'],
    ['free cash with a fee', { agents: many, costs: { ...FREE, fees: feesOf(0, 250_000) } }, '80'],
    ['free cash with a fee in what is received', { agents: many, costs: { ...FREE, fees: feesOf(0, 250_000, 'received') } }, '100'],
    ['free cash with a fee in a third asset, which may fall back to quote', { agents: many, costs: { ...FREE, fees: feesOf(0, 250_000, { third: 'SOL' }) } }, '80'],
    ['2.5 % of the median volume', { agents: many, costs: KRAKEN_COSTS }, '25'],
  ])('%s', (_, around, expected) => {
    expect(quantityOf(around)).toBe(expected);
  });

  test.each<readonly [string, Around, readonly string[]]>([
    ['the total cap, reached exactly', { profile: capped, positions: '5000', freeCash: '5000' }, ['TOTAL_CAP 5000 5000 100']],
    ['the total cap, passed by the price', { profile: capped, positions: '6000', freeCash: '4000' }, ['TOTAL_CAP 5000 6000 100']],
    ['the cap of a position, reached exactly', { profile: each, lots: [lot('main', 'BTC/USD', '10')], positions: '1000', freeCash: '9000' }, ['PER_POSITION_CAP 1000 1000 100']],
    ['less cash than a lot costs', { universe: [instrument('BTC/USD', { lot: '1' })], freeCash: '99.99999999' }, ['INSUFFICIENT_CASH 99.99999999 0 100']],
    ['less cash than a lot and its fee cost', { universe: [instrument('BTC/USD', { lot: '1' })], freeCash: '100', costs: { ...FREE, fees: feesOf(0, 1) } }, ['INSUFFICIENT_CASH 100 0 100']],
    ['less volume than a lot', { universe: [instrument('BTC/USD', { lot: '26' })], agents: [agentOf('buy-and-hold', byQuantity('26'))], costs: KRAKEN_COSTS }, ['NO_VOLUME 25 0 26']],
    ['a wish below the lot', { universe: [instrument('BTC/USD', { lot: '2' })] }, ['BELOW_LOT 2 0 1']],
    ['a wish below the minimum', { universe: [instrument('BTC/USD', { minNotional: '100.00000001' })] }, ['BELOW_MINIMUM 100.00000001 0 100']],
    ['clipped below the minimum', { universe: [instrument('BTC/USD', { minNotional: '2501' })], agents: many, costs: KRAKEN_COSTS }, ['NO_VOLUME 25 0 1000', 'BELOW_MINIMUM 2501 0 2500']],
    ['a limit below the minimum at its own price', { universe: [instrument('BTC/USD', { minNotional: '100' })], agents: [agentOf('buy-and-hold', byQuantity('1'), { entry: limitEntry(1) })] }, ['BELOW_MINIMUM 100 0 99.99']],
  ])('refused: %s', (_, around, expected) => {
    expect(refusedBy(around)).toEqual(expected);
  });

  test.each<readonly [string, Around]>([
    ['exactly one lot of cash and fee', { universe: [instrument('BTC/USD', { lot: '1' })], freeCash: '100.4', costs: { ...FREE, fees: feesOf(0, 4_000) } }],
    ['exactly the minimum', { universe: [instrument('BTC/USD', { minNotional: '100' })] }],
    ['exactly the volume of a lot', { universe: [instrument('BTC/USD', { lot: '1' })], costs: { ...KRAKEN_COSTS, participation: fraction(decimal('0.001')) } }],
    ['exactly the room of a lot under the total cap', { universe: [instrument('BTC/USD', { lot: '1' })], profile: capped, positions: '4900', freeCash: '5100' }],
  ])('granted: %s', (_, around) => {
    expect(quantityOf(around)).toBe('1');
  });
});

describe('what a grant sets aside', () => {
  const costs = { ...FREE, fees: feesOf(2_500, 4_000) };

  test.each<readonly [string, Around, readonly (string | null)[]]>([
    //                                                            quantity  limit   collar   reserved  exposure
    ['at the mark without a collar', { costs }, ['1', null, null, '100.4', '100']],
    ['at the collar', { costs, profile: BALANCED_CAPS }, ['1', null, '101', '101.404', '101']],
    ['at the limit, which has no collar', { costs, profile: BALANCED_CAPS, agents: [agentOf('buy-and-hold', byQuantity('1'), { entry: limitEntry(250) })] }, ['1', '97.5', null, '97.89', '97.5']],
    ['at a limit rounded down to the tick', { universe: [instrument('BTC/USD', { tick: '0.5' })], agents: [agentOf('buy-and-hold', byQuantity('1'), { entry: limitEntry(1) })] }, ['1', '99.5', null, '99.5', '99.5']],
    ['at a limit of at least one tick', { universe: [instrument('BTC/USD', { tick: '0.5' })], agents: [agentOf('buy-and-hold', byQuantity('1'), { entry: limitEntry(10_000) })] }, ['1', '0.5', null, '0.5', '0.5']],
    ['with the dearer of both rates', { costs: { ...FREE, fees: feesOf(5_000, 1_000) } }, ['1', null, null, '100.5', '100']],
    ['without a fee that what is received pays', { costs: { ...FREE, fees: feesOf(5_000, 1_000, 'received') } }, ['1', null, null, '100', '100']],
    ['the cap of a position at the collar, in full', { costs, profile: BALANCED_CAPS, agents: [agentOf('buy-and-hold', byFraction('1'))] }, ['4.95049504', null, '101', '501.99999904', '499.99999904']],
  ])('%s', (_, around, expected) => {
    const { quantity: size, limitPrice, collarPrice, reserved, reservedExposure } = grantedOf(around);
    expect([text(size), limitPrice === null ? null : text(limitPrice), collarPrice === null ? null : text(collarPrice), text(reserved), text(reservedExposure)]).toEqual(expected);
  });
});

describe('dust', () => {
  const desk = deskOf({ universe: [instrument('BTC/USD', { lot: '0.001', minNotional: '10' }), instrument('ETH/USD')], agents: [agentOf('buy-and-hold', byQuantity('1'))], costs: { ...FREE, slippage: { kind: 'constant', bps: bps(0) } } });

  test.each([
    ['0.0009', true],
    ['0.0999', true],
    ['0.1', false],
    ['0.1009', false],
  ])('%s of a lot of 0.001 and a minimum of 10 at 100: %s', (held, expected) => {
    expect(isDust(viewOf(desk, {}), 0, quantity(decimal(held)))).toBe(expected);
  });

  test('without a mark is told by the lot alone', () => {
    const view = viewOf(desk, { noCandle: true });
    expect([isDust(view, 0, quantity(decimal('0.001'))), isDust(view, 0, quantity(decimal('0.0009')))]).toEqual([false, true]);
  });
});

test('free cash is what no order has set aside', () => {
  const working = [workingBuy('main', 'ETH/USD', { reserved: '30', exposure: '0' }), workingBuy('main', 'SOL/USD', { reserved: '12.5', exposure: '0' })];
  expect(freeCash(moneyOf('100'), ordersOf({ working }))).toBe(decimal('57.5'));
});
