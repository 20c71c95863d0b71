/** Exports through the command line: tables, tax lots and journals of a paper run and of a backtest kept as a summary. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { disarm } from '../../tools/tamper/disarm.ts';
import { asOwner, livelyCandles, onCopy, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';

const RUN = '--strategy ema-cross --param fast=3 --param slow=9 --symbols 1INCH/USD,BNB/USD --from 2024-03-02T00:00:00Z --warmup 12 --fees 0.2%,0.3%:BNB --balance BNB=2@300 --entry limit:20bps';

let store: ScratchDatabase;
beforeAll(async () => {
  store = await scratchStore();
  for (const [symbol, seed] of [['1INCH/USD', 31], ['BNB/USD', 32]] as const) {
    await store.write('hours.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 240, seed)));
    await store.json(`import hours.csv --symbol ${symbol}`);
  }
  await store.json(`backtest ${RUN} --to 2024-03-10T00:00:00Z --run month`);
  await store.json(`open --run desk --mode paper ${RUN}`);
  await store.json('operator deposit --run desk --amount 250.5 --reason "monthly saving" --key "march, 1st"');
  await store.json('execute-hour --run desk --through 2024-03-09T23:00:00Z');
  await store.json(`open --run fresh --mode paper ${RUN}`);
  await store.json(`open --run idle --mode paper ${RUN}`);
  await store.json('execute-hour --run idle');
});

const exported = async (words: string): Promise<string> => {
  const said = await store.tb(`export ${words}`);
  expect(said, words).toMatchObject({ exit: 0, err: '' });
  return said.out;
};

/** What a line says of a run by name, and not of what it did. */
const nameless = (text: string): string => text.replaceAll(/Run (desk|month)/g, 'Run');

describe('a backtest of which only a summary was kept', () => {
  test('is exported as if all of it had been', async () => {
    await store.json(`backtest ${RUN} --to 2024-03-10T00:00:00Z --run whole --keep full`);
    for (const what of ['--table fills', '--table tax-lots', '--lots average', '--format hledger', '--format hledger --lots average', '--format beancount --lots hifo', '--format jsonl']) {
      expect(nameless(await exported(`month ${what}`)), what).toBe(nameless((await exported(`whole ${what}`)).replaceAll('Run whole', 'Run month')));
    }
  });
});

describe('tables', () => {
  test('the table of trades is the default; a method of lots means tax lots', async () => {
    const trades = await exported('desk');
    expect(await exported('desk --table trades')).toBe(trades);
    expect(trades).toMatch(/^symbol,entryHour,exitHour,/);
    expect(await exported('desk --lots fifo')).toBe(await exported('desk --table tax-lots'));
    expect(await exported('desk --table tax-lots --lots lifo')).toBe(await exported('desk --lots lifo'));
  });

  test('tax lots by FIFO are the trades and the fees paid in kind', async () => {
    const trades = (await exported('desk')).trimEnd().split('\n').slice(1).map(row => row.split(','));
    const lots = (await exported('desk --lots fifo')).trimEnd().split('\n').slice(1).map(row => row.split(','));
    const sold = lots.filter(row => row[11] === 'sell');
    expect(sold.map(row => [row[4], row[8], row[18]])).toEqual(trades.map(row => [row[3], row[8], row[12]]));
    expect(sold.length).toBeGreaterThan(5);
    expect(lots.length).toBeGreaterThan(sold.length);
    // What a purchase of BNB pays in BNB is cut from it.
    const fills = (await exported('desk --table fills')).trimEnd().split('\n').slice(1).map(row => row.split(','));
    expect(new Set(lots.map(row => row[18]))).toEqual(new Set(fills.filter(row => row[2] === 'SELL' || (row[6] === 'BNB' && row[1] !== 'BNB/USD')).map(row => row[11])));
  });

  test('are counted in rows where they are written to a file', async () => {
    const rows = (await exported('desk --lots hifo')).trimEnd().split('\n').length - 1;
    expect(await store.json('export desk --lots hifo --out lots.csv')).toMatchObject({ file: 'lots.csv', format: 'csv', lines: rows, run: 'desk' });
    expect(readFileSync(join(store.folder, 'lots.csv'), 'utf8')).toBe(await exported('desk --lots hifo'));
    expect((await store.tb('export desk --lots hifo --out lots.csv')).out).toBe(`Wrote ${rows} tax lots to lots.csv.\n`);
  });
});

const installed = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
const accepts = (program: string, words: readonly string[]): string => {
  const { stdout, stderr } = spawnSync(program, words, { cwd: store.folder, encoding: 'utf8' });
  return `${stdout}${stderr}`;
};
const [hasHledger, hasBeancount] = [installed('hledger'), installed('bean-check')];
if (!hasHledger) console.log('Skipped: hledger on exported journals, as it is absent (Debian: apt-get install hledger).');
if (!hasBeancount) console.log('Skipped: bean-check on exported journals, as it is absent (Debian: apt-get install beancount).');

describe('journals', () => {
  test('name the run, its head, and the awkward key of a deposit', async () => {
    const { head } = await store.json('show desk');
    const text = await exported('desk --format hledger');
    expect(text).toContain(`; Run desk, 2024-03-01T12:00:00Z through 2024-03-09T23:00:00Z, as a journal of hledger\n`);
    expect(text).toContain(`; head ${String(head)}\n`);
    expect(text).toContain('    ; reference:march%2C%201st\n');
    expect(text).toContain('    equity:deposits  -250.5 USD\n');
    expect(await exported('desk --format beancount')).toContain('2024-03-01 commodity X-1INCH\n  name: "1INCH"\n');
  });

  test.skipIf(!hasHledger)('pass hledger check, by every method', async () => {
    for (const method of ['fifo', 'lifo', 'hifo', 'average']) {
      await store.json(`export desk --format hledger --lots ${method} --out desk.journal`);
      expect([method, accepts('hledger', ['-f', 'desk.journal', 'check', '--strict', 'ordereddates', 'payees'])]).toEqual([method, '']);
    }
    const cash = accepts('hledger', ['-f', 'desk.journal', 'balance', 'assets:cash', '--no-total', '--layout=bare', '-O', 'csv']).split('\n')[1]!;
    expect(cash.replaceAll(/"|0+"$/g, '')).toContain(String((await store.json('show desk'))['cash']));
  });

  test.skipIf(!hasBeancount)('pass bean-check', async () => {
    for (const method of ['fifo', 'lifo', 'hifo']) {
      await store.json(`export desk --format beancount --lots ${method} --out desk.beancount`);
      expect([method, accepts('bean-check', ['desk.beancount'])]).toEqual([method, '']);
    }
  });
});

//  words                                     exit  message                                                          hint
test.each([
  ['desk --format hledgr', 2, /^--format: there is no format hledgr; did you mean hledger\?$/, /^Formats: csv, jsonl, hledger, beancount\.$/],
  ['desk --lots hfo', 2, /^--lots: there is no method hfo; did you mean hifo\?$/, /^Methods: fifo, lifo, hifo, average\.$/],
  ['desk --table tax', 2, /^--table: there is no table tax/, /^Tables: trades, fills, tax-lots\.$/],
  ['desk --format hledger --table fills', 2, /^--table: hledger has no tables\.$/, /--format csv/],
  ['desk --format jsonl --lots lifo', 2, /^--lots: the log is what was sealed, oldest lots first\.$/, /hledger or beancount/],
  ['desk --table trades --lots lifo', 2, /^--lots: the table trades is what was sealed, oldest lots first\.$/, /--table tax-lots/],
  ['desk --table fills --lots fifo', 2, /^--lots: the table fills is what was sealed/, /--table tax-lots/],
  ['desk --format beancount --lots average', 2, /^--lots: beancount has no average pools\.$/, /hledger, or fifo, lifo or hifo/],
  ['fresh --format hledger', 6, /^Run fresh has nothing to export as hledger\.$/, /no sealed hour/],
  ['idle --table fills', 6, /^Run idle has nothing to export as csv\.$/, /^It has no fill\.$/],
  ['idle --table tax-lots', 6, /^Run idle has nothing to export as csv\.$/, /^It has no disposal\.$/],
] as const)('export %s', async (words, exit, message, hint) => {
  expect(await store.failure(`export ${words} --out never.txt`)).toEqual({ exit, message: expect.stringMatching(message) as unknown, hint: expect.stringMatching(hint) as unknown });
  expect(existsSync(join(store.folder, 'never.txt'))).toBe(false);
});

test('hours that do not come out as they were sealed are not exported', async () => {
  await onCopy(store, async copy => {
    await asOwner(copy, async client => {
      await disarm(client);
      await client.query("UPDATE tb.hour_record SET hash = decode(repeat('ab', 32), 'hex') WHERE run_id = (SELECT id FROM tb.run WHERE name = 'desk') AND hour = (SELECT start_hour + 40 FROM tb.run WHERE name = 'desk')");
    });
    for (const what of ['--format hledger', '--format jsonl', '--lots lifo']) {
      expect(await copy.failure(`export desk ${what} --out never.txt`)).toMatchObject({ exit: 5, message: expect.stringMatching(/^Run desk cannot be exported: its hour 2024-03-03T04:00:00Z does not come out/) as unknown });
    }
    expect(existsSync(join(store.folder, 'never.txt'))).toBe(false);
  });
});
