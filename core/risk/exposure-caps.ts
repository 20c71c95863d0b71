/**
 * Exposure caps: what a limit is worth today, how much of it is used, and what it still lets in. Usage counts holdings
 * at their marks and what working orders may still add, so that every entry sees what the ones before it reserved.
 */
import { shareDown } from '../kernel/rounding.ts';
import { maxOf, minOf, money } from '../kernel/units.ts';
import type { Asset, Money } from '../kernel/units.ts';
import { clusterLimit } from './clusters.ts';
import type { Limit, Limits } from './risk-profile.ts';

export type CapCode = 'TOTAL_CAP' | 'QUOTE_CAP' | 'CLUSTER_CAP' | 'PER_POSITION_CAP';

/** Amounts in the run's quote currency. `scope` names the quote or cluster that the cap is about. */
export type ExposureCap = Readonly<{ code: CapCode; scope: string; limit: Money; usage: Money }>;

/** The smaller of share × value, down, and the amount; never negative. */
export const limitAmount = ({ share, amount }: Limit, value: Money): Money => {
  const ofValue = maxOf(shareDown(value, share), money(0n));
  return amount === null ? ofValue : minOf(ofValue, amount);
};

/** What an entry would add to, and what is used of it by holdings and by reservations. */
export type Exposure = Readonly<{
  value: Money;
  quote: Asset;
  cluster: string;
  used: Readonly<{ total: Money; quote: Money; cluster: Money; position: Money }>;
}>;

/** The caps that bind one entry, in the order of the gate. */
export const exposureCaps = (limits: Limits, { value, quote, cluster, used }: Exposure): readonly ExposureCap[] => {
  const caps: ExposureCap[] = [];
  const add = (code: CapCode, scope: string, limit: Limit | null, usage: Money): void => {
    if (limit !== null) caps.push({ code, scope, limit: limitAmount(limit, value), usage });
  };
  add('TOTAL_CAP', 'total', limits.total, used.total);
  add('QUOTE_CAP', quote, Object.hasOwn(limits.quotes, quote) ? limits.quotes[quote]! : null, used.quote);
  add('CLUSTER_CAP', cluster, clusterLimit(limits, cluster), used.cluster);
  add('PER_POSITION_CAP', 'position', limits.perPosition, used.position);
  return caps;
};

/** What a cap still lets in; 0 where it is used up. */
export const headroomOf = ({ limit, usage }: ExposureCap): Money => money(maxOf(limit - usage, 0n));

/** The caps that `asked` more would pass: reaching one exactly is allowed. */
export const passedCaps = (caps: readonly ExposureCap[], asked: Money): readonly ExposureCap[] =>
  caps.filter(({ limit, usage }) => usage + asked > limit);
