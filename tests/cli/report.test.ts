/** `tb report`: its document agrees with what other commands say of the same run, in every form, and nothing is reported that does not come out as it was sealed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../core/kernel/decimal.ts';
import { formatHour } from '../../core/kernel/hours.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import type { ComparisonReport, RunReport } from '../../engine/report/report.ts';
import { LEDGERS, OWN_LINES, TRADES } from '../support/kraken-history.ts';
import { disarm } from '../../tools/tamper/disarm.ts';
import { asOwner, livelyCandles, onCopy, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';

const RUN = '--strategy ema-cross --param fast=3 --param slow=7 --symbols BTC/USD,ETH/USD --from 2024-03-02T00:00:00Z';

let store: ScratchDatabase;

const reported = async (name: string, from: ScratchDatabase = store): Promise<RunReport> => {
  const said = await from.tb(`report ${name} --format json`);
  expect([said.exit, said.err]).toEqual([0, '']);
  return JSON.parse(said.out) as RunReport;
};

const sumOf = (amounts: readonly string[]): string => formatDecimal(amounts.reduce((sum, amount) => sum + decimal(amount), 0n));

beforeAll(async () => {
  store = await scratchStore();
  for (const [symbol, seed] of [['BTC/USD', 11], ['ETH/USD', 12]] as const) {
    await store.write('hours.csv', plainFile('1h', livelyCandles(slotAt('2024-02-16T00:00:00Z', '1h'), 600, seed)));
    await store.json(`import hours.csv --symbol ${symbol}`);
  }
  await store.json(`backtest ${RUN} --to 2024-03-10T00:00:00Z --run tested`);
  await store.json(`backtest ${RUN} --to 2024-03-10T00:00:00Z --run free --fees none --keep full`);
  await store.json(`open --run desk --mode paper ${RUN}`);
  await store.json('execute-hour --run desk --through 2024-03-09T23:00:00Z');
  await store.json(`open --run fresh --mode paper ${RUN} --cash 777`);
}, 180_000);

describe('the document of a backtest', () => {
  let report: RunReport;
  beforeAll(async () => {
    report = await reported('tested');
  });

  test('has the summary of tb show, figure for figure', async () => {
    const shown = await store.json('show tested');
    for (const [name, value] of Object.entries(report.summary)) expect([name, value]).toEqual([name, shown[name]]);
    expect(report.verdict.head).toBe(shown['head']);
    expect(-Math.min(...report.curves.drawdown.values)).toBeCloseTo(Number(shown['maxDrawdown']), 7);
  });

  test('has the trades of tb export, row for row, and they add up', async () => {
    const [head, ...rows] = (await store.tb('export tested')).out.trimEnd().split('\n').map(line => line.split(','));
    const exported = rows.map(row => Object.fromEntries(head!.map((name, index) => [name, row[index]!])));
    expect(report.trades.length).toBeGreaterThan(10);
    expect(report.trades.map(({ symbol, agent, entryHour, exitHour, quantity, result, fees, why }) => ({ symbol, agent, entryHour, exitHour, quantity, result, fees, orderId: why.exit!.orderId }))).toEqual(
      exported.map(({ symbol, agent, entryHour, exitHour, quantity, result, entryFee, exitFee, orderId }) => ({ symbol, agent, entryHour: Date.parse(entryHour!) / 3_600_000, exitHour: Date.parse(exitHour!) / 3_600_000, quantity, result, fees: sumOf([entryFee!, exitFee!]), orderId })),
    );
    expect(sumOf(report.trades.map(({ result }) => result))).toBe(report.summary.realised);
    expect(sumOf(report.markets.map(({ result }) => result))).toBe(report.summary.realised);
  });

  test('says of a trade what tb why says of its orders', async () => {
    const trade = report.trades.at(-1)!;
    const placed = Number(trade.why.entry!.orderId.split('.')[0]) as HourUtc;
    const { stories } = (await store.json(`why --run tested --hour ${formatHour(placed)} --symbol ${trade.symbol}`)) as unknown as { stories: readonly { gates: readonly Readonly<Record<string, string>>[]; orders: readonly Readonly<Record<string, unknown>>[] }[] };
    expect(stories[0]!.orders[0]).toMatchObject({ id: trade.why.entry!.orderId, reason: trade.why.entry!.reason });
    expect(trade.why.entry!.gates.map(([code, outcome]) => [code, outcome])).toEqual(stories[0]!.gates.map(({ code, outcome }) => [code, outcome]));
  });

  test('differs from that of the paper run of the same hours in run and mode only', async () => {
    const paper = await reported('desk');
    const { conduct: _, ...tested } = report.summary;
    const { conduct: none, ...papered } = paper.summary;
    expect(none).toBeNull();
    expect([paper.run, paper.mode]).toEqual(['desk', 'paper']);
    expect({ ...paper, run: report.run, mode: report.mode, summary: papered }).toEqual({ ...report, summary: tested });
  });

  test('is printed as one sorted line with --json, and written to a file by its name', async () => {
    const said = await store.tb('report tested --json');
    expect(JSON.parse(said.out)).toEqual(report);
    const told = await store.json('report tested --out told.json');
    expect(told).toMatchObject({ files: [{ file: 'told.json' }], heads: [report.verdict.head], runs: ['tested'], verdicts: [report.verdict.text] });
    expect(readFileSync(join(store.folder, 'told.json'), 'utf8')).toBe(said.out);
  });
});

test('Markdown is what is printed without a word', async () => {
  const said = await store.tb('report tested');
  expect([said.exit, said.err]).toEqual([0, '']);
  const { verdict } = await reported('tested');
  expect(said.out).toContain(`# tested\n\n${verdict.text}\n\n* head: \`${verdict.head}\`\n`);
  for (const title of ['Figures', 'Worst drawdown', 'Months', 'Costs', 'Markets', 'Largest gains', 'Largest losses']) expect(said.out).toContain(`\n## ${title}\n`);
  expect((await store.tb('report tested --format md --out told.md')).out).toMatch(/^Wrote told\.md \(\d+ kB\)\.\n/);
  expect(readFileSync(join(store.folder, 'told.md'), 'utf8')).toBe(said.out);
});

test('the page is one file with the document in it', async () => {
  expect(await store.json('report tested --out told.html')).toMatchObject({ files: [{ file: 'told.html' }] });
  expect(readFileSync(join(store.folder, 'told.html'), 'utf8')).toMatch(/^<!doctype html>/);
});

describe('two runs', () => {
  test('the hour in which they first part is the one that tb parity names', async () => {
    const said = await store.tb('report --compare tested free --format json');
    const { left, right, divergence } = JSON.parse(said.out) as ComparisonReport;
    const parity = JSON.parse((await store.tb('parity tested free --json')).out) as { differences: readonly { hour: string | null; left: string; right: string }[] };
    const found = parity.differences.find(({ hour }) => hour !== null)!;
    expect(divergence).toMatchObject({ at: found.hour, hour: Date.parse(found.hour!) / 3_600_000, left: found.left, right: found.right });
    expect(left).toEqual(await reported('tested'));
    expect(right).toEqual(await reported('free'));
    expect(right.conditions.costModel).toMatch(/^no fees, slippage spread\+impact/);
    const markdown = (await store.tb('report tested --compare free')).out;
    expect(markdown).toContain(`They first part at ${found.hour}`);
    expect(markdown).toContain('| figure | tested | free | difference |\n|---|--:|--:|--:|\n| Total return |');
  });

  test('runs of one manifest do not part', async () => {
    const said = await store.tb('report --compare tested desk');
    expect(said.out).toContain('Both end in the same head: equal hour for hour.');
  });
});

describe('other runs', () => {
  test('an account: nothing to hold against it, and its results are those of tb show', async () => {
    for (const [name, text] of [['ledgers.csv', LEDGERS], ['trades.csv', TRADES], ['mine.csv', OWN_LINES]] as const) await store.write(name, text);
    await store.json('import-fills ledgers.csv trades.csv mine.csv --run account --quote USD');
    const report = await reported('account');
    const shown = await store.json('show account');
    for (const [name, value] of Object.entries(report.summary)) expect([name, value]).toEqual([name, shown[name]]);
    expect([report.mode, report.curves.benchmark, report.verdict.benchmarkReturn]).toEqual(['import', null, null]);
    expect(sumOf([report.costs.tradesResult, report.costs.feeDisposals])).toBe(shown['realised']);
    expect(report.verdict.text).toMatch(/^The account is worth 7,432\.21 USD, /);
    expect((await store.tb('report account')).exit).toBe(0);
  });

  test('one hour', async () => {
    await onCopy(store, async copy => {
      await copy.json('execute-hour --run fresh');
      expect((await reported('fresh', copy)).conditions.hours).toBe(1);
      expect((await copy.tb('report fresh')).exit).toBe(0);
    });
  });

  test('candles that their source changed later, and a universe chosen later, are told', async () => {
    await onCopy(store, async copy => {
      await copy.write('later.csv', 'ts,open,high,low,close,volume\n2024-03-04T05:00:00Z,100,101,99,100.5,7\n');
      await copy.json('import later.csv --symbol BTC/USD');
      const { conditions } = await reported('tested', copy);
      expect(conditions.revisedData).toMatch(/^1 candle changed or added by the source since \d{4}-\d\d-\d\d, after the run had used what there was: tb data revisions --run tested$/);
      expect(conditions.hindsight).toBeNull();
    });
  });
});

describe('refusals', () => {
  test.each([
    ['report', 2, 'Missing required argument', ''],
    ['report tested free', 2, 'A report is of one run, and 2 are named.', 'Two runs side by side: tb report --compare RUN RUN.'],
    ['report --compare tested', 2, '--compare takes two runs, and 1 is named.', ''],
    ['report testd', 2, 'There is no run testd', 'tb runs lists them.'],
    ['report fresh', 6, 'Run fresh has no sealed hour yet, so there is nothing to report.', 'Execute one: tb execute-hour --run fresh'],
    ['report tested --format htm', 2, '--format: there is no format htm', 'Formats: html, json, md.'],
    ['report tested --format html', 2, '--format html: a page is written to a file.', 'Name it with --out FILE.html.'],
    ['report tested --out told.txt', 2, '--out: the name told.txt does not say what to write.', 'Give --format (html, json, md), or a name that ends in one of them.'],
    ['report tested --out ""', 2, '--out is empty.', 'Name the file to write.'],
    ['report tested --open', 2, '--open: no file is written that could be opened.', 'Name one with --out FILE.html or --pdf FILE.'],
    ['report tested --format md', 2, '--json: what is printed would be md.', 'Leave --format out, or name a file with --out.'],
    ['report tested --out nowhere/told.md', 2, '--out: nowhere/told.md cannot be written, for there is no folder nowhere.', 'Make the folder first, or name a file in one that is there.'],
    ['report tested --pdf nowhere/told.pdf', 2, '--pdf: nowhere/told.pdf cannot be written, for there is no folder nowhere.', 'Make the folder first, or name a file in one that is there.'],
    ['report tested --pdf .', 2, '--pdf: . is a folder.', 'Name a file in it.'],
    ['report tested --format html --out .', 2, '--out: . is a folder.', 'Name a file in it.'],
    ['report tested --pdf /dev/null', 2, '--pdf: /dev/null is no file.', 'Name a file; it would be put in the place of what is there.'],
    ['report tested --out same.html --pdf ./same.html', 2, '--pdf: ./same.html is the file that --out names too.', 'Give the PDF a name of its own.'],
  ] as const)('%s', async (line, exit, message, hint) => {
    const failure = await store.failure(line);
    expect(failure.exit).toBe(exit);
    expect(failure.message).toContain(message);
    if (hint !== '') expect(failure.hint).toBe(hint);
  });

  test('a Chromium that is not there is told before the run is looked for', async () => {
    const said = await store.tb('report testd --pdf told.pdf', { TB_CHROMIUM: '/nowhere/chromium' });
    expect([said.exit, said.err]).toEqual([4, expect.stringContaining('TB_CHROMIUM names /nowhere/chromium')]);
  });

  test('a device keeps its place, and a display that is not there is told of', async () => {
    expect(await store.failure('report tested --format md --out /dev/null')).toMatchObject({ exit: 2, message: '--out: /dev/null is no file.' });
    const said = await store.tb('report tested --out shown.md --open', { DISPLAY: '', WAYLAND_DISPLAY: '' });
    expect([said.exit, said.out.trimEnd().split('\n').at(-1)]).toEqual([0, 'No display was found to open shown.md on.']);
    expect(existsSync(join(store.folder, 'shown.md'))).toBe(true);
  });

  test.each([
    ['a candle', 'UPDATE tb.candle SET close = low WHERE open_ms = 1709596800000 AND close <> low'],
    ['a sealed hour', "UPDATE tb.hour_record SET hash = sha256(hash) WHERE hour = 474900 AND run_id = (SELECT id FROM tb.run WHERE name = 'tested')"],
  ])('%s that was changed: there is no report', async (_, sql) => {
    await onCopy(store, async copy => {
      await asOwner(copy, async client => {
        await disarm(client, { uniqueKeys: false });
        expect((await client.query(sql)).rowCount).toBeGreaterThan(0);
      });
      const said = await copy.tb('report tested --out forged.html');
      expect(said.exit).toBe(5);
      expect(said.err).toContain('Run tested does not come out of its recorded facts as it was sealed, so no report is made of it.');
      expect(said.err).toContain('tb replay-window --run tested names the first difference.');
      expect(existsSync(join(copy.folder, 'forged.html'))).toBe(false);
    });
  });
});
