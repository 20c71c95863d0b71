/**
 * Reads canonical text of a known shape where it lies in memory, byte by byte, without making an object of it: where each
 * field begins and ends. It accepts only what the readers of events accept, and less: whatever is not plain (escapes,
 * letters beyond ASCII, whole numbers of 16 digits) is left to them. It never says what is wrong with a text.
 */

type Kind = 'text' | 'amount' | 'natural' | 'flag' | 'digest' | 'amounts' | 'words' | 'items';

/** What a value may be. `words` are those of a closed set, `item` is the shape of what a list holds. */
export type Value = Readonly<{ kind: Kind; nullable: boolean; words: readonly Uint8Array[]; item: Shape | null }>;
/** A field that has one value only. */
type Exactly = Readonly<{ only: string }>;

/** An object with exactly these fields: what stands before each value, the values, and what stands after the last. */
export type Shape = Readonly<{ names: readonly string[]; before: readonly Uint8Array[]; values: readonly Value[]; after: Uint8Array }>;

const plain = (kind: Kind): Value => ({ kind, nullable: false, words: [], item: null });

export const TEXT = plain('text');
export const AMOUNT = plain('amount');
export const NATURAL = plain('natural');
export const FLAG = plain('flag');
export const DIGEST = plain('digest');
/** An object of amounts whose keys are free. */
export const AMOUNTS = plain('amounts');

const ascii = (text: string): Uint8Array => Uint8Array.from(text, letter => letter.charCodeAt(0));

/** A record, so that the compiler asks for every word. */
export const wordsOf = <Word extends string>(words: Readonly<Record<Word, true>>): Value => ({ ...plain('words'), words: Object.keys(words).map(ascii) });
export const itemsOf = (item: Shape): Value => ({ ...plain('items'), item });
export const orNull = (value: Value): Value => ({ ...value, nullable: true });
export const exactly = (only: string): Exactly => ({ only });

/** Fields in the order of their keys. */
export const shapeOf = (fields: Readonly<Record<string, Value | Exactly>>): Shape => {
  const [names, before, values]: [string[], Uint8Array[], Value[]] = [[], [], []];
  let literal = '{';
  for (const [name, value] of Object.entries(fields)) {
    literal += `${literal === '{' ? '' : ','}"${name}":`;
    if ('only' in value) literal += `"${value.only}"`;
    else {
      names.push(name);
      before.push(ascii(literal));
      values.push(value);
      literal = '';
    }
  }
  return { names, before, values, after: ascii(`${literal}}`) };
};

/**
 * What a scan found: field `n` of the shape stands at `from[n]` up to `to[n]`, without its quotes; `from` is −1 for null.
 * The fields of a list's items follow those of the shape, item after item. `at` is where the scan is.
 */
export type Scan = { bytes: Uint8Array; at: number; readonly from: Int32Array; readonly to: Int32Array; items: number };

const SPANS_MAX = 512;

export const newScan = (): Scan => ({ bytes: new Uint8Array(0), at: 0, from: new Int32Array(SPANS_MAX), to: new Int32Array(SPANS_MAX), items: 0 });

/** Whether the bytes from where the scan is up to `end` are canonical text of this shape. */
export const scanShape = (scan: Scan, shape: Shape, end: number): boolean => {
  scan.items = 0;
  return takeObject(scan, shape, 0) && scan.at === end;
};

const [QUOTE, COMMA, MINUS, POINT, ZERO, NINE, COLON, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE, BACKSLASH, SPACE, TILDE, LETTER_A, LETTER_F] = [34, 44, 45, 46, 48, 57, 58, 91, 93, 123, 125, 92, 32, 126, 97, 102] as const;

/** Each function below moves the scan past what it takes, and says whether that was there. */
const takeObject = (scan: Scan, { before, values, after }: Shape, first: number): boolean => {
  for (let field = 0; field < values.length; field += 1) {
    if (!takeLiteral(scan, before[field]!) || !takeValue(scan, values[field]!, first + field)) return false;
    if (values[field]!.kind === 'items' && !takeItems(scan, values[field]!.item!, { slot: first + field, first: first + values.length })) return false;
  }
  return takeLiteral(scan, after);
};

const takeLiteral = (scan: Scan, literal: Uint8Array): boolean => {
  const { bytes, at } = scan;
  for (let index = 0; index < literal.length; index += 1) if (bytes[at + index] !== literal[index]) return false;
  scan.at = at + literal.length;
  return true;
};

const NULL = ascii('null');
const TRUE = ascii('true');
const FALSE = ascii('false');

const takeValue = (scan: Scan, { kind, nullable, words }: Value, slot: number): boolean => {
  if (nullable && scan.bytes[scan.at] === NULL[0]) {
    scan.from[slot] = -1;
    return takeLiteral(scan, NULL);
  }
  switch (kind) {
    case 'natural':
      return takeNatural(scan, slot);
    case 'flag':
      scan.from[slot] = scan.at;
      return takeLiteral(scan, scan.bytes[scan.at] === TRUE[0] ? TRUE : FALSE);
    case 'amounts':
      return takeAmounts(scan, slot);
    case 'items':
      return true;
    case 'text':
    case 'amount':
    case 'digest':
    case 'words':
      return takeQuoted(scan, kind, words, slot);
  }
};

const takeQuoted = (scan: Scan, kind: 'text' | 'amount' | 'digest' | 'words', words: readonly Uint8Array[], slot: number): boolean => {
  const { bytes } = scan;
  if (bytes[scan.at] !== QUOTE) return false;
  const from = scan.at + 1;
  const to = kind === 'amount' ? endOfAmount(bytes, from) : kind === 'digest' ? endOfDigest(bytes, from) : endOfText(bytes, from);
  if (to < 0 || bytes[to] !== QUOTE || (kind === 'words' && !isOneOf(scan, words, from, to))) return false;
  scan.from[slot] = from;
  scan.to[slot] = to;
  scan.at = to + 1;
  return true;
};

/** Printable ASCII without quotes and backslashes. */
const endOfText = (bytes: Uint8Array, from: number): number => {
  let at = from;
  for (let byte = bytes[at]!; byte >= SPACE && byte <= TILDE && byte !== QUOTE && byte !== BACKSLASH; byte = bytes[at]!) at += 1;
  return at;
};

const DIGEST_DIGITS = 64;

const endOfDigest = (bytes: Uint8Array, from: number): number => {
  let at = from;
  for (; at < from + DIGEST_DIGITS; at += 1) {
    const byte = bytes[at]!;
    if (!((byte >= ZERO && byte <= NINE) || (byte >= LETTER_A && byte <= LETTER_F))) return -1;
  }
  return at;
};

const WHOLE_DIGITS_MAX = 20;
const DECIMALS_MAX = 18;

const pastDigits = (bytes: Uint8Array, from: number): number => {
  let at = from;
  for (let byte = bytes[at]!; byte >= ZERO && byte <= NINE; byte = bytes[at]!) at += 1;
  return at;
};

/** A decimal in normal form; −1 for anything else. */
const endOfAmount = (bytes: Uint8Array, from: number): number => {
  const whole = bytes[from] === MINUS ? from + 1 : from;
  const at = bytes[whole] === ZERO ? whole + 1 : pastDigits(bytes, whole);
  if (at === whole || at - whole > WHOLE_DIGITS_MAX) return -1;
  // Zero has no sign.
  if (bytes[at] !== POINT) return whole > from && bytes[whole] === ZERO ? -1 : at;
  const to = pastDigits(bytes, at + 1);
  const decimals = to - at - 1;
  return decimals < 1 || decimals > DECIMALS_MAX || bytes[to - 1] === ZERO ? -1 : to;
};

/** So many digits are a safe integer. */
const SAFE_DIGITS = 15;

const takeNatural = (scan: Scan, slot: number): boolean => {
  const { bytes, at } = scan;
  const to = bytes[at] === ZERO ? at + 1 : pastDigits(bytes, at);
  if (to === at || to - at > SAFE_DIGITS) return false;
  scan.from[slot] = at;
  scan.to[slot] = to;
  scan.at = to;
  return true;
};

const isOneOf = ({ bytes }: Scan, words: readonly Uint8Array[], from: number, to: number): boolean => {
  for (const word of words) {
    if (word.length !== to - from) continue;
    let index = 0;
    while (index < word.length && bytes[from + index] === word[index]) index += 1;
    if (index === word.length) return true;
  }
  return false;
};

/** Keys ascend, and one that could be an index of a list is not plain: engines list those first. */
const takeAmounts = (scan: Scan, slot: number): boolean => {
  const { bytes } = scan;
  const from = scan.at;
  if (bytes[from] !== OPEN) return false;
  let [at, keyFrom, keyTo] = [from + 1, 0, 0];
  while (bytes[at] === QUOTE) {
    const to = endOfText(bytes, at + 1);
    if (bytes[to] !== QUOTE || bytes[to + 1] !== COLON || bytes[to + 2] !== QUOTE || pastDigits(bytes, at + 1) === to) return false;
    if (keyTo > 0 && !isBefore(bytes, { from: keyFrom, to: keyTo }, { from: at + 1, to })) return false;
    [keyFrom, keyTo] = [at + 1, to];
    const end = endOfAmount(bytes, to + 3);
    if (end < 0 || bytes[end] !== QUOTE) return false;
    at = end + 1;
    if (bytes[at] !== COMMA) break;
    at += 1;
    if (bytes[at] !== QUOTE) return false;
  }
  if (bytes[at] !== CLOSE) return false;
  scan.from[slot] = from;
  scan.to[slot] = at + 1;
  scan.at = at + 1;
  return true;
};

type Span = Readonly<{ from: number; to: number }>;

const isBefore = (bytes: Uint8Array, left: Span, right: Span): boolean => {
  const length = Math.min(left.to - left.from, right.to - right.from);
  for (let index = 0; index < length; index += 1) {
    const difference = bytes[left.from + index]! - bytes[right.from + index]!;
    if (difference !== 0) return difference < 0;
  }
  return left.to - left.from < right.to - right.from;
};

type ItemSlots = Readonly<{ slot: number; first: number }>;

/** The list itself stands in its field's slot, with its brackets. */
const takeItems = (scan: Scan, item: Shape, { slot, first }: ItemSlots): boolean => {
  const { bytes } = scan;
  scan.from[slot] = scan.at;
  if (bytes[scan.at] !== OPEN_LIST) return false;
  scan.at += 1;
  while (bytes[scan.at] === OPEN) {
    const at = first + scan.items * item.values.length;
    if (at + item.values.length > SPANS_MAX || !takeObject(scan, item, at)) return false;
    scan.items += 1;
    if (bytes[scan.at] !== COMMA) break;
    scan.at += 1;
    if (bytes[scan.at] !== OPEN) return false;
  }
  if (bytes[scan.at] !== CLOSE_LIST) return false;
  scan.at += 1;
  scan.to[slot] = scan.at;
  return true;
};
