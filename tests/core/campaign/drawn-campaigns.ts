/**
 * Campaigns drawn from a seed: a market with moods, a policy with random changes, and a venue that fills what was asked
 * for whole, in part, or not at all. The same seed is the same story everywhere.
 */
import { FLAT } from '../../../core/campaign/campaign.ts';
import type { Campaign, CampaignIntent } from '../../../core/campaign/campaign.ts';
import type { CampaignPreset } from '../../../core/campaign/parameters.ts';
import { stepCampaign } from '../../../core/campaign/step-campaign.ts';
import type { CampaignStep } from '../../../core/campaign/step-campaign.ts';
import { formatDecimal } from '../../../core/kernel/decimal.ts';
import { REGIMES } from '../../../core/predictions/prediction.ts';
import { drawsOf } from '../../support/market.ts';
import type { Draw } from '../../support/market.ts';
import { BEGINNING, inputsOf } from './outlooks.ts';
import type { Given, Outlook, Outlooks, Pair, PolicyTexts, Story } from './outlooks.ts';

/** Every move there is, with every reason it can have. */
export const ALL_MOVES: readonly string[] = [
  'FLAT OPEN ENTRY_FILLED',
  'FLAT WAIT_DIP DIP_EXPECTED',
  'WAIT_DIP FLAT DIP_EXPIRED',
  'WAIT_DIP FLAT STRATEGY_EXIT',
  'WAIT_DIP FLAT THESIS_LOST',
  'WAIT_DIP OPEN ENTRY_FILLED',
  'OPEN EXITING NEGATIVE_PERSISTED',
  'OPEN EXITING STRATEGY_EXIT',
  'OPEN EXITING STRONG_NEGATIVE',
  'OPEN FLAT POSITION_GONE',
  'OPEN RECOVERY SEVERE_LOSS',
  'OPEN REDUCED DERISK',
  'OPEN REDUCED TACTICAL_PROFIT',
  'REDUCED EXITING NEGATIVE_PERSISTED',
  'REDUCED EXITING STRATEGY_EXIT',
  'REDUCED EXITING STRONG_NEGATIVE',
  'REDUCED FLAT POSITION_GONE',
  'REDUCED OPEN REENTRY_FILLED',
  'REDUCED RECOVERY SEVERE_LOSS',
  'RECOVERY EXITING RECOVERY_FAILED',
  'RECOVERY EXITING STRATEGY_EXIT',
  'RECOVERY FLAT POSITION_GONE',
  'RECOVERY OPEN RECOVERED',
  'RECOVERY REDUCED RECOVERED',
  'EXITING FLAT EXIT_FILLED',
];

export type DrawnStory = Readonly<{
  story: Story;
  outlooks: Outlooks;
  given: readonly Given[];
  befores: readonly Campaign[];
  steps: readonly CampaignStep[];
}>;

/** Millionths as decimal text. */
const millionths = (count: number): string => formatDecimal(BigInt(count) * 1_000_000_000_000n);

const spreadAround = (draw: Draw, middle: number, width: number): number => middle + draw(2 * width + 1) - width;
const clipped = (count: number): number => Math.min(1_000_000, Math.max(0, count));

/** A mood from −4 to 4 leans every horizon; the next hours have a mood of their own besides. */
const drawOutlook = (draw: Draw, mood: number, nearMood: number): Outlook => {
  const pair = (lean: number, scale: number): Pair | null => {
    if (draw(40) === 0) return null;
    return [millionths(clipped(spreadAround(draw, 500_000 + 12_000 * lean, 8_000))), millionths(spreadAround(draw, scale * lean, scale))];
  };
  return {
    hour1: pair(mood + 2 * nearMood, 200),
    hours4: pair(mood + nearMood, 500),
    hours24: pair(mood, 2_000),
    regime: REGIMES[draw(4)]!,
    confidence: millionths(draw(1_000_001)),
    volatility: draw(15) === 0 ? null : millionths(5_000 + draw(60_000)),
  };
};

const drawPolicy = (draw: Draw): Pick<Story, 'preset' | 'policy'> => {
  const preset = (['conservative', 'balanced', 'research'] as const satisfies readonly CampaignPreset[])[draw(3)]!;
  const changes: PolicyTexts = {
    entryPersistence: String(1 + draw(3)),
    exitPersistence: String(1 + draw(4)),
    askPause: String(1 + draw(4)),
    dipExpiry: String(2 + draw(5)),
    recoveryPatience: String(1 + draw(5)),
    tacticalGain: millionths(draw(800_000)),
    holdMinimum: millionths(draw(300_000) - 100_000),
    dipDepth: millionths(draw(400_000)),
    exitAggressiveness: millionths(500_000 + draw(1_500_001)),
    tacticalFraction: draw(5) === 0 ? '0' : '0.4',
  };
  const loss = { recoveryTrigger: millionths(20_000 + draw(80_000)), recoveryRelease: millionths(draw(20_000)) };
  return { preset, policy: { ...Object.fromEntries(Object.entries(changes).filter(() => draw(2) === 0)), ...(draw(4) === 0 ? {} : loss) } };
};

/** Whole units of 10^-6 of base and quote, so that fills and bases stay plain numbers here. */
type Book = { quantity: number; basis: number; asked: CampaignIntent };

const BASE = 3_000_000;

/** What the venue makes of what was asked for: mostly all of it, at the mark and a fee. */
const fill = (book: Book, markCents: number, draw: Draw): Pick<Given, 'buys' | 'sells'> => {
  const { asked } = book;
  const share = [1, 1, 1, 1, 0.5, 0][draw(6)]!;
  const working = share < 1 && draw(3) > 0;
  switch (asked.kind) {
    case 'none':
    case 'withdraw':
      return { buys: false, sells: false };
    case 'enter':
    case 'reenter': {
      const bought = Math.floor(BASE * (Number(asked.fraction) / 1e18) * share);
      book.quantity += bought;
      book.basis += Math.ceil((bought * markCents * 1.004) / 100);
      return { buys: working, sells: false };
    }
    case 'reduce':
    case 'exit': {
      const fraction = asked.kind === 'exit' ? 1 : Number(asked.fraction) / 1e18;
      const sold = Math.min(book.quantity, Math.floor(book.quantity * fraction * share));
      book.basis = book.quantity === 0 ? 0 : Math.floor((book.basis * (book.quantity - sold)) / book.quantity);
      book.quantity -= sold;
      return { buys: false, sells: working && book.quantity > 0 };
    }
  }
};

export const drawStory = (seed: number, decisions: number): DrawnStory => {
  const draw = drawsOf(seed);
  const story: Story = { name: `drawn ${seed}`, ...drawPolicy(draw), cost: millionths(draw(8_000)) };
  const outlooks: Record<string, Outlook> = {};
  const given: Given[] = [];
  const befores: Campaign[] = [];
  const steps: CampaignStep[] = [];
  const book: Book = { quantity: 0, basis: 0, asked: { kind: 'none' } };
  let campaign: Campaign = FLAT;
  let [mood, nearMood, markCents] = [0, 0, 10_000];
  for (let at = 0; at < decisions; at += 1) {
    if (draw(6) === 0) mood = draw(9) - 4;
    if (draw(4) === 0) nearMood = draw(5) - 2;
    markCents = Math.max(50, markCents + Math.floor((markCents * (draw(61) - 30 + mood)) / 1_000));
    const working = fill(book, markCents, draw);
    // Sold by somebody else: an operator, or a fee that was paid with it.
    if (draw(60) === 0) [book.quantity, book.basis] = [0, 0];
    const name = `${seed}.${at}`;
    outlooks[name] = drawOutlook(draw, mood, nearMood);
    const now: Given = {
      ...BEGINNING,
      ...working,
      outlook: draw(15) === 0 ? null : name,
      mark: draw(50) === 0 ? null : millionths(markCents * 10_000),
      sigma: draw(2) === 0 ? null : millionths(draw(50_000)),
      quantity: millionths(book.quantity),
      basis: millionths(book.basis),
      exit: draw(50) === 0,
    };
    const step = stepCampaign(campaign, inputsOf(now, story, outlooks));
    given.push(now);
    befores.push(campaign);
    steps.push(step);
    campaign = step.after;
    book.asked = step.intent;
  }
  return { story, outlooks, given, befores, steps };
};
