/** Kraken's exports: what a real history reads as, and every line that cannot be booked as it stands. */
import { describe, expect, test } from 'vitest';
import { historyStory, openingStory, problemTexts, readTexts } from '../../../support/account-history.ts';
import { LEDGERS, OWN_LINES, TRADES } from '../../../support/kraken-history.ts';

describe('a history of ledgers.csv, trades.csv and lines of its owner', () => {
  const STORY = [
    '2024-08-20T09:12:44Z L00002-TXIDX-LEDGER in 5000 USD',
    '2024-08-20T10:01:13Z TBTCU1-AAAAA-000001 BUY 0.02 BTC/USD at 59000 for 1180 fee 3.068 USD',
    '2024-08-20T10:30:00Z TETHU1-AAAAA-000002 BUY 0.5 ETH/USD at 2600 for 1300 fee 0.002 ETH',
    '2024-08-21T08:00:01Z L00007-TXIDX-LEDGER in 0.06 BTC basis 1500 of 2020-11-05T00:00:00Z',
    '2024-08-21T08:00:01Z L00007-TXIDX-LEDGER#2 in 0.04 BTC basis 1802.55 of 2023-12-24T17:30:00Z',
    '2024-08-21T14:00:59Z TDOTU1-AAAAA-000003 BUY 100 DOT/USD at 4.5 for 450 fee 1.17 USD',
    '2024-08-21T20:00:00Z L00012-TXIDX-LEDGER income 0.15 DOT worth ?',
    '2024-08-22T09:00:00Z TMATU1-AAAAA-000004 BUY 200 MATIC/USD at 0.5 for 100 fee 0.26 USD',
    '2024-08-28T20:00:00Z L00016-TXIDX-LEDGER income 0.16 DOT worth 0.68',
    '2024-08-29T11:00:00Z TBTCU2-AAAAA-000005 BUY 0.001 BTC/USD at 60000 for 60 fee 0.156 USD',
    '2024-08-29T11:20:30Z TETHB1-AAAAA-000006 SELL 0.2 ETH/BTC at 0.0425 for 0.0085 fee 0.0000221 BTC',
    '2024-09-03T07:30:00Z L00023-TXIDX-LEDGER out 0.05 BTC',
    '2024-09-03T07:30:00Z L00023-TXIDX-LEDGER/fee charge fees 0.000015 BTC worth 0.87',
    '2024-09-03T07:45:00Z L00024-TXIDX-LEDGER out 500 USD',
    '2024-09-03T07:45:00Z L00024-TXIDX-LEDGER/fee charge fees 5 USD worth ?',
    '2024-09-10T03:10:00Z L00026-TXIDX-LEDGER rename 200 MATIC to 200 POL',
    '2024-09-20T10:00:00Z TDOTU2-AAAAA-000007 SELL 50.2 DOT/USD at 4 for 200.8 fee 0.522 USD',
    '2024-09-20T10:00:00Z L00032-TXIDX-LEDGER/rounding rounding 0.0001 USD worth ?',
    '2024-09-20T10:05:00Z TPOLU1-AAAAA-000008 SELL 199.5 POL/USD at 0.4 for 79.8 fee 0.2075 USD',
    '2024-09-20T10:20:00Z L00035-TXIDX-LEDGER income 0.04 DOT less 0.01 worth ?',
    '2024-09-20T10:30:00Z DUST1 sweep 0.1 DOT and 0.5 POL for 0.6 USD',
    '2024-09-25T12:00:00Z BUYIT1 BUY 0.019 ETH/USD at ? for 50 fee 0.75 USD',
  ];

  test('is trades, transfers, rewards, charges, a renaming and a sweep, and says how many lines announced another', async () => {
    const history = await readTexts({ 'ledgers.csv': LEDGERS, 'trades.csv': TRADES, 'mine.csv': OWN_LINES });
    expect(problemTexts(history.problems)).toEqual([]);
    expect(historyStory(history)).toEqual(STORY);
    expect(history.openings).toEqual([]);
    expect(history.pending).toBe(1);
    expect(history.files).toEqual([
      { path: 'ledgers.csv', format: 'kraken-ledgers', lines: 40 },
      { path: 'trades.csv', format: 'kraken-trades', lines: 8 },
      { path: 'mine.csv', format: 'generic', lines: 4 },
    ]);
  });

  test('is the same in pieces that overlap, in any order of lines and files', async () => {
    const [header, ...lines] = LEDGERS.trimEnd().split('\n');
    const [first, second] = [lines.slice(0, 25).toReversed(), lines.slice(18)].map(piece => [header, ...piece].join('\r\n'));
    const history = await readTexts({ 'mine.csv': OWN_LINES, 'b.csv': second!, 'trades.csv': TRADES, 'a.csv': `${first}\n`, 'trades-again.csv': TRADES });
    expect(problemTexts(history.problems)).toEqual([]);
    expect(historyStory(history)).toEqual(STORY);
  });

  test('is the same without trades.csv, where prices follow from amounts and a coin for a coin is a purchase', async () => {
    const history = await readTexts({ 'ledgers.csv': LEDGERS, 'mine.csv': OWN_LINES });
    expect(problemTexts(history.problems)).toEqual([]);
    const PRICELESS = STORY.map(line => line.replace(/ at [\d.]+ for/, ' at ? for'));
    expect(historyStory(history)).toEqual(PRICELESS.map(line => line.replace('SELL 0.2 ETH/BTC at ? for 0.0085', 'BUY 0.0085 BTC/ETH at ? for 0.2')));
  });
});

const HEADER = 'txid,refid,time,type,subtype,aclass,asset,amount,fee,balance';
const lines = (...rows: readonly string[]): string => [HEADER, ...rows].join('\n');
const HELD = ['D1,R1,2024-01-01 00:00:00,deposit,,currency,ZUSD,100,0,100', 'D2,R2,2024-01-01 00:00:00,deposit,,currency,ZEUR,100,0,100'];
const EUROS = 'time,type,id,asset,quantity,basis,acquired\n2024-01-01T00:00:00Z,transfer-in,D2,EUR,100,110,2024-01-01\n';
const TRADE_HEADER = 'txid,ordertxid,pair,time,type,ordertype,price,cost,fee,vol,margin,misc,ledgers';

describe('lines of Kraken that mean', () => {
  test.each([
    ['a purchase with a fee in a third asset', ['A1,T1,2024-01-02 00:00:00,trade,,currency,ZUSD,-50,0,50', 'A2,T1,2024-01-02 00:00:00,trade,,currency,XXDG,500,0,500', 'A3,T1,2024-01-02 00:00:00,trade,,currency,ZEUR,0,0.1,99.9'], ['2024-01-02T00:00:00Z T1 BUY 500 DOGE/USD at ? for 50 fee 0.1 EUR']],
    ['a sale with fees in both assets', ['A1,T1,2024-01-02 00:00:00,trade,,currency,ZEUR,-50,1,49', 'A2,T1,2024-01-02 00:00:00,trade,,currency,ZUSD,55,0.5,154.5'], ['2024-01-02T00:00:00Z T1 SELL 50 EUR/USD at ? for 55 fee 1 EUR', '2024-01-02T00:00:00Z A2/fee charge fees 0.5 USD worth ?']],
    ['staking of ETH, and its rewards', ['A1,T1,2024-01-02 00:00:00,trade,,currency,ZUSD,-50,0,50', 'A2,T1,2024-01-02 00:00:00,trade,,currency,XETH,0.02,0,0.02', 'A3,S1,2024-01-03 00:00:00,transfer,spottostaking,currency,XETH,-0.02,0,0', 'A4,S2,2024-01-03 00:00:01,transfer,stakingfromspot,currency,ETH2,0.02,0,0.02', 'A5,S3,2024-01-10 00:00:00,staking,,currency,ETH2.S,0.00001,0,0.00001'], ['2024-01-02T00:00:00Z T1 BUY 0.02 ETH/USD at ? for 50', '2024-01-10T00:00:00Z A5 income 0.00001 ETH worth ?']],
    ['earning without subtypes: halves of a move, and a reward alone', ['A1,E1,2024-01-02 00:00:00,earn,,currency,ZEUR,-40,0,60', 'A2,E1,2024-01-02 00:00:00,earn,,currency,EUR.M,40,0,40', 'A3,E2,2024-01-03 00:00:00,earn,,currency,EUR.M,0.25,0.05,40.2'], ['2024-01-03T00:00:00Z A3 income 0.25 EUR less 0.05 worth ?']],
    ['a credit without a reason, an airdrop and an invitation', ['A1,C1,2024-01-02 00:00:00,transfer,,currency,XXBT,0.5,0,0.5', 'A2,C2,2024-01-03 00:00:00,transfer,airdrop,currency,FLR,10,0,10', 'A3,C3,2024-01-04 00:00:00,invite bonus,,currency,ZUSD,10,0,110'], ['2024-01-02T00:00:00Z A1 income 0.5 BTC worth ?', '2024-01-03T00:00:00Z A2 income 10 FLR worth ?', '2024-01-04T00:00:00Z A3 income 10 USD worth ?']],
    ['money sent to futures and back', ['A1,F1,2024-01-02 00:00:00,transfer,spottofutures,currency,ZUSD,-60,0,40', 'A2,F2,2024-01-03 00:00:00,transfer,spotfromfutures,currency,ZUSD,70,0,110'], ['2024-01-02T00:00:00Z A1 out 60 USD', '2024-01-03T00:00:00Z A2 in 70 USD']],
    ['a coin converted into another that is no new name of it', ['A1,T1,2024-01-02 00:00:00,adjustment,,currency,ZEUR,-50,0,50', 'A2,T1,2024-01-02 00:00:00,adjustment,,currency,EURT,49.9,0,49.9'], ['2024-01-02T00:00:00Z T1 BUY 49.9 EURT/EUR at ? for 50']],
    ['a coin renamed under one reference, with a fee', ['A1,T1,2024-01-02 00:00:00,conversion,,currency,ZUSD,-10,0,90', 'A2,T1,2024-01-02 00:00:00,conversion,,currency,MATIC,20,0,20', 'A3,T2,2024-01-03 00:00:00,adjustment,,currency,MATIC,-20,0,0', 'A4,T2,2024-01-03 00:00:00,adjustment,,currency,POL,20,0.5,19.5'], ['2024-01-02T00:00:00Z T1 BUY 20 MATIC/USD at ? for 10', '2024-01-03T00:00:00Z A4 rename 20 MATIC to 20 POL', '2024-01-03T00:00:00Z A4/fee charge fees 0.5 POL worth ?']],
    ['a balance below what the lines lead to, by the last place', ['A1,W1,2024-01-02 00:00:00,withdrawal,,currency,ZUSD,-10.00,0,89.99'], ['2024-01-02T00:00:00Z A1 out 10 USD', '2024-01-02T00:00:00Z A1/rounding charge rounding 0.01 USD worth ?']],
    ['moments whose lines the export has in another order', ['A2,W2,2024-01-02 00:00:00,withdrawal,,currency,ZUSD,-20,0,70', 'A1,W1,2024-01-02 00:00:00,withdrawal,,currency,ZUSD,-10,0,90'], ['2024-01-02T00:00:00Z A1 out 10 USD', '2024-01-02T00:00:00Z A2 out 20 USD']],
  ])('%s', async (_, rows, story) => {
    const history = await readTexts({ 'ledgers.csv': lines(...HELD, ...rows), 'mine.csv': EUROS });
    expect(problemTexts(history.problems)).toEqual([]);
    expect(historyStory(history).slice(2)).toEqual(story);
  });

  test('money that was there before the first of them', async () => {
    const history = await readTexts({ 'ledgers.csv': lines('A1,W1,2024-01-02 00:00:00,withdrawal,,currency,ZUSD,-10,0,90') });
    expect(problemTexts(history.problems)).toEqual([]);
    expect(openingStory(history)).toEqual(['opening USD in 100 USD basis 100']);
  });
});

describe('what Kraken says and cannot be booked is refused by line and field', () => {
  test.each([
    ['a deposit of coins of which nothing more is known', ['A1,R9,2024-01-02 00:00:00,deposit,,currency,XXBT,1,0,1'], ['l.csv:4: basis what 1 BTC had cost is not told; add a transfer-in line with id A1, basis and acquired to a generic file']],
    ['coins that were there before', ['A1,R9,2024-01-02 00:00:00,withdrawal,,currency,XXBT,-1,0,2'], ['l.csv:4: balance 3 BTC were there before this line, and opening lines say 0; import the history from its beginning, or tell the opening lots in a generic file']],
    ['a hole in the balances', ['A1,R9,2024-01-02 00:00:00,withdrawal,,currency,ZUSD,-10,0,80'], ['l.csv:4: balance the balance is 80 USD, and the one before with -10 and a fee of 0 makes 90: lines are missing']],
    ['an unknown type', ['A1,R9,2024-01-02 00:00:00,rollover,,currency,ZUSD,0,0.5,99.5'], ['l.csv:4: type rollover is not known here; margin, futures and their like are no part of a spot cash account']],
    ['an unknown subtype', ['A1,R9,2024-01-02 00:00:00,transfer,sideways,currency,ZUSD,1,0,101'], ['l.csv:4: type transfer sideways is not known here; margin, futures and their like are no part of a spot cash account']],
    ['half a trade', ['A1,T9,2024-01-02 00:00:00,trade,,currency,ZUSD,-50,0,50'], ['l.csv:4: refid T9 gives in 1 and receives in 0 of its lines; a trade does each once']],
    ['a trade of an asset for itself', ['A1,T9,2024-01-02 00:00:00,trade,,currency,ZUSD,-50,0,50', 'A2,T9,2024-01-02 00:00:00,trade,,currency,USD.M,50,0,50'], ['l.csv:5: asset USD was given for itself']],
    ['a fee given back by a trade', ['A1,T9,2024-01-02 00:00:00,trade,,currency,ZUSD,-50,-1,51', 'A2,T9,2024-01-02 00:00:00,trade,,currency,XXBT,1,0,1'], ['l.csv:4: fee is negative, and a trade gives no fee back']],
    ['half a move between wallets', ['A1,S9,2024-01-02 00:00:00,transfer,spottostaking,currency,ZEUR,-50,0,50'], ['l.csv:4: amount -50 EUR are left over of moves between wallets: the other half is missing']],
    ['a coin converted into nothing', ['A1,C9,2024-01-02 00:00:00,transfer,delistingconversion,currency,ZEUR,-50,0,50'], ['l.csv:4: asset EUR was converted, and nothing came for it; name what it is called now with --rename EUR=NEW, or import a longer history']],
    ['a coin converted from nothing', ['A1,C9,2024-01-02 00:00:00,transfer,delistingconversion,currency,POL,50,0,50'], ['l.csv:4: asset 50 POL came by a conversion of nothing; name what it was called with --rename OLD=POL']],
    ['a reward of less than nothing', ['A1,S9,2024-01-02 00:00:00,staking,,currency,ZEUR,-50,0,50'], ['l.csv:4: amount a staking of -50 EUR gives nothing']],
    ['a reward that its fee eats up', ['A1,S9,2024-01-02 00:00:00,staking,,currency,ZEUR,5,5,100'], ['l.csv:4: fee is not less than what was given']],
    ['a debit without a reason', ['A1,S9,2024-01-02 00:00:00,transfer,,currency,ZEUR,-5,0,95'], ['l.csv:4: amount -5 EUR were taken away without saying why; leave the line out and say it with a generic file']],
    ['a withdrawal of nothing', ['A1,S9,2024-01-02 00:00:00,withdrawal,,currency,ZEUR,0,0,100'], ['l.csv:4: amount a withdrawal of nothing']],
    ['a fee given back by a withdrawal that is not here', ['A1,S9,2024-01-02 00:00:00,withdrawal,,currency,ZEUR,-5,-1,96'], ['l.csv:4: fee is negative, and what it takes back is not here']],
    ['one name of two lines', ['D1,R9,2024-01-02 00:00:00,deposit,,currency,ZUSD,1,0,101'], ['l.csv:4: txid D1 stands at l.csv:2 with other contents']],
    ['a line without a reference', ['A1,,2024-01-02 00:00:00,deposit,,currency,ZUSD,1,0,101'], ['l.csv:4: refid is empty']],
    ['a time of no day', ['A1,R9,2024-02-30 00:00:00,deposit,,currency,ZUSD,1,0,101'], ['l.csv:4: time 2024-02-30 00:00:00 is not a real date and time']],
    ['an amount in another notation', ['A1,R9,2024-01-02 00:00:00,deposit,,currency,ZUSD,1e3,0,1100'], ['l.csv:4: amount "1e3" is not a plain decimal of at most 18 places']],
    ['an asset of no letters', ['A1,R9,2024-01-02 00:00:00,deposit,,currency,$,1,0,101'], ['l.csv:4: asset "$" is not an asset']],
    ['a quote that is not closed', ['"A1,R9,2024-01-02 00:00:00,deposit,,currency,ZUSD,1,0,101'], ['l.csv:4: a quote is opened and not closed']],
    ['more fields than columns', ['A1,R9,2024-01-02 00:00:00,deposit,,currency,ZUSD,1,0,101,7'], ['l.csv:4: it has 11 fields, and the header names 10']],
  ])('%s', async (_, rows, problems) => {
    const history = await readTexts({ 'l.csv': lines(...HELD, ...rows), 'mine.csv': EUROS });
    expect(problemTexts(history.problems)).toEqual(problems);
  });

  const BOUGHT = ['A1,T1,2024-01-02 00:00:00,trade,,currency,ZUSD,-50,0,50', 'A2,T1,2024-01-02 00:00:00,trade,,currency,XXBT,0.0010000000,0,0.0010000000'];
  test.each([
    ['a trade that trades.csv does not know', [], ['l.csv:4: refid trade T1 is not in trades.csv; export both files for the same period, or leave trades.csv out']],
    ['a trade that the ledger does not know', ['T1,O1,XXBTZUSD,2024-01-02 00:00:00,buy,limit,50000,50,0,0.001,0,,', 'T2,O2,XXBTZUSD,2024-01-02 00:00:00,buy,limit,50000,50,0,0.001,0,,'], ['t.csv:3: txid trade T2 is not in ledgers.csv; export both files for the same period']],
    ['another market', ['T1,O1,XETHZUSD,2024-01-02 00:00:00,buy,limit,50000,50,0,0.001,0,,'], ['t.csv:2: pair XETHZUSD is not the market of USD and BTC, which trade T1 moved']],
    ['another side', ['T1,O1,XXBTZUSD,2024-01-02 00:00:00,sell,limit,50000,50,0,0.001,0,,'], ['t.csv:2: type the trade is a SELL, and the ledger received BTC']],
    ['another volume', ['T1,O1,XXBTZUSD,2024-01-02 00:00:00,buy,limit,50000,50,0,0.002,0,,'], ['t.csv:2: vol the volume is not what the ledger moved at l.csv:5']],
    ['margin', ['T1,O1,XXBTZUSD,2024-01-02 00:00:00,buy,limit,50000,50,0,0.001,10,,'], ['t.csv:2: margin is not zero: margin is no part of a spot cash account', 'l.csv:4: refid trade T1 is not in trades.csv; export both files for the same period, or leave trades.csv out']],
    ['one trade in two ways', ['T1,O1,XXBTZUSD,2024-01-02 00:00:00,buy,limit,50000,50,0,0.001,0,,', 'T1,O1,XXBTZUSD,2024-01-02 00:00:00,buy,limit,50001,50,0,0.001,0,,'], ['t.csv:3: txid T1 stands at t.csv:2 with other contents']],
  ])('trades.csv with %s', async (_, rows, problems) => {
    const history = await readTexts({ 'l.csv': lines(...HELD, ...BOUGHT), 't.csv': [TRADE_HEADER, ...rows].join('\n'), 'mine.csv': EUROS });
    expect(problemTexts(history.problems)).toEqual(problems);
  });

  test('trades.csv alone', async () => {
    const { problems } = await readTexts({ 't.csv': `${TRADE_HEADER}\nT1,O1,XXBTZUSD,2024-01-02 00:00:00,buy,limit,50000,50,0,0.001,0,,` });
    expect(problemTexts(problems)).toEqual(['t.csv:1: trades.csv says what was traded, not what was booked; name the ledgers.csv of the same period beside it']);
  });
});
