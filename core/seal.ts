/**
 * Sealing: the hour record is the canonical text that everything about an hour is hashed into, chained to the hour
 * before. The envelope beside it says who executed the hour, where and how, and is chained on its own.
 */
import { canonicalText, numberText } from './kernel/canonical.ts';
import { leafDigestOfText } from './kernel/merkle.ts';
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
  /** Leaf hash over the digests of the state's slices after the last step. */
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
  const text = recordText(record);
  return { hour: record.hour, record, text, hash: leafDigestOfText(text) };
};

/** Canonical like every other text, and spelled out because there is one in every hour. */
const recordText = (record: HourRecord): string =>
  `{"counts":{"decisions":${numberText(record.counts.decisions)},"facts":${numberText(record.counts.facts)}},"decisionsRoot":"${record.decisionsRoot}",` +
  `"encoding":${numberText(record.encoding)},"factsRoot":"${record.factsRoot}","genesis":"${record.genesis}","hour":${numberText(record.hour)},` +
  `"previous":"${record.previous}","semantics":${numberText(record.semantics)},"state":"${record.state}","steps":${numberText(record.steps)},` +
  `"trialBalance":"${record.trialBalance}","version":${numberText(record.version)}}`;

export type RunMode = 'backtest' | 'paper' | 'live' | 'import';

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
  return { envelope, text, hash: leafDigestOfText(text) };
};
