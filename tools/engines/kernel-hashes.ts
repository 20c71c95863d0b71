/**
 * Hashes of what the kernel computes over a few thousand generated inputs. An engine that rounds, orders, formats or
 * hashes differently anywhere shows up as a hash of that part; the parts say where to look.
 */
import { canonicalText } from '../../core/kernel/canonical.ts';
import { formatDecimal, parseDecimal } from '../../core/kernel/decimal.ts';
import { sha256Hex } from '../../core/kernel/digest.ts';
import { formatTime, parseTime } from '../../core/kernel/hours.ts';
import { leafOfText, merkleRoot } from '../../core/kernel/merkle.ts';
import { byCodeUnit } from '../../core/kernel/order.ts';
import { divideDown, divideHalfEven, divideUp } from '../../core/kernel/rounding.ts';
import { timeMs } from '../../core/kernel/units.ts';

const COUNT = 4_000;

/** A 32-bit generator in integer arithmetic alone (mulberry32), so that the inputs themselves cannot differ. */
const generator = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
};

const wideInteger = (next: () => number): bigint => {
  const magnitude = (BigInt(next()) << 64n) | (BigInt(next()) << 32n) | BigInt(next());
  const shortened = magnitude >> BigInt(next() % 90);
  return next() % 2 === 0 ? shortened : -shortened;
};

const linesOf = (line: (next: () => number, index: number) => string): string => {
  const next = generator(20_240_301);
  const lines: string[] = [];
  for (let index = 0; index < COUNT; index += 1) lines.push(line(next, index));
  return lines.join('\n');
};

const decimals = (): string =>
  linesOf(next => {
    const text = formatDecimal(wideInteger(next));
    return `${text} ${parseDecimal(text)}`;
  });

const divisions = (): string =>
  linesOf(next => {
    const dividend = wideInteger(next);
    const divisor = BigInt(1 + (next() % 1_000_000));
    return `${divideDown(dividend, divisor)} ${divideUp(dividend, divisor)} ${divideHalfEven(dividend, divisor)}`;
  });

const times = (): string =>
  linesOf(next => {
    const text = formatTime(timeMs((next() % 4_000_000_000) * 1_000 + (next() % 1_000)));
    return `${text} ${parseTime(text)}`;
  });

const canonicalTexts = (): string =>
  linesOf((next, index) =>
    canonicalText({ zeta: wideInteger(next), [`k${next() % 100}`]: [next(), null, true], 'İ\u0000"': String.fromCodePoint(0x1f300 + (index % 500)) }),
  );

const orders = (): string => {
  const next = generator(7);
  const words = Array.from({ length: COUNT }, () => String.fromCodePoint(65 + (next() % 60), 0xe0 + (next() % 30), 0x10000 + (next() % 99)));
  return words.sort(byCodeUnit).join(' ');
};

const roots = (): string => {
  const leaves = Array.from({ length: 257 }, (_, index) => leafOfText(`leaf ${index}`));
  return Array.from({ length: 258 }, (_, count) => Array.from(merkleRoot(leaves.slice(0, count))).join(',')).join('\n');
};

/** The shape of every indicator: running averages, squares and roots in a fixed order, as the bytes of the doubles. */
const doubles = (): string => {
  const next = generator(99);
  const bytes = new DataView(new ArrayBuffer(8));
  const lines: string[] = [];
  let [average, variance] = [100, 0];
  for (let index = 0; index < COUNT * 10; index += 1) {
    const price = 90 + (next() % 2_000_000) / 100_000;
    const gap = price - average;
    average += gap / 13;
    variance = (12 * variance + gap * gap) / 13;
    const value = Math.sqrt(variance) + Math.fround(price) / 3 - Math.round(gap) * Math.trunc(average);
    bytes.setFloat64(0, value);
    if (index % 10 === 0) lines.push(`${bytes.getBigUint64(0).toString(16)} ${value} ${Number(String(value)) === value}`);
  }
  return lines.join('\n');
};

const PARTS = { decimals, divisions, times, canonicalTexts, orders, roots, doubles } as const;

/** Part of the kernel to the SHA-256 of everything it computed. */
export const kernelHashes = (): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(PARTS).map(([name, compute]) => [`kernel ${name}`, sha256Hex(compute())]));
