/**
 * Which marks stay where a market has more than a document should hold: the trades of the largest results with all their
 * fills, and beside them the refusals that went on longest. It counts nothing and words nothing.
 */
import type { Mark } from './report.ts';

/** A mark while its run goes on. `weight` is the size of the results of its trades; `joined` leads to a fill of the same trades. */
export type Growing = { hour: number; lastHour: number; kind: Mark['kind']; price: number; text: string; count: number; trade: number | null; weight: number; joined: Growing | null };

/** Of all markets together, and of one at least: a document of many markets stays below five megabytes with them. */
const MARKS_IN_ALL = 20_000;
const MARKS_MIN = 600;

/** How many marks each of so many markets may have. */
export const marksOfMarket = (markets: number): number => Math.max(MARKS_MIN, Math.floor(MARKS_IN_ALL / Math.max(1, markets)));

/** Refusals have this share of the room at least, where there are so many. */
const REFUSED_SHARE = 0.2;

const firstOf = (mark: Growing): Growing => {
  let at = mark;
  while (at.joined !== null) at = at.joined;
  return at;
};

/** From now on both belong to the same trades, with all that belong to either. */
export const join = (mark: Growing, other: Growing | undefined): void => {
  if (other === undefined) return;
  const [own, others] = [firstOf(mark), firstOf(other)];
  if (own !== others) own.joined = others;
};

const byHour = (left: Growing, right: Growing): number => left.hour - right.hour;

/** The refusals that went on longest, in order of hour. */
export const longest = (refusals: readonly Growing[], most: number): Growing[] =>
  refusals.length <= most ? [...refusals] : refusals.toSorted((left, right) => right.count - left.count || byHour(left, right)).slice(0, most).sort(byHour);

/** At most so many marks, in order of hour; the room that one kind leaves is the other's. */
export const mostTelling = ({ fills, refusals }: Readonly<{ fills: readonly Growing[]; refusals: readonly Growing[] }>, most: number): readonly Growing[] => {
  const refused = longest(refusals, Math.max(Math.floor(most * REFUSED_SHARE), most - fills.length));
  return [...largest(fills, most - refused.length), ...refused].sort(byHour);
};

type Trades = Readonly<{ marks: readonly Growing[]; weight: number }>;

/** Whole trades, the largest results first; one that does not fit makes way for smaller ones. */
const largest = (fills: readonly Growing[], most: number): readonly Growing[] => {
  if (fills.length <= most) return fills;
  const kept: Growing[] = [];
  for (const { marks } of tradesOf(fills, most).toSorted((left, right) => right.weight - left.weight || byHour(left.marks[0]!, right.marks[0]!))) {
    if (kept.length + marks.length <= most) kept.push(...marks);
  }
  return kept;
};

/** A position that was never closed for years has more fills than there is room: its fills then stand for themselves. */
const tradesOf = (fills: readonly Growing[], most: number): readonly Trades[] =>
  [...Map.groupBy(fills, firstOf).values()].flatMap(marks =>
    marks.length > most ? marks.map(mark => ({ marks: [mark], weight: mark.weight })) : [{ marks, weight: marks.reduce((sum, mark) => sum + mark.weight, 0) }],
  );
