/** Which risk profile a run has, and had: the one it opened with and every one that an operator put in its place since. */
import { readDecisionsOf } from '../adapters/store/read-decisions.ts';
import type { StoreClient } from '../adapters/store/connection.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import type { ProfileChanged } from '../core/events.ts';
import { formatHour, hoursAfter } from '../core/kernel/hours.ts';
import type { Digest } from '../core/kernel/units.ts';
import type { RunProfile } from '../core/profile.ts';
import { changeProblem, profileDigest } from '../core/risk/change-profile.ts';
import { decisionOfText } from '../schema/wire/decision-text.ts';
import { refused } from './problem.ts';
import { deskOfRun, progressAt } from './resume.ts';
import { readHead } from './run-head.ts';

/** `hour` is the one whose log has the change; the first stands in the manifest. */
export type ProfileEntry = Readonly<{ hour: string; name: string; version: number; governance: number; digest: Digest; actor: string; reason: string }>;

/** Oldest first. A backtest's profile never changes. */
export const profileHistory = async (client: StoreClient, run: StoredRun): Promise<readonly ProfileEntry[]> => {
  const { manifest } = await deskOfRun(run);
  const { name, version, governance } = manifest.profile;
  const opening: ProfileEntry = { hour: formatHour(manifest.startHour), name, version, governance, digest: profileDigest(manifest.profile), actor: 'manifest', reason: 'opened with it' };
  const changes = await readDecisionsOf(client, run, 'profile_changed');
  return [opening, ...changes.map(({ hour, text }) => entryOf(formatHour(hour), decisionOfText(text) as ProfileChanged))];
};

const entryOf = (hour: string, { name, version, governance, digest, actor, reason }: ProfileChanged): ProfileEntry => ({ hour, name, version, governance, digest, actor, reason });

/** The profile in force after the last sealed hour. */
export const profileInForce = async (client: StoreClient, run: StoredRun): Promise<RunProfile> => {
  const desk = await deskOfRun(run);
  const head = await readHead(client, run);
  if (head.hour < run.startHour) return desk.manifest.profile;
  const { state } = await progressAt(client, run, desk, hoursAfter(head.hour, 1));
  return state.risk.profile ?? desk.manifest.profile;
};

/** Throws where the core would refuse the profile in this run, with what is wrong. */
export const requireChange = async (client: StoreClient, run: StoredRun, profile: RunProfile): Promise<void> => {
  const { manifest } = await deskOfRun(run);
  const problem = changeProblem(profile, manifest);
  if (problem !== null) throw refused(`--profile: ${profile.name} cannot come into force in ${run.name}: ${problem}.`, 'specs/risk-profile.md lists every bound.');
  if (profileDigest(profile) === profileDigest(await profileInForce(client, run))) throw refused(`--profile: ${profile.name} ${profile.version} is in force in ${run.name} already.`, `tb profile show --run ${run.name} shows it.`);
};
