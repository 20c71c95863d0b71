/**
 * Texts that no program may swallow: JSON that parsers read differently, strings that no database takes, numbers that no
 * ledger has. Each names where it is offered and how tb must end. Making them changes nothing.
 */

/** A text that is good, and what may be done to it. Returns null where the text has nothing of that kind. */
type Poisoner = (good: string) => string | Buffer | null;

const DEPTH = 20_000;
const deep = `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`;

const intoObject = (good: string, member: string): string => good.replace('{', () => `{${member},`);

/** The start of the first or the last text value of the first line, after its quote. */
const textAt = (good: string, which: 'first' | 'last'): number => {
  const line = good.split('\n')[0]!;
  const at = which === 'first' ? line.indexOf(':"') : line.lastIndexOf(':"');
  return at === -1 ? -1 : at + 2;
};

const intoText = (bytes: Buffer, which: 'first' | 'last'): Poisoner => good => {
  const at = textAt(good, which);
  return at === -1 ? null : Buffer.concat([Buffer.from(good.slice(0, at)), bytes, Buffer.from(good.slice(at))]);
};

const number = (spelled: string): Poisoner => good => {
  const poisoned = /:"?\d+"?/.test(good) ? good.replace(/:("?)\d+("?)/, `:$1${spelled}$2`) : null;
  return poisoned;
};

/** A list, for one of the names would be swallowed as a key. */
const JSON_POISONERS: readonly (readonly [name: string, poisoned: Poisoner])[] = [
  ['repeated key', good => intoObject(good, /"[a-zA-Z]+":("(?:[^"\\]|\\.)*"|\d+)/.exec(good)?.[0] ?? '"x":1,"x":2')],
  ['__proto__', good => intoObject(good, '"__proto__":{"polluted":true}')],
  ['depth 20,000', good => intoObject(good, `"deep":${deep}`)],
  ['lone surrogate, first', intoText(Buffer.from('\\ud800'), 'first')],
  ['lone surrogate, last', intoText(Buffer.from('\\ud800'), 'last')],
  ['zero character, first', intoText(Buffer.from('\\u0000'), 'first')],
  ['zero character, last', intoText(Buffer.from('\\u0000'), 'last')],
  ['broken UTF-8, first', intoText(Buffer.from([0xff]), 'first')],
  ['broken UTF-8, last', intoText(Buffer.from([0xff]), 'last')],
  ['1e100000', number('1e100000')],
  ['a huge number', number('9'.repeat(400))],
  ['minus zero', number('-0')],
  ['NaN', number('NaN')],
  ['cut off', good => good.slice(0, Math.floor(good.length / 2))],
  ['null', () => 'null\n'],
  ['a list', () => '[]\n'],
  ['two documents', good => `${good.trimEnd()}{}\n`],
];

/** Spellings of numbers that are refused wherever an amount, a price or a volume is asked for. */
export const ODD_NUMBERS: readonly string[] = [
  '1e400', '1e-7', 'NaN', 'Infinity', '-Infinity', '-1', '-0', '+1', '0x10', '1_000', '１', '٣', '9'.repeat(400), `0.${'1'.repeat(19)}`, '1.2.3', '1e', 'null',
];

/** Good texts by place, as far as they need no store. */
export const GOOD: Readonly<Record<'facts' | 'profile', string>> = {
  facts: '{"command":"deposit","amount":"5","key":"poison","actor":"chaos","reason":"chaos"}\n',
  profile: '{"extends":"balanced","version":1,"name":"poisoned"}\n',
};

export const candleFile = (close: string): string => `ts,open,high,low,close,volume\n2024-02-01T00:00:00Z,1,2,1,1,5\n2024-02-01T01:00:00Z,1,2,1,${close},5\n`;
export const accountFile = (quantity: string): string => `time,type,id,symbol,side,price,quantity,fee,fee_asset,asset\n2024-01-02T09:00:00Z,deposit,d1,,,,${quantity},,,USD\n`;

export type Poison = Readonly<{ name: string; text: string | Buffer }>;

/** Every poison of a good JSON text. */
export const jsonPoisons = (good: string): readonly Poison[] =>
  JSON_POISONERS.flatMap(([name, poisoned]) => {
    const text = poisoned(good);
    return text === null ? [] : [{ name, text }];
  });

/** Every odd number in a file that has one in that place, but those that the file's format allows. */
export const numberPoisons = (fileWith: (number: string) => string, allowed: readonly string[] = []): readonly Poison[] => ODD_NUMBERS.filter(number => !allowed.includes(number)).map(number => ({ name: number.length > 20 ? `${number.slice(0, 10)}…` : number, text: fileWith(number) }));
