/** The desk: a manifest made ready to run. Everything a step looks up by name is resolved here once. */
import { assert } from './kernel/assert.ts';
import { byCodeUnit, isSortedUnique } from './kernel/order.ts';
import { ONE_E18 } from './kernel/units.ts';
import type { Digest, Fraction, MarketSymbol } from './kernel/units.ts';
import { chartOf } from './ledger/ledger.ts';
import type { Chart } from './ledger/ledger.ts';
import { TREASURY } from './lots/lot.ts';
import { genesisOf } from './manifest.ts';
import type { Agent, Instrument, Manifest, StopPolicy } from './manifest.ts';
import { stepsPerHour, timeframeMs } from './market/timeframe.ts';
import { roundTripCost } from './risk/round-trip-cost.ts';
import { isPredicting, isRecorded } from './strategies/predicting-strategy.ts';
import type { AnyStrategy, PredictingStrategy } from './strategies/predicting-strategy.ts';
import type { Parameters, Strategy } from './strategies/strategy.ts';

/** How an agent speaks: plain signals, predictions of its own, or predictions recorded as facts. */
export type Voice =
  | Readonly<{ kind: 'signals'; strategy: Strategy }>
  | Readonly<{ kind: 'predictions'; strategy: PredictingStrategy }>
  | Readonly<{ kind: 'recorded' }>;

export type DeskAgent = Readonly<{ agent: Agent; voice: Voice; parameters: Parameters; memorySize: number }>;

/** An agent that trades in campaigns; costs of a round trip in the order of the universe. */
export type Campaigner = Readonly<{ agent: Agent; index: number; roundTripCosts: readonly Fraction[] }>;

export type Desk = Readonly<{
  manifest: Manifest;
  genesis: Digest;
  symbols: readonly MarketSymbol[];
  indexOf: ReadonlyMap<MarketSymbol, number>;
  instruments: readonly Instrument[];
  agents: readonly DeskAgent[];
  /** The agents that trade in campaigns, by code units of their ids; `index` is their place among the agents. */
  campaigners: readonly Campaigner[];
  /** The agents whose positions have a stop, by id. */
  stops: readonly Readonly<{ id: string; policy: StopPolicy }>[];
  chart: Chart;
  timeframeMs: number;
  stepsPerHour: number;
}>;

/** Binds a manifest to the code of its strategies, in the order of its agents. */
export const openDesk = (manifest: Manifest, strategies: readonly AnyStrategy[]): Desk => {
  const symbols = manifest.universe.map(instrument => instrument.symbol);
  assert(symbols.length > 0 && isSortedUnique(symbols), 'A universe is not empty, ascending and without repetition.');
  assert(strategies.length === manifest.agents.length, 'Every agent has its strategy.');
  assert(manifest.tradeFromHour >= manifest.startHour, 'Trading starts no earlier than the run.');
  const ids = manifest.agents.map(({ id }) => id);
  assert(new Set(ids).size === ids.length && !ids.includes(TREASURY), 'Agents have names of their own, and none is the treasury.');
  const distances = manifest.agents.flatMap(({ stop }) => (stop === null ? [] : [stop.distance]));
  assert(distances.every(distance => distance > 0n && distance < ONE_E18), 'A stop stands above zero and below its price.');
  return {
    manifest,
    genesis: genesisOf(manifest),
    symbols,
    indexOf: new Map(symbols.map((symbol, index) => [symbol, index])),
    instruments: manifest.universe,
    agents: manifest.agents.map((agent, index) => deskAgent(agent, strategies[index]!, stepsPerHour(manifest.timeframe))),
    campaigners: campaignersOf(manifest, strategies),
    stops: manifest.agents.flatMap(({ id, stop }) => (stop === null ? [] : [{ id, policy: stop }])),
    chart: chartOf(manifest.quote, symbols),
    timeframeMs: timeframeMs(manifest.timeframe),
    stepsPerHour: stepsPerHour(manifest.timeframe),
  };
};

const deskAgent = (agent: Agent, strategy: AnyStrategy, steps: number): DeskAgent => {
  const parameters: Record<string, number> = {};
  for (const { name } of strategy.parameters) {
    const text = agent.parameters[name];
    assert(text !== undefined, `The manifest states parameter ${name} of ${strategy.id}.`);
    parameters[name] = Number(text);
  }
  assert(strategy.contradiction(parameters) === null, `The parameters of ${strategy.id} do not contradict each other.`);
  const voice = voiceOf(strategy);
  assert(voice.kind === 'signals' || agent.stop === null, 'A campaign decides its own exits and has no stop.');
  if (voice.kind === 'predictions') assert(voice.strategy.candlesPerHour(parameters) === steps, 'A horizon of an hour has the candles of an hour.');
  return { agent, voice, parameters, memorySize: strategy.memorySize(parameters) };
};

const voiceOf = (strategy: AnyStrategy): Voice =>
  isPredicting(strategy) ? { kind: 'predictions', strategy } : isRecorded(strategy) ? { kind: 'recorded' } : { kind: 'signals', strategy };

const campaignersOf = (manifest: Manifest, strategies: readonly AnyStrategy[]): readonly Campaigner[] => {
  const campaigners = manifest.agents.flatMap((agent, index): Campaigner[] => {
    if (voiceOf(strategies[index]!).kind === 'signals') return [];
    return [{ agent, index, roundTripCosts: manifest.universe.map(instrument => roundTripCost(manifest.costs, agent.entry, instrument)) }];
  });
  assert(campaigners.length === 0 || manifest.profile.campaign !== null, 'Agents that trade in campaigns have a campaign policy.');
  return campaigners.sort((left, right) => byCodeUnit(left.agent.id, right.agent.id));
};
