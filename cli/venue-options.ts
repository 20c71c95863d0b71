/** Options of the commands that talk to a venue: which, where it is, and how often it may be asked. */
import type { MarketSource, RequestTally } from '../adapters/ports.ts';
import { openSource } from '../engine/markets/open-source.ts';
import { usage } from '../engine/problem.ts';
import { counted, typed } from '../engine/wording.ts';
import { countOf } from './arguments.ts';

export type VenueOptions = Readonly<{ venueUrl?: string; requestsPerMinute?: string }>;

const REQUESTS_MAX = 100_000;

/** Answers over plain HTTP could be changed by anybody on the way. */
const urlOf = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const near = url !== null && url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url === null || !(url.protocol === 'https:' || near)) throw usage(`--venue-url: ${typed(text)} is neither an https address nor one of this machine.`, 'For example https://proxy.example or http://127.0.0.1:8080.');
  return text.replace(/\/+$/, '');
};

const limitOf = (text: string): number | 'unlimited' => (text === 'unlimited' ? 'unlimited' : countOf('--requests-per-minute', text, { min: 1, max: REQUESTS_MAX }));

/** Opens the source for the work and closes it whatever happens. */
export const withSource = async <Result>(name: string, options: VenueOptions, work: (source: MarketSource) => Promise<Result>): Promise<Result> => {
  const source = await openSource({
    name,
    url: options.venueUrl === undefined ? null : urlOf(options.venueUrl),
    requestsPerMinute: options.requestsPerMinute === undefined ? null : limitOf(options.requestsPerMinute),
    coinApiKey: process.env['COINAPI_KEY'] ?? null,
  });
  try {
    return await work(source);
  } finally {
    await source.close();
  }
};

/** What asking cost, as a document shows it. */
export const tallyDocument = ({ requests, retries, refusals, rateLimitWaitMs, backoffWaitMs, bytes }: RequestTally) => ({ backoffWaitMs, bytes, rateLimitWaitMs, refusals, requests, retries });

/** What was asked between two looks at a tally. */
export const tallySince = (before: RequestTally, now: RequestTally): RequestTally => ({
  requests: now.requests - before.requests,
  retries: now.retries - before.retries,
  refusals: now.refusals - before.refusals,
  rateLimitWaitMs: now.rateLimitWaitMs - before.rateLimitWaitMs,
  backoffWaitMs: now.backoffWaitMs - before.backoffWaitMs,
  bytes: now.bytes - before.bytes,
});

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

export const tallyText = ({ requests, retries, rateLimitWaitMs, backoffWaitMs, bytes }: RequestTally): string =>
  `${counted(requests, 'request')}, ${counted(retries, 'repetition')}, ${(bytes / 1_000_000).toFixed(1)} MB; waited ${seconds(rateLimitWaitMs)} for limits and ${seconds(backoffWaitMs)} after failures`;
