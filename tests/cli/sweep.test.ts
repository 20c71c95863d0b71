/** A sweep is its backtests: the same heads on any number of threads, told in one order, with nothing stored unless it is asked for. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { livelyCandles, plainFile, scratchStore, slotAt } from '../support/scratch-store.ts';
import type { ScratchStore } from '../support/scratch-store.ts';

const MARKET = '--symbols BTC/USD,ETH/USD --from 2024-03-03T00:00:00Z --to 2024-03-20T00:00:00Z';
const CROSS = `--strategy ema-cross ${MARKET} --profile research`;
const GRID = '--param fast=2,3,5 --param slow=6..12/3';

type Trial = Readonly<{ parameters: Readonly<Record<string, string>>; head: string; genesis: string; return: string; maxDrawdown: string; sharpe: string; trades: number }>;
type Sweep = Readonly<{ trials: readonly Trial[]; workers: number; kept: string | null; combinations: number }>;

let store: ScratchStore;
const sweep = async (line: string): Promise<Sweep> => (await store.json(`sweep ${line}`)) as unknown as Sweep;
const runs = async (): Promise<number> => {
  const said = await store.tb('runs --json');
  return said.exit === 6 ? 0 : (JSON.parse(said.out) as { runs: readonly unknown[] }).runs.length;
};

beforeAll(async () => {
  store = await scratchStore();
  const start = slotAt('2024-03-01T00:00:00Z', '1h');
  for (const [symbol, seed] of [['BTC/USD', 41], ['ETH/USD', 42]] as const) {
    // Without a day of its own each, so that columns of different lengths lie side by side.
    const candles = livelyCandles(start, 480, seed).filter((_, index) => index < 24 * seed - 700 || index >= 24 * seed - 676);
    await store.write('hours.csv', plainFile('1h', candles));
    await store.json(`import hours.csv --symbol ${symbol}`);
  }
});

describe('a sweep', () => {
  test('ends in the heads of its backtests, whatever the number of threads', async () => {
    const [one, two] = [await sweep(`${CROSS} ${GRID} --workers 1`), await sweep(`${CROSS} ${GRID} --workers 2`)];
    expect([one.workers, two.workers, one.combinations]).toEqual([1, 2, 9]);
    expect(two.trials).toEqual(one.trials);
    expect(new Set(one.trials.map(({ head }) => head)).size).toBe(9);
    for (const { parameters, head, genesis, ...figures } of one.trials) {
      const backtest = await store.json(`backtest ${CROSS} --param fast=${parameters['fast']} --param slow=${parameters['slow']} --no-store`);
      expect(backtest).toMatchObject({ head, genesis, return: figures.return, maxDrawdown: figures.maxDrawdown, trades: figures.trades });
    }
    expect(await runs()).toBe(0);
  });

  test.each([
    ['return', (trial: Trial) => -Number(trial.return)],
    ['sharpe', (trial: Trial) => -Number(trial.sharpe)],
    ['drawdown', (trial: Trial) => Number(trial.maxDrawdown)],
  ])('by %s has its best first', async (sort, keyOf) => {
    const keys = (await sweep(`${CROSS} ${GRID} --sort ${sort}`)).trials.map(keyOf);
    expect(keys).toEqual([...keys].sort((left, right) => left - right));
    expect(keys[0]).toBeLessThan(keys.at(-1)!);
  });

  test('of another timeframe, of campaigns, and stopped by a halt, ends as its backtest does', async () => {
    await store.write('timid.json', JSON.stringify({ extends: 'balanced', name: 'timid', version: 1, drawdown: { tiers: [{ from: '0', base: '1', positions: '1', halts: false, review: false }, { from: '0.1%', base: '0', positions: '0', halts: true, review: false }] } }));
    for (const [options, parameter, values] of [
      [`--strategy momentum-ensemble ${MARKET} --profile research --param volatility=48 --param prior=1 --param history=20`, 'fast', '2,4'],
      [`--strategy ema-cross ${MARKET} --profile ./timid.json --param slow=9 --on-halt resume-after-24-hours`, 'fast', '2,4'],
      [`--strategy ema-cross ${MARKET} --profile ./timid.json --param slow=9`, 'fast', '2,4'],
    ] as const) {
      const { trials } = await sweep(`${options} --param ${parameter}=${values}`);
      expect(trials).toHaveLength(2);
      for (const { parameters, head } of trials) expect((await store.json(`backtest ${options} --param ${parameter}=${parameters[parameter]} --no-store`))['head']).toBe(head);
    }
  });

  test('of a strategy of my own takes its file to the threads', async () => {
    await store.tb('new-strategy my-own');
    const described = (await store.tb('backtest --strategy ./my-own.ts --param nothing=1 --no-store ' + MARKET)).err;
    const name = /it has (\w+)/.exec(described)![1]!;
    const { trials } = await sweep(`--strategy ./my-own.ts ${MARKET} --profile research --param ${name}=20,30 --workers 2`);
    for (const { parameters, head } of trials) expect((await store.json(`backtest --strategy ./my-own.ts ${MARKET} --profile research --param ${name}=${parameters[name]} --no-store`))['head']).toBe(head);
  });

  test('is a table with as many rows as are asked for', async () => {
    const { out, exit } = await store.tb(`sweep ${CROSS} ${GRID} --top 2`);
    expect(exit).toBe(0);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^ *fast +slow +return +sharpe +drawdown +trades +exposure +head$/);
    expect(lines.slice(1, 3).every(line => /^ +[235] +\d+ +[-+][\d.]+% .* [0-9a-f]{12}$/.test(line))).toBe(true);
    expect(lines[3]).toBe('and 7 more combinations; --top shows more, --json all');
    expect(out).toContain('Nothing was stored');
  });
});

describe('before anything runs', () => {
  test.each([
    ['--param fast=2,30 --param slow=9', 2, /^Nothing was run: fast=30 slow=9: --param: Parameters of ema-cross contradict each other: fast \(30\) must be less than slow \(9\)\.$/],
    ['--param fast=2,9,30 --param slow=9', 2, /^Nothing was run: 2 of 3 combinations; the first, fast=9 slow=9: --param: /],
    ['--param fst=2,3', 2, /^--param: ema-cross has no parameter "fst", did you mean fast\?/],
    ['--param fast=2..', 2, /^--param: fast: 2\.\. is no range\.$/],
    ['', 2, /^--param: a sweep needs a parameter that varies\.$/],
    ['--param fast=2,3 --sort luck', 2, /^--sort: luck is none of return, sharpe, drawdown\.$/],
    ['--param fast=2,3 --workers 0', 2, /^--workers: 0 is not a whole number from 1 to 256\.$/],
    ['--param fast=2,3 --on-halt never', 2, /^--on-halt: never is none of stop/],
    ['--param fast=2,3 --keep-best "a b"', 2, /^--keep-best: "a b" is not a run name\.$/],
  ])('%s is refused', async (options, exit, message) => {
    expect(await store.failure(`sweep ${CROSS} ${options}`)).toMatchObject({ exit, message: expect.stringMatching(message) as string });
    expect(await runs()).toBe(0);
  });
});

describe('a sweep that ends early', () => {
  test('by an interrupt leaves nothing behind, and the store answers', async () => {
    const { child, ended } = store.start(`sweep ${CROSS} --param fast=2..20/1 --param slow=21..120/1 --keep-best interrupted --json`);
    await sleep(2_500);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ exit: null, signal: 'SIGINT', out: '' });
    expect(await runs()).toBe(0);
  });
});

describe('--keep-best', () => {
  test('stores the best as the backtest it is, once', async () => {
    const line = `${CROSS} ${GRID} --sort drawdown --keep-best calm`;
    const { kept, trials } = await sweep(line);
    expect(kept).toBe('calm');
    expect(await store.json('show calm')).toMatchObject({ run: 'calm', head: trials[0]!.head, genesis: trials[0]!.genesis, keep: 'summary' });
    expect(await store.json('replay-window --run calm')).toMatchObject({ status: 'REPLAY PARITY: TRUE', head: trials[0]!.head });
    expect((await sweep(line)).trials[0]!.head).toBe(trials[0]!.head);
    expect(await runs()).toBe(1);
  });

  test('does not take the name of another run', async () => {
    await store.json(`backtest ${CROSS} --param fast=4 --param slow=30 --run taken`);
    expect(await store.failure(`sweep ${CROSS} ${GRID} --keep-best taken`)).toMatchObject({ exit: 2, message: '--keep-best: a run taken exists already, with other options, another window or other data.' });
  });
});
