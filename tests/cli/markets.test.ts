/** Commands that ask venues, as a user sees them: documents, texts, exit codes, and what is stored when something ends them. */
import { beforeAll, describe, expect, test } from 'vitest';
import { parseTime } from '../../core/kernel/hours.ts';
import { marketSymbol } from '../../core/kernel/units.ts';
import { namedHistory, openVenueDesk } from '../support/venue-desk.ts';
import type { VenueDesk } from '../support/venue-desk.ts';
import { rowsOf } from '../support/venue-store.ts';
import { openVenue } from '../support/venue/server.ts';

const at = (time: string): number => parseTime(`2024-03-${time}Z`)!;
const FROM = '--from 2024-03-10T00:00:00Z';
const BTC = marketSymbol('BTC/USD');
const ETH = marketSymbol('ETH/USD');

describe('Kraken, where an absent candle is a quiet hour', () => {
  let desk: VenueDesk;
  beforeAll(async () => {
    desk = await openVenueDesk('2024-03-15T12:10:00Z');
  });

  test('backfill says what it brought, market by market, and what asking cost', async () => {
    const line = `backfill --source kraken --symbols BTC/USD,ETH/USD ${FROM} --to 2024-03-14T00:00:00Z {venue}`;
    const brought = await desk.json(line);
    expect(brought).toMatchObject({
      added: 187, candles: 187, duplicates: 0, revisions: 0, source: 'kraken', timeframe: '1h', unlisted: [],
      requests: { retries: 0, refusals: 0, backoffWaitMs: 0, rateLimitWaitMs: 0 },
      series: [
        { absent: 0, added: 96, candles: 96, coveredTo: '2024-03-14T00:00:00Z', deliveries: 1, duplicates: 0, revisions: 0, symbol: 'BTC/USD' },
        { absent: 5, added: 91, candles: 91, coveredTo: '2024-03-14T00:00:00Z', deliveries: 1, duplicates: 0, revisions: 0, symbol: 'ETH/USD' },
      ],
    });
    expect((brought['requests'] as { requests: number }).requests).toBe(desk.venue.asked().length);
    const again = await desk.tb(line);
    expect(again).toMatchObject({ exit: 0, err: '' });
    expect(again.out.split('\n').map(text => text.replaceAll(/ +/g, ' '))).toEqual([
      'market added duplicates revisions absent covered to', 'BTC/USD 0 0 0 0 complete already', 'ETH/USD 0 0 0 0 complete already',
      expect.stringMatching(/^0 candles\/s; 1 request, 0 repetitions, 0\.\d MB; waited 0\.0 s for limits and 0\.0 s after failures$/), '',
    ]);
  });

  test('gaps tells quiet hours from those that nobody was asked about, and repair asks for the latter', async () => {
    expect(await desk.json('gaps')).toEqual({
      lost: 0, quiet: 5, untold: 72, repaired: null,
      series: [
        { symbol: 'BTC/USD', timeframe: '1h', gaps: [{ candles: 36, from: '2024-03-14T00:00:00Z', kind: 'untold', to: '2024-03-15T12:00:00Z' }] },
        { symbol: 'ETH/USD', timeframe: '1h', gaps: [{ candles: 5, from: '2024-03-12T02:00:00Z', kind: 'quiet', to: '2024-03-12T07:00:00Z' }, { candles: 36, from: '2024-03-14T00:00:00Z', kind: 'untold', to: '2024-03-15T12:00:00Z' }] },
      ],
    });
    const text = await desk.tb('gaps --symbol ETH/USD');
    expect(text.out).toContain('never asked for');
    expect(text.out).toContain('5 candles more are absent because nobody traded');
    expect(text.out).toContain('tb gaps --repair --source NAME asks a venue for them');
    expect(await desk.json('gaps --symbol ETH/USD --from 2024-03-12T04:00:00Z --to 2024-03-12T06:00:00Z')).toMatchObject({ quiet: 2, untold: 0 });
    expect(await desk.json('gaps --repair --source kraken {venue}')).toMatchObject({ lost: 0, quiet: 5, untold: 0, repaired: { added: 72, stillAbsent: 0, requests: { retries: 0 } } });
    expect((await desk.tb('gaps --symbol BTC/USD')).out).toBe('Nothing is missing.\n');
  });

  test('sync brings what opened since; done again it changes nothing', async () => {
    desk.clock.stepTo(at('15T15:05:00'));
    const first = await desk.json('sync {venue}');
    expect(first).toMatchObject({
      added: 6, duplicates: 6, revisions: 0,
      sources: [{ booksRecorded: 2, listingChanges: [], rulesRecorded: [], unlisted: [], source: 'kraken', series: [
        { symbol: 'BTC/USD', timeframe: '1h', added: 3, duplicates: 3, revisions: 0, absent: 0, candles: 6, deliveries: 1, from: '2024-03-15T09:00:00Z' }, { symbol: 'ETH/USD', added: 3 },
      ] }],
    });
    const candles = await rowsOf(desk.store, 'SELECT series_id, open_ms, revision, digest FROM tb.candle ORDER BY 1, 2, 3');
    const deliveries = await rowsOf(desk.store, 'SELECT count(*)::int AS count FROM tb.ingest');
    expect(await desk.json('sync {venue}')).toMatchObject({ added: 0, duplicates: 6, revisions: 0, sources: [{ series: [{ deliveries: 0 }, { deliveries: 0 }] }] });
    expect(await rowsOf(desk.store, 'SELECT count(*)::int AS count FROM tb.ingest')).toEqual(deliveries);
    expect(await rowsOf(desk.store, 'SELECT series_id, open_ms, revision, digest FROM tb.candle ORDER BY 1, 2, 3')).toEqual(candles);
    expect((await desk.tb('sync --symbols BTC/USD --again 0 {venue}')).out).toMatch(/^2024-03-15T15:0\d:\d\dZ?.*: 0 new candles, 0 revisions\n/);
  });

  test('what the venue changed becomes a revision, both versions are kept, and a run says whether it used the first', async () => {
    await desk.json(`backtest --strategy ema-cross --param fast=2 --param slow=4 --symbols BTC/USD --from 2024-03-12T00:00:00Z --to 2024-03-15T15:00:00Z --run before`);
    expect(await desk.json('data revisions --run before')).toMatchObject({ late: 0, mode: 'backtest', revisedAfter: false, revisions: [], run: 'before' });
    expect(await desk.json('data revisions')).toEqual({ revisions: [] });
    const [old] = desk.venue.tape.candles(BTC, '1h', at('15T13:00:00'), 1);
    desk.venue.tape.revise(BTC, at('15T13:00:00'), { ...old!.values, close: old!.values.high });
    expect(await desk.json('sync --again 1 {venue}')).toMatchObject({ revisions: 0 });
    expect(await desk.json('sync --again 2 {venue}')).toMatchObject({ added: 0, revisions: 1 });
    const { revisions } = (await desk.json('data revisions --symbol BTC/USD')) as { revisions: readonly unknown[] };
    expect(revisions).toEqual([{
      symbol: 'BTC/USD', timeframe: '1h', open: '2024-03-15T13:00:00Z',
      before: { ingest: expect.any(Number) as unknown, of: 'BTC/USD 1h', received: expect.any(String) as unknown, revision: 0, source: 'kraken', values: old!.values },
      after: { ingest: expect.any(Number) as unknown, of: 'BTC/USD 1h', received: expect.any(String) as unknown, revision: 1, source: 'kraken', values: { ...old!.values, close: old!.values.high } },
    }]);
    expect(await desk.json('data revisions --symbol ETH/USD')).toEqual({ revisions: [] });
    expect(await desk.json('data revisions --run before')).toMatchObject({ late: 0, revisedAfter: true, revisions: [{ open: '2024-03-15T13:00:00Z', entered: false }], vintage: { ingest: expect.any(Number) as unknown } });
    const text = await desk.tb('data revisions --run before');
    expect(text.out).toContain('before used data revised after the fact: yes. 1 candle changed and 0 candles came after it had used what there was.');
    expect(text.out).toContain(`close ${old!.values.close} to ${old!.values.high}`);
    await desk.json(`backtest --strategy ema-cross --param fast=2 --param slow=4 --symbols BTC/USD --from 2024-03-12T00:00:00Z --to 2024-03-15T15:00:00Z --run after`);
    expect(await desk.json('data revisions --run after')).toMatchObject({ revisedAfter: false, revisions: [] });
  });

  test('a market that left the venue is delisted, and the others are brought on', async () => {
    const smaller = await openVenue({ nowMs: at('15T16:10:00'), series: namedHistory().slice(0, 1) });
    desk.clock.stepTo(at('15T16:05:00'));
    const synced = await desk.store.json(`sync --venue-url ${smaller.url} --requests-per-minute unlimited`, desk.clock.env);
    expect(synced).toMatchObject({ added: 1, sources: [{ booksRecorded: 1, listingChanges: [{ status: 'delisted', symbol: 'ETH/USD', venueSymbol: 'XETHZUSD' }], unlisted: ['ETH/USD'] }] });
    await smaller.close();
    expect(await desk.json('sync {venue}')).toMatchObject({ sources: [{ listingChanges: [{ status: 'trading', symbol: 'ETH/USD' }], unlisted: [] }] });
  });

  test('a universe is shown with what is known, refreshed, and filled', async () => {
    const refreshed = await desk.json('universe refresh {venue}');
    expect(refreshed).toMatchObject({ changed: [], listed: ['BTC/USD', 'ETH/USD'], listingChanges: 0, name: 'UNIVERSE_V1_TOP30_NON_STABLE', quote: 'USD', rulesRecorded: [], source: 'kraken' });
    const { members, ...shown } = (await desk.json('universe show')) as { members: readonly Readonly<Record<string, unknown>>[] };
    expect(shown).toEqual({ digest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown, name: 'UNIVERSE_V1_TOP30_NON_STABLE', quote: 'USD', recorded: expect.stringMatching(/^2024-03-15T16:/) as unknown, source: 'kraken' });
    expect(members).toHaveLength(30);
    expect(members[0]).toEqual({ asset: 'BTC', candles: 136, first: '2024-03-10T00:00:00Z', formerly: null, last: '2024-03-15T15:00:00Z', rank: 1, status: 'trading', symbol: 'BTC/USD', venueSymbol: 'XXBTZUSD' });
    expect(members.find(({ asset }) => asset === 'POL')).toMatchObject({ formerly: 'MATIC', status: null, candles: 0, first: null });
    const filled = await desk.json(`backfill --source kraken --universe UNIVERSE_V1_TOP30_NON_STABLE ${FROM} {venue}`);
    expect(filled).toMatchObject({ series: [{ symbol: 'BTC/USD' }, { symbol: 'ETH/USD' }] });
    expect(filled['unlisted']).toHaveLength(28);
  });
});

describe('Binance, where an absent candle is one that is missing', () => {
  let desk: VenueDesk;
  beforeAll(async () => {
    desk = await openVenueDesk('2024-03-15T12:10:00Z');
    desk.venue.tape.delay(BTC, at('11T05:00:00'), at('15T12:30:00'));
    await desk.json(`backfill --source binance --symbols BTC/USD,ETH/USD ${FROM} {venue}`);
  });

  test('an hour that the venue had not is lost, until it is asked again and has it', async () => {
    expect(await desk.json('gaps')).toMatchObject({ lost: 6, quiet: 0, untold: 0 });
    expect(await desk.json('gaps --repair --source binance {venue}')).toMatchObject({ lost: 6, repaired: { added: 0, stillAbsent: 6 } });
    desk.clock.stepTo(at('15T12:40:00'));
    expect(await desk.json('gaps --repair --source binance {venue}')).toMatchObject({ lost: 5, repaired: { added: 1, stillAbsent: 5 } });
    expect((await desk.tb('gaps')).out).toContain('not in the source');
  });

  test('candles are verified, and compared with what the venue says now', async () => {
    expect(await desk.json('data verify')).toEqual({ against: null, candles: 259, findings: [], gaps: { lost: 5, quiet: 0, untold: 0 }, outliers: [], verified: true });
    const [old] = desk.venue.tape.candles(ETH, '1h', at('14T00:00:00'), 1);
    desk.venue.tape.revise(ETH, at('14T00:00:00'), { ...old!.values, close: old!.values.high });
    desk.venue.tape.delay(ETH, at('14T03:00:00'), at('30T00:00:00'));
    const compared = await desk.json('data verify --symbol ETH/USD --from 2024-03-13T00:00:00Z --to 2024-03-15T00:00:00Z --against binance {venue}');
    expect(compared).toMatchObject({ candles: 127, against: { source: 'binance', unlisted: [], series: [{ symbol: 'ETH/USD', timeframe: '1h', equal: 46, different: 1, onlyHere: 1, onlyThere: 0, worst: [{ open: '2024-03-14T00:00:00Z', here: old!.values }] }] } });
    const { against } = compared as { against: { series: readonly { maxCloseBps: string; meanCloseBps: string }[] } };
    const apart = ((Number(old!.values.high) - Number(old!.values.close)) / Number(old!.values.high)) * 10_000;
    expect(Number(against.series[0]!.maxCloseBps)).toBeCloseTo(apart, 1);
    expect(Number(against.series[0]!.meanCloseBps)).toBeCloseTo(apart / 47, 1);
    expect((await desk.json('data revisions'))['revisions']).toEqual([]);
    expect((await desk.tb('data verify --symbol ETH/USD --from 2024-03-13T00:00:00Z --against binance {venue}')).out).toContain('against binance');
  });

  test('sync goes on until it is stopped, and a venue in trouble costs it a turn', async () => {
    desk.venue.faults.plan({ kind: 'html', on: '/', times: 5 });
    const { child, ended } = desk.start('sync --every 1h --json {venue}');
    desk.clock.onStep(nowMs => {
      if (nowMs > at('15T15:03:00')) child.kill('SIGINT');
    });
    const { out, err, signal } = await ended;
    desk.clock.onStep(() => undefined);
    expect(signal).toBe('SIGINT');
    expect(out.trimEnd().split('\n').map(line => (JSON.parse(line) as { added: number }).added)).toEqual([2, 2, 2]);
    expect(err).toContain('binance failed to tell its markets');
  });
});

describe('what ends a command', () => {
  let desk: VenueDesk;
  beforeAll(async () => {
    desk = await openVenueDesk('2024-12-15T12:10:00Z');
  });

  test('a venue that fails ends it with 4, and says how far it came', async () => {
    desk.venue.faults.plan({ kind: 'reset', on: 'klines', times: 5, after: 7 });
    const failed = await desk.failure('backfill --source binance --symbols BTC/USD,ETH/USD --from 2024-01-01T00:00:00Z {venue}');
    expect(failed).toMatchObject({ exit: 4, message: expect.stringContaining('binance failed to tell klines of BTCUSD in 1h from ') as unknown });
    expect(failed.hint).toMatch(/What this command brought is stored, BTC\/USD until 2024-10-18T16:00:00Z; the same command goes on from there\.$/);
    expect(await rowsOf(desk.store, 'SELECT count(*)::int AS candles FROM tb.candle')).toEqual([{ candles: 7_000 }]);
  });

  test('interrupted, it says what is stored', async () => {
    desk.venue.faults.clear();
    desk.venue.asked();
    desk.venue.faults.plan({ kind: 'hang', on: 'klines', times: 1, after: 5 });
    const { child, ended } = desk.start('backfill --source binance --symbols BTC/USD,ETH/USD --from 2024-01-01T00:00:00Z {venue}');
    const asked: string[] = [];
    while (asked.filter(path => path.includes('klines')).length < 6) {
      asked.push(...desk.venue.asked());
      await new Promise(resolve => {
        setTimeout(resolve, 5);
      });
    }
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ signal: 'SIGINT', out: '', err: 'Interrupted. What this command brought is stored, BTC/USD until 2024-12-15T12:00:00Z; the same command goes on from there.\n' });
    desk.venue.faults.clear();
    expect(await desk.json('backfill --source binance --symbols BTC/USD,ETH/USD --from 2024-01-01T00:00:00Z {venue}')).toMatchObject({ revisions: 0, duplicates: 0, series: [{ symbol: 'BTC/USD', added: 0 }, { symbol: 'ETH/USD' }] });
  });

  test.each([
    [`backfill --source kraken --symbols BTC/USD,XYZ/USD ${FROM} {venue}`, 2, '--symbols: kraken has no market XYZ/USD.'],
    [`backfill --source kraken ${FROM} {venue}`, 2, 'Name the markets with --symbols, or a universe with --universe, and not both.'],
    [`backfill --source kraken --symbols BTC/USD --universe UNIVERSE_V1_TOP30_NON_STABLE ${FROM}`, 2, 'Name the markets with --symbols, or a universe with --universe, and not both.'],
    [`backfill --source kraken --universe UNIVERSE_V1_TOP3 ${FROM} {venue}`, 2, 'There is no universe UNIVERSE_V1_TOP3; did you mean UNIVERSE_V1_TOP30_NON_STABLE?'],
    [`backfill --source kraken --universe UNIVERSE_V1_TOP30_NON_STABLE --quote CAD ${FROM} {venue}`, 2, '--quote: kraken has no market of UNIVERSE_V1_TOP30_NON_STABLE against CAD.'],
    [`backfill --source kraken --symbols BTC/USD --quote CAD ${FROM}`, 2, '--quote belongs to --universe.'],
    [`backfill --source kraken --symbols BTC/USD --from 2025-03-10T00:00:00Z`, 2, '--from: the window has no closed candle.'],
    [`backfill --source kraken --symbols BTC/USD ${FROM} --timeframe 2h`, 2, '--timeframe: 2h is not a timeframe.'],
    [`backfill --source Kraken! --symbols BTC/USD ${FROM}`, 2, '--source: "Kraken!" is no name of a source.'],
    [`backfill --source coinapi --symbols BTC/USD ${FROM}`, 2, expect.stringContaining('coinapi failed to tell')],
    [`backfill --source nowhere --symbols BTC/USD ${FROM} {venue}`, 2, 'nowhere failed to tell opening the source: ccxt knows no exchange of this id.'],
    [`backfill --source kraken --symbols BTC/USD ${FROM} --venue-url http://example.com`, 2, '--venue-url: http://example.com is neither an https address nor one of this machine.'],
    [`backfill --source kraken --symbols BTC/USD ${FROM} --requests-per-minute 0`, 2, '--requests-per-minute: 0 is not a whole number from 1 to 100000.'],
    ['sync --every 5', 2, '--every: 5 is no time between 10s and 24h.'],
    ['sync --again -1', 2, '--again: -1 is not a whole number from 0 to 1000.'],
    ['sync --source kraken', 6, 'The store follows no market of a venue that fits.'],
    ['gaps --repair', 2, '--repair needs --source: the venue to ask.'],
    ['gaps --source kraken', 2, '--source, --venue-url and --requests-per-minute belong to --repair.'],
    ['gaps --symbol XYZ/USD', 6, 'The store holds no candles of XYZ/USD.'],
    ['gaps --from 2024-03-02T00:00:00Z --to 2024-03-01T00:00:00Z', 2, '--to does not lie after --from.'],
    ['universe shwo', 2, 'There is no tb universe shwo; did you mean show?'],
    ['universe show --quote EUR', 2, '--quote: EUR is none of CAD, USD, USDC, USDT.'],
    ['paper --run none', 2, 'There is no run none.'],
    ['paper --run none --patience 1s', 2, '--patience: 1s is no time between 10s and 24h.'],
    ['data verify --against kraken', 2, '--against needs --from: how far back the source is asked.'],
    ['data verify --venue-url http://127.0.0.1:1', 2, '--venue-url and --requests-per-minute belong to --against.'],
    ['data verify --outlier 200%', 2, expect.stringContaining('--outlier')],
    ['data verify --symbol XYZ/USD', 6, 'The store holds no candles of XYZ/USD that fit.'],
    ['data revisions --run none', 2, 'There is no run none.'],
    ['data revisions --run none --symbol BTC/USD', 2, '--symbol: with --run the markets are those of the run.'],
  ])('%s is refused', async (line, exit, message) => {
    expect(await desk.failure(line)).toMatchObject({ exit, message });
  });
});
