/**
 * Shows each agent's strategy the candles that closed, in the order of the universe. Wishes are logged; predictions are
 * not: whoever has the candles computes them again. It decides nothing about either.
 */
import { assert } from '../kernel/assert.ts';
import { quantise } from '../kernel/quantise.ts';
import { CONTENT_AT, contentOf, copyOfLeaf, leafBytes, leafBytesOf } from '../kernel/leaf-bytes.ts';
import type { Desk, DeskAgent, Voice } from '../desk.ts';
import type { Decision, SignalRaised } from '../events.ts';
import { decimalsAt } from '../market/bars.ts';
import type { SeriesBars } from '../market/bars.ts';
import { doubleAt } from '../market/columns.ts';
import type { MarketStep } from '../market/feed.ts';
import { predictionOf } from '../predictions/prediction.ts';
import type { Prediction } from '../predictions/prediction.ts';
import type { Bar, Signal } from './strategy.ts';

/** One agent's memory slice: memorySize doubles per symbol, in the order of the universe. Never NaN, never -0. */
export type AgentMemory = Readonly<{ bytes: Uint8Array; numbers: Float64Array }>;

const viewOf = (bytes: Uint8Array): AgentMemory => ({ bytes, numbers: new Float64Array(bytes.buffer, bytes.byteOffset + CONTENT_AT, (bytes.length - CONTENT_AT) / 8) });

export const noMemory = (agent: DeskAgent, symbols: number): AgentMemory => viewOf(leafBytes(8 * agent.memorySize * symbols));
export const memoryOfContent = (content: Uint8Array): AgentMemory => viewOf(leafBytesOf(content));
export const memoryContent = (memory: AgentMemory): Uint8Array => contentOf(memory.bytes);

/** What an agent expects of the symbols it can say something of, by their place in the universe. */
export type Predictions = ReadonlyMap<number, Prediction>;

/** `predictions` has a place for every agent; those of agents that speak otherwise are empty. */
export type Observed = Readonly<{ memories: readonly AgentMemory[]; signals: readonly SignalRaised[]; predictions: readonly Predictions[] }>;
type Seen = Readonly<{ market: MarketStep; tradable: boolean }>;

const NO_PREDICTIONS: Predictions = new Map();

export const observeAgents = (desk: Desk, before: readonly AgentMemory[], seen: Seen, log: Decision[]): Observed => {
  const signals: SignalRaised[] = [];
  const predictions: Predictions[] = [];
  const memories = desk.agents.map((agent, index) => {
    const { voice } = agent;
    if (voice.kind === 'recorded') {
      predictions.push(NO_PREDICTIONS);
      return before[index]!;
    }
    const memory = viewOf(copyOfLeaf(before[index]!.bytes));
    predictions.push(voice.kind === 'signals' ? NO_PREDICTIONS : predictUniverse({ desk, agent, ...seen }, voice, memory.numbers));
    if (voice.kind === 'signals') observeUniverse({ desk, agent, ...seen }, voice, { numbers: memory.numbers, signals });
    return memory;
  });
  for (const signal of signals) log.push(signal);
  return { memories, signals, predictions };
};

type Watch = Seen & Readonly<{ desk: Desk; agent: DeskAgent }>;
type Speaking<Kind extends Voice['kind']> = Extract<Voice, { kind: Kind }>;
type Writable<Shape> = { -readonly [Key in keyof Shape]: Shape[Key] };

/** Where the candle that is shown stands. */
const shown: { series: SeriesBars | null; row: number } = { series: null, row: -1 };

/**
 * One bar serves all candles: strategies read it and keep nothing but their memory. Everybody reads the close; what
 * fewer ask for is fetched when they do.
 */
const BAR: Writable<Pick<Bar, 'close' | 'tradable'>> & Bar = {
  close: 0.5,
  tradable: false,
  get open() {
    return doubleAt(shown.series!.open, shown.row);
  },
  get high() {
    return doubleAt(shown.series!.high, shown.row);
  },
  get low() {
    return doubleAt(shown.series!.low, shown.row);
  },
  get volume() {
    return doubleAt(shown.series!.volume, shown.row);
  },
  get decimals() {
    return decimalsAt(shown.series!, shown.row);
  },
};

/** Whether the symbol closed a candle, which then is the bar. */
const showCandle = (market: MarketStep, index: number): boolean => {
  const row = market.rows[index]!;
  if (row < 0) return false;
  const series = market.series[index]!;
  shown.row = row;
  shown.series = series;
  BAR.close = doubleAt(series.close, row);
  return true;
};

type Heard = Readonly<{ numbers: Float64Array; signals: SignalRaised[] }>;

const observeUniverse = ({ desk, agent, market, tradable }: Watch, { strategy }: Speaking<'signals'>, { numbers, signals }: Heard): void => {
  const { parameters, memorySize } = agent;
  BAR.tradable = tradable;
  for (let index = 0; index < desk.symbols.length; index += 1) {
    if (!showCandle(market, index)) continue;
    const at = index * memorySize;
    const signal = strategy.observe(numbers, at, BAR, parameters);
    settleMemory(numbers, at, at + memorySize);
    if (signal !== null) signals.push(raised(desk, agent, index, signal));
  }
};

const predictUniverse = ({ desk, agent, market, tradable }: Watch, { strategy }: Speaking<'predictions'>, numbers: Float64Array): Predictions => {
  const { parameters, memorySize } = agent;
  BAR.tradable = tradable;
  let predictions: Map<number, Prediction> | null = null;
  for (let index = 0; index < desk.symbols.length; index += 1) {
    if (!showCandle(market, index)) continue;
    const at = index * memorySize;
    const predicted = strategy.predict(numbers, at, BAR, parameters);
    settleMemory(numbers, at, at + memorySize);
    if (predicted === null || !tradable) continue;
    predictions ??= new Map();
    predictions.set(index, predictionOf(predicted));
  }
  return predictions ?? NO_PREDICTIONS;
};

/** Writing 0 where something equals it turns -0 into 0, so that equal numbers have equal bytes. */
const settleMemory = (numbers: Float64Array, from: number, to: number): void => {
  for (let slot = from; slot < to; slot += 1) {
    const number = numbers[slot]!;
    if (number - number !== 0) assert(false, 'A strategy remembers finite numbers only.');
    if (number === 0) numbers[slot] = 0;
  }
};

const raised = (desk: Desk, { agent }: DeskAgent, index: number, { action, reason, evidence }: Signal): SignalRaised => {
  const quantised: Record<string, bigint> = {};
  for (const [name, value] of Object.entries(evidence)) quantised[name] = quantise(value);
  return { action, agent: agent.id, evidence: quantised, reason, symbol: desk.symbols[index]!, type: 'signal_raised' };
};
