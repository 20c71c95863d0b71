/**
 * Events read where they lie come to the rows that decoding them comes to, byte for byte; and whatever is not exactly an
 * event of its shape is left to the decoder, so nothing is accepted that it refuses.
 */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { copyLine } from '../../../adapters/store/copy-text.ts';
import { newLines, putShapedRows } from '../../../adapters/store/verify-lines.ts';
import type { Lines } from '../../../adapters/store/verify-lines.ts';
import { decisionText, factText } from '../../../core/log-text.ts';
import type { Decision } from '../../../core/events.ts';
import type { Fact } from '../../../core/log.ts';
import { decisionRows } from '../../../schema/wire/decision-rows.ts';
import { decisionOfText } from '../../../schema/wire/decision-text.ts';
import { factRows } from '../../../schema/wire/fact-rows.ts';
import { factOfText } from '../../../schema/wire/fact-text.ts';
import type { MirrorRow } from '../../../schema/wire/mirror-tables.ts';
import { newScan, scanShape } from '../../../schema/wire/scanned-rows.ts';
import { SHAPED_DECISIONS, SHAPED_FACTS } from '../../../schema/wire/shaped-rows.ts';
import type { ShapedEvent } from '../../../schema/wire/shaped-rows.ts';
import { anyDecision, DECISIONS, FACTS } from './samples.ts';

const PLACE = { hour: -12, step: 3, seq: 10 } as const;

/** The lines by table, or null for a text that is not of the shape. It lies between other bytes, as it does in a tuple. */
const scanned = (shaped: ShapedEvent, text: string): Readonly<Record<string, string>> | null => {
  const bytes = Buffer.from(`"0${text}9"`);
  const scan = newScan();
  scan.bytes = bytes;
  scan.at = 2;
  if (!scanShape(scan, shaped.shape, bytes.length - 2)) return null;
  const tables = new Map<string, Lines>();
  const linesOf = (table: string): Lines => {
    const lines = tables.get(table) ?? newLines();
    tables.set(table, lines);
    return lines;
  };
  putShapedRows(linesOf, shaped, { scan, place: PLACE, textBytes: bytes.length });
  return Object.fromEntries([...tables].map(([table, lines]) => [table, lines.bytes.toString('utf8', 0, lines.length)]));
};

const written = (rows: readonly MirrorRow[]): Readonly<Record<string, string>> => {
  const tables: Record<string, string> = {};
  for (const { table, values } of rows) tables[table] = `${tables[table] ?? ''}-12\t3\t10\t${copyLine(values)}`;
  return tables;
};

const SHAPED = [
  ...Object.values(DECISIONS).flatMap(decision => {
    const shaped = SHAPED_DECISIONS.get(decision.type);
    return shaped === undefined ? [] : [{ type: decision.type, shaped, text: decisionText(decision), rowsOf: (text: string): readonly MirrorRow[] => decisionRows(decisionOfText(text)) }];
  }),
  ...FACTS.flatMap(fact => {
    const shaped = SHAPED_FACTS.get(fact.type);
    return shaped === undefined ? [] : [{ type: fact.type, shaped, text: factText(fact), rowsOf: (text: string): readonly MirrorRow[] => factRows(factOfText(text)) }];
  }),
];

test('the events that make up nearly all of a log have a shape', () => {
  expect(SHAPED.map(({ type }) => type)).toEqual([
    'signal_raised', 'order_placed', 'order_refused', 'cancel_requested', 'order_closed', 'lot_opened', 'lot_matched', 'ledger_posted', 'market', 'order_filled', 'order_expired',
  ]);
});

test.each(SHAPED)('a plain $type is read where it lies, and has the rows that it is decoded to', ({ shaped, text, rowsOf }) => {
  expect(scanned(shaped, text)).toEqual(written(rowsOf(text)));
});

test('lots, refusals and entries without some of their parts are plain too', () => {
  const bare: readonly (Decision | Fact)[] = [
    { ...DECISIONS.order_refused, violations: [] },
    { ...DECISIONS.ledger_posted, postings: [] },
    { ...DECISIONS.signal_raised, evidence: {} },
    { ...DECISIONS.lot_opened, orderId: DECISIONS.lot_matched.orderId, tradeId: '' },
    { ...DECISIONS.lot_matched, orderId: null, paidFee: false },
  ];
  for (const decision of bare as readonly Decision[]) expect(scanned(SHAPED_DECISIONS.get(decision.type)!, decisionText(decision))).toEqual(written(decisionRows(decision)));
});

describe('what is not plain', () => {
  const { shaped, text } = SHAPED.find(({ type }) => type === 'lot_matched')!;
  it.each([
    ['an escape', text.replace('"T"', '"a\\tb"')],
    ['a letter beyond ASCII', text.replace('"T"', '"é"')],
    ['a key too many', text.replace('"type"', '"tyne":1,"type"')],
    ['a key too few', text.replace('"paidFee":true,', '')],
    ['keys out of order', text.replace(/"agent":"a","cost":("[^"]*")/, '"cost":$1,"agent":"a"')],
    ['an amount with zeros that end it', text.replace('"cost":"0.', '"cost":"1.0')],
    ['an amount with 19 decimals', text.replace('"cost":"0.', '"cost":"0.1')],
    ['a negative zero', text.replace(/"cost":"[^"]*"/, '"cost":"-0"')],
    ['an amount of 21 digits', text.replace(/"cost":"[^"]*"/, `"cost":"1${'0'.repeat(20)}"`)],
    ['a number for an amount', text.replace(/"cost":"[^"]*"/, '"cost":1')],
    ['null where there must be something', text.replace('"tradeId":"T"', '"tradeId":null')],
    ['a space', text.replace(',', ', ')],
    ['more after its end', `${text} `],
    ['less than all of it', text.slice(0, -1)],
  ])('%s is left to the decoder', (_, changed) => {
    expect(changed).not.toBe(text);
    expect(scanned(shaped, changed)).toBeNull();
  });
});

/** What agrees with the decoder: null, or the very rows. */
const agrees = ({ shaped, rowsOf }: (typeof SHAPED)[number], text: string): boolean => {
  const lines = scanned(shaped, text);
  if (lines !== null) expect(lines).toEqual(written(rowsOf(text)));
  return lines !== null;
};

test('whatever is read of any decision is what it is decoded to, and plain ones are all read', () => {
  let read = 0;
  fc.assert(
    fc.property(anyDecision, decision => {
      const one = SHAPED.find(({ type }) => type === decision.type)!;
      const text = decisionText(decision);
      const isRead = agrees(one, text);
      if (isRead) read += 1;
      // Printable, without escapes, and no key that could be an index.
      if (/^[ -[\]-~]*$/.test(text) && !/"\d*":/.test(text)) expect(isRead).toBe(true);
    }),
    { seed: 20_261_121, numRuns: 3_000 },
  );
  expect(read).toBeGreaterThan(300);
});

test('a byte changed, put in, left out or doubled is refused, or is the same change of the decoded event', () => {
  const letters = fc.constantFrom(...'0123456789.-"{}[],:\\ntfaeLMNZé \u0000\u007f');
  const change = fc.record({ one: fc.constantFrom(...SHAPED), at: fc.nat(600), letter: letters, kind: fc.constantFrom('replaced', 'put in', 'left out', 'doubled') });
  let accepted = 0;
  fc.assert(
    fc.property(change, ({ one, at, letter, kind }) => {
      const from = at % one.text.length;
      const [head, own, tail] = [one.text.slice(0, from), one.text[from]!, one.text.slice(from + 1)];
      const changed = kind === 'replaced' ? head + letter + tail : kind === 'put in' ? head + letter + own + tail : kind === 'left out' ? head + tail : head + own + own + tail;
      if (agrees(one, changed)) accepted += 1;
    }),
    { seed: 20_261_121, numRuns: 20_000 },
  );
  expect(accepted).toBeGreaterThan(500);
});
