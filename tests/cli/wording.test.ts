/** What people read: one gap and two gaps, amounts with two decimals, and what an export has written and what it leaves alone. */
import { lstatSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { amount } from '../../cli/verdict.ts';
import { livelyCandles, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchStore } from '../support/scratch-store.ts';

const START = slotAt('2024-03-01T00:00:00Z', '1h');
const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols BTC/USD --from 2024-03-01T12:00:00Z --warmup 12';

let store: ScratchStore;

beforeAll(async () => {
  store = await scratchStore();
  await store.write('hours.csv', plainFile('1h', livelyCandles(START, 96, 5).filter(({ slot }) => slot !== START + 90)));
});

const read = (name: string): string => readFileSync(join(store.folder, name), 'utf8');

test.each([
  ['0', '0.00'],
  ['-0.001', '0.00'],
  ['-0.005', '-0.01'],
  ['1234567.891', '1,234,567.89'],
  ['-1000', '-1,000.00'],
])('the amount %s is shown as %s', (text, shown) => {
  expect(amount(text)).toBe(shown);
});

describe('counts', () => {
  const expectText = async (line: string, text: string | RegExp): Promise<void> => {
    const { exit, out, err } = await store.tb(line);
    expect({ exit, err }, line).toEqual({ exit: 0, err: '' });
    expect(out, line).toMatch(text);
  };

  test('of gaps, hours, decisions, runs and trades', async () => {
    await expectText('import hours.csv --symbol BTC/USD', /^BTC\/USD 1h: 1 gap, 1 candle absent \(tb data/);
    await expectText(`open --run desk --mode paper ${RUN}`, /^Opened paper run desk: first hour 2024-03-01T00:00:00Z, trading from 2024-03-01T12:00:00Z\.\ngenesis /);
    await expectText('execute-hour --run desk', /^desk: 1 hour through 2024-03-01T00:00:00Z, 1 decision, 0 fills, worth 10,000\.00 USD\nhead /);
    await expectText(`open --run desk --mode paper ${RUN}`, /^Found paper run desk: .*, 1 hour sealed\.\n/);
    await expectText('replay-window --run desk', /\ndesk: 1 hour, 2024-03-01T00:00:00Z to 2024-03-01T01:00:00Z\n/);
    await expectText('verify', /\n1 run, 1 hour, 1 fact, 1 decision, 95 candles\n/);
    await expectText('show desk', /^desk ema-cross BTC\/USD\nreturn +0\.00 % on 10,000\.00 USD, now 10,000\.00\n[^]*\ntrades +0 closed, 0 with a gain; 0 fills of 0 signals\n[^]*\nwindow +2024-03-01T00:00:00Z, 1 hour, trading/);
    await expectText('execute-hour --run desk --through 2024-03-01T02:00:00Z', /^desk: 2 hours through 2024-03-01T02:00:00Z, 0 decisions, 0 fills, worth /);
    await expectText(`backtest ${RUN} --to 2024-03-04T00:00:00Z --run past`, /\nwindow +2024-03-01T00:00:00Z, 72 hours, trading/);
    await expectText('parity past desk', /\n3 hours in common; past has 69 hours more\n/);
    await expectText(`backtest ${RUN} --to 2024-03-01T13:00:00Z --run brief`, /./);
    await expectText('execute-hour --run desk --through 2024-03-01T11:00:00Z', /^desk: 9 hours/);
    await expectText('parity brief desk', /\n12 hours in common; brief has 1 hour more\n/);
  });
});

describe('an export', () => {
  test('counts trades, not the line above them', async () => {
    const { trades } = await store.json('show past');
    expect(trades).toBeGreaterThan(1);
    expect(await store.json('export past --out trades.csv')).toMatchObject({ lines: trades, hours: 72, file: 'trades.csv' });
    expect(read('trades.csv').trimEnd().split('\n')).toHaveLength(Number(trades) + 1);
    expect(await store.tb('export past --out trades.csv')).toMatchObject({ out: `Wrote ${String(trades)} trades to trades.csv.\n` });
    const log = await store.json('export past --format jsonl --out log.jsonl');
    expect(read('log.jsonl').trimEnd().split('\n')).toHaveLength(Number(log['lines']));
  });

  test.each(['csv', 'jsonl'])('of a run without hours touches no file: %s', async format => {
    await store.json(`open --run fresh --mode paper ${RUN}`);
    await store.write('mine.txt', 'mine\n');
    expect(await store.failure(`export fresh --format ${format} --out mine.txt`)).toMatchObject({ exit: 6, message: `Run fresh has nothing to export as ${format}.` });
    expect(await store.failure(`export fresh --format ${format} --out new.txt`)).toMatchObject({ exit: 6 });
    expect(await store.tb(`export fresh --format ${format}`)).toMatchObject({ exit: 6, out: '' });
    expect(read('mine.txt')).toBe('mine\n');
    expect(readdirSync(store.folder).filter(name => /new|partial/.test(name))).toEqual([]);
  });

  test('of a run with hours and no trade is as empty', async () => {
    expect(await store.tb('export brief')).toEqual({ exit: 6, signal: null, out: '', err: 'error Run brief has nothing to export as csv.\n      It has no closed trade.\n' });
  });

  test('leaves a symbolic link a link, and a device a device', async () => {
    await store.write('target.csv', 'old\n');
    symlinkSync('target.csv', join(store.folder, 'link.csv'));
    await store.json('export past --out link.csv');
    expect(lstatSync(join(store.folder, 'link.csv')).isSymbolicLink()).toBe(true);
    expect(read('target.csv')).toBe(read('trades.csv'));
    await store.json('export past --out /dev/null');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});
