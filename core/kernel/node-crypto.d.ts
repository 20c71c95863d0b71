/** The one thing core takes from outside, as kernel/digest.ts uses it. Only core/tsconfig.json reads this file. */
declare module 'node:crypto' {
  type Input = string | Uint8Array;
  type TextEncoding = 'hex' | 'binary';
  type Sha256 = Readonly<{ update: (input: Input) => Sha256; digest: (encoding: TextEncoding) => string }>;

  export function hash(algorithm: 'sha256', input: Input, encoding: TextEncoding): string;
  export function createHash(algorithm: 'sha256'): Sha256;
}
