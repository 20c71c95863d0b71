/** One thing that the demo shows: what it is called, why anybody should care, and what is typed. */
import type { Stage } from './run-tb.ts';

export type Step = Readonly<{ title: string; why: string; show: (stage: Stage) => Promise<void> }>;
