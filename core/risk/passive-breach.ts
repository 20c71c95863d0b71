/**
 * Passive breach: a holding has grown past its cap by price alone. That blocks entries which would add to it, forces
 * no sale, and is no violation: what must hold is that no decision reserved beyond the cap.
 */
import { byCodeUnit } from '../kernel/order.ts';
import { money } from '../kernel/units.ts';
import type { Asset, MarketSymbol, Money } from '../kernel/units.ts';
import { clusterLimit } from './clusters.ts';
import { limitAmount } from './exposure-caps.ts';
import type { Limit, Limits } from './risk-profile.ts';

/** What is held, at the mark; reservations are no holdings. An agent of null is the treasury, which has no position of its own. */
export type Holding = Readonly<{ agent: string | null; symbol: MarketSymbol; cluster: string; worth: Money }>;

/** `total`, `quote USD`, `cluster DEFI` or `position agent SYMBOL`. */
export type Breach = Readonly<{ scope: string; limit: Money; usage: Money }>;

export type Held = Readonly<{ value: Money; quote: Asset; holdings: readonly Holding[] }>;

/** The breach of the total, which is all there can be where no other cap is named. */
export const totalBreach = (limit: Limit | null, value: Money, usage: Money): Breach | null => {
  if (limit === null) return null;
  const amount = limitAmount(limit, value);
  return usage > amount ? { scope: 'total', limit: amount, usage } : null;
};

/** Every cap that holdings alone exceed: total, quote, clusters, positions; names within a kind by code unit. */
export const passiveBreaches = (limits: Limits, { value, quote, holdings }: Held): readonly Breach[] => {
  const breaches: Breach[] = [];
  const judge = (scope: string, limit: Limit | null, usage: Money): void => {
    if (limit === null) return;
    const amount = limitAmount(limit, value);
    if (usage > amount) breaches.push({ scope, limit: amount, usage });
  };
  const total = money(holdings.reduce((sum, { worth }) => sum + worth, 0n));
  judge('total', limits.total, total);
  judge(`quote ${quote}`, Object.hasOwn(limits.quotes, quote) ? limits.quotes[quote]! : null, total);
  for (const [cluster, usage] of sums(holdings, holding => holding.cluster)) judge(`cluster ${cluster}`, clusterLimit(limits, cluster), usage);
  const positions = holdings.filter(({ agent }) => agent !== null);
  for (const [position, usage] of sums(positions, positionKey)) judge(`position ${position}`, limits.perPosition, usage);
  return breaches;
};

const positionKey = ({ agent, symbol }: Pick<Holding, 'agent' | 'symbol'>): string => `${agent} ${symbol}`;

const sums = (holdings: readonly Holding[], keyOf: (holding: Holding) => string): readonly (readonly [string, Money])[] => {
  const found = new Map<string, Money>();
  for (const holding of holdings) {
    const key = keyOf(holding);
    found.set(key, money((found.get(key) ?? 0n) + holding.worth));
  }
  return [...found].sort(([left], [right]) => byCodeUnit(left, right));
};

/** Where an entry would add. */
export type BreachedEntry = Readonly<{ agent: string; symbol: MarketSymbol; cluster: string; quote: Asset }>;

/** The breaches an entry would add to. */
export const breachesOf = (breaches: readonly Breach[], { agent, symbol, cluster, quote }: BreachedEntry): readonly Breach[] => {
  const scopes: ReadonlySet<string> = new Set(['total', `quote ${quote}`, `cluster ${cluster}`, `position ${positionKey({ agent, symbol })}`]);
  return breaches.filter(({ scope }) => scopes.has(scope));
};

/** What the log says when a breach begins or ends. */
export type BreachChange = Readonly<{ type: 'passive_breach'; scope: string; state: 'begun' | 'ended'; limit: Money; usage: Money }>;

/** Breaches by scope, as the state remembers them. */
export type Breached = readonly string[];

/** What began and what ended since `before`: beginnings first, each in the order of its list; an end carries no amounts. */
export const stepBreaches = (before: Breached, now: readonly Breach[]): Readonly<{ breached: Breached; changes: readonly BreachChange[] }> => {
  const begun = now.filter(({ scope }) => !before.includes(scope));
  const ended = before.filter(scope => !now.some(breach => breach.scope === scope));
  if (begun.length === 0 && ended.length === 0) return { breached: before, changes: [] };
  const changes = [
    ...begun.map((breach): BreachChange => ({ type: 'passive_breach', state: 'begun', ...breach })),
    ...ended.map((scope): BreachChange => ({ type: 'passive_breach', scope, state: 'ended', limit: money(0n), usage: money(0n) })),
  ];
  return { breached: now.map(({ scope }) => scope), changes };
};
