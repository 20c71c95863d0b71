/**
 * The desk that a frozen run is executed on: its own manifest and genesis, with the strategy that was frozen or, where the
 * user names a file of the same strategy, with the one that stands there now.
 */
import { openDesk } from '../core/desk.ts';
import type { Desk } from '../core/desk.ts';
import { sha256Hex } from '../core/kernel/digest.ts';
import type { Digest } from '../core/kernel/units.ts';
import type { Agent } from '../core/manifest.ts';
import { validateParameters } from '../core/strategies/parameters.ts';
import { isPredicting } from '../core/strategies/predicting-strategy.ts';
import type { AnyStrategy } from '../core/strategies/predicting-strategy.ts';
import { findStrategy } from '../core/strategies/registry.ts';
import type { Strategy } from '../core/strategies/strategy.ts';
import { manifestOfText } from '../schema/wire/manifest-text.ts';
import { OWN_VERSIONS } from './changed-rules.ts';
import { usage } from './problem.ts';
import { asStrategyOption, chooseStrategy, deskOf } from './strategies.ts';
import { typed } from './wording.ts';

/** A strategy file of the user as it is now. */
export type PresentStrategy = Readonly<{ file: string; strategy: Strategy; digest: Digest }>;

/** Throws Problem or StrategyError for what is no strategy file, or the second file of one strategy. */
export const presentStrategies = async (files: readonly string[]): Promise<readonly PresentStrategy[]> => {
  const present: PresentStrategy[] = [];
  for (const file of files) {
    const { strategy, digest } = await chooseStrategy({ reference: file, given: {}, timeframe: '1h' }).catch((error: unknown) => {
      throw asStrategyOption(error);
    });
    if (digest === null || isPredicting(strategy)) throw usage(`--strategy: ${typed(file)} is a strategy that ships with tb.`, 'Name your own strategy file, for example ./my-dip.ts; those of tb are executed as they are.');
    const other = present.find(one => one.strategy.id === strategy.id);
    if (other !== undefined) throw usage(`--strategy: ${typed(file)} and ${typed(other.file)} are both called ${strategy.id}.`, 'Give one file for each strategy.');
    present.push({ file, strategy, digest });
  }
  return present;
};

/** `replaced` are the files that stand in for what was frozen, `notes` what a reader must know of that. `isStrict`: nothing else than what was frozen is executed, so state must be the same too. */
export type FrozenDesk = Readonly<{ desk: Desk; frozen: Desk; replaced: readonly PresentStrategy[]; isStrict: boolean; notes: readonly string[] }>;

/** Of another semantics version the desk has this tb's rules and the frozen genesis. Throws what a manifest, a strategy or its parameters refuse. */
export const frozenDesk = async (manifestText: string, source: string | null, present: readonly PresentStrategy[]): Promise<FrozenDesk> => {
  const manifest = manifestOfText(manifestText);
  const opened = await deskOf({ ...manifest, ...OWN_VERSIONS }, source);
  const frozen: Desk = { ...opened, manifest, genesis: sha256Hex(manifestText) };
  const notes: string[] = [];
  const replaced: PresentStrategy[] = [];
  const agents = frozen.agents.map(({ agent, voice }): Readonly<{ agent: Agent; strategy: AnyStrategy }> => {
    const now = agent.strategyDigest === null ? undefined : present.find(({ strategy }) => strategy.id === agent.strategy);
    if (now === undefined) {
      if (agent.strategyDigest !== null) notes.push(`${agent.strategy} was executed as frozen; --strategy FILE executes your file as it is now.`);
      return { agent, strategy: voice.kind === 'recorded' ? findStrategy(agent.strategy)! : voice.strategy };
    }
    replaced.push(now);
    notes.push(now.digest === agent.strategyDigest ? `${now.file} is the file that was frozen.` : `${now.file} was executed in place of the frozen file: SHA-256 ${shortened(now.digest)} instead of ${shortened(agent.strategyDigest!)}.`);
    return { agent: { ...agent, parameters: parametersNow(agent, now, notes) }, strategy: now.strategy };
  });
  const isStrict = frozen.agents.every(({ agent }) => agent.strategyDigest === null || replaced.every(({ strategy, digest }) => strategy.id !== agent.strategy || digest === agent.strategyDigest));
  if (replaced.length === 0) return { desk: frozen, frozen, replaced, isStrict, notes };
  const desk = openDesk({ ...manifest, agents: agents.map(({ agent }) => agent) }, agents.map(({ strategy }) => strategy));
  return { desk: { ...desk, genesis: frozen.genesis }, frozen, replaced, isStrict, notes };
};

const shortened = (digest: Digest): string => `${digest.slice(0, 12)}…`;

/** What the run was opened with, as far as the file still knows it; what is new has its default. */
const parametersNow = ({ parameters }: Agent, { file, strategy }: PresentStrategy, notes: string[]): Readonly<Record<string, string>> => {
  const known = strategy.parameters.map(({ name }) => name);
  const kept = Object.fromEntries(Object.entries(parameters).filter(([name]) => known.includes(name)));
  const validated = validateParameters(strategy, kept);
  if (!validated.ok) throw usage(`--strategy: ${typed(file)} refuses what the run was opened with. ${validated.problem}`, 'Allow it, or freeze the run anew with other parameters.');
  for (const name of Object.keys(parameters)) if (!known.includes(name)) notes.push(`Parameter ${name} is gone from ${file}; the run had ${parameters[name]!}.`);
  for (const name of known) if (!Object.hasOwn(parameters, name)) notes.push(`Parameter ${name} of ${file} is new and has its default, ${validated.texts[name]!}.`);
  return validated.texts;
};
