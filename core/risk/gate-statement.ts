/**
 * How an entry stands before every gate that applies to it, with what each allows, uses and is asked: the gates of gate.ts
 * as a table for people. It grants nothing; it must agree with the gate on every violation, and a property holds it to that.
 */
import { whole } from '../kernel/decimal.ts';
import { notionalDown } from '../kernel/rounding.ts';
import type { Price } from '../kernel/units.ts';
import type { Instrument } from '../manifest.ts';
import { markOf } from '../market/marks.ts';
import { reservedCash } from '../orders/order.ts';
import { cutToSize } from './gate.ts';
import { blocksOf, costAnswer, markAgeHours, openPositions } from './gate-blocks.ts';
import { ENTRY_GATES, entryViolation, NO_EVIDENCE } from './gate-order.ts';
import type { EntryGateCode, Evidence, GateViolation } from './gate-order.ts';
import { pricesOf } from './gate-size.ts';
import type { Terms } from './gate-size.ts';
import { freeCash } from './gate-view.ts';
import type { EntryWish, GateView } from './gate-view.ts';

/** `clipped`: it cut the size and let the rest pass. */
export type GateOutcome = 'passed' | 'clipped' | 'refused';
export type GateCheck = Readonly<{ code: GateViolation['code']; outcome: GateOutcome }> & Evidence;

type Known = Readonly<{ instrument: Instrument; mark: Price | null }>;

/** In the order of the gates; several of one code keep their own order. */
export const gateStatement = (view: GateView, entry: EntryWish): readonly GateCheck[] => {
  const known = { instrument: view.desk.instruments[entry.index]!, mark: markOf(view.marks, entry.index) };
  const blocked = blocksOf(view, entry, known).violations;
  const said = new Set<string>(blocked.map(({ code }) => code));
  const sizes = blocked.length > 0 || known.mark === null ? [] : sizeChecks(view, entry, { ...known, mark: known.mark });
  for (const { code } of sizes) said.add(code);
  const passed = passedBlocks(view, entry, known).filter(({ code }) => !said.has(code));
  return inOrder([...blocked.map(violation => checkOf(violation, 'refused')), ...passed, ...sizes]);
};

const checkOf = ({ code, limit, usage, asked }: GateViolation, outcome: GateOutcome): GateCheck => ({ code, outcome, limit, usage, asked });

const inOrder = (checks: readonly GateCheck[]): readonly GateCheck[] => {
  const rank = new Map<string, number>(ENTRY_GATES.map(({ code }, index) => [code, index]));
  return checks.toSorted((left, right) => rank.get(left.code)! - rank.get(right.code)!);
};

/** What the gates that refuse whatever the size would have said, had they refused. */
const passedBlocks = (view: GateView, entry: EntryWish, known: Known): readonly GateCheck[] => {
  const checks: GateCheck[] = [];
  const add = (code: EntryGateCode, evidence: Evidence = NO_EVIDENCE): void => {
    checks.push(checkOf(entryViolation(code, evidence), 'passed'));
  };
  const { profile, terms, placed } = view.risk;
  for (const code of ['KILLED', 'HALTED', 'REVIEW_OPEN'] as const) add(code);
  add('NON_POSITIVE_VALUE', { limit: 0n, usage: view.valuation.value, asked: 0n });
  add('MARK_MISSING');
  if (known.mark !== null) addMarkChecks(view, entry, { ...known, mark: known.mark }, add);
  if (profile.protections !== null) for (const code of ['COOLDOWN', 'LOSING_EXITS', 'SYMBOL_LOCKED', 'DAILY_LOSS'] as const) add(code, { limit: 0n, usage: whole(view.hour), asked: 0n });
  if (profile.entries.ordersPerHour !== null) add('ORDER_RATE', { limit: whole(profile.entries.ordersPerHour), usage: whole(placed), asked: whole(1) });
  if (terms.positions !== null) add('POSITION_COUNT', { limit: whole(terms.positions), usage: whole(openPositions(view, entry)), asked: whole(1) });
  const cost = costAnswer(view, entry, known.instrument);
  if (cost.code !== 'COST_GATE_NOT_APPLICABLE') add('COST_GATE', { limit: cost.limit, usage: cost.usage, asked: cost.asked });
  add('PASSIVE_BREACH');
  add('INSUFFICIENT_CASH', { limit: freeCash(view.valuation.cash, view.orders), usage: reservedCash(view.orders), asked: 0n });
  return checks;
};

type Add = (code: EntryGateCode, evidence: Evidence) => void;

const addMarkChecks = (view: GateView, entry: EntryWish, terms: Readonly<{ instrument: Instrument; mark: Price }>, add: Add): void => {
  const { marks, entries } = view.risk.profile;
  const aged = (limit: number): Evidence => ({ limit: whole(limit), usage: whole(Math.floor(markAgeHours(view, entry.index))), asked: 0n });
  add('MARK_STALE', aged(marks.staleHours));
  if (terms.instrument.absent === 'missing') add('DATA_MISSING', aged(marks.missingHours));
  const { limit, collar } = pricesOf(view, entry, terms);
  const named = limit ?? collar;
  if (named !== null && entries.fatFinger !== null) add('FAT_FINGER', { limit: entries.fatFinger, usage: terms.mark, asked: named });
};

/** Clips in their order, then the two minimums. */
const sizeChecks = (view: GateView, entry: EntryWish, terms: Terms): readonly GateCheck[] => {
  const { lot, minNotional } = terms.instrument;
  const { prices, wished, clips, most, binding, granted } = cutToSize(view, entry, terms);
  const notional = notionalDown(granted, prices.target);
  const fits = granted > 0n && notional >= minNotional;
  const checks = clips.map(clip => checkOf(clip.violation, clip.most >= wished ? 'passed' : clip === binding && !fits ? 'refused' : 'clipped'));
  checks.push(checkOf(entryViolation('BELOW_LOT', { limit: lot, usage: 0n, asked: most }), binding === null && granted <= 0n ? 'refused' : 'passed'));
  if (granted > 0n) checks.push(checkOf(entryViolation('BELOW_MINIMUM', { limit: minNotional, usage: 0n, asked: notional }), fits ? 'passed' : 'refused'));
  return checks;
};
