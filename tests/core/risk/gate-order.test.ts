/** The order of the gates, spelled out: a change of it is a change of meaning. */
import { describe, expect, test } from 'vitest';
import { CLIP_ORDER, ENTRY_GATES, entryViolation, EXIT_GATES, inGateOrder, NO_EVIDENCE } from '../../../core/risk/gate-order.ts';
import type { GateViolation } from '../../../core/risk/gate-order.ts';

describe('the gates of entries', () => {
  test('stand in this order, with this severity', () => {
    expect(ENTRY_GATES.map(({ code, severity, kind }) => `${code} ${severity} ${kind}`)).toEqual([
      'WARM_UP LOW outright',
      'EXIT_IN_PROGRESS LOW outright',
      'ALREADY_HELD LOW outright',
      'KILLED CRITICAL block',
      'HALTED HIGH block',
      'REVIEW_OPEN HIGH block',
      'INSTRUMENT_NOT_TRADABLE HIGH block',
      'NON_POSITIVE_VALUE HIGH block',
      'MARK_MISSING HIGH block',
      'MARK_STALE HIGH block',
      'DATA_MISSING HIGH block',
      'BOOK_STALE HIGH block',
      'BOOK_CROSSED HIGH block',
      'SPREAD_TOO_WIDE MEDIUM block',
      'FAT_FINGER HIGH block',
      'COOLDOWN MEDIUM block',
      'LOSING_EXITS MEDIUM block',
      'SYMBOL_LOCKED MEDIUM block',
      'DAILY_LOSS MEDIUM block',
      'ORDER_RATE MEDIUM block',
      'POSITION_COUNT MEDIUM block',
      'COST_GATE MEDIUM block',
      'PASSIVE_BREACH MEDIUM block',
      'INSUFFICIENT_CASH MEDIUM block',
      'TOTAL_CAP MEDIUM clip',
      'QUOTE_CAP MEDIUM clip',
      'CLUSTER_CAP MEDIUM clip',
      'PER_POSITION_CAP MEDIUM clip',
      'DEPTH_INSUFFICIENT LOW clip',
      'NO_VOLUME LOW clip',
      'BELOW_LOT LOW minimum',
      'BELOW_MINIMUM LOW minimum',
    ]);
  });

  test('have one row a code', () => {
    expect(new Set(ENTRY_GATES.map(({ code }) => code)).size).toBe(ENTRY_GATES.length);
    expect(new Set(EXIT_GATES.map(({ code }) => code)).size).toBe(EXIT_GATES.length);
  });

  test('clip in this order', () => {
    expect(CLIP_ORDER).toEqual(['TOTAL_CAP', 'QUOTE_CAP', 'CLUSTER_CAP', 'PER_POSITION_CAP', 'INSUFFICIENT_CASH', 'DEPTH_INSUFFICIENT', 'NO_VOLUME']);
  });

  test('say in which units their evidence stands', () => {
    for (const { code, limit, usage, asked, evidence } of [...ENTRY_GATES, ...EXIT_GATES]) {
      const parts = evidence === 'none' ? ['none', 'none', 'none'] : evidence.split('; ');
      expect([code, parts.length], code).toEqual([code, 3]);
      expect([limit, usage, asked].map(unit => unit === 'none')).toEqual(parts.map(part => part === 'none'));
    }
  });
});

test('exits meet four checks, and no gate of entries but these', () => {
  expect(EXIT_GATES.map(({ code }) => code)).toEqual(['NOTHING_UNRESERVED', 'INSTRUMENT_NOT_TRADABLE', 'DUST', 'FAT_FINGER']);
});

describe('violations', () => {
  test('take their severity from the table', () => {
    expect(entryViolation('KILLED', NO_EVIDENCE)).toEqual({ code: 'KILLED', severity: 'CRITICAL', limit: 0n, usage: 0n, asked: 0n });
    expect(entryViolation('COST_GATE', { limit: 3n, usage: 2n, asked: 1n })).toEqual({ code: 'COST_GATE', severity: 'MEDIUM', limit: 3n, usage: 2n, asked: 1n });
  });

  test('are put in the order of the gates, and equals stay as they came', () => {
    const violation = (code: GateViolation['code'], limit = 0n): GateViolation => ({ code, severity: 'LOW', limit, usage: 0n, asked: 0n });
    const found = [violation('BELOW_MINIMUM'), violation('PASSIVE_BREACH', 2n), violation('HALTED'), violation('PASSIVE_BREACH', 1n), violation('MARK_STALE')];
    expect(inGateOrder(found).map(({ code, limit }) => [code, limit])).toEqual([
      ['HALTED', 0n],
      ['MARK_STALE', 0n],
      ['PASSIVE_BREACH', 2n],
      ['PASSIVE_BREACH', 1n],
      ['BELOW_MINIMUM', 0n],
    ]);
  });
});
