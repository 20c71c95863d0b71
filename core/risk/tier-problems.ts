/**
 * What is wrong with a list of drawdown tiers: it must start at no drawdown, rise, never give back what it took, and
 * in a trading profile halt entries before governance would.
 */
import { decimal } from '../kernel/decimal.ts';
import type { Governance, ProfileProblem } from './governance.ts';
import { shownValue } from './profile-parameters.ts';
import type { RiskProfile, Tier } from './risk-profile.ts';

const TIERS_MAX = 10;

export const tierContradictions = (profile: RiskProfile<unknown>, governance: Governance): readonly ProfileProblem[] => {
  const { mode, tiers } = profile.drawdown;
  if (tiers.length === 0 || tiers.length > TIERS_MAX) {
    return [{ path: 'drawdown.tiers', value: `a list of ${tiers.length}`, must: `hold between 1 and ${TIERS_MAX} tiers` }];
  }
  const trading = profile.purpose === 'trading';
  return [
    ...(trading && mode === 'observe' ? [{ path: 'drawdown.mode', value: 'observe', must: 'be bind outside research' }] : []),
    ...firstProblems(tiers[0]!),
    ...tiers.slice(1).flatMap((tier, index) => stepProblems(tiers[index]!, tier, index + 1)),
    ...tiers.flatMap(haltProblems),
    ...(trading ? haltByProblems(tiers, governance) : []),
  ];
};

const firstProblems = ({ from, halts, review }: Tier): readonly ProfileProblem[] => [
  ...(from === 0n ? [] : [{ path: 'drawdown.tiers[0].from', value: shownValue(from), must: 'be 0' }]),
  ...(halts ? [{ path: 'drawdown.tiers[0].halts', value: 'yes', must: 'be no: nothing could ever be bought' }] : []),
  ...(review ? [{ path: 'drawdown.tiers[0].review', value: 'yes', must: 'be no: nothing could ever be bought' }] : []),
];

const stepProblems = (before: Tier, tier: Tier, index: number): readonly ProfileProblem[] => {
  const at = `drawdown.tiers[${index}]`;
  const problems: ProfileProblem[] = [];
  if (tier.from <= before.from) {
    problems.push({ path: `${at}.from`, value: shownValue(tier.from), must: `exceed that of the tier before, which is ${shownValue(before.from)}` });
  }
  for (const field of ['base', 'positions'] as const) {
    if (tier[field] <= before[field]) continue;
    problems.push({ path: `${at}.${field}`, value: shownValue(tier[field]), must: `not exceed that of the tier before, which is ${shownValue(before[field])}` });
  }
  if (before.halts && !tier.halts) problems.push({ path: `${at}.halts`, value: 'no', must: 'be yes, as in the tier before' });
  return problems;
};

const haltProblems = (tier: Tier, index: number): readonly ProfileProblem[] =>
  (['base', 'positions'] as const).flatMap(field =>
    tier.halts && tier[field] !== 0n ? [{ path: `drawdown.tiers[${index}].${field}`, value: shownValue(tier[field]), must: 'be 0 where entries halt' }] : [],
  );

const haltByProblems = (tiers: readonly Tier[], { haltBy, version }: Governance): readonly ProfileProblem[] => {
  const halting = tiers.find(({ halts }) => halts);
  if (halting !== undefined && halting.from <= decimal(haltBy)) return [];
  const value = halting === undefined ? 'without a tier that halts' : `halting from ${shownValue(halting.from)}`;
  return [{ path: 'drawdown.tiers', value, must: `halt entries at the latest from ${haltBy} (governance ${version})` }];
};
