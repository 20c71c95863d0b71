/**
 * Everything that a venue can get wrong, planted one at a time in the middle of a history. Either the candles are exactly those of
 * the venue without the fault, or nothing of the answer is used and the error says what came and where. There is no third outcome.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { binanceSource } from '../../../adapters/exchange/binance-source.ts';
import { krakenSource } from '../../../adapters/exchange/kraken-source.ts';
import { SourceError } from '../../../adapters/exchange/source-error.ts';
import type { GivenOptions } from '../../../adapters/exchange/source-options.ts';
import type { MarketSource } from '../../../adapters/ports.ts';
import { timeMs } from '../../../core/kernel/units.ts';
import { at } from '../../support/market-files.ts';
import type { Fault, PlannedFault } from '../../support/venue/faults.ts';
import { demoHistory } from '../../support/venue/history.ts';
import type { Venue } from '../../support/venue/server.ts';
import { digestsOf, failureOf, impatient, readAll, seriesOf, venueFor } from './loopback.ts';

const NOW = at('2024-04-01T12:30:00Z');
const SERIES = seriesOf('AUR/USDT');
/** Deep history, which Kraken only has as trades, and the last weeks, which it has as candles. */
const DEEP = { fromMs: at('2024-01-01T00:00:00Z'), toMs: at('2024-02-08T00:00:00Z') };
const RECENT = { fromMs: at('2024-03-20T00:00:00Z'), toMs: NOW };

type Place = Readonly<{ open: (options: GivenOptions) => MarketSource; endpoint: string; window: typeof DEEP }>;
const PLACES: Readonly<Record<string, Place>> = {
  'Kraken’s trades': { open: krakenSource, endpoint: 'Trades', window: DEEP },
  'Kraken’s candles': { open: krakenSource, endpoint: 'OHLC', window: RECENT },
  'Binance’s klines': { open: binanceSource, endpoint: 'klines', window: DEEP },
};
const EACH = Object.entries(PLACES);

const expected = ({ window }: Place): readonly string[] => {
  const { candles } = demoHistory().find(({ symbol }) => symbol === SERIES.symbol)!;
  return digestsOf(SERIES, candles.filter(({ openMs }) => openMs >= window.fromMs && openMs < Math.min(window.toMs, at('2024-04-01T12:00:00Z'))));
};

let venue: Venue;
beforeAll(async () => {
  venue = await venueFor({ nowMs: NOW, series: demoHistory() });
});

/** Reads a window while a fault waits for one of the first requests. */
const readWith = async (place: Place, fault: Fault, times = 1, options: Partial<GivenOptions> = {}): Promise<Readonly<{ digests: readonly string[]; source: MarketSource }>> => {
  venue.faults.clear();
  venue.faults.plan({ ...fault, on: place.endpoint, times });
  const source = place.open(impatient(venue, options));
  try {
    const { candles } = await readAll(source, SERIES, place.window);
    return { digests: digestsOf(SERIES, candles), source };
  } finally {
    venue.faults.clear();
  }
};

describe.each(EACH)('%s', (_, place) => {
  const passing: readonly (readonly [string, Fault])[] = [
    ['a web page in place of an answer', { kind: 'html' }],
    ['garbage', { kind: 'garbage' }],
    ['nothing at all', { kind: 'empty-body' }],
    ['JSON of another shape', { kind: 'not-json-shape' }],
    ['half an answer that claims to be whole', { kind: 'truncated' }],
    ['a connection that breaks in the middle', { kind: 'cut' }],
    ['a connection that is reset', { kind: 'reset' }],
    ['an answer that never comes', { kind: 'hang' }],
    ['a server error', { kind: 'status', status: 503, body: '<html>Service unavailable</html>' }],
    ['a gateway error without a body', { kind: 'status', status: 502 }],
    ['too many requests', { kind: 'status', status: 429, body: '{"code":-1003,"msg":"Too many requests."}' }],
    ['a ban of a moment', { kind: 'status', status: 418, body: '{"code":-1003,"msg":"Banned."}' }],
    ['a price that is not a number', { kind: 'nan' }],
    ['a negative price', { kind: 'negative' }],
    ['a price of zero', { kind: 'zero-price' }],
    ['a price with an exponent', { kind: 'exponent' }],
  ];

  test.each(passing)('%s once: asked again, and the candles are whole', async (_name, fault) => {
    const { digests, source } = await readWith(place, fault, 1, { patience: { timeoutMs: fault.kind === 'hang' ? 300 : 5_000 } });
    expect(digests).toEqual(expected(place));
    expect(source.tally().retries).toBe(1);
  });

  test.each(passing.filter(([, { kind }]) => kind !== 'hang'))('%s always: nothing is used, and the error says so', async (_name, fault) => {
    const error = await failureOf(readWith(place, fault, 100));
    expect(error).toBeInstanceOf(SourceError);
    expect(error.message).toMatch(/^(kraken|binance): (trades|candles|klines) of \S+ .*5 attempts in a row failed.*Try again after 2024-04-01T12:30:0\dZ/s);
  });

  test.each<readonly [string, Fault]>([
    ['newest first', { kind: 'newest-first' }],
    ['rows that overlap', { kind: 'overlapping' }],
  ])('%s: put in order exactly, without asking again', async (_name, fault) => {
    const { digests, source } = await readWith(place, fault, 100);
    expect(digests).toEqual(expected(place));
    expect(source.tally().retries).toBe(0);
  });

  test('the same candle or trade twice with different values: refused by name', async () => {
    await expect(readWith(place, { kind: 'conflicting' }, 100)).rejects.toThrow(/stands in it twice, with different values/);
  });
});

describe.each(EACH.slice(1))('%s, row by row', (_, place) => {
  test('rows outside the window, the open candle and one in the future are passed over', async () => {
    expect((await readWith(place, { kind: 'outside' }, 100)).digests).toEqual(expected(place));
  });

  test.each<readonly [Fault['kind'], RegExp]>([
    ['high-below-low', /row \d+ \(2024-\d\d-\d\dT\d\d:00:00Z\): (high \S+ is below low \S+|open \S+ is outside low \S+ to high \S+)/],
    ['nan', /row \d+ \(2024-\S+Z\): high NaN is not a number/],
    ['negative', /row \d+ \(2024-\S+Z\): low -1.5 is negative/],
    ['zero-price', /row \d+ \(2024-\S+Z\): a price of zero is no price/],
    ['exponent', /row \d+ \(2024-\S+Z\): open 1e5 uses exponent notation; write it out in full/],
    ['off-boundary', /row \d+ \(2024-\S+Z\): its time is not on a 1h boundary|which is no candle of 1h/],
  ])('%s names its row and why', async (kind, message) => {
    await expect(readWith(place, { kind } as Fault, 100)).rejects.toThrow(message);
  });
});

describe('Kraken says that nobody traded', () => {
  const place = PLACES['Kraken’s trades']!;

  test.each<readonly [string, Fault['kind'], number]>([
    ['an empty page in the middle of a history', 'no-rows', 2],
    ['a page of another time', 'stale', 3],
  ])('%s contradicts what was told before: asked again, and the candles are whole', async (_, kind, after) => {
    venue.faults.clear();
    venue.faults.plan({ kind, on: 'Trades', times: 1, after } as PlannedFault);
    const source = krakenSource(impatient(venue));
    expect(digestsOf(SERIES, (await readAll(source, SERIES, DEEP)).candles)).toEqual(expected(place));
    expect(source.tally().retries).toBe(1);
  });

  test('always empty: refused, because an earlier answer had more', async () => {
    venue.faults.plan({ kind: 'no-rows', on: 'Trades', times: 100, after: 2 });
    await expect(readAll(krakenSource(impatient(venue)), SERIES, DEEP)).rejects.toThrow('it leaves out the trade of 2024-01-');
    venue.faults.clear();
  });

  test('empty from the first page on: held against its candles, which go on', async () => {
    await expect(readWith(place, { kind: 'no-rows' }, 100)).rejects.toThrow('they end at 2024-01-01T00:00:00Z, but its candles go on');
  });
});

test('Kraken’s candles end hours ago: the last row may still change, so the rest comes from trades', async () => {
  const { digests, source } = await readWith(PLACES['Kraken’s candles']!, { kind: 'lagging' }, 100);
  expect(digests).toEqual(expected(PLACES['Kraken’s candles']!));
  expect(source.tally().retries).toBe(0);
  expect(venue.asked().slice(-9).map(path => /OHLC|Trades/.exec(path)?.[0])).toContain('Trades');
});

describe('clocks', () => {
  const last = async (open: Place['open'], options: Partial<GivenOptions>): Promise<number> =>
    (await readAll(open(impatient(venue, options)), SERIES, { fromMs: at('2024-04-01T00:00:00Z'), toMs: at('2024-05-01T00:00:00Z') })).candles.at(-1)!.openMs;

  test.each([['Kraken', krakenSource], ['Binance', binanceSource]])('%s: the earlier of the two clocks says what is closed', async (_, open) => {
    venue.tape.clock.skewMs = 6 * 3_600_000;
    const venueAhead = await last(open, {});
    venue.tape.clock.skewMs = -2 * 3_600_000;
    const venueBehind = await last(open, {});
    venue.tape.clock.skewMs = 0;
    const oursAhead = await last(open, { now: () => timeMs(NOW + 30 * 86_400_000) });
    const oursBehind = await last(open, { now: () => timeMs(NOW - 3_600_000) });
    expect([venueAhead, venueBehind, oursAhead, oursBehind]).toEqual([11, 9, 11, 10].map(hour => at('2024-04-01T00:00:00Z') + hour * 3_600_000));
  });

  test('a candle counts as open until it had time to settle', async () => {
    venue.tape.clock.nowMs = at('2024-04-01T12:00:04Z');
    const [early, later] = [await last(binanceSource, { settleMs: 5_000 }), await last(binanceSource, { settleMs: 4_000 })];
    venue.tape.clock.nowMs = NOW;
    expect([early, later]).toEqual([at('2024-04-01T10:00:00Z'), at('2024-04-01T11:00:00Z')]);
  });
});
