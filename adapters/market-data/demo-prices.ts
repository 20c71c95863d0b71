/**
 * The hours of the invented demo market: one market factor in regimes, six symbols that follow it and their own trends,
 * candles with wicks and volumes. Whole numbers throughout and no function that engines may round differently, so the
 * bytes are the same everywhere. It resembles no real asset.
 */
import { NORMAL_SIGMA, normalDraw, UNIFORM_STEPS, uniformDraws } from './demo-random.ts';
import type { DrawUniform } from './demo-random.ts';

/** 2024, a leap year. */
const DEMO_HOURS = 8_784;
const PPM = 1_000_000;
/** Prices move in hundredths of a tick, so that small moves of a coarse price are not lost. */
const SUBTICKS = 100;

/** A stretch of the market: its hours, the drift and the standard deviation of an hour in millionths. */
type Regime = Readonly<{ hours: number; driftPpm: number; sigmaPpm: number }>;
const REGIMES: readonly Regime[] = [
  { hours: 1_440, driftPpm: 290, sigmaPpm: 5_500 }, // A bull market of two months.
  { hours: 720, driftPpm: -100, sigmaPpm: 4_500 }, // It takes a breath.
  { hours: 1_080, driftPpm: 350, sigmaPpm: 6_500 }, // It overheats.
  { hours: 144, driftPpm: -3_000, sigmaPpm: 13_000 }, // Six days of crash.
  { hours: 120, driftPpm: 1_000, sigmaPpm: 9_000 }, // The bounce.
  { hours: 1_200, driftPpm: -210, sigmaPpm: 6_000 }, // A bear market of fifty days.
  { hours: 1_440, driftPpm: 10, sigmaPpm: 4_000 }, // Two months sideways.
  { hours: 1_680, driftPpm: 300, sigmaPpm: 5_500 }, // The recovery.
  { hours: 960, driftPpm: 30, sigmaPpm: 4_500 }, // A quiet end.
];
/** The share of its distance from the regime's course that the market makes good in an hour. */
const PULL = 256;

export type DemoSymbol = Readonly<{
  seed: number;
  /** The first price, in ticks. */
  startTicks: number;
  /** How much of the market's move the symbol makes, in percent. */
  betaPercent: number;
  ownSigmaPpm: number;
  /** Trends of its own change sides after 300 to 1,200 hours. */
  ownDriftPpm: number;
  /** Median volume of an hour, in the volume's smallest unit. */
  volumeLots: number;
  firstHour: number;
}>;

/** Prices in ticks, volume in lots, both whole numbers; `hour` counts from the start of the year. */
export type DemoCandle = Readonly<{ hour: number; open: number; high: number; low: number; close: number; volumeLots: number; trades: number }>;

const scaled = (normal: number, sigmaPpm: number): number => Math.round((normal * sigmaPpm) / NORMAL_SIGMA);

/** What the whole market does in each hour, in millionths, and how restless it is. */
export type MarketHour = Readonly<{ movePpm: number; sigmaPpm: number }>;

export const marketFactor = (seed: number): readonly MarketHour[] => {
  const draw = uniformDraws(seed);
  const hours: MarketHour[] = [];
  let astray = 0;
  for (const { hours: length, driftPpm, sigmaPpm } of REGIMES) {
    for (let hour = 0; hour < length; hour += 1) {
      const noise = scaled(normalDraw(draw), sigmaPpm) - Math.trunc(astray / PULL);
      astray += noise;
      hours.push({ movePpm: driftPpm + noise, sigmaPpm });
    }
  }
  return hours;
};

/** The move of a symbol's own: a trend that changes sides, and noise round it. */
const ownMoves = (symbol: DemoSymbol, draw: DrawUniform): (() => number) => {
  let left = 0;
  let side = draw() % 2 === 0 ? 1 : -1;
  let astray = 0;
  return () => {
    if (left === 0) {
      left = 300 + (draw() % 900);
      side = -side;
    }
    left -= 1;
    const noise = scaled(normalDraw(draw), symbol.ownSigmaPpm) - Math.trunc(astray / PULL);
    astray += noise;
    return side * symbol.ownDriftPpm + noise;
  };
};

/** Afternoons of Europe and America trade most. Percent of the median hour. */
const VOLUME_BY_HOUR = [80, 75, 70, 66, 64, 68, 76, 88, 100, 106, 108, 110, 116, 132, 150, 158, 150, 138, 124, 112, 104, 98, 92, 86];

/** A wick beyond the body, in subticks: mostly short, now and then as long as an hour's usual move. */
const wick = (price: number, sigmaPpm: number, draw: DrawUniform): number => {
  const share = Math.floor((draw() * draw()) / UNIFORM_STEPS);
  return Math.floor((((price * sigmaPpm) / PPM) * share) / UNIFORM_STEPS);
};

const volumeOf = (symbol: DemoSymbol, hour: number, restlessPercent: number, draw: DrawUniform): number => {
  const spread = 40 + Math.floor((160 * draw() * draw()) / (UNIFORM_STEPS * UNIFORM_STEPS)) + Math.floor((60 * draw()) / UNIFORM_STEPS);
  const percent = Math.floor((VOLUME_BY_HOUR[hour % 24]! * spread) / 100);
  return Math.max(1, Math.floor((symbol.volumeLots * percent * (60 + restlessPercent)) / 10_000));
};

const moved = (price: number, movePpm: number): number => Math.floor((price * (PPM + movePpm)) / PPM);

/** A symbol's hours from its first to the end of the year, without holes. */
export const demoCandles = (symbol: DemoSymbol, factor: readonly MarketHour[]): readonly DemoCandle[] => {
  const draw = uniformDraws(symbol.seed);
  const ownMove = ownMoves(symbol, draw);
  const candles: DemoCandle[] = [];
  let price = symbol.startTicks * SUBTICKS;
  for (let hour = symbol.firstHour; hour < DEMO_HOURS; hour += 1) {
    const { movePpm: marketPpm, sigmaPpm: marketSigmaPpm } = factor[hour]!;
    const movePpm = Math.round((marketPpm * symbol.betaPercent) / 100) + ownMove();
    const sigmaPpm = Math.floor((marketSigmaPpm * symbol.betaPercent) / 100) + symbol.ownSigmaPpm;
    const before = price;
    price = Math.max(SUBTICKS, moved(price, movePpm));
    const open = Math.floor(before / SUBTICKS);
    const close = Math.floor(price / SUBTICKS);
    const high = Math.floor((Math.max(before, price) + wick(price, sigmaPpm, draw)) / SUBTICKS);
    const low = Math.max(1, Math.floor((Math.min(before, price) - wick(price, sigmaPpm, draw)) / SUBTICKS));
    const volumeLots = volumeOf(symbol, hour, Math.floor((100 * Math.abs(movePpm)) / sigmaPpm), draw);
    candles.push({ hour, open, high, low, close, volumeLots, trades: 20 + Math.floor((900 * volumeLots) / symbol.volumeLots) + (draw() % 40) });
  }
  return candles;
};
