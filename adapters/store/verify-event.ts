/**
 * One stored event at a time: its leaf, its columns, and the typed rows that it calls for. An event of a known shape is
 * read where it lies; every other one, and any that is not exactly of its shape, is decoded, which also says what is wrong.
 */
import type { Digest, TimeMs } from '../../core/kernel/units.ts';
import { byFactOrder } from '../../core/log.ts';
import type { Fact, MarketFact, OrderExpiredFact, OrderFilledFact, OrderId } from '../../core/log.ts';
import { venueOrderId } from '../../core/orders/venue-order-id.ts';
import { decisionRows } from '../../schema/wire/decision-rows.ts';
import { decisionOfText } from '../../schema/wire/decision-text.ts';
import { factRows } from '../../schema/wire/fact-rows.ts';
import { factOfText } from '../../schema/wire/fact-text.ts';
import type { MirrorRow } from '../../schema/wire/mirror-tables.ts';
import { newScan, scanShape } from '../../schema/wire/scanned-rows.ts';
import type { Scan } from '../../schema/wire/scanned-rows.ts';
import { SHAPED_DECISIONS, SHAPED_FACTS } from '../../schema/wire/shaped-rows.ts';
import type { ShapedEvent } from '../../schema/wire/shaped-rows.ts';
import { hexAt, int4At, int8At, isNull, textAt } from './copy-binary.ts';
import type { Tuple } from './copy-binary.ts';
import { copyLine } from './copy-text.ts';
import { compareColumn, eventKey } from './finding.ts';
import { marketDigestOf, outboxRow } from './step-rows.ts';
import type { StoredRun } from './runs.ts';
import { leafAt, wordReader } from './verify-bytes.ts';
import type { CommandCheck } from './verify-commands.ts';
import type { ArrivalFact } from './verify-arrivals.ts';
import type { Gathered } from './verify-gathered.ts';
import { numberOfSlot, putLine, putShapedRows, textOfSlot } from './verify-lines.ts';
import type { EventPlace } from './verify-lines.ts';
import { DECISION_FIELDS, FACT_FIELDS } from './verify-rows.ts';
import { readable } from './verify-run-row.ts';
import { countEvent } from './verify-steps.ts';

/** What tells a shaped fact from the others of its step. */
type NamedFact = MarketFact | Pick<OrderFilledFact, 'type' | 'atMs' | 'orderId' | 'tradeId'> | Pick<OrderExpiredFact, 'type' | 'atMs' | 'orderId'>;

/** A fact that can be read; `named` only where it was not decoded, `fact` only where it was. */
export type CheckedFact = Readonly<{ place: EventPlace; text: string }> & (Readonly<{ named: NamedFact; fact: null }> | Readonly<{ named: null; fact: Fact }>);

const wholeOf = ({ fact, text }: CheckedFact): Fact => fact ?? factOfText(text);

/** Whether two facts of a step stand in order. Type, time and name nearly always decide; only two answers of a venue under one name have to be read whole. */
export const isBefore = (left: CheckedFact, right: CheckedFact): boolean => {
  const byName = left.named === null || right.named === null ? 0 : byFactOrder(left.named as Fact, right.named as Fact);
  return (byName === 0 ? byFactOrder(wholeOf(left), wholeOf(right)) : byName) < 0;
};

export const marketFactOf = ({ named, fact }: CheckedFact): MarketFact | null => {
  const { type } = named ?? fact;
  return type === 'market' ? ((named ?? fact) as MarketFact) : null;
};

/** A candle that came late or revised; null for every other fact. */
export const arrivalOf = ({ named, fact }: CheckedFact): ArrivalFact | null => {
  const { type } = named ?? fact;
  return type === 'candle_late' || type === 'candle_revised' ? ((named ?? fact) as ArrivalFact) : null;
};

const placeAt = (tuple: Tuple): EventPlace => ({ hour: int4At(tuple, 0), step: int4At(tuple, 1), seq: int4At(tuple, 2) });

/** The shape in which the event lies in the field; null for one that has to be decoded. */
const scannedAt = (scan: Scan, shaped: ShapedEvent | undefined, { bytes, at, length }: Tuple, field: number): ShapedEvent | null => {
  if (shaped === undefined) return null;
  scan.bytes = bytes;
  scan.at = at[field]!;
  return scanShape(scan, shaped.shape, at[field]! + length[field]!) ? shaped : null;
};

const expectRows = ({ linesOf }: Gathered, { hour, step, seq }: EventPlace, rows: readonly MirrorRow[]): void => {
  for (const { table, values } of rows) putLine(linesOf(table), `${hour}\t${step}\t${seq}\t${copyLine(values).slice(0, -1)}`);
};

const slotOf = ({ shape }: ShapedEvent, name: string): number => shape.names.indexOf(name);

const PLACED = slotOf(SHAPED_DECISIONS.get('order_placed')!, 'id');
const WITHDRAWN = slotOf(SHAPED_DECISIONS.get('cancel_requested')!, 'orderId');

const decisionTypeAt = wordReader(SHAPED_DECISIONS.keys());
const factTypeAt = wordReader(SHAPED_FACTS.keys());

/** The check of every decision of a run in a stretch. */
export const decisionCheck = (run: StoredRun, gathered: Gathered): ((tuple: Tuple) => void) => {
  const scan = newScan();
  const expectMessage = (place: EventPlace, kind: 'place' | 'cancel', orderId: OrderId): void =>
    putLine(gathered.linesOf('outbox'), `${place.hour}\t${place.step}\t${place.seq}\t${kind}\t${venueOrderId({ runId: run.id, account: run.account, orderId })}`);
  return tuple => {
    const place = placeAt(tuple);
    countEvent(gathered.counts, place, 'decisions', gathered.report);
    gathered.leaves.decisions.add(place.hour, { step: place.step, seq: place.seq, leaf: leafAt(tuple, DECISION_FIELDS.bytes) });
    const type = decisionTypeAt(tuple, DECISION_FIELDS.type);
    const shaped = scannedAt(scan, SHAPED_DECISIONS.get(type), tuple, DECISION_FIELDS.bytes);
    if (shaped === null) return checkDecoded(run, { place, type, text: textAt(tuple, DECISION_FIELDS.bytes) }, gathered);
    putShapedRows(gathered.linesOf, shaped, { scan, place, textBytes: tuple.length[DECISION_FIELDS.bytes]! });
    if (type === 'order_placed') expectMessage(place, 'place', textOfSlot(scan, PLACED) as OrderId);
    if (type === 'cancel_requested') expectMessage(place, 'cancel', textOfSlot(scan, WITHDRAWN) as OrderId);
  };
};

type DecisionText = Readonly<{ place: EventPlace; type: string; text: string }>;

const checkDecoded = (run: StoredRun, { place, type, text }: DecisionText, gathered: Gathered): void => {
  const { report } = gathered;
  const { hour, step, seq } = place;
  const at = (column: string) => ({ table: 'decision', key: eventKey(hour, step, seq), column });
  const decision = readable(() => decisionOfText(text));
  if (typeof decision === 'string') {
    gathered.unreadable.add(at('bytes').key);
    report({ code: 'UNREADABLE', ...at('bytes'), expected: null, actual: decision });
    return;
  }
  compareColumn(report, at('type'), { expected: decision.type, actual: type });
  expectRows(gathered, place, decisionRows(decision));
  const message = outboxRow(run, decision, seq);
  if (message !== null) putLine(gathered.linesOf('outbox'), `${hour}\t${step}\t${seq}\t${message.kind}\t${message.clientOrderId}`);
};

const FILLED = SHAPED_FACTS.get('order_filled')!;
const EXPIRED = SHAPED_FACTS.get('order_expired')!;
const MARKET = SHAPED_FACTS.get('market')!;
const FILLED_SLOTS = { atMs: slotOf(FILLED, 'atMs'), orderId: slotOf(FILLED, 'orderId'), tradeId: slotOf(FILLED, 'tradeId') } as const;
const EXPIRED_SLOTS = { atMs: slotOf(EXPIRED, 'atMs'), orderId: slotOf(EXPIRED, 'orderId') } as const;
const MARKET_SLOTS = { atMs: slotOf(MARKET, 'atMs'), candles: slotOf(MARKET, 'candles'), digest: slotOf(MARKET, 'digest') } as const;

/** Null for a shape that no fact here has. */
const namedOf = (shaped: ShapedEvent, scan: Scan): NamedFact | null => {
  const atMs = (slot: number): TimeMs => numberOfSlot(scan, slot) as TimeMs;
  const orderId = (slot: number): OrderId => textOfSlot(scan, slot) as OrderId;
  if (shaped === FILLED) return { type: 'order_filled', atMs: atMs(FILLED_SLOTS.atMs), orderId: orderId(FILLED_SLOTS.orderId), tradeId: textOfSlot(scan, FILLED_SLOTS.tradeId) };
  if (shaped === EXPIRED) return { type: 'order_expired', atMs: atMs(EXPIRED_SLOTS.atMs), orderId: orderId(EXPIRED_SLOTS.orderId) };
  if (shaped !== MARKET) return null;
  return { type: 'market', atMs: atMs(MARKET_SLOTS.atMs), candles: numberOfSlot(scan, MARKET_SLOTS.candles), digest: textOfSlot(scan, MARKET_SLOTS.digest) as Digest };
};

/** The check of every fact in a stretch; null for one that cannot be read. */
export const factCheck = (gathered: Gathered, commands: CommandCheck): ((tuple: Tuple) => CheckedFact | null) => {
  const scan = newScan();
  const { report } = gathered;
  return tuple => {
    const place = placeAt(tuple);
    countEvent(gathered.counts, place, 'facts', report);
    gathered.leaves.facts.add(place.hour, { step: place.step, seq: place.seq, leaf: leafAt(tuple, FACT_FIELDS.bytes) });
    const type = factTypeAt(tuple, FACT_FIELDS.type);
    const text = textAt(tuple, FACT_FIELDS.bytes);
    const shaped = scannedAt(scan, SHAPED_FACTS.get(type), tuple, FACT_FIELDS.bytes);
    const named = shaped === null ? null : namedOf(shaped, scan);
    const fact = named === null ? decodedFact({ place, text }, gathered) : null;
    const told = named ?? fact;
    if (told === null) return null;
    const at = (column: string) => ({ table: 'fact', key: eventKey(place.hour, place.step, place.seq), column });
    const [atMs, digest] = [int8At(tuple, FACT_FIELDS.atMs), isNull(tuple, FACT_FIELDS.marketDigest) ? null : hexAt(tuple, FACT_FIELDS.marketDigest)];
    if (told.type !== type) compareColumn(report, at('type'), { expected: told.type, actual: type });
    if (told.atMs !== atMs) compareColumn(report, at('at_ms'), { expected: told.atMs, actual: atMs });
    if (digest !== null || told.type === 'market') compareColumn(report, at('market_digest'), { expected: marketDigestOf(told as Fact), actual: digest });
    const inboxId = isNull(tuple, FACT_FIELDS.inboxId) ? null : int8At(tuple, FACT_FIELDS.inboxId);
    if (inboxId !== null || fact !== null) compareColumn(report, at('inbox_id'), { expected: fact === null ? null : commands.check(fact, report), actual: inboxId });
    if (fact === null) putShapedRows(gathered.linesOf, shaped!, { scan, place, textBytes: text.length });
    else expectRows(gathered, place, factRows(fact));
    return fact === null ? { place, text, named: named!, fact } : { place, text, named: null, fact };
  };
};

const decodedFact = ({ place, text }: Readonly<{ place: EventPlace; text: string }>, { unreadable, report }: Gathered): Fact | null => {
  const key = eventKey(place.hour, place.step, place.seq);
  const fact = readable(() => factOfText(text));
  if (typeof fact !== 'string') return fact;
  unreadable.add(key);
  report({ code: 'UNREADABLE', table: 'fact', key, column: 'bytes', expected: null, actual: fact });
  return null;
};
