/** Executing and sealing: what is hashed is what the steps say, and each hour stands on the one before. */
import { describe, expect, test } from 'vitest';
import { beginRun, closeHour, executeStep } from '../../core/execute.ts';
import { simulatedBucket } from '../../core/bucket.ts';
import { canonicalText } from '../../core/kernel/canonical.ts';
import { rootOfTexts } from '../../core/kernel/merkle.ts';
import { stateDigest, trialBalanceDigest } from '../../core/state.ts';
import { agentOf, byQuantity, deskOf, feedFor, instrument, runHours, START } from '../support/desk.ts';
import { candlesFrom } from '../support/market.ts';

const agents = [agentOf('buy-and-hold', byQuantity('1'))];
const universe = [instrument('BTC/USD')];
const candles = (slot: number, count: number) => [candlesFrom(slot, Array.from({ length: count }, () => '100 100 100 100 1000').join('\n'))];

describe('a sealed hour', () => {
  const desk = deskOf({ universe, agents });
  const ran = runHours(desk, candles(START, 3), 3);

  test('stands on the hour before, and the first on the genesis', () => {
    expect(ran.hours.map(({ sealed }) => [sealed.record.hour, sealed.record.previous])).toEqual([
      [START, desk.genesis],
      [START + 1, ran.hours[0]!.sealed.hash],
      [START + 2, ran.hours[1]!.sealed.hash],
    ]);
    expect([ran.after.hour, ran.after.previous]).toEqual([START + 3, ran.hours[2]!.sealed.hash]);
  });

  test('has the roots of its facts and decisions, and the digests of its state', () => {
    const { sealed, steps } = ran.hours[1]!;
    const { bucket, decisions, state } = steps[0]!;
    expect(sealed.record).toEqual({
      version: 1,
      genesis: desk.genesis,
      hour: START + 1,
      steps: 1,
      counts: { facts: 2, decisions: decisions.length },
      factsRoot: rootOfTexts(bucket.facts.map(fact => canonicalText(fact))),
      decisionsRoot: rootOfTexts(decisions.map(decision => canonicalText(decision))),
      state: stateDigest(state),
      trialBalance: trialBalanceDigest(state),
      semantics: 2,
      encoding: 2,
      previous: ran.hours[0]!.sealed.hash,
    });
  });

  test('is the same whenever it is executed', () => {
    expect(runHours(desk, candles(START, 3), 3).after.previous).toBe(ran.after.previous);
  });

  test('without any candle is sealed all the same', () => {
    const { hours } = runHours(desk, [[]], 2);
    expect(hours.map(({ sealed }) => [sealed.record.counts.facts, sealed.record.counts.decisions])).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });
});

describe('an hour of twelve steps', () => {
  const desk = deskOf({ universe, agents, timeframe: '5m' });

  test('is one record over the facts and decisions of all of them', () => {
    const { hours } = runHours(desk, candles(START * 12, 24), 2);
    const { sealed, steps } = hours[0]!;
    expect([sealed.record.steps, sealed.record.counts.facts]).toEqual([12, 13]);
    expect(sealed.record.factsRoot).toBe(rootOfTexts(steps.flatMap(({ factTexts }) => factTexts)));
    expect(sealed.record.decisionsRoot).toBe(rootOfTexts(steps.flatMap(({ decisionTexts }) => decisionTexts)));
    expect(sealed.record.state).toBe(stateDigest(steps.at(-1)!.state));
  });

  test('is not sealed before they are all done', () => {
    const before = beginRun(desk);
    const market = feedFor(desk, candles(START * 12, 1))(START * 12);
    const step = executeStep(desk, before.state, simulatedBucket(desk, before.state, { hour: START, step: 0, market }));
    expect(() => closeHour(desk, before, [step])).toThrow(/sealed when all its steps are done/);
  });
});
