/** Who stops entries and who lets them go on: commands, tiers and kills in one step, in order of precedence. */
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { fraction, hourUtc } from '../../../core/kernel/units.ts';
import type { KillTripped } from '../../../core/risk/kill-triggers.ts';
import { RISK_PROFILES } from '../../../core/risk/risk-profile.ts';
import { afterCommands, afterWatch, standingCode, UNHINDERED } from '../../../core/risk/risk-standing.ts';
import type { RiskStanding, StandingCommand } from '../../../core/risk/risk-standing.ts';

const share = (text: string) => fraction(decimal(text));
const HOUR = hourUtc(100);
const { balanced, research } = RISK_PROFILES;

const command = (name: StandingCommand['command'], key = '1'): StandingCommand => ({ command: name, key, actor: 'ada', reason: `${name} it` });
const standing = (changes: Partial<RiskStanding>): RiskStanding => ({ ...UNHINDERED, ...changes });
const commanded = (before: RiskStanding, ...names: readonly StandingCommand['command'][]) => afterCommands(before, names.map((name, index) => command(name, String(index + 1))), HOUR);

const tripped = (trigger: KillTripped['trigger']): KillTripped => ({ type: 'kill_tripped', trigger, limit: 1n, usage: 2n });
const watched = (before: RiskStanding, drawdown: string, trips: readonly KillTripped[] = [], policy = balanced.drawdown) =>
  afterWatch(before, { drawdown: share(drawdown), policy, tripped: trips, hour: HOUR });

describe('commands', () => {
  test.each<readonly [string, RiskStanding, readonly StandingCommand['command'][], RiskStanding['status'], readonly string[], boolean]>([
    ['a halt', UNHINDERED, ['halt'], 'HALTED', [], false],
    ['a kill', UNHINDERED, ['kill'], 'KILLED', [], false],
    ['a halt of a halted desk', standing({ status: 'HALTED' }), ['halt'], 'HALTED', [], false],
    ['a halt of a killed desk', standing({ status: 'KILLED' }), ['halt'], 'KILLED', [], false],
    ['a kill of a halted desk', standing({ status: 'HALTED' }), ['kill'], 'KILLED', [], false],
    ['a resume of either', standing({ status: 'KILLED' }), ['resume'], 'ACTIVE', [], true],
    ['a resume of an active desk is refused', UNHINDERED, ['resume'], 'ACTIVE', ['1'], false],
    ['a halt and its resume', UNHINDERED, ['halt', 'resume', 'resume'], 'ACTIVE', ['3'], true],
    ['a resume and another halt', standing({ status: 'HALTED' }), ['resume', 'halt'], 'HALTED', [], true],
    ['a resume closes a review alone', standing({ review: true }), ['resume'], 'ACTIVE', [], true],
  ])('%s', (_, before, names, status, refused, resumed) => {
    const after = commanded(before, ...names);
    expect([after.standing.status, after.refused, after.resumed, after.standing.review]).toEqual([status, refused, resumed, false]);
  });

  test('are recorded with who and why, and only where something changed', () => {
    expect(commanded(standing({ review: true }), 'halt', 'kill', 'halt', 'resume')).toMatchObject({
      standing: { status: 'ACTIVE', reason: 'resume it', sinceHour: 100, review: false },
      changes: [
        { type: 'risk_changed', from: 'ACTIVE', to: 'HALTED', actor: 'ada', reason: 'halt it' },
        { type: 'risk_changed', from: 'HALTED', to: 'KILLED', actor: 'ada', reason: 'kill it' },
        { type: 'risk_changed', from: 'KILLED', to: 'ACTIVE', actor: 'ada', reason: 'resume it' },
        { type: 'review_closed', actor: 'ada', reason: 'resume it' },
      ],
    });
    expect(commanded(standing({ review: true }), 'resume').changes).toEqual([{ type: 'review_closed', actor: 'ada', reason: 'resume it' }]);
  });

  test('that change nothing leave the same object', () => {
    expect(commanded(UNHINDERED).standing).toBe(UNHINDERED);
    const killed = standing({ status: 'KILLED' });
    expect(commanded(killed, 'halt').standing).toBe(killed);
  });
});

describe('what a step saw', () => {
  test('a tier that takes a part stops nothing', () => {
    expect(watched(UNHINDERED, '0.16')).toEqual({
      standing: standing({ tier: 2 }),
      changes: [{ type: 'tier_changed', from: 'NORMAL', to: 'DD15', drawdown: share('0.16'), binding: true }],
    });
  });

  test('a tier that halts stops entries and asks for a review', () => {
    expect(watched(UNHINDERED, '0.2')).toEqual({
      standing: { status: 'HALTED', reason: 'DRAWDOWN_HALT20', sinceHour: 100, review: true, tier: 3 },
      changes: [
        { type: 'tier_changed', from: 'NORMAL', to: 'HALT20', drawdown: share('0.2'), binding: true },
        { type: 'risk_changed', from: 'ACTIVE', to: 'HALTED', actor: 'risk', reason: 'DRAWDOWN_HALT20' },
        { type: 'review_required', reason: 'DRAWDOWN_HALT20' },
      ],
    });
  });

  test('a recovery lifts the tier, and neither the halt nor the review', () => {
    const halted = watched(UNHINDERED, '0.21').standing;
    expect(watched(halted, '0.05')).toEqual({
      standing: { status: 'HALTED', reason: 'DRAWDOWN_HALT20', sinceHour: 100, review: true, tier: 0 },
      changes: [{ type: 'tier_changed', from: 'HALT20', to: 'NORMAL', drawdown: share('0.05'), binding: true }],
    });
    expect(watched(halted, '0.22')).toEqual({ standing: halted, changes: [] });
  });

  test('a person’s halt keeps its reason when a tier halts too', () => {
    const halted = standing({ status: 'HALTED', reason: 'lunch', sinceHour: hourUtc(90) });
    expect(watched(halted, '0.2').standing).toEqual({ status: 'HALTED', reason: 'lunch', sinceHour: 90, review: true, tier: 3 });
  });

  test('a review without a halt holds the desk from then on', () => {
    const tiers = [balanced.drawdown.tiers[0]!, { ...balanced.drawdown.tiers[1]!, review: true }, balanced.drawdown.tiers[3]!];
    const reviewed = watched(UNHINDERED, '0.1', [], { mode: 'bind', tiers });
    expect(reviewed.standing).toEqual({ status: 'ACTIVE', reason: 'DRAWDOWN_DD10', sinceHour: 100, review: true, tier: 1 });
    expect(reviewed.changes.map(({ type }) => type)).toEqual(['tier_changed', 'review_required']);
    expect(standingCode(reviewed.standing)).toBe('REVIEW_OPEN');
    expect(watched(reviewed.standing, '0.12', [], { mode: 'bind', tiers })).toEqual({ standing: reviewed.standing, changes: [] });
  });

  test('an observed tier is recorded and stops nothing', () => {
    expect(watched(UNHINDERED, '0.9', [], research.drawdown)).toEqual({
      standing: standing({ tier: 3 }),
      changes: [{ type: 'tier_changed', from: 'NORMAL', to: 'HALT20', drawdown: share('0.9'), binding: false }],
    });
  });

  test('what tripped kills, after and above a halt', () => {
    expect(watched(UNHINDERED, '0.2', [tripped('CANDLES_WILD'), tripped('VENUE_ERRORS')])).toMatchObject({
      standing: { status: 'KILLED', reason: 'CANDLES_WILD VENUE_ERRORS', sinceHour: 100, review: true, tier: 3 },
      changes: [
        { type: 'tier_changed' },
        { type: 'risk_changed', from: 'ACTIVE', to: 'HALTED' },
        { type: 'review_required' },
        { type: 'kill_tripped', trigger: 'CANDLES_WILD' },
        { type: 'kill_tripped', trigger: 'VENUE_ERRORS' },
        { type: 'risk_changed', from: 'HALTED', to: 'KILLED', actor: 'risk', reason: 'CANDLES_WILD VENUE_ERRORS' },
      ],
    });
  });

  test('what trips again is recorded, and kills nobody twice', () => {
    const killed = standing({ status: 'KILLED', reason: 'first', sinceHour: hourUtc(90) });
    expect(watched(killed, '0', [tripped('VENUE_ERRORS')])).toEqual({ standing: killed, changes: [tripped('VENUE_ERRORS')] });
  });

  test('nothing leaves the same object', () => {
    expect(watched(UNHINDERED, '0.05')).toEqual({ standing: UNHINDERED, changes: [] });
    expect(watched(UNHINDERED, '0.05').standing).toBe(UNHINDERED);
  });
});

test('a resume and a kill of one step: the person comes first, and the desk stays killed', () => {
  const resumed = commanded(standing({ status: 'KILLED' }), 'resume');
  expect(watched(resumed.standing, '0', [tripped('UNIVERSE_MISSING')]).standing).toMatchObject({ status: 'KILLED', reason: 'UNIVERSE_MISSING' });
});

test('one code refuses entries: a kill hides a halt, a halt hides a review', () => {
  expect([
    standingCode(UNHINDERED),
    standingCode(standing({ review: true })),
    standingCode(standing({ status: 'HALTED', review: true })),
    standingCode(standing({ status: 'KILLED', review: true })),
  ]).toEqual([null, 'REVIEW_OPEN', 'HALTED', 'KILLED']);
});
