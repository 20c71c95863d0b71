/** A real year of six markets in campaigns, under every preset: every state is reached, every invariant holds hour by hour. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { beginRun, executeHour } from '../../../core/execute.ts';
import type { Progress } from '../../../core/execute.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { bps, fraction } from '../../../core/kernel/units.ts';
import { normalCandleValue } from '../../../core/market/candle.ts';
import { PROFILES } from '../../../core/profile.ts';
import { decodeSnapshot, encodeSnapshot } from '../../../core/snapshot.ts';
import { agentOf, byFraction, deskOf, feedFor, feesOf, instrument, START } from '../../support/desk.ts';
import type { SlotCandle } from '../../support/market.ts';

const FOLDER = fileURLToPath(new URL('../../../../shared/data/binance-spot-2024/', import.meta.url));
const isHere = existsSync(FOLDER);
if (!isHere) console.log('Skipped: campaigns on a real year, as ../shared/data is absent.');

const NAMES = ['BTC', 'ETH', 'LINK', 'LTC', 'SOL', 'XRP'];
const YEAR_STARTS_MS = Date.UTC(2024, 0, 1);
const HOURS = 8_784;
/** Two weeks: the ensemble's 255 candles of lookback, and some to learn from. */
const WARM_UP = 336;

const normal = (text: string): string => {
  const read = normalCandleValue(text);
  if (!read.ok) throw new Error(read.why);
  return read.text;
};

const candlesOf = (name: string): readonly SlotCandle[] =>
  gunzipSync(readFileSync(`${FOLDER}${name}-1h.csv.gz`)).toString('utf8').trim().split('\n').slice(1).map(line => {
    const [time, ...values] = line.split(',');
    const [open, high, low, close, volume] = values.map(normal);
    return { slot: START + (Date.parse(time!) - YEAR_STARTS_MS) / 3_600_000, values: { open: open!, high: high!, low: low!, close: close!, volume: volume! } };
  });

describe.skipIf(!isHere)('Binance 2024 with its fees', () => {
  const candles = isHere ? NAMES.map(candlesOf) : [];

  test.each(['conservative', 'balanced', 'research'] as const)('under the %s profile', preset => {
    const desk = deskOf({
      universe: NAMES.map(name => instrument(`${name}/USD`, { minNotional: '5', halfSpreadBps: bps(5) })),
      cash: '100000',
      agents: [agentOf('momentum-ensemble', byFraction('0.16'), { parameters: { fast: '4', volatility: '168', prior: '100', history: '300', candlesPerHour: '1' } })],
      costs: { fees: feesOf(1_000, 1_000), slippage: { kind: 'spread_impact', impactBps: bps(20) }, participation: fraction(decimal('0.025')) },
      profile: PROFILES[preset],
      warmUpHours: WARM_UP,
    });
    const [feed, feedAgain] = [feedFor(desk, candles), feedFor(desk, candles)];
    const reached = new Set<string>();
    const counts = { BUY: 0, SELL: 0, parts: 0 };
    let progress: Progress = beginRun(desk);
    let resumed: Progress | null = null;
    for (let hour = 0; hour < HOURS; hour += 1) {
      const executed = executeHour(desk, progress, feed);
      progress = executed.after;
      if (resumed !== null) resumed = executeHour(desk, resumed, feedAgain).after;
      if (hour === HOURS - 1_000) resumed = { ...progress, state: decodeSnapshot(desk, encodeSnapshot(progress.state)) };
      for (const decision of executed.steps.flatMap(({ decisions }) => decisions)) {
        if (decision.type === 'campaign_moved') reached.add(decision.to);
        if (decision.type === 'campaign_asked' && decision.ask === 'reduce') counts.parts += 1;
        if (decision.type === 'order_placed') counts[decision.side] += 1;
      }
    }
    expect([...reached].sort()).toEqual(['EXITING', 'FLAT', 'OPEN', 'RECOVERY', 'REDUCED', 'WAIT_DIP']);
    expect(counts.BUY).toBeGreaterThan(5);
    expect(counts.SELL).toBeGreaterThan(5);
    expect(counts.parts).toBeGreaterThan(2);
    expect(resumed!.previous).toBe(progress.previous);
  });
});
