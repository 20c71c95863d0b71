/** Verifies runs and candles as stored, without executing anything; one run, or everything in the store. */
import type { StoreClient } from '../adapters/store/connection.ts';
import { listRuns } from '../adapters/store/runs.ts';
import type { ListedRun } from '../adapters/store/runs.ts';
import { verifyCandles, verifyRun } from '../adapters/store/verify.ts';
import type { Finding } from '../adapters/store/verify.ts';
import { formatHour, hoursAfter } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { manifestOfText } from '../schema/wire/manifest-text.ts';
import { requireRun } from './find-run.ts';

export type LocatedFinding = Finding & Readonly<{ run: string | null }>;

export type VerifyReport = Readonly<{
  status: 'CHAIN OK, UNANCHORED' | 'CHAIN BROKEN' | 'NO TARGETS';
  verified: boolean;
  /** True once a signed checkpoint outside the database covers the head; this version makes none. */
  anchored: boolean;
  runs: readonly Readonly<{ run: string; mode: string; from: string; to: string; hours: number; head: string | null; findings: number }>[];
  hours: number;
  facts: number;
  decisions: number;
  candles: number;
  findings: readonly LocatedFinding[];
}>;

export type VerifyRequest = Readonly<{ run: string | null; requireAnchor: boolean; onProgress: (done: number) => void }>;

export const verifyStore = async (client: StoreClient, { run, requireAnchor, onProgress }: VerifyRequest): Promise<VerifyReport> => {
  const targets = await targetsOf(client, run);
  const findings: LocatedFinding[] = [];
  const runs: VerifyReport['runs'][number][] = [];
  const sums = { hours: 0, facts: 0, decisions: 0, candles: 0 };
  for (const { name, mode, startHour, head } of targets) {
    const before = findings.length;
    const done = sums.hours;
    const tally = await verifyRun(client, name, finding => findings.push({ ...finding, run: name }), hours => onProgress(done + hours));
    sums.hours += tally.hours;
    sums.facts += tally.facts;
    sums.decisions += tally.decisions;
    const to = head === null ? startHour : hoursAfter(head.hour, 1);
    runs.push({ run: name, mode, from: formatHour(startHour), to: formatHour(to), hours: tally.hours, head: head?.hash ?? null, findings: findings.length - before });
  }
  for (const symbol of symbolsOf(run === null ? null : targets)) {
    sums.candles += await verifyCandles(client, finding => findings.push({ ...finding, run: null }), symbol);
  }
  const verified = findings.length === 0 && !requireAnchor;
  const status = targets.length === 0 && sums.candles === 0 ? 'NO TARGETS' : findings.length === 0 ? 'CHAIN OK, UNANCHORED' : 'CHAIN BROKEN';
  return { status, verified: verified && status !== 'NO TARGETS', anchored: false, runs, ...sums, findings };
};

const targetsOf = async (client: StoreClient, name: string | null): Promise<readonly ListedRun[]> => {
  const runs = await listRuns(client);
  if (name === null) return runs;
  const { id } = await requireRun(client, name);
  return runs.filter(run => run.id === id);
};

/** Null verifies every series; a run is verified with the series of its universe. A damaged manifest names none. */
const symbolsOf = (targets: readonly ListedRun[] | null): readonly (string | null)[] => {
  if (targets === null) return [null];
  return targets.flatMap(({ manifestText }) => {
    try {
      return manifestOfText(manifestText).universe.map(({ symbol }) => symbol);
    } catch {
      return [];
    }
  });
};

const HOUR_IN_KEY = /(?:^| )hour=(-?\d{1,7})\b/;

/** The hour that a finding is about, or the first of several; null where its row belongs to none. */
export const hourOfFinding = ({ key }: Finding): string | null => {
  const hour = HOUR_IN_KEY.exec(key)?.[1];
  return hour === undefined ? null : formatHour(Number(hour) as HourUtc);
};
