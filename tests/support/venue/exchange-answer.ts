/** What an endpoint of the venue answers: a status, headers and a JSON text. How it goes over the wire is the server's affair. */
import type { Fault } from './faults.ts';
import type { VenueTape } from './tape.ts';

export type Answer = Readonly<{ status: number; body: string; headers?: Readonly<Record<string, string>> }>;
export type Endpoint = Readonly<{ query: URLSearchParams; tape: VenueTape; fault: Fault | null; sinceInclusive: boolean }>;
/** The endpoints of one group by the end of their path. */
export type EndpointGroup = Readonly<Record<string, (request: Endpoint) => Answer>>;

export const ok = (body: unknown): Answer => ({ status: 200, body: JSON.stringify(body) });

/** A decimal text with at least so many places: `122` as `122.00000`. */
export const padded = (text: string, places: number): string => {
  const point = text.indexOf('.');
  return point < 0 ? `${text}.${'0'.repeat(places)}` : text.padEnd(point + 1 + places, '0');
};
