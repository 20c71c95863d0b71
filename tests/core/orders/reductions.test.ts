/** Selling a part: shares of what is held, whole lots, no dust left behind, asked again until sold, the larger one winning. */
import { describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../../core/kernel/decimal.ts';
import { fraction, marketSymbol } from '../../../core/kernel/units.ts';
import type { Decision } from '../../../core/events.ts';
import { WHOLE } from '../../../core/orders/intent.ts';
import type { Intent, IntentKind, IntentSource } from '../../../core/orders/intent.ts';
import type { Opening, Rules } from '../../support/desk.ts';
import { agentOf, byQuantity, deskOf, feesOf, FREE, instrument, operatorFact, START } from '../../support/desk.ts';
import { runIntents } from '../../support/intent-runs.ts';
import type { IntentScript, IntentStep } from '../../support/intent-runs.ts';
import { candlesFrom } from '../../support/market.ts';

const FLAT = '100 100 100 100 1000';
const CAPPED = { ...FREE, participation: fraction(decimal('0.025')) };

const intent = (kind: IntentKind, source: IntentSource, share = '1', reason = kind.toUpperCase()): Intent => ({
  agent: 'main',
  symbol: marketSymbol('BTC/USD'),
  kind,
  source,
  fraction: fraction(decimal(share)),
  reason,
  expectedReturn: null,
});
const enter = intent('enter', 'entry');
const partial = (share: string, reason = 'TACTICAL_PROFIT'): Intent => intent('reduce', 'partial', share, reason);

type Told = Partial<Opening> & Readonly<{ rules?: Rules; size?: string; outside?: IntentScript['outside'] }>;

const ran = (intents: IntentScript['intents'], lines: readonly string[], { rules, size = '8', outside, ...opening }: Told = {}): readonly IntentStep[] => {
  const desk = deskOf({ universe: [instrument('BTC/USD', { absent: 'quiet', ...rules })], agents: [agentOf('scripted', byQuantity(size))], ...opening }, [[{}]]);
  const perHour = opening.timeframe === '5m' ? 12 : 1;
  return runIntents(desk, [candlesFrom(START * perHour, lines.join('\n'))], lines.length, { intents: intents ?? {}, outside: outside ?? {} });
};

const lineOf = (event: Decision | { type: string }): string | null => {
  const decision = event as Decision;
  switch (decision.type) {
    case 'order_placed':
      return `${decision.side} ${formatDecimal(decision.quantity)} ${decision.reason} try ${decision.attempt}`;
    case 'order_closed':
      return decision.status === 'FILLED' ? `FILLED ${formatDecimal(decision.filled)}` : `${decision.status} ${decision.reason} after ${formatDecimal(decision.filled)}`;
    case 'order_refused':
      return `refused ${decision.side} ${decision.violations.map(({ code }) => code).join(' ')} try ${decision.attempt}`;
    case 'cancel_requested':
      return `cancel ${decision.reason}`;
    default:
      return null;
  }
};
const storyOf = (steps: readonly IntentStep[]): readonly string[] =>
  steps.flatMap(({ decisions }, hour) => decisions.flatMap(event => (lineOf(event) === null ? [] : [`${hour} ${lineOf(event)}`])));
const story = (...given: Parameters<typeof ran>): readonly string[] => storyOf(ran(...given));
const heldAfter = (steps: readonly IntentStep[]): string => formatDecimal(steps.at(-1)!.state.lots.reduce((sum, lot) => sum + lot.quantity, 0n));

const bought = ['0 BUY 8 ENTER try 1', '1 FILLED 8'];
const five = [FLAT, FLAT, FLAT, FLAT, FLAT];

describe('a reduction', () => {
  test('sells its share of what is held at the next open, and is over', () => {
    const steps = ran({ 0: [enter], 2: [partial('0.25')] }, five);
    expect(storyOf(steps)).toEqual([...bought, '2 SELL 2 TACTICAL_PROFIT try 1', '3 FILLED 2']);
    expect([heldAfter(steps), steps.at(-1)!.state.orders.wanted]).toEqual(['6', []]);
  });

  test('floors its share to the lot', () => {
    expect(story({ 0: [enter], 2: [partial('0.33')] }, five, { rules: { lot: '0.5' } }).slice(2)).toEqual(['2 SELL 2.5 TACTICAL_PROFIT try 1', '3 FILLED 2.5']);
  });

  test('is asked for again until its share is sold, and no more than that', () => {
    const thin = '100 100 100 100 60';
    const lines = [FLAT, FLAT, FLAT, thin, '-', thin, thin, FLAT];
    const steps = ran({ 0: [enter], 2: [partial('0.5')] }, lines, { costs: CAPPED });
    expect(storyOf(steps).slice(2)).toEqual([
      '2 SELL 4 TACTICAL_PROFIT try 1',
      '3 EXPIRED PARTICIPATION after 1.5',
      '3 SELL 2.5 TACTICAL_PROFIT try 2',
      '4 EXPIRED NO_CANDLE after 0',
      '4 SELL 2.5 TACTICAL_PROFIT try 3',
      '5 EXPIRED PARTICIPATION after 1.5',
      '5 SELL 1 TACTICAL_PROFIT try 4',
      '6 FILLED 1',
    ]);
    expect([heldAfter(steps), steps.at(-1)!.state.orders.wanted]).toEqual(['4', []]);
  });

  test('of nothing is nothing', () => {
    expect(story({ 0: [partial('0.5')], 1: [intent('exit', 'strategy')] }, five)).toEqual([]);
  });

  test('below the lot or the minimum is refused, and ends', () => {
    expect(story({ 0: [enter], 2: [partial('0.1')] }, five, { rules: { lot: '1' } }).slice(2)).toEqual(['2 refused SELL DUST try 1']);
    expect(story({ 0: [enter], 2: [partial('0.1')] }, five, { rules: { minNotional: '81' } }).slice(2)).toEqual(['2 refused SELL DUST try 1']);
    const refused = ran({ 0: [enter], 2: [partial('0.1')] }, five, { rules: { minNotional: '81' } })[2]!.decisions.find(event => event.type === 'order_refused');
    expect(refused).toMatchObject({ violations: [{ code: 'DUST', severity: 'LOW', limit: decimal('81'), usage: decimal('80'), asked: decimal('8') }] });
  });

  test('whose rest after a part is below the minimum is over, aloud', () => {
    const lines = [FLAT, FLAT, FLAT, '100 100 100 100 60', FLAT];
    const steps = ran({ 0: [enter], 2: [partial('0.25')] }, lines, { costs: CAPPED, rules: { minNotional: '60' } });
    expect(storyOf(steps).slice(2)).toEqual(['2 SELL 2 TACTICAL_PROFIT try 1', '3 EXPIRED PARTICIPATION after 1.5', '3 refused SELL DUST try 2']);
    expect([heldAfter(steps), steps.at(-1)!.state.orders.wanted]).toEqual(['6.5', []]);
  });

  test('that would leave dust sells everything', () => {
    const steps = ran({ 0: [enter], 2: [partial('0.95')] }, five, { rules: { minNotional: '50' } });
    expect(storyOf(steps).slice(2)).toEqual(['2 SELL 8 TACTICAL_PROFIT try 1', '3 FILLED 8']);
    expect(heldAfter(steps)).toBe('0');
  });

  test('whose last try would leave dust sells that with it', () => {
    // 5 of 8 at 10 a unit leave 30; when the price falls to 6, what would stay is dust and goes along.
    const lines = [FLAT, FLAT, '10 10 10 10 1000', '10 10 10 6 40', '6 6 6 6 1000', FLAT];
    const steps = ran({ 0: [enter], 2: [partial('0.63')] }, lines, { costs: CAPPED, rules: { minNotional: '20', lot: '1' } });
    expect(storyOf(steps).slice(2)).toEqual(['2 SELL 5 TACTICAL_PROFIT try 1', '3 EXPIRED PARTICIPATION after 1', '3 SELL 7 TACTICAL_PROFIT try 2', '4 FILLED 7']);
  });

  test.each(['halt', 'kill'] as const)('is not held back by a %s', command => {
    const outside = { 2: [operatorFact(2, { command })] };
    expect(story({ 0: [enter], 2: [partial('0.5')] }, five, { outside }).slice(2)).toEqual(['2 SELL 4 TACTICAL_PROFIT try 1', '3 FILLED 4']);
  });
});

describe('the larger reduction wins', () => {
  test('at one close, whoever asks for it; of equals the higher precedence gives the reason', () => {
    const both = [partial('0.25'), intent('reduce', 'recovery', '0.5', 'DERISK')];
    for (const order of [both, both.toReversed()]) {
      expect(story({ 0: [enter], 2: order }, five).slice(2)).toEqual(['2 SELL 4 DERISK try 1', '3 FILLED 4']);
    }
    const equal = [partial('0.5'), intent('reduce', 'recovery', '0.5', 'DERISK')];
    for (const order of [equal, equal.toReversed()]) expect(story({ 0: [enter], 2: order }, five)[2]).toBe('2 SELL 4 DERISK try 1');
    const larger = [partial('0.75'), intent('reduce', 'recovery', '0.5', 'DERISK')];
    for (const order of [larger, larger.toReversed()]) expect(story({ 0: [enter], 2: order }, five)[2]).toBe('2 SELL 6 TACTICAL_PROFIT try 1');
  });

  test('operator, stop, recovery, strategy and partial ask for all: one order sells all, once', () => {
    const exits = (['recovery', 'strategy', 'stop'] as const).map(source => intent('exit', source, '1', source));
    for (const order of [exits, exits.toReversed(), [partial('0.5'), ...exits]]) {
      const steps = ran({ 0: [enter], 2: order }, five);
      expect(storyOf(steps).slice(2)).toEqual(['2 SELL 8 stop try 1', '3 FILLED 8']);
      expect(heldAfter(steps)).toBe('0');
    }
    const outside = { 2: [operatorFact(2, { command: 'flatten' })] };
    expect(story({ 0: [enter], 2: exits }, five, { outside })[2]).toBe('2 SELL 8 OPERATOR_FLATTEN try 1');
  });

  test('while one is under way: a smaller one changes nothing, a larger one and an exit replace it', () => {
    const thin = '100 100 100 100 40';
    const lines = [FLAT, FLAT, FLAT, thin, FLAT, FLAT];
    const script = (later: Intent) => ({ 0: [enter], 2: [partial('0.5')], 3: [later] });
    expect(story(script(partial('0.1', 'LATER')), lines, { costs: CAPPED }).slice(4)).toEqual(['3 SELL 3 TACTICAL_PROFIT try 2', '4 FILLED 3']);
    expect(story(script(partial('0.8', 'LATER')), lines, { costs: CAPPED }).slice(4)).toEqual(['3 SELL 5.6 LATER try 1', '4 FILLED 5.6']);
    expect(story(script(intent('exit', 'strategy')), lines, { costs: CAPPED }).slice(4)).toEqual(['3 SELL 7 EXIT try 1', '4 FILLED 7']);
  });

  test('and beside a sale that still works only the rest is sold', () => {
    const thin = '100 100 100 100 40';
    const lines = [FLAT, FLAT, FLAT, thin, thin, thin, FLAT];
    const steps = ran({ 0: [enter], 2: [partial('0.5')], 3: [intent('exit', 'stop', '1', 'STOP_LOSS')] }, lines, { costs: CAPPED, timeframe: '5m' });
    // Three of the four are still being sold when the stop asks for all seven that are left.
    expect(storyOf(steps).slice(2)).toEqual(['2 SELL 4 TACTICAL_PROFIT try 1', '3 SELL 4 STOP_LOSS try 1', '6 FILLED 4', '6 FILLED 4']);
    expect(heldAfter(steps)).toBe('0');
  });
});

describe('an entry', () => {
  test('is refused while a reduction is under way, at its close as well as later', () => {
    const thin = '100 100 100 100 40';
    const lines = [FLAT, FLAT, FLAT, thin, FLAT];
    const reenter = intent('reenter', 'entry', '0.5', 'REENTRY');
    expect(story({ 0: [enter], 2: [reenter, partial('0.5')], 3: [reenter] }, lines, { costs: CAPPED }).slice(2)).toEqual([
      '2 refused BUY EXIT_IN_PROGRESS try 1',
      '2 SELL 4 TACTICAL_PROFIT try 1',
      '3 EXPIRED PARTICIPATION after 1',
      '3 refused BUY EXIT_IN_PROGRESS try 1',
      '3 SELL 3 TACTICAL_PROFIT try 2',
      '4 FILLED 3',
    ]);
  });

  test('buys its share of the base, and a re-entry buys beside what is held', () => {
    const reenter = intent('reenter', 'entry', '0.25', 'REENTRY');
    expect(story({ 0: [{ ...enter, fraction: fraction(decimal('0.75')) }], 2: [enter, reenter] }, five)).toEqual([
      '0 BUY 6 ENTER try 1',
      '1 FILLED 6',
      '2 refused BUY ALREADY_HELD try 1',
      '2 BUY 2 REENTRY try 1',
      '3 FILLED 2',
    ]);
  });

  test('that is withdrawn is bought no further, and nothing is sold', () => {
    const lines = ['100 100 100 100 320', '100 100 100 100 320', '100 100 100 100 80', FLAT, FLAT];
    const withdraw = intent('withdraw', 'strategy', '1', 'ENTRY_WITHDRAWN');
    const steps = ran({ 1: [enter], 2: [withdraw] }, lines, { costs: CAPPED });
    expect(storyOf(steps)).toEqual(['1 BUY 8 ENTER try 1', '2 EXPIRED PARTICIPATION after 2']);
    expect([heldAfter(steps), steps.at(-1)!.state.orders.wanted]).toEqual(['2', []]);
  });

  test('that is withdrawn while it works is cancelled, and its wish is not missed', () => {
    const withdraw = intent('withdraw', 'strategy', '1', 'ENTRY_WITHDRAWN');
    const lines = ['100 100 100 100 320', '100 100 100 100 320', '100 100 100 100 80', FLAT, FLAT];
    expect(story({ 1: [enter], 2: [withdraw, withdraw] }, lines, { costs: CAPPED, timeframe: '5m' })).toEqual(['1 BUY 8 ENTER try 1', '2 cancel WITHDRAWN', '3 CANCELLED WITHDRAWN after 2']);
    expect(story({ 1: [withdraw] }, five)).toEqual([]);
  });

  test('keeps the share it was first granted when it is asked for again', () => {
    const lines = ['100 100 100 100 320', '100 100 100 100 320', '100 100 100 100 40', FLAT, FLAT];
    expect(story({ 1: [{ ...enter, fraction: fraction(decimal('0.5')) }] }, lines, { costs: CAPPED })).toEqual(['1 BUY 4 ENTER try 1', '2 EXPIRED PARTICIPATION after 1', '2 BUY 3 ENTER try 2', '3 FILLED 3']);
  });
});

test('fees in base leave a rest that a reduction of everything sweeps with it', () => {
  const costs = { ...FREE, fees: feesOf(1_000, 1_000, 'received') };
  const steps = ran({ 0: [enter], 2: [intent('reduce', 'partial', '1')] }, five, { costs, rules: { lot: '0.01' } });
  expect(storyOf(steps).slice(2)).toEqual(['2 SELL 7.99 REDUCE try 1', '3 FILLED 7.99', '3 refused SELL DUST try 2']);
  expect(heldAfter(steps)).toBe('0.002');
  expect(WHOLE).toBe(decimal('1'));
});
