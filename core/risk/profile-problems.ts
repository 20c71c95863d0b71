/**
 * What is wrong with a risk profile: every value outside its bound, every part that may not be absent, and every two
 * parts that contradict each other. All of it at once, so that nobody mends a profile one message at a time.
 */
import { ONE_E18 } from '../kernel/units.ts';
import type { Asset } from '../kernel/units.ts';
import { isClusterName } from './clusters.ts';
import { boundText, isWithin } from './governance.ts';
import type { Bound, Governance, ProfileProblem } from './governance.ts';
import { exactValue, PARAMETERS, shownValue, valuesAt } from './profile-parameters.ts';
import type { Parameter } from './profile-parameters.ts';
import { tierContradictions } from './tier-problems.ts';
import type { Limit, Limits, RiskProfile } from './risk-profile.ts';

/** Every problem of a profile under a governance version, in the order of the table of parameters, then contradictions. */
export const profileProblems = (profile: RiskProfile<unknown>, governance: Governance): readonly ProfileProblem[] => {
  const outside = PARAMETERS.flatMap(parameter => parameterProblems(profile, governance, parameter));
  const found = [...versionProblems(profile, governance), ...outside, ...contradictions(profile, governance)];
  const first = new Map<string, ProfileProblem>();
  for (const problem of found) {
    const key = `${problem.path} ${problem.must}`;
    if (!first.has(key)) first.set(key, problem);
  }
  return [...first.values()];
};

/** Why a profile cannot bind a run in this quote currency; null when it can. */
export const quoteProblem = ({ amountsIn }: RiskProfile<unknown>, quote: Asset): ProfileProblem | null =>
  amountsIn === null || amountsIn === quote ? null : { path: 'amountsIn', value: amountsIn, must: `be ${quote}, the quote currency of the run` };

const versionProblems = (profile: RiskProfile<unknown>, { version }: Governance): readonly ProfileProblem[] =>
  profile.governance === version ? [] : [{ path: 'governance', value: shownValue(profile.governance), must: `be ${version}, the version it is judged by` }];

const parameterProblems = (profile: RiskProfile<unknown>, governance: Governance, parameter: Parameter): readonly ProfileProblem[] =>
  valuesAt(profile, parameter.path).flatMap(({ at, value }): readonly ProfileProblem[] => {
    if (value === null) return absenceProblems(profile, parameter, at);
    if (typeof value !== 'number' && typeof value !== 'bigint') return [];
    if (typeof value === 'number' && !Number.isSafeInteger(value)) return [{ path: at, value: shownValue(value), must: 'be a whole number' }];
    const bound = boundOf(profile, governance, parameter);
    if (bound === null || isWithin(exactValue(value), bound)) return [];
    return [{ path: at, value: shownValue(value), must: `lie ${boundText(bound)} (governance ${governance.version})` }];
  });

/** An absent record or limit that everybody may leave out is no gap; an absent section is one gap, not one for each part of it. */
const absenceProblems = ({ purpose }: RiskProfile<unknown>, { absent }: Parameter, at: string): readonly ProfileProblem[] => {
  if (absent === 'always' || (absent === 'research' && purpose === 'research')) return [];
  return [{ path: at, value: 'none', must: absent === 'research' ? 'be given: only a research profile leaves it out' : 'be given' }];
};

const boundOf = ({ purpose }: RiskProfile<unknown>, { bounds, research }: Governance, { path }: Parameter): Bound | null =>
  (purpose === 'research' ? research[path] : undefined) ?? bounds[path] ?? null;

const contradictions = (profile: RiskProfile<unknown>, governance: Governance): readonly ProfileProblem[] => [
  ...leverage(profile.limits),
  ...limitContradictions(profile.limits),
  ...nameProblems(profile.limits),
  ...currencyProblems(profile),
  ...sizingContradictions(profile),
  ...tierContradictions(profile, governance),
];

/** Holds under every governance: no bound of any version can allow it. */
const leverage = ({ total }: Limits): readonly ProfileProblem[] =>
  total.share > ONE_E18 ? [{ path: 'limits.total.share', value: shownValue(total.share), must: 'not exceed 1: there is no leverage' }] : [];

type NamedLimit = readonly [path: string, limit: Limit | null];

const clusterLimits = ({ perCluster, clusters, unclassified }: Limits): readonly NamedLimit[] => [
  ['limits.perCluster', perCluster],
  ...Object.entries(clusters).map(([name, limit]): NamedLimit => [`limits.clusters.${name}`, limit]),
  ['limits.unclassified', unclassified],
];

/** A part never may more than the whole it belongs to: a cap that can never bind was not meant. */
const limitContradictions = (limits: Limits): readonly ProfileProblem[] => {
  const total: NamedLimit = ['limits.total', limits.total];
  const position: NamedLimit = ['limits.perPosition', limits.perPosition];
  const clusters = clusterLimits(limits);
  return [
    ...exceeding(position, total),
    ...clusters.flatMap(cluster => exceeding(cluster, total)),
    ...exceeding(position, ['limits.perCluster', limits.perCluster]),
    ...exceeding(position, ['limits.unclassified', limits.unclassified]),
  ];
};

const exceeding = ([path, part]: NamedLimit, [wholePath, whole]: NamedLimit): readonly ProfileProblem[] => {
  if (part === null || whole === null) return [];
  const problems: ProfileProblem[] = [];
  const over = (unit: 'share' | 'amount', value: bigint, most: bigint): void => {
    problems.push({ path: `${path}.${unit}`, value: shownValue(value), must: `not exceed ${wholePath}.${unit}, which is ${shownValue(most)}` });
  };
  if (part.share > whole.share) over('share', part.share, whole.share);
  if (part.amount !== null && whole.amount !== null && part.amount > whole.amount) over('amount', part.amount, whole.amount);
  return problems;
};

const nameProblems = ({ clusters, quotes }: Limits): readonly ProfileProblem[] => [
  ...Object.keys(clusters).flatMap(name =>
    isClusterName(name) ? [] : [{ path: `limits.clusters.${name}`, value: 'given', must: 'name a cluster of CLUSTERS_V1' }],
  ),
  ...Object.keys(quotes).flatMap(name =>
    /^[A-Z0-9]{1,20}$/.test(name) ? [] : [{ path: `limits.quotes.${name}`, value: 'given', must: 'name a currency in upper case' }],
  ),
];

/** An amount without a currency would mean another risk in every run. */
const currencyProblems = ({ amountsIn, limits }: RiskProfile<unknown>): readonly ProfileProblem[] => {
  const given: readonly NamedLimit[] = [['limits.total', limits.total], ['limits.perPosition', limits.perPosition], ...clusterLimits(limits)];
  const withAmount = given.find(([, limit]) => limit !== null && limit.amount !== null);
  if (withAmount === undefined || amountsIn !== null) return [];
  return [{ path: 'amountsIn', value: 'none', must: `name the quote currency of ${withAmount[0]}.amount` }];
};

const sizingContradictions = ({ limits, sizing, entries, marks, kill }: RiskProfile<unknown>): readonly ProfileProblem[] => {
  const problems: ProfileProblem[] = [];
  const ordered = (low: Readonly<{ path: string; value: bigint | null }>, high: Readonly<{ path: string; value: bigint | null }>): void => {
    if (low.value === null || high.value === null || low.value <= high.value) return;
    problems.push({ path: low.path, value: shownValue(low.value), must: `not exceed ${high.path}, which is ${shownValue(high.value)}` });
  };
  const { volatility } = sizing;
  ordered({ path: 'sizing.base', value: sizing.base }, { path: 'limits.perPosition.share', value: limits.perPosition?.share ?? null });
  ordered(
    { path: 'sizing.volatility.floor', value: volatility?.floor ?? null },
    { path: 'sizing.volatility.ceiling', value: volatility?.ceiling ?? null },
  );
  ordered({ path: 'entries.maxChase', value: entries.maxChase }, { path: 'entries.fatFinger', value: entries.fatFinger });
  ordered({ path: 'marks.missingHours', value: wholeOrNull(marks.missingHours) }, { path: 'marks.staleHours', value: wholeOrNull(marks.staleHours) });
  if (kill !== null && kill.missingHours >= marks.staleHours) {
    problems.push({ path: 'kill.missingHours', value: shownValue(kill.missingHours), must: `be less than marks.staleHours, which is ${marks.staleHours}: a stale mark counts no more` });
  }
  return problems;
};

/** A number that is not whole is a problem of its own and contradicts nothing. */
const wholeOrNull = (value: number): bigint | null => (Number.isSafeInteger(value) ? exactValue(value) : null);
