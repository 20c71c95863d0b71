/** Commands on runs as they stand: what is sealed, skipped, not closed yet, beyond the data, or not there at all. */
import { beforeAll, describe, expect, test } from 'vitest';
import { livelyCandles, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchStore } from '../support/scratch-store.ts';
import type { Document } from '../support/tb.ts';

const RUN = '--strategy ema-cross --param fast=2 --param slow=4 --symbols BTC/USD --from 2024-03-01T12:00:00Z --warmup 12';
const FACTS = '{"command":"deposit","amount":"10","key":"f1","actor":"ann","reason":"change"}\n';

let store: ScratchStore;
let head: unknown;

beforeAll(async () => {
  store = await scratchStore();
  await store.write('hours.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 96, 5)));
  await store.json('import hours.csv --symbol BTC/USD');
  await store.json(`backtest ${RUN} --to 2024-03-04T00:00:00Z --run past`);
  await store.json(`open --run desk --mode paper ${RUN}`);
  await store.json(`open --run fresh --mode paper ${RUN}`);
  await store.write('facts.jsonl', `\uFEFF${FACTS}`);
  await store.json('execute-hour --run desk --facts facts.jsonl');
  ({ head } = await store.json('execute-hour --run desk --through 2024-03-02T00:00:00Z'));
});

type Case = readonly [line: string, exit: number, message: RegExp, hint: RegExp];
const NOTHING = /^$/;

const CASES: readonly Case[] = [
  ['execute-hour --run dsk', 2, /^There is no run dsk; did you mean desk\?$/, /tb runs lists them/],
  ['execute-hour --run past', 3, /^Run past is of mode backtest; only a paper run is executed hour by hour\.$/, /tb open --mode paper/],
  ['execute-hour --run desk --hour 2024-03-02T05:00:00Z', 3, /^Hour 2024-03-02T05:00:00Z skips hours: the next hour of run desk is 2024-03-02T01:00:00Z\.$/, /--through 2024-03-02T05:00:00Z/],
  ['execute-hour --run desk --through 2098-03-02T05:00:00Z', 3, /^Hour 2098-03-02T05:00:00Z is not closed yet\.$/, /from 2098-03-02T06:01:00Z, a minute after its end/],
  ['execute-hour --run desk --through 2024-03-05T00:00:00Z', 6, /^The store has no candle of run desk at or after 2024-03-05T00:00:00Z\.$/, /--through 2024-03-04T23:00:00Z, or add --without-data/],
  ['execute-hour --run desk --hour 2024-02-29T00:00:00Z', 2, /^--hour: 2024-02-29T00:00:00Z lies before the run, which starts at 2024-03-01T00:00:00Z\.$/, NOTHING],
  ['execute-hour --run desk --through 2024-02-29T00:00:00Z', 2, /^--through: 2024-02-29T00:00:00Z lies before the run/, NOTHING],
  ['execute-hour --run desk --hour 2024-03-01T05:00:00Z --through 2024-03-01T04:00:00Z', 2, /^--through lies before --hour\.$/, NOTHING],
  ['execute-hour --run desk --hour 2024-03-02', 2, /^--hour: 2024-03-02 is not a time with an offset\.$/, /2024-03-01T05:00:00Z/],
  ['execute-hour --run desk --facts nothing.jsonl', 2, /^--facts: nothing\.jsonl cannot be read \(ENOENT\)\.$/, /file of JSON lines/],
  ['execute-hour --run nobody', 2, /^There is no run nobody\.$/, /tb runs lists them/],
  ['show ""', 2, /^There is no run ""\.$/, /tb runs lists them/],
  ['show "a run"', 2, /^There is no run "a run"\.$/, /tb runs lists them/],
  ['operator stampede --run desk --reason x', 2, /^There is no operator command stampede\.$/, /kill, halt, resume/],
  ['operator hlt --run desk --reason x', 2, /^There is no operator command hlt; did you mean halt\?$/, /kill, halt, resume, flatten, cancel, deposit, withdraw/],
  ['operator halt --run desk --reason " "', 2, /^--reason: say why, in 1 to 500 characters\.$/, NOTHING],
  ['operator halt --run desk --reason x --amount 5', 2, /^--amount: halt takes none\.$/, NOTHING],
  ['operator deposit --run desk --reason x', 2, /^--amount: deposit needs an amount above zero\.$/, /--amount 500/],
  ['operator deposit --run desk --reason x --amount -5', 2, /^--amount: -5 has a minus sign\.$/, /without a sign/],
  ['operator deposit --run desk --reason x --amount 99999999999999999999', 2, /^--amount: .* is more than 1000000000000000, the largest that can be held\.$/, /plain digits/],
  ['operator halt --run past --reason x', 3, /^Run past is of mode backtest: its log is complete\.$/, /paper runs/],
  ['operator halt --run desk --reason x --hour 2024-03-02T00:00:00Z', 3, /^--hour: 2024-03-02T00:00:00Z is sealed; sealed hours never change\.$/, /next hour is 2024-03-02T01:00:00Z/],
  ['operator halt --run desk --reason x --hour 2024-03-02T02:00:00Z', 3, /^--hour: 2024-03-02T02:00:00Z lies beyond the next hour, 2024-03-02T01:00:00Z\.$/, /when its hour is the next/],
  ['operator deposit --run desk --reason x --amount 11 --key f1', 3, /^--key: f1 was used before for another command\.$/, /key of its own/],
  ['replay-window --run desk --from 2024-03-03T00:00:00Z', 2, /^--from: 2024-03-03T00:00:00Z lies outside the run\.$/, /has the hours from 2024-03-01T00:00:00Z to 2024-03-02T01:00:00Z, exclusive/],
  ['replay-window --run desk --to 2024-03-02T02:00:00Z', 2, /^--to: 2024-03-02T02:00:00Z lies outside the run\.$/, /exclusive/],
  ['replay-window --run desk --from 2024-03-01T05:00:00Z --to 2024-03-01T04:00:00Z', 2, /^--to lies before --from\.$/, /inclusive/],
  ['replay-hour --run desk --hour 2024-03-02T01:00:00Z', 2, /^--hour: 2024-03-02T01:00:00Z lies outside the run\.$/, /exclusive/],
  ['show fresh', 6, /^Run fresh has no sealed hour yet\.$/, /tb execute-hour --run fresh/],
  ['show frsh', 2, /^There is no run frsh; did you mean fresh\?$/, /tb runs/],
  ['export fresh --format jsonl --out fresh.jsonl', 6, /^Run fresh has nothing to export as jsonl\.$/, /no sealed hour/],
  ['export fresh --format csv --out fresh.csv', 6, /^Run fresh has nothing to export as csv\.$/, /no sealed hour/],
  ['export desk --out .', 2, /^--out: \. is a folder\.$/, /file in it/],
  ['export desk --out ""', 2, /^--out is empty\.$/, /file to write/],
  ['export desk --format parquet', 2, /^--format: there is no format parquet\.$/, /csv, jsonl/],
  ['export desk --format cvs', 2, /^--format: there is no format cvs; did you mean csv\?$/, /csv, jsonl/],
  ['export desk --format jsonl', 2, /^--json: an export on stdout is many lines/, /--out/],
  ['export desk --out nowhere/desk.csv', 2, /^--out: nowhere\/desk\.csv cannot be written \(ENOENT\)\.$/, /folder you may write to/],
  ['parity desk psat', 2, /^There is no run psat; did you mean past\?$/, /tb runs/],
  ['runs --drop past', 2, /^--reason: say why/, NOTHING],
  ['runs --drop desk --reason x', 3, /^Run desk is a paper run: it is never dropped\.$/, /Only backtests/],
  ['runs --reason x', 2, /^--reason: only --drop takes one\.$/, /runs --drop NAME --reason/],
  ['data --symbol DOGE/EUR', 6, /^The store holds no candles of DOGE\/EUR\.$/, /tb import FILE/],
  ['data --symbol BTC/USDD', 6, /^The store holds no candles of BTC\/USDD; did you mean BTC\/USD\?$/, /tb import FILE/],
  ['new-strategy Bad_Name', 2, /"Bad_Name" is no name for a strategy/, /lower-case words joined by hyphens/],
  ['new-strategy ema-cross', 2, /^ema-cross: a strategy that ships with tb has this name\.$/, /another/],
  ['bcktest', 2, /^There is no command bcktest; did you mean backtest\?$/, /tb --help/],
  ['execute-hour', 2, /^Required option '--run <name>' not specified\.$/, /^tb execute-hour --help lists its options\.$/],
  ['data --symbl BTC/USD', 2, /^Unknown option '--symbl'; did you mean --symbol\?$/, /^tb data --help/],
  ['data --nothing BTC/USD', 2, /^Unknown option '--nothing'\.$/, /^tb data --help/],
  ['data --symbol', 2, /^Option '--symbol <BASE\/QUOTE>' argument missing\.$/, /^tb data --help/],
  ['data BTC/USD', 2, /^There is no command tb data BTC\/USD\.$/, /^tb data --help/],
  ['help bcktest', 2, /^There is no command bcktest; did you mean backtest\?$/, /tb --help/],
  ['help nope', 2, /^There is no command nope\.$/, /tb --help/],
  ['nope --help', 2, /^There is no command nope\.$/, /tb --help/],
];

test.each(CASES)('%s', async (line, exit, message, hint) => {
  expect(await store.failure(line)).toEqual({ exit, message: expect.stringMatching(message) as unknown, hint: expect.stringMatching(hint) as unknown });
});

describe('an hour that is sealed', () => {
  test('is a no-op with the same head, by itself and with the facts that it has', async () => {
    const [first] = [await store.json('execute-hour --run desk --hour 2024-03-01T00:00:00Z --facts facts.jsonl')];
    expect(first).toMatchObject({ already: true, executed: 0, hour: '2024-03-01T00:00:00Z' });
    expect(await store.json('execute-hour --run desk --hour 2024-03-02T00:00:00Z')).toMatchObject({ already: true, head });
    expect((await store.tb('execute-hour --run desk --hour 2024-03-02T00:00:00Z')).out).toBe(`desk: the hour was sealed already, nothing was done.\nhead ${String(head)}\n`);
  });

  test.each([
    ['another amount', FACTS.replace('"10"', '"11"'), 'f1'],
    ['another command', '{"command":"halt","key":"f2","actor":"ann","reason":"pause"}\n', 'f2'],
    ['one fact more', `${FACTS}{"command":"halt","key":"f3","actor":"ann","reason":"pause"}\n`, 'f3'],
  ])('refuses other facts: %s', async (_, text, key) => {
    await store.write('other.jsonl', text);
    const failure = await store.failure('execute-hour --run desk --hour 2024-03-01T00:00:00Z --facts other.jsonl');
    expect(failure).toMatchObject({ exit: 3, message: expect.stringContaining(`is sealed without the command ${key}`) as unknown, hint: expect.stringContaining('never change') as unknown });
    const through = await store.failure('execute-hour --run desk --hour 2024-03-01T00:00:00Z --through 2024-03-02T05:00:00Z --facts other.jsonl');
    expect(through).toMatchObject({ exit: 3 });
    expect(await store.json('execute-hour --run desk --hour 2024-03-02T00:00:00Z')).toMatchObject({ already: true, head });
  });

  test('a key that was used is not taken for another command of the next hour', async () => {
    await store.write('other.jsonl', FACTS.replace('"10"', '"11"'));
    expect(await store.failure('execute-hour --run desk --facts other.jsonl')).toMatchObject({ exit: 3, message: '--facts: the key f1 was used before for another command.' });
    expect(await store.json('runs')).toMatchObject({ runs: [{ run: 'past' }, { run: 'desk', head, hours: 25 }, { run: 'fresh', head: null, hours: 0 }] });
  });
});

describe('a file of operator facts', () => {
  test.each([
    ['halt\n', /^--facts: bad\.jsonl:1 is not JSON\.$/],
    ['\n[1]\n', /^--facts: bad\.jsonl:2 is not an object\.$/],
    [FACTS.replace('"key"', '"kee"'), /^--facts: bad\.jsonl:1: unknown field kee\.$/],
    [FACTS.replace('"10"', '10'), /^--facts: bad\.jsonl:1: amount must be a text\.$/],
    [FACTS.replace('"10"', '"-1"'), /^--facts: bad\.jsonl:1: amount: -1 has a minus sign\.$/],
    [FACTS.replace('deposit', 'halt'), /^--facts: bad\.jsonl:1: amount: halt takes none\.$/],
    [FACTS.replace('deposit', 'depsit'), /^--facts: bad\.jsonl:1: There is no operator command depsit; did you mean deposit\?$/],
    [FACTS.replace('"f1"', String.raw`"\ud800"`), /^--facts: bad\.jsonl:1: key: write 1 to 200 characters on one line\.$/],
    [FACTS.replace('"ann"', String.raw`"a\u0000"`), /^--facts: bad\.jsonl:1: actor: write 1 to 200 characters/],
    [FACTS.replace('"change"', '" "'), /^--facts: bad\.jsonl:1: reason: say why, in 1 to 500 characters\.$/],
  ])('%s', async (text, message) => {
    await store.write('bad.jsonl', text);
    expect(await store.failure('execute-hour --run desk --facts bad.jsonl')).toMatchObject({ exit: 2, message: expect.stringMatching(message) as unknown });
  });
});

describe('nothing to replay is never a success', () => {
  test.each(['replay-window --run fresh', 'replay-window --run desk --from 2024-03-01T05:00:00Z --to 2024-03-01T05:00:00Z', 'replay-manifest --run fresh', 'parity fresh desk'])('%s', async line => {
    const said = await store.tb(`${line} --json`);
    expect(said.exit).toBe(6);
    expect(JSON.parse(said.out) as Document).toMatchObject({ status: 'NO TARGETS', parity: false, hours: 0 });
  });
});

test('an hour without any candle is executed on request only', async () => {
  await store.json('execute-hour --run fresh --through 2024-03-04T23:00:00Z');
  expect(await store.failure('execute-hour --run fresh')).toMatchObject({ exit: 6 });
  expect(await store.json('execute-hour --run fresh --without-data')).toMatchObject({ executed: 1, hour: '2024-03-05T00:00:00Z' });
  expect(await store.json('replay-window --run fresh')).toMatchObject({ parity: true, hours: 97 });
});
