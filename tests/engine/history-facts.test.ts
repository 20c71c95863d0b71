/** Lines of a history as facts: what each is worth by its own word or by the last price, and what no price says. */
import { describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../core/kernel/decimal.ts';
import { asset, price } from '../../core/kernel/units.ts';
import type { AccountFact } from '../../core/log.ts';
import { factsOfEvent } from '../../engine/history-facts.ts';
import { settle } from '../../engine/history-moves.ts';
import { problemTexts, readTexts } from '../support/account-history.ts';

const HEADER = 'time_utc,type,id,symbol,price,quantity,amount,value,fee,fee_asset,fee_value,asset,basis,acquired,to_asset,received';
const PRICES: Readonly<Record<string, string>> = { BTC: '40000', ETH: '2000', BNB: '300', DOT: '5' };
const PRICING = { quote: asset('USD'), priceOf: (held: string) => (PRICES[held] === undefined ? null : price(decimal(PRICES[held]))) };

const factsOf = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const { events, problems } = await readTexts(files);
  expect(problemTexts(problems)).toEqual([]);
  const settled = settle(events.at(-1)!, asset('USD'));
  const made = 'reason' in settled ? settled : factsOfEvent(settled, 7, PRICING);
  return 'reason' in made ? problemTexts([made]) : made.map(lineOf);
};

const lineOf = (fact: AccountFact): string => {
  const head = `${fact.ordinal} ${fact.id}`;
  const text = formatDecimal;
  switch (fact.type) {
    case 'account_traded':
      return `${head} ${fact.side} ${text(fact.quantity)} ${fact.symbol} at ${text(fact.price)} for ${text(fact.amount)} worth ${text(fact.value)} fee ${text(fact.fee)} ${fact.feeAsset} worth ${text(fact.feeValue)}`;
    case 'account_transferred':
      return `${head} ${fact.direction} ${text(fact.quantity)} ${fact.asset}${fact.direction === 'in' ? ` basis ${text(fact.basis)} of ${fact.acquiredMs}` : ''}`;
    case 'account_rewarded':
      return `${head} ${fact.purpose} ${text(fact.quantity)} ${fact.asset} less ${text(fact.fee)} worth ${text(fact.value)}`;
    case 'account_charged':
      return `${head} ${fact.purpose} ${text(fact.quantity)} ${fact.asset} worth ${text(fact.value)}`;
    case 'asset_renamed':
      return `${head} ${text(fact.quantity)} ${fact.from} to ${text(fact.received)} ${fact.to}`;
  }
};

const fact = (row: string): Promise<readonly string[]> => factsOf({ 'h.csv': `${HEADER}\n2024-01-02 00:00:00,${row}` });
const unpriced = (what: string, market: string): string => `value what ${what} were worth is not known: the store has no candle of ${market} of the day before, and no trade says it; import candles`;
const unknown = (what: string, market: string, id: string): string => `${unpriced(what, market)}, or add a value line with id ${id} to a generic file`;

describe('a trade is worth', () => {
  test.each([
    ['its amount in the quote of the run', 'buy,t,BTC/USD,40000,0.1,3999.99,,10,USD,,,,,,', '7 t BUY 0.1 BTC/USD at 40000 for 3999.99 worth 3999.99 fee 10 USD worth 10'],
    ['what was paid, at the price of that', 'buy,t,ADA/ETH,0.0002,1000,,,0.001,ETH,,,,,,', '7 t BUY 1000 ADA/ETH at 0.0002 for 0.2 worth 400 fee 0.001 ETH worth 2'],
    ['what was traded, where only its price is known', 'sell,t,ETH/ADA,5000,0.2,,,1,ADA,,,,,,', '7 t SELL 0.2 ETH/ADA at 5000 for 1000 worth 400 fee 1 ADA worth 0.4'],
    ['what its line says', 'sell,t,ETH/BTC,0.05,1,,2345.67,0.001,BTC,,,,,,', '7 t SELL 1 ETH/BTC at 0.05 for 0.05 worth 2345.67 fee 0.001 BTC worth 46.9134'],
    ['its fee of a third asset at the price of that', 'buy,t,BTC/USD,40000,0.1,,,0.01,BNB,,,,,,', '7 t BUY 0.1 BTC/USD at 40000 for 4000 worth 4000 fee 0.01 BNB worth 3'],
    ['its fee what its line says', 'buy,t,BTC/USD,40000,0.1,,,0.01,XYZ,2.5,,,,,', '7 t BUY 0.1 BTC/USD at 40000 for 4000 worth 4000 fee 0.01 XYZ worth 2.5'],
    ['its fee in what was bought its share', 'buy,t,XYZ/USD,3,7,,,0.1,XYZ,,,,,,', '7 t BUY 7 XYZ/USD at 3 for 21 worth 21 fee 0.1 XYZ worth 0.3'],
  ])('%s', async (_, row, line) => {
    expect(await fact(row)).toEqual([line]);
  });

  test.each([
    ['nothing that is known', 'buy,t,ADA/XYZ,2,1,,,,,,,,,,', unknown('2 XYZ', 'XYZ/USD', 't')],
    ['with its fee of nothing that is known', 'buy,t,BTC/USD,40000,1,,,3,XYZ,,,,,,', unknown('3 XYZ', 'XYZ/USD', 't').replace('value what', 'fee_value what')],
    ['another value than its amount', 'buy,t,BTC/USD,40000,1,,39999,,,,,,,,', 'value a trade in USD is worth its 40000 USD'],
    ['another fee than its units of the quote', 'buy,t,BTC/USD,40000,1,,,3,USD,4,,,,,', 'fee_value 3 USD are worth what they are'],
    ['a fee that takes everything', 'buy,t,BTC/USD,40000,1,,,1,BTC,,,,,,', 'fee leaves nothing of the 1 BTC received'],
    ['too much', 'buy,t,ADA/BTC,1000,1000000000,,,,,,,,,,', 'value is too large'],
  ])('%s and is refused', async (_, row, problem) => {
    expect(await fact(row)).toEqual([`h.csv:2: ${problem}`]);
  });
});

describe('what was received or paid is worth', () => {
  test.each([
    ['what remains of it after the fee, at its price', 'reward,r,,,10,,,0.5,,,DOT,,,,', '7 r income 10 DOT less 0.5 worth 47.5'],
    ['what its line says', 'reward,r,,,10,,50.5,0.5,,,DOT,,,,', '7 r income 10 DOT less 0.5 worth 50.5'],
    ['itself, in money', 'reward,r,,,10,,,0.5,,,,,,,', '7 r income 10 USD less 0.5 worth 9.5'],
    ['a charge at its price', 'fee,c,,,0.001,,,,,,BTC,,,,', '7 c fees 0.001 BTC worth 40'],
    ['a charge in money', 'fee,c,,,1.5,,,,,,,,,,', '7 c fees 1.5 USD worth 1.5'],
    ['nothing, where it rounds units', 'rounding,q,,,-0.00000001,,,,,,BTC,,,,', '7 q rounding 0.00000001 BTC worth 0'],
    ['itself, where it rounds money', 'rounding,q,,,0.01,,,,,,,,,,', '7 q rounding 0.01 USD less 0 worth 0.01'],
    ['its basis, where it came from elsewhere', 'transfer-in,x,,,2,,,,,,XYZ,10,2020-01-01,,', '7 x in 2 XYZ basis 10 of 1577836800000'],
    ['itself, where it is money that came', 'deposit,d,,,2,,,,,,,,,,', '7 d in 2 USD basis 2 of 1704153600000'],
    ['what it cost, where it left', 'transfer-out,x,,,2,,,,,,XYZ,,,,', '7 x out 2 XYZ'],
    ['the same, under another name', 'rename,n,,,2,,,,,,XYZ,,,NEW,20', '7 n 2 XYZ to 20 NEW'],
  ])('%s', async (_, row, line) => {
    expect(await fact(row)).toEqual([line]);
  });

  test.each([
    ['nothing that is known', 'reward,r,,,10,,,,,,XYZ,,,,', unknown('10 XYZ', 'XYZ/USD', 'r')],
    ['another value, in money', 'reward,r,,,10,,11,,,,,,,,', 'value 10 USD are worth what they are'],
  ])('%s and is refused', async (_, row, problem) => {
    expect(await fact(row)).toEqual([`h.csv:2: ${problem}`]);
  });
});

describe('a sweep', () => {
  const HEAD = 'txid,refid,time,type,subtype,aclass,asset,amount,fee,balance';
  const HELD = ['ZUSD', 'XETH', 'DOT', 'XYZ'].map((code, index) => `H${index},H${index},2024-01-01 00:00:00,transfer,,currency,${code},10,0,10`);
  const sweep = (...rows: readonly (readonly [code: string, amount: string, balance: string])[]): Promise<readonly string[]> =>
    factsOf({ 'l.csv': [HEAD, ...HELD, ...rows.map(([code, amount, balance], index) => `S${index},SWEEP,2024-01-02 00:00:00,spend,dustsweeping,currency,${code},${amount},0,${balance}`)].join('\n') });

  test('shares what was received by worth, and the last takes the rest', async () => {
    expect(await sweep(['XETH', '-0.001', '9.999'], ['DOT', '-0.2', '9.8'], ['ZUSD', '2.99', '12.99'])).toEqual([
      '7 SWEEP/1 SELL 0.001 ETH/USD at 1993.333333333333333 for 1.993333333333333333 worth 1.993333333333333333 fee 0 USD worth 0',
      '8 SWEEP/2 SELL 0.2 DOT/USD at 4.983333333333333335 for 0.996666666666666667 worth 0.996666666666666667 fee 0 USD worth 0',
    ]);
  });

  test('may be for another asset, at the worth of that', async () => {
    expect(await sweep(['XETH', '-0.001', '9.999'], ['DOT', '-0.2', '9.8'], ['XXBT', '0.000075', '0.000075'])).toEqual([
      '7 SWEEP/1 SELL 0.001 ETH/BTC at 0.05 for 0.00005 worth 2 fee 0 USD worth 0',
      '8 SWEEP/2 SELL 0.2 DOT/BTC at 0.000125 for 0.000025 worth 1 fee 0 USD worth 0',
    ]);
  });

  test.each([
    ['without a price of one', [['XYZ', '-1', '9'], ['DOT', '-0.2', '9.8'], ['ZUSD', '2.99', '12.99']], `l.csv:8: ${unpriced('1 XYZ', 'XYZ/USD')}`],
    ['for something without a price', [['XETH', '-1', '9'], ['DOT', '-0.2', '9.8'], ['XYZ', '2', '12']], `l.csv:8: ${unpriced('2 XYZ', 'XYZ/USD')}`],
    ['of money as well', [['ZUSD', '-1', '9'], ['DOT', '-0.2', '9.8'], ['XETH', '0.001', '10.001']], 'l.csv:8: asset USD was given with other assets at once, and what each of them brought is not told'],
  ] as const)('%s is refused', async (_, rows, problem) => {
    expect(await sweep(...rows)).toEqual([problem]);
  });
});
