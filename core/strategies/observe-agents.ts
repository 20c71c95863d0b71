/** Shows each agent's strategy the candles that closed, in the order of the universe, and logs the wishes it returns. */
import { assert } from '../kernel/assert.ts';
import { quantise } from '../kernel/quantise.ts';
import { contentOf, copyOfLeaf, leafBytes, leafBytesOf } from '../kernel/leaf-bytes.ts';
import type { Desk, DeskAgent } from '../desk.ts';
import type { Decision, SignalRaised } from '../events.ts';
import type { MarketStep } from '../market/feed.ts';
import type { Signal } from './strategy.ts';

/** One agent's memory slice: memorySize doubles per symbol, in the order of the universe. Never NaN, never -0. */
export type AgentMemory = Readonly<{ bytes: Uint8Array; numbers: Float64Array }>;

const viewOf = (bytes: Uint8Array): AgentMemory => ({ bytes, numbers: new Float64Array(bytes.buffer, bytes.byteOffset + 8, (bytes.length - 8) / 8) });

export const noMemory = (agent: DeskAgent, symbols: number): AgentMemory => viewOf(leafBytes(8 * agent.memorySize * symbols));
export const memoryOfContent = (content: Uint8Array): AgentMemory => viewOf(leafBytesOf(content));
export const memoryContent = (memory: AgentMemory): Uint8Array => contentOf(memory.bytes);

export type Observed = Readonly<{ memories: readonly AgentMemory[]; signals: readonly SignalRaised[] }>;
type Seen = Readonly<{ market: MarketStep; tradable: boolean }>;

export const observeAgents = (desk: Desk, before: readonly AgentMemory[], seen: Seen, log: Decision[]): Observed => {
  const signals: SignalRaised[] = [];
  const memories = desk.agents.map((agent, index) => {
    const memory = viewOf(copyOfLeaf(before[index]!.bytes));
    observeUniverse({ desk, agent, ...seen }, memory.numbers, signals);
    return memory;
  });
  for (const signal of signals) log.push(signal);
  return { memories, signals };
};

type Watch = Seen & Readonly<{ desk: Desk; agent: DeskAgent }>;

/** One bar object serves all candles of a step: strategies read it and keep nothing but their memory. */
const observeUniverse = ({ desk, agent, market, tradable }: Watch, numbers: Float64Array, signals: SignalRaised[]): void => {
  const { strategy, parameters, memorySize } = agent;
  const bar = { open: 0, high: 0, low: 0, close: 0, volume: 0, decimals: 0, tradable };
  for (let index = 0; index < desk.symbols.length; index += 1) {
    const row = market.rows[index]!;
    if (row < 0) continue;
    const series = market.series[index]!;
    bar.open = series.open[row]!;
    bar.high = series.high[row]!;
    bar.low = series.low[row]!;
    bar.close = series.close[row]!;
    bar.volume = series.volume[row]!;
    bar.decimals = series.decimals[row]!;
    const at = index * memorySize;
    const signal = strategy.observe(numbers, at, bar, parameters);
    settleMemory(numbers, at, at + memorySize);
    if (signal !== null) signals.push(raised(desk, agent, index, signal));
  }
};

/** Adding zero turns -0 into 0, so that equal numbers have equal bytes. */
const settleMemory = (numbers: Float64Array, from: number, to: number): void => {
  for (let slot = from; slot < to; slot += 1) {
    const number = numbers[slot]! + 0;
    if (number - number !== 0) assert(false, 'A strategy remembers finite numbers only.');
    numbers[slot] = number;
  }
};

const raised = (desk: Desk, { agent }: DeskAgent, index: number, { action, reason, evidence }: Signal): SignalRaised => {
  const quantised: Record<string, bigint> = {};
  for (const [name, value] of Object.entries(evidence)) quantised[name] = quantise(value);
  return { action, agent: agent.id, evidence: quantised, reason, symbol: desk.symbols[index]!, type: 'signal_raised' };
};
