/** The run or the two runs that a page is about, and how they are told apart wherever both are shown. */
import type { ComparisonReport, RunReport } from '../../../engine/report/report.ts';

export type Divergence = ComparisonReport['divergence'];
export type Comparable = ComparisonReport['comparable'];
export type Run = Readonly<{ report: RunReport; /** A colour of the style sheet. */ colour: string; /** `A` and `B` where there are two. */ letter: string }>;

export type Pages = Readonly<{ runs: readonly [Run] | readonly [Run, Run]; divergence: Divergence; /** Null for one run. */ comparable: Comparable | null }>;

const runOf = (report: RunReport, colour: string, letter = ''): Run => ({ report, colour, letter });

export const runsOf = (document: RunReport | ComparisonReport): Pages =>
  document.format === 'tb-report/1'
    ? { runs: [runOf(document, 'blue')], divergence: null, comparable: null }
    : { runs: [runOf(document.left, 'blue', 'A'), runOf(document.right, 'orange', 'B')], divergence: document.divergence, comparable: document.comparable };
