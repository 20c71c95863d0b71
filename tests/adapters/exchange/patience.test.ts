/** How often a source is asked again, how long it is waited for, and when nothing is asked any more. Counts are literal. */
import { beforeEach, describe, expect, test } from 'vitest';
import { binanceSource } from '../../../adapters/exchange/binance-source.ts';
import { retryAfterMs } from '../../../adapters/exchange/http-answer.ts';
import { krakenSource } from '../../../adapters/exchange/kraken-source.ts';
import { newTally } from '../../../adapters/exchange/request-tally.ts';
import { requestBudget } from '../../../adapters/exchange/request-budget.ts';
import { timeMs } from '../../../core/kernel/units.ts';
import { at } from '../../support/market-files.ts';
import { demoHistory } from '../../support/venue/history.ts';
import type { Venue } from '../../support/venue/server.ts';
import { failureOf, impatient, readAll, seriesOf, venueFor } from './loopback.ts';

const NOW = at('2024-04-01T12:30:00Z');
const SERIES = seriesOf('AUR/USDT');
const WINDOW = { fromMs: at('2024-03-30T00:00:00Z'), toMs: NOW };

let venue: Venue;
beforeEach(async () => {
  venue ??= await venueFor({ nowMs: NOW, series: demoHistory() });
  venue.faults.clear();
  venue.asked();
});

describe('failures', () => {
  test('five attempts, then an error; a request after that asks nothing until the pause is over', async () => {
    venue.faults.plan({ kind: 'status', status: 500, on: 'klines', times: 5 });
    const source = binanceSource(impatient(venue, { patience: { pauseMs: 150 } }));
    const first = await failureOf(readAll(source, SERIES, WINDOW));
    expect(first.message).toBe('binance: klines of AURUSDT in 1h from 2024-03-30T00:00:00Z: it answered 500 Internal Server Error; 5 attempts in a row failed. Try again after 2024-04-01T12:30:01Z; what was stored so far stays, and asking again goes on from there.');
    expect(venue.asked().filter(path => path.includes('klines')).length).toBe(5);
    const second = await failureOf(readAll(source, SERIES, WINDOW));
    expect(second).toMatchObject({ failure: 'paused', reason: 'nothing is asked for a while, because 5 attempts in a row failed; the last: it answered 500 Internal Server Error' });
    expect(venue.asked()).toEqual([]);
    await new Promise(resolve => setTimeout(resolve, 200));
    expect((await readAll(source, SERIES, WINDOW)).candles.length).toBe(60);
    expect(source.tally()).toMatchObject({ requests: 8, retries: 4, refusals: 0, rateLimitWaitMs: 0 });
  });

  test('Retry-After in seconds is waited for, and counted as a wait for the limit', async () => {
    venue.faults.plan({ kind: 'status', status: 429, retryAfter: '1', on: 'klines', times: 1 });
    const source = binanceSource(impatient(venue));
    const began = performance.now();
    expect((await readAll(source, SERIES, WINDOW)).candles.length).toBe(60);
    expect(performance.now() - began).toBeGreaterThan(990);
    const { rateLimitWaitMs, ...counts } = source.tally();
    expect(counts).toMatchObject({ requests: 4, retries: 1, refusals: 1, backoffWaitMs: 0 });
    expect(rateLimitWaitMs).toBe(1_000);
  });

  test('a longer wait than we are ready for is not waited for: the error says until when', async () => {
    venue.faults.plan({ kind: 'status', status: 418, retryAfter: '7200', on: 'klines', times: 1 });
    const source = binanceSource(impatient(venue));
    const error = await failureOf(readAll(source, SERIES, WINDOW));
    expect(error.message).toBe('binance: klines of AURUSDT in 1h from 2024-03-30T00:00:00Z: it answered 418 I\'m a Teapot, which means that it is asked too often, and wants to be left alone until 2024-04-01T14:30:00Z. Try again after 2024-04-01T14:30:00Z; what was stored so far stays, and asking again goes on from there.');
    expect(source.tally().retries).toBe(0);
  });

  test.each(['EAPI:Rate limit exceeded', 'EGeneral:Too many requests', 'EGeneral:Temporary lockout'])('Kraken’s %s comes with status 200 and is a limit all the same', async word => {
    venue.faults.plan({ kind: 'limited', error: word, on: 'OHLC', times: 2 });
    const source = krakenSource(impatient(venue));
    expect((await readAll(source, SERIES, WINDOW)).candles.length).toBe(60);
    expect(source.tally()).toMatchObject({ retries: 2, refusals: 2, backoffWaitMs: 0 });
  });

  test.each(['EService:Unavailable', 'EService:Busy', 'EGeneral:Internal error'])('Kraken’s %s passes', async word => {
    venue.faults.plan({ kind: 'limited', error: word, on: 'OHLC', times: 1 });
    const source = krakenSource(impatient(venue));
    expect((await readAll(source, SERIES, WINDOW)).candles.length).toBe(60);
    expect(source.tally()).toMatchObject({ retries: 1, refusals: 0 });
  });

  test('a symbol that the venue has not is refused at once, with what comes close', async () => {
    await expect(readAll(krakenSource(impatient(venue)), seriesOf('AUR/EUR'), WINDOW)).rejects.toThrow('kraken: the market AUR/EUR: none of its 8 markets is AUR/EUR. It has AUR/USDT.');
    await expect(readAll(binanceSource(impatient(venue)), seriesOf('GON/USDT'), WINDOW)).rejects.toMatchObject({ failure: 'unknown-market', hint: 'It may be delisted or renamed; another source or a file may still have its history.' });
  });

  test('a region that is not served is said at once', async () => {
    venue.faults.plan({ kind: 'status', status: 451, body: '{"code":0,"msg":"Service unavailable from a restricted location"}', on: 'exchangeInfo', times: 9 });
    const source = binanceSource(impatient(venue));
    await expect(source.markets()).rejects.toMatchObject({ failure: 'refused', hint: 'The venue does not serve this address or region; another source may.' });
    expect(source.tally().requests).toBe(1);
  });

  test('nobody there', async () => {
    const source = krakenSource(impatient(venue, { baseUrl: 'http://127.0.0.1:9' }));
    await expect(source.now()).rejects.toMatchObject({ failure: 'unreachable', asked: 'its time' });
  });
});

describe('limits', () => {
  test('a venue with a limit is backfilled all the same, with waits', async () => {
    const limited = await venueFor({ nowMs: NOW, series: demoHistory(), limit: { burst: 2, perSecond: 1 } });
    const source = krakenSource(impatient(limited, { patience: { backoffMs: 200, backoffCapMs: 2_000 } }));
    const { candles } = await readAll(source, SERIES, { fromMs: at('2024-02-20T00:00:00Z'), toMs: NOW });
    expect(candles.length).toBe(996);
    expect(source.tally().refusals).toBeGreaterThan(0);
    expect(source.tally().rateLimitWaitMs).toBeGreaterThan(0);
  });

  test('ccxt’s own pace is kept where nothing else is said, and the waits are counted', async () => {
    const source = binanceSource(impatient(venue, { paced: true }));
    await source.markets();
    for (let times = 0; times < 3; times += 1) await source.markets();
    expect(source.tally().rateLimitWaitMs).toBeGreaterThan(100);
  });

  test('a budget waits and fails nobody', async () => {
    const tally = newTally();
    const spend = requestBudget(2, tally);
    await spend();
    await spend();
    const third = spend();
    expect(await Promise.race([third.then(() => 'sent'), new Promise(resolve => setTimeout(() => resolve('waiting'), 50))])).toBe('waiting');
    expect(tally.read().rateLimitWaitMs).toBeGreaterThan(59_000);
  });
});

test('Retry-After is seconds or a date, and anything else says nothing', () => {
  const now = Date.parse('2024-04-01T12:00:00Z');
  expect(['30', 'Mon, 01 Apr 2024 12:00:10 GMT', 'Mon, 01 Apr 2024 11:00:00 GMT', 'soon', null].map(header => retryAfterMs(header, now))).toEqual([30_000, 10_000, 0, null, null]);
  expect(timeMs(now)).toBe(now);
});
