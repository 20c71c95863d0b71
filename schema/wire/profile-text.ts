/** The risk profile of a manifest or of an operator's fact, read strictly. Its bounds are judged elsewhere, its form here. */
import { CAMPAIGN_PARAMETERS } from '../../core/campaign/parameters.ts';
import type { CampaignPolicy } from '../../core/campaign/policy.ts';
import type { Asset, Fraction, Money } from '../../core/kernel/units.ts';
import type { RunProfile } from '../../core/profile.ts';
import type { Limit } from '../../core/risk/risk-profile.ts';
import { amount, as, flag, listOf, natural, nullable, objectOf, oneOf, recordOf, text } from './json-fields.ts';
import type { Reader } from './json-fields.ts';

const share = as<Fraction>(amount);
const limit: Reader<Limit> = objectOf({ amount: nullable(as<Money>(amount)), share });

const limits = objectOf({
  clusters: recordOf(limit),
  perCluster: nullable(limit),
  perPosition: nullable(limit),
  positions: nullable(natural),
  quotes: recordOf(limit),
  total: limit,
  unclassified: nullable(limit),
});

const sizing = objectOf({
  base: nullable(share),
  volatility: nullable(objectOf({ ceiling: share, floor: share, targetPerDay: share, windowHours: natural })),
});

const drawdown = objectOf({
  mode: oneOf<'bind' | 'observe'>(['bind', 'observe']),
  tiers: listOf(objectOf({ base: share, from: share, halts: flag, positions: share, review: flag })),
});

const entries = objectOf({
  attempts: natural,
  costMargin: nullable(share),
  fatFinger: nullable(share),
  maxChase: nullable(share),
  ordersPerHour: nullable(natural),
});

const protections = objectOf({
  cooldownHours: natural,
  dailyLoss: share,
  losingExits: objectOf({ exits: natural, pauseHours: natural, withinHours: natural }),
  symbolLock: objectOf({ exits: natural, lockHours: natural, withinHours: natural }),
});

const kill = objectOf({ missingHours: natural, missingShare: share, moveShare: share, moveSymbols: natural, venueErrors: natural });

const campaign = as<CampaignPolicy>(
  objectOf(Object.fromEntries(CAMPAIGN_PARAMETERS.map(({ name, unit }): [string, Reader<unknown>] => [name, unit === 'decisions' ? natural : amount]))),
);

export const profileReader: Reader<RunProfile> = objectOf({
  amountsIn: nullable(as<Asset>(text)),
  campaign: nullable(campaign),
  drawdown,
  entries,
  governance: natural,
  kill: nullable(kill),
  limits,
  liquidity: nullable(objectOf({ bookAgeSeconds: natural, depthMultiple: natural, spreadBps: natural })),
  marks: objectOf({ missingHours: natural, staleHours: natural }),
  name: text,
  protections: nullable(protections),
  purpose: oneOf<'trading' | 'research'>(['trading', 'research']),
  sizing,
  version: natural,
});
