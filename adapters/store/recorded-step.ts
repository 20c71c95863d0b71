/**
 * What a writer is given of an executed step or hour: events beside their canonical texts, so that nothing is encoded
 * twice and what was hashed is what is stored. It decides nothing.
 */
import type { Decision } from '../../core/events.ts';
import type { Digest, HourUtc, Money, TimeMs } from '../../core/kernel/units.ts';
import type { Fact } from '../../core/log.ts';
import type { SealedEnvelope, SealedHour } from '../../core/seal.ts';

export type Retention = 'kept' | 'backtest';

/** What every row of a run carries, and the account its client order ids are made from. */
export type RunKey = Readonly<{ id: string; retention: Retention; account: string }>;

export type RecordedStep = Readonly<{
  hour: HourUtc;
  step: number;
  facts: readonly Fact[];
  factTexts: readonly string[];
  decisions: readonly Decision[];
  decisionTexts: readonly string[];
  /** The content that the step's market fact names by digest; null in a step without one. */
  marketContent: Uint8Array | null;
  /** The inbox row behind each operator fact, by the command's key. */
  inboxIds: Readonly<Record<string, number>>;
  stateDigest: Digest;
  /** The highest ingest and inbox rows that the step could see. */
  ingestThrough: number;
  inboxThrough: number;
  executedAtMs: TimeMs;
}>;

/** The state as bytes, and the digest that the hour record has of it. */
export type Snapshot = Readonly<{ hour: HourUtc; digest: Digest; bytes: Uint8Array }>;

/** What the last step of an hour adds. */
export type HourClose = Readonly<{
  sealed: SealedHour;
  envelope: SealedEnvelope;
  /** Portfolio value at the close, for lists and charts; a cache. */
  equity: Money;
  snapshot: Snapshot | null;
}>;
