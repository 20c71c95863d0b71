/** Comparing what was stored with what was recomputed: the first event and the first field in which they differ. */
import type { HourUtc } from './kernel/units.ts';

/** Where two logs part. `field` is a dotted path inside the event, or `presence` when one side has no such event. */
export type Divergence = Readonly<{
  what: 'fact' | 'decision' | 'record';
  hour: HourUtc;
  step: number;
  seq: number;
  /** Type of the event that stands there, stored or recomputed. */
  event: string;
  field: string;
  expected: string | null;
  actual: string | null;
}>;

type Place = Readonly<{ what: Divergence['what']; hour: HourUtc; step: number }>;

/** JSON text to a value, or undefined for bytes that a tamperer left unreadable. Core has no catch, so it is passed in. */
export type ReadJson = (text: string) => unknown;

export type Logs = Readonly<{ expected: readonly string[]; actual: readonly string[] }>;

/** The first difference between canonical texts as stored (`expected`) and as recomputed (`actual`); null when equal. */
export const firstDivergence = (place: Place, { expected, actual }: Logs, readJson: ReadJson): Divergence | null => {
  const length = Math.max(expected.length, actual.length);
  for (let seq = 0; seq < length; seq += 1) {
    const [stored, recomputed] = [expected[seq], actual[seq]];
    if (stored === recomputed) continue;
    if (stored === undefined || recomputed === undefined) {
      const event = eventType(readJson(stored ?? recomputed!));
      return { ...place, seq, event, field: 'presence', expected: stored ?? null, actual: recomputed ?? null };
    }
    return { ...place, seq, event: eventType(readJson(stored)), ...firstField({ stored, recomputed }, readJson) };
  }
  return null;
};

const eventType = (value: unknown): string =>
  isRecord(value) && typeof value['type'] === 'string' ? value['type'] : 'unreadable';

type FieldDifference = Pick<Divergence, 'field' | 'expected' | 'actual'>;

type Pair = Readonly<{ stored: string; recomputed: string }>;

const firstField = ({ stored, recomputed }: Pair, readJson: ReadJson): FieldDifference => {
  const [left, right] = [readJson(stored), readJson(recomputed)];
  const found = left !== undefined && right !== undefined ? fieldOf('', left, right) : null;
  return found ?? { field: 'bytes', expected: stored, actual: recomputed };
};

const fieldOf = (path: string, expected: unknown, actual: unknown): FieldDifference | null => {
  if (isRecord(expected) && isRecord(actual)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort((left, right) => (left < right ? -1 : 1));
    for (const name of names) {
      const difference = fieldOf(path === '' ? name : `${path}.${name}`, expected[name], actual[name]);
      if (difference !== null) return difference;
    }
    return null;
  }
  const [left, right] = [shown(expected), shown(actual)];
  return left === right ? null : { field: path, expected: left, actual: right };
};

const shown = (value: unknown): string | null => (value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
