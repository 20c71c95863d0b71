/**
 * What every hash rests on, tried before anything is executed: doubles bit by bit, whole numbers of any size, the
 * spelling of numbers and texts, order, and SHA-256. An engine that answers otherwise must not trade or replay.
 */
import { sha256Hex } from '../core/kernel/digest.ts';
import { refused } from './problem.ts';

/** Sums, products, quotients, roots and roundings whose exact bits IEEE 754 prescribes; also numbers so small that they are subnormal. */
const doubles = (): string => {
  const numbers = new Float64Array(192);
  let value = 0.1;
  let tiny = 2.2e-308;
  for (let index = 0; index < 64; index += 1) {
    value = Math.sqrt(value * 3.7 + index / 7) - value / 3;
    tiny = tiny / 1.7 + 4.9e-324;
    numbers[3 * index] = value;
    numbers[3 * index + 1] = tiny;
    numbers[3 * index + 2] = Math.floor(value * 1e9) + Math.ceil(-value) + Math.trunc(value * 1e3) + Math.round(index - 31.5) + Math.fround(value) + Math.abs(-value) + Math.max(value, 0.25) + Math.min(value, 0.75) + Math.sign(-value);
  }
  return sha256Hex(new Uint8Array(numbers.buffer));
};

/** Products, quotients towards zero, remainders and 64-bit wrapping of whole numbers beyond any machine word. */
const wholeNumbers = (): string => {
  const texts: string[] = [];
  let value = 987_654_321n;
  for (let round = 1n; round <= 48n; round += 1n) {
    value = value * -1_000_000_007n + 10n ** round;
    texts.push(`${value / 998_244_353n} ${value % 998_244_353n} ${BigInt.asIntN(64, value)} ${BigInt.asUintN(64, value)} ${value >> 7n} ${Math.imul(Number(value % 65_536n), 40_503)} ${Math.clz32(Number(round))}`);
  }
  return sha256Hex(texts.join('\n'));
};

const SPELLED: readonly unknown[] = [0, -0, 1e21, 1e-7, 0.1 + 0.2, 5e-324, 1.797_693_134_862_315_7e308, 123_456_789.123_456_78, 'ß "\\\u0001\u2028🦎', [null, true, 'a']];

/** Numbers and texts as JSON spells them, read back, and doubles of decimal text. */
const spelling = (): string => sha256Hex(JSON.stringify([SPELLED, SPELLED.map(String), ['0.1', '1e-400', '9007199254740993', '2.2250738585072011e-308'].map(text => String(Number(text)))]));

/** Texts in order of their code units, whatever the locale; equal ones stay where they stood. */
const order = (): string => {
  const words = ['é', 'z', 'Z', 'a', 'ä', '\u{1F98E}', '\uFFFD', 'a', '10', '9', '', ...Array.from({ length: 24 }, (_, index) => (index % 2 === 0 ? 'm' : 'n'))];
  const sorted = words.map((word, place) => ({ word, place })).sort((left, right) => (left.word < right.word ? -1 : left.word > right.word ? 1 : 0));
  return sha256Hex(sorted.map(({ word, place }) => `${word}${place}`).join());
};

/** Bytes of numbers as memory holds them: little-endian. */
const bytes = (): string => sha256Hex(new Uint8Array(new Float64Array([1.5, -0.1]).buffer)) + sha256Hex(new Uint8Array(new BigInt64Array([-2n, 1n << 40n]).buffer));

const PARTS = { doubles, 'whole numbers': wholeNumbers, spelling, order, bytes } as const;
type Part = keyof typeof PARTS;

/** What IEEE 754 and ECMAScript prescribe; a program in another language comes to the same numbers. */
const EXPECTED: Readonly<Record<Part, string>> = {
  doubles: '7add5481998d2518b08fa33d3d01b83c89fe4efc1a43a64be239a5282a790588',
  'whole numbers': '56f294b2f149a6dbab4edfa3cf2ca8ea0304a56bf89e467b9f957d5b48ed4ecb',
  spelling: 'cbf1e0b599fdce17099c5942a957fd0475928921c42e4738f057a74ce054ed82',
  order: 'cc460b936197e2e2d31f108b8da9b0aeb05e03427e3adfa6acb7bfd4769c75ed',
  bytes: 'b48cd750bede398629e507728da9f4f2f09e92855e536d95169b82bc655a58bde4c56eb66c4c784b68e26a7885381298a739b2fca42dacccffa7e490cf402071',
};

/** Sixteen hex digits over every part, for the envelope of each hour. */
export const arithmeticFingerprint = (): string => sha256Hex(Object.values(PARTS).map(part => part()).join()).slice(0, 16);

/** Parts in which this engine differs from what is prescribed. */
export const differingParts = (): readonly Part[] => (Object.keys(PARTS) as Part[]).filter(part => PARTS[part]() !== EXPECTED[part]);

let passed = false;

/** Throws Problem (refused) unless this engine computes as every other does. Tried once a process. */
export const requireExactEngine = (): void => {
  if (passed) return;
  const parts = differingParts();
  if (parts.length > 0) {
    throw refused(
      `This engine computes otherwise than is prescribed (${parts.join(', ')}): decisions and hashes made here could not be replayed anywhere else.`,
      'Run "make install" and use npx tb, which brings the engine that tb is tested on; remove whatever replaces built-in functions (NODE_OPTIONS, --import, --require).',
    );
  }
  passed = true;
};
