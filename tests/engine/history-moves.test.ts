/** What lines of a history move: trades with both amounts, seen in the quote of the run, and everything that was not there. */
import { describe, expect, test } from 'vitest';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { asset } from '../../core/kernel/units.ts';
import { holdingProblems, movesOf, settle } from '../../engine/history-moves.ts';
import type { SettledEvent } from '../../engine/history-moves.ts';
import { problemTexts, readTexts } from '../support/account-history.ts';

const HEADER = 'time_utc,type,id,symbol,price,quantity,amount,fee,fee_asset,asset,basis,acquired,to_asset,received';

/** Settled lines, without their times and types. */
const settledOf = async (rows: readonly string[], quote = 'USD'): Promise<readonly SettledEvent[]> => {
  const { events, problems } = await readTexts({ 'h.csv': [HEADER, ...rows.map(row => `2024-01-02,${row}`)].join('\n').replaceAll('2024-01-02,', '2024-01-02 00:00:00,') }, { quote });
  expect(problemTexts(problems)).toEqual([]);
  return events.map(event => {
    const settled = settle(event, asset(quote));
    if ('reason' in settled) throw new Error(settled.reason);
    return settled;
  });
};

const moved = (event: SettledEvent): readonly string[] => movesOf(event).map(({ asset: held, units }) => `${formatDecimal(units)} ${held}`);

describe('a trade', () => {
  test.each([
    ['by its price', 'buy,t,BTC/USD,40000.333333333333333333,0.3,,,,,,,,', 'USD', ['0.3 BTC', '-12000.1 USD'], 'BTC/USD 40000.333333333333333333'],
    ['by its price, to the nearest, ties to even', 'buy,t,BTC/USD,0.000000000000000005,0.5,,,,,,,,', 'USD', ['0.5 BTC', '-0.000000000000000002 USD'], 'BTC/USD 0.000000000000000005'],
    ['by its amount', 'sell,t,BTC/USD,,3,100,,,,,,,', 'USD', ['-3 BTC', '100 USD'], 'BTC/USD 33.333333333333333333'],
    ['by both, where the venue rounded', 'sell,t,BTC/USD,33.34,3,100,0.5,USD,,,,,', 'USD', ['-3 BTC', '100 USD', '-0.5 USD'], 'BTC/USD 33.34'],
    ['whose market has the quote of the run for its base', 'buy,t,USD/EUR,0.8,100,80,1,EUR,,,,,', 'USD', ['-80 EUR', '100 USD', '-1 EUR'], 'EUR/USD 1.25'],
    ['whose market has the quote of the run for its base, sold', 'sell,t,USD/EUR,,100,80,,,,,,,', 'USD', ['80 EUR', '-100 USD'], 'EUR/USD 1.25'],
  ])('%s', async (_, row, quote, moves, market) => {
    const [settled] = await settledOf([row], quote);
    expect(moved(settled!)).toEqual(moves);
    expect(settled!.kind === 'trade' && `${settled!.symbol} ${formatDecimal(settled!.price)}`).toBe(market);
  });

  test.each([
    ['whose price makes too much', 'buy,t,BTC/USD,1000000000,1000001,,,,,,,,', 'price makes an amount that is too large'],
    ['whose amount makes too high a price', 'buy,t,BTC/USD,,0.000000000000000001,1,,,,,,,', 'price makes an amount that is too large'],
    ['of the quote of the run for nothing', 'sell,t,USD/EUR,,100,0,,,,,,,', 'amount is nothing for 100 USD'],
  ])('%s is refused', async (_, row, problem) => {
    const { events } = await readTexts({ 'h.csv': `${HEADER}\n2024-01-02 00:00:00,${row}` });
    const settled = settle(events[0]!, asset('USD'));
    expect('reason' in settled && problemTexts([settled])).toEqual([`h.csv:2: ${problem}`]);
  });
});

test('every other line moves what it says', async () => {
  const events = await settledOf([
    'deposit,d,,,100,,,,,,,,', 'transfer-in,x,,,2,,,,BTC,1,2020-01-01,,', 'transfer-out,y,,,1,,,,BTC,,,,', 'reward,r,,,5,,0.5,,DOT,,,,', 'fee,c,,,0.25,,,,DOT,,,,', 'rename,n,,,4,,,,DOT,,,NEW,40',
  ]);
  expect(events.map(moved)).toEqual([['100 USD'], ['2 BTC'], ['-1 BTC'], ['4.5 DOT'], ['-0.25 DOT'], ['-4 DOT', '40 NEW']]);
});

describe('more than there was', () => {
  const missing = (line: number, takes: string, there: string, short: string): string =>
    `h.csv:${line}: quantity takes ${takes}, and ${there} were there: ${short} are missing; import the history from its beginning, or tell what was there in an opening line`;

  test('is named line by line, each judged as if what was missing had been there', async () => {
    const events = await settledOf(['deposit,d,,,100,,,,,,,,', 'buy,t1,BTC/USD,50,1,,1,USD,,,,,', 'sell,t2,BTC/USD,50,1.5,,,,,,,,', 'transfer-out,x,,,0.25,,,,BTC,,,,', 'withdrawal,w,,,500,,,,,,,,']);
    expect(problemTexts(holdingProblems(events))).toEqual([missing(4, '1.5 BTC', '1', '0.5 BTC'), missing(5, '0.25 BTC', '0', '0.25 BTC'), missing(6, '500 USD', '124', '376 USD')]);
  });

  test('is judged after the whole line: a fee is paid of what the trade brought', async () => {
    expect(holdingProblems(await settledOf(['deposit,d,,,100,,,,,,,,', 'buy,t,BTC/USD,100,1,,0.001,BTC,,,,,', 'sell,u,BTC/USD,100,0.999,,99.9,USD,,,,,']))).toEqual([]);
    expect(problemTexts(holdingProblems(await settledOf(['deposit,d,,,100,,,,,,,,', 'buy,t,BTC/USD,100,1,,0.01,BNB,,,,,'])))).toEqual([expect.stringContaining('h.csv:3: quantity takes 0.01 BNB, and 0 were there: 0.01 BNB are missing') as unknown]);
  });

  test('amounts that no books hold are refused together', async () => {
    const rows = Array.from({ length: 10_001 }, (_, index) => `deposit,d${index},,,1000000000000000,,,,,,,,`);
    expect(problemTexts(holdingProblems(await settledOf(rows)))).toEqual(['h.csv:10002: quantity the USD of this history are too many in all']);
  });
});
