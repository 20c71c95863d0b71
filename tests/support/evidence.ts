/**
 * A small signed log made by hand: keys from fixed seeds, hours with events that mean nothing, and envelopes over them, each
 * with the fields that specs/hashing.md lists. What is proved about it does not depend on any rule of trading.
 */
import { createHash, createPrivateKey } from 'node:crypto';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { leafOfText } from '../../core/kernel/merkle.ts';
import { auditPath, hashTreeOf, treeHead } from '../../core/kernel/merkle-proof.ts';
import type { HashTree } from '../../core/kernel/merkle-proof.ts';
import { noteOf, publicBytesOf, signatureLine, verifierKey } from '../../adapters/keys/signed-note.ts';
import type { SignerKey } from '../../adapters/keys/signed-note.ts';
import type { Trusted } from '../../adapters/keys/trust.ts';
import { checkpointText, originOf } from '../../engine/checkpoint-text.ts';
import { eventProofOf } from '../../engine/event-proof.ts';
import type { EventProof, EventTree } from '../../engine/event-proof.ts';

/** PKCS #8 of an Ed25519 seed is this prefix and the seed. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export const seedOf = (number: number): Buffer => createHash('sha256').update(`seed ${number}`).digest();

/** A signer whose secret is known to everybody. */
export const signerOf = (name: string, number: number): SignerKey => {
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8, seedOf(number)]), format: 'der', type: 'pkcs8' });
  return { key: verifierKey(name, publicBytesOf(secret)), secret };
};

export const OPERATOR = signerOf('operator', 1);
export const AUDITOR = signerOf('example.com/auditor', 2);
export const believing = (...signers: readonly SignerKey[]): readonly Trusted[] => signers.map(({ key }) => ({ key, revoked: false }));

const plain = (text: string): string => createHash('sha256').update(text).digest('hex');
const leafHex = (text: string): string => Buffer.from(leafOfText(text), 'latin1').toString('hex');
const rootHex = (texts: readonly string[]): string => {
  const tree = hashTreeOf(texts.map(leafOfText));
  return Buffer.from(treeHead(tree, tree.size), 'latin1').toString('hex');
};

export const STORE = '0c8ad1a4-6d5e-4b4e-9f55-4f0b6a3f6a01';
export const RUN = '5b0d3c62-1f0a-4d8e-8a55-9a4c8b1f7e02';
export const FIRST_HOUR = 473_352;

type Market = Readonly<{ content: string; candles: readonly (readonly string[])[] }>;
type HourOfLog = Readonly<{ hour: number; market: Market; factTexts: readonly string[]; decisionTexts: readonly string[]; recordText: string; envelopeText: string }>;

export type HandmadeLog = Readonly<{ genesis: string; openingText: string; hours: readonly HourOfLog[]; tree: HashTree }>;

type Names = Readonly<{ name?: string; mode?: string; account?: string }>;

type Opening = Readonly<{ manifest?: string; state?: string }>;

/** A candle that closed in an hour, its content and the values, by §4. */
const marketOf = (hour: number): Market => {
  const openMs = 3_600_000 * hour;
  const values = ['1.5', '2', '1', '1.25', '100'];
  const digest = plain(canonicalText(['AAA/USD', '1h', openMs, ...values]));
  return { content: canonicalText({ candles: [['AAA/USD', digest]], openMs, timeframe: '1h', type: 'candles', version: 1 }), candles: [values] };
};

/** A log of so many hours over a manifest that says nothing; `state` is the digest after every hour, else one that stands for it. */
export const handmadeLog = (count: number, { name = 'desk', mode = 'paper', account = 'paper' }: Names = {}, { manifest = '{}', state }: Opening = {}): HandmadeLog => {
  const genesis = plain(manifest);
  const envelopeOf = (hour: number, fields: Readonly<{ hourHash: string; previous: string }>): string =>
    canonicalText({
      account, build: 'tb/0.1.0', engine: 'node/24.21.0 linux-x64 f64/4c30167e550dc3d3', executedAtMs: 3_600_000 * (hour + 1) + 61_000, hour, inboxThrough: 0, ingestThrough: 7, mode, name, run: RUN, version: 1, ...fields,
    });
  const openingText = envelopeOf(FIRST_HOUR - 1, { hourHash: genesis, previous: '0'.repeat(64) });
  const hours: HourOfLog[] = [];
  let [previous, envelope] = [genesis, leafHex(openingText)];
  for (let index = 0; index < count; index += 1) {
    const hour = FIRST_HOUR + index;
    const market = marketOf(hour);
    const told = Array.from({ length: index % 3 }, (_, seq) => canonicalText({ hour, seq, type: 'opaque', what: 'fact' }));
    const factTexts = [canonicalText({ atMs: 3_600_000 * (hour + 1), candles: 1, digest: plain(market.content), type: 'market' }), ...told];
    const decisionTexts = Array.from({ length: index % 6 }, (_, seq) => canonicalText({ hour, note: 'é😀', seq, type: 'opaque', what: 'decision' }));
    const recordText = canonicalText({
      counts: { decisions: decisionTexts.length, facts: factTexts.length }, decisionsRoot: rootHex(decisionTexts), encoding: 2, factsRoot: rootHex(factTexts), genesis, hour, previous, semantics: 1, state: state ?? plain(`state ${index}`), steps: 1,
      trialBalance: plain(`ledger ${index}`), version: 1,
    });
    const envelopeText = envelopeOf(hour, { hourHash: leafHex(recordText), previous: envelope });
    hours.push({ hour, market, factTexts, decisionTexts, recordText, envelopeText });
    [previous, envelope] = [leafHex(recordText), leafHex(envelopeText)];
  }
  return { genesis, openingText, hours, tree: hashTreeOf([openingText, ...hours.map(({ envelopeText }) => envelopeText)].map(leafOfText)) };
};

/** A checkpoint over the first `size` envelopes. */
export const checkpointOver = ({ tree }: HandmadeLog, size: number, ...signers: readonly SignerKey[]): string => {
  const text = checkpointText({ origin: originOf({ store: STORE, run: RUN }), size, root: treeHead(tree, size) });
  return noteOf(text, signers.map(signer => signatureLine(text, signer)));
};

export type Proved = Readonly<{ hour: number; tree: EventTree; index: number; size: number; checkpoint: string }>;

/** The proof of an event of the log; `hour` counts from its first. */
export const proofOf = (log: HandmadeLog, { hour, tree, index, size, checkpoint }: Proved): EventProof => {
  const at = log.hours[hour]!;
  const texts = tree === 'facts' ? at.factTexts : at.decisionTexts;
  return eventProofOf({
    tree,
    eventText: texts[index]!,
    index,
    eventPath: auditPath(hashTreeOf(texts.map(leafOfText)), { index, size: texts.length }),
    recordText: at.recordText,
    envelopeText: at.envelopeText,
    leaf: hour + 1,
    logPath: auditPath(log.tree, { index: hour + 1, size }),
    checkpoint,
  });
};

type Stretch = Readonly<{ from: number; hours: number; signer: SignerKey }>;

const MANIFEST = canonicalText({ note: 'events of this run mean nothing', startHour: FIRST_HOUR, timeframe: '1h' });

/** A bundle of a log by hand whose facts are markets of one candle: nothing that core would execute, and all that is hashed. */
export const bundleOver = ({ from, hours, signer }: Stretch): Readonly<{ lines: readonly string[]; head: string }> => {
  const [text, bytes, parts] = ['["a lot: é😀"]', Buffer.from([0, 1, 2, 255]), [Buffer.from([3]), Buffer.from([4, 5]), Buffer.alloc(0)]] as const;
  const slices = [['first', 'text', text], ['second', 'bytes', bytes.toString('base64')], ['third', 'parts', ...parts.map(part => part.toString('base64'))]];
  const leafOfBytes = (content: Uint8Array): Buffer => createHash('sha256').update(Uint8Array.of(0)).update(content).digest();
  const hashed = [Buffer.from(text, 'utf8'), bytes, Buffer.concat([parts[0], leafOfBytes(parts[1]), leafOfBytes(parts[2])])];
  const state = leafOfBytes(Buffer.concat(hashed.map(leafOfBytes))).toString('hex');
  const log = handmadeLog(40, {}, { manifest: MANIFEST, state });
  const window = log.hours.slice(from, from + hours);
  const perHour = window.flatMap(({ hour, market, factTexts, decisionTexts, recordText, envelopeText }) => [
    canonicalText({ candles: market.candles, content: JSON.parse(market.content) as unknown, hour, step: 0, what: 'market' }),
    ...factTexts.map((text, seq) => canonicalText({ event: JSON.parse(text) as unknown, hour, seq, step: 0, what: 'fact' })),
    ...decisionTexts.map((text, seq) => canonicalText({ event: JSON.parse(text) as unknown, hour, seq, step: 0, what: 'decision' })),
    canonicalText({ event: JSON.parse(recordText) as unknown, hash: leafHex(recordText), hour, what: 'hour' }),
    canonicalText({ event: JSON.parse(envelopeText) as unknown, hour, what: 'envelope' }),
  ]);
  const leaf = from + hours;
  const path = auditPath(log.tree, { index: leaf, size: 41 });
  const lines = [
    canonicalText({ from: FIRST_HOUR + from, hours, reducer: { build: 'tb/0.1.0', core: plain('core'), encoding: 2, semantics: 1 }, version: 1, what: 'bundle' }),
    canonicalText({ event: JSON.parse(MANIFEST) as unknown, what: 'manifest' }),
    canonicalText({ record: JSON.parse(log.hours[from - 1]!.recordText) as unknown, slices, what: 'state' }),
    ...perHour,
    canonicalText({ checkpoint: checkpointOver(log, 41, signer), digests: Buffer.from(path.join(''), 'latin1').toString('base64'), leaf, what: 'checkpoint' }),
  ];
  return { lines, head: leafHex(window.at(-1)!.recordText) };
};

type Line = Record<string, unknown> & { what: string; hour?: number };

/** The lines of a bundle with roots, records, hashes and envelopes made anew over whatever the events are now. */
export const refit = (lines: readonly string[]): readonly string[] => {
  const parsed = lines.map(line => JSON.parse(line) as Line);
  let previous: string | null = null;
  let envelope: string | null = null;
  const made = parsed.map(line => {
    const event = line['event'] as Record<string, unknown>;
    if (line.what === 'hour') {
      const textsOf = (what: string): readonly string[] => parsed.filter(one => one.what === what && one.hour === line.hour).map(one => canonicalText(one['event']));
      const record = { ...event, factsRoot: rootHex(textsOf('fact')), decisionsRoot: rootHex(textsOf('decision')), ...(previous === null ? {} : { previous }) };
      previous = leafHex(canonicalText(record));
      return { ...line, event: record, hash: previous };
    }
    if (line.what !== 'envelope') return line;
    const sealed: Record<string, unknown> = { ...event, hourHash: previous, ...(envelope === null ? {} : { previous: envelope }) };
    envelope = leafHex(canonicalText(sealed));
    return { ...line, event: sealed };
  });
  return made.map(line => canonicalText(line));
};
