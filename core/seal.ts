/**
 * Sealing: the hour record is the canonical text that everything about an hour is hashed into, chained to the hour
 * before. The envelope beside it says who executed the hour, where and how, and is chained on its own.
 */
import { canonicalText } from './kernel/canonical.ts';
import { hexOf } from './kernel/digest.ts';
import { leafOfText, merkleRoot } from './kernel/merkle.ts';
import type { Digest, HourUtc, TimeMs } from './kernel/units.ts';

export type HourRecord = Readonly<{
  version: 1;
  genesis: Digest;
  hour: HourUtc;
  steps: number;
  counts: Readonly<{ facts: number; decisions: number }>;
  /** RFC 6962 roots over the hour's facts and decisions in order of consumption. */
  factsRoot: Digest;
  decisionsRoot: Digest;
  /** RFC 6962 root over the bytes of the state's slices after the last step. */
  state: Digest;
  /** RFC 6962 leaf hash of the ledger slice's bytes. */
  trialBalance: Digest;
  semantics: number;
  encoding: number;
  /** Hash of the hour before; the genesis for the first. */
  previous: Digest;
}>;

/** An hour as sealed: its canonical record and its hash, which is also its leaf in the RFC 6962 log of hours. */
export type SealedHour = Readonly<{ hour: HourUtc; record: HourRecord; text: string; hash: Digest }>;

export const sealHour = (record: HourRecord): SealedHour => {
  const text = canonicalText(record);
  return { hour: record.hour, record, text, hash: hexOf(leafOfText(text)) };
};

/** The root over the canonical texts of an hour's facts or decisions. */
export const rootOfTexts = (texts: readonly string[]): Digest => hexOf(merkleRoot(texts.map(leafOfText)));

export type RunMode = 'backtest' | 'paper' | 'live';

/** Who, where and how. The first envelope opens the run: its hour is the one before the start, its hourHash the genesis. */
export type Envelope = Readonly<{
  version: 1;
  run: string;
  name: string;
  mode: RunMode;
  account: string;
  hour: HourUtc;
  hourHash: Digest;
  /** Version and content of the code that executed the hour. */
  build: string;
  /** Engine and arithmetic fingerprint. */
  engine: string;
  executedAtMs: TimeMs;
  /** Highest ingest and inbox rows the hour could see. */
  ingestThrough: number;
  inboxThrough: number;
  /** Hash of the envelope before; 64 zeros for the opening one. */
  previous: Digest;
}>;

export type SealedEnvelope = Readonly<{ envelope: Envelope; text: string; hash: Digest }>;

export const NO_ENVELOPE = '0'.repeat(64) as Digest;

export const sealEnvelope = (envelope: Envelope): SealedEnvelope => {
  const text = canonicalText(envelope);
  return { envelope, text, hash: hexOf(leafOfText(text)) };
};
