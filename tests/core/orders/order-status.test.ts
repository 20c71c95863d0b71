/** The table of statuses: it is total, ends stay ends, and it is the one that specs/vectors/orders.json gives. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isWorking, STATUS_EDGES } from '../../../core/orders/order-status.ts';
import type { Report } from '../../../core/orders/order-status.ts';
import type { OrderStatus } from '../../../core/orders/order.ts';

type Row = readonly [from: OrderStatus, report: Report, to: OrderStatus, kind: string];
const { edges } = JSON.parse(readFileSync(new URL('../../../specs/vectors/orders.json', import.meta.url), 'utf8')) as Readonly<{ edges: readonly Row[] }>;

const STATUSES = Object.keys(STATUS_EDGES) as OrderStatus[];
const rows = STATUSES.flatMap(from => Object.entries(STATUS_EDGES[from]).map(([report, { to, kind }]): Row => [from, report as Report, to, kind]));

describe('the table', () => {
  test('is the one of the page', () => {
    expect(rows).toEqual(edges);
  });

  test('has an edge for every report from every status', () => {
    expect(STATUSES).toEqual(['NEW', 'ACKNOWLEDGED', 'PARTIALLY_FILLED', 'FILLED', 'CANCELLED', 'REJECTED', 'EXPIRED']);
    expect(rows).toHaveLength(7 * 7);
  });

  test('never brings an ended order back to work, and never takes a fill back', () => {
    expect(rows.filter(([from, , to]) => !isWorking(from) && isWorking(to))).toEqual([]);
    expect(rows.filter(([from, , to]) => from === 'FILLED' && to !== 'FILLED')).toEqual([]);
    expect(rows.filter(([from, , to]) => from === 'PARTIALLY_FILLED' && ['NEW', 'ACKNOWLEDGED', 'REJECTED'].includes(to))).toEqual([]);
  });

  test('leaves the status alone where a report is late or refuted', () => {
    expect(rows.filter(([from, , to, kind]) => (kind === 'late' || kind === 'refuted') && to !== from)).toEqual([]);
  });

  test('lets the simulated venue do nothing to an order that has ended', () => {
    expect(rows.filter(([from, , , kind]) => !isWorking(from) && kind === 'ordinary')).toEqual([]);
  });
});
