/** Each bad line with its literal reason, in the order in which the reasons take precedence. */
import { describe, expect, test } from 'vitest';
import type { FileLayout } from '../../../adapters/market-data/file-layout.ts';
import { lineParser } from '../../../adapters/market-data/parse-candle.ts';
import { marketSymbol } from '../../../core/kernel/units.ts';
import { at } from '../../support/market-files.ts';

const LAYOUT: FileLayout = {
  format: 'plain', firstCandleLine: 2, columnCount: 6, timeIsUtc: false,
  columns: { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5, trades: null, symbol: null },
};
const SERIES = { symbol: marketSymbol('BTC/USD'), timeframe: '1h' } as const;
const parse = lineParser({ layout: LAYOUT, series: SERIES, nowMs: at('2024-03-01T10:30:00Z') });
const T = '2024-03-01T05:00:00Z';

test.each([
  ['a quote that stays open', `${T},10,"12,9,11,1`, 'a quote is not closed'],
  ['a quote inside a field', `${T},10,1"2",9,11,1`, 'a quote is not closed'],
  ['too few columns', `${T},10,12,9,11`, 'the line has 5 columns, expected 6'],
  ['too many columns', `${T},10,12,9,11,1,1`, 'the line has 7 columns, expected 6'],
  ['no commas', 'hello', 'the line has 1 column, expected 6'],
  ['columns outrank the time', 'x,10', 'the line has 2 columns, expected 6'],
  ['an empty time', ',10,12,9,11,1', 'time is empty'],
  ['a time that is none', 'yesterday,10,12,9,11,1', 'time yesterday is neither an epoch nor ISO 8601 such as 2024-01-01T00:00:00Z'],
  ['the time outranks the values', 'yesterday,NaN,12,9,11,1', 'time yesterday is neither an epoch nor ISO 8601 such as 2024-01-01T00:00:00Z'],
  ['half past', '2024-03-01T05:30:00Z,10,12,9,11,1', 'time 2024-03-01T05:30:00Z is not on a 1h boundary'],
  ['a millisecond past', '1709269200001,10,12,9,11,1', 'time 2024-03-01T05:00:00.001Z is not on a 1h boundary'],
  ['the future', '2024-03-01T11:00:00Z,10,12,9,11,1', 'time 2024-03-01T11:00:00Z is in the future; now is 2024-03-01T10:30:00Z'],
  [
    'an hour still open', '2024-03-01T10:00:00Z,10,12,9,11,1',
    'the candle of 2024-03-01T10:00:00Z closes at 2024-03-01T11:00:00Z and is not closed yet; now is 2024-03-01T10:30:00Z',
  ],
  ['the boundary outranks the future', '2024-03-01T11:30:00Z,10,12,9,11,1', 'time 2024-03-01T11:30:00Z is not on a 1h boundary'],
  ['an empty price', `${T},10,,9,11,1`, 'high is empty'],
  ['a price of space', `${T},10,12,9, ,1`, 'close is empty'],
  ['an empty volume', `${T},10,12,9,11,`, 'volume is empty'],
  ['a word', `${T},ten,12,9,11,1`, 'open ten is not a plain decimal number'],
  ['NaN', `${T},10,12,NaN,11,1`, 'low NaN is not a number'],
  ['nan of another hand', `${T},10,12,9,11,nan`, 'volume nan is not a number'],
  ['Infinity', `${T},10,Infinity,9,11,1`, 'high Infinity is not a number'],
  ['inf', `${T},10,inf,9,11,1`, 'high inf is not a number'],
  ['an exponent', `${T},1e1,12,9,11,1`, 'open 1e1 uses exponent notation; write it out in full'],
  ['an exponent below zero', `${T},10,12,9,11,1.5E-7`, 'volume 1.5E-7 uses exponent notation; write it out in full'],
  ['Kraken’s exponent outside Kraken’s archive', `${T},10,12,9,11,1E+1`, 'volume 1E+1 uses exponent notation; write it out in full'],
  ['a negative price', `${T},-10,12,9,11,1`, 'open -10 is negative'],
  ['a negative volume', `${T},10,12,9,11,-0.5`, 'volume -0.5 is negative'],
  ['a plus', `${T},+10,12,9,11,1`, 'open +10 is not a plain decimal number'],
  ['a thousands separator', `${T},"1,000",12,9,11,1`, 'open 1,000 is not a plain decimal number'],
  ['a point without digits after it', `${T},10.,12,9,11,1`, 'open 10. is not a plain decimal number'],
  ['19 decimals', `${T},10.0000000000000000001,12,9,11,1`, 'open 10.0000000000000000001 has more than 18 decimals'],
  ['19 significant digits', `${T},10,12,9,11,1234567890.123456789`, 'volume 1234567890.123456789 has more than 18 significant digits'],
  ['the first bad value is named', `${T},10,x,y,11,1`, 'high x is not a plain decimal number'],
  ['a price of zero', `${T},10,12,0.000,11,1`, 'a price of zero is no price'],
  ['all prices zero', `${T},0,0,0,0,0`, 'a price of zero is no price'],
  ['high below low', `${T},10,9,12,11,1`, 'high 9 is below low 12'],
  ['high below low by the 18th digit', `${T},1,1.00000000000000001,1.00000000000000002,1,1`, 'high 1.00000000000000001 is below low 1.00000000000000002'],
  ['open below low', `${T},8.99,12,9,11,1`, 'open 8.99 is outside low 9 to high 12'],
  ['open above high', `${T},12.01,12,9,11,1`, 'open 12.01 is outside low 9 to high 12'],
  ['close below low', `${T},10,12,9,8,1`, 'close 8 is outside low 9 to high 12'],
  ['close above high', `${T},10,12,9,100,1`, 'close 100 is outside low 9 to high 12'],
  [
    'close above high where doubles see no difference', `${T},10,123456.789012345678,9,123456.789012345679,1`,
    'close 123456.789012345679 is outside low 9 to high 123456.789012345678',
  ],
])('%s', (_, text, reason) => {
  expect(parse(text, 7)).toBe(reason);
});

test.each([
  ['digits in normal form', `${T},10,12,9,11,1`, ['10', '12', '9', '11', '1']],
  ['needless zeros', `${T},0010.50,12.000,09,11.10,0.0`, ['10.5', '12', '9', '11.1', '0']],
  ['18 decimals', `${T},0.000000000000000002,0.000000000000000003,0.000000000000000001,0.000000000000000002,0`, ['0.000000000000000002', '0.000000000000000003', '0.000000000000000001', '0.000000000000000002', '0']],
  ['18 significant digits', `${T},123456.789012345678,123456.789012345679,1,2,999999999999999999`, ['123456.789012345678', '123456.789012345679', '1', '2', '999999999999999999']],
  ['one price all hour', `${T},7,7,7,7,0`, ['7', '7', '7', '7', '0']],
])('a candle: %s', (_, text, [open, high, low, close, volume]) => {
  expect(parse(text, 7)).toEqual({ line: 7, openMs: at(T), values: { open, high, low, close, volume }, trades: null });
});

test('an hour that closed this very moment is closed', () => {
  const atClose = lineParser({ layout: LAYOUT, series: SERIES, nowMs: at('2024-03-01T06:00:00Z') });
  expect(atClose(`${T},10,12,9,11,1`, 2)).toMatchObject({ openMs: at(T) });
});

describe('columns beside the values', () => {
  const layout: FileLayout = { ...LAYOUT, columnCount: 8, columns: { ...LAYOUT.columns, trades: 6, symbol: 7 } };
  const parseMore = lineParser({ layout, series: SERIES, nowMs: at('2024-03-01T10:30:00Z') });

  test.each([
    ['42', 42], ['42.0', 42], ['', null], [' 7 ', 7],
  ])('trades %j', (text, trades) => {
    expect(parseMore(`${T},10,12,9,11,1,${text},BTC/USD`, 2)).toMatchObject({ trades });
  });

  test.each([
    ['4.5', 'trades 4.5 is not a whole number'],
    ['-1', 'trades -1 is not a whole number'],
    ['many', 'trades many is not a whole number'],
  ])('trades %j refused', (text, reason) => {
    expect(parseMore(`${T},10,12,9,11,1,${text},BTC/USD`, 2)).toBe(reason);
  });

  test.each(['BTC/USD', 'BTCUSD', 'btc-usd', 'XBT/USD', 'XBTUSD', 'XXBTZUSD', 'BTC', ''])('symbol %j is of this market', symbol => {
    expect(parseMore(`${T},10,12,9,11,1,1,${symbol}`, 2)).toMatchObject({ line: 2 });
  });

  test.each([
    ['ETH/USD', 'the line is of symbol ETH/USD, not of BTC/USD'],
    ['BTCUSDT', 'the line is of symbol BTC/USDT, not of BTC/USD'],
    ['ETH', 'the line is of symbol ETH, not of BTC/USD'],
  ])('symbol %j is of another', (symbol, reason) => {
    expect(parseMore(`${T},10,12,9,11,1,1,${symbol}`, 2)).toBe(reason);
    expect(parseMore(`${T},10,12,9,11,1,1,BTC/USD`, 3)).toMatchObject({ line: 3 });
  });
});
