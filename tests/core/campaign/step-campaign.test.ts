/** Precedence: where several rules apply to one decision, which of them it is. The rest is told by the vectors. */
import { describe, expect, test } from 'vitest';
import { FLAT } from '../../../core/campaign/campaign.ts';
import type { Campaign } from '../../../core/campaign/campaign.ts';
import { stepCampaign } from '../../../core/campaign/step-campaign.ts';
import type { CampaignStep } from '../../../core/campaign/step-campaign.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { price, quantity } from '../../../core/kernel/units.ts';
import { BEGINNING, inputsOf } from './outlooks.ts';
import type { Given, Outlook, Outlooks, Pair } from './outlooks.ts';

const outlook = (hour1: Pair, hours4: Pair, hours24: Pair): Outlook => ({ hour1, hours4, hours24, regime: 'RANGE', confidence: '0', volatility: '0.04' });

/** By the balanced policy; the last word says what the chances of a recovery are. */
const OUTLOOKS: Outlooks = {
  positive: outlook(['0.505', '0.0003'], ['0.51', '0.0006'], ['0.52', '0.003']),
  strong: outlook(['0.52', '0.0005'], ['0.53', '0.001'], ['0.54', '0.004']),
  neutral: outlook(['0.5', '0'], ['0.5', '0'], ['0.5', '0']),
  weakening: outlook(['0.47', '-0.0005'], ['0.49', '-0.0005'], ['0.505', '0.0005']),
  dip: outlook(['0.47', '-0.001'], ['0.48', '-0.002'], ['0.54', '0.004']),
  negative: outlook(['0.49', '-0.0005'], ['0.485', '-0.001'], ['0.48', '-0.001']),
  shock: outlook(['0.4', '-0.002'], ['0.47', '-0.002'], ['0.49', '-0.002']),
  hopeless: outlook(['0.45', '-0.002'], ['0.44', '-0.005'], ['0.42', '-0.01']),
  rebound: outlook(['0.5', '0'], ['0.53', '0.0005'], ['0.53', '0.0005']),
};

const STORY = { name: 'precedence', preset: 'balanced', policy: {}, cost: '0.006' } as const;
const step = (before: Campaign, given: Partial<Given>): CampaignStep => stepCampaign(before, inputsOf({ ...BEGINNING, mark: '100', ...given }, STORY, OUTLOOKS));
const held: Partial<Given> = { quantity: '1', basis: '100' };

const open = (adverse = 0): Campaign => ({ status: 'OPEN', adverse });
const reduced = (favourable = 0, adverse = 0): Campaign => ({ status: 'REDUCED', held: quantity(decimal('1')), adverse, favourable, pause: 0 });
const recovery = (adverse = 0, patience = 0): Campaign => ({ status: 'RECOVERY', resume: 'OPEN', derisked: false, adverse, patience });
const waiting = (waited = 0, pause = 0): Campaign => ({ status: 'WAIT_DIP', referencePrice: price(decimal('100')), waited, favourable: 1, pause });

const outcome = ({ moves, intent }: CampaignStep): readonly string[] => [
  ...moves.map(({ from, to, reason }) => `${from} > ${to} ${reason}`),
  intent.kind === 'none' ? 'none' : `${intent.kind} ${intent.reason}`,
];

describe('in OPEN', () => {
  test.each<readonly [string, Campaign, Partial<Given>, readonly string[]]>([
    ['no hope outranks a plain exit', open(), { outlook: 'hopeless', exit: true }, ['OPEN > EXITING STRONG_NEGATIVE', 'exit STRONG_NEGATIVE']],
    ['a plain exit outranks persistence', open(5), { outlook: 'negative', exit: true }, ['OPEN > EXITING STRATEGY_EXIT', 'exit STRATEGY_EXIT']],
    ['a plain exit outranks a severe loss', open(), { outlook: 'neutral', exit: true, mark: '50' }, ['OPEN > EXITING STRATEGY_EXIT', 'exit STRATEGY_EXIT']],
    ['a plain exit outranks the best of outlooks', open(), { outlook: 'strong', exit: true }, ['OPEN > EXITING STRATEGY_EXIT', 'exit STRATEGY_EXIT']],
    ['persistence outranks a severe loss', open(1), { outlook: 'negative', mark: '50' }, ['OPEN > EXITING NEGATIVE_PERSISTED', 'exit NEGATIVE_PERSISTED']],
    ['persistence outranks a part', open(1), { outlook: 'shock' }, ['OPEN > EXITING NEGATIVE_PERSISTED', 'exit NEGATIVE_PERSISTED']],
    ['a severe loss outranks a part', open(), { outlook: 'shock', mark: '80' }, ['OPEN > RECOVERY SEVERE_LOSS', 'none']],
    ['carrying less outranks a profit', open(), { outlook: 'shock', mark: '120' }, ['OPEN > REDUCED DERISK', 'reduce DERISK']],
    ['a part outranks a withdrawal', open(), { outlook: 'shock', buys: true }, ['OPEN > REDUCED DERISK', 'reduce DERISK']],
    ['no profit is taken while something buys', open(), { outlook: 'weakening', mark: '120', buys: true }, ['none']],
    ['nothing is sold on absent data', open(5), { outlook: null, mark: '120' }, ['none']],
    ['a persistence reached before the data went missing waits for it', open(2), { outlook: null }, ['none']],
  ])('%s', (_, before, given, expected) => {
    expect(outcome(step(before, { ...held, ...given }))).toEqual(expected);
  });
});

describe('in REDUCED', () => {
  test.each<readonly [string, Campaign, Partial<Given>, readonly string[]]>([
    ['an exit outranks buying back', reduced(9), { outlook: 'positive', exit: true }, ['REDUCED > EXITING STRATEGY_EXIT', 'exit STRATEGY_EXIT']],
    ['a severe loss outranks buying back', reduced(9), { outlook: 'positive', mark: '80' }, ['REDUCED > RECOVERY SEVERE_LOSS', 'none']],
    ['it is bought back once it was favourable often enough', reduced(1), { outlook: 'positive' }, ['reenter REENTRY']],
    ['not while something sells', reduced(1), { outlook: 'positive', sells: true }, ['none']],
    ['not while something buys', reduced(1), { outlook: 'positive', buys: true }, ['none']],
    ['not without a mark', reduced(1), { outlook: 'positive', mark: null }, ['none']],
    ['not before a dip', reduced(1), { outlook: 'dip' }, ['none']],
    ['what spoke against it still counts once something was bought back', reduced(0, 1), { outlook: 'negative', quantity: '1.5' }, ['REDUCED > OPEN REENTRY_FILLED', 'OPEN > EXITING NEGATIVE_PERSISTED', 'exit NEGATIVE_PERSISTED']],
    ['no second part is sold', reduced(), { outlook: 'weakening', mark: '120' }, ['none']],
    ['nor one to carry less', reduced(), { outlook: 'shock' }, ['none']],
    ['what was bought back opens it, and may be left at once', reduced(), { outlook: 'hopeless', quantity: '1.5' }, ['REDUCED > OPEN REENTRY_FILLED', 'OPEN > EXITING STRONG_NEGATIVE', 'exit STRONG_NEGATIVE']],
  ])('%s', (_, before, given, expected) => {
    expect(outcome(step(before, { ...held, ...given }))).toEqual(expected);
  });
});

describe('in RECOVERY', () => {
  test.each<readonly [string, Campaign, Partial<Given>, readonly string[]]>([
    ['no hope outranks a plain exit', recovery(), { outlook: 'hopeless', exit: true }, ['RECOVERY > EXITING RECOVERY_FAILED', 'exit RECOVERY_FAILED']],
    ['no hope outranks a price that came back', recovery(), { outlook: 'hopeless', mark: '120' }, ['RECOVERY > EXITING RECOVERY_FAILED', 'exit RECOVERY_FAILED']],
    ['a plain exit outranks a meaningful rebound', recovery(), { outlook: 'rebound', exit: true }, ['RECOVERY > EXITING STRATEGY_EXIT', 'exit STRATEGY_EXIT']],
    ['a plain exit needs no prediction', recovery(), { outlook: null, exit: true }, ['RECOVERY > EXITING STRATEGY_EXIT', 'exit STRATEGY_EXIT']],
    ['recovered outranks patience', recovery(0, 99), { outlook: 'neutral', mark: '99' }, ['RECOVERY > OPEN RECOVERED', 'none']],
    ['failing outranks a part', recovery(1, 99), { outlook: 'negative', mark: '80' }, ['RECOVERY > EXITING RECOVERY_FAILED', 'exit RECOVERY_FAILED']],
    ['a part before failing has persisted', recovery(0, 99), { outlook: 'negative', mark: '80' }, ['reduce DERISK']],
    ['a meaningful rebound outranks patience', recovery(1, 99), { outlook: 'rebound', mark: '80' }, ['none']],
    ['a price that came back without a prediction has not recovered', recovery(), { outlook: null, mark: '120' }, ['none']],
    ['absent data exits nothing, whatever was counted before', recovery(5), { outlook: null, mark: '80' }, ['none']],
    ['no part while something sells', recovery(0, 99), { outlook: 'neutral', mark: '80', sells: true }, ['none']],
    ['a part outranks a withdrawal', recovery(0, 99), { outlook: 'neutral', mark: '80', buys: true }, ['reduce DERISK']],
  ])('%s', (_, before, given, expected) => {
    expect(outcome(step(before, { ...held, ...given }))).toEqual(expected);
  });
});

describe('in FLAT and WAIT_DIP', () => {
  const counted: Campaign = { status: 'FLAT', favourable: 9, pause: 0 };
  test.each<readonly [string, Campaign, Partial<Given>, readonly string[]]>([
    ['a dip to come outranks an entry', counted, { outlook: 'dip' }, ['FLAT > WAIT_DIP DIP_EXPECTED', 'none']],
    ['a dip is waited for in a pause too', { ...counted, pause: 5 }, { outlook: 'dip' }, ['FLAT > WAIT_DIP DIP_EXPECTED', 'none']],
    ['a pause outranks an entry', { ...counted, pause: 5 }, { outlook: 'strong' }, ['none']],
    ['its last decision is over', { ...counted, pause: 1 }, { outlook: 'strong' }, ['enter TREND_ENTRY']],
    ['an exit outranks an entry', counted, { outlook: 'strong', exit: true }, ['none']],
    ['absent data enters nothing, however favourable it was', counted, { outlook: null }, ['none']],
    ['a plain exit outranks a lost thesis', waiting(), { outlook: 'hopeless', exit: true }, ['WAIT_DIP > FLAT STRATEGY_EXIT', 'none']],
    ['a lost thesis outranks an expiry', waiting(99), { outlook: 'negative' }, ['WAIT_DIP > FLAT THESIS_LOST', 'none']],
    ['an entry outranks an expiry', waiting(99), { outlook: 'positive' }, ['enter TREND_ENTRY']],
    ['a dip that came outranks a trend', waiting(), { outlook: 'positive', mark: '90' }, ['enter DIP_ENTRY']],
    ['an expiry in a pause', waiting(99, 5), { outlook: 'positive' }, ['WAIT_DIP > FLAT DIP_EXPIRED', 'none']],
    ['an expiry without a mark or a prediction', waiting(99), { outlook: null, mark: null }, ['WAIT_DIP > FLAT DIP_EXPIRED', 'none']],
  ])('%s', (_, before, given, expected) => {
    expect(outcome(step(before, given))).toEqual(expected);
  });
});

test('evidence names what was seen: classes, figures, prices and counts', () => {
  const { moves, evidence } = step(open(1), { ...held, outlook: 'negative', mark: '98' });
  expect(moves[0]!.evidence).toBe(evidence);
  expect(evidence).toEqual({
    stateClass: 'NEGATIVE',
    thesisClass: 'NEGATIVE',
    score: decimal('-0.035'),
    expectedReturn: decimal('-0.00095'),
    returnToExit: decimal('-0.00475'),
    edge: decimal('-0.01075'),
    thesis: decimal('-0.04'),
    near: decimal('0.48625'),
    nearScore: decimal('-0.0275'),
    recovery: decimal('0.481666666666666667'),
    sigma: decimal('0.04'),
    unrealised: decimal('-0.02'),
    mark: decimal('98'),
    referencePrice: null,
    persistence: 2,
    patience: 0,
  });
});

test('counts stop at a thousand', () => {
  const most: Campaign = { status: 'FLAT', favourable: 1_000, pause: 500 };
  expect(step(most, { outlook: 'strong' }).after).toEqual({ status: 'FLAT', favourable: 1_000, pause: 499 });
});

test('a flat campaign that sees nothing stays the object it was', () => {
  expect(step(FLAT, { outlook: 'neutral' }).after).toBe(FLAT);
  expect(step(FLAT, { outlook: null }).after).toBe(FLAT);
});

test('a campaign is never short', () => {
  expect(() => step(FLAT, { quantity: '-1' })).toThrow('Assertion failed: A campaign is never short.');
});
