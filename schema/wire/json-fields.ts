/**
 * Reads canonical JSON text strictly: the exact keys in their order, the exact JSON types, decimals in normal form.
 * It never repairs or guesses; what it refuses, it refuses with the name of the field.
 */
import { canonicalText } from '../../core/kernel/canonical.ts';
import { byCodeUnit } from '../../core/kernel/order.ts';

/** A stored text that does not say what its kind allows. `field` is a path such as `violations[0].code`. */
export class WireError extends Error {
  readonly field: string;
  readonly why: string;
  constructor(field: string, why: string, kind = '') {
    super(`${kind === '' ? '' : `${kind}: `}${field === '' ? '' : `${field} `}${why}`);
    this.name = 'WireError';
    this.field = field;
    this.why = why;
  }
}

/** Turns a JSON value into a typed one, or throws a WireError whose path starts at this value. */
export type Reader<Value> = (value: unknown) => Value;
type Shape = Readonly<Record<string, Reader<unknown>>>;
export type ShapeOf<Fields extends Shape> = { readonly [Key in keyof Fields]: ReturnType<Fields[Key]> };

export const refuse = (why: string): never => {
  throw new WireError('', why);
};

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

export const text: Reader<string> = value => {
  if (typeof value !== 'string') return refuse(`must be a string, is ${shown(value)}`);
  return value.isWellFormed() ? value : refuse('holds a lone surrogate');
};

export const flag: Reader<boolean> = value => (typeof value === 'boolean' ? value : refuse(`must be true or false, is ${shown(value)}`));

export const integer: Reader<number> = value =>
  typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)
    ? value
    : refuse(`must be a whole number, is ${shown(value)}`);

export const natural: Reader<number> = value => {
  const count = integer(value);
  return count >= 0 ? count : refuse(`must not be negative, is ${count}`);
};

const DIGEST = /^[0-9a-f]{64}$/;
export const hexDigest: Reader<string> = value =>
  typeof value === 'string' && DIGEST.test(value) ? value : refuse(`must be 64 lower-case hex digits, is ${shown(value)}`);

const NORMAL_DECIMAL = /^(?:0|-?(?:[1-9]\d{0,19}(?:\.\d{0,17}[1-9])?|0\.\d{0,17}[1-9]))$/;
const ZEROS = '000000000000000000';

/** A decimal string in normal form as 10^-18 units. */
export const amount: Reader<bigint> = value => {
  if (typeof value !== 'string' || !NORMAL_DECIMAL.test(value)) {
    return refuse(`must be a decimal string in normal form, is ${shown(value)}`);
  }
  const point = value.indexOf('.');
  if (point < 0) return BigInt(value + ZEROS);
  return BigInt(value.slice(0, point) + value.slice(point + 1) + ZEROS.slice(value.length - point - 1));
};

export const oneOf = <Word extends string>(words: readonly Word[]): Reader<Word> => {
  const known: ReadonlySet<unknown> = new Set(words);
  return value => (known.has(value) ? (value as Word) : refuse(`must be one of ${words.join(', ')}, is ${shown(value)}`));
};

export const exactly =
  <Value extends string | number>(expected: Value): Reader<Value> =>
  value =>
    value === expected ? expected : refuse(`must be ${JSON.stringify(expected)}, is ${shown(value)}`);

export const nullable =
  <Value>(read: Reader<Value>): Reader<Value | null> =>
  value =>
    value === null ? null : read(value);

/** Another name for the same bytes: brands a reader's result. */
export const as = <Value>(read: Reader<unknown>): Reader<Value> => read as Reader<Value>;

const within = (place: string, fault: unknown): never => {
  if (!(fault instanceof WireError)) throw fault;
  const joint = fault.field === '' || fault.field.startsWith('[') ? '' : '.';
  throw new WireError(`${place}${joint}${fault.field}`, fault.why);
};

export const listOf =
  <Value>(read: Reader<Value>): Reader<readonly Value[]> =>
  value => {
    if (!Array.isArray(value)) return refuse(`must be a list, is ${shown(value)}`);
    let index = 0;
    try {
      const items: Value[] = [];
      for (; index < value.length; index += 1) items.push(read(value[index]));
      return items;
    } catch (fault) {
      return within(`[${index}]`, fault);
    }
  };

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object with exactly these fields. */
export const objectOf = <Fields extends Shape>(fields: Fields): Reader<ShapeOf<Fields>> => {
  const keys = Object.keys(fields).toSorted(byCodeUnit);
  const readers = keys.map(key => fields[key]!);
  return value => {
    if (!isPlainObject(value)) return refuse(`must be an object, is ${shown(value)}`);
    const found = Object.keys(value);
    if (!sameKeys(found, keys)) refuseKeys(found, keys);
    const read: Record<string, unknown> = {};
    let index = 0;
    try {
      for (; index < keys.length; index += 1) read[keys[index]!] = readers[index]!(value[keys[index]!]);
    } catch (fault) {
      within(keys[index]!, fault);
    }
    return read as ShapeOf<Fields>;
  };
};

const sameKeys = (found: readonly string[], keys: readonly string[]): boolean => {
  if (found.length !== keys.length) return false;
  for (let index = 0; index < keys.length; index += 1) if (found[index] !== keys[index]) return false;
  return true;
};

const refuseKeys = (found: readonly string[], keys: readonly string[]): never => {
  const unknown = found.find(key => !keys.includes(key));
  if (unknown !== undefined) throw new WireError(unknown, 'is not a field of it');
  const missing = keys.find(key => !found.includes(key));
  if (missing !== undefined) throw new WireError(missing, 'is missing');
  throw new WireError(found.find((key, index) => key !== keys[index])!, 'stands out of key order');
};

const INDEX_KEY = /^\d+$/;
/** How many keys that look like array indices have been read, so that a decoder knows whether its text had any. */
let indexKeysRead = 0;

/** An object whose keys are free and ascend by code unit. */
export const recordOf =
  <Value>(read: Reader<Value>): Reader<Readonly<Record<string, Value>>> =>
  value => {
    if (!isPlainObject(value)) return refuse(`must be an object, is ${shown(value)}`);
    const keys = Object.keys(value);
    // Engines list keys that look like array indices first, so their order is left to the comparison of the whole text.
    const indexKeys = keys.filter(key => INDEX_KEY.test(key)).length;
    indexKeysRead += indexKeys;
    const unordered = keys.findIndex((key, at) => at > 0 && keys[at - 1]! >= key);
    if (unordered >= 0 && indexKeys === 0) throw new WireError(keys[unordered]!, 'stands out of key order');
    let place = '';
    try {
      // Own properties are defined, never assigned, so that a key named __proto__ stays a key.
      return Object.fromEntries(
        keys.map(key => {
          place = key;
          return [text(key), read(value[key])];
        }),
      );
    } catch (fault) {
      return within(place, fault);
    }
  };

/** An object told apart by its `type` or another field of closed words. */
export const taggedBy = <Value>(tag: string, readers: Readonly<Record<string, Reader<Value>>>): Reader<Value> => {
  const byWord: ReadonlyMap<unknown, Reader<Value>> = new Map(Object.entries(readers));
  return value => {
    if (!isPlainObject(value)) return refuse(`must be an object, is ${shown(value)}`);
    const read = byWord.get(value[tag]);
    if (read !== undefined) return read(value);
    throw new WireError(tag, `must be one of ${[...byWord.keys()].join(', ')}, is ${shown(value[tag])}`);
  };
};

const parsed = (kind: string, json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    throw new WireError('', 'is not JSON', kind);
  }
};

/**
 * Decodes canonical text of one kind and asserts that encoding gives the same text again, so that two spellings of
 * one value cannot both be stored. Throws a WireError naming kind and field.
 */
export const decoderOf =
  <Value>(kind: string, read: Reader<Value>): ((json: string) => Value) =>
  json => {
    const value = parsed(kind, json);
    const before = indexKeysRead;
    const decoded = decode(kind, read, value);
    // Keys are in order and every leaf is normal by now, so re-serialising finds spacing, escapes and repeated keys. It
    // is several times faster than the encoder and differs from it only where keys look like array indices.
    const canonical = indexKeysRead === before ? JSON.stringify(value) : canonicalText(decoded);
    if (canonical !== json) throw new WireError('', 'is not in canonical form', kind);
    return decoded;
  };

const decode = <Value>(kind: string, read: Reader<Value>, value: unknown): Value => {
  try {
    return read(value);
  } catch (fault) {
    if (fault instanceof WireError) throw new WireError(fault.field, fault.why, kind);
    throw fault;
  }
};
