/** Two runs side by side: the report of each, and where they first part, as `tb parity` finds it. */
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import { hourContaining, parseTime } from '../../core/kernel/hours.ts';
import { compareRuns } from '../parity/compare-runs.ts';
import type { ParityDifference } from '../parity/hour-difference.ts';
import { comparableOf } from './comparable.ts';
import { reportOfRun } from './report-of-run.ts';
import { COMPARISON_FORMAT } from './report.ts';
import type { ComparisonReport } from './report.ts';

export type Pair = Readonly<{ left: StoredRun; right: StoredRun }>;

/** Throws Problem as reportOfRun does, for either run. */
export const compareReports = async (client: StoreClient, { left, right }: Pair, onProgress: (hours: number) => void): Promise<ComparisonReport> => {
  let done = 0;
  const beyond = (before: number) => (hours: number): void => {
    done = before + hours;
    onProgress(done);
  };
  const reports = { left: await reportOfRun(client, left, beyond(0)), right: await reportOfRun(client, right, beyond(done)) };
  const { differences } = await compareRuns(client, { left, right }, () => undefined);
  const manifestField = differences.find(({ what }) => what === 'manifest')?.field ?? (left.genesis === right.genesis ? null : 'genesis');
  return { format: COMPARISON_FORMAT, ...reports, comparable: comparableOf(reports.left, reports.right, manifestField), divergence: divergenceOf(differences) };
};

/** The first hour that differs; the manifests are told with it. Where they alone differ, the runs decided alike. */
const divergenceOf = (differences: readonly ParityDifference[]): ComparisonReport['divergence'] => {
  for (const found of differences) {
    const time = found.hour === null ? null : parseTime(found.hour);
    if (found.hour !== null && time !== null) return { hour: hourContaining(time), at: found.hour, ...placeOf(found) };
  }
  return null;
};

const placeOf = ({ event, field, slice, sliceField, ...values }: ParityDifference): Readonly<{ what: string; left: string | null; right: string | null }> => {
  const where = slice === null ? field : `${field}, in slice ${slice}${sliceField === null ? '' : ` ${sliceField}`}`;
  return { what: `${event}, ${where}`, left: values.sliceLeft ?? values.left, right: values.sliceRight ?? values.right };
};
