/**
 * Executes the hours of a bundle again from what it holds, as core does everywhere, and says where the outcome is not what
 * was recorded: the event, the field, what was expected and what stands there.
 */
import type { Finding } from '../adapters/store/finding.ts';
import { eventKey } from '../adapters/store/finding.ts';
import type { StoredHour } from '../adapters/store/read-run.ts';
import type { Desk } from '../core/desk.ts';
import type { ExecutedHour, Progress } from '../core/execute.ts';
import { fromHex } from '../core/kernel/digest.ts';
import { HOUR_MS } from '../core/kernel/units.ts';
import type { Digest, HourUtc, MarketSymbol, TimeMs } from '../core/kernel/units.ts';
import { CANDLE_VALUES } from '../core/market/candle.ts';
import { emptyColumn, putNormal } from '../core/market/columns.ts';
import type { CandleColumns } from '../core/market/columns.ts';
import { feedOf } from '../core/market/feed.ts';
import type { Feed } from '../core/market/feed.ts';
import { firstDivergence } from '../core/replay.ts';
import type { Divergence } from '../core/replay.ts';
import { readJson } from './replay-run.ts';
import { reexecuteHour } from './reexecute.ts';
import type { BundledHour } from './bundle-hours.ts';

type Row = Readonly<{ slot: number; digest: string; values: readonly string[] }>;

/** The candles of some hours as the columns that core reads. Every value was checked before. */
const feedOfHours = (desk: Desk, hours: readonly BundledHour[]): Feed => {
  const rows = new Map<MarketSymbol, Row[]>(desk.symbols.map(symbol => [symbol, []]));
  for (const { hour, steps } of hours) {
    steps.forEach(({ market }, step) => {
      const listed = (market!.content as Readonly<{ candles: readonly (readonly [MarketSymbol, string])[] }>).candles;
      listed.forEach(([symbol, digest], index) => rows.get(symbol)?.push({ slot: hour * desk.stepsPerHour + step, digest, values: market!.candles[index]! }));
    });
  }
  return feedOf(desk.symbols, desk.manifest.timeframe, desk.symbols.map(symbol => columnsOf(desk, symbol, rows.get(symbol)!)));
};

const columnsOf = (desk: Desk, symbol: MarketSymbol, rows: readonly Row[]): CandleColumns => {
  const [open, high, low, close, volume] = CANDLE_VALUES.map(() => emptyColumn(rows.length)) as [ReturnType<typeof emptyColumn>, ReturnType<typeof emptyColumn>, ReturnType<typeof emptyColumn>, ReturnType<typeof emptyColumn>, ReturnType<typeof emptyColumn>];
  const digest = new Uint8Array(32 * rows.length);
  rows.forEach((row, at) => {
    [open, high, low, close, volume].forEach((column, index) => putNormal(column, at, row.values[index]!));
    digest.set(fromHex(row.digest), 32 * at);
  });
  return { series: { symbol, timeframe: desk.manifest.timeframe }, length: rows.length, slot: Int32Array.from(rows, ({ slot }) => slot), open, high, low, close, volume, digest };
};

/** An hour of a bundle as one that was read from a store: only its facts from outside are used. */
const recordedHour = ({ hour, recordText, hash, steps }: BundledHour): StoredHour => ({
  hour: hour as HourUtc,
  text: recordText,
  hash: hash as Digest,
  steps: steps.map(({ factTexts, decisionTexts }, step) => ({
    hour: hour as HourUtc,
    step,
    facts: factTexts.map(text => ({ text, inboxId: null })),
    decisionTexts,
    stateDigest: '' as Digest,
    ingestThrough: 0,
    inboxThrough: 0,
    executedAtMs: (hour * HOUR_MS) as TimeMs,
  })),
});

export type Executed = Readonly<{ progress: Progress; hours: number; finding: Finding | null }>;

/** Executes hours up to the first that comes out otherwise. */
export const executeBundled = (desk: Desk, before: Progress, hours: readonly BundledHour[]): Executed => {
  const feed = feedOfHours(desk, hours);
  let progress = before;
  for (const [done, hour] of hours.entries()) {
    const executed = executedOrNull(desk, progress, { feed, hour });
    const finding = executed === null ? unreadable(hour) : differenceOf(hour, executed);
    if (finding !== null) return { progress, hours: done, finding };
    progress = executed!.after;
  }
  return { progress, hours: hours.length, finding: null };
};

type Recorded = Readonly<{ feed: Feed; hour: BundledHour }>;

const executedOrNull = (desk: Desk, progress: Progress, { feed, hour }: Recorded): ExecutedHour | null => {
  try {
    return reexecuteHour(desk, progress, { feed, orders: null }, recordedHour(hour));
  } catch {
    return null;
  }
};

const unreadable = ({ hour }: BundledHour): Finding => ({
  code: 'UNREADABLE', table: 'fact', key: `hour=${hour}`, column: 'bytes', expected: 'recorded facts that core can consume', actual: 'facts that cannot be read or contradict the state',
});

const differenceOf = ({ hour, steps, recordText, hash }: BundledHour, { sealed, steps: made }: ExecutedHour): Finding | null => {
  for (const [step, { factTexts, decisionTexts }] of made.entries()) {
    for (const [what, expected, actual] of [['fact', factTexts, steps[step]?.factTexts], ['decision', decisionTexts, steps[step]?.decisionTexts]] as const) {
      const found = firstDivergence({ what, hour: hour as HourUtc, step }, { expected, actual: actual ?? [] }, readJson);
      if (found !== null) return divergence(found, what);
    }
  }
  const found = firstDivergence({ what: 'record', hour: hour as HourUtc, step: 0 }, { expected: [sealed.text], actual: [recordText] }, readJson);
  if (found !== null) return { ...divergence(found, 'hour_record'), key: `hour=${hour}` };
  return sealed.hash === hash ? null : { code: 'HASH_DIFFERS', table: 'hour_record', key: `hour=${hour}`, column: 'hash', expected: sealed.hash, actual: hash };
};

const divergence = ({ hour, step, seq, field, expected, actual }: Divergence, table: string): Finding => ({ code: 'EXECUTION_DIFFERS', table, key: eventKey(hour, step, seq), column: field, expected, actual });
