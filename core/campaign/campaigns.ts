/**
 * The campaigns slice: one record per agent and symbol that has anything to remember, by agent and then symbol, so that
 * its bytes depend on nothing but its contents. What is flat and counts nothing is not kept.
 */
import { canonicalText, quotedText } from '../kernel/canonical.ts';
import { keptForItems } from '../kernel/kept.ts';
import type { Campaign, CampaignRecord } from './campaign.ts';

export type Campaigns = readonly CampaignRecord[];

export const NO_CAMPAIGNS: Campaigns = [];

/** The slice after a step, from every record of it in order; `before` itself when nothing changed. */
export const keptCampaigns = (before: Campaigns, stepped: readonly CampaignRecord[]): Campaigns => {
  const kept = stepped.filter(({ campaign }) => !isForgettable(campaign));
  return kept.length === before.length && kept.every((record, index) => record === before[index]) ? before : kept;
};

const isForgettable = (campaign: Campaign): boolean => campaign.status === 'FLAT' && campaign.favourable === 0 && campaign.pause === 0;

const recordText = ({ agent, campaign, symbol }: CampaignRecord): string =>
  `{"agent":${quotedText(agent)},"campaign":${canonicalText(campaign)},"symbol":${quotedText(symbol)}}`;

/** Most campaigns stay as they are for hours, so each record's text is made once. */
const recordTexts = keptForItems(recordText);

/** The canonical text of the slice. */
export const campaignsText = (campaigns: Campaigns): string => `[${recordTexts(campaigns, null).join(',')}]`;
