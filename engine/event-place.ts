/** How an event is named on the command line, and what the hour has that it stands in, stored or made again. */
import type { StoreClient } from '../adapters/store/connection.ts';
import { readStepsOfHour } from '../adapters/store/read-run.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { formatHour, hoursAfter, hourStartingAt, parseTime } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { readBlock, reexecuteHour } from './reexecute.ts';
import { deskOfRun, progressAt } from './resume.ts';
import { usage } from './problem.ts';
import { typed } from './wording.ts';
import type { EventTree } from './event-proof.ts';

export type EventPlace = Readonly<{ tree: EventTree; hour: HourUtc; step: number; seq: number }>;

const PLACE = /^(?:(fact|decision):)?(.+)\.(\d{1,6})\.(\d{1,9})$/;
const HINT = 'Write fact:HOUR.STEP.SEQ or decision:HOUR.STEP.SEQ, as in decision:2024-03-01T05:00:00Z.0.2 or fact:474221.0.0; tb export RUN --format jsonl lists them.';

/** A place as the log has it (`473366.0.1`), a decision unless it says fact; the hour as a number or as a time. */
export const eventPlaceOf = (text: string): EventPlace => {
  const [, kind, hourText, step, seq] = PLACE.exec(text) ?? [];
  const hour = hourText === undefined ? null : hourOf(hourText);
  if (hour === null || step === undefined || seq === undefined) throw usage(`${typed(text)} names no event.`, HINT);
  return { tree: kind === 'fact' ? 'facts' : 'decisions', hour, step: Number(step), seq: Number(seq) };
};

const hourOf = (text: string): HourUtc | null => {
  if (/^-?\d{1,9}$/.test(text)) return Number(text) as HourUtc;
  const time = parseTime(text);
  return time === null ? null : hourStartingAt(time);
};

/** Texts of an hour's events by step. */
export type HourTexts = readonly Readonly<Record<EventTree, readonly string[]>>[];

/** As they are stored; a run that keeps a summary executes the hour again. */
export const textsOfHour = async (client: StoreClient, run: StoredRun, hour: HourUtc): Promise<HourTexts> => {
  if (run.keep === 'full') {
    const steps = await readStepsOfHour(client, run, hour);
    return steps.map(({ facts, decisionTexts }) => ({ facts: facts.map(({ text }) => text), decisions: decisionTexts }));
  }
  const desk = await deskOfRun(run);
  const progress = await progressAt(client, run, desk, hour);
  const block = await readBlock(client, run, desk, { fromHour: hour, toHour: hoursAfter(hour, 1) });
  return reexecuteHour(desk, progress, block, undefined).steps.map(({ factTexts, decisionTexts }) => ({ facts: factTexts, decisions: decisionTexts }));
};

/** The event's text, its place among all of its hour, and all of them. Throws Problem where there is none. */
export const eventIn = (texts: HourTexts, { tree, hour, step, seq }: EventPlace): Readonly<{ text: string; index: number; all: readonly string[] }> => {
  const ofStep = texts[step]?.[tree] ?? [];
  const text = ofStep[seq];
  if (text === undefined) {
    const noun = tree === 'facts' ? 'fact' : 'decision';
    const has = ofStep.length === 0 ? `has no ${noun}` : `has ${noun}s 0 to ${ofStep.length - 1}`;
    throw usage(`There is no ${noun} ${hour}.${step}.${seq}: step ${step} of hour ${formatHour(hour)} ${has}.`, HINT);
  }
  const before = texts.slice(0, step).reduce((sum, one) => sum + one[tree].length, 0);
  return { text, index: before + seq, all: texts.flatMap(one => one[tree]) };
};
