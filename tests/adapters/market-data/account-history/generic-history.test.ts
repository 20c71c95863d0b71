/** Histories in columns of our own: what each type of line reads as, and every line that is refused by its column. */
import { describe, expect, test } from 'vitest';
import { historyStory, openingStory, problemTexts, readTexts } from '../../../support/account-history.ts';

const HEADER = 'time,type,id,symbol,side,price,quantity,amount,value,fee,fee_asset,fee_value,asset,basis,acquired,to_asset,received';
const T = '2024-01-02T00:00:00Z';
const file = (...rows: readonly string[]): string => [HEADER, ...rows].join('\n');

describe('a line reads as', () => {
  test.each([
    ['a trade', `${T},trade,t,BTC/USD,buy,40000.5,0.1,,,1.25,,,,,,,`, `t BUY 0.1 BTC/USD at 40000.5 for ? fee 1.25 USD`],
    ['a trade without a type', `${T},,t,btc/usd,SELL,40000,0.1,,,,,,,,,,`, `t SELL 0.1 BTC/USD at 40000 for ?`],
    ['a purchase by its amount', `${T},buy,t,ETH/BTC,,,2,0.1,4000.5,0.01,BNB,3,,,,,`, `t BUY 2 ETH/BTC at ? for 0.1 worth 4000.5 fee 0.01 BNB worth 3`],
    ['a sale', `${T},sell,t,ETH/USD,,2000,2,3999.99,,0.002,eth,,,,,,`, `t SELL 2 ETH/USD at 2000 for 3999.99 fee 0.002 ETH`],
    ['a deposit of money', `${T},deposit,d,,,,100.25,,,,,,,,,,`, `d in 100.25 USD`],
    ['a withdrawal', `${T},withdrawal,w,,,,100,,,,,,USD,,,,`, `w out 100 USD`],
    ['units from elsewhere', `${T},transfer-in,x,,,,0.5,,,,,,btc,1000,2020-05-06,,`, `x in 0.5 BTC basis 1000 of 2020-05-06T00:00:00Z`],
    ['units with the time they were acquired', `${T},transfer-in,x,,,,0.5,,,,,,BTC,0,2020-05-06T07:08:09.5+02:00,,`, `x in 0.5 BTC basis 0 of 2020-05-06T05:08:09.500Z`],
    ['units to elsewhere', `${T},transfer-out,x,,,,0.5,,,,,,BTC,,,,`, `x out 0.5 BTC`],
    ['a reward', `${T},reward,r,,,,0.5,,7.5,0.05,,,DOT,,,,`, `r income 0.5 DOT less 0.05 worth 7.5`],
    ['money earned', `${T},reward,r,,,,2,,,,,,,,,,`, `r income 2 USD worth ?`],
    ['a charge', `${T},fee,c,,,,0.5,,7.5,,,,BNB,,,,`, `c charge fees 0.5 BNB worth 7.5`],
    ['funding received', `${T},funding,f,,,,+1.5,,,,,,,,,,`, `f funding 1.5 USD worth ?`],
    ['funding paid', `${T},funding,f,,,,-1.5,,,,,,,,,,`, `f charge funding 1.5 USD worth ?`],
    ['rounding', `${T},rounding,q,,,,-0.00000001,,,,,,BTC,,,,`, `q charge rounding 0.00000001 BTC worth ?`],
    ['a renaming', `${T},rename,n,,,,200,,,,,,LUNA,,,LUNC,400`, `n rename 200 LUNA to 400 LUNC`],
  ])('%s', async (_, row, story) => {
    const history = await readTexts({ 'h.csv': file(row) });
    expect(problemTexts(history.problems)).toEqual([]);
    expect(historyStory(history)).toEqual([`${T} ${story}`]);
  });

  test('an opening lot, which needs no time', async () => {
    const history = await readTexts({ 'h.csv': file(',opening,o1,,,,2,,,,,,BTC,100,2019-01-01,,', ',opening,,,,,500,,,,,,,,,,') });
    expect(problemTexts(history.problems)).toEqual([]);
    expect(openingStory(history)).toEqual(['o1 in 2 BTC basis 100 of 2019-01-01T00:00:00Z', 'h.csv line 3 in 500 USD']);
  });
});

describe('a file', () => {
  test('may name its columns in any order, in any case, and write times as UTC', async () => {
    const history = await readTexts({ 'h.csv': 'Symbol, SIDE ,Quantity,Price,Time_UTC,note\r\n"BTC/USD",Buy,1,"40000",2024-01-02 00:00:00,"first, and ""best"""\r\n\r\n' });
    expect(problemTexts(history.problems)).toEqual([]);
    expect(historyStory(history)).toEqual([`${T} h.csv line 2 BUY 1 BTC/USD at 40000 for ?`]);
  });

  test('may be told that a Kraken file is generic, or the other way round', async () => {
    await expect(readTexts({ 'h.csv': file(`${T},deposit,d,,,,1,,,,,,,,,,`) }, { choice: 'kraken' })).rejects.toThrow('h.csv:1: it is neither the ledgers.csv nor the trades.csv of Kraken. Known are Kraken\'s ledgers.csv (txid,refid,');
    const { problems } = await readTexts({ 'l.csv': 'txid,refid,time,type,asset,amount,fee,balance\n' }, { choice: 'generic' });
    expect(problemTexts(problems)).toEqual(['l.csv:1: txid is no column of a history; columns are time, time_utc, type, id, symbol, side, price, quantity, amount, value, fee, fee_asset, fee_value, asset, basis, acquired, to_asset, received, note']);
  });

  test.each([
    ['of no known kind', 'a,b,c\n1,2,3\n', 'h.csv:1: the header is of no known kind of history.'],
    ['of Kraken that lacks a column', 'txid,refid,time,type,asset,fee,balance\n', 'h.csv:1: the columns amount are missing.'],
    ['without lines', '\n\n', 'h.csv: there is no header line. The first line names the columns, separated by commas.'],
    ['that is a workbook', 'PK\u0003\u0004', 'h.csv: it is a zip archive (or a spreadsheet). Unpack it, or save the sheet as CSV, and import the CSV file.'],
  ])('%s is refused as a whole', async (_, text, message) => {
    await expect(readTexts({ 'h.csv': text })).rejects.toThrow(message);
  });

  test('of times in several zones is put in order, and lines of one moment stay as they stand', async () => {
    const history = await readTexts({
      'a.csv': file('2024-01-02T03:00:00+02:00,deposit,late,,,,1,,,,,,,,,,', '2024-01-02T00:00:00Z,deposit,first,,,,1,,,,,,,,,,', '2024-01-02T00:00:00Z,deposit,second,,,,1,,,,,,,,,,'),
      'b.csv': file('2024-01-01T20:00:00-04:00,deposit,third,,,,1,,,,,,,,,,'),
    });
    expect(historyStory(history).map(line => line.split(' ')[1])).toEqual(['first', 'second', 'third', 'late']);
  });
});

describe('a line is refused by its column:', () => {
  test.each([
    ['a time without an offset', '2024-01-02 00:00:00,deposit,d,,,,1,,,,,,,,,,', 'time 2024-01-02 00:00:00 has no offset'],
    ['no time', ',deposit,d,,,,1,,,,,,,,,,', 'time '],
    ['an unknown type', `${T},swap,d,,,,1,,,,,,,,,,`, 'type "swap" is not known; it is one of trade, buy, sell, deposit, withdrawal, transfer-in, transfer-out, reward, fee, funding, rounding, rename, opening, value'],
    ['a trade without a side', `${T},trade,t,BTC/USD,,1,1,,,,,,,,,,`, 'side is empty; it is one of buy, sell'],
    ['no market', `${T},buy,t,,,1,1,,,,,,,,,,`, 'symbol is empty'],
    ['half a market', `${T},buy,t,BTC,,1,1,,,,,,,,,,`, 'symbol "BTC" is not BASE/QUOTE, such as BTC/USD'],
    ['an asset against itself', `${T},buy,t,BTC/BTC,,1,1,,,,,,,,,,`, 'symbol BTC/BTC trades an asset against itself'],
    ['neither price nor amount', `${T},buy,t,BTC/USD,,,1,,,,,,,,,,`, 'price is empty, and so is amount: one of them is needed'],
    ['a price of nothing', `${T},buy,t,BTC/USD,,0,1,,,,,,,,,,`, 'price is not above zero'],
    ['an amount below nothing', `${T},buy,t,BTC/USD,,,1,-1,,,,,,,,,`, 'amount is negative'],
    ['no quantity', `${T},buy,t,BTC/USD,,1,,,,,,,,,,,`, 'quantity is empty'],
    ['a quantity below nothing', `${T},withdrawal,t,,,,-1,,,,,,,,,,`, 'quantity -1 is not above zero'],
    ['a fee below nothing', `${T},buy,t,BTC/USD,,1,1,,,-1,,,,,,,`, 'fee -1 is negative'],
    ['a value below nothing', `${T},reward,r,,,,1,,-1,,,,BTC,,,,`, 'value is negative'],
    ['a fee of a reward in another asset', `${T},reward,r,,,,1,,1,0.1,BNB,,BTC,,,,`, 'fee_asset is not what was received; write a fee in another asset as a line of its own'],
    ['a reward that its fee eats up', `${T},reward,r,,,,1,,1,1,,,BTC,,,,`, 'fee is not less than what was received'],
    ['funding of nothing', `${T},funding,f,,,,0,,,,,,,,,,`, 'quantity is zero'],
    ['a renaming into nothing', `${T},rename,n,,,,1,,,,,,LUNA,,,LUNC,`, 'received is empty'],
    ['a renaming without a name', `${T},rename,n,,,,1,,,,,,LUNA,,,,1`, 'to_asset is empty'],
    ['an asset of no letters', `${T},deposit,d,,,,1,,,,,,B TC,,,,`, 'asset "B TC" is not an asset'],
    ['too many places', `${T},deposit,d,,,,0.0000000000000000001,,,,,,,,,,`, 'quantity "0.0000000000000000001" is not a plain decimal of at most 18 places'],
    ['too much', `${T},deposit,d,,,,1000000000000001,,,,,,,,,,`, 'quantity 1000000000000001 is too large'],
    ['thousands separated', `${T},deposit,d,,,,"1,000",,,,,,,,,,`, 'quantity "1,000" is not a plain decimal of at most 18 places'],
    ['units without a basis', `${T},transfer-in,x,,,,1,,,,,,BTC,,2020-01-01,,`, 'basis what 1 BTC had cost is not told; add a transfer-in line with id x, basis and acquired to a generic file'],
    ['a basis below nothing', `${T},transfer-in,x,,,,1,,,,,,BTC,-1,2020-01-01,,`, 'basis is negative'],
    ['units without a date', `${T},transfer-in,x,,,,1,,,,,,BTC,1,,,`, 'acquired when 1 BTC had been acquired is not told'],
    ['units acquired after they came', `${T},transfer-in,x,,,,1,,,,,,BTC,1,2024-01-03,,`, 'acquired lies after 1 BTC came'],
    ['units acquired at no time', `${T},transfer-in,x,,,,1,,,,,,BTC,1,spring,,`, 'acquired spring is neither an epoch nor ISO 8601 such as 2024-01-01T00:00:00Z'],
    ['money of another basis', `${T},deposit,d,,,,1,,,,,,,2,,,`, 'basis 1 USD are their own basis'],
    ['an opening without a basis', ',opening,o,,,,1,,,,,,BTC,,2020-01-01,,', 'basis what 1 BTC had cost is not told; add a transfer-in line with id o, basis and acquired to a generic file'],
    ['a value of no name', ',value,,,,,,,1,,,,,,,,', 'id is empty: it names the line that the value is of'],
    ['a value of no line', ',value,v,,,,,,1,,,,,,,,', 'id v names no line of these files'],
    ['a value of nothing', ',value,d,,,,,,,,,,,,,,', 'value is empty'],
  ])('%s', async (_, row, problem) => {
    const { problems } = await readTexts({ 'h.csv': file(row) });
    expect(problemTexts(problems)).toEqual([expect.stringMatching(new RegExp(`^h\\.csv:2: ${problem.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}`)) as unknown]);
  });
});

describe('several lines of one name', () => {
  const DEPOSIT = `${T},deposit,d,,,,1,,,,,,,,,,`;

  test('are one where they say the same, and refused where not', async () => {
    const same = await readTexts({ 'a.csv': file(DEPOSIT, DEPOSIT), 'b.csv': file(DEPOSIT) });
    expect([historyStory(same), problemTexts(same.problems)]).toEqual([[`${T} d in 1 USD`], []]);
    const other = await readTexts({ 'a.csv': file(DEPOSIT), 'b.csv': file(DEPOSIT.replace(',1,', ',2,')) });
    expect(problemTexts(other.problems)).toEqual(['b.csv:2: id d stands at a.csv:2 with other contents']);
  });

  const KRAKEN = 'txid,refid,time,type,subtype,aclass,asset,amount,fee,balance\nD1,R1,2024-01-02 00:00:00,deposit,,currency,XXBT,2,0,2\nS1,X1,2024-01-02 00:00:00,staking,,currency,DOT.S,1,0,1\nS2,X1,2024-01-02 00:00:01,staking,,currency,DOT.S,1,0,2\n';
  test.each([
    ['lots that do not add up to the deposit', [`${T},transfer-in,R1,,,,1.5,,,,,,BTC,1,2020-01-01,,`], ['g.csv:2: quantity lines of D1 add up to 1.5, and 2 came at k.csv:2']],
    ['lots of another asset', [`${T},transfer-in,D1,,,,2,,,,,,ETH,1,2020-01-01,,`], ['g.csv:2: asset is ETH, and D1 at k.csv:2 brought BTC']],
    ['a value for several lines', [`${T},transfer-in,D1,,,,2,,,,,,BTC,1,2020-01-01,,`, ',value,X1,,,,,,3,,,,,,,,'], ['g.csv:3: id X1 names 2 lines; name one by its txid']],
    ['two values for one line', [`${T},transfer-in,D1,,,,2,,,,,,BTC,1,2020-01-01,,`, ',value,S1,,,,,,3,,,,,,,,', ',value,S1,,,,,,4,,,,,,,,'], ['g.csv:4: id S1 has a value already']],
    ['a value for what has none', [`${T},transfer-in,D1,,,,2,,,,,,BTC,1,2020-01-01,,`, ',value,D1,,,,,,3,,,,,,,,'], ['g.csv:3: value the line at g.csv:2 takes no value from here']],
    ['opening lots that are not what was there', [`${T},transfer-in,D1,,,,2,,,,,,BTC,1,2020-01-01,,`, ',opening,o,,,,3,,,,,,ADA,1,2020-01-01,,', ',opening,p,,,,3,,,,,,EUR,1,2020-01-01,,'], ['k.csv:5: balance 5 ADA were there before this line, and opening lines say 3; import the history from its beginning, or tell the opening lots in a generic file']],
  ])('%s', async (_, rows, problems) => {
    const cardano = problems[0]!.startsWith('k.csv:5') ? 'W1,X9,2024-01-03 00:00:00,withdrawal,,currency,ADA,-1,0,4\n' : '';
    expect(problemTexts((await readTexts({ 'k.csv': KRAKEN + cardano, 'g.csv': file(...rows) })).problems)).toEqual(problems);
  });
});
