/** Random candles written in every format and order and read back: no digit changes and no line is lost. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTime } from '../../../core/kernel/hours.ts';
import { timeMs } from '../../../core/kernel/units.ts';
import { normalCandleValue } from '../../../core/market/candle.ts';
import { fileWriter, readWhole, temporaryFolder } from '../../support/market-files.ts';

const write = fileWriter(await temporaryFolder());
const FIRST_MS = 1_704_067_200_000;

type Written = Readonly<{ hour: number; scale: number; mantissas: readonly [bigint, bigint, bigint, bigint]; volume: bigint; trades: number }>;

/** Fixed decimals, needless zeros and all, as exchanges print. */
const printed = (mantissa: bigint, scale: number): string => {
  const digits = mantissa.toString().padStart(scale + 1, '0');
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
};
const normal = (text: string): string => {
  const value = normalCandleValue(text);
  if (!value.ok) throw new Error(value.why);
  return value.text;
};

const anyMantissa = fc.bigInt({ min: 1n, max: 999_999_999_999_999_999n });
const anyCandle: fc.Arbitrary<Written> = fc.record({
  hour: fc.integer({ min: 0, max: 17_000 }),
  scale: fc.integer({ min: 0, max: 18 }),
  mantissas: fc.tuple(anyMantissa, anyMantissa, anyMantissa, anyMantissa).map(all => all.toSorted((left, right) => (left < right ? -1 : left > right ? 1 : 0)) as [bigint, bigint, bigint, bigint]),
  volume: fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n }),
  trades: fc.integer({ min: 0, max: 1_000_000 }),
});

/** Sorted low, open, close, high. */
const prices = ({ mantissas: [low, open, close, high], scale }: Written): readonly string[] => [open, high, low, close].map(mantissa => printed(mantissa, scale));

const FORMATS = {
  plain: {
    header: 'ts,open,high,low,close,volume\n',
    line: (candle: Written) => `${formatTime(timeMs(FIRST_MS + candle.hour * 3_600_000))},${prices(candle).join(',')},${printed(candle.volume, candle.scale)}\n`,
  },
  'kraken-ohlcvt': {
    header: '',
    line: (candle: Written) => `${FIRST_MS / 1_000 + candle.hour * 3_600},${prices(candle).join(',')},${printed(candle.volume, candle.scale)},${candle.trades}\n`,
  },
  'binance-klines': {
    header: '',
    line: (candle: Written) => `${FIRST_MS + candle.hour * 3_600_000}000,${prices(candle).join(',')},${printed(candle.volume, candle.scale)},0,0,${candle.trades},0,0,0\n`,
  },
  cryptodatadownload: {
    header: 'https://www.CryptoDataDownload.com\nunix,date,symbol,open,high,low,close,Volume BTC,Volume USD\n',
    line: (candle: Written) => `${FIRST_MS + candle.hour * 3_600_000},x,BTC/USD,${prices(candle).join(',')},${printed(candle.volume, candle.scale)},0\n`,
  },
} as const;

test.each(['plain', 'kraken-ohlcvt', 'binance-klines', 'cryptodatadownload'] as const)('%s', async format => {
  const { header, line } = FORMATS[format];
  const file = fc.uniqueArray(anyCandle, { minLength: 1, maxLength: 40, selector: ({ hour }) => hour });
  await fc.assert(fc.asyncProperty(file, async candles => {
    // An hour at the start and one after it, so that the steps speak of hours however sparse the rest is.
    const anchors = [{ ...candles[0]!, hour: 17_100 }, { ...candles[0]!, hour: 17_101 }, { ...candles[0]!, hour: 17_102 }];
    const all = [...candles, ...anchors];
    const path = await write('round-trip.csv', header + all.map(line).join(''));
    const read = await readWhole(path, { format });
    const ascending = all.toSorted((left, right) => left.hour - right.hour);
    expect(read.candles.map(({ openMs, values }) => [openMs, values.open, values.high, values.low, values.close, values.volume])).toEqual(
      ascending.map(candle => [FIRST_MS + candle.hour * 3_600_000, ...prices(candle).map(normal), normal(printed(candle.volume, candle.scale))]),
    );
    expect(read.tally).toMatchObject({ lines: all.length, candles: all.length, rejected: 0, duplicates: 0 });
  }), { seed: 1_000 + format.length, numRuns: 40 });
});

test('whatever a file contains, its lines are candles, duplicates or rejected, and candles ascend', async () => {
  const anyLine = fc.oneof(
    anyCandle.map(FORMATS['kraken-ohlcvt'].line),
    fc.constantFrom('1704067200,1,1,1,1,1,1\n', '1704067200,1,1,1,1,2,1\n', '1704070800,1,2,1,1,1,1\n', 'x\n', '1704067200,1,1,2,1,1,1\n'),
    fc.string({ maxLength: 30 }).map(text => `${text.replace(/[\n\r\u0000]/g, '')}.\n`),
  );
  await fc.assert(fc.asyncProperty(fc.array(anyLine, { maxLength: 40 }), async lines => {
    const path = await write('any.csv', `1704074400,1,1,1,1,1,1\n1704078000,1,1,1,1,1,1\n${lines.join('')}1704067200,1,1,1,1,1,1\n1704070800,1,2,1,1,1,1\n1704074400,1,1,1,1,1,1\n`);
    const { tally, candles, rejected } = await readWhole(path, { format: 'kraken-ohlcvt' });
    expect(tally.lines).toBe(lines.length + 5);
    expect(tally.lines).toBe(tally.linesTotal);
    expect(tally.candles + tally.duplicates + tally.rejected).toBe(tally.lines);
    expect([tally.candles, tally.rejected]).toEqual([candles.length, rejected.length]);
    expect(candles.every(({ openMs }, index) => index === 0 || openMs > candles[index - 1]!.openMs)).toBe(true);
  }), { seed: 77, numRuns: 150 });
});
