/**
 * grademark on the common market: one symbol at a time, no sizes and no money, filled at the next open, what is left
 * closed at the end. It calls no rule on a candle that fills, so the exit asks for the side and not for the cross.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const { values: given } = parseArgs({ options: { market: text, symbols: text, hours: text, 'first-hour': text, started: text } });
const load = createRequire(import.meta.url);
const { DataFrame } = load('data-forge');
const { backtest } = load('grademark');

const FAST = 12;
const SLOW = 26;
const HOUR_MS = 3_600_000;
const symbols = Number(given.symbols);
const hours = Number(given.hours);
const firstHour = Number(given['first-hour']);
const bytes = readFileSync(given.market);
const doubles = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
const column = (symbol, index) => doubles.subarray((5 * symbol + index) * hours, (5 * symbol + index + 1) * hours);

const barsOf = symbol => {
  const [open, high, low, close, volume] = [0, 1, 2, 3, 4].map(index => column(symbol, index));
  const bars = Array.from(open, (_, row) => ({ time: new Date((firstHour + row) * HOUR_MS), open: open[row], high: high[row], low: low[row], close: close[row], volume: volume[row] }));
  return new DataFrame(bars);
};

const average = period => {
  const alpha = 2 / (period + 1);
  let seen = 0;
  let value = 0;
  return close => {
    seen += 1;
    if (seen <= period) value += close / period;
    else value += alpha * (close - value);
    return seen >= period ? value : null;
  };
};

/** Each bar with the side of the averages and whether it changed; the companion package of indicators forgets all but the last `period` closes. */
const withSides = frame => {
  const [fast, slow] = [average(FAST), average(SLOW)];
  let side = 0;
  // A lazy selection would be evaluated more than once, and this one remembers.
  const bars = frame.toArray().map(bar => {
    const [quick, long] = [fast(bar.close), slow(bar.close)];
    const before = side;
    if (long !== null && quick !== long) side = quick > long ? 1 : -1;
    return { ...bar, side, crossed: before !== 0 && side !== before };
  });
  return new DataFrame(bars);
};

const strategy = {
  prepIndicators: ({ inputSeries }) => withSides(inputSeries),
  entryRule: (enter, { bar }) => (bar.crossed && bar.side > 0 ? enter() : undefined),
  exitRule: (exit, { bar }) => (bar.side < 0 ? exit() : undefined),
};

const hourOf = time => time.getTime() / HOUR_MS - firstHour;

const tradeOf = (symbol, { entryTime, exitTime, entryPrice, exitPrice, exitReason }) =>
  [symbol, hourOf(entryTime), exitReason === 'finalize' ? hours : hourOf(exitTime), entryPrice, exitPrice, null];

const frames = Array.from({ length: symbols }, (_, symbol) => barsOf(symbol));
const run = () => frames.map(frame => backtest(strategy, frame));
const first = run();
const coldSeconds = (Date.now() - Number(given.started)) / 1_000;
const before = performance.now();
const second = run();
const warmSeconds = (performance.now() - before) / 1_000;
if (JSON.stringify(first) !== JSON.stringify(second)) throw new Error('grademark: two runs over one market differ.');

const trades = first.flatMap((ofSymbol, symbol) => ofSymbol.map(trade => tradeOf(symbol, trade)));
trades.sort((left, right) => left[1] - right[1] || left[0] - right[0]);
const { version } = load('grademark/package.json');
process.stdout.write(`${JSON.stringify({ peer: 'grademark', version, runtime: `Node ${process.versions.node}`, bars: symbols * hours, coldSeconds, warmSeconds, equity: null, trades })}\n`);
