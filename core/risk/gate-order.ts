/**
 * The order of the gates, as one table: which codes can refuse an order, how severe each is, whether it blocks
 * whatever the size or clips it, and in which units its evidence stands. The order of the rows is a contract.
 */
type Severity = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';

/** `outright` ends a wish before any gate; a `block` refuses whatever the size; a `clip` cuts the size; a `minimum` judges what is left. */
export type GateKind = 'outright' | 'block' | 'clip' | 'minimum';

/** Quote is an amount of quote currency; an hour counts from the Unix epoch. */
export type EvidenceUnit = 'none' | 'quote' | 'price' | 'quantity' | 'share' | 'bps' | 'count' | 'hours' | 'hour' | 'seconds';

export type Gate = Readonly<{
  code: GateCode;
  severity: Severity;
  kind: GateKind;
  limit: EvidenceUnit;
  usage: EvidenceUnit;
  asked: EvidenceUnit;
  /** What limit, usage and asked are. */
  evidence: string;
}>;

type Units = readonly [limit: EvidenceUnit, usage: EvidenceUnit, asked: EvidenceUnit];

const gate = <Code extends string>(code: Code, severity: Severity, kind: GateKind, [units, evidence]: readonly [Units, string]) =>
  ({ code, severity, kind, limit: units[0], usage: units[1], asked: units[2], evidence }) as const;

const NONE: readonly [Units, string] = [['none', 'none', 'none'], 'none'];
const HELD: readonly [Units, string] = [['none', 'quantity', 'none'], 'none; units held; none'];
const UNTIL: readonly [Units, string] = [['hour', 'hour', 'none'], 'first hour that may enter again; the hour; none'];
const AGE: readonly [Units, string] = [['hours', 'hours', 'none'], 'age allowed; age, whole hours down; none'];
const CAP: readonly [Units, string] = [['quote', 'quote', 'quote'], 'the cap; holdings at marks and reservations; the wish at the reserve price, up'];

/** Gates of entries, in the order in which their violations stand in a refusal. */
const ENTRY_ROWS = [
  gate('WARM_UP', 'LOW', 'outright', HELD),
  gate('EXIT_IN_PROGRESS', 'LOW', 'outright', HELD),
  gate('ALREADY_HELD', 'LOW', 'outright', HELD),
  gate('KILLED', 'CRITICAL', 'block', NONE),
  gate('HALTED', 'HIGH', 'block', NONE),
  gate('REVIEW_OPEN', 'HIGH', 'block', NONE),
  gate('INSTRUMENT_NOT_TRADABLE', 'HIGH', 'block', NONE),
  gate('NON_POSITIVE_VALUE', 'HIGH', 'block', [['none', 'quote', 'none'], 'none; portfolio value; none']),
  gate('MARK_MISSING', 'HIGH', 'block', NONE),
  gate('MARK_STALE', 'HIGH', 'block', AGE),
  gate('DATA_MISSING', 'HIGH', 'block', AGE),
  gate('BOOK_STALE', 'HIGH', 'block', [['seconds', 'seconds', 'none'], 'age allowed; age of the book; none']),
  gate('BOOK_CROSSED', 'HIGH', 'block', [['price', 'price', 'none'], 'best ask; best bid; none']),
  gate('SPREAD_TOO_WIDE', 'MEDIUM', 'block', [['bps', 'bps', 'none'], 'spread allowed; spread over the middle, up; none']),
  gate('FAT_FINGER', 'HIGH', 'block', [['share', 'price', 'price'], 'distance allowed; the mark; the price named']),
  gate('COOLDOWN', 'MEDIUM', 'block', UNTIL),
  gate('LOSING_EXITS', 'MEDIUM', 'block', UNTIL),
  gate('SYMBOL_LOCKED', 'MEDIUM', 'block', UNTIL),
  gate('DAILY_LOSS', 'MEDIUM', 'block', UNTIL),
  gate('ORDER_RATE', 'MEDIUM', 'block', [['count', 'count', 'count'], 'orders an hour; placed in this one; 1']),
  gate('POSITION_COUNT', 'MEDIUM', 'block', [['count', 'count', 'count'], 'positions of the tier; slots taken by others; 1']),
  gate('COST_GATE', 'MEDIUM', 'block', [['share', 'share', 'share'], 'cost and margin; cost of the round trip; expected return']),
  gate('PASSIVE_BREACH', 'MEDIUM', 'block', [['quote', 'quote', 'none'], 'the cap; holdings at marks; none']),
  gate('INSUFFICIENT_CASH', 'MEDIUM', 'block', [['quote', 'quote', 'quote'], 'free cash, at least 0; cash reserved; 0 as a block, the wish as a clip']),
  gate('TOTAL_CAP', 'MEDIUM', 'clip', CAP),
  gate('QUOTE_CAP', 'MEDIUM', 'clip', CAP),
  gate('CLUSTER_CAP', 'MEDIUM', 'clip', CAP),
  gate('PER_POSITION_CAP', 'MEDIUM', 'clip', CAP),
  gate('DEPTH_INSUFFICIENT', 'LOW', 'clip', [['quantity', 'none', 'quantity'], 'most units the best ask allows; none; units wished']),
  gate('NO_VOLUME', 'LOW', 'clip', [['quantity', 'none', 'quantity'], 'most units the volume allows; none; units wished']),
  gate('BELOW_LOT', 'LOW', 'minimum', [['quantity', 'none', 'quantity'], 'the lot; none; units wished']),
  gate('BELOW_MINIMUM', 'LOW', 'minimum', [['quote', 'none', 'quote'], 'the minimum; none; notional of the order']),
] as const;

/** Checks of reduce-only orders: these four, and nothing else. */
const EXIT_ROWS = [
  gate('NOTHING_UNRESERVED', 'LOW', 'block', [['quantity', 'quantity', 'quantity'], 'units held; units other SELLs have taken; units asked']),
  gate('INSTRUMENT_NOT_TRADABLE', 'HIGH', 'block', [['none', 'none', 'quantity'], 'none; none; units asked']),
  gate('DUST', 'LOW', 'minimum', [['quote', 'quote', 'quantity'], 'the minimum; what it brings; units held']),
  gate('FAT_FINGER', 'HIGH', 'block', [['share', 'price', 'price'], 'distance allowed; the mark; the limit']),
] as const;

export type EntryGateCode = (typeof ENTRY_ROWS)[number]['code'];
export type ExitGateCode = (typeof EXIT_ROWS)[number]['code'];
export type GateCode = EntryGateCode | ExitGateCode;

/** Clips in the order in which equals are named; cash, which blocks when there is none, clips here to what there is. */
export const CLIP_ORDER = [
  'TOTAL_CAP',
  'QUOTE_CAP',
  'CLUSTER_CAP',
  'PER_POSITION_CAP',
  'INSUFFICIENT_CASH',
  'DEPTH_INSUFFICIENT',
  'NO_VOLUME',
] as const satisfies readonly EntryGateCode[];

export const ENTRY_GATES: readonly Gate[] = ENTRY_ROWS;
export const EXIT_GATES: readonly Gate[] = EXIT_ROWS;

const RANK: ReadonlyMap<string, number> = new Map(ENTRY_GATES.map(({ code }, index) => [code, index]));

export type Evidence = Readonly<{ limit: bigint; usage: bigint; asked: bigint }>;
export type GateViolation = Readonly<{ code: GateCode; severity: Severity }> & Evidence;

export const NO_EVIDENCE: Evidence = { limit: 0n, usage: 0n, asked: 0n };

/** A violation of an entry gate, with the severity of the table. */
export const entryViolation = (code: EntryGateCode, evidence: Evidence): GateViolation => ({
  code,
  severity: ENTRY_GATES[RANK.get(code)!]!.severity,
  ...evidence,
});

/** Violations in the order of the gates; several of one code keep their own order. */
export const inGateOrder = (violations: readonly GateViolation[]): readonly GateViolation[] =>
  violations.toSorted((left, right) => RANK.get(left.code)! - RANK.get(right.code)!);
