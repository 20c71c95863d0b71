/**
 * ccxt as the client of an exchange: its addresses, parameters, limits and error codes. It is loaded when first asked, because
 * that takes half a second, and its requests go over our own wire, so that every byte is counted and nothing is half an answer.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type * as CcxtModule from 'ccxt';
import type { Exchange } from 'ccxt';
import { nearestName } from '../../core/strategies/nearest.ts';
import { parseExactJson } from './exact-json.ts';
import { noJson, newReceipt, sendRequest } from './http-answer.ts';
import type { HttpAnswer, Receipt, Wire } from './http-answer.ts';
import { patientCaller } from './patience.ts';
import { requestBudget } from './request-budget.ts';
import { newTally } from './request-tally.ts';
import type { Tally } from './request-tally.ts';
import { SourceError } from './source-error.ts';
import type { Asked } from './source-error.ts';
import type { SourceOptions } from './source-options.ts';

export type ClientCall = (client: Exchange) => Promise<unknown>;

/** A request and how its answer is read. Reading belongs to the attempt: an answer that cannot be read is asked for again. */
export type Question<Value> = Readonly<{
  asked: string;
  call: ClientCall;
  read: (response: unknown, asked: Asked) => Value;
  /** The answers that were read are added to it. */
  receipt?: Receipt;
}>;

export type CcxtClient = Readonly<{
  source: string;
  ask: <Value>(question: Question<Value>) => Promise<Value>;
  tally: Tally;
  close: () => Promise<void>;
}>;

type Ccxt = typeof CcxtModule;
/** What one attempt is about, for the wire underneath ccxt. */
type Attempt = Readonly<{ asked: Asked; startedAt: number; answers: HttpAnswer[] }>;

/** How ccxt is used: `exactly` gives its own parsers every number as text, for exchanges whose answers only they can read. */
export type ClientKind = Readonly<{ id: string; exactly: boolean }>;

type Urls = Exchange['urls'][string];

/** The addresses of an exchange with another scheme and host; their paths stay. */
const mapped = (urls: Urls, baseUrl: string): Urls => {
  if (typeof urls === 'string') return urls.replace(/^https?:\/\/[^/]+/, baseUrl);
  if (typeof urls !== 'object' || urls === null) return urls;
  return Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, mapped(url, baseUrl)]));
};

const errorHint = 'Check the symbol and the options; tb asked what its documentation says it accepts.';

/** A failure that ccxt found in an answer, in our words. Its messages carry the venue's own. */
const translated = (ccxt: Ccxt, asked: Asked, error: unknown, tally: Tally): unknown => {
  if (error instanceof SourceError || !(error instanceof ccxt.BaseError)) return error;
  const reason = `the venue says: ${error.message.replace(/\s+/g, ' ').slice(0, 300)}`;
  if (error instanceof ccxt.BadSymbol) return new SourceError({ ...asked, failure: 'unknown-market', reason, hint: 'List what it has with its markets, and check how the symbol is written.' });
  if (error instanceof ccxt.DDoSProtection || error instanceof ccxt.RateLimitExceeded) {
    tally.add('refusals', 1);
    return new SourceError({ ...asked, failure: 'rate-limited', reason, hint: 'Lower the request budget, or ask later.' });
  }
  if (error instanceof ccxt.OperationFailed) return new SourceError({ ...asked, failure: 'unreachable', reason, hint: 'Check the status page of the venue.' });
  return new SourceError({ ...asked, failure: 'refused', reason, hint: errorHint });
};

const lowerCase = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

type Wiring = Readonly<{ kind: ClientKind; options: SourceOptions; wire: Wire; attempts: AsyncLocalStorage<Attempt>; spend: () => Promise<void> }>;

/** What ccxt calls to fetch. It gives back no more of a response than ccxt reads. */
const fetchFor = ({ kind, options, wire, attempts, spend }: Wiring) => async (url: string, request: Readonly<Record<string, unknown>>): Promise<unknown> => {
  const attempt = attempts.getStore() ?? { asked: { source: kind.id, asked: url }, startedAt: performance.now(), answers: [] };
  if (options.paced && attempt.answers.length === 0) wire.tally.add('rateLimitWaitMs', Math.max(0, performance.now() - attempt.startedAt - 1));
  await spend();
  const answer = await sendRequest(wire, attempt.asked, {
    url,
    headers: lowerCase((request['headers'] ?? {}) as Record<string, unknown>),
    method: typeof request['method'] === 'string' ? request['method'] : 'GET',
    body: typeof request['body'] === 'string' ? request['body'] : null,
  });
  if (answer.status >= 400 && !/^\s*[{[]/.test(answer.body)) throw noJson(attempt.asked, answer.body);
  attempt.answers.push(answer);
  return { status: answer.status, statusText: answer.statusText, headers: answer.headers, text: () => Promise.resolve(answer.body) };
};

const isExchangeClass = (value: unknown): value is new (config: object) => Exchange => typeof value === 'function';

const newExchange = (ccxt: Ccxt, wiring: Wiring): Exchange => {
  const { kind: { id, exactly }, options } = wiring;
  const made: unknown = Object.hasOwn(ccxt.exchanges, id) ? Reflect.get(ccxt.exchanges, id) : null;
  if (!isExchangeClass(made)) {
    const near = nearestName(id, Object.keys(ccxt.exchanges));
    throw new SourceError({ source: id, failure: 'unknown-source', asked: 'opening the source', reason: 'ccxt knows no exchange of this id', hint: `${near === null ? '' : `Did you mean ${near}? `}Exchanges are named as ccxt names them: kraken, binance, coinbase, bitstamp.` });
  }
  const client = new made({ enableRateLimit: options.paced, timeout: options.patience.timeoutMs, number: String, fetchImplementation: fetchFor(wiring) });
  if (options.baseUrl !== null) client.urls = { ...client.urls, api: mapped(client.urls['api'], options.baseUrl) };
  if (exactly) client.parseJson = (text: string) => parsedOrUndefined(text);
  return client;
};

/** ccxt's own contract: undefined for what is no JSON. The attempt refuses such an answer afterwards. */
const parsedOrUndefined = (text: string): unknown => {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
};

const requireJsonAnswers = ({ asked, answers }: Attempt, exactly: boolean, response: unknown): void => {
  const last = answers[answers.length - 1];
  if (typeof response === 'string') throw noJson(asked, response);
  const unread = exactly ? answers.find(({ body }) => parsedOrUndefined(body) === undefined) : undefined;
  if (unread !== undefined) throw noJson(asked, unread.body);
  if (last === undefined && response === undefined) throw noJson(asked, '');
};

/** A client of one exchange; nothing is loaded or sent before the first question. */
export const ccxtClient = (kind: ClientKind, options: SourceOptions): CcxtClient => {
  const tally = newTally();
  const { id } = kind;
  const wire: Wire = { timeoutMs: options.patience.timeoutMs, tally, now: options.now };
  const wiring: Wiring = { kind, options, wire, attempts: new AsyncLocalStorage<Attempt>(), spend: requestBudget(options.requestsPerMinute, tally) };
  const patiently = patientCaller({ source: id, patience: options.patience, tally, now: options.now });
  let opened: Promise<Readonly<{ ccxt: Ccxt; client: Exchange }>> | null = null;
  const open = async (): Promise<Readonly<{ ccxt: Ccxt; client: Exchange }>> => {
    const ccxt = await import('ccxt');
    return { ccxt, client: newExchange(ccxt, wiring) };
  };
  return {
    source: id,
    tally,
    ask: async ({ asked: what, call, read, receipt = newReceipt() }) => {
      opened ??= open();
      const { ccxt, client } = await opened;
      const asked: Asked = { source: id, asked: what };
      return patiently(what, async () => {
        const attempt: Attempt = { asked, startedAt: performance.now(), answers: [] };
        try {
          const response = await wiring.attempts.run(attempt, () => call(client));
          requireJsonAnswers(attempt, kind.exactly, response);
          const value = read(response, asked);
          attempt.answers.forEach(receipt.add);
          return value;
        } catch (error) {
          throw translated(ccxt, asked, error, tally);
        }
      });
    },
    close: async () => {
      if (opened !== null) await (await opened).client.close();
    },
  };
};
