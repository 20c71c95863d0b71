/** Lots and postings of fills: the golden vectors of specs/ledger.md, and sequences of fills against the slow twin. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Decision, LotMatched } from '../../../core/events.ts';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { startOfHour } from '../../../core/kernel/hours.ts';
import { asset, marketSymbol, money, price, quantity } from '../../../core/kernel/units.ts';
import { balancesOf } from '../../../core/ledger/ledger.ts';
import type { Ledger } from '../../../core/ledger/ledger.ts';
import { openBooks } from '../../../core/ledger/open-books.ts';
import { postBookings } from '../../../core/ledger/post.ts';
import { bookFills } from '../../../core/lots/book-fills.ts';
import type { Lots } from '../../../core/lots/lot.ts';
import type { BookedFill } from '../../../core/orders/venue-answers.ts';
import { agentOf, byQuantity, decisionsOf, deskOf, factsOf, instrument, runHours, START } from '../../support/desk.ts';
import { drawsOf } from '../../support/market.ts';
import { workingOrder } from '../../support/orders.ts';
import { slowBooks } from '../../support/slow-books.ts';
import type { SlowFill, SlowOpening } from '../../support/slow-books.ts';
import { drawRun } from '../../properties/openings.ts';

type Case = SlowOpening &
  Readonly<{
    name: string;
    fills: readonly (SlowFill & Readonly<{ trade: string }>)[];
    opened: readonly (readonly string[])[];
    matches: readonly (readonly (number | string | boolean)[])[];
    entries: readonly (readonly [string, string, readonly (readonly string[])[]])[];
    lots: readonly (readonly string[])[];
    balances: readonly (readonly string[])[];
  }>;
const { cases } = JSON.parse(readFileSync(new URL('../../../specs/vectors/books.json', import.meta.url), 'utf8')) as Readonly<{ cases: readonly Case[] }>;

const text = (amount: bigint): string => formatDecimal(amount);

const ORDER = workingOrder({ agent: '', symbol: marketSymbol(''), quantity: quantity(0n) });

const bookedFill = (fill: SlowFill, tradeId: string): BookedFill => ({
  order: { ...ORDER, agent: fill.agent, symbol: marketSymbol(fill.symbol), side: fill.side },
  fact: {
    type: 'order_filled',
    atMs: startOfHour(START),
    orderId: ORDER.id,
    tradeId,
    quantity: quantity(decimal(fill.quantity)),
    price: price(decimal(fill.price)),
    fee: quantity(decimal(fill.fee)),
    feeAsset: asset(fill.feeAsset),
    feeValue: money(decimal(fill.feeValue)),
    liquidity: 'TAKER',
  },
});

const openedDesk = (opening: SlowOpening) =>
  deskOf({
    universe: ['BNB/USD', 'BTC/USD', 'ETH/USD'].map(symbol => instrument(symbol)),
    agents: [agentOf('buy-and-hold', byQuantity('1'))],
    ...opening,
  });

/** Opens the books and books each fill in a step of its own. */
const booked = (opening: SlowOpening, fills: readonly SlowFill[]): Readonly<{ lots: Lots; ledger: Ledger; log: readonly Decision[] }> => {
  const log: Decision[] = [];
  const opened = openBooks(openedDesk(opening), { hour: 1, step: 0 }, log);
  let { lots, ledger } = opened;
  fills.forEach((fill, index) => {
    const made = bookFills(lots, [bookedFill(fill, `t${index + 1}`)], { hour: 2 + index, step: 0 }, log);
    ledger = postBookings(ledger, made.bookings, asset('USD'), log);
    ({ lots } = made);
  });
  return { lots, ledger, log };
};

const ofType = <Type extends Decision['type']>(log: readonly Decision[], type: Type): readonly Extract<Decision, { type: Type }>[] =>
  log.filter((decision): decision is Extract<Decision, { type: Type }> => decision.type === type);

const lotLine = (lot: Readonly<{ agent: string; symbol: string; quantity: bigint; cost: bigint; fee: bigint }>): readonly string[] => [
  lot.agent,
  lot.symbol,
  text(lot.quantity),
  text(lot.cost),
  text(lot.fee),
];

describe('golden vectors', () => {
  test.each(cases.map(vector => [vector.name, vector] as const))('%s', (_, vector) => {
    const { lots, ledger, log } = booked(vector, vector.fills);
    const opened = ofType(log, 'lot_opened');
    const number = new Map(opened.map((lot, index) => [lot.id, index]));
    const matchLine = (match: LotMatched) => [
      number.get(match.lotId),
      ...[match.quantity, match.cost, match.entryFee, match.proceeds, match.exitFee, match.result].map(text),
      match.paidFee,
    ];
    expect(opened.map(lotLine)).toEqual(vector.opened);
    expect(ofType(log, 'lot_matched').map(matchLine)).toEqual(vector.matches);
    expect(ofType(log, 'ledger_posted').map(({ kind, reference, postings }) => [kind, reference, postings.map(made => [made.account, made.asset, text(made.amount)])])).toEqual(
      vector.entries,
    );
    expect(lots.map(lotLine)).toEqual(vector.lots);
    expect(balancesOf(ledger).map(({ account, asset: held, amount }) => [account, held, text(amount)])).toEqual(vector.balances);
  });

  test.each(cases.map(vector => [vector.name, vector] as const))('the slow twin agrees: %s', (_, vector) => {
    const slow = slowBooks(vector, vector.fills);
    expect(slow.lots).toEqual(vector.lots);
    expect(slow.results).toEqual(vector.matches.map(match => match[6]));
    expect(slow.balances).toEqual(Object.fromEntries(vector.balances.map(([account, held, amount]) => [`${account} ${held}`, amount])));
  });
});

const shown = (lots: Lots, ledger: Ledger, log: readonly Decision[]) => ({
  lots: lots.map(lotLine),
  results: ofType(log, 'lot_matched').map(match => text(match.result)),
  balances: Object.fromEntries(balancesOf(ledger).map(({ account, asset: held, amount }) => [`${account} ${held}`, text(amount)])),
});

/** Fills of any size down to the last unit; sells never exceed what is held, stock fees never the stock. */
const drawFills = (seed: number): Readonly<{ opening: SlowOpening; fills: readonly SlowFill[] }> => {
  const draw = drawsOf(seed);
  const amount = (): bigint => BigInt(1 + draw(1_000_000)) * 10n ** BigInt(draw(16)) + BigInt(draw(1_000));
  const stock = 5_000n * 10n ** 18n;
  const held = new Map<string, bigint>();
  let left = stock;
  const fills: SlowFill[] = [];
  while (fills.length < 60) {
    const [agent, symbol] = [['main', 'other'][draw(2)]!, ['BNB/USD', 'BTC/USD', 'ETH/USD'][draw(3)]!];
    const key = `${agent} ${symbol}`;
    const mine = held.get(key) ?? 0n;
    const side = draw(2) === 0 && mine > 0n ? 'SELL' : 'BUY';
    const units = side === 'BUY' ? amount() : (mine * BigInt(1 + draw(100))) / 100n || mine;
    const inBase = symbol.slice(0, 3);
    const feeAsset = ['USD', 'BNB', inBase][draw(3)]!;
    if (side === 'SELL' && feeAsset === inBase && feeAsset !== 'BNB') continue;
    const fee = feeAsset === 'USD' ? BigInt(draw(1_000_000)) * 10n ** BigInt(draw(12)) : units / BigInt(2 + draw(2_000));
    const fromStock = feeAsset === 'BNB' && !(side === 'BUY' && inBase === 'BNB');
    if (fromStock && fee > left) continue;
    if (fromStock) left -= fee;
    const kept = side === 'BUY' && feeAsset === inBase ? units - fee : units;
    held.set(key, side === 'BUY' ? mine + kept : mine - units);
    fills.push({ agent, symbol, side, quantity: text(units), price: text(amount()), fee: text(fee), feeAsset, feeValue: text(feeAsset === 'USD' || fee === 0n ? fee : amount()) });
  }
  return { opening: { cash: '1000000000', holdings: [['BNB', '0.3', '299.999999999999999999'], ['BNB', '4999.7', '310']] }, fills };
};

test.each(Array.from({ length: 40 }, (_, index) => index + 1))('sixty fills against the slow twin, seed %i', seed => {
  const { opening, fills } = drawFills(seed);
  const { lots, ledger, log } = booked(opening, fills);
  expect(shown(lots, ledger, log)).toEqual(slowBooks(opening, fills));
});

test.each([3, 5, 8, 13])('a whole drawn run against the slow twin, seed %i', seed => {
  const run = drawRun(seed, { timeframe: '1h', hours: 150, signals: 'scripted' });
  const ran = runHours(deskOf(run.opening, run.scripts), run.candles, run.hours, {});
  const orders = new Map(decisionsOf(ran, 'order_placed').map(({ event }) => [event.id, event]));
  const fills = factsOf(ran, 'order_filled').map(({ event }): SlowFill => {
    const { agent, symbol, side } = orders.get(event.orderId)!;
    const [units, at, fee, feeValue] = [event.quantity, event.price, event.fee, event.feeValue].map(text);
    return { agent, symbol, side, quantity: units!, price: at!, fee: fee!, feeAsset: event.feeAsset, feeValue: feeValue! };
  });
  const { lots, ledger } = ran.after.state;
  const log = ran.hours.flatMap(({ steps }) => steps.flatMap(({ decisions }) => decisions));
  expect(shown(lots, ledger, log)).toEqual(slowBooks({ cash: run.opening.cash!, holdings: run.opening.holdings! }, fills));
});

test('a disposal beyond what is held is a defect', () => {
  const sale: SlowFill = { agent: 'main', symbol: 'BTC/USD', side: 'SELL', quantity: '1', price: '1', fee: '0', feeAsset: 'USD', feeValue: '0' };
  expect(() => booked({ cash: '1', holdings: [] }, [sale])).toThrow(/never exceeds what is held/);
});

test('a fee in a third asset without any stock is a defect', () => {
  const purchase: SlowFill = { agent: 'main', symbol: 'BTC/USD', side: 'BUY', quantity: '1', price: '1', fee: '1', feeAsset: 'BNB', feeValue: '1' };
  expect(() => booked({ cash: '1', holdings: [] }, [purchase])).toThrow(/paid from a treasury lot/);
});
