/** The desk of a fork: the parent's manifest with what the user changes, and the state that the fork begins with. */
import type { CandleColumns } from '../../core/market/columns.ts';
import { NO_CAMPAIGNS } from '../../core/campaign/campaigns.ts';
import type { Desk } from '../../core/desk.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { openDesk } from '../../core/desk.ts';
import type { Agent, Manifest } from '../../core/manifest.ts';
import { feedOf } from '../../core/market/feed.ts';
import type { MarketStep } from '../../core/market/feed.ts';
import { observeVolumes } from '../../core/market/volumes.ts';
import { observeReturns } from '../../core/risk/returns.ts';
import { initialState } from '../../core/state.ts';
import type { State } from '../../core/state.ts';
import { isPredicting } from '../../core/strategies/predicting-strategy.ts';
import type { AnyStrategy } from '../../core/strategies/predicting-strategy.ts';
import { observeAgents } from '../../core/strategies/observe-agents.ts';
import { problemText } from '../../core/risk/governance.ts';
import { quoteProblem } from '../../core/risk/profile-problems.ts';
import { entryOf, feesOf, participationOf, sizingOf, slippageOf } from '../cost-options.ts';
import { refused, usage } from '../problem.ts';
import { loadRunProfile } from '../run-profile.ts';
import { chooseStrategy } from '../strategies.ts';

/** Option texts as typed; undefined keeps what the parent has. */
export type ForkChanges = Readonly<{
  strategy?: string;
  param: Readonly<Record<string, string>>;
  profile?: string;
  fees?: string;
  slippage?: string;
  participation?: string;
  size?: string;
  entry?: string;
}>;

/** Throws Problem where a change cannot be read, contradicts the run, or where nothing changes. */
export const forkedDesk = async (parent: Desk, changes: ForkChanges): Promise<Desk> => {
  const { manifest } = parent;
  const [agent, ...others] = manifest.agents;
  if (agent === undefined || others.length > 0) throw refused('The run has not one agent, and a fork would not know whose decisions to change.', 'Fork a run of one agent.');
  const { chosen, strategy } = await strategyOf(parent, agent, changes);
  const profile = changes.profile === undefined ? manifest.profile : await loadRunProfile('--profile', changes.profile);
  const currency = quoteProblem(profile, manifest.quote);
  if (currency !== null) throw refused(`--profile: ${profile.name}: ${problemText(currency)}.`, 'An amount means another risk in another currency.');
  if (profile.campaign === null && isPredicting(strategy)) throw refused(`The profile ${profile.name} has no campaign section, and ${strategy.id} trades in campaigns.`, 'Choose a profile with one, or a strategy of plain signals.');
  if (agent.stop !== null && isPredicting(strategy)) throw refused(`The run guards its positions with a stop, and ${strategy.id} decides its own exits.`, 'Choose a strategy of plain signals.');
  const { costs } = manifest;
  const forked: Manifest = {
    ...manifest,
    agents: [
      {
        ...agent,
        ...chosen,
        sizing: changes.size === undefined ? agent.sizing : sizingOf(changes.size),
        entry: changes.entry === undefined ? agent.entry : entryOf(changes.entry),
      },
    ],
    profile,
    costs: {
      fees: changes.fees === undefined ? costs.fees : feesOf(changes.fees),
      slippage: changes.slippage === undefined ? costs.slippage : slippageOf(changes.slippage),
      participation: changes.participation === undefined ? costs.participation : participationOf(changes.participation),
    },
  };
  const desk = openDesk(forked, [strategy]);
  if (desk.genesis === parent.genesis) throw usage('The fork changes nothing: every value is the one the run has.', 'Give another --strategy, --param, --profile, --fees, --slippage, --participation, --size or --entry.');
  return desk;
};

type Chosen = Readonly<{ chosen: Pick<Agent, 'strategy' | 'strategyDigest' | 'parameters'>; strategy: AnyStrategy }>;

/** Parameters that are not named stay as they are while the strategy stays; another strategy starts from its defaults. */
const strategyOf = async (parent: Desk, agent: Agent, { strategy: reference, param }: ForkChanges): Promise<Chosen> => {
  const { voice } = parent.agents[0]!;
  if (reference === undefined && Object.keys(param).length === 0 && voice.kind !== 'recorded') return { chosen: agent, strategy: voice.strategy };
  if (reference === undefined && agent.strategyDigest !== null) throw refused(`--param: ${agent.strategy} is a strategy of its user's own.`, 'Give its file with --strategy beside the parameters.');
  if (voice.kind === 'recorded') throw refused('The run trades from recorded predictions, which have no parameters.', 'Fork its profile or its costs.');
  const given = reference === undefined ? { ...agent.parameters, ...param } : param;
  const { strategy, texts, digest } = await chooseStrategy({ reference: reference ?? agent.strategy, given, timeframe: parent.manifest.timeframe });
  return { chosen: { strategy: strategy.id, strategyDigest: digest, parameters: texts }, strategy };
};

/** What a memory belongs to: a strategy, the bytes of a user's own, and its parameters. */
const mindOf = ({ manifest }: Desk): string => canonicalText(manifest.agents.map(({ strategy, strategyDigest, parameters }) => ({ strategy, strategyDigest, parameters })));

export type Warmth = Readonly<{ parent: Desk; before: State; columns: readonly CandleColumns[]; fromSlot: number; toSlot: number }>;

/**
 * The parent's state, with what a change makes meaningless made anew: memory of another strategy or other parameters,
 * volumes and returns that the parent did not keep. Those see the candles of [fromSlot, toSlot) as a warm-up does.
 */
export const forkedState = (desk: Desk, { parent, before, columns, fromSlot, toSlot }: Warmth): State => {
  const fresh = initialState(desk);
  const isSameMind = mindOf(desk) === mindOf(parent);
  const keeps = {
    memories: isSameMind ? before.memories : fresh.memories,
    volumes: fresh.volumes.bytes.length === before.volumes.bytes.length ? before.volumes : fresh.volumes,
    returns: fresh.returns.bytes.length === before.returns.bytes.length ? before.returns : fresh.returns,
  };
  let { memories, volumes, returns } = keeps;
  if (memories !== before.memories || volumes !== before.volumes || returns !== before.returns) {
    const feed = feedOf(desk.symbols, desk.manifest.timeframe, columns);
    for (let slot = fromSlot; slot < toSlot; slot += 1) {
      const market: MarketStep = feed(slot);
      if (memories !== before.memories) ({ memories } = observeAgents(desk, memories, { market, tradable: false }, []));
      if (volumes !== before.volumes) volumes = observeVolumes(volumes, market);
      if (returns !== before.returns) returns = observeReturns(returns, market, desk.stepsPerHour);
    }
  }
  // A profile that an operator put in force gives way to the one that the fork names.
  const profile = desk.manifest.profile === parent.manifest.profile ? before.risk.profile : null;
  return { ...before, memories, volumes, returns, campaigns: isSameMind ? before.campaigns : NO_CAMPAIGNS, risk: { ...before.risk, profile } };
};
