/**
 * What was booked, entry by entry, each beside the fact it follows from and the lots it moved, with the place and hash that
 * find every one of them in the log. It puts sealed events together and concludes nothing of its own.
 */
import type { LedgerPosted, LotId, LotMatched, LotOpened, LotReleased } from '../core/events.ts';
import type { ExecutedHour, ExecutedStep } from '../core/execute.ts';
import { assert } from '../core/kernel/assert.ts';
import { hexOf } from '../core/kernel/digest.ts';
import { startOfHour } from '../core/kernel/hours.ts';
import { leafOfText } from '../core/kernel/merkle.ts';
import { baseOf } from '../core/kernel/units.ts';
import type { Asset, Digest, TimeMs } from '../core/kernel/units.ts';
import { isAccountFact } from '../core/log.ts';
import type { AccountFact, Fact, OperatorFact, OrderFilledFact } from '../core/log.ts';

/** An event with its place, `hour.step.seq` among the facts or the decisions of its hour, and its leaf hash. */
export type Located<Event> = Readonly<{ id: string; hash: Digest; event: Event }>;

/** A fact that entries follow from. */
export type BookedFact = OrderFilledFact | AccountFact | OperatorFact;

/** What happened to a lot. `covers` is for units that came and cover an owed lot, instead of units that left a lot. */
export type LotEvent = Located<LotOpened> | (Located<LotMatched | LotReleased> & Readonly<{ covers: boolean }>);

export type BookedEntry = Readonly<{
  /** When it happened: the fill, the fact about the account, the command of the operator, the beginning of the run. */
  time: TimeMs;
  entry: Located<LedgerPosted>;
  /** Null for what a run opens with. */
  fact: Located<BookedFact> | null;
  /** The lots it moved, in the order of the log. */
  lots: readonly LotEvent[];
  /** The lot that came by the same fact, which bears a fee that is an entry of its own. */
  bearer: Located<LotOpened> | null;
}>;

/** A reader of hours in their order: the entries of each, in the order in which they were posted. */
export const entryReader = (): ((hour: ExecutedHour) => readonly BookedEntry[]) => {
  const owed = new Set<LotId>();
  return ({ steps, sealed }) =>
    steps.flatMap((step, number) => (step.decisions.some(({ type }) => type === 'ledger_posted') ? entriesOfStep(step, `${sealed.hour}.${number}`, { startMs: startOfHour(sealed.hour), owed }) : []));
};

type Known = Readonly<{ startMs: TimeMs; owed: Set<LotId> }>;

const entriesOfStep = ({ bucket, factTexts, decisions, decisionTexts }: ExecutedStep, place: string, { startMs, owed }: Known): readonly BookedEntry[] => {
  const located = <Event>(event: Event, text: string, seq: number): Located<Event> => ({ id: `${place}.${seq}`, hash: hexOf(leafOfText(text)), event });
  const facts = bucket.facts.flatMap((fact, seq) => (isBooked(fact) ? [located(fact, factTexts[seq]!, seq)] : []));
  const unclaimed: LotEvent[] = decisions.flatMap((event, seq): readonly LotEvent[] => {
    if (event.type === 'lot_opened') {
      if (event.quantity < 0n) owed.add(event.id);
      return [located(event, decisionTexts[seq]!, seq)];
    }
    return event.type === 'lot_matched' || event.type === 'lot_released' ? [{ ...located(event, decisionTexts[seq]!, seq), covers: owed.has(event.lotId) }] : [];
  });
  const every = [...unclaimed];
  const entries = decisions.flatMap((event, seq): readonly BookedEntry[] => {
    if (event.type !== 'ledger_posted') return [];
    const fact = facts.find(candidate => isOf(candidate.event, event)) ?? null;
    const entry = located(event, decisionTexts[seq]!, seq);
    return [{ time: fact?.event.atMs ?? startMs, entry, fact, lots: claimed(unclaimed, event), bearer: bearerOf(every, event) }];
  });
  assert(unclaimed.length === 0, 'Whatever happens to lots is posted in the same step.');
  return entries;
};

const isBooked = (fact: Fact): fact is BookedFact => fact.type === 'order_filled' || fact.type === 'operator' || isAccountFact(fact);

const referenceOf = (fact: BookedFact): string => {
  switch (fact.type) {
    case 'order_filled':
      return fact.tradeId;
    case 'operator':
      return fact.key;
    case 'account_traded':
    case 'account_transferred':
    case 'account_rewarded':
    case 'account_charged':
    case 'asset_renamed':
      return fact.id;
  }
};

/** A key of the operator may be spelled as a trade is; only money moves by one. */
const isOf = (fact: BookedFact, { kind, reference }: LedgerPosted): boolean =>
  referenceOf(fact) === reference && (fact.type !== 'operator' || kind === 'deposit' || kind === 'withdrawal');

/** The fact that a lot event follows from, under the name that entries have for it. */
const causeOf = ({ event }: LotEvent): string => event.tradeId ?? 'opening';

export const unitsOf = (lot: LotEvent): bigint => ('covers' in lot && !lot.covers ? -lot.event.quantity : lot.event.quantity);
export const assetOf = ({ event }: LotEvent): Asset => baseOf(event.symbol);

/**
 * Takes the lot events of an entry from those that no earlier entry has claimed: of its reference, in its assets, and where
 * units leave, as many as it posts, for a trade and its fee may take of one asset.
 */
const claimed = (unclaimed: LotEvent[], { kind, reference, postings }: LedgerPosted): readonly LotEvent[] => {
  const left = new Map(postings.flatMap(({ account, asset, amount }) => (account === 'position' ? [[asset, amount]] : [])));
  const mine = unclaimed.filter(lot => {
    const posted = left.get(assetOf(lot));
    if (posted === undefined || causeOf(lot) !== reference) return false;
    const units = unitsOf(lot);
    const fits = kind === 'rename' || (posted > 0n ? units > 0n : units < 0n && units >= posted);
    if (fits && posted < 0n) left.set(assetOf(lot), posted - units);
    return fits;
  });
  for (const lot of mine) unclaimed.splice(unclaimed.indexOf(lot), 1);
  return mine;
};

const bearerOf = (lots: readonly LotEvent[], { kind, reference }: LedgerPosted): Located<LotOpened> | null => {
  if (kind !== 'buy' && kind !== 'fee') return null;
  const opened = lots.find((lot): lot is Located<LotOpened> => lot.event.type === 'lot_opened' && lot.event.quantity > 0n && causeOf(lot) === reference);
  return opened ?? null;
};
