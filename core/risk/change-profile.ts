/**
 * Changes of the profile in force: only an operator makes them, with the whole profile in the fact, so that a replay
 * judges every hour by the profile of its time. What was refused at the edge already is refused here all the same.
 */
import { canonicalText } from '../kernel/canonical.ts';
import { sha256Hex } from '../kernel/digest.ts';
import type { Digest } from '../kernel/units.ts';
import { policyProblem } from '../campaign/presets.ts';
import type { Decision } from '../events.ts';
import type { Fact } from '../log.ts';
import type { Manifest } from '../manifest.ts';
import type { RunProfile } from '../profile.ts';
import { governanceOf, problemText } from './governance.ts';
import { profileProblems, quoteProblem } from './profile-problems.ts';

/** The SHA-256 of a profile's canonical text: two profiles may share a name. */
export const profileDigest = (profile: RunProfile): Digest => sha256Hex(canonicalText(profile));

/** Why a profile cannot come into force in a run; null when it can. A run that trades never becomes research, nor loses its campaigns. */
export const changeProblem = (profile: RunProfile, { quote, profile: opening }: Pick<Manifest, 'quote' | 'profile'>): string | null => {
  const governance = governanceOf(profile.governance);
  if (governance === null) return `governance is ${profile.governance} and must be a version this program knows`;
  const [problem] = profileProblems(profile, governance);
  if (problem !== undefined) return problemText(problem);
  const currency = quoteProblem(profile, quote);
  if (currency !== null) return problemText(currency);
  if (profile.purpose !== opening.purpose) return `purpose is ${profile.purpose} and must be ${opening.purpose}, as the run opened`;
  if (profile.campaign === null) return opening.campaign === null ? null : 'campaign is none and must be given';
  return policyProblem(profile.campaign);
};

/** The profile in force after a step's facts, in their order. */
export const changeProfile = (inForce: RunProfile, facts: readonly Fact[], manifest: Pick<Manifest, 'quote' | 'profile'>, log: Decision[]): RunProfile => {
  let profile = inForce;
  for (const fact of facts) {
    if (fact.type !== 'operator' || fact.command !== 'profile') continue;
    const [before, after] = [profileDigest(profile), profileDigest(fact.profile)];
    const code = before === after ? 'PROFILE_UNCHANGED' : changeProblem(fact.profile, manifest) === null ? null : 'PROFILE_REFUSED';
    if (code !== null) {
      log.push({ asked: 0n, code, command: fact.command, key: fact.key, limit: 0n, type: 'operator_refused' });
      continue;
    }
    const { name, version, governance } = fact.profile;
    log.push({ actor: fact.actor, digest: after, governance, name, reason: fact.reason, supersedes: before, type: 'profile_changed', version });
    ({ profile } = fact);
  }
  return profile;
};
