/**
 * Several files as one history: events in the order in which they are booked, each once, with what one file says of the
 * lines of another. Where files contradict each other or leave something open, the line is named and nothing is guessed.
 */
import { canonicalText } from '../../../core/kernel/canonical.ts';
import { formatDecimal } from '../../../core/kernel/decimal.ts';
import { money, quantity } from '../../../core/kernel/units.ts';
import type { Asset } from '../../../core/kernel/units.ts';
import type { GenericHistory } from './generic-history.ts';
import type { HistoryEvent, LineProblem, OpeningEvent, Place, StatedValue, TransferEvent } from './history-event.ts';

/** What Kraken's files tell; `openings` are what balances show to have been there before the first line. */
export type KrakenHistory = Readonly<{ events: readonly HistoryEvent[]; openings: readonly Readonly<{ asset: Asset; quantity: bigint; place: Place }>[] }>;

export type MergedHistory = Readonly<{ openings: readonly OpeningEvent[]; events: readonly HistoryEvent[]; problems: readonly LineProblem[] }>;

export const mergeHistory = (kraken: KrakenHistory, generic: readonly GenericHistory[], quote: Asset): MergedHistory => {
  const problems: LineProblem[] = [];
  const told = generic.flatMap(({ events }) => events);
  const explained = withOrigins(kraken.events, told, problems);
  const once = eachOnce([...explained.events, ...told.filter(event => !explained.used.has(event))], problems);
  const valued = withValues(once, generic.flatMap(({ values }) => values), { quote, problems });
  const openings = openingsOf(kraken, generic.flatMap(one => one.openings), { quote, problems });
  for (const event of [...openings, ...valued]) if (event.kind === 'transfer') requireOrigin(event, quote, problems);
  return { openings, events: valued.toSorted((left, right) => left.atMs - right.atMs), problems };
};

type Explained = Readonly<{ events: readonly HistoryEvent[]; used: ReadonlySet<HistoryEvent> }>;

/** A transfer-in line under the id of a deposit says what the units had cost and when; several may share them out. */
const withOrigins = (events: readonly HistoryEvent[], told: readonly HistoryEvent[], problems: LineProblem[]): Explained => {
  const used = new Set<HistoryEvent>();
  const explained = events.flatMap((event): readonly HistoryEvent[] => {
    if (event.kind !== 'transfer' || event.direction !== 'in') return [event];
    const origins = told.filter((line): line is TransferEvent => line.kind === 'transfer' && line.direction === 'in' && (line.id === event.id || line.id === event.alias));
    if (origins.length === 0) return [event];
    for (const line of origins) used.add(line);
    const off = origins.find(({ asset }) => asset !== event.asset);
    if (off !== undefined) problems.push({ ...off.place, field: 'asset', reason: `is ${off.asset}, and ${event.id} at ${at(event)} brought ${event.asset}` });
    const sum = origins.reduce((total, line) => total + line.quantity, 0n);
    if (sum !== event.quantity) problems.push({ ...origins[0]!.place, field: 'quantity', reason: `lines of ${event.id} add up to ${formatDecimal(sum)}, and ${formatDecimal(event.quantity)} came at ${at(event)}` });
    return origins.map((line, index) => ({ ...line, atMs: event.atMs, id: index === 0 ? event.id : `${event.id}#${index + 1}`, alias: event.alias }));
  });
  return { events: explained, used };
};

const at = ({ place }: Readonly<{ place: Place }>): string => `${place.file}:${place.line}`;

/** One name is booked once: equal lines under it are one, others are refused. */
const eachOnce = (events: readonly HistoryEvent[], problems: LineProblem[]): readonly HistoryEvent[] => {
  const known = new Map<string, HistoryEvent>();
  for (const event of events) {
    const same = known.get(event.id);
    if (same === undefined) known.set(event.id, event);
    else if (contentOf(same) !== contentOf(event)) problems.push({ ...event.place, field: 'id', reason: `${event.id} stands at ${at(same)} with other contents` });
  }
  return [...known.values()];
};

const contentOf = (event: HistoryEvent): string => canonicalText({ ...event, place: null });

type Merging = Readonly<{ quote: Asset; problems: LineProblem[] }>;

/** A value line under the id of an event, or under the only one of its other name. */
const withValues = (events: readonly HistoryEvent[], values: readonly StatedValue[], { problems }: Merging): readonly HistoryEvent[] => {
  const byEvent = new Map<HistoryEvent, StatedValue>();
  for (const stated of values) {
    const named = events.filter(({ id }) => id === stated.id);
    const meant = named.length > 0 ? named : events.filter(({ alias }) => alias === stated.id);
    const [event] = meant;
    const problem = event === undefined ? 'names no line of these files' : meant.length > 1 ? `names ${meant.length} lines; name one by its txid` : byEvent.has(event) ? 'has a value already' : null;
    if (problem !== null) problems.push({ ...stated.place, field: 'id', reason: `${stated.id} ${problem}` });
    else byEvent.set(event!, stated);
  }
  return events.map(event => {
    const stated = byEvent.get(event);
    if (stated === undefined) return event;
    if (event.kind === 'transfer' || event.kind === 'rename' || event.kind === 'sweep' || event.value !== null) {
      problems.push({ ...stated.place, field: 'value', reason: `the line at ${at(event)} takes no value from here` });
      return event;
    }
    return { ...event, value: stated.value };
  });
};

/** What balances show to have been there must be told lot by lot, money apart: money was not acquired for anything else. */
const openingsOf = ({ openings }: KrakenHistory, told: readonly OpeningEvent[], { quote, problems }: Merging): readonly OpeningEvent[] => {
  const missing: OpeningEvent[] = [];
  for (const [asset, shown] of Map.groupBy(openings, opening => opening.asset)) {
    const there = shown.reduce((sum, opening) => sum + opening.quantity, 0n);
    const lots = told.filter(opening => opening.asset === asset);
    const lotted = lots.reduce((sum, opening) => sum + opening.quantity, 0n);
    const { place } = shown[0]!;
    if (asset === quote && lots.length === 0 && there > 0n) {
      missing.push({ kind: 'transfer', place, id: `opening ${asset}`, alias: null, direction: 'in', asset, quantity: quantity(there), basis: money(there), acquiredMs: null });
    } else if (there !== lotted) {
      problems.push({ ...place, field: 'balance', reason: `${formatDecimal(there)} ${asset} were there before this line, and opening lines say ${formatDecimal(lotted)}; import the history from its beginning, or tell the opening lots in a generic file` });
    }
  }
  return [...missing, ...told];
};

/** Units that came from elsewhere have a basis and a date that only their owner knows. */
const requireOrigin = (event: OpeningEvent & Readonly<{ atMs?: number }>, quote: Asset, problems: LineProblem[]): void => {
  const { place, id, asset, direction, basis, acquiredMs } = event;
  if (direction === 'out') return;
  const units = `${formatDecimal(event.quantity)} ${asset}`;
  if (asset === quote) {
    if (basis !== null && basis !== (event.quantity as bigint)) problems.push({ ...place, field: 'basis', reason: `${units} are their own basis` });
  } else if (basis === null) {
    problems.push({ ...place, field: 'basis', reason: `what ${units} had cost is not told; add a transfer-in line with id ${id}, basis and acquired to a generic file` });
  } else if (acquiredMs === null) {
    problems.push({ ...place, field: 'acquired', reason: `when ${units} had been acquired is not told` });
  } else if (event.atMs !== undefined && acquiredMs > event.atMs) {
    problems.push({ ...place, field: 'acquired', reason: `lies after ${units} came` });
  }
};
