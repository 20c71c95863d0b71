/** Puts the lines of a bundle together: what comes before the first hour, then hour by hour all that belongs to it. */
import { canonicalText } from '../core/kernel/canonical.ts';
import { BundleError } from './bundle-lines.ts';
import type { BundleLine, NumberedLine } from './bundle-lines.ts';

type Line<What extends BundleLine['what']> = Extract<BundleLine, { what: What }>;
type HourLine = Line<'market'> | Line<'fact' | 'decision'> | Line<'hour'> | Line<'envelope'>;

export type BundledStep = Readonly<{ market: Line<'market'> | null; factTexts: readonly string[]; decisionTexts: readonly string[] }>;
export type BundledHour = Readonly<{ hour: number; steps: readonly BundledStep[]; recordText: string; hash: string; envelopeText: string }>;

export type BundlePart =
  | Readonly<{ part: 'opening'; header: Line<'bundle'>; manifestText: string; source: string | null; state: Line<'state'> | null }>
  | Readonly<{ part: 'hour'; hour: BundledHour }>
  | Readonly<{ part: 'checkpoint'; checkpoint: Line<'checkpoint'> }>;

/** What has been read and not been handed on; `expected` is the hour that the next line must be of. */
type Reading = {
  header: Line<'bundle'> | null;
  manifestText: string | null;
  source: string | null;
  state: Line<'state'> | null;
  isOpened: boolean;
  isClosed: boolean;
  expected: number;
  filling: FillingHour;
};

type FillingStep = { market: Line<'market'> | null; factTexts: string[]; decisionTexts: string[] };
type FillingHour = { steps: FillingStep[]; record: Line<'hour'> | null };

const newHour = (): FillingHour => ({ steps: [], record: null });

/** Throws BundleError where a line stands out of its place, or the bundle ends too early. */
export async function* bundleParts(lines: AsyncIterable<NumberedLine>): AsyncGenerator<BundlePart, void, void> {
  const reading: Reading = { header: null, manifestText: null, source: null, state: null, isOpened: false, isClosed: false, expected: 0, filling: newHour() };
  let last = 0;
  for await (const { number, line } of lines) {
    last = number;
    const parts = reading.isClosed ? null : partsOf(reading, line);
    if (parts === null) throw new BundleError(number, `(${line.what}) stands out of its place`);
    yield* parts;
  }
  if (isInside(reading) || !reading.isOpened) throw new BundleError(last + 1, 'is missing: the bundle ends in the middle of an hour');
  const { from, hours } = reading.header!;
  if (reading.expected !== from + hours) throw new BundleError(last + 1, `is missing: hours ${reading.expected} and later, which the first line announces`);
}

const isInside = ({ filling: { steps, record } }: Reading): boolean => steps.length > 0 || record !== null;

/** What a line completes, mostly nothing; null where it stands out of its place. */
const partsOf = (reading: Reading, line: BundleLine): readonly BundlePart[] | null => {
  switch (line.what) {
    case 'bundle':
    case 'manifest':
    case 'strategy':
    case 'state':
      return !reading.isOpened && putOpening(reading, line) ? [] : null;
    case 'checkpoint':
      if (!reading.isOpened || isInside(reading)) return null;
      reading.isClosed = true;
      return [{ part: 'checkpoint', checkpoint: line }];
    case 'market':
    case 'fact':
    case 'decision':
    case 'hour':
    case 'envelope':
      return hourParts(reading, line);
  }
};

/** The lines before the first hour come in this order; false for one that does not. */
const putOpening = (reading: Reading, line: Line<'bundle'> | Line<'manifest'> | Line<'strategy'> | Line<'state'>): boolean => {
  const { header, manifestText, source, state } = reading;
  switch (line.what) {
    case 'bundle':
      reading.header = line;
      reading.expected = line.from;
      return header === null;
    case 'manifest':
      reading.manifestText = canonicalText(line.event);
      return header !== null && manifestText === null;
    case 'strategy':
      reading.source = Buffer.from(line.source, 'base64').toString('utf8');
      return manifestText !== null && source === null && state === null;
    case 'state':
      reading.state = line;
      return manifestText !== null && state === null;
  }
};

const hourParts = (reading: Reading, line: HourLine): readonly BundlePart[] | null => {
  const { header, manifestText, source, state, filling } = reading;
  if (header === null || manifestText === null || line.hour !== reading.expected) return null;
  const opening: readonly BundlePart[] = reading.isOpened ? [] : [{ part: 'opening', header, manifestText, source, state }];
  reading.isOpened = true;
  if (line.what !== 'envelope') return putIntoHour(filling, line) ? opening : null;
  if (filling.record === null) return null;
  const hour = { hour: line.hour, steps: filling.steps, recordText: canonicalText(filling.record.event), hash: filling.record.hash, envelopeText: canonicalText(line.event) };
  reading.filling = newHour();
  reading.expected += 1;
  return [...opening, { part: 'hour', hour }];
};

/** False where the line stands out of its place. */
const putIntoHour = (filling: FillingHour, line: Exclude<HourLine, Line<'envelope'>>): boolean => {
  if (filling.record !== null) return false;
  if (line.what === 'hour') {
    filling.record = line;
    return true;
  }
  if (line.step === filling.steps.length) filling.steps.push({ market: null, factTexts: [], decisionTexts: [] });
  const step = filling.steps[line.step];
  if (step === undefined || !isNext(filling.steps, line)) return false;
  if (line.what === 'market') {
    step.market = line;
    return true;
  }
  const texts = line.what === 'fact' ? step.factTexts : step.decisionTexts;
  return texts.push(canonicalText(line.event)) === line.seq + 1;
};

const isEmpty = ({ factTexts, decisionTexts }: FillingStep): boolean => factTexts.length + decisionTexts.length === 0;

/** One order, so that equal bundles are equal files: the market of every step, then step by step its facts and its decisions. */
const isNext = (steps: readonly FillingStep[], line: Line<'market'> | Line<'fact' | 'decision'>): boolean => {
  if (line.what === 'market') return steps[line.step]!.market === null && steps.every(isEmpty);
  return steps.slice(line.step + 1).every(isEmpty) && (line.what === 'decision' || steps[line.step]!.decisionTexts.length === 0);
};
