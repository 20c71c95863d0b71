/**
 * The loopback venue: an HTTP server on 127.0.0.1 that speaks as Kraken, Binance and CoinAPI over one tape. It routes, keeps the
 * limits, breaks the wire where a fault says so and counts; what is true is for the tape, what it looks like for the protocols.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BINANCE_PUBLIC, binanceLimited } from './binance-public.ts';
import { coinApiAnswer } from './coinapi-public.ts';
import type { Answer, Endpoint, EndpointGroup } from './exchange-answer.ts';
import { plannedFaults } from './faults.ts';
import type { Fault, Faults } from './faults.ts';
import type { VenueSeries } from './history.ts';
import { KRAKEN_PUBLIC, krakenLimited } from './kraken-public.ts';
import { requestLimit } from './limits.ts';
import type { RequestLimit } from './limits.ts';
import { venueTape } from './tape.ts';
import type { VenueTape } from './tape.ts';

export type VenueOptions = Readonly<{
  nowMs: number;
  series: readonly VenueSeries[];
  limit?: RequestLimit;
  /** How far the cursor of trades is ahead of their printed time. */
  cursorSkewNs?: bigint;
  /** Whether a cursor gives the trade it names once more. */
  sinceInclusive?: boolean;
}>;

export type Venue = Readonly<{
  url: string;
  tape: VenueTape;
  faults: Faults;
  /** Paths asked for since the last look, with their queries. */
  asked: () => readonly string[];
  close: () => Promise<void>;
}>;

const GROUPS: EndpointGroup = { ...KRAKEN_PUBLIC, ...BINANCE_PUBLIC };
const HTML = '<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>';

const notFound = (path: string): Answer => ({ status: 404, body: JSON.stringify({ error: [`EGeneral:Unknown method ${path}`] }) });

const limitedAnswer = (path: string, seconds: number): Answer => (path.startsWith('/0/') ? krakenLimited('EGeneral:Too many requests') : binanceLimited(429, seconds));

const truthOf = (path: string, key: string | undefined, request: Endpoint): Answer => GROUPS[path]?.(request) ?? coinApiAnswer(path, key, request) ?? notFound(path);

const send = (response: ServerResponse, { status, body, headers }: Answer): void => {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), ...headers });
  response.end(body);
};

/** Breaks what would have been sent; true when the fault was one of the wire and the answer is on its way, or never will be. */
const sendBroken = (response: ServerResponse, fault: Fault, truth: Answer): boolean => {
  switch (fault.kind) {
    case 'html': send(response, { status: 200, body: HTML, headers: { 'Content-Type': 'text/html' } }); return true;
    case 'garbage': send(response, { status: 200, body: ']]}{"error":[],,,' }); return true;
    case 'not-json-shape': send(response, { status: 200, body: '{"error":[],"result":{"message":"hello"},"data":42}' }); return true;
    case 'empty-body': send(response, { status: 200, body: '' }); return true;
    case 'truncated': send(response, { ...truth, body: truth.body.slice(0, truth.body.length / 2) }); return true;
    case 'cut':
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(truth.body) });
      response.write(truth.body.slice(0, truth.body.length / 2), () => response.destroy());
      return true;
    case 'reset': response.destroy(); return true;
    case 'hang': return true;
    case 'status': send(response, { status: fault.status, body: fault.body ?? '', headers: fault.retryAfter === undefined ? {} : { 'Retry-After': fault.retryAfter } }); return true;
    case 'limited': send(response, krakenLimited(fault.error)); return true;
    case 'newest-first': case 'overlapping': case 'conflicting': case 'outside': case 'nan': case 'negative': case 'high-below-low': case 'zero-price':
    case 'off-boundary': case 'no-rows': case 'exponent': case 'stale': case 'lagging': return false;
  }
};

/** Opens a venue on a free port. Close it after the test; requests that hang are closed with it. */
export const openVenue = async ({ nowMs, series, limit, cursorSkewNs = 397_001n, sinceInclusive = false }: VenueOptions): Promise<Venue> => {
  const tape = venueTape({ nowMs, series, cursorSkewNs, sinceInclusive });
  const faults = plannedFaults();
  const askedTooOften = requestLimit(limit ?? null);
  let asked: string[] = [];
  const respond = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://venue');
    asked.push(`${url.pathname}${url.search}`);
    const seconds = askedTooOften();
    if (seconds !== null) {
      send(response, limitedAnswer(url.pathname, seconds));
      return;
    }
    const fault = faults.take(url.pathname);
    const key = request.headers['x-coinapi-key'];
    const truth = truthOf(url.pathname, typeof key === 'string' ? key : undefined, { query: url.searchParams, tape, fault, sinceInclusive });
    if (fault === null || !sendBroken(response, fault, truth)) send(response, truth);
  };
  const server = createServer(respond);
  server.keepAliveTimeout = 60_000;
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    tape,
    faults,
    asked: () => {
      const seen = asked;
      asked = [];
      return seen;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>(resolve => {
        server.close(() => resolve());
      });
    },
  };
};
