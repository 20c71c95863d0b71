/** `tb import-fills` from a user's chair: a real history into a run of its own, what can be done with it, and every way it is refused. */
import { beforeAll, describe, expect, test } from 'vitest';
import { LEDGERS, OWN_LINES, TRADES } from '../support/kraken-history.ts';
import { asOwner, onCopy, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase, ScratchStore } from '../support/scratch-store.ts';
import { failureOf } from '../support/tb.ts';
import type { Document } from '../support/tb.ts';

const FILES = 'ledgers.csv trades.csv mine.csv';
const IMPORT = `import-fills ${FILES} --run kraken --quote USD`;

let store: ScratchDatabase;
let imported: Document;
beforeAll(async () => {
  store = await scratchStore();
  await store.write('ledgers.csv', LEDGERS);
  await store.write('trades.csv', TRADES);
  await store.write('mine.csv', OWN_LINES);
  imported = await store.json(IMPORT);
});

const rowsOf = (database: ScratchDatabase): Promise<readonly unknown[]> =>
  asOwner(database, async client => (await client.query(`SELECT name, mode, (SELECT count(*)::int FROM tb.hour_record WHERE run_id = id) AS hours FROM tb.run ORDER BY name`)).rows as unknown[]);

describe('a history of Kraken', () => {
  /** By hand: first in, first out over lots of 2020, 2023 and 2024; the coin for a coin at 60000 a bitcoin. */
  const BOOKS = { deposits: '5000', fees: '7.44801', funding: '0', income: '1.475', realised: '-56.743353413654618474', rounding: '0.0001', transfers: '2052.55', withdrawals: '500' };
  const POSITIONS = [
    { agent: 'treasury', mark: '60000', quantity: '0.0794629', symbol: 'BTC/USD', value: '4767.774' },
    { agent: 'treasury', mark: '2631.57894736842105', quantity: '0.317', symbol: 'ETH/USD', value: '834.21052631578947285' },
    { agent: 'treasury', mark: '4', quantity: '50.04', symbol: 'DOT/USD', value: '200.16' },
  ];

  test('is booked to the last digit', () => {
    expect(imported).toMatchObject({
      books: BOOKS, cash: '1630.0666', dryRun: false, equity: '7432.21112631578947285', existing: false, from: '2024-08-20T09:00:00Z', hours: 868, pendingLines: 1, quote: 'USD', run: 'kraken', to: '2024-09-25T13:00:00Z',
      facts: { account_charged: 2, account_rewarded: 4, account_traded: 11, account_transferred: 5, asset_renamed: 1 },
      files: [{ format: 'kraken-ledgers', lines: 40, path: 'ledgers.csv' }, { format: 'kraken-trades', lines: 8, path: 'trades.csv' }, { format: 'generic', lines: 4, path: 'mine.csv' }],
    });
    expect((imported['positions'] as readonly Document[]).toSorted((left, right) => (String(left['symbol']) < String(right['symbol']) ? -1 : 1))).toEqual([POSITIONS[0], POSITIONS[2], POSITIONS[1]]);
  });

  test('is a run that can be shown, listed, verified and replayed', async () => {
    const { head } = imported;
    expect(await store.json('show kraken')).toMatchObject({ books: BOOKS, cash: '1630.0666', head, keep: 'full', mode: 'import', risk: { status: 'ACTIVE' }, through: '2024-09-25T12:00:00Z' });
    expect(await store.json('runs')).toMatchObject({ runs: [{ head, hours: 868, keep: 'full', mode: 'import', run: 'kraken', start: '2024-08-20T09:00:00Z' }] });
    expect(await store.json('verify --run kraken')).toMatchObject({ status: 'CHAIN OK, UNANCHORED' });
    expect(await store.json('replay-window --run kraken')).toMatchObject({ parity: true, hours: 868, head });
    expect(await store.json('replay-window --run kraken --from 2024-09-03T00:00:00Z --to 2024-09-21T00:00:00Z')).toMatchObject({ parity: true, hours: 432 });
    const { out } = await store.tb('show kraken');
    expect(out).toContain('kraken account history BTC/USD DOT/USD ETH/USD MATIC/USD POL/USD\nvalue   7,432.21 USD, of it 1,630.07 in cash\nput in  deposits 5,000.00, transfers 2,052.55, withdrawn 500.00\n');
  });

  test('is exported like every other run: trades, tax lots with their dates, journals', async () => {
    const lots = (await store.tb('export kraken --table tax-lots')).out.trimEnd().split('\n').slice(1).map(row => row.split(','));
    expect(lots.length).toBeGreaterThan(5);
    const text = lots.map(row => row.join(',')).join('\n');
    expect(text).toContain('2020-11-05T00:00:00Z');
    const journal = (await store.tb('export kraken --format hledger')).out;
    expect(journal).toContain('2024-08-28 * reward | ');
    expect(journal).toMatch(/revenues:income +-0\.68 USD/);
    expect(journal).toMatch(/assets:cash +0 USD =\* 1630\.0666 USD/);
    expect((await store.tb('export kraken --format beancount')).out).toContain('2024-09-10 * "rename"');
    expect((await store.tb('export kraken --format jsonl')).out).toContain('"type":"asset_renamed"');
  });

  test('is booked once: the same command again finds it, whatever pieces the files come in', async () => {
    const [header, ...lines] = LEDGERS.trimEnd().split('\n');
    await store.write('first.csv', [header, ...lines.slice(0, 20)].join('\n'));
    await store.write('second.csv', [header, ...lines.slice(12)].join('\n'));
    const before = await rowsOf(store);
    for (const files of [FILES, 'mine.csv second.csv trades.csv first.csv']) {
      expect(await store.json(`import-fills ${files} --run kraken --quote usd`)).toMatchObject({ existing: true, head: imported['head'], books: BOOKS });
    }
    expect(await rowsOf(store)).toEqual(before);
    expect((await store.tb(IMPORT)).out).toContain('This history was in the store already; nothing was written.');
  });

  test('another history does not take its name', async () => {
    await store.write('shorter.csv', LEDGERS.trimEnd().split('\n').slice(0, -2).join('\n'));
    await store.write('dearer.csv', OWN_LINES.replace(',1500,', ',1500.01,'));
    const hint = 'Choose another name; tb runs lists them. tb runs --drop kraken --reason "…" deletes an import.';
    for (const [files, what] of [
      ['shorter.csv trades.csv mine.csv', 'of a history that ends at 2024-09-25T13:00:00Z.'],
      ['ledgers.csv trades.csv dearer.csv', 'of a history with other contents.'],
    ] as const) {
      expect(await store.failure(`import-fills ${files} --run kraken --quote USD`)).toEqual({ exit: 2, hint, message: `--run: a run kraken exists already, ${what}` });
    }
  });

  test('can be tried without keeping anything, and dropped', () =>
    onCopy(store, async copy => {
      const tried = await copy.json(`import-fills ${FILES} --run other --quote USD --dry-run`);
      expect(tried).toMatchObject({ dryRun: true, existing: false, head: imported['head'], run: null });
      expect(await rowsOf(copy)).toEqual([{ name: 'kraken', mode: 'import', hours: 868 }]);
      expect(await copy.json('runs --drop kraken --reason "another basis"')).toEqual({ dropped: 'kraken', reason: 'another basis' });
      expect(await rowsOf(copy)).toEqual([]);
      expect(await copy.json(IMPORT)).toMatchObject({ existing: false, head: imported['head'] });
    }));

  test('two commands at the same moment book it once', () =>
    onCopy(store, async copy => {
      const both = await Promise.all([1, 2].map(() => copy.json(`import-fills ${FILES} --run twice --quote USD`)));
      expect(both.filter(({ existing }) => existing === true)).toHaveLength(1);
      expect(await rowsOf(copy)).toEqual([{ name: 'kraken', mode: 'import', hours: 868 }, { name: 'twice', mode: 'import', hours: 868 }]);
    }));

  test('with candles in the store needs no word on what rewards were worth, and is marked by the market', () =>
    onCopy(store, async copy => {
      const candles = Array.from({ length: 900 }, (_, index) => ({ slot: slotAt('2024-08-19T00:00:00Z', '1h') + index, values: { open: '4.25', high: '4.5', low: '4', close: '4.25', volume: '10' } }));
      await copy.write('dot.csv', plainFile('1h', candles));
      await copy.json('import dot.csv --symbol DOT/USD');
      await copy.write('less.csv', OWN_LINES.split('\n').filter(line => !line.includes('STREW2')).join('\n'));
      const { books, positions } = await copy.json('import-fills ledgers.csv trades.csv less.csv --run marked --quote USD');
      // 0.15 and 0.16 at the close before, and 0.03 at the last trade of that hour.
      expect(books).toMatchObject({ income: '1.4375' });
      expect(positions).toContainEqual({ agent: 'treasury', mark: '4.25', quantity: '50.04', symbol: 'DOT/USD', value: '212.67' });
      expect(await copy.json('replay-window --run marked')).toMatchObject({ parity: true });
      // Candles that come later change nothing of it.
      await copy.write('more.csv', plainFile('1h', candles.map(({ slot, values }) => ({ slot, values: { ...values, close: '4.125' } }))));
      await copy.json('import more.csv --symbol DOT/USD');
      expect(await copy.json('import-fills ledgers.csv trades.csv less.csv --run marked --quote USD')).toMatchObject({ existing: true });
    }));
});

describe('lines of our own', () => {
  const HISTORY = `time,type,id,symbol,side,price,quantity,fee,fee_asset,asset,basis,acquired,value,to_asset,received
,opening,,,,,1000,,,EUR,,,,,
,opening,,,,,0.5,,,BTC,9000,2019-06-01,,,
2023-05-05T10:30:00+02:00,trade,t1,BTC/EUR,sell,25000,0.25,10,EUR,,,,,,
2023-05-05T12:00:00Z,trade,t2,ETH/BTC,buy,0.06,1,0.0001,BTC,,,,,,
2023-05-05T12:00:00Z,rename,n1,,,,1,,,ETH,,,,ETX,1
2023-05-06T00:00:00Z,withdrawal,w1,,,,5000,,,EUR,,,,,`;

  test('are booked in their own quote', async () => {
    await store.write('own.csv', HISTORY);
    const report = await store.json('import-fills own.csv --run own --quote eur --format generic --rename ETH=ETX');
    // Sold a quarter at 25000, and 0.06 of a bitcoin for an ether at 25000 a bitcoin, with a fee in kind that was worth 2.5 and had cost 1.8.
    expect(report).toMatchObject({ books: { deposits: '1000', fees: '10', realised: '2170.7', transfers: '9000', withdrawals: '5000' }, cash: '2240', from: '2023-05-05T08:00:00Z', hours: 17, quote: 'EUR' });
    expect(await store.json('replay-window --run own')).toMatchObject({ parity: true, hours: 17 });
    expect(await store.json('verify --run own')).toMatchObject({ status: 'CHAIN OK, UNANCHORED' });
  });
});

describe('nothing is booked of', () => {
  const line = (text: string): string => `time,type,id,symbol,price,quantity,fee,fee_asset,asset,basis,acquired,value\n${text}\n`;
  const DEPOSIT = '2024-01-01T00:00:00Z,deposit,d1,,,100,,,,,,';

  type Lines = Readonly<{ lines?: readonly Readonly<{ file: string; line: number; field: string | null; reason: string }>[] }>;
  const refusal = async (place: ScratchStore, text: string, options = ''): Promise<Readonly<{ exit: number; message: string; hint: string }> & Lines> => {
    await place.write('refused.csv', text);
    return place.failure(`import-fills refused.csv --run refused --quote USD ${options}`.trim());
  };

  test('lines that cannot be read: every one is named, with its column', async () => {
    const failure = await refusal(store, line(['2024-01-01 00:00:00,deposit,d1,,,100,,,,,,', '2024-01-01T00:00:00Z,buy,t1,BTC/USD,40000,x,,,,,,', '2024-01-01T00:00:00Z,swap,,,,1,,,,,,'].join('\n')));
    expect(failure).toMatchObject({ exit: 2, hint: 'Nothing was booked. Correct the lines, or leave files out.' });
    expect(failure.lines?.map(({ file, line: at, field }) => [file, at, field])).toEqual([['refused.csv', 2, 'time'], ['refused.csv', 3, 'quantity'], ['refused.csv', 4, 'type']]);
    expect(failure.message).toBe(
      `The history cannot be read:\n      refused.csv:2: time ${failure.lines![0]!.reason}\n      refused.csv:3: quantity "x" is not a plain decimal of at most 18 places\n      refused.csv:4: type ${failure.lines![2]!.reason}`,
    );
  });

  test('a file that is none, or of another kind', async () => {
    expect(await store.failure('import-fills absent.csv --run refused --quote USD')).toMatchObject({ exit: 2, message: expect.stringContaining('absent.csv: there is no such file.') as unknown });
    expect(await refusal(store, line(DEPOSIT), '--format kraken')).toMatchObject({ exit: 2, message: expect.stringContaining('refused.csv:1: it is neither the ledgers.csv nor the trades.csv of Kraken.') as unknown });
  });

  test('a sale of more than there was', async () => {
    expect(await refusal(store, line(`${DEPOSIT}\n2024-01-01T01:00:00Z,buy,t1,BTC/USD,50,1,,,,,,\n2024-01-01T02:00:00Z,sell,t2,BTC/USD,60,1.25,,,,,,`))).toEqual({
      exit: 3,
      hint: 'Nothing was booked.',
      lines: [{ field: 'quantity', file: 'refused.csv', line: 4, reason: 'takes 1.25 BTC, and 1 were there: 0.25 BTC are missing; import the history from its beginning, or tell what was there in an opening line' }],
      message: 'More was given away than there was:\n      refused.csv:4: quantity takes 1.25 BTC, and 1 were there: 0.25 BTC are missing; import the history from its beginning, or tell what was there in an opening line',
    });
  });

  test('rewards of which nobody knows what they were worth: a price of yesterday is one, a price of the week before is none', async () => {
    const failure = await refusal(store, line(`${DEPOSIT}\n2024-01-01T01:00:00Z,buy,t1,BTC/USD,50,1,,,,,,\n2024-01-02T01:59:00Z,reward,r1,,,0.1,,,BTC,,,\n2024-01-02T02:00:00Z,reward,r2,,,0.1,,,BTC,,,\n2024-01-09T00:00:00Z,reward,r3,,,0.1,,,BTC,,,`));
    expect(failure).toMatchObject({ exit: 3, message: expect.stringContaining('Some of it has no worth that is known:') as unknown });
    expect(failure.lines?.map(({ line: at, field }) => [at, field])).toEqual([[5, 'value'], [6, 'value']]);
    expect((await store.json('runs'))['runs']).not.toContainEqual(expect.objectContaining({ run: 'refused' }));
  });

  test('an hour that is not over, and times of another age', async () => {
    const soon = new Date(Date.now() - 60_000).toISOString();
    expect(await refusal(store, line(`${DEPOSIT}\n${soon},buy,t1,BTC/USD,50,1,,,,,,`))).toMatchObject({ exit: 3, message: expect.stringMatching(/^The last line, refused\.csv:3, is of .*Z, and its hour .*:00:00Z is not over\.$/) as unknown });
    expect(await refusal(store, line('1999-01-01T00:00:00Z,buy,t1,BTC/USD,50,1,,,,,,'))).toMatchObject({ exit: 2, message: 'The history cannot be read:\n      refused.csv:2: time 1999-01-01T00:00:00Z is not between 2009 and 2100' });
  });

  test('money alone, and nothing at all', async () => {
    expect(await refusal(store, line(DEPOSIT))).toEqual({ exit: 6, hint: 'An account needs an asset beside its quote; --quote names what it is counted in.', message: 'There is nothing but USD in these files.' });
    expect(await refusal(store, line(''))).toEqual({ exit: 6, hint: 'A history has trades, transfers, deposits or withdrawals.', message: 'There is nothing in these files to book.' });
  });

  test.each([
    ['--format xml', 'import-fills own.csv --run r --quote USD --format xml', '--format: there is no format xml.'],
    ['--quote', 'import-fills own.csv --run r --quote US-D', '--quote: "US-D" is not an asset.'],
    ['--run', 'import-fills own.csv --run "a b" --quote USD', '--run: "a b" is not a run name.'],
    ['--rename without a new name', 'import-fills own.csv --run r --quote USD --rename MATIC', '--rename: MATIC is not NAME=VALUE.'],
    ['--rename of no asset', 'import-fills own.csv --run r --quote USD --rename "A B=C"', '--rename: "A B" is not an asset.'],
  ])('a misspelled option: %s', async (_, command, message) => {
    expect(await store.failure(command)).toMatchObject({ exit: 2, message });
  });

  test('a name that a backtest or a paper run has', async () => {
    await store.write('hours.csv', plainFile('1h', Array.from({ length: 40 }, (_, index) => ({ slot: slotAt('2024-03-01T00:00:00Z', '1h') + index, values: { open: '1', high: '1', low: '1', close: '1', volume: '1' } }))));
    await store.json('import hours.csv --symbol AAA/USD');
    await store.json('open --run desk --mode paper --strategy ema-cross --symbols AAA/USD --from 2024-03-01T10:00:00Z --warmup 2');
    expect(failureOf(await store.tb(`import-fills ${FILES} --run desk --quote USD --json`))).toMatchObject({ exit: 2, message: '--run: a run desk exists already, and it is a paper run.' });
    expect(await store.failure('runs --drop desk --reason "mistake"')).toMatchObject({ exit: 3, hint: 'Only backtests and imports are dropped.' });
  });
});
