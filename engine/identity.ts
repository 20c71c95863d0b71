/** Who executes: the build of tb and the engine under it, with a fingerprint of the arithmetic that core relies on. */
import { sha256Hex } from '../core/kernel/digest.ts';

export const VERSION = '0.1.0';
export const BUILD = `tb/${VERSION}`;

/** Additions, products, quotients and roots whose exact bits IEEE 754 prescribes; an engine that differs shows here. */
const arithmeticFingerprint = (): string => {
  const numbers = new Float64Array(64);
  let value = 0.1;
  for (let index = 0; index < numbers.length; index += 1) {
    value = Math.sqrt(value * 3.7 + index / 7) - value / 3;
    numbers[index] = value;
  }
  return sha256Hex(new Uint8Array(numbers.buffer)).slice(0, 16);
};

/** Written into every envelope, so that a run says what it was executed on. */
export const ENGINE = `node/${process.versions.node} ${process.platform}-${process.arch} f64/${arithmeticFingerprint()}`;
