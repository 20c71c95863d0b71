/**
 * One request on the wire: a whole body within the time given, counted, or a failure that says what came instead. It knows
 * statuses and bytes; what an answer means is for those who asked.
 */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { formatTime } from '../../core/kernel/hours.ts';
import { digestOf, timeMs } from '../../core/kernel/units.ts';
import type { Digest, TimeMs } from '../../core/kernel/units.ts';
import type { Tally } from './request-tally.ts';
import { malformed, SourceError } from './source-error.ts';
import type { Asked } from './source-error.ts';

export type HttpAnswer = Readonly<{ status: number; statusText: string; headers: Headers; content: Uint8Array; body: string; bytes: number; receivedMs: TimeMs }>;

/** Answers that belong together: how many, how large, and one SHA-256 over their bodies in order. */
export type Receipt = Readonly<{ add: (answer: HttpAnswer) => void; requests: () => number; bytes: () => number; receivedMs: () => TimeMs; sha256: () => Digest }>;

export const newReceipt = (): Receipt => {
  const hash: Hash = createHash('sha256');
  let [requests, bytes, receivedMs] = [0, 0, 0];
  return {
    add: answer => {
      hash.update(answer.content);
      requests += 1;
      bytes += answer.bytes;
      receivedMs = Math.max(receivedMs, answer.receivedMs);
    },
    requests: () => requests,
    bytes: () => bytes,
    receivedMs: () => timeMs(receivedMs),
    sha256: () => digestOf(hash.copy().digest('hex')),
  };
};

export type Wire = Readonly<{ timeoutMs: number; tally: Tally; now: () => TimeMs }>;
export type HttpRequest = Readonly<{ url: string; headers: Readonly<Record<string, string>>; method: string; body: string | null }>;

/** `Retry-After` in seconds or as a date; null when absent or unreadable. */
export const retryAfterMs = (header: string | null, nowMs: number): number | null => {
  if (header === null) return null;
  if (/^\d{1,6}$/.test(header.trim())) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
};

const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message || ('code' in cause ? String(cause.code) : cause.name)}` : error.message;
};

const unreachable = (asked: Asked, reason: string): SourceError =>
  new SourceError({ ...asked, failure: 'unreachable', reason, hint: 'Check the connection to the internet and the status page of the venue.' });

const TOO_MANY = new Set([418, 429]);
const FORBIDDEN = new Set([403, 451]);

const refuseStatus = (asked: Asked, answer: HttpAnswer, tally: Tally): void => {
  const { status, statusText, headers, receivedMs } = answer;
  const said = `it answered ${status}${statusText === '' ? '' : ` ${statusText}`}`;
  if (TOO_MANY.has(status)) {
    tally.add('refusals', 1);
    const waitMs = retryAfterMs(headers.get('retry-after'), receivedMs);
    throw new SourceError({
      ...asked,
      failure: 'rate-limited',
      reason: `${said}, which means that it is asked too often${waitMs === null ? '' : `, and wants to be left alone until ${formatTime(timeMs(receivedMs + waitMs))}`}`,
      hint: 'Lower the request budget, or ask later.',
      retryAfterMs: waitMs,
    });
  }
  if (status >= 500 || status === 408) {
    const error = unreachable(asked, said);
    throw new SourceError({ ...asked, failure: 'unreachable', reason: error.reason, hint: error.hint, retryAfterMs: retryAfterMs(headers.get('retry-after'), receivedMs) });
  }
  if (FORBIDDEN.has(status)) {
    throw new SourceError({ ...asked, failure: 'refused', reason: said, hint: 'The venue does not serve this address or region; another source may.' });
  }
  if (status >= 300 && status < 400) throw malformed(asked, `${said} and sends elsewhere, which its API never does`);
};

/** How a body begins, for a message. */
const beginning = (body: string): string => {
  const text = body.trim().slice(0, 40).replace(/\s+/g, ' ');
  return text === '' ? 'is empty' : `begins with ${JSON.stringify(text)}`;
};

/** An answer that is no JSON at all: a web page, a body that was cut off. */
export const noJson = (asked: Asked, body: string): SourceError =>
  malformed(asked, `the answer of ${Buffer.byteLength(body)} bytes is no JSON; it ${beginning(body)}`);

/**
 * Sends one request and reads its whole body. Answers with status 2xx or 4xx are returned; too many requests, server errors,
 * redirects, time-outs and broken connections are thrown as SourceError.
 */
export const sendRequest = async (wire: Wire, asked: Asked, { url, headers, method, body }: HttpRequest): Promise<HttpAnswer> => {
  const { tally, timeoutMs, now } = wire;
  tally.add('requests', 1);
  const signal = AbortSignal.timeout(timeoutMs);
  let answer: HttpAnswer;
  try {
    const response = await fetch(url, { method, headers, body, redirect: 'manual', signal });
    const content = Buffer.from(await response.arrayBuffer());
    answer = { status: response.status, statusText: response.statusText, headers: response.headers, content, body: content.toString('utf8'), bytes: content.length, receivedMs: now() };
  } catch (error) {
    if (signal.aborted) throw unreachable(asked, `no whole answer came within ${timeoutMs} ms`);
    throw unreachable(asked, `the connection failed (${causeOf(error)})`);
  }
  tally.add('bytes', answer.bytes);
  refuseStatus(asked, answer, tally);
  return answer;
};
