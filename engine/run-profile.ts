/** The profile of a run by preset name or from a file, its campaign section included, refused with the bound it breaks. */
import { z } from 'zod';
import { CAMPAIGN_PARAMETERS } from '../core/campaign/parameters.ts';
import type { CampaignPolicy } from '../core/campaign/policy.ts';
import { CAMPAIGN_POLICIES, policyProblem } from '../core/campaign/presets.ts';
import { parseDecimal } from '../core/kernel/decimal.ts';
import type { RunProfile } from '../core/profile.ts';
import { Problem, usage } from './problem.ts';
import { loadRiskProfile } from './risk-profile-file.ts';
import type { CampaignSection } from './risk-profile-file.ts';

const decimalText = z.string('must be a decimal in quotes, for example "0.25"').transform((text, context) => {
  const amount = parseDecimal(text);
  if (amount !== null) return amount;
  context.addIssue({ code: 'custom', message: 'must be a decimal in quotes, for example "0.25"' });
  return z.NEVER;
});

const decisions = z.int('must be a whole number of decisions');

const policy = z
  .strictObject(Object.fromEntries(CAMPAIGN_PARAMETERS.map(({ name, unit }) => [name, unit === 'decisions' ? decisions : decimalText])))
  .transform((section, context) => {
    const read = section as unknown as CampaignPolicy;
    const problem = policyProblem(read);
    if (problem === null) return read;
    context.addIssue({ code: 'custom', message: `is out of bounds: ${problem}` });
    return z.NEVER;
  });

const SECTION: CampaignSection<CampaignPolicy | null> = { schema: policy.nullable(), presets: CAMPAIGN_POLICIES };

/** `option` names where the profile was asked for. Throws a Problem that names the place, the value and the bound. */
export const loadRunProfile = async (option: string, nameOrPath: string): Promise<RunProfile> => {
  try {
    return await loadRiskProfile(nameOrPath, SECTION);
  } catch (error) {
    if (error instanceof Problem && option !== '--profile') throw usage(error.message.replaceAll('--profile', option), error.hint);
    throw error;
  }
};
