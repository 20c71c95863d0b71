/** Predictions and decisions as the vectors write them: decimal text in, inputs of the core out, and the way back. */
import type { Campaign } from '../../../core/campaign/campaign.ts';
import type { CampaignParameter, CampaignPreset } from '../../../core/campaign/parameters.ts';
import { CAMPAIGN_PARAMETERS } from '../../../core/campaign/parameters.ts';
import type { CampaignPolicy } from '../../../core/campaign/policy.ts';
import { CAMPAIGN_POLICIES, policyProblem } from '../../../core/campaign/presets.ts';
import { stepCampaign } from '../../../core/campaign/step-campaign.ts';
import type { CampaignStep } from '../../../core/campaign/step-campaign.ts';
import type { CampaignInputs } from '../../../core/campaign/view.ts';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { fraction, money, price, quantity } from '../../../core/kernel/units.ts';
import type { Fraction } from '../../../core/kernel/units.ts';
import type { Prediction, Regime } from '../../../core/predictions/prediction.ts';

export type Pair = readonly [probabilityUp: string, expectedReturn: string];
export type Outlook = Readonly<{
  hour1: Pair | null;
  hours4: Pair | null;
  hours24: Pair | null;
  regime: Regime;
  confidence: string;
  volatility: string | null;
}>;

export const share = (text: string): Fraction => fraction(decimal(text));

const horizonOf = (pair: Pair | null) => (pair === null ? null : { probabilityUp: share(pair[0]), expectedReturn: share(pair[1]) });

export const predictionOfOutlook = ({ hour1, hours4, hours24, regime, confidence, volatility }: Outlook): Prediction => ({
  hour1: horizonOf(hour1),
  hours4: horizonOf(hours4),
  hours24: horizonOf(hours24),
  regime,
  confidence: share(confidence),
  volatility: volatility === null ? null : share(volatility),
});

export type PolicyTexts = Readonly<Record<string, string>>;

/** A preset with changes, which have to make a policy that may be used. */
export const policyOf = (preset: CampaignPreset, changes: PolicyTexts): CampaignPolicy => {
  const changed = Object.entries(changes).map(([name, text]) => [name, unitOf(name) === 'decisions' ? Number(text) : decimal(text)]);
  const policy = { ...CAMPAIGN_POLICIES[preset], ...Object.fromEntries(changed) } as CampaignPolicy;
  const problem = policyProblem(policy);
  if (problem !== null) throw new Error(problem);
  return policy;
};

const unitOf = (name: string): CampaignParameter['unit'] => CAMPAIGN_PARAMETERS.find(parameter => parameter.name === name)!.unit;

/** What a decision is given, as text. `buys` and `sells` say what still works. */
export type Given = Readonly<{
  outlook: string | null;
  mark: string | null;
  sigma: string | null;
  quantity: string;
  basis: string;
  buys: boolean;
  sells: boolean;
  exit: boolean;
}>;

export const BEGINNING: Given = { outlook: null, mark: null, sigma: null, quantity: '0', basis: '0', buys: false, sells: false, exit: false };

export type Story = Readonly<{ name: string; preset: CampaignPreset; policy: PolicyTexts; cost: string }>;
export type Outlooks = Readonly<Record<string, Outlook>>;

export const inputsOf = (given: Given, story: Story, outlooks: Outlooks): CampaignInputs => ({
  prediction: given.outlook === null ? null : predictionOfOutlook(outlooks[given.outlook]!),
  mark: given.mark === null ? null : price(decimal(given.mark)),
  sigma: given.sigma === null ? null : share(given.sigma),
  position: { quantity: quantity(decimal(given.quantity)), basis: money(decimal(given.basis)) },
  working: { buy: given.buys, sell: given.sells },
  exitSignal: given.exit,
  policy: policyOf(story.preset, story.policy),
  roundTripCost: share(story.cost),
});

/** Amounts as text, everything else as it is. */
const textsOf = (record: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, typeof value === 'bigint' ? formatDecimal(value) : value]));

/** A step as the vectors write it. */
export const shownStep = ({ after, moves, intent, evidence }: CampaignStep) => ({
  after: textsOf(after),
  moves: moves.map(({ from, to, reason, evidence: seen }) => [
    from,
    to,
    reason,
    seen.referencePrice === null ? null : formatDecimal(seen.referencePrice),
    seen.persistence,
    seen.patience,
  ]),
  intent: textsOf(intent),
  evidence: evidence === null ? null : textsOf(evidence),
});

/** Steps through decisions from a campaign on; each states what changed of its inputs. */
export const runStory = (story: Story, outlooks: Outlooks, decisions: readonly Partial<Given>[], before: Campaign): readonly CampaignStep[] => {
  let given = BEGINNING;
  let campaign = before;
  return decisions.map(changes => {
    given = { ...given, ...changes };
    const step = stepCampaign(campaign, inputsOf(given, story, outlooks));
    campaign = step.after;
    return step;
  });
};
