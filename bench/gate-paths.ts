/** The paths that the gate measures, cut into stretches of a few milliseconds. None of them needs a database. */
import { hash } from 'node:crypto';
import { decodeChunk, encodeChunk } from '../adapters/store/candle-chunk.ts';
import { newBacktestLines } from '../adapters/store/backtest-lines.ts';
import { digestMismatches, sliceColumns } from '../adapters/store/read-columns.ts';
import { beginRun, executeHour } from '../core/execute.ts';
import type { ExecutedHour } from '../core/execute.ts';
import { timeMs } from '../core/kernel/units.ts';
import { feedOf } from '../core/market/feed.ts';
import type { CandleColumns } from '../core/market/columns.ts';
import { NO_ENVELOPE } from '../core/seal.ts';
import { closeOf, recordStep } from '../engine/record.ts';
import { BENCH_START, engineRun } from './engine.ts';
import type { EngineRun } from './engine.ts';
import { newPrototype } from './prototype.ts';

/** `begin` gives what runs one stretch after another, from the first. */
export type GatedPath = Readonly<{ name: string; stretches: number; begin: () => (stretch: number) => void }>;

const SYMBOLS = 30;
const HOURS = 1_200;
const STRETCH_HOURS = 100;
/** The prototype does so many times the hours of a stretch, so that a stretch of it is long enough to be timed. */
const PROTOTYPE_TIMES = 10;

export const prototypePath = (): GatedPath => {
  const { columns, hours } = engineRun({ symbols: SYMBOLS, hours: HOURS * PROTOTYPE_TIMES });
  return {
    name: 'prototype',
    stretches: HOURS / STRETCH_HOURS,
    begin: () => {
      const prototype = newPrototype(columns);
      return stretch => prototype.hours(Math.min(hours, (stretch + 1) * STRETCH_HOURS * PROTOTYPE_TIMES));
    },
  };
};

export const gatedPaths = (): readonly GatedPath[] => {
  const cross = engineRun({ symbols: SYMBOLS, hours: HOURS });
  const ensemble = engineRun({ symbols: SYMBOLS, hours: HOURS / 2, strategy: 'momentum-ensemble' });
  return [
    enginePath('ema-cross', cross, () => () => undefined),
    enginePath('momentum-ensemble', ensemble, () => () => undefined),
    enginePath('ema-cross, rows of --keep full', cross, fullRows),
    cachePath(cross.columns),
    digestPath(cross.columns),
  ];
};

type Sink = (executed: ExecutedHour) => void;

const enginePath = (name: string, { desk, columns, hours }: EngineRun, sinkOf: (run: EngineRun) => Sink): GatedPath => ({
  name,
  stretches: hours / STRETCH_HOURS,
  begin: () => {
    const feed = feedOf(desk.symbols, '1h', columns);
    const sink = sinkOf({ desk, columns, hours });
    let progress = beginRun(desk);
    return () => {
      for (let hour = 0; hour < STRETCH_HOURS; hour += 1) {
        const executed = executeHour(desk, progress, feed);
        sink(executed);
        progress = executed.after;
      }
    };
  },
});

const SIGHT = { ingestThrough: 1, inboxThrough: 0, executedAtMs: timeMs(0) };
const KEY = { id: '00000000-0000-4000-8000-000000000000', retention: 'backtest', account: 'backtest' } as const;
const LINES_MAX = 1 << 20;

/** Record, envelope and the rows of every table as they are sent; taking them in is the server's part. */
const fullRows = (): Sink => {
  const lines = newBacktestLines(KEY, BENCH_START);
  const identity = { key: KEY, name: 'gate', mode: 'backtest' } as const;
  let previousEnvelope = NO_ENVELOPE;
  return executed => {
    const close = closeOf(executed, { identity, previousEnvelope, sight: SIGHT, withSnapshot: false });
    for (const step of executed.steps) lines.putStep(recordStep(step, SIGHT, { inboxIds: {}, digest: executed.sealed.record.state }));
    lines.putClose(close);
    if (lines.size() > LINES_MAX) lines.sent(lines.take());
    previousEnvelope = close.envelope.hash;
  };
};

/** The digest of each chunk as it comes from the store, and its columns. */
const cachePath = (columns: readonly CandleColumns[]): GatedPath => {
  const chunks = columns.map(one => {
    const name = { series: one.series, chunk: 0, ingestThrough: 1 };
    return { name, bytes: encodeChunk(name, one) };
  });
  return {
    name: 'chunks of the cache',
    stretches: 4,
    begin: () => () => {
      for (const { name, bytes } of chunks) {
        if (hash('sha256', bytes, 'buffer').length !== 32 || decodeChunk(name, new Uint8Array(bytes)) === null) throw new Error('A chunk is read back as it was written.');
      }
    },
  };
};

const DIGEST_STRETCHES = 10;

const digestPath = (columns: readonly CandleColumns[]): GatedPath => ({
  name: 'digests of candles',
  stretches: DIGEST_STRETCHES,
  begin: () => stretch => {
    const rows = HOURS / DIGEST_STRETCHES;
    for (const one of columns) {
      if (digestMismatches(sliceColumns(one, stretch * rows, (stretch + 1) * rows)).length > 0) throw new Error('A synthetic candle has the digest of its values.');
    }
  },
});
