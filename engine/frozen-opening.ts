/** How a frozen run begins: under which versions, on which desk, in which state. What cannot be opened is told, not thrown, but for a misuse. */
import { beginRun } from '../core/execute.ts';
import type { Progress } from '../core/execute.ts';
import { canonicalText } from '../core/kernel/canonical.ts';
import { sha256Hex } from '../core/kernel/digest.ts';
import { formatHour, hoursAfter } from '../core/kernel/hours.ts';
import { leafDigestOfText } from '../core/kernel/merkle.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { decodeSnapshot } from '../core/snapshot.ts';
import { stateDigest } from '../core/state.ts';
import type { ChainEnd } from './bundle-check.ts';
import type { BundlePart } from './bundle-hours.ts';
import { snapshotOf } from './bundle-state.ts';
import { changedRules, isOwnVersion, OWN_VERSIONS, versionsIn } from './changed-rules.ts';
import type { ChangedRule, Versions } from './changed-rules.ts';
import { frozenDesk } from './frozen-desk.ts';
import type { FrozenDesk, PresentStrategy } from './frozen-desk.ts';
import { EXIT, Problem, usage } from './problem.ts';
import { replayFailure } from './replay-failure.ts';
import type { FAILURE_CLASSES, ReplayFailure } from './replay-failure.ts';

export type Opening = Extract<BundlePart, { part: 'opening' }>;

/** A difference as replays tell it; of a damaged file the code is that of the finding. */
export type FrozenFailure = Omit<ReplayFailure, 'code'> & Readonly<{ code: keyof typeof FAILURE_CLASSES }>;

/** `desk` and `progress` are null where nothing can be executed; `broken` is what is wrong with the file itself. */
export type OpenedFrozen = Readonly<{
  desk: FrozenDesk | null;
  progress: Progress | null;
  end: ChainEnd;
  isOtherVersion: boolean;
  rules: readonly ChangedRule[];
  failures: readonly FrozenFailure[];
  broken: readonly FrozenFailure[];
  notes: readonly string[];
}>;

/** Throws Problem (usage) for present strategies that cannot take part. */
export const openFrozen = async (opening: Opening, present: readonly PresentStrategy[]): Promise<OpenedFrozen> => {
  const { manifestText, state } = opening;
  const genesis = sha256Hex(manifestText);
  const end: ChainEnd = { genesis, previous: state === null ? genesis : leafDigestOfText(canonicalText(state.record)), envelope: null, run: null };
  const named = versionsIn(manifestText);
  const versions = named === null || isOwnVersion(named) ? null : named;
  const unopened: OpenedFrozen = {
    desk: null, progress: null, end, isOtherVersion: versions !== null, rules: versions === null ? [] : changedRules(versions), failures: versions === null ? [] : versionFailures(versions), broken: [], notes: [],
  };
  // Bytes of another layout cannot be read into this core; rules of another version can be tried on them.
  if (versions !== null && versions.encoding !== OWN_VERSIONS.encoding) return unopened;
  const desk = await deskOrFailure(opening, present);
  if ('code' in desk) return { ...unopened, failures: [...unopened.failures, desk] };
  const started = state === null ? { progress: beginRun(desk.desk), broken: [] } : startedAt(desk, { state, hour: opening.header.from as HourUtc });
  const middle = state !== null && desk.replaced.length > 0 ? ['It begins in the middle of a run, with what the frozen strategy remembered.'] : [];
  return { ...unopened, ...started, desk, notes: [...desk.notes, ...middle] };
};

const versionFailures = (versions: Versions): readonly FrozenFailure[] =>
  (['semantics', 'encoding'] as const)
    .filter(field => versions[field] !== OWN_VERSIONS[field])
    .map(field => replayFailure('VERSION_MISMATCH', { event: 'manifest', field, expected: String(versions[field]), actual: String(OWN_VERSIONS[field]) }));

/** A frozen run that cannot be opened any more is a change of this code, unless it is a misuse. */
const deskOrFailure = async ({ manifestText, source }: Opening, present: readonly PresentStrategy[]): Promise<FrozenDesk | FrozenFailure> => {
  try {
    return await frozenDesk(manifestText, source, present);
  } catch (error) {
    if (!(error instanceof Error) || (error instanceof Problem && error.exit !== EXIT.mismatch)) throw error;
    return replayFailure('UNREADABLE', { event: 'manifest', field: 'run', expected: 'a run that this tb can execute', actual: error.message });
  }
};

type Start = Readonly<{ state: NonNullable<Opening['state']>; hour: HourUtc }>;

/** The state that the first hour builds on; memory of another file begins as the frozen one left it. */
const startedAt = ({ desk, frozen }: FrozenDesk, { state, hour }: Start): Pick<OpenedFrozen, 'progress' | 'broken'> => {
  for (const [index, { agent, memorySize }] of desk.agents.entries()) {
    if (memorySize === frozen.agents[index]!.memorySize) continue;
    throw usage(`--strategy: ${agent.strategy} remembers other numbers than the frozen file, and this frozen run begins in the middle.`, 'Freeze a bundle from the first hour of the run.');
  }
  try {
    const decoded = decodeSnapshot(frozen, snapshotOf(state.slices));
    const sealed = (state.record as Readonly<Record<string, unknown>>)['state'];
    if (stateDigest(decoded) !== sealed) throw new Error(`another state than the record names, ${String(sealed)}`);
    return { progress: { hour, previous: leafDigestOfText(canonicalText(state.record)), state: decoded }, broken: [] };
  } catch (error) {
    const actual = error instanceof Error ? error.message : String(error);
    return { progress: null, broken: [replayFailure('UNREADABLE', { hour: formatHour(hoursAfter(hour, -1)), event: 'state before the first hour', field: 'slices', expected: null, actual })] };
  }
};
