/** The desk: a manifest made ready to run. Everything a step looks up by name is resolved here once. */
import { assert } from './kernel/assert.ts';
import { isSortedUnique } from './kernel/order.ts';
import type { Digest, MarketSymbol } from './kernel/units.ts';
import { chartOf } from './ledger/ledger.ts';
import type { Chart } from './ledger/ledger.ts';
import { TREASURY } from './lots/lot.ts';
import { genesisOf } from './manifest.ts';
import type { Agent, Instrument, Manifest } from './manifest.ts';
import { stepsPerHour, timeframeMs } from './market/timeframe.ts';
import type { Parameters, Strategy } from './strategies/strategy.ts';

export type DeskAgent = Readonly<{ agent: Agent; strategy: Strategy; parameters: Parameters; memorySize: number }>;

export type Desk = Readonly<{
  manifest: Manifest;
  genesis: Digest;
  symbols: readonly MarketSymbol[];
  indexOf: ReadonlyMap<MarketSymbol, number>;
  instruments: readonly Instrument[];
  agents: readonly DeskAgent[];
  chart: Chart;
  timeframeMs: number;
  stepsPerHour: number;
}>;

/** Binds a manifest to the code of its strategies, in the order of its agents. */
export const openDesk = (manifest: Manifest, strategies: readonly Strategy[]): Desk => {
  const symbols = manifest.universe.map(instrument => instrument.symbol);
  assert(symbols.length > 0 && isSortedUnique(symbols), 'A universe is not empty, ascending and without repetition.');
  assert(strategies.length === manifest.agents.length, 'Every agent has its strategy.');
  assert(manifest.tradeFromHour >= manifest.startHour, 'Trading starts no earlier than the run.');
  const ids = manifest.agents.map(({ id }) => id);
  assert(new Set(ids).size === ids.length && !ids.includes(TREASURY), 'Agents have names of their own, and none is the treasury.');
  return {
    manifest,
    genesis: genesisOf(manifest),
    symbols,
    indexOf: new Map(symbols.map((symbol, index) => [symbol, index])),
    instruments: manifest.universe,
    agents: manifest.agents.map((agent, index) => deskAgent(agent, strategies[index]!)),
    chart: chartOf(manifest.quote, symbols),
    timeframeMs: timeframeMs(manifest.timeframe),
    stepsPerHour: stepsPerHour(manifest.timeframe),
  };
};

const deskAgent = (agent: Agent, strategy: Strategy): DeskAgent => {
  const parameters: Record<string, number> = {};
  for (const { name } of strategy.parameters) {
    const text = agent.parameters[name];
    assert(text !== undefined, `The manifest states parameter ${name} of ${strategy.id}.`);
    parameters[name] = Number(text);
  }
  assert(strategy.contradiction(parameters) === null, `The parameters of ${strategy.id} do not contradict each other.`);
  return { agent, strategy, parameters, memorySize: strategy.memorySize(parameters) };
};
