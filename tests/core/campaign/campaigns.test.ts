/** The slice: nothing kept that says nothing, the same slice when nothing changed, and the text that is hashed of it. */
import { expect, test } from 'vitest';
import { FLAT } from '../../../core/campaign/campaign.ts';
import type { Campaign, CampaignRecord } from '../../../core/campaign/campaign.ts';
import { campaignsText, keptCampaigns, NO_CAMPAIGNS } from '../../../core/campaign/campaigns.ts';
import { canonicalText } from '../../../core/kernel/canonical.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { marketSymbol, price, quantity } from '../../../core/kernel/units.ts';

const OPEN: Campaign = { status: 'OPEN', adverse: 0 };
const COUNTING: Campaign = { status: 'FLAT', favourable: 1, pause: 0 };
const PAUSED: Campaign = { status: 'FLAT', favourable: 0, pause: 3 };
const record = (agent: string, symbol: string, campaign: Campaign): CampaignRecord => ({ agent, symbol: marketSymbol(symbol), campaign });

test('keeps what counts or pauses, and forgets what does neither', () => {
  const [open, counting, paused] = [record('a', 'BTC/USD', OPEN), record('a', 'ETH/USD', COUNTING), record('b', 'ETH/USD', PAUSED)];
  expect(keptCampaigns(NO_CAMPAIGNS, [open, counting, paused])).toEqual([open, counting, paused]);
  const gone = record('a', 'BTC/USD', FLAT);
  expect(keptCampaigns([open, counting, paused], [gone, record('a', 'ETH/USD', { status: 'FLAT', favourable: 0, pause: 0 }), paused])).toEqual([paused]);
});

test('is itself when nothing changed', () => {
  const before = [record('a', 'BTC/USD', OPEN), record('b', 'BTC/USD', PAUSED)];
  expect(keptCampaigns(before, [before[0]!, record('a', 'ETH/USD', FLAT), before[1]!])).toBe(before);
  expect(keptCampaigns(NO_CAMPAIGNS, [record('b', 'BTC/USD', FLAT)])).toBe(NO_CAMPAIGNS);
  expect(keptCampaigns(before, [before[0]!, record('b', 'BTC/USD', OPEN)])).not.toBe(before);
  expect(keptCampaigns(before, [before[0]!])).toEqual([before[0]]);
});

test('its text is canonical in every state', () => {
  const campaigns: readonly CampaignRecord[] = [
    record('a', 'ADA/USD', COUNTING),
    record('a', 'BTC/USD', { status: 'WAIT_DIP', referencePrice: price(decimal('101.5')), waited: 2, favourable: 0, pause: 1 }),
    record('a', 'ETH/USD', OPEN),
    record('b', 'ADA/USD', { status: 'REDUCED', held: quantity(decimal('0.75')), adverse: 1, favourable: 0, pause: 2 }),
    record('b', 'BTC/USD', { status: 'RECOVERY', resume: 'OPEN', derisked: false, adverse: 1, patience: 7 }),
    record('b', 'ETH/USD', { status: 'EXITING', reason: 'RECOVERY_FAILED' }),
  ];
  expect(campaignsText(campaigns)).toBe(canonicalText(campaigns));
  expect(campaignsText(campaigns.slice(1, 2))).toBe(
    '[{"agent":"a","campaign":{"favourable":0,"pause":1,"referencePrice":"101.5","status":"WAIT_DIP","waited":2},"symbol":"BTC/USD"}]',
  );
  expect(campaignsText(NO_CAMPAIGNS)).toBe('[]');
});
