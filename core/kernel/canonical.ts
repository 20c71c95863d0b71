/**
 * Canonical text: one spelling for one value, so that equal values hash equal in every language. The set is closed:
 * string, boolean, null, safe integer, fixed-point bigint (as its decimal text), array, object with keys in code-unit
 * order. Anything else throws; specs/hashing.md is the reference.
 */
import { assert } from './assert.ts';
import { formatDecimal } from './decimal.ts';
import { byCodeUnit } from './order.ts';

export type Canonical =
  | string
  | boolean
  | null
  | number
  | bigint
  | readonly Canonical[]
  | { readonly [key: string]: Canonical };

/** Deep enough for every record of ours, shallow enough that hostile input cannot exhaust the stack. */
const DEPTH_MAX = 32;
const TOO_DEEP = 'A canonical value nests at most 32 deep.';

/** JSON text with sorted keys and no spaces. Fixed-point amounts become strings in decimal normal form. */
export const canonicalText = (value: unknown, depth = 0): string => {
  switch (typeof value) {
    case 'string':
      return quotedText(value);
    case 'bigint':
      return amountText(value);
    case 'number':
      return numberText(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : compound(value, depth);
    default:
      throw new Error(`Assertion failed: ${typeof value} has no canonical form.`);
  }
};

/** A fixed-point amount: its decimal text in normal form, quoted. */
export const amountText = (amount: bigint): string => `"${formatDecimal(amount)}"`;

export const numberText = (value: number): string => {
  assert(Number.isSafeInteger(value) && !Object.is(value, -0), 'A canonical number is a safe integer and not -0.');
  return String(value);
};

export const quotedText = (text: string): string => `"${innerText(text)}"`;

/** What stands between the quotes of a string: nearly always the string itself. */
export const innerText = (text: string): string => {
  if (isPlain(text)) return text;
  assert(text.isWellFormed(), 'Canonical text has no lone surrogates.');
  return JSON.stringify(text).slice(1, -1);
};

/** Printable ASCII without quote and backslash stands for itself. Names and places are short: looking is faster than a pattern. */
const isPlain = (text: string): boolean => {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit > 0x7e || unit === QUOTE || unit === BACKSLASH) return false;
  }
  return true;
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Field names come from a small set of types of ours; their quoted form is kept. Hostile input cannot grow it for ever. */
const KEYS_KEPT_MAX = 4_096;
const keyTexts = new Map<string, string>();

const keyText = (key: string): string => {
  const known = keyTexts.get(key);
  if (known !== undefined) return known;
  const text = `${quotedText(key)}:`;
  if (keyTexts.size < KEYS_KEPT_MAX) keyTexts.set(key, text);
  return text;
};

/** An object of amounts. */
export const amountsText = (amounts: Readonly<Record<string, bigint>>): string => {
  const keys = Object.keys(amounts);
  if (!ascending(keys)) keys.sort(byCodeUnit);
  let text = '{';
  for (const key of keys) text += `${text.length === 1 ? '' : ','}${keyText(key)}"${formatDecimal(amounts[key]!)}"`;
  return `${text}}`;
};

const compound = (value: object, depth: number): string => {
  assert(depth < DEPTH_MAX, TOO_DEEP);
  if (Array.isArray(value)) return arrayText(value, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  assert(prototype === Object.prototype || prototype === null, 'A canonical object is a plain object.');
  assert(Object.getOwnPropertySymbols(value).length === 0, 'A canonical object has no symbols for keys.');
  const keys = Object.keys(value);
  if (!ascending(keys)) keys.sort(byCodeUnit);
  let text = '{';
  for (const key of keys) {
    const field = (value as Readonly<Record<string, unknown>>)[key];
    text += `${text.length === 1 ? '' : ','}${keyText(key)}${canonicalText(field, depth + 1)}`;
  }
  return `${text}}`;
};

const arrayText = (items: readonly unknown[], depth: number): string => {
  assert(Object.keys(items).length === items.length && Object.getOwnPropertySymbols(items).length === 0, 'A canonical array has no holes and nothing beside its items.');
  let text = '[';
  for (let index = 0; index < items.length; index += 1) {
    text += `${index === 0 ? '' : ','}${canonicalText(items[index], depth + 1)}`;
  }
  return `${text}]`;
};

const ascending = (keys: readonly string[]): boolean => {
  for (let index = 1; index < keys.length; index += 1) if (keys[index - 1]! >= keys[index]!) return false;
  return true;
};
