/**
 * The risk slice through a step, in two halves: what people commanded, before the portfolio is valued, and what the step
 * saw, after it. It decides who may enter at all; what an entry may buy is for the gates.
 */
import type { HourUtc } from '../kernel/units.ts';
import type { Decision } from '../events.ts';
import type { Fact, OperatorFact } from '../log.ts';
import type { Manifest } from '../manifest.ts';
import { TREASURY } from '../lots/lot.ts';
import type { Lots } from '../lots/lot.ts';
import { worthAtMark } from '../market/marks.ts';
import type { Portfolio, Valuation } from '../portfolio/valuation.ts';
import type { RunProfile } from '../profile.ts';
import { changeProfile } from './change-profile.ts';
import { haltOnCritical } from './critical-halt.ts';
import { drawdownOf } from './drawdown.ts';
import { seeSigns } from './kill-signs.ts';
import type { Watching } from './kill-signs.ts';
import { passiveBreaches, stepBreaches, totalBreach } from './passive-breach.ts';
import type { Breach, Holding } from './passive-breach.ts';
import type { DrawdownPolicy, Limits } from './risk-profile.ts';
import { afterCommands, afterWatch } from './risk-standing.ts';
import type { RiskStanding, StandingCommand } from './risk-standing.ts';
import type { RiskState } from './risk-state.ts';

/** `resumed`: the peak of unit value starts anew. */
export type CommandedRisk = Readonly<{ profile: RunProfile; standing: RiskStanding; resumed: boolean }>;

export type Told = Readonly<{ manifest: Manifest; facts: readonly Fact[]; hour: HourUtc }>;

/** The profile in force and the standing after what people said, in the order of their facts. */
export const commandRisk = (before: RiskState, { manifest, facts, hour }: Told, log: Decision[]): CommandedRisk => {
  const profile = changeProfile(before.profile ?? manifest.profile, facts, manifest, log);
  let { standing } = before;
  let resumed = false;
  for (const fact of facts) {
    if (fact.type !== 'operator' || !isStandingCommand(fact)) continue;
    const commanded = afterCommands(standing, [fact], hour);
    for (const key of commanded.refused) log.push({ asked: 0n, code: 'NOT_HALTED', command: fact.command, key, limit: 0n, type: 'operator_refused' });
    log.push(...commanded.changes);
    ({ standing } = commanded);
    resumed ||= commanded.resumed;
  }
  return { profile, standing, resumed };
};

const isStandingCommand = (fact: OperatorFact): fact is OperatorFact & StandingCommand =>
  fact.command === 'halt' || fact.command === 'kill' || fact.command === 'resume';

export type Seen = Omit<Watching, 'policy'> & Readonly<{ commanded: CommandedRisk; lots: Lots; valuation: Valuation; portfolio: Portfolio }>;

/** `holdings` has every lot at its mark; it is empty where nothing but the total binds. */
export type HeldAgainst = Readonly<{ breaches: readonly Breach[]; holdings: readonly Holding[] }>;

export type JudgedRisk = HeldAgainst & Readonly<{ risk: RiskState }>;

const NOTHING_HELD: HeldAgainst = { breaches: [], holdings: [] };

/** What is held, and the caps that it passes by price alone. Where nothing but the total binds, the sum of all positions is all that matters. */
export const heldAgainst = (limits: Limits, held: Pick<Seen, 'desk' | 'lots' | 'marks' | 'valuation'>): HeldAgainst => {
  const { desk, lots, valuation } = held;
  const { value, positions } = valuation;
  if (lots.length === 0) return NOTHING_HELD;
  const { quote } = desk.manifest;
  if (bindsOnlyTotal(limits)) {
    const breach = totalBreach(limits.total, value, positions);
    return breach === null ? NOTHING_HELD : { breaches: [breach], holdings: NOTHING_HELD.holdings };
  }
  const holdings = holdingsOf(held);
  return { breaches: passiveBreaches(limits, { value, quote, holdings }), holdings };
};

/** The risk slice after what the step saw: drawdown and its tier, kill signs, and caps that price alone has passed. */
export const judgeRisk = (before: RiskState, seen: Seen, log: Decision[]): JudgedRisk => {
  const { commanded, hour, valuation, portfolio } = seen;
  const { profile } = commanded;
  const { tripped, venueErrors } = seeSigns(before.venueErrors, { ...seen, policy: profile });
  const drawdown = drawdownOf({ peakUnitValue: portfolio.peakUnitValue, unitValue: valuation.unitValue });
  const halted = haltOnCritical(withinTiers(commanded.standing, profile.drawdown), hour, log);
  const { standing, changes } = afterWatch(halted, { drawdown, policy: profile.drawdown, tripped, hour });
  log.push(...changes);
  const { holdings, breaches } = heldAgainst(profile.limits, seen);
  const { breached, changes: begunOrEnded } = stepBreaches(before.breached, breaches);
  log.push(...begunOrEnded);
  const changed = profile === (before.profile ?? seen.desk.manifest.profile) ? before.profile : profile;
  const isSame = standing === before.standing && breached === before.breached && venueErrors === before.venueErrors && changed === before.profile;
  return { risk: isSame ? before : { ...before, standing, breached, venueErrors, profile: changed }, breaches, holdings };
};

/** A changed profile may have fewer tiers than the one that judged the step before. */
const withinTiers = (standing: RiskStanding, { tiers }: DrawdownPolicy): RiskStanding =>
  standing.tier < tiers.length ? standing : { ...standing, tier: tiers.length - 1 };

const bindsOnlyTotal = ({ perPosition, perCluster, unclassified, clusters, quotes }: Limits): boolean => {
  if (perPosition !== null || perCluster !== null || unclassified !== null) return false;
  return Object.keys(clusters).length === 0 && Object.keys(quotes).length === 0;
};

/** The treasury has no position of its own. */
const holdingsOf = ({ desk, lots, marks }: Pick<Seen, 'desk' | 'lots' | 'marks'>): readonly Holding[] =>
  lots.map(({ agent, symbol, quantity, cost }): Holding => {
    const index = desk.indexOf.get(symbol)!;
    return { agent: agent === TREASURY ? null : agent, symbol, cluster: desk.instruments[index]!.cluster, worth: worthAtMark(marks, index, quantity) ?? cost };
  });

