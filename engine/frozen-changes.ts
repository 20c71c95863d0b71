/**
 * Which events of a step are others than were frozen. An event too many shifts the places of those behind it, so events are
 * paired by what they are about and not by place, and names that follow from places are left out of the comparison.
 */
import { canonicalText } from '../core/kernel/canonical.ts';
import { formatHour } from '../core/kernel/hours.ts';
import type { HourUtc } from '../core/kernel/units.ts';
import { firstDivergence } from '../core/replay.ts';
import type { Logs } from '../core/replay.ts';
import { readJson } from './replay-difference.ts';

/** `expected` is frozen, `actual` comes out now; `field` is `presence` where one of the two has no such event. */
export type FrozenChange = Readonly<{
  what: 'fact' | 'decision';
  hour: string;
  step: number;
  event: string;
  symbol: string | null;
  field: string;
  expected: string | null;
  actual: string | null;
}>;

export type FrozenPlace = Readonly<{ what: FrozenChange['what']; hour: HourUtc; step: number }>;

/** `bare` is the event without the names that follow from its place in the log. */
type Event = Readonly<{ seq: number; text: string; bare: string; type: string; symbol: string | null; about: string }>;

/** Names of events: `474800.0.1` says where an order stands, not what it is. */
const NAMES: ReadonlySet<string> = new Set(['id', 'orderId', 'lotId', 'tradeId', 'reference']);
/** What an event is about, beside its type. */
const ABOUT = ['agent', 'symbol', 'side', 'kind', 'action', 'ask', 'command'] as const;

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const eventOf = (text: string, seq: number): Event => {
  const value = readJson(text);
  if (typeof value !== 'object' || value === null) return { seq, text, bare: text, type: 'unreadable', symbol: null, about: 'unreadable' };
  const fields = value as Readonly<Record<string, unknown>>;
  const bare = canonicalText(Object.fromEntries(Object.entries(fields).filter(([name]) => !NAMES.has(name))));
  const type = textOrNull(fields['type']) ?? 'unreadable';
  return { seq, text, bare, type, symbol: textOrNull(fields['symbol']), about: [type, ...ABOUT.map(name => textOrNull(fields[name]) ?? '')].join(' ') };
};

/** Changes of one step, in the order of the log; none where all events say the same. */
export const changedEvents = (place: FrozenPlace, { expected, actual }: Logs): readonly FrozenChange[] => {
  const waiting = new Map<string, Event[]>();
  for (const event of actual.map(eventOf)) waiting.set(event.about, [...(waiting.get(event.about) ?? []), event]);
  const changes: Readonly<{ seq: number; change: FrozenChange }>[] = [];
  for (const event of expected.map(eventOf)) {
    const now = waiting.get(event.about)?.shift();
    if (now === undefined) changes.push(changed(place, event, { field: 'presence', expected: event.text, actual: null }));
    else if (now.bare !== event.bare) changes.push(changed(place, event, fieldOf(event, now)));
  }
  for (const event of [...waiting.values()].flat()) changes.push(changed(place, event, { field: 'presence', expected: null, actual: event.text }));
  return changes.sort((left, right) => left.seq - right.seq).map(({ change }) => change);
};

type Values = Pick<FrozenChange, 'field' | 'expected' | 'actual'>;

const changed = ({ what, hour, step }: FrozenPlace, { type, seq, symbol }: Event, values: Values) => ({
  seq,
  change: { what, hour: formatHour(hour), step, event: `${type} ${hour}.${step}.${seq}`, symbol, ...values },
});

const fieldOf = (frozen: Event, now: Event): Values => {
  const found = firstDivergence({ what: 'decision', hour: 0 as HourUtc, step: 0 }, { expected: [frozen.bare], actual: [now.bare] }, readJson)!;
  return { field: found.field, expected: found.expected, actual: found.actual };
};
