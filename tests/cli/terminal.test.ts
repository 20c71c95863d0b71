/** What people see in a terminal: tables, colours, curves, evidence with its units, ages beside times. */
import { beforeAll, describe, expect, test } from 'vitest';
import { readEquityCurves } from '../../adapters/store/equity-curve.ts';
import { findRun } from '../../adapters/store/runs.ts';
import { courseText } from '../../cli/verdict.ts';
import { vintageText } from '../../cli/vintage.ts';
import { gateValue } from '../../engine/explain/gate-value.ts';
import { table } from '../../cli/output.ts';
import { sparkline } from '../../cli/sparkline.ts';
import { hourUtc, marketSymbol } from '../../core/kernel/units.ts';
import { asOwner, livelyCandles, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';

const upper = (text: string): string => text.toUpperCase();

describe('a table', () => {
  test('aligns numbers with their signs and units to the right, and everything else to the left', () => {
    expect(table(['name', 'share', 'count', 'mixed'], [['a', '+1.25 %', '1,000', '7'], ['long name', '-10.00 %', '-', 'none']])).toBe(
      ['name          share  count  mixed', 'a           +1.25 %  1,000  7', 'long name  -10.00 %      -  none'].join('\n'),
    );
  });

  test('does without its least important columns where a terminal is too narrow, and says which', () => {
    const [head, rows] = [['run', 'kept', 'equity', 'head'], [['desk', 'full', '10,000.00', 'abcdef']]] as const;
    expect(table(head, rows, { least: ['kept', 'head'], width: 27 })).toBe('run      equity  head\ndesk  10,000.00  abcdef\nA wider terminal also shows: kept.');
    expect(table(head, rows, { least: ['kept', 'head'], width: 29 })).toBe('run   kept     equity  head\ndesk  full  10,000.00  abcdef');
    expect(table(head, rows, { least: ['kept', 'head'], width: 10 })).toBe('run      equity\ndesk  10,000.00\nA wider terminal also shows: kept, head.');
    expect(table(head, rows, { least: ['kept', 'head'], width: null })).toBe(table(head, rows));
  });

  test('paints a cell without moving its neighbours, and never believes an escape of somebody else', () => {
    expect(table(['a', 'b'], [[{ text: 'x', paint: upper }, '\u001b[31mred'], ['long', { text: 'y\n', paint: upper }]])).toBe(['a     b', 'X     \\u001b[31mred', 'long  Y\\N'].join('\n'));
  });
});

describe('a sparkline', () => {
  test('rises from the lowest block to the highest', () => {
    expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8])).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([100, 90, 95, null, 110])).toBe('▅▁▃ █');
  });

  test.each([
    [{}, '▁▄█'],
    [{ LANG: 'en_US.UTF-8' }, '▁▄█'],
    [{ LANG: 'C.utf8' }, '▁▄█'],
    [{ LANG: 'de_DE' }, '▁▄█'],
    [{ LANG: 'C' }, '_-#'],
    [{ LC_ALL: 'POSIX', LANG: 'en_US.UTF-8' }, '_-#'],
    [{ LC_CTYPE: 'de_DE.ISO-8859-1' }, '_-#'],
  ])('where the locale is %j: %s', (environment, shown) => {
    expect(sparkline([1, 1.45, 2], environment)).toBe(shown);
  });

  test('of nothing is nothing, and of what does not move is flat', () => {
    expect(sparkline([])).toBe('');
    expect(sparkline([null])).toBe(' ');
    expect(sparkline([5, 5, 5])).toBe('▄▄▄');
  });

  test('names its least and its most', () => {
    expect(courseText(['10000', null, '9500.5', '12000'], 'USD')).toBe('▂ ▁█  9,500.50 to 12,000.00 USD');
    expect(courseText(['1', '2'], 'USD', true)).toBe('▁█  1.00 to 2.00 USD (deposits and withdrawals included)');
    expect(courseText([null], 'USD')).toBe('no hour was valued');
  });
});

//  unit, value, shown
test.each([
  ['none', '0', '-'],
  ['quote', '12345.678', '12,345.68 USD'],
  ['price', '0.00001654', '0.00001654 USD'],
  ['quantity', '0.5', '0.5 BTC'],
  ['share', '0.1', '10.00 %'],
  ['bps', '25', '25 bps'],
  ['count', '3', '3'],
  ['hours', '6', '6 h'],
  ['seconds', '30', '30 s'],
  ['hour', '474900', '2024-03-05T12:00:00Z'],
  ['hour', '0', 'none'],
] as const)('evidence of a gate in %s: %s is %s', (unit, value, shown) => {
  expect(gateValue(marketSymbol('BTC/USD'), unit, value)).toBe(shown);
});

test('a vintage in one line', () => {
  expect(vintageText('desk', { ingest: 0, received: null, revised: 0, late: 0 })).toBe('saw no delivery; none was changed later');
  expect(vintageText('desk', { ingest: 0, received: null, revised: 1, late: 2 })).toBe('saw no delivery; 1 candle changed and 2 came after the fact: tb data revisions --run desk');
});

describe('of a store', () => {
  let store: ScratchDatabase;
  beforeAll(async () => {
    store = await scratchStore();
    const candles = livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 60, 131);
    await store.write('aaa.csv', plainFile('1h', candles));
    await store.json('import aaa.csv --symbol AAA/USD');
    await store.json('backtest --strategy buy-and-hold --symbols AAA/USD --from 2024-03-01T12:00:00Z --to 2024-03-03T12:00:00Z --run past');
    await store.write('later.csv', plainFile('1h', candles.map((candle, index) => (index === 30 ? { ...candle, values: { ...candle.values, volume: '999' } } : candle))));
    await store.json('import later.csv --symbol AAA/USD');
  });

  test('runs shows when, what in, and the course; the JSON is as before', async () => {
    const { out } = await store.tb('runs');
    expect(out).toMatch(/^run +mode +kept +made +start +sealed through +hours +equity +in +its course +head\n/);
    expect(out).toMatch(/\npast +backtest +summary +(now|\d+ s ago) +2024-03-01T12:00:00Z +2024-03-03T11:00:00Z +\d+ [dy] ago +48 +[\d,]+\.\d\d +USD +[▁▂▃▄▅▆▇█]{16} +[0-9a-f]{16}\n$/);
    expect(Object.keys(((await store.json('runs')) as { runs: readonly object[] }).runs[0]!)).toEqual(['created', 'equity', 'genesis', 'head', 'hours', 'keep', 'mode', 'run', 'start', 'through']);
  });

  test('show tells the course, the vintage, and that candles were changed after the fact', async () => {
    const { out } = await store.tb('show past');
    expect(out).toMatch(/\ncourse +[▁▂▃▄▅▆▇█]{48} {2}[\d,]+\.\d\d to [\d,]+\.\d\d USD\n/);
    expect(out).toMatch(/\ncandles +as of delivery 1, received 20\S+Z \((now|\d+ s ago)\); 1 candle changed and 0 came after the fact: tb data revisions --run past\n/);
    expect(out).toMatch(/through 2024-03-03T11:00:00Z \(\d+ [dy] ago\), risk ACTIVE\n/);
    expect(await store.json('show past')).toMatchObject({ vintage: { ingest: 1, late: 0, received: expect.stringMatching(/^20.*Z$/) as unknown, revised: 1 } });
  });

  test('data tells how old the last candle and the last delivery are', async () => {
    expect((await store.tb('data')).out).toMatch(/\nAAA\/USD +1h +2024-03-01T00:00:00Z +2024-03-03T11:00:00Z +\d+ [dy] ago +60 +0 +0 +1 +missing +plain +(now|\d+ s ago)\n$/);
  });

  test('a curve is thinned evenly, with the first hour and the last', async () => {
    await asOwner(store, async client => {
      const { id, retention, startHour } = (await findRun(client, 'past'))!;
      const curve = async (points: number) => (await readEquityCurves(client, [{ id, retention, startHour, headHour: hourUtc(startHour + 47) }], points)).get(id)!;
      const whole = await curve(1_000);
      expect(whole).toHaveLength(48);
      expect(await curve(2)).toEqual([whole[0], whole[47]]);
      expect(await curve(5)).toEqual([0, 11, 23, 35, 47].map(hour => whole[hour]));
      expect(await curve(1)).toEqual([whole[0]]);
    });
  });
});
