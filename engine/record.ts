/** From what core executed to what the store appends: the recorded step, the closed hour with its envelope and snapshot. */
import type { HourClose, RecordedStep, RunKey } from '../adapters/store/recorded-step.ts';
import type { ExecutedHour, ExecutedStep } from '../core/execute.ts';
import type { Digest, HourUtc, TimeMs } from '../core/kernel/units.ts';
import { sealEnvelope } from '../core/seal.ts';
import type { RunMode, SealedEnvelope } from '../core/seal.ts';
import { encodeSnapshot } from '../core/snapshot.ts';
import { stateDigest } from '../core/state.ts';
import { BUILD, ENGINE } from './identity.ts';

/** What an executor could see, and when it ran. */
export type Sight = Readonly<{ ingestThrough: number; inboxThrough: number; executedAtMs: TimeMs }>;

/** Who a run is, for its envelopes. */
export type RunIdentity = Readonly<{ key: RunKey; name: string; mode: RunMode }>;

/** `digest` is the state's after the step where it is known already: the hour record has that of the last. */
export const recordStep = (executed: ExecutedStep, sight: Sight, { inboxIds, digest }: Readonly<{ inboxIds: Readonly<Record<string, number>>; digest: Digest | null }>): RecordedStep => ({
  hour: executed.bucket.hour,
  step: executed.bucket.step,
  facts: executed.bucket.facts,
  factTexts: executed.factTexts,
  decisions: executed.decisions,
  decisionTexts: executed.decisionTexts,
  // The feed reuses its buffer for the next step.
  marketContent: executed.bucket.market.content.slice(),
  inboxIds,
  stateDigest: digest ?? stateDigest(executed.state),
  ...sight,
});

type Envelope = Readonly<{ hour: HourUtc; hourHash: Digest; previous: Digest; sight: Sight }>;

export const envelopeFor = ({ key, name, mode }: RunIdentity, { hour, hourHash, previous, sight }: Envelope): SealedEnvelope =>
  sealEnvelope({
    account: key.account,
    build: BUILD,
    engine: ENGINE,
    executedAtMs: sight.executedAtMs,
    hour,
    hourHash,
    inboxThrough: sight.inboxThrough,
    ingestThrough: sight.ingestThrough,
    mode,
    name,
    previous,
    run: key.id,
    version: 1,
  });

type Closing = Readonly<{ identity: RunIdentity; previousEnvelope: Digest; sight: Sight; withSnapshot: boolean }>;

export const closeOf = (executed: ExecutedHour, { identity, previousEnvelope, sight, withSnapshot }: Closing): HourClose => {
  const { sealed, valuation, after } = executed;
  return {
    sealed,
    envelope: envelopeFor(identity, { hour: sealed.hour, hourHash: sealed.hash, previous: previousEnvelope, sight }),
    equity: valuation.value,
    snapshot: withSnapshot ? { hour: sealed.hour, digest: sealed.record.state, bytes: encodeSnapshot(after.state) } : null,
  };
};
