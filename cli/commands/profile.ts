/** `tb profile`: shows a risk profile with every bound, puts another in force as an operator's fact, or tells which ones were. */
import { addCommand } from '../../adapters/store/inbox.ts';
import { CAMPAIGN_PARAMETERS } from '../../core/campaign/parameters.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { formatHour, hoursAfter } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import type { RunProfile } from '../../core/profile.ts';
import { profileDigest } from '../../core/risk/change-profile.ts';
import { boundText, governanceOf } from '../../core/risk/governance.ts';
import { parameterRows, shownValue, valuesAt } from '../../core/risk/profile-parameters.ts';
import { requireRun } from '../../engine/find-run.ts';
import { labelOf, reasonOf } from '../../engine/operator-file.ts';
import { refused, usage } from '../../engine/problem.ts';
import { profileHistory, profileInForce, requireChange } from '../../engine/profile-history.ts';
import { loadRunProfile } from '../../engine/run-profile.ts';
import { readHead } from '../../engine/run-head.ts';
import { oneLine, orNearest, typed } from '../../engine/wording.ts';
import { keyMadeAt } from '../command-key.ts';
import type { Action, GlobalOptions } from '../command.ts';
import { bold, dim, printResult, table } from '../output.ts';
import { withStore } from '../store.ts';
import { userOfMachine } from '../user.ts';

type ProfileOptions = Readonly<{ action: string; run?: string; profile?: string; reason?: string; actor?: string; key?: string }>;

export const run: Action<ProfileOptions> = async options => {
  switch (options.action) {
    case 'show':
      return show(options);
    case 'set':
      return set(options);
    case 'history':
      return history(options);
    default:
      throw usage(`tb profile: ${typed(options.action)} is none of show, set and history${orNearest(options.action, ['show', 'set', 'history'])}`, 'For example tb profile show --profile balanced.');
  }
};

type Given = ProfileOptions & GlobalOptions;

const show = async (options: Given): Promise<void> => {
  if ((options.run === undefined) === (options.profile === undefined)) throw usage('tb profile show: name a run or a profile, and not both.', 'For example --run desk, or --profile balanced.');
  if (options.profile !== undefined) return print(options, await loadRunProfile('--profile', options.profile), null);
  await withStore(options, async client => {
    const stored = await requireRun(client, options.run!);
    print(options, await profileInForce(client, stored), stored.name);
  });
};

type Row = Readonly<{ path: string; value: string; bound: string; meaning: string }>;

const rowsOf = (profile: RunProfile): readonly Row[] => {
  const governance = governanceOf(profile.governance);
  const rows: Row[] = parameterRows(governance!).flatMap(({ path, bound, researchBound, meaning }) => {
    const limit = profile.purpose === 'research' ? (researchBound ?? bound) : bound;
    return valuesAt(profile, path).map(({ at, value }) => ({ path: at, value: shownValue(value), bound: limit === null ? '' : boundText(limit), meaning }));
  });
  const { campaign } = profile;
  if (campaign === null) return rows;
  const decided = CAMPAIGN_PARAMETERS.map(({ name, min, max, meaning }) => ({ path: `campaign.${name}`, value: shownValue(campaign[name]), bound: `between ${min} and ${max}`, meaning }));
  return [...rows, ...decided];
};

const print = (options: Given, profile: RunProfile, runName: string | null): void => {
  const rows = rowsOf(profile);
  const digest = profileDigest(profile);
  const { name, version, governance } = profile;
  printResult(options, {
    document: { digest, governance, name, parameters: rows, profile: JSON.parse(canonicalText(profile)) as unknown, run: runName, version },
    text: () =>
      `${bold(name)} version ${version}, governance ${governance}${runName === null ? '' : `, in force in ${runName}`} ${dim(digest.slice(0, 16))}\n` +
      table(['parameter', 'value', 'bound', 'meaning'], rows.map(({ path, value, bound, meaning }) => [path, value, bound, meaning])),
  });
};

const set = async (options: Given): Promise<void> => {
  const { run: name, profile: file } = options;
  if (name === undefined || file === undefined || options.reason === undefined) throw usage('tb profile set needs --run, --profile and --reason.', 'For example tb profile set --run desk --profile ./mine.json --reason "smaller positions".');
  const reason = reasonOf(options.reason);
  const actor = labelOf('--actor', options.actor ?? userOfMachine());
  const key = options.key === undefined ? keyMadeAt(Date.now()) : labelOf('--key', options.key);
  const profile = await loadRunProfile('--profile', file);
  await withStore(options, async client => {
    const stored = await requireRun(client, name);
    if (stored.mode !== 'paper') throw refused(`Run ${stored.name} is of mode ${stored.mode}: its log is complete.`, 'An operator commands paper runs; a backtest is opened with its profile.');
    await requireChange(client, stored, profile);
    const next = hoursAfter((await readHead(client, stored)).hour, 1);
    const outcome = await addCommand(client, stored.id, { command: 'profile', profile, key, atMs: null, actor, reason, receivedMs: timeMs(Date.now()) });
    const existing = outcome.outcome === 'already';
    if (existing && !outcome.same) throw refused(`--key: ${key} was used before for another command.`, 'Give each command a key of its own.');
    printResult(options, {
      document: { actor, digest: profileDigest(profile), existing, hour: existing ? null : formatHour(next), key, profile: profile.name, reason, run: stored.name, version: profile.version },
      text: () =>
        existing
          ? `This profile was recorded for ${stored.name} already; it counts once.`
          : `${profile.name} ${profile.version} is recorded for ${stored.name} and comes into force with hour ${formatHour(next)}.\nNext: tb execute-hour --run ${stored.name}`,
    });
  });
};

const history = async (options: Given): Promise<void> => {
  if (options.run === undefined) throw usage('tb profile history needs --run.', 'tb runs lists them.');
  await withStore(options, async client => {
    const stored = await requireRun(client, options.run!);
    const entries = await profileHistory(client, stored);
    printResult(options, {
      document: { profiles: entries, run: stored.name },
      text: () => table(['hour', 'profile', 'governance', 'by', 'reason', 'digest'], entries.map(entry => [entry.hour, `${entry.name} ${entry.version}`, String(entry.governance), oneLine(entry.actor), oneLine(entry.reason), entry.digest.slice(0, 16)])),
    });
  });
};
