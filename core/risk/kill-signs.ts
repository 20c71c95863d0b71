/** What a step saw of signs that the desk must be killed: holes and leaps in the feed, errors of the venue, reported faults. */
import type { HourUtc } from '../kernel/units.ts';
import type { Desk } from '../desk.ts';
import type { Fact } from '../log.ts';
import { doubleAt, doubleOf } from '../market/columns.ts';
import type { MarketStep } from '../market/feed.ts';
import type { Marks } from '../market/marks.ts';
import type { Orders } from '../orders/order.ts';
import { countVenueErrors, isWild, killTriggers, presenceOf, shareAsDouble } from './kill-triggers.ts';
import type { KillTripped, VenueErrors } from './kill-triggers.ts';
import type { KillPolicy, MarkPolicy } from './risk-profile.ts';

export type Watching = Readonly<{
  desk: Desk;
  hour: HourUtc;
  market: MarketStep;
  facts: readonly Fact[];
  /** Before this step's candles, and after them. */
  marksBefore: Marks;
  marks: Marks;
  /** As they stood before the venue answered. */
  orders: Orders;
  policy: Readonly<{ kill: KillPolicy | null; marks: MarkPolicy }>;
}>;

export type SeenSigns = Readonly<{ tripped: readonly KillTripped[]; venueErrors: VenueErrors | null }>;

const NONE: readonly KillTripped[] = [];

/** What tripped, and the errors of the hour under way, which are counted under a profile that kills for them only. */
export const seeSigns = (before: VenueErrors | null, watching: Watching): SeenSigns => {
  const { facts, hour, policy } = watching;
  let faults = 0;
  for (const fact of facts) if (fact.type === 'fault_reported') faults += 1;
  if (policy.kill === null) return { tripped: faults === 0 ? NONE : killTriggers(null, { faults, live: 0, missing: 0, wild: 0, venueErrors: 0 }), venueErrors: null };
  const venueErrors = countVenueErrors(before, hour, errorsIn(watching));
  const tripped = killTriggers(policy.kill, { faults, ...presence(watching, policy.kill), wild: wildCandles(watching, policy.kill), venueErrors: venueErrors?.errors ?? 0 });
  return { tripped, venueErrors };
};

/** What the venue reported as an error, and orders it would not take. A post-only order that would have taken is no error. */
const errorsIn = ({ facts, orders }: Watching): number => {
  let errors = 0;
  for (const fact of facts) {
    if (fact.type === 'venue_error') errors += 1;
    if (fact.type === 'order_rejected' && orders.working.find(({ id }) => id === fact.orderId)?.postOnly !== true) errors += 1;
  }
  return errors;
};

const presence = ({ desk, market, marks, policy }: Watching, kill: KillPolicy): Readonly<{ live: number; missing: number }> => {
  const hours = { missingHours: kill.missingHours, staleHours: policy.marks.staleHours };
  let live = 0;
  let missing = 0;
  for (let index = 0; index < desk.symbols.length; index += 1) {
    const ageSteps = marks.slot[index]! < 0 ? null : market.slot - marks.slot[index]!;
    const seen = presenceOf({ ageSteps, absent: desk.instruments[index]!.absent, stepsPerHour: desk.stepsPerHour }, hours);
    if (seen !== 'silent') live += 1;
    if (seen === 'missing') missing += 1;
  }
  return { live, missing };
};

const wildCandles = ({ desk, market, marksBefore, policy }: Watching, kill: KillPolicy): number => {
  const moveShare = shareAsDouble(kill.moveShare);
  const stale = policy.marks.staleHours * desk.stepsPerHour;
  let wild = 0;
  for (let index = 0; index < desk.symbols.length; index += 1) {
    const row = market.rows[index]!;
    if (row < 0) continue;
    const { open, high, low } = market.series[index]!;
    const slot = marksBefore.slot[index]!;
    const isKnown = slot >= 0 && market.slot - slot < stale;
    const reference = isKnown ? doubleOf(marksBefore.mantissa[index]!, marksBefore.scale[index]!) : doubleAt(open, row);
    if (isWild({ reference, high: doubleAt(high, row), low: doubleAt(low, row) }, moveShare)) wild += 1;
  }
  return wild;
};
