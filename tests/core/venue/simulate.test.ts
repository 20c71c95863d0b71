/**
 * The golden vectors of specs/fills.md, through the simulated venue. Their expected facts come from the Python twin of
 * that page and were read over by hand; tests/core/fills-oracle.test.ts asks the twin again.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../../core/kernel/canonical.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { asset, fraction, money, price, quantity } from '../../../core/kernel/units.ts';
import type { CostModel } from '../../../core/manifest.ts';
import type { OrderId } from '../../../core/log.ts';
import type { WorkingOrder } from '../../../core/orders/order.ts';
import type { FeeStock } from '../../../core/venue/fees.ts';
import { simulateVenue } from '../../../core/venue/simulate.ts';
import { agentOf, byQuantity, deskOf, feedFor, feesOf, FREE, instrument, KRAKEN_COSTS } from '../../support/desk.ts';
import type { Rules } from '../../support/desk.ts';
import { candlesFrom } from '../../support/market.ts';
import { altered, workingOrder } from '../../support/orders.ts';

type OrderText = Readonly<{
  side: WorkingOrder['side'];
  orderType: WorkingOrder['orderType'];
  timeInForce?: WorkingOrder['timeInForce'];
  postOnly?: boolean;
  quantity: string;
  filled?: string;
  limitPrice?: string;
  collarPrice?: string;
  reserved?: string;
  acknowledged?: boolean;
  cancelReason?: string;
}>;
type Case = Readonly<{
  name: string;
  instrument: string;
  costs: string;
  order: OrderText;
  candle: readonly [string, string, string, string] | null;
  last: boolean;
  stock?: Readonly<{ asset: string; quantity: string; mark: string; decimals: number }> | null;
  facts: readonly Readonly<Record<string, unknown>>[];
}>;
type Vectors = Readonly<{
  instruments: Readonly<Record<string, Rules & Readonly<{ symbol: string }>>>;
  costs: Readonly<Record<string, Omit<CostModel, 'participation'> & Readonly<{ participation: string | null }>>>;
  cases: readonly Case[];
}>;

const vectors = JSON.parse(readFileSync(new URL('../../../specs/vectors/fills.json', import.meta.url), 'utf8')) as Vectors;

const amount = (text: string | undefined): bigint | null => (text === undefined ? null : decimal(text));

const orderOf = (text: OrderText, symbol: string, placedStep: number): WorkingOrder => workingOrder({
  id: '1.0.0' as OrderId,
  agent: 'main',
  symbol: instrument(symbol).symbol,
  side: text.side,
  orderType: text.orderType,
  timeInForce: text.timeInForce ?? 'HOUR',
  postOnly: text.postOnly ?? false,
  quantity: quantity(decimal(text.quantity)),
  filled: quantity(amount(text.filled) ?? 0n),
  limitPrice: amount(text.limitPrice) as WorkingOrder['limitPrice'],
  collarPrice: amount(text.collarPrice) as WorkingOrder['collarPrice'],
  reserved: money(amount(text.reserved) ?? 0n),
  reservedExposure: money(0n),
  placedStep,
  status: text.acknowledged === true ? 'ACKNOWLEDGED' : 'NEW',
  cancelReason: text.cancelReason ?? null,
});

const stockOf = (stock: Case['stock']): FeeStock | null =>
  stock === null || stock === undefined
    ? null
    : { asset: asset(stock.asset), quantity: quantity(decimal(stock.quantity)), mark: price(decimal(stock.mark)), decimals: stock.decimals };

const answersTo = ({ instrument: rulesName, costs: costsName, order, candle, last, stock }: Case) => {
  const { symbol, ...rules } = vectors.instruments[rulesName]!;
  const { participation, ...costs } = vectors.costs[costsName]!;
  const desk = deskOf({
    universe: [instrument(symbol, rules)],
    agents: [agentOf('buy-and-hold', byQuantity('1'))],
    costs: { ...costs, participation: participation === null ? null : fraction(decimal(participation)) },
    timeframe: last ? '1h' : '5m',
  });
  const step = last ? 500_000 : 6_000_000;
  const [open, high, low, volume] = candle ?? [];
  const market = feedFor(desk, [candle === null ? [] : candlesFrom(step, `${open} ${high} ${low} ${open} ${volume}`)])(step);
  return simulateVenue({ desk, market, step }, [orderOf(order, symbol, step - 1)], stockOf(stock));
};

/** As the page shows them: every order is 1.0.0 and every trade its first. */
const shown = (fact: object): unknown => {
  const { orderId, tradeId, ...rest } = JSON.parse(canonicalText(fact)) as Readonly<Record<string, unknown>>;
  expect([orderId, tradeId ?? '1.0.0/1']).toEqual(['1.0.0', '1.0.0/1']);
  return rest;
};

describe('golden vectors', () => {
  test.each(vectors.cases.map(vector => [vector.name, vector] as const))('%s', (_, vector) => {
    expect(answersTo(vector).map(shown)).toEqual(vector.facts);
  });

  test('they cover every kind of answer and every reason of the venue', () => {
    const facts = vectors.cases.flatMap(vector => vector.facts);
    const kinds = [...new Set(facts.map(fact => String(fact['type'])))].sort((left, right) => (left < right ? -1 : 1));
    expect(kinds).toEqual(['order_acknowledged', 'order_cancelled', 'order_expired', 'order_filled', 'order_rejected']);
    const reasons = new Set(facts.filter(fact => fact['type'] === 'order_expired').map(fact => fact['reason']));
    for (const reason of ['COLLAR', 'FEE_TAKES_ALL', 'FOK_NOT_WHOLE', 'NOT_REACHED', 'NO_CANDLE', 'PARTICIPATION', 'RESERVATION']) {
      expect(reasons).toContain(reason);
    }
  });
});

describe('several orders in one step', () => {
  const candle = candlesFrom(500_000, '100 110 90 100 1000');
  const stock: FeeStock = { asset: asset('BNB'), quantity: quantity(decimal('1.5')), mark: price(decimal('1')), decimals: 8 };
  const sale = (id: string, symbol: string): WorkingOrder =>
    altered(orderOf({ side: 'SELL', orderType: 'MARKET', quantity: '10' }, symbol, 499_999), { id: id as OrderId });

  test('share the volume of their candle, in order of placement', () => {
    const desk = deskOf({ universe: [instrument('BTC/USD')], agents: [agentOf('buy-and-hold', byQuantity('1'))], costs: KRAKEN_COSTS });
    const market = feedFor(desk, [candle])(500_000);
    const both = [sale('1.0.0', 'BTC/USD'), altered(sale('1.0.1', 'BTC/USD'), { quantity: quantity(decimal('25')) })];
    const quantities = simulateVenue({ desk, market, step: 500_000 }, both, null).map(fact => (fact.type === 'order_filled' ? fact.quantity : null));
    expect(quantities).toEqual([decimal('10'), decimal('15'), null]);
  });

  test('share the stock of a third fee asset in order of placement', () => {
    const desk = deskOf({
      universe: [instrument('BNB/USD'), instrument('BTC/USD'), instrument('ETH/USD')],
      agents: [agentOf('buy-and-hold', byQuantity('1'))],
      costs: { ...FREE, fees: feesOf(1_000, 1_000, { third: 'BNB' }) },
    });
    const market = feedFor(desk, [candle, candle, candle])(500_000);
    const working = [sale('1.0.9', 'ETH/USD'), sale('1.0.10', 'BTC/USD')];
    const fees = simulateVenue({ desk, market, step: 500_000 }, working, stock).map(fact => (fact.type === 'order_filled' ? [fact.orderId, fact.feeAsset, fact.fee] : null));
    expect(fees).toEqual([
      ['1.0.9', 'BNB', decimal('1')],
      ['1.0.10', 'USD', decimal('1')],
    ]);
  });

  test('a purchase of the third asset leaves the stock to the others', () => {
    const desk = deskOf({
      universe: [instrument('BNB/USD'), instrument('ETH/USD')],
      agents: [agentOf('buy-and-hold', byQuantity('1'))],
      costs: { ...FREE, fees: feesOf(1_000, 1_000, { third: 'BNB' }) },
    });
    const market = feedFor(desk, [candle, candle])(500_000);
    const purchase = altered(orderOf({ side: 'BUY', orderType: 'MARKET', quantity: '1000', reserved: '200000' }, 'BNB/USD', 499_999), { id: '1.0.1' as OrderId });
    const fees = simulateVenue({ desk, market, step: 500_000 }, [purchase, sale('1.0.2', 'ETH/USD')], stock).map(fact =>
      fact.type === 'order_filled' ? [fact.feeAsset, fact.fee] : null,
    );
    expect(fees).toEqual([
      ['BNB', decimal('1')],
      ['BNB', decimal('1')],
    ]);
  });
});

describe('the life of an order', () => {
  const desk = deskOf({ universe: [instrument('BTC/USD')], agents: [agentOf('buy-and-hold', byQuantity('1'))], timeframe: '5m' });
  const feed = feedFor(desk, [candlesFrom(6_000_000, Array.from({ length: 12 }, () => '100 101 99 100 1').join('\n'))]);
  const resting = orderOf({ side: 'BUY', orderType: 'LIMIT', quantity: '1', limitPrice: '98', reserved: '98' }, 'BTC/USD', 5_999_999);

  test('is twelve steps of five minutes', () => {
    let working = resting;
    const kinds: string[] = [];
    for (let step = 6_000_000; step < 6_000_012; step += 1) {
      for (const fact of simulateVenue({ desk, market: feed(step), step }, [working], null)) {
        kinds.push(`${step - 5_999_999} ${fact.type}`);
        working = altered(working, { status: 'ACKNOWLEDGED' });
      }
    }
    expect(kinds).toEqual(['1 order_acknowledged', '12 order_expired']);
  });
});
