/**
 * What is said when a source of market data fails: who, asked for what, what came back, and what to do next. It decides which
 * failures may pass by themselves; how often to try again is not decided here.
 */

/**
 * `rate-limited`: we ask too often. `unreachable`: no answer, or a server's error. `malformed`: an answer that cannot be what was
 * asked for. `refused`: the venue says no. `unknown-market`: it has no such market. `paused`: it failed so often that nothing is
 * asked for a while. `no-key`: it wants a key and none is set. `unknown-source`: nobody knows an exchange of this name.
 */
export type SourceFailure = 'rate-limited' | 'unreachable' | 'malformed' | 'refused' | 'unknown-market' | 'paused' | 'no-key' | 'unknown-source';

export type SourceProblem = Readonly<{
  source: string;
  failure: SourceFailure;
  /** What was asked for: `candles of XXBTZUSD from 2024-01-01T00:00:00Z`. */
  asked: string;
  reason: string;
  hint: string;
  /** How long the source itself asked us to wait; null when it did not say. */
  retryAfterMs?: number | null;
}>;

/** A source failed. The message is `source: asked: reason. hint`. */
export class SourceError extends Error {
  readonly source: string;
  readonly failure: SourceFailure;
  readonly asked: string;
  readonly reason: string;
  readonly hint: string;
  readonly retryAfterMs: number | null;

  constructor({ source, failure, asked, reason, hint, retryAfterMs = null }: SourceProblem) {
    super(`${source}: ${asked}: ${reason}. ${hint}`);
    this.name = 'SourceError';
    this.source = source;
    this.failure = failure;
    this.asked = asked;
    this.reason = reason;
    this.hint = hint;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What may be otherwise a moment later: a limit, an outage, a page of a proxy in place of an answer. */
const PASSING: ReadonlySet<SourceFailure> = new Set(['rate-limited', 'unreachable', 'malformed']);

export const mayPass = (error: unknown): error is SourceError => error instanceof SourceError && PASSING.has(error.failure);

/** Where an answer stands: the source and what it was asked for. */
export type Asked = Readonly<{ source: string; asked: string }>;

/** An answer that corrupts nothing because nothing of it is used. */
export const malformed = (where: Asked, reason: string): SourceError =>
  new SourceError({ ...where, failure: 'malformed', reason, hint: 'Nothing of this answer was stored. Try again later; if it stays so, the venue has changed its format.' });
