/** First lines in, layout out; and what is said when they are of no known format. */
import { describe, expect, test } from 'vitest';
import { detectFormat, isMarketFileFormat } from '../../../adapters/market-data/detect-format.ts';
import type { DetectRequest } from '../../../adapters/market-data/detect-format.ts';
import type { FileLayout } from '../../../adapters/market-data/file-layout.ts';
import { marketSymbol } from '../../../core/kernel/units.ts';

const detect = (text: string, format: DetectRequest['format'] = 'auto', symbol = 'BTC/USD'): FileLayout =>
  detectFormat({ file: 'f.csv', format, symbol: marketSymbol(symbol) }, { firstLine: 1, lines: text.split('\n') });

const KLINE = '1709269200000,10,12,9,11,1.5,1709272799999,16.1,42,0.7,7.5,0';
const KNOWN = 'plain (header ts,open,high,low,close,volume in any order); '
  + 'kraken-ohlcvt (no header: epoch seconds,open,high,low,close,volume,trades); '
  + 'binance-klines (12 columns from open time on); '
  + 'cryptodatadownload (header unix,date,symbol,open,high,low,close,Volume BASE); '
  + 'freqtrade-json ([[milliseconds, open, high, low, close, volume], …]); feather and parquet (columns named as those of plain)';

describe('told by the file', () => {
  test.each([
    ['plain', 'ts,open,high,low,close,volume\n1709269200,10,12,9,11,1', 2, 6, [0, 1, 2, 3, 4, 5, null, null]],
    ['plain', 'Close,Low,High,Open,Vol,Number of Trades,Timestamp', 2, 7, [6, 3, 2, 1, 0, 4, 5, null]],
    ['plain', '# from my own recorder\n\nt,h,open,low,close,v,date', 4, 7, [6, 2, 1, 3, 4, 5, null, null]],
    ['plain', 'time,open,high,low,close,Volume USD,Volume XBT', 2, 7, [0, 1, 2, 3, 4, 6, null, null]],
    ['plain', 'date,timestamp,open,high,low,close,volume', 2, 7, [1, 2, 3, 4, 5, 6, null, null]],
    ['kraken-ohlcvt', '1709269200,10,12,9,11,1.5,7', 1, 7, [0, 1, 2, 3, 4, 5, 6, null]],
    ['kraken-ohlcvt', '1709269200,10,12\n1709269200,10,12,9,11,1.5,7', 1, 7, [0, 1, 2, 3, 4, 5, 6, null]],
    ['binance-klines', KLINE, 1, 12, [0, 1, 2, 3, 4, 5, 8, null]],
    ['binance-klines', `Open time,Open,High,Low,Close,Volume,Close time,Quote asset volume,Number of trades,Taker base,Taker quote,Ignore\n${KLINE}`, 2, 12, [0, 1, 2, 3, 4, 5, 8, null]],
    ['cryptodatadownload', 'https://www.CryptoDataDownload.com\nunix,date,symbol,open,high,low,close,Volume BTC,Volume USD', 3, 9, [0, 3, 4, 5, 6, 7, null, 2]],
    ['cryptodatadownload', 'Unix Timestamp,Date,Symbol,Open,High,Low,Close,Volume', 2, 8, [0, 3, 4, 5, 6, 7, null, 2]],
  ])('%s: %s', (format, text, firstCandleLine, columnCount, [time, open, high, low, close, volume, trades, symbol]) => {
    expect(detect(text)).toMatchObject({ format, firstCandleLine, columnCount, columns: { time, open, high, low, close, volume, trades, symbol } });
  });

  test.each([
    ['ts_utc', true], ['Date UTC', true], ['ts', false], ['date', false],
  ])('a time column called %s promises UTC: %s', (name, timeIsUtc) => {
    expect(detect(`${name},open,high,low,close,volume`).timeIsUtc).toBe(timeIsUtc);
  });
});

describe('refused', () => {
  test.each([
    ['no table', 'Dear reader', 'f.csv:1: the line is of no known format: Dear reader.'],
    ['six columns without a header', '1709269200,10,12,9,11,1', 'f.csv:1: the line is of no known format: 1709269200,10,12,9,11,1.'],
    ['semicolons', 'ts;open;high;low;close;volume', 'f.csv:1: the line is of no known format: ts;open;high;low;close;volume.'],
    ['a long line', 'x'.repeat(200), `f.csv:1: the line is of no known format: ${'x'.repeat(120)}….`],
  ])('%s, with the known formats listed', (_, text, message) => {
    expect(() => detect(text)).toThrow(`${message} Known formats: ${KNOWN}. Choose one with --format, or rewrite the file as plain CSV with commas.`);
  });

  test.each([
    ['ts,open,high,close,volume', 'the header has no column for low (low, low_price, l): ts,open,high,close,volume'],
    ['ts,open,high,low,close', 'the header has no column for volume (volume, vol, base_volume, volume_base, v): ts,open,high,low,close'],
    ['ts,open,open,high,low,close,volume', 'the header names open twice: ts,open,open,high,low,close,volume'],
    ['ts,open,high,low,close,Volume USD', 'the header has the volume in USD only, and candles need it in BTC: ts,open,high,low,close,Volume USD'],
    ['ts,open,high,low,close,Volume ETH,Volume USD', 'the header has the volume of ETH and USD, and BTC/USD needs that of BTC: ts,open,high,low,close,Volume ETH,Volume USD'],
  ])('the header %s', (header, reason) => {
    expect(() => detect(header)).toThrow(`f.csv:1: ${reason}. Name the columns as plain has them. Formats: ${KNOWN}.`);
  });

  test('a format by name that needs a header', () => {
    expect(() => detect('1709269200,10,12,9,11,1.5,7', 'plain')).toThrow('f.csv:1: plain needs a header, and the line is none: 1709269200,10,12,9,11,1.5,7.');
  });

  test('no text at all', () => {
    expect(() => detect('\n \n')).toThrow('f.csv: the file has no lines of text. Copy or download it again.');
  });
});

test('a format by name wins over the file', () => {
  expect(detect('1709269200,10,12,9,11,1.5,7', 'binance-klines').format).toBe('binance-klines');
  expect(detect('open_time,open,high,low,close,volume', 'binance-klines')).toMatchObject({ format: 'binance-klines', firstCandleLine: 2, columnCount: 6 });
});

test('names of formats', () => {
  expect(['plain', 'kraken-ohlcvt', 'binance-klines', 'cryptodatadownload', 'freqtrade-json', 'feather', 'parquet'].every(isMarketFileFormat)).toBe(true);
  expect(['auto', 'csv', 'json', 'zip', ''].some(isMarketFileFormat)).toBe(false);
});
