/**
 * A dry run on a live market: `tb paper --follow` through a day of a loopback venue in which a candle comes late, another is revised,
 * the venue is away for hours, and the program is killed and stopped. What it sealed is replayed, and compared with a backtest.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatTime, parseTime } from '../../core/kernel/hours.ts';
import { marketSymbol, timeMs } from '../../core/kernel/units.ts';
import { copyOf, logOf, onCopy, plainFile, scratchStore } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';
import { openClock } from '../support/stepping-clock.ts';
import type { SteppingClock } from '../support/stepping-clock.ts';
import type { SlotCandle } from '../support/market.ts';
import type { Document, Said } from '../support/tb.ts';
import { brokenInvariants, rowsOf } from '../support/venue-store.ts';
import { demoHistory } from '../support/venue/history.ts';
import { openVenue } from '../support/venue/server.ts';
import type { Venue } from '../support/venue/server.ts';

const at = (time: string): number => parseTime(`2024-05-${time}Z`)!;
const HOUR = 3_600_000;
const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AUR/USDT,BOR/USDT --from 2024-05-10T01:00:00Z --warmup 24';
const END = at('11T01:00:00');

const [AUR, BOR] = [marketSymbol('AUR/USDT'), marketSymbol('BOR/USDT')];

/** Candles of a market by the hours of the tenth in which they open. */
const candlesOf = (symbol: string, fromHour: number, toHour: number): readonly SlotCandle[] =>
  demoHistory().find(series => series.symbol === symbol)!.candles
    .map(({ openMs, values }) => ({ slot: openMs / HOUR, values }))
    .filter(({ slot }) => slot >= at('10T00:00:00') / HOUR + fromHour && slot < at('10T00:00:00') / HOUR + toHour);

/** What BOR of hour 7 is said to have been, later: its values of the day before. */
const revised = (): SlotCandle => ({ slot: at('10T07:00:00') / HOUR, values: candlesOf(BOR, -17, -16)[0]!.values });

type Arrivals = Readonly<{ arrives: readonly [readonly SlotCandle[], readonly SlotCandle[]]; executes: number }>;

/** Candles of the day in the order in which the desk got them, and through which hour it executed then. */
const arrivals = (): readonly Arrivals[] => [
  { arrives: [[...candlesOf(AUR, 0, 5), ...candlesOf(AUR, 6, 8)], candlesOf(BOR, 0, 8)], executes: at('10T07:00:00') },
  { arrives: [[...candlesOf(AUR, 5, 6), ...candlesOf(AUR, 8, 10)], candlesOf(BOR, 8, 10)], executes: at('10T09:00:00') },
  { arrives: [candlesOf(AUR, 10, 13), [revised(), ...candlesOf(BOR, 10, 13)]], executes: at('10T14:00:00') },
  { arrives: [candlesOf(AUR, 13, 25), candlesOf(BOR, 13, 25)], executes: at('11T00:00:00') },
];

type Desk = Readonly<{ store: ScratchDatabase; venue: Venue; clock: SteppingClock; options: string; close: () => Promise<void> }>;

/** A store with some days of two markets of Binance, and a run on them that begins at one in the morning. */
const openDesk = async (): Promise<Desk> => {
  const [store, clock] = [await scratchStore(), await openClock(at('10T00:10:00'))];
  const venue = await openVenue({ nowMs: clock.now(), series: demoHistory() });
  clock.drive(venue.tape.clock);
  const options = `--venue-url ${venue.url} --requests-per-minute unlimited`;
  await store.json(`backfill --source binance --symbols AUR/USDT,BOR/USDT --from 2024-05-06T00:00:00Z ${options}`, clock.env);
  await store.json(`open --run desk --mode paper ${RUN}`, clock.env);
  const close = async (): Promise<void> => {
    await Promise.all([venue.close(), clock.close()]);
  };
  return { store, venue, clock, options, close };
};

/** What is to happen at a moment of the clock. */
type Happening = Readonly<{ atMs: number; what: 'kill' | 'interrupt' | (() => void) }>;

/** Follows the market until the clock reaches `untilMs`; a program that ended is started again. What each said, oldest first. */
const follow = async ({ store, clock, options }: Desk, happenings: readonly Happening[], untilMs: number): Promise<readonly Said[]> => {
  const waiting = [...happenings, { atMs: untilMs, what: 'interrupt' as const }].toSorted((left, right) => left.atMs - right.atMs);
  const said: Said[] = [];
  while (clock.now() < untilMs) {
    // The second of them dies a second time, in the middle of a transaction.
    const env = said.length === 1 ? { ...clock.env, TB_FAILPOINT: 'step-hour-written:3' } : clock.env;
    const { child, ended } = store.start(`paper --run desk --follow --json ${options}`, env);
    clock.onStep(nowMs => {
      while (waiting.length > 0 && waiting[0]!.atMs <= nowMs) {
        const { what } = waiting.shift()!;
        if (typeof what === 'function') what();
        else child.kill(what === 'kill' ? 'SIGKILL' : 'SIGINT');
      }
    });
    said.push(await ended);
    clock.onStep(() => undefined);
    if (said.length === 1) clock.stepTo(clock.now() + 2 * HOUR);
  }
  return said;
};

const turnsOf = (said: readonly Said[]): readonly Document[] => said.flatMap(({ out }) => out.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Document));

describe('a day with everything that goes wrong', () => {
  let desk: Desk;
  let before: ScratchDatabase;
  let said: readonly Said[];
  let turns: readonly Document[];

  beforeAll(async () => {
    desk = await openDesk();
    before = await copyOf(desk.store);
    const { tape, faults } = desk.venue;
    tape.delay(AUR, at('10T05:00:00'), at('10T08:30:00'));
    said = await follow(desk, [
      { atMs: at('10T10:20:00'), what: () => tape.revise(BOR, at('10T07:00:00'), revised().values) },
      { atMs: at('10T13:30:00'), what: () => faults.plan({ kind: 'reset', on: '/', times: 1_000_000 }) },
      { atMs: at('10T15:45:00'), what: () => faults.clear() },
      { atMs: at('10T18:30:00'), what: 'kill' },
      { atMs: at('10T22:15:00'), what: 'interrupt' },
    ], END + 10 * 60_000);
    turns = turnsOf(said);
  }, 300_000);
  afterAll(() => Promise.all([desk.close(), before.drop()]));

  test('every hour of the day is sealed, whatever ended the program', async () => {
    expect(said.map(({ signal }) => signal)).toEqual(['SIGKILL', 'SIGKILL', 'SIGINT', 'SIGINT']);
    expect(turns.at(-1)).toMatchObject({ run: 'desk', hour: '2024-05-11T00:00:00Z', hours: 48 });
    expect(turns.reduce((sum, { executed }) => sum + Number(executed), 0)).toBe(48);
    expect(turns.reduce((sum, { fills }) => sum + Number(fills), 0)).toBeGreaterThan(3);
    // The warm-up in the first turn, then an hour a turn, and after the kill two at once.
    expect(turns.map(({ executed }) => executed)).toEqual([23, ...Array<number>(18).fill(1), 2, ...Array<number>(5).fill(1)]);
  });

  test('an hour is executed two minutes after its end, and one that a venue in trouble holds up ten minutes later', async () => {
    const rows = await rowsOf<{ hour: number; executed_ms: number }>(desk.store, `SELECT hour, executed_ms FROM tb.hour_step JOIN tb.run ON run.id = run_id WHERE hour >= $1 ORDER BY hour`, [at('10T02:00:00') / HOUR]);
    const late = (hour: string): number => (rows.find(row => row.hour === at(hour) / HOUR)!.executed_ms - at(hour) - HOUR) / 60_000;
    for (const hour of ['10T02:00:00', '10T05:00:00', '10T12:00:00', '10T16:00:00', '10T23:00:00']) {
      expect(late(hour), hour).toBeGreaterThanOrEqual(2);
      expect(late(hour), hour).toBeLessThan(3);
    }
    for (const hour of ['10T13:00:00', '10T14:00:00']) {
      expect(late(hour), hour).toBeGreaterThan(11);
      expect(late(hour), hour).toBeLessThan(13);
    }
    // Two hours of an outage are two warnings of what is waited for, and two of what was done without it.
    expect(said.flatMap(({ err }) => err.trimEnd().split('\n')).filter(line => line.startsWith('warning')).map(line => line.slice(line.lastIndexOf(';') + 2)))
      .toEqual(Array(2).fill(['it is asked again until the patience of the hour ends.', 'executed with what had arrived.']).flat());
    expect(turns.filter(({ unreachable }) => unreachable !== null).map(({ hour }) => hour)).toEqual(['2024-05-10T13:00:00Z', '2024-05-10T14:00:00Z']);
  });

  test('what came late or changed entered the next hour as such', async () => {
    const marks = (await logOf(desk.store, 'desk')).filter(({ event }) => ['candle_late', 'candle_revised'].includes(String(event['type'])));
    const hourOf = (hour: number): number => hour - at('10T00:00:00') / HOUR;
    expect(marks.map(({ hour, event }) => [hourOf(hour), event['type'], event['symbol'], hourOf(Number(event['openMs']) / HOUR)])).toEqual([
      [8, 'candle_late', 'AUR/USDT', 5],
      [10, 'candle_revised', 'BOR/USDT', 7],
      [15, 'candle_late', 'AUR/USDT', 13], [15, 'candle_late', 'AUR/USDT', 14], [15, 'candle_late', 'BOR/USDT', 13], [15, 'candle_late', 'BOR/USDT', 14],
    ]);
  });

  test('the top of both books is kept of every hour in which the venue was there', async () => {
    const tops = await rowsOf<{ hour: number; markets: number }>(desk.store, 'SELECT hour, count(DISTINCT symbol)::int AS markets FROM tb.book_top WHERE hour > $1 GROUP BY hour ORDER BY hour', [at('10T01:00:00') / HOUR]);
    const away = [14, 15, 19];
    expect(tops.map(({ hour, markets }) => [hour - at('10T00:00:00') / HOUR, markets])).toEqual(Array.from({ length: 24 }, (_, index) => index + 2).filter(hour => !away.includes(hour)).map(hour => [hour, 2]));
  });

  test('what it used and what came or changed later is told, and that a later hour has it', async () => {
    const told = (await desk.store.json('data revisions --run desk')) as Readonly<{ revisions: readonly Document[] }>;
    expect(told).toMatchObject({ mode: 'paper', late: 5, revisedAfter: true });
    expect(told.revisions.map(({ symbol, open, entered }) => [symbol, open, entered])).toEqual([
      ['AUR/USDT', '2024-05-10T05:00:00Z', true], ['AUR/USDT', '2024-05-10T13:00:00Z', true], ['AUR/USDT', '2024-05-10T14:00:00Z', true],
      ['BOR/USDT', '2024-05-10T07:00:00Z', true], ['BOR/USDT', '2024-05-10T13:00:00Z', true], ['BOR/USDT', '2024-05-10T14:00:00Z', true],
    ]);
  });

  test('the run replays to its head, and store and invariants are sound', async () => {
    expect(await desk.store.json('replay-window --run desk')).toMatchObject({ parity: true, head: turns.at(-1)!['head'], hours: 48 });
    expect(await desk.store.json('verify')).toMatchObject({ verified: true, findings: [] });
    expect(await brokenInvariants(desk.store)).toEqual([]);
  });

  test('the same candles arriving at the same hours in files make the same run: as consumed, it is the same head', () =>
    onCopy(before, async store => {
      let through = at('10T00:00:00') - HOUR;
      for (const { arrives, executes } of arrivals()) {
        for (const [index, symbol] of [AUR, BOR].entries()) {
          const candles = arrives[index]!;
          if (candles.length === 0) continue;
          await store.write('arrived.csv', plainFile('1h', candles));
          await store.json(`import arrived.csv --symbol ${symbol}`);
        }
        through = executes;
        await store.json(`execute-hour --run desk --through ${formatTime(timeMs(through))} --without-data`);
      }
      expect(await store.json('replay-window --run desk')).toMatchObject({ parity: true, head: turns.at(-1)!['head'], hours: 48 });
    }));

  test('a backtest over what is known today differs from the first late candle on, and for no other reason', async () => {
    await desk.store.json(`backtest ${RUN} --to 2024-05-11T01:00:00Z --run today`);
    const parity = await desk.store.tb('parity desk today --json');
    expect(parity.exit).toBe(5);
    const report = JSON.parse(parity.out) as Readonly<{ differences: readonly Document[]; value: Readonly<{ causes: readonly Document[] }> }>;
    expect(report.differences[0]).toMatchObject({ what: 'fact', hour: '2024-05-10T05:00:00Z' });
    expect(report.value.causes.map(({ cause }) => cause).filter(cause => !['gap', 'data', 'rounding'].includes(String(cause)))).toEqual([]);
    const [cut, whole] = [await desk.store.json(`backtest ${RUN} --to 2024-05-10T05:00:00Z --run morning`), (await desk.store.tb('export desk --format jsonl')).out];
    expect(whole).toContain(String(cut['head']));
  });
});

describe('a quiet day, followed by two programs at once', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk();
  });
  afterAll(() => desk.close());

  test('one of them executes each hour, neither fails, and the run is the backtest, head for head', async () => {
    const { store, clock, options } = desk;
    const both = [1, 2].map(() => store.start(`paper --run desk --follow --json ${options}`, clock.env));
    clock.onStep(nowMs => {
      if (nowMs >= END + 10 * 60_000) for (const { child } of both) child.kill('SIGINT');
    });
    const said = await Promise.all(both.map(({ ended }) => ended));
    expect(said.map(({ signal, err }) => ({ signal, err }))).toEqual([{ signal: 'SIGINT', err: '' }, { signal: 'SIGINT', err: '' }]);
    expect(turnsOf(said).reduce((sum, { executed }) => sum + Number(executed), 0)).toBe(48);
    const backtest = await store.json(`backtest ${RUN} --to 2024-05-11T01:00:00Z --run past`);
    expect(await store.json('parity desk past')).toMatchObject({ parity: true, hours: 48, head: backtest['head'] });
    expect(await store.json('verify')).toMatchObject({ verified: true, findings: [] });
  }, 240_000);

  test('a program that is started when nothing is due says when it will be, and asks for nothing', async () => {
    const { store, clock, options, venue } = desk;
    venue.asked();
    const idle = await store.json(`paper --run desk ${options}`, clock.env);
    expect(idle).toMatchObject({ executed: 0, added: 0, hour: '2024-05-11T00:00:00Z', hours: 48, nextDue: '2024-05-11T02:02:00Z', unreachable: null, requests: { requests: 0 } });
    expect(venue.asked()).toEqual([]);
    const text = await store.tb(`paper --run desk ${options}`, clock.env);
    expect(text).toMatchObject({ exit: 0, err: '', out: 'desk: no hour is due; the next, 2024-05-11T01:00:00Z, is at 2024-05-11T02:02:00Z\n' });
  });

  test('rules that the venue stated are those of the run', async () => {
    const { manifest } = (await desk.store.json('show desk')) as Readonly<{ manifest: Readonly<{ universe: readonly Document[] }> }>;
    expect(manifest.universe.map(({ symbol, tick, lot, minNotional }) => ({ symbol, tick, lot, minNotional }))).toEqual([
      { symbol: 'AUR/USDT', tick: '0.01', lot: '0.00001', minNotional: '5' },
      { symbol: 'BOR/USDT', tick: '0.01', lot: '0.00001', minNotional: '5' },
    ]);
  });

  test('a venue whose clock stands behind ours has not told the hour yet: it is waited for, then the hour is executed without it', async () => {
    const { store, clock, options, venue } = desk;
    venue.tape.clock.skewMs = -20 * 60_000;
    clock.stepTo(at('11T02:02:00'));
    const turn = await store.tb(`paper --run desk --json --patience 5m ${options}`, clock.env);
    expect(turn.exit).toBe(0);
    expect(JSON.parse(turn.out)).toMatchObject({ executed: 1, added: 0, hour: '2024-05-11T01:00:00Z' });
    expect(turn.err).toContain('binance tells AUR/USDT until 2024-05-11T01:00:00Z only, and 2024-05-11T02:00:00Z has passed here');
    expect(clock.now()).toBeGreaterThan(at('11T02:06:00'));
    venue.tape.clock.skewMs = 0;
  });
});
