/** What a backtest does about a halt or a kill when nobody is there: which facts enter, where it ends, and what is counted. */
import { describe, expect, test } from 'vitest';
import { beginRun, executeHour } from '../../core/execute.ts';
import type { ExecutedHour, Progress } from '../../core/execute.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import { fraction, hourUtc } from '../../core/kernel/units.ts';
import { PROFILES } from '../../core/profile.ts';
import type { RunProfile } from '../../core/profile.ts';
import { endsRun } from '../../core/risk/standing-operator.ts';
import { conductOf, ordersOf, standingFacts } from '../../engine/conduct.ts';
import { countStops } from '../../engine/count-stops.ts';
import { agentOf, byQuantity, deskOf, feedFor, instrument, START } from '../support/desk.ts';
import { candlesFrom } from '../support/market.ts';

const HOURS = 60;
const tier = (from: string, halts: boolean): RunProfile['drawdown']['tiers'][number] => ({ from: fraction(decimal(from)), base: fraction(decimal(halts ? '0' : '1')), positions: fraction(decimal(halts ? '0' : '1')), halts, review: halts });
const halting: RunProfile = { ...PROFILES.research, drawdown: { mode: 'bind', tiers: [tier('0', false), tier('0.1', true)] } };
const killing: RunProfile = { ...PROFILES.research, kill: PROFILES.balanced.kill };

/** Falls by a fifth in the fourth hour; the other market is for kills. */
const FALL = candlesFrom(START, Array.from({ length: HOURS }, (_, hour) => (hour < 3 ? '100 100 100 100 1000' : '80 80 80 80 1000')).join('\n'));
const LEAP = candlesFrom(START, Array.from({ length: HOURS }, (_, hour) => (hour === 5 ? '100 900 100 100 1000' : '100 100 100 100 1000')).join('\n'));

const conducted = (profile: RunProfile, onHalt: string) => {
  const candles = profile === killing ? [LEAP, LEAP] : [FALL, FALL];
  const desk = deskOf({ universe: [instrument('BTC/USD'), instrument('ETH/USD')], agents: [agentOf('buy-and-hold', byQuantity('40'))], profile });
  const conduct = conductOf(onHalt, hourUtc(START + HOURS));
  const orders = ordersOf(conduct);
  const feed = feedFor(desk, candles);
  const counter = countStops(desk, conduct);
  const hours: ExecutedHour[] = [];
  let progress: Progress = beginRun(desk);
  while (progress.hour < START + HOURS) {
    const facts = standingFacts(orders, progress.state, progress.hour);
    const executed = executeHour(desk, progress, feed, () => facts);
    hours.push(executed);
    counter.add(executed);
    progress = executed.after;
    if (endsRun(orders, progress.state.risk.standing)) break;
  }
  const commands = hours.flatMap(({ steps, sealed }) => steps.flatMap(({ bucket }) => bucket.facts.flatMap(fact => (fact.type === 'operator' ? [`${sealed.hour - START} ${fact.command} by ${fact.actor}`] : []))));
  return { hours: hours.length, commands, stops: counter.stops() };
};

describe('a halt', () => {
  test('ends a run that is told to stop, and the rest of the window counts as not traded', () => {
    const { hours, commands, stops } = conducted(halting, 'stop');
    expect([hours, commands]).toEqual([4, []]);
    expect(stops).toEqual({ conduct: { onHalt: 'stop', reactivateAfterHours: 24, to: '2027-01-17T20:00:00Z' }, halts: 1, kills: 0, resumes: 0, notTraded: '0.95' });
  });

  test('is watched to the end by a run that is told to observe', () => {
    expect(conducted(halting, 'observe')).toMatchObject({ hours: 60, commands: [], stops: { halts: 1, resumes: 0, notTraded: '0.95' } });
  });

  test('is lifted by an operator fact after the hours that were named', () => {
    expect(conducted(halting, 'resume-after-12-hours')).toMatchObject({ hours: 60, commands: ['15 resume by standing orders'], stops: { halts: 1, resumes: 1, notTraded: '0.2' } });
  });
});

test('a kill is lifted after a day, and is no end of a run that stops at halts', () => {
  expect(conducted(killing, 'stop')).toMatchObject({ hours: 60, commands: ['29 resume by standing orders'], stops: { halts: 0, kills: 1, resumes: 1, notTraded: '0.4' } });
});

test.each(['', 'resume', 'resume-after-0-hours', 'resume-after-1-hour', 'stop '])('%j is no conduct', text => {
  expect(() => ordersOf(conductOf(text, START))).toThrow(/--on-halt: .* is none of stop, observe and resume-after-N-hours/);
});
