/** What a backtest's standing operator does about a halt or a kill, and when. */
import { describe, expect, test } from 'vitest';
import { hourUtc } from '../../../core/kernel/units.ts';
import { afterCommands, UNHINDERED } from '../../../core/risk/risk-standing.ts';
import type { RiskStanding } from '../../../core/risk/risk-standing.ts';
import { BACKTEST_ORDERS, endsRun, standingCommand } from '../../../core/risk/standing-operator.ts';
import type { StandingOrders } from '../../../core/risk/standing-operator.ts';

const stopped = (status: RiskStanding['status']): RiskStanding => ({ ...UNHINDERED, status, reason: 'DRAWDOWN_HALT20', sinceHour: hourUtc(100) });
const resumeAfter = (afterHours: number): StandingOrders => ({ onHalt: { kind: 'resume', afterHours }, reactivateAfterHours: null });
const observe: StandingOrders = { onHalt: { kind: 'observe' }, reactivateAfterHours: 24 };

const hoursOf = (orders: StandingOrders, standing: RiskStanding): readonly number[] =>
  [100, 101, 123, 124, 172].filter(hour => standingCommand(orders, standing, hourUtc(hour)) !== null);

describe('the standing operator', () => {
  test('lifts a kill after a day, unless told not to', () => {
    expect(hoursOf(BACKTEST_ORDERS, stopped('KILLED'))).toEqual([124, 172]);
    expect(hoursOf({ ...BACKTEST_ORDERS, reactivateAfterHours: null }, stopped('KILLED'))).toEqual([]);
  });

  test('lifts a halt only when told to', () => {
    expect(hoursOf(BACKTEST_ORDERS, stopped('HALTED'))).toEqual([]);
    expect(hoursOf(observe, stopped('HALTED'))).toEqual([]);
    expect(hoursOf(resumeAfter(72), stopped('HALTED'))).toEqual([172]);
    expect(hoursOf(resumeAfter(72), stopped('KILLED'))).toEqual([]);
  });

  test('has nothing to say to an active desk', () => {
    expect(hoursOf(resumeAfter(0), UNHINDERED)).toEqual([]);
  });

  test('lifts no halt by way of a kill: it waits for what both ask for', () => {
    const both = { ...stopped('KILLED'), review: true };
    expect(hoursOf(BACKTEST_ORDERS, both)).toEqual([]);
    expect(hoursOf({ onHalt: { kind: 'resume', afterHours: 1 }, reactivateAfterHours: 24 }, both)).toEqual([124, 172]);
    expect(hoursOf({ onHalt: { kind: 'resume', afterHours: 72 }, reactivateAfterHours: 24 }, both)).toEqual([172]);
  });

  test('closes a review that holds an active desk as it lifts a halt', () => {
    const reviewed = { ...stopped('ACTIVE'), review: true };
    expect([hoursOf(BACKTEST_ORDERS, reviewed), hoursOf(resumeAfter(1), reviewed)]).toEqual([[], [101, 123, 124, 172]]);
    expect(standingCommand(resumeAfter(1), reviewed, hourUtc(101))!.key).toBe('REVIEW_OPEN 100');
  });

  test('gives the command of a person, which resumes', () => {
    const command = standingCommand(resumeAfter(72), stopped('HALTED'), hourUtc(172))!;
    expect(command).toEqual({ command: 'resume', key: 'HALTED 100', actor: 'standing orders', reason: 'HALTED for 72 hours: DRAWDOWN_HALT20' });
    expect(afterCommands(stopped('HALTED'), [command], hourUtc(172))).toMatchObject({ standing: { status: 'ACTIVE' }, resumed: true });
  });
});

test('a run ends where it halts, when its orders say so', () => {
  expect([endsRun(BACKTEST_ORDERS, stopped('HALTED')), endsRun(BACKTEST_ORDERS, stopped('KILLED')), endsRun(BACKTEST_ORDERS, UNHINDERED)]).toEqual([true, false, false]);
  const killedForGood: StandingOrders = { ...BACKTEST_ORDERS, reactivateAfterHours: null };
  expect([endsRun(killedForGood, stopped('KILLED')), endsRun(BACKTEST_ORDERS, { ...stopped('KILLED'), review: true }), endsRun(BACKTEST_ORDERS, { ...UNHINDERED, review: true })]).toEqual([true, true, true]);
  expect([endsRun(observe, stopped('HALTED')), endsRun(resumeAfter(1), stopped('HALTED'))]).toEqual([false, false]);
});
