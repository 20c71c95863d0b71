/** The end of the demo: its paper run as one page. */
import { tb } from './run-tb.ts';
import type { Step } from './step.ts';

export const REPORT_FILE = 'report.html';

export const REPORT_STEP: Step = {
  title: 'A report',
  why: 'One file without anything around it: it opens in every browser, offline, and can be sent to anybody.',
  show: async stage => void (await tb(stage, { args: ['report', 'desk', '--out', REPORT_FILE] })),
};
