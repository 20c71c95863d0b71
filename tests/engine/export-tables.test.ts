/** Tables of fills and tax lots word for word, and every row traced to the log it came from. */
import { describe, expect, test } from 'vitest';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { hexOf } from '../../core/kernel/digest.ts';
import { leafOfText } from '../../core/kernel/merkle.ts';
import { LOT_METHODS } from '../../core/lots/methods.ts';
import { csvCell } from '../../engine/export-tables.ts';
import { aroundMidnight, fillText, paidInKind, paidInStock, placesShort, soldBeforeItCame, taxLotText, threeLots, wholeAccount } from './journal-runs.ts';
import type { Traded } from './journal-runs.ts';

type Row = Readonly<Record<string, string>>;

const rowsOf = (text: string): readonly Row[] => {
  const [head, ...rows] = text.trimEnd().split('\n');
  const columns = head!.split(',');
  return rows.map(row => Object.fromEntries(row.split(',').map((cell, index) => [columns[index]!, cell])));
};

/** Places are shown without their number in the step. */
const cellsOf = (text: string, ...columns: readonly string[]): readonly (readonly string[])[] => rowsOf(text).map(row => columns.map(column => placesShort(row[column]!)));

describe('tax lots', () => {
  test('have these columns', async () => {
    const [head] = (await taxLotText(threeLots(), 'fifo')).split('\n');
    expect(head).toBe('acquired,disposed,asset,currency,quantity,proceeds,basis,fees,gain,holdingDays,lots,kind,agent,acquiredId,acquiredHash,disposedId,disposedHash,orderId,tradeId');
  });

  //  method      quantity  proceeds  basis  fees  gain, of every piece
  test.each([
    ['fifo', ['1 118.8 101 2.2 17.8', '1 118.8 131.3 2.5 -12.5', '1 89.1 111.1 2 -22']],
    ['lifo', ['1 118.8 111.1 2.3 7.7', '1 118.8 131.3 2.5 -12.5', '1 89.1 101 1.9 -11.9']],
    ['hifo', ['1 118.8 131.3 2.5 -12.5', '1 118.8 111.1 2.3 7.7', '1 89.1 101 1.9 -11.9']],
    ['average', ['2 237.6 228.933333333333333334 4.666666666666666667 8.666666666666666666', '1 89.1 114.466666666666666666 2.033333333333333333 -25.366666666666666666']],
  ] as const)('%s: basis with the fees of buying, proceeds net of those of selling', async (method, pieces) => {
    const text = await taxLotText(threeLots(), method);
    expect(cellsOf(text, 'quantity', 'proceeds', 'basis', 'fees', 'gain').map(cells => cells.join(' '))).toEqual(pieces);
    expect(cellsOf(text, 'asset', 'currency', 'lots', 'kind', 'agent')).toEqual(pieces.map(() => ['BTC', 'USD', method, 'sell', 'main']));
  });

  test('name both ends', async () => {
    expect(cellsOf(await taxLotText(threeLots(), 'hifo'), 'acquired', 'acquiredId', 'disposed', 'disposedId', 'orderId', 'tradeId')).toEqual([
      ['2027-01-15T08:20:00Z', '0.4', '2027-01-15T08:35:00Z', '0.7', '0.6', '0.6/1'],
      ['2027-01-15T08:25:00Z', '0.5', '2027-01-15T08:35:00Z', '0.7', '0.6', '0.6/1'],
      ['2027-01-15T08:15:00Z', '0.3', '2027-01-15T08:40:00Z', '0.8', '0.6', '0.6/2'],
    ]);
    const pool = ['', '', '', ''];
    expect(cellsOf(await taxLotText(threeLots(), 'average'), 'acquired', 'acquiredId', 'acquiredHash', 'holdingDays')).toEqual([pool, pool]);
  });

  test('count dates, not hours: from midnight to one o’clock of the next day is a day', async () => {
    expect(cellsOf(await taxLotText(aroundMidnight(), 'fifo'), 'acquired', 'disposed', 'holdingDays')).toEqual([['2027-01-16T00:00:00Z', '2027-01-17T01:00:00Z', '1']]);
    expect(cellsOf(await taxLotText(paidInKind(), 'fifo'), 'holdingDays', 'quantity', 'basis')).toEqual([['0', '0.998', '100']]);
  });

  test('include fees paid in kind', async () => {
    expect(cellsOf(await taxLotText(paidInStock(), 'fifo'), 'kind', 'asset', 'quantity', 'proceeds', 'basis', 'gain', 'agent', 'acquired')).toEqual([
      ['fee', 'BNB', '0.00625', '2', '1.875', '0.125', 'treasury', '2027-01-15T08:00:00Z'],
      ['fee', 'BNB', '0.0078125', '2.5', '2.34375', '0.15625', 'treasury', '2027-01-15T08:00:00Z'],
      ['sell', '1INCH', '1', '2197.8', '2002', '195.8', 'one', '2027-01-15T09:00:00Z'],
      ['fee', 'BNB', '0.006875', '2.2', '2.0625', '0.1375', 'treasury', '2027-01-15T08:00:00Z'],
    ]);
  });
});

test('units that came after they were sold were acquired by the entry that brought them', async () => {
  expect(cellsOf(await taxLotText(soldBeforeItCame(), 'fifo'), 'acquired', 'disposed', 'quantity', 'proceeds', 'basis', 'gain', 'holdingDays', 'kind', 'acquiredId', 'disposedId', 'tradeId')).toEqual([
    ['2027-01-15T08:00:00Z', '2027-01-15T09:30:00Z', '1', '99.666666666666666667', '90', '9.666666666666666667', '0', 'sell', '0.0', '1.0', 'f1'],
    ['2027-01-15T10:30:00Z', '2027-01-15T09:30:00Z', '1', '99.666666666666666666', '70', '29.666666666666666666', '0', 'sell', '2.0', '1.0', 'f1'],
    ['2027-01-15T11:30:00Z', '2027-01-15T09:30:00Z', '1', '99.666666666666666667', '110.2', '-10.533333333333333333', '0', 'sell', '3.0', '1.0', 'f1'],
  ]);
});

test('an account: the date of acquisition comes with units transferred in, and what left without a sale is no disposal', async () => {
  expect(cellsOf(await taxLotText(wholeAccount(), 'fifo'), 'acquired', 'disposed', 'asset', 'quantity', 'gain', 'holdingDays', 'kind', 'orderId', 'tradeId')).toEqual([
    ['2027-01-13T08:00:00Z', '2027-01-15T12:30:00Z', 'BTC', '1', '766.666666666666666667', '2', 'sell', '', 'f4'],
    ['2027-01-15T11:30:00Z', '2027-01-15T12:30:00Z', 'BTC', '0.5', '32.083333333333333333', '0', 'sell', '', 'f4'],
    ['2027-01-15T12:30:00Z', '2027-01-15T13:30:00Z', 'ETH', '4', '-231.282565130260521042', '0', 'sell', '', 'f5'],
    ['2027-01-15T10:30:00Z', '2027-01-15T13:30:00Z', 'BNB', '0.1', '0.433333333333333333', '0', 'fee', '', 'f5'],
    ['2027-01-15T10:30:00Z', '2027-01-15T18:30:00Z', 'BNB', '0.5', '2.666666666666666667', '0', 'fee', '', 'f10'],
  ]);
  expect(cellsOf(await fillText(wholeAccount()), 'symbol', 'side', 'quantity', 'fee', 'feeAsset', 'liquidity', 'agent', 'orderId', 'tradeId')).toEqual([
    ['BTC/USD', 'BUY', '1', '2.5', 'USD', '', 'treasury', '', 'f3'],
    ['ETH/BTC', 'BUY', '10', '0.02', 'ETH', '', 'treasury', '', 'f4'],
    ['ETH/BTC', 'SELL', '4', '0.1', 'BNB', '', 'treasury', '', 'f5'],
    ['MATIC/USD', 'BUY', '4', '0.01', 'USD', '', 'treasury', '', 'f7'],
  ]);
});

/** The leaf hash of each event of a run, by what it is and its place. */
const leavesOf = ({ ran }: Traded): ReadonlyMap<string, string> =>
  new Map(
    ran.hours.flatMap(({ steps, sealed }) =>
      steps.flatMap(({ bucket, decisions }, step) =>
        [...bucket.facts.map((event, seq) => ({ event, seq })), ...decisions.map((event, seq) => ({ event, seq }))].map(({ event, seq }): [string, string] => [
          `${event.type} ${sealed.hour}.${step}.${seq}`,
          hexOf(leafOfText(canonicalText(event))),
        ]),
      ),
    ),
  );

test.each([
  ['threeLots', threeLots()],
  ['paidInStock', paidInStock()],
  ['aroundMidnight', aroundMidnight()],
  ['wholeAccount', wholeAccount()],
] as const)('every row of %s leads to the log by place and hash', async (_, traded) => {
  const leaves = leavesOf(traded);
  for (const method of LOT_METHODS) {
    for (const row of rowsOf(await taxLotText(traded, method))) {
      expect(row['disposedHash']).toBe(leaves.get(`ledger_posted ${row['disposedId']}`));
      if (method !== 'average') expect(row['acquiredHash']).toBe(leaves.get(`lot_opened ${row['acquiredId']}`));
    }
  }
  const fills = rowsOf(await fillText(traded));
  expect(fills.map(row => row['factHash'])).toEqual(fills.map(row => leaves.get(`order_filled ${row['factId']}`) ?? leaves.get(`account_traded ${row['factId']}`)));
  expect(fills.length).toBeGreaterThan(1);
});

test('fills stand in the order in which they were booked', async () => {
  const text = await fillText(paidInStock());
  expect(text.split('\n')[0]).toBe('time,symbol,side,quantity,price,fee,feeAsset,feeValue,liquidity,agent,orderId,tradeId,factId,factHash');
  expect(cellsOf(text, 'time', 'symbol', 'side', 'quantity', 'price', 'fee', 'feeAsset', 'feeValue', 'liquidity', 'agent', 'orderId', 'tradeId', 'factId')).toEqual([
    ['2027-01-15T09:00:00Z', '1INCH/USD', 'BUY', '1', '2000', '0.00625', 'BNB', '2', 'TAKER', 'one', '0.0', '0.0/1', '1.0'],
    ['2027-01-15T10:00:00Z', '1INCH/USD', 'BUY', '1', '2500', '0.0078125', 'BNB', '2.5', 'TAKER', 'two', '1.0', '1.0/1', '2.0'],
    ['2027-01-15T12:00:00Z', '1INCH/USD', 'SELL', '1', '2200', '0.006875', 'BNB', '2.2', 'TAKER', 'one', '3.0', '3.0/1', '4.0'],
  ]);
});

test.each([
  ['plain', 'plain'],
  ['a b', 'a b'],
  ['a,b', '"a,b"'],
  ['say "so"', '"say ""so"""'],
  ['two\nlines', '"two\nlines"'],
  ['two\rlines', '"two\rlines"'],
])('%j is the cell %j', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});
