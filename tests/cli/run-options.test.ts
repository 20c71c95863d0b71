/** Every way of asking for a run that cannot be: the exit code, the option that is wrong, the nearest name, and what to write. */
import { beforeAll, describe, expect, test } from 'vitest';
import { livelyCandles, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchStore } from '../support/scratch-store.ts';

const RUN = '--strategy ema-cross --symbols BTC/USD --from 2024-03-02T00:00:00Z';
const WINDOW = `${RUN} --to 2024-03-04T00:00:00Z`;
const NOTHING = /^$/;

let store: ScratchStore;

beforeAll(async () => {
  store = await scratchStore();
  for (const [symbol, seed] of [['BTC/USD', 1], ['BNB/USD', 2], ['ETH/EUR', 3]] as const) {
    await store.write('hours.csv', plainFile('1h', livelyCandles(slotAt('2024-03-01T00:00:00Z', '1h'), 96, seed)));
    await store.json(`import hours.csv --symbol ${symbol}`);
  }
});

type Case = readonly [options: string, exit: number, message: RegExp, hint: RegExp];

const STRATEGIES: readonly Case[] = [
  ['--strategy ema-crss', 2, /^--strategy: there is no strategy ema-crss; did you mean ema-cross\?$/, /buy-and-hold, donchian-breakout, ema-cross, momentum-ensemble, rsi-reversion; or the path/],
  ['--strategy moonshot', 2, /^--strategy: there is no strategy moonshot\.$/, /buy-and-hold/],
  ['--strategy ""', 2, /^--strategy: there is no strategy ""\.$/, /buy-and-hold/],
  ['--strategy ./mine.ts', 2, /^--strategy: \.\/mine\.ts: there is no such file\.$/, /Check the path/],
  ['--param fst=3', 2, /^--param: ema-cross has no parameter "fst", did you mean fast\?; it has fast, slow\.$/, /tb strategies lists every parameter/],
  ['--param __proto__=3', 2, /^--param: ema-cross has no parameter "__proto__"; it has fast, slow\.$/, /tb strategies/],
  ['--param fast', 2, /^--param: fast is not NAME=VALUE\.$/, /fast=12/],
  ['--param fast=3 --param fast=4', 2, /^--param: fast is given twice\.$/, /once/],
  ['--param fast=1', 2, /fast of ema-cross is 1, below its minimum of 2; it takes a whole number from 2 to 1999, default 12/, /bounds/],
  ['--param fast=2000', 2, /fast of ema-cross is 2000, above its maximum of 1999/, /bounds/],
  ['--param fast=2.5', 2, /fast of ema-cross is 2\.5, which is not a whole number/, /bounds/],
  ['--param fast=1e1', 2, /fast of ema-cross is "1e1", which is not a plain decimal number/, /bounds/],
  ['--strategy recorded-model', 2, /^--strategy: there is no strategy recorded-model\.$/, /momentum-ensemble/],
  ['--strategy momentum-ensemble --stop 5%', 2, /^--stop: momentum-ensemble trades in campaigns, which decide their own exits by prediction\.$/, /plain signals/],
  ['--strategy momentum-ensemble --trailing-stop 5%', 2, /^--trailing-stop: momentum-ensemble trades in campaigns/, /Leave the stop out/],
  ['--strategy momentum-ensemble --param candlesPerHour=4', 2, /^--param: candlesPerHour=4 does not fit --timeframe 1h, of which an hour has 1\.$/, /it follows the timeframe/],
  ['--strategy momentum-ensemble --param candlesPerHour=61', 2, /candlesPerHour of momentum-ensemble is 61, above its maximum of 60/, /bounds/],
  ['--param fast=30 --param slow=20', 2, /contradict each other: fast \(30\) must be less than slow \(20\)/, /bounds/],
];

const MARKETS: readonly Case[] = [
  ['--symbols BTC/USDD', 2, /^--symbols: the store knows no BTC\/USDD; did you mean BTC\/USD\?$/, /tb data lists the symbols/],
  ['--symbols DOGE/USD', 2, /^--symbols: the store knows no DOGE\/USD\.$/, /tb import adds one/],
  ['--symbols BTC', 2, /^--symbols: "BTC" is not a symbol\.$/, /BASE\/QUOTE/],
  ['--symbols BTC/USD,BTC/USD', 2, /^--symbols: BTC\/USD is named twice\.$/, /once/],
  ['--symbols BTC/USD,ETH/EUR', 2, /^--symbols: one run has one quote currency, and these have USD, EUR\.$/, /one run per quote/],
  ['--timeframe 5m', 6, /^The store has no 5m candles of BTC\/USD\.$/, /tb data --symbol BTC\/USD shows which it has/],
  ['--timeframe 2h', 2, /^--timeframe: 2h is not a timeframe\.$/, /1m, 5m, 15m, 1h/],
];

const COSTS: readonly Case[] = [
  ['--fees krakn', 2, /^--fees: krakn is neither a venue nor MAKER,TAKER; did you mean kraken\?$/, /kraken, binance, none/],
  ['--fees bitstamp', 2, /^--fees: bitstamp is neither a venue nor MAKER,TAKER\.$/, /kraken, binance, none/],
  ['--fees constructor', 2, /^--fees: constructor is neither a venue nor MAKER,TAKER\.$/, /kraken, binance, none/],
  ['--fees kraken:', 2, /^--fees: "" is not an asset\.$/, /:ASSET behind it/],
  ['--fees kraken:BNB:BTC', 2, /^--fees: BNB:BTC is not an asset\.$/, /:ASSET behind it/],
  ['--fees 0.1,0.2', 2, /^--fees: 0\.1 has no unit\.$/, /0\.4%, 40bps or 4000ppm/],
  ['--fees 1e-1%,0.1%', 2, /^--fees: 1e-1% has an exponent\.$/, /^Write plain digits: 0\.1\.$/],
  ['--fees 0.1%,200%', 2, /^--fees: 200% is more than 100 %/, /at most/],
  ['--fees 0.00001%,0.1%', 2, /^--fees: 0\.00001% is finer than a millionth/, /1ppm/],
  ['--fees kraken:DOGE', 2, /^--fees: DOGE has no market in --symbols\.$/, /DOGE\/USD/],
  ['--slippage 5001', 2, /^--slippage: 5001 is more than 5000 basis points\.$/, /from 0 to 5000/],
  ['--slippage lots', 2, /^--slippage: lots is not known\.$/, /spread\+impact, none, or whole basis points/],
  ['--participation 0', 2, /^--participation: 0 is not above zero\.$/, /2\.5% or 0\.025/],
  ['--size half', 2, /^--size: half is not known\.$/, /fraction:5%, notional:1000 or quantity:0\.5/],
  ['--size fraction:5%:6', 2, /^--size: 5%:6 is not a share\.$/, /at most 100%/],
  ['--size fraction:0.12345678901234567%', 2, /^--size: 0\.12345678901234567% has more than 16 decimals\.$/, /at most 100%/],
  ['--size fraction:200%', 2, /^--size: 200% is more than 100%\.$/, /at most 100%/],
  ['--entry lmit', 2, /^--entry: lmit is not known\.$/, /market, limit:25bps/],
  ['--entry limit:25bps,constructor', 2, /^--entry: limit:25bps,constructor is not known\.$/, /market, limit:25bps/],
  ['--entry limit:25bps,ioc,fok', 2, /^--entry: an order has one time in force, and here are two\.$/, /one of them/],
  ['--entry limit:25bps,post-only,ioc', 2, /^--entry: post-only contradicts ioc and fok/, /one of them/],
  ['--stop five', 2, /^--stop: five is not a share\.$/, /2\.5% or 0\.025/],
  ['--stop 0', 2, /^--stop: 0 is not above zero\.$/, /above 0/],
  ['--stop 100%', 2, /^--stop: a stop 100% below its price is never reached\.$/, /5% or 0\.05/],
  ['--trailing-stop 120%', 2, /^--trailing-stop: 120% is more than 100%\.$/, /at most 100%/],
  ['--stop 5% --trailing-stop 5%', 2, /^--trailing-stop: a position has one stop, and here are two\.$/, /--stop or --trailing-stop/],
  ['--cash 0', 2, /^--cash: 0 is not an amount above zero\.$/, /10000 or 0\.25/],
  ['--cash 1.0000000000000000001', 2, /^--cash: 1\.0000000000000000001 has more than 18 decimals\.$/, /at most 18 digits behind the point/],
  ['--cash 1e4', 2, /^--cash: 1e4 has an exponent\.$/, /^Write plain digits: 10000\.$/],
  ['--cash 0x10', 2, /^--cash: 0x10 is not written in base ten\.$/, /^Write plain digits: 16\.$/],
  ['--cash=-5', 2, /^--cash: -5 has a minus sign\.$/, /10000 or 0\.25/],
  ['--cash 1,000', 2, /^--cash: 1,000 has separators between its digits\.$/, /^Write 1000 or 1\.5/],
  ['--cash much', 2, /^--cash: much is not an amount\.$/, /10000 or 0\.25/],
  ['--cash 1000000000000001', 2, /^--cash: 1000000000000001 is more than 1000000000000000, the largest that can be held\.$/, /plain digits/],
  ['--cash 99999999999999999999999999', 2, /^--cash: 99999999999999999999999999 is more than 1000000000000000, the largest that can be held\.$/, /plain digits/],
  ['--size notional:1e3', 2, /^--size: 1e3 has an exponent\.$/, /^Write plain digits: 1000\.$/],
  ['--balance BNB=1e3@1', 2, /^--balance: quantity of BNB=1e3@1: 1e3 has an exponent\.$/, /^Write plain digits: 1000\.$/],
  ['--balance BNB', 2, /^--balance: BNB is not ASSET=QUANTITY@UNITCOST\.$/, /BNB=2@250/],
  ['--balance USD=1@1', 2, /^--balance: USD is the quote currency\.$/, /--cash/],
  ['--balance BNB=1@1', 2, /^--balance: BNB has no market in --symbols\.$/, /BNB\/USD/],
  ['--balance BNB=1000000000@1000000000 --symbols BNB/USD', 2, /^--balance: the cost of BNB=1000000000@1000000000 is more than 1000000000000000, the largest that can be held\.$/, /bound/],
];

const WINDOWS: readonly Case[] = [
  ['--from 2024-03-02', 2, /^--from: 2024-03-02 is not a time with an offset\.$/, /2024-03-01T05:00:00Z/],
  ['--from 2024-03-02T00:00:00', 2, /^--from: 2024-03-02T00:00:00 is not a time with an offset\.$/, /with its offset/],
  ['--from 2024-03-02T00:30:00Z', 2, /^--from: 2024-03-02T00:30:00Z lies inside an hour\.$/, /with its offset/],
  ['--from 2024-03-02T00:00:00+05:30', 2, /^--from: 2024-03-02T00:00:00\+05:30 lies inside an hour\.$/, /with its offset/],
  ['--from 2024-02-30T00:00:00Z', 2, /^--from: 2024-02-30T00:00:00Z is not a time/, /with its offset/],
  ['--from soon', 2, /^--from: soon is not a time with an offset\.$/, /with its offset/],
  ['--to 2024-03-04', 2, /^--to: 2024-03-04 is not a time with an offset\.$/, /with its offset/],
  ['--from 2024-02-29T23:00:00Z', 2, /^--from: 2024-02-29T23:00:00Z lies before the data\.$/, /has BTC\/USD from 2024-03-01T00:00:00Z to 2024-03-05T00:00:00Z/],
  ['--to 2024-03-05T01:00:00Z', 2, /^--to: 2024-03-05T01:00:00Z lies beyond the data\.$/, /has BTC\/USD from/],
  ['--from 2024-03-05T00:00:00Z --to 2024-03-06T00:00:00Z', 2, /^--from: 2024-03-05T00:00:00Z lies beyond the data\.$/, /has BTC\/USD from/],
  ['--to 2024-03-02T00:00:00Z', 2, /^--to must come after --from\.$/, /inclusive.*exclusive/],
  ['--warmup some', 2, /^--warmup: some is not a whole number from 0 to 100000\.$/, NOTHING],
  ['--warmup 25', 2, /^--warmup: 25 hours before 2024-03-02T00:00:00Z lie before the data\.$/, /has BTC\/USD from/],
  ['--from 2024-03-01T00:00:00Z --warmup 1', 2, /^--warmup: 1 hour before 2024-03-01T00:00:00Z lies before the data\.$/, /has BTC\/USD from/],
  ['--keep full', 2, /^--keep: with --no-store nothing is kept\.$/, /one of the two/],
  ['--run named', 2, /^--run: with --no-store nothing is kept\.$/, /one of the two/],
  ['--keep everything', 2, /^--keep: everything is neither summary nor full\.$/, NOTHING],
  ['--run "a name"', 2, /^--run: "a name" is not a run name\.$/, /1 to 64 letters/],
];

/** Options and their values, without those that others give instead. */
const without = (options: string, others: string): string => {
  const instead = new Set(others.match(/--[a-z]+/g));
  return [...options.matchAll(/(--[a-z]+) \S+/g)].flatMap(([pair, name]) => (instead.has(name!) ? [] : [pair])).join(' ');
};

const expectFailure = async (line: string, [, exit, message, hint]: Case): Promise<void> =>
  expect(await store.failure(line), line).toEqual({ exit, message: expect.stringMatching(message) as unknown, hint: expect.stringMatching(hint) as unknown });

describe('a backtest is refused with the option that is wrong', () => {
  test.each([...STRATEGIES, ...MARKETS, ...COSTS, ...WINDOWS].map(one => [one[0], one] as const))('%s', (options, refusal) => expectFailure(`backtest ${without(WINDOW, options)} --no-store ${options}`, refusal));
});

test('a stop is part of what a run opens with, and sells where it is reached', async () => {
  const runs = await Promise.all(['', '--stop 0.2%', '--trailing-stop 0.2%'].map(options => store.json(`backtest ${WINDOW} --no-store ${options}`)));
  expect(new Set(runs.map(({ genesis }) => genesis)).size).toBe(3);
  expect(new Set(runs.map(({ head }) => head)).size).toBe(3);
});

const profile = (changes: object): string => JSON.stringify({ extends: 'balanced', name: 'mine', version: 1, ...changes });

const PROFILES: readonly (readonly [text: string, message: RegExp])[] = [
  [profile({ limit: {} }), /^--profile: \.\/mine\.json:1: unknown key limit; did you mean limits\?$/],
  [profile({ entries: { leverage: '3' } }), /^--profile: \.\/mine\.json:1: unknown key entries\.leverage$/],
  [profile({ version: undefined }), /^--profile: \.\/mine\.json: version is missing\.$/],
  [profile({ limits: { perPosition: '11%' } }), /limits\.perPosition\.share is 0\.11 and must lie above 0 and at most at 0\.1 \(governance 1\)/],
  [profile({ limits: { total: '1.01' } }), /limits\.total\.share is 1\.01 and must/],
  [profile({ limits: { positions: 21 } }), /limits\.positions is 21 and must lie between 1 and 20/],
  [profile({ limits: { positions: 2.5 } }), /limits\.positions must be a whole number/],
  [profile({ entries: { maxChase: null } }), /entries\.maxChase is none and must be given: only a research profile leaves it out/],
  [profile({ sizing: { base: 0.05 } }), /sizing\.base must be a share in quotes/],
  [profile({ campaign: { entryPersistence: 0 } }), /campaign is out of bounds: entryPersistence must be a whole number of decisions from 1 to 168/],
  [profile({ name: 'research' }), /name must be a name of its own, not a preset's/],
  [profile({ name: 'two\nlines' }), /name must be 1 to 64 characters on one line/],
  ['{"name": "mine",', /is not JSON/],
  ['[1]', /is not a JSON object/],
];

describe('a profile', () => {
  test.each(PROFILES)('%s', async (text, message) => {
    await store.write('mine.json', text);
    expect(await store.failure(`backtest ${WINDOW} --no-store --profile ./mine.json`)).toMatchObject({ exit: 2, message: expect.stringMatching(message) as unknown });
  });

  test('that is sound is taken; one that is not there is asked for', async () => {
    await store.write('mine.json', `\uFEFF${profile({})}`);
    expect(await store.json(`backtest ${WINDOW} --no-store --profile ./mine.json`)).toMatchObject({ profile: 'mine' });
    expect(await store.failure(`backtest ${WINDOW} --no-store --profile ./none.json`)).toMatchObject({ exit: 2, message: '--profile: ./none.json cannot be read (ENOENT).' });
    expect(await store.failure(`backtest ${WINDOW} --no-store --profile balancd`)).toMatchObject({ exit: 2, message: '--profile: there is no profile balancd; did you mean balanced?' });
    expect(await store.failure(`backtest ${WINDOW} --no-store --profile reckless`)).toMatchObject({ exit: 2, message: '--profile: there is no profile reckless.' });
  });
});

const OPENINGS: readonly Case[] = [
  ['--mode live', 3, /^Live mode is refused\.$/, /needs an exchange adapter with keys/],
  ['--mode backtest', 2, /^--mode: a backtest is not opened, it is run\.$/, /tb backtest/],
  ['--mode papr', 2, /^--mode: papr is neither paper nor live; did you mean paper\?$/, NOTHING],
  ['--mode paper --profile research', 3, /^The profile research is a research profile and for backtests only\.$/, /balanced or conservative/],
  ['--mode paper --run "a name"', 2, /^--run: "a name" is not a run name/, /1 to 64 letters/],
  ['--mode paper --cash 5000', 2, /^--run: a run taken exists already, with another manifest or mode\.$/, /another name/],
];

describe('opening a paper run', () => {
  beforeAll(async () => {
    await store.json(`open --run taken --mode paper ${RUN}`);
  });

  test.each(OPENINGS.map(one => [one[0], one] as const))('%s', (options, refusal) => expectFailure(`open ${without(`--run taken ${RUN}`, options)} ${options}`, refusal));

  test('a name that a paper run has is not free for a backtest', async () => {
    expect(await store.failure(`backtest ${WINDOW} --run taken`)).toMatchObject({ exit: 2, message: '--run: a run taken exists already, with other options, another window or other data.' });
  });
});
