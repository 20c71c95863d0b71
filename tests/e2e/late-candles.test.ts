/** Candles that come after their hour was sealed: recorded with the next hour, replayed as seen, and no sealed hour changes. */
import { beforeAll, expect, test } from 'vitest';
import { marketSymbol, timeMs } from '../../core/kernel/units.ts';
import { candleDigest } from '../../core/market/candle.ts';
import { disarm } from '../../tools/tamper/disarm.ts';
import { asOwner, livelyCandles, logOf, onCopy, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { LogLine, ScratchDatabase } from '../support/scratch-store.ts';
import type { Document } from '../support/tb.ts';

const START = slotAt('2024-03-01T00:00:00Z', '1h');
const HOLE = START + 30;
const CANDLES = livelyCandles(START, 72, 41);
const OTHERS = livelyCandles(START, 72, 42);
const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols AAA/USD,BBB/USD --from 2024-03-01T12:00:00Z --warmup 12';

/** The candle with another close, still within its range. */
const revised = (index: number, close: 'high' | 'low') => ({ slot: CANDLES[index]!.slot, values: { ...CANDLES[index]!.values, close: CANDLES[index]!.values[close] } });
const marks = (facts: readonly LogLine[]) => facts.filter(({ event }) => ['candle_late', 'candle_revised'].includes(String(event['type'])));

let store: ScratchDatabase;
let before: Document;
let sealed: readonly LogLine[];

beforeAll(async () => {
  store = await scratchStore();
  await store.write('holed.csv', plainFile('1h', CANDLES.filter(({ slot }) => slot !== HOLE)));
  await store.write('others.csv', plainFile('1h', OTHERS));
  await store.write('whole.csv', plainFile('1h', CANDLES));
  await store.write('revised.csv', plainFile('1h', [...CANDLES.slice(0, 20), revised(20, 'high'), ...CANDLES.slice(21, 50), revised(50, 'high'), ...CANDLES.slice(51)]));
  await store.write('again.csv', plainFile('1h', [revised(20, 'low'), CANDLES[21]!]));
  await store.json('import holed.csv --symbol AAA/USD');
  await store.json('import others.csv --symbol BBB/USD');
  await store.json(`open --run desk --mode paper ${RUN}`);
  before = await store.json('execute-hour --run desk --through 2024-03-02T15:00:00Z');
  sealed = await logOf(store, 'desk');
});

test('an hour whose candle is absent is sealed without it', () => {
  const hole = sealed.find(({ what, hour, event }) => what === 'fact' && hour === HOLE && event['type'] === 'market');
  expect(hole?.event).toMatchObject({ candles: 1 });
  expect(marks(sealed)).toEqual([]);
});

test('what arrives later enters the next hour as late and revised, and sealed hours stay as they are', async () => {
  expect(await store.json('import whole.csv --symbol AAA/USD')).toMatchObject({ added: 1, duplicates: 71, revisions: 0 });
  expect(await store.json('import revised.csv --symbol AAA/USD')).toMatchObject({ added: 0, duplicates: 70, revisions: 2 });
  expect(await store.json('import again.csv --symbol AAA/USD')).toMatchObject({ added: 0, duplicates: 1, revisions: 1 });
  expect(await store.json('replay-window --run desk')).toMatchObject({ parity: true, head: before['head'] });
  await store.json('execute-hour --run desk --through 2024-03-02T18:00:00Z');
  const log = await logOf(store, 'desk');
  expect(log.slice(0, sealed.length)).toEqual(sealed);
  const [late, revision] = marks(log);
  expect(marks(log).map(({ hour, step, event }) => [hour - START, step, event['type'], (event['openMs'] as number) / 3_600_000 - START])).toEqual([
    [40, 0, 'candle_late', 30],
    [40, 0, 'candle_revised', 20],
  ]);
  expect(late!.event).toMatchObject({ symbol: 'AAA/USD', values: CANDLES[30]!.values });
  // Two revisions came between two hours: the newest enters, superseding the version that an hour had consumed.
  expect(revision!.event).toMatchObject({ values: revised(20, 'low').values, supersedes: candleDigest({ symbol: marketSymbol('AAA/USD'), timeframe: '1h' }, timeMs(CANDLES[20]!.slot * 3_600_000), CANDLES[20]!.values) });
});

test('the revision of a candle that no hour had consumed is simply the candle of its hour', async () => {
  await store.json('execute-hour --run desk --through 2024-03-03T23:00:00Z');
  const log = await logOf(store, 'desk');
  expect(marks(log)).toHaveLength(2);
  expect(log.filter(({ what }) => what === 'hour')).toHaveLength(72);
});

test('the run replays to its head, over the whole window and hour by hour around the late candle', async () => {
  const { runs } = (await store.json('runs')) as { runs: readonly Document[] };
  expect(await store.json('replay-window --run desk')).toMatchObject({ parity: true, head: runs[0]!['head'], hours: 72 });
  for (const hour of ['2024-03-01T20:00:00Z', '2024-03-02T06:00:00Z', '2024-03-02T16:00:00Z', '2024-03-03T02:00:00Z']) {
    expect(await store.json(`replay-hour --run desk --hour ${hour}`), hour).toMatchObject({ parity: true, failures: [] });
  }
  expect(await store.json('verify')).toMatchObject({ verified: true, findings: [] });
});

test('a backtest over the candles of today is another story, and parity says from which hour on', async () => {
  await store.json(`backtest ${RUN} --to 2024-03-04T00:00:00Z --run today`);
  const said = await store.tb('parity desk today --json');
  expect(said.exit).toBe(5);
  const report = JSON.parse(said.out) as Document;
  expect(report).toMatchObject({ parity: false, hours: 72, head: null });
  const [difference] = report['differences'] as readonly Document[];
  // The candle of hour 20 is the first that the two runs saw differently.
  expect(difference).toMatchObject({ what: 'fact', hour: '2024-03-01T20:00:00Z', event: `market ${START + 20}.0.1`, field: 'digest' });
});

test('a candle that came late and is gone from the store, or forged with its digest, is named by the fact that consumed it', async () => {
  for (const [sql, code] of [['DELETE FROM tb.candle', 'ROW_MISSING'], [`UPDATE tb.candle SET digest = sha256('other')`, 'COLUMN_DIFFERS']] as const) {
    await onCopy(store, async copy => {
      await asOwner(copy, async client => {
        await disarm(client);
        await client.query(`${sql} WHERE open_ms = $1 AND series_id = (SELECT id FROM tb.series WHERE symbol = 'AAA/USD')`, [HOLE * 3_600_000]);
      });
      const said = await copy.tb('verify --run desk --json');
      expect(said.exit).toBe(5);
      const { findings } = JSON.parse(said.out) as { findings: readonly Document[] };
      expect(findings).toContainEqual(expect.objectContaining({ code, table: 'candle', column: 'digest', key: expect.stringContaining(`symbol=AAA/USD timeframe=1h open_ms=${HOLE * 3_600_000}`) as unknown }));
    });
  }
});
