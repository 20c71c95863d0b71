/**
 * A plain JSON API over HTTP, asked with the same patience, budget and tally as an exchange. Numbers of its answers are their own
 * text. It knows no venue.
 */
import { parseExactJson } from './exact-json.ts';
import { newReceipt, noJson, sendRequest } from './http-answer.ts';
import type { HttpAnswer, Receipt, Wire } from './http-answer.ts';
import { patientCaller } from './patience.ts';
import { requestBudget } from './request-budget.ts';
import { newTally } from './request-tally.ts';
import type { Tally } from './request-tally.ts';
import { SourceError } from './source-error.ts';
import type { Asked } from './source-error.ts';
import type { SourceOptions } from './source-options.ts';

export type JsonQuestion<Value> = Readonly<{ asked: string; path: string; read: (response: unknown, asked: Asked) => Value; receipt?: Receipt }>;
export type JsonClient = Readonly<{ ask: <Value>(question: JsonQuestion<Value>) => Promise<Value>; tally: Tally }>;

export type JsonApi = Readonly<{ source: string; baseUrl: string; headers: Readonly<Record<string, string>>; options: SourceOptions }>;

const parsed = (asked: Asked, { body }: HttpAnswer): unknown => {
  try {
    return parseExactJson(body);
  } catch {
    throw noJson(asked, body);
  }
};

const HINTS: Readonly<Record<number, string>> = {
  401: 'Check the key; it may have been withdrawn.',
  403: 'The key does not reach this; see the plan that it belongs to.',
};

/** What the API says is wrong, in its own words, with 4xx. */
const refuse = (asked: Asked, answer: HttpAnswer): void => {
  if (answer.status < 400) return;
  const said = answer.body.replace(/\s+/g, ' ').slice(0, 200);
  throw new SourceError({ ...asked, failure: 'refused', reason: `it answered ${answer.status}: ${said}`, hint: HINTS[answer.status] ?? 'Check the symbol and the options.' });
};

export const jsonClient = ({ source, baseUrl, headers, options }: JsonApi): JsonClient => {
  const tally = newTally();
  const wire: Wire = { timeoutMs: options.patience.timeoutMs, tally, now: options.now };
  const spend = requestBudget(options.requestsPerMinute, tally);
  const patiently = patientCaller({ source, patience: options.patience, tally, now: options.now });
  return {
    tally,
    ask: ({ asked: what, path, read, receipt = newReceipt() }) => {
      const asked: Asked = { source, asked: what };
      return patiently(what, async () => {
        await spend();
        const answer = await sendRequest(wire, asked, { url: `${baseUrl}${path}`, headers, method: 'GET', body: null });
        refuse(asked, answer);
        const value = read(parsed(asked, answer), asked);
        receipt.add(answer);
        return value;
      });
    },
  };
};
