/** What halts entries without a person: critical conflicts and overdrawn balances, once, and never over what stops already. */
import { describe, expect, test } from 'vitest';
import type { Decision, Severity, VenueConflictCode } from '../../../core/events.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { asset, hourUtc } from '../../../core/kernel/units.ts';
import type { OrderId } from '../../../core/log.ts';
import { haltOnCritical } from '../../../core/risk/critical-halt.ts';
import { UNHINDERED } from '../../../core/risk/risk-standing.ts';

const NOW = hourUtc(500_000);

const conflict = (code: VenueConflictCode, severity: Severity): Decision => ({ type: 'venue_conflict', code, severity, orderId: '1.0.0' as OrderId, symbol: null, tradeId: null, expected: '', actual: '' });
const overdrawn: Decision = { type: 'balance_overdrawn', asset: asset('USD'), balance: decimal('-1'), reference: 'T', severity: 'CRITICAL' };

describe('a step', () => {
  test('with a critical conflict and a balance below nothing halts, naming each once', () => {
    const log = [conflict('OVERFILL', 'CRITICAL'), conflict('OVERFILL', 'CRITICAL'), overdrawn];
    expect(haltOnCritical(UNHINDERED, NOW, log)).toEqual({ ...UNHINDERED, status: 'HALTED', reason: 'OVERFILL BALANCE_OVERDRAWN', sinceHour: NOW });
    expect(log.slice(3)).toEqual([{ type: 'risk_changed', actor: 'desk', from: 'ACTIVE', to: 'HALTED', reason: 'OVERFILL BALANCE_OVERDRAWN' }]);
  });

  test('with conflicts of any lesser severity goes on', () => {
    const log = (['LOW', 'MEDIUM', 'HIGH'] as const).map(severity => conflict('FILL_AFTER_END', severity));
    expect([haltOnCritical(UNHINDERED, NOW, log), log.length]).toEqual([UNHINDERED, 3]);
  });

  test.each(['HALTED', 'KILLED'] as const)('of a desk that is %s changes nothing', status => {
    const standing = { ...UNHINDERED, status, reason: 'a person' };
    const log = [overdrawn];
    expect([haltOnCritical(standing, NOW, log), log.length]).toEqual([standing, 1]);
  });
});
