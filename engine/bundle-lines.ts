/**
 * The lines of a bundle, read one by one: what kind each is and what it holds. A line that is not canonical, not of a known
 * kind or out of its place ends the reading, for nothing after it could be believed.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { canonicalText } from '../core/kernel/canonical.ts';
import { usage } from './problem.ts';
import { typed } from './wording.ts';
import type { PackedSlice } from './bundle-state.ts';
import type { ReducerIdentity } from './reducer-identity.ts';

export type BundleLine =
  | Readonly<{ what: 'bundle'; from: number; hours: number; reducer: ReducerIdentity; version: number }>
  | Readonly<{ what: 'manifest'; event: unknown }>
  | Readonly<{ what: 'strategy'; source: string }>
  | Readonly<{ what: 'state'; record: unknown; slices: readonly PackedSlice[] }>
  | Readonly<{ what: 'market'; hour: number; step: number; content: unknown; candles: readonly (readonly string[])[] }>
  | Readonly<{ what: 'fact' | 'decision'; hour: number; step: number; seq: number; event: unknown }>
  | Readonly<{ what: 'hour'; hour: number; hash: string; event: unknown }>
  | Readonly<{ what: 'envelope'; hour: number; event: unknown }>
  | Readonly<{ what: 'checkpoint'; checkpoint: string; digests: string; leaf: number }>;

export type NumberedLine = Readonly<{ number: number; line: BundleLine }>;

/** Why a bundle cannot be read any further. */
export class BundleError extends Error {
  readonly line: number;
  constructor(line: number, why: string) {
    super(`line ${line} ${why}`);
    this.name = 'BundleError';
    this.line = line;
  }
}

type Test = (value: unknown) => boolean;
const whole: Test = value => Number.isSafeInteger(value);
const text: Test = value => typeof value === 'string';
const fields: Test = value => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Who made a bundle is said and not proven, so it is at least a name: no hash covers what stands here. */
const reducer: Test = value => {
  const { build, core, encoding, semantics } = fields(value) ? (value as Readonly<Record<string, unknown>>) : {};
  return typeof build === 'string' && /^[!-~]{1,100}$/.test(build) && typeof core === 'string' && /^[0-9a-f]{64}$/.test(core) && whole(encoding) && whole(semantics);
};
const rowsOfTexts: Test = value => Array.isArray(value) && value.every(row => Array.isArray(row) && row.every(text));

/** The fields of each kind beside `what`. */
const SHAPES: Readonly<Record<BundleLine['what'], Readonly<Record<string, Test>>>> = {
  bundle: { from: whole, hours: whole, reducer, version: value => value === 1 },
  manifest: { event: fields },
  strategy: { source: text },
  state: { record: fields, slices: rowsOfTexts },
  market: { candles: rowsOfTexts, content: fields, hour: whole, step: whole },
  fact: { event: fields, hour: whole, seq: whole, step: whole },
  decision: { event: fields, hour: whole, seq: whole, step: whole },
  hour: { event: fields, hash: text, hour: whole },
  envelope: { event: fields, hour: whole },
  checkpoint: { checkpoint: text, digests: text, leaf: whole },
};

const lineOf = (json: string, number: number): BundleLine => {
  const value = parsed(json) ?? refuse(number, 'is not one canonical JSON object');
  const shape = SHAPES[value.what];
  if (shape === undefined) return refuse(number, `is of no known kind: ${JSON.stringify(value.what)}`);
  const names = Object.keys(value).filter(name => name !== 'what');
  const isWhole = names.length === Object.keys(shape).length && Object.entries(shape).every(([name, test]) => test((value as unknown as Record<string, unknown>)[name]));
  return isWhole ? value : refuse(number, `has other fields than a line of kind ${value.what}`);
};

const refuse = (number: number, why: string): never => {
  throw new BundleError(number, why);
};

const parsed = (json: string): BundleLine | null => {
  try {
    const value = JSON.parse(json) as unknown;
    return fields(value) && canonicalText(value) === json ? (value as BundleLine) : null;
  } catch {
    return null;
  }
};

const GZIP_MAGIC = [0x1f, 0x8b];

/** Every line of a bundle, gzipped or plain. Throws BundleError at a line that cannot be read, Problem for a file that is not there. */
export async function* readBundle(path: string): AsyncGenerator<NumberedLine, void, void> {
  const source = await openedAt(path);
  let number = 0;
  try {
    for await (const json of createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY })) yield { number: (number += 1), line: lineOf(json, number) };
  } catch (error) {
    if (error instanceof BundleError || !(error instanceof Error) || !('code' in error)) throw error;
    throw new BundleError(number + 1, `cannot be read (${String(error.code)}): the file is cut off or damaged`);
  }
  if (number === 0) throw new BundleError(1, 'is missing: the file is empty');
}

const openedAt = async (path: string): Promise<NodeJS.ReadableStream> => {
  try {
    const file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
    await file.close();
    const stream = createReadStream(path);
    if (bytesRead < GZIP_MAGIC.length || !GZIP_MAGIC.every((byte, index) => buffer[index] === byte)) return stream;
    const plain = createGunzip();
    stream.on('error', error => plain.destroy(error));
    return stream.pipe(plain);
  } catch (error) {
    throw usage(`${typed(path)} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : String(error)}).`, 'Name a bundle that tb bundle wrote.');
  }
};
