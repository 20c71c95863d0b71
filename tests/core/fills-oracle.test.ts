/**
 * The second implementation of specs/fills.md and specs/orders.md: a Python script that trades a run's candles from the
 * pages alone and compares every fill, end, refusal, stop and the closing value. Python is asked only where the machine has it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { byFactOrder } from '../../core/log.ts';
import { timeframeMs } from '../../core/market/timeframe.ts';
import type { Timeframe } from '../../core/market/timeframe.ts';
import { PROFILES } from '../../core/profile.ts';
import { BALANCED_CAPS } from '../support/profiles.ts';
import { drawRun } from '../properties/openings.ts';
import type { DrawnRun, Kind } from '../properties/openings.ts';
import { agentOf, byFraction, decisionsOf, deskOf, factsOf, instrument, KRAKEN_COSTS, runHours, START } from '../support/desk.ts';
import type { Ran } from '../support/desk.ts';
import { walk } from '../support/market.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.log('Skipped: the Python twin of specs/fills.md, as python3 is absent.');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tb-fills-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const askTwin = (...given: readonly string[]): string => {
  const run = spawnSync('python3', ['tools/fills_oracle.py', ...given], { cwd: ROOT, encoding: 'utf8' });
  return run.stdout.trim() + run.stderr.trim();
};

const textOf = (amount: bigint): string => formatDecimal(amount);

/** What the engine says, in the form that specs/fills.md describes. */
const tradesOf = (ran: Ran) => {
  const placed = new Map(decisionsOf(ran, 'order_placed').map(({ event }) => [event.id, event]));
  const whereOf = (hour: number, step: number, id: string) => {
    const order = placed.get(id as never)!;
    return [START + hour, step, order.agent, order.symbol, order.side];
  };
  return {
    fills: factsOf(ran, 'order_filled').map(({ hour, step, event }) => [
      ...whereOf(hour, step, event.orderId),
      textOf(event.quantity),
      textOf(event.price),
      event.liquidity,
      textOf(event.fee),
      event.feeAsset,
      textOf(event.feeValue),
    ]),
    ends: decisionsOf(ran, 'order_closed').map(({ hour, step, event }) => [...whereOf(hour, step, event.orderId), event.status, event.reason, textOf(event.filled)]),
    refusals: decisionsOf(ran, 'order_refused').map(({ hour, step, event }) => [
      START + hour,
      step,
      event.agent,
      event.symbol,
      event.side,
      event.attempt,
      event.violations.map(({ code }) => code),
    ]),
    stops: decisionsOf(ran, 'stop_triggered').map(({ hour, step, event }) => [START + hour, step, event.agent, event.symbol, event.kind, textOf(event.level), textOf(event.low)]),
  };
};

type Given = Pick<DrawnRun, 'opening' | 'candles' | 'hours' | 'outside'> & Partial<Pick<DrawnRun, 'scripts'>>;

/** Runs the engine and writes what it did; the path, and how many fills and stops there are to compare. */
const written = (name: string, { opening, scripts, candles, hours, outside }: Given): Readonly<{ path: string; fills: number; stops: number }> => {
  const desk = deskOf(opening, scripts);
  const ran = runHours(desk, candles, hours, outside);
  const { valuation } = ran.hours.at(-1)!;
  const { units, peakUnitValue } = ran.after.state.portfolio;
  const length = timeframeMs(desk.manifest.timeframe);
  const series = desk.symbols.map((symbol, index) => [
    symbol,
    candles[index]!.map(({ slot, values }) => [slot * length, values.open, values.high, values.low, values.close, values.volume]),
  ]);
  const arrivals = Object.entries(outside).flatMap(([place, facts]) => {
    const [hour, step = 0] = place.split('.').map(Number);
    return [...facts].sort(byFactOrder).map(fact => [START + hour!, step, fact]);
  });
  const trades = tradesOf(ran);
  const closing = { cash: textOf(valuation.cash), value: textOf(valuation.value), units: textOf(units), peakUnitValue: textOf(peakUnitValue) };
  const path = join(folder, `${name}.json`);
  const signals = decisionsOf(ran, 'signal_raised').map(({ hour, step, event }) => [START + hour, step, event.agent, event.symbol, event.action]);
  const run = { ...trades, signals, candles: Object.fromEntries(series) as unknown, closing, hours, manifest: desk.manifest, outside: arrivals };
  writeFileSync(path, canonicalText(run));
  return { path, fills: trades.fills.length, stops: trades.stops.length };
};

/** The page is about fills: what else a preset binds is for the page of risk. */
const plain = (drawn: DrawnRun): DrawnRun =>
  Object.values(PROFILES).includes(drawn.opening.profile!) && drawn.opening.profile !== PROFILES.research
    ? { ...drawn, opening: { ...drawn.opening, profile: BALANCED_CAPS } }
    : drawn;

const SEEDS = Array.from({ length: 10 }, (_, index) => 1 + index);

describe.skipIf(!hasPython)('the Python twin of specs/fills.md', () => {
  test('finds the same facts for every golden vector', () => {
    expect(askTwin()).toBe('OK');
  });

  test('trades eight symbols with the costs of Kraken under the caps of the balanced profile, fill for fill', () => {
    const bases = ['ADA', 'BTC', 'DOT', 'ETH', 'LINK', 'LTC', 'SOL', 'XRP'];
    const opening = {
      universe: bases.map((base, index) => instrument(`${base}/USD`, index % 2 === 0 ? {} : { tick: '0.01', lot: '0.001', minNotional: '5', quoteDecimals: 4 })),
      agents: [agentOf('ema-cross', byFraction('0.05'), { parameters: { fast: '5', slow: '13' } })],
      cash: '250000',
      costs: KRAKEN_COSTS,
      profile: BALANCED_CAPS,
    };
    const candles = bases.map((_, index) =>
      walk({ seed: 900 + index, firstSlot: START, candles: 250, gapsPerMille: 40, movePerMille: 12, decimals: 2 + (index % 3) }),
    );
    const { path, fills } = written('kraken', { opening, candles, hours: 250, outside: {} });
    expect(askTwin(path)).toBe('OK');
    expect(fills).toBeGreaterThan(120);
  });

  //                 steps  hours  signals      fills at least
  test.each<readonly [Timeframe, number, Kind['signals'], number]>([
    ['1h', 100, 'built-in', 60],
    ['1h', 100, 'scripted', 60],
    ['5m', 9, 'built-in', 20],
    ['5m', 9, 'scripted', 60],
  ])('trades drawn runs of %s steps over %i hours, %s, fill for fill', (timeframe, hours, signals, least) => {
    const runs = SEEDS.map(seed => written(`${timeframe}-${signals}-${seed}`, plain(drawRun(seed, { timeframe, hours, signals }))));
    expect(askTwin(...runs.map(run => run.path))).toBe('OK');
    expect(runs.reduce((sum, run) => sum + run.fills, 0)).toBeGreaterThan(least);
    expect(runs.reduce((sum, run) => sum + run.stops, 0)).toBeGreaterThanOrEqual(2);
  });

  test('names the first line that the page does not give', () => {
    const { path } = written('wrong', plain(drawRun(SEEDS[0]!, { timeframe: '1h', hours: 100, signals: 'built-in' })));
    writeFileSync(path, readFileSync(path, 'utf8').replace('"TAKER"', '"MAKER"'));
    expect(askTwin(path)).toMatch(/fills\[\d+\]: the engine has .*MAKER.*, the page gives .*TAKER/);
  });
});
