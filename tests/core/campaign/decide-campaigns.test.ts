/** Campaigns in the hour: predictions become moves and intents, intents orders, and what orders fill moves again. */
import { describe, expect, test } from 'vitest';
import { decideCampaigns } from '../../../core/campaign/decide-campaigns.ts';
import type { CampaignRecord } from '../../../core/campaign/campaign.ts';
import type { Decision } from '../../../core/events.ts';
import { decimal } from '../../../core/kernel/decimal.ts';
import { marketSymbol, quantity } from '../../../core/kernel/units.ts';
import { RETURNS_WINDOW } from '../../../core/risk/returns.ts';
import { BALANCED_CAMPAIGNS, moods, moodsOf, outlook, OUTLOOKS, predictionAt } from '../../support/campaign-runs.ts';
import { agentOf, byQuantity, decisionsOf, deskOf, feesOf, FREE, instrument, limitEntry, operatorFact, runHours, START, storyOf } from '../../support/desk.ts';
import type { Opening, Outside } from '../../support/desk.ts';
import type { SlotCandle } from '../../support/market.ts';

/** `100*3 110`: a candle an hour that opens, trades and closes at one price. */
const flatCandles = (text: string): readonly SlotCandle[] =>
  text
    .split(' ')
    .flatMap(word => Array.from({ length: Number(word.split('*')[1] ?? '1') }, () => word.split('*')[0]!))
    .map((price, hour) => ({ slot: START + hour, values: { open: price, high: price, low: price, close: price, volume: '1000' } }));

const BTC = instrument('BTC/USD');
const recorded = (rest: Parameters<typeof agentOf>[2] = {}) => agentOf('recorded-model', byQuantity('1'), rest);
const opened = (rest: Partial<Opening> = {}) => deskOf({ universe: [BTC], agents: [recorded()], profile: BALANCED_CAMPAIGNS, ...rest });

const ranWith = (desk: ReturnType<typeof opened>, market: string, outside: Outside) => {
  const candles = flatCandles(market);
  return runHours(desk, [candles], candles.length, outside);
};
const courseOf = (said: string, market: string, rest: Partial<Opening> = {}): readonly string[] => storyOf(ranWith(opened(rest), market, moodsOf(moods(said))));

describe('a course', () => {
  test('by the trend: in, a part out, back in up to the base, and out by prediction', () => {
    expect(courseOf('up*3 fading up*3 down none', '100*3 110*6')).toEqual([
      '1 asks enter 1 BTC/USD TREND_ENTRY',
      '1 BUY main BTC/USD 1 try 1',
      '2 filled 1 at 100',
      '2 BTC/USD FLAT to OPEN ENTRY_FILLED',
      '3 BTC/USD OPEN to REDUCED TACTICAL_PROFIT',
      '3 asks reduce 0.33 BTC/USD TACTICAL_PROFIT',
      '3 SELL main BTC/USD 0.33 try 1',
      '4 filled 0.33 at 110',
      '5 asks reenter 0.5 BTC/USD REENTRY',
      '5 BUY main BTC/USD 0.33 try 1',
      '6 filled 0.33 at 110',
      '6 BTC/USD REDUCED to OPEN REENTRY_FILLED',
      '7 BTC/USD OPEN to EXITING STRONG_NEGATIVE',
      '7 asks exit 1 BTC/USD STRONG_NEGATIVE',
      '7 SELL main BTC/USD 1 try 1',
      '8 filled 1 at 110',
      '8 BTC/USD EXITING to FLAT EXIT_FILLED',
    ]);
  });

  test('by the dip: it waits below the reference price for the turn', () => {
    expect(courseOf('dip*4 up*2', '100*3 98*3')).toEqual([
      '1 BTC/USD FLAT to WAIT_DIP DIP_EXPECTED',
      '4 asks enter 1 BTC/USD DIP_ENTRY',
      '4 BUY main BTC/USD 1 try 1',
      '5 filled 1 at 98',
      '5 BTC/USD WAIT_DIP to OPEN ENTRY_FILLED',
    ]);
  });

  test('through a severe loss: it holds, sells a part once for want of any hope, and goes on reduced', () => {
    expect(courseOf('up*3 unsure*30 up*3', '100*3 80*32 99*2').slice(4)).toEqual([
      '3 BTC/USD OPEN to RECOVERY SEVERE_LOSS',
      '27 asks reduce 0.5 BTC/USD DERISK',
      '27 SELL main BTC/USD 0.5 try 1',
      '28 filled 0.5 at 80',
      '35 BTC/USD RECOVERY to REDUCED RECOVERED',
    ]);
  });

  test('through a severe loss that nothing speaks for: it leaves', () => {
    expect(courseOf('up*3 weak*4', '100*3 80*4').slice(4)).toEqual([
      '3 BTC/USD OPEN to RECOVERY SEVERE_LOSS',
      '4 BTC/USD RECOVERY to EXITING RECOVERY_FAILED',
      '4 asks exit 1 BTC/USD RECOVERY_FAILED',
      '4 SELL main BTC/USD 1 try 1',
      '5 filled 1 at 80',
      '5 BTC/USD EXITING to FLAT EXIT_FILLED',
    ]);
  });

  test('an entry that does not fill is withdrawn when the outlook turns', () => {
    expect(courseOf('up*3 weak none', '100*5', { agents: [recorded({ entry: limitEntry(500) })] })).toEqual([
      '1 asks enter 1 BTC/USD TREND_ENTRY',
      '1 BUY main BTC/USD 1 at 95 try 1',
      '2 EXPIRED BTC/USD NOT_REACHED',
      '2 BUY main BTC/USD 1 at 95 try 2',
      '3 EXPIRED BTC/USD NOT_REACHED',
      '3 asks withdraw 1 BTC/USD ENTRY_WITHDRAWN',
    ]);
  });

  test('a plain positive class buys the share that the policy allows', () => {
    const said = outlook(['0.51', '0.01'], ['0.51', '0.02'], ['0.51', '0.03']);
    const ran = ranWith(opened(), '100*3', { 0: [predictionAt({ hour: 0 }, said)], 1: [predictionAt({ hour: 1 }, said)] });
    expect(storyOf(ran)).toEqual(['1 asks enter 0.75 BTC/USD TREND_ENTRY', '1 BUY main BTC/USD 0.75 try 1', '2 filled 0.75 at 100', '2 BTC/USD FLAT to OPEN ENTRY_FILLED']);
  });
});

describe('what counts as a prediction', () => {
  const two = (first: Outside['0'], second: Outside['0']): readonly string[] => storyOf(ranWith(opened(), '100*3', { 0: first!, 1: second! }));
  const at = (hour: number, rest: Parameters<typeof predictionAt>[2] = {}) => predictionAt({ hour }, OUTLOOKS.up, rest);

  test('one made at this very close', () => {
    expect(two([at(0)], [at(1)])).toHaveLength(4);
    expect(two([at(0)], [{ ...at(1), atMs: at(0).atMs }])).toEqual([]);
    expect(two([at(0)], [{ ...at(1), atMs: at(2).atMs }])).toEqual([]);
  });

  test('for this agent, of a market of the run', () => {
    expect(two([at(0)], [at(1, { agent: 'other' })])).toEqual([]);
    expect(two([at(0)], [at(1, { symbol: marketSymbol('ETH/USD') })])).toEqual([]);
  });

  test('of several models the last by name', () => {
    const down = (model: string) => predictionAt({ hour: 1 }, OUTLOOKS.down, { model });
    expect(two([at(0)], [at(1, { model: 'b' }), down('a')])).toHaveLength(4);
    expect(two([at(0)], [at(1, { model: 'a' }), down('b')])).toEqual([]);
  });

  test('from the first hour that may trade on', () => {
    expect(courseOf('up*4', '100*5', { warmUpHours: 2 })).toEqual(['3 asks enter 1 BTC/USD TREND_ENTRY', '3 BUY main BTC/USD 1 try 1', '4 filled 1 at 100', '4 BTC/USD FLAT to OPEN ENTRY_FILLED']);
  });

  test('without a volatility of its own, by that of the market once there is a week of it', () => {
    const hours = RETURNS_WINDOW + 6;
    const said = { ...OUTLOOKS.up, volatility: null };
    const outside = Object.fromEntries(Array.from({ length: hours }, (_, hour) => [String(hour), [predictionAt({ hour }, said)]]));
    const asks = decisionsOf(ranWith(opened(), Array.from({ length: hours }, (_, hour) => (hour % 2 === 0 ? '100' : '101')).join(' '), outside), 'campaign_asked');
    // The candle of hour 168 gives the 168th return; it is the first favourable decision, and the next one asks.
    expect(asks.map(({ hour, event }) => [hour, event.reason, event.evidence.sigma])).toEqual([[169, 'TREND_ENTRY', decimal('0.0487472709')]]);
  });
});

describe('beside everything else', () => {
  test('a halt refuses what a campaign asks to buy and nothing of what it asks to sell', () => {
    const outside = moodsOf(moods('up*3 up down none'));
    const halted = { ...outside, 2: [...outside['2']!, operatorFact(2, { command: 'halt' })] };
    expect(storyOf(ranWith(opened(), '100*6', halted)).slice(3, 4)).toEqual(['2 ACTIVE to HALTED']);
    expect(storyOf(ranWith(opened(), '100*6', halted)).slice(4)).toEqual([
      '2 BTC/USD FLAT to OPEN ENTRY_FILLED',
      '4 BTC/USD OPEN to EXITING STRONG_NEGATIVE',
      '4 asks exit 1 BTC/USD STRONG_NEGATIVE',
      '4 SELL main BTC/USD 1 try 1',
      '5 filled 1 at 100',
      '5 BTC/USD EXITING to FLAT EXIT_FILLED',
    ]);
    const early = { ...outside, 1: [...outside['1']!, operatorFact(1, { command: 'halt' })] };
    expect(storyOf(ranWith(opened(), '100*3', early))).toEqual(['1 ACTIVE to HALTED', '1 asks enter 1 BTC/USD TREND_ENTRY', '1 refused BUY main BTC/USD HALTED try 1']);
  });

  test('a holding that somebody flattens is gone, and the campaign begins anew', () => {
    const outside = moodsOf(moods('up*3 unsure*3'));
    const flattened = { ...outside, 3: [...outside['3']!, operatorFact(3, { command: 'flatten' })] };
    expect(storyOf(ranWith(opened(), '100*6', flattened)).slice(4)).toEqual(['3 SELL main BTC/USD 1 try 1', '4 filled 1 at 100', '4 BTC/USD OPEN to FLAT POSITION_GONE']);
  });

  test('agents that signal and agents that predict share a desk; campaigns go by agent', () => {
    const agents = [recorded({ id: 'b' }), agentOf('buy-and-hold', byQuantity('2'), { id: 'c' }), recorded({ id: 'a' })];
    const [ofA, ofB] = ['a', 'b'].map(agent => moodsOf(moods('up*3'), { agent }));
    const outside = Object.fromEntries([0, 1, 2].map(hour => [hour, [...ofB![hour]!, ...ofA![hour]!]]));
    const ran = ranWith(opened({ agents }), '100*3', outside);
    expect(decisionsOf(ran, 'campaign_asked').map(({ event }) => event.agent)).toEqual(['a', 'b']);
    expect(decisionsOf(ran, 'order_placed').map(({ hour, event }) => `${hour} ${event.agent} ${event.reason}`).sort()).toEqual(['0 c FIRST_CANDLE', '1 a TREND_ENTRY', '1 b TREND_ENTRY']);
    expect(ran.after.state.campaigns.map(({ agent, symbol, campaign }) => [agent, symbol, campaign.status])).toEqual([
      ['a', 'BTC/USD', 'OPEN'],
      ['b', 'BTC/USD', 'OPEN'],
    ]);
  });

  test('a symbol with neither record, holding nor prediction has no campaign', () => {
    expect(ranWith(opened(), '100*3', {}).after.state.campaigns).toEqual([]);
    expect(ranWith(opened(), '100*3', moodsOf(moods('unsure*3'))).after.state.campaigns).toEqual([]);
  });
});

describe('intents', () => {
  const desk = opened();
  const intentOf = (campaign: CampaignRecord['campaign'] | null, said: keyof typeof OUTLOOKS, market = '100*3') => {
    const held = ranWith(desk, market, campaign === null ? {} : moodsOf(moods('up*2'))).after.state;
    const before = campaign === null ? [] : [{ agent: 'main', symbol: BTC.symbol, campaign }];
    const close = predictionAt({ hour: 3 }, OUTLOOKS[said]);
    const facts = [{ type: 'market', atMs: close.atMs, candles: 0, digest: desk.genesis } as const, close];
    const log: Decision[] = [];
    const decided = decideCampaigns({ ...held, desk, before, facts, tradable: true, profile: BALANCED_CAMPAIGNS, predictions: [new Map()] }, log);
    return { intents: decided.intents.map(({ kind, source, fraction, reason, expectedReturn }) => ({ kind, source, fraction, reason, expectedReturn })), asked: log.map(({ type }) => type) };
  };

  test('state who asks, how much, why, and what is expected by the exit', () => {
    expect(intentOf({ status: 'FLAT', favourable: 1, pause: 0 }, 'up', '100')).toEqual({
      intents: [{ kind: 'enter', source: 'entry', fraction: decimal('1'), reason: 'TREND_ENTRY', expectedReturn: decimal('0.125') }],
      asked: ['campaign_asked'],
    });
    const reduced = { status: 'REDUCED', held: quantity(decimal('1')), adverse: 0, favourable: 1, pause: 0 } as const;
    expect(intentOf(reduced, 'up').intents).toEqual([{ kind: 'reenter', source: 'entry', fraction: decimal('0.5'), reason: 'REENTRY', expectedReturn: decimal('0.125') }]);
    expect(intentOf({ status: 'OPEN', adverse: 0 }, 'down')).toEqual({
      intents: [{ kind: 'exit', source: 'strategy', fraction: decimal('1'), reason: 'STRONG_NEGATIVE', expectedReturn: decimal('-0.125') }],
      asked: ['campaign_moved', 'campaign_asked'],
    });
    expect(intentOf({ status: 'OPEN', adverse: 0 }, 'fading', '100*3 110').intents).toEqual([
      { kind: 'reduce', source: 'partial', fraction: decimal('0.33'), reason: 'TACTICAL_PROFIT', expectedReturn: decimal('0.004') },
    ]);
    const recovering = { status: 'RECOVERY', resume: 'OPEN', derisked: false, adverse: 1, patience: 30 } as const;
    expect(intentOf(recovering, 'down').intents.map(({ source, reason }) => [source, reason])).toEqual([['recovery', 'RECOVERY_FAILED']]);
    expect(intentOf(recovering, 'unsure', '100*3 80').intents.map(({ kind, source, reason }) => [kind, source, reason])).toEqual([['reduce', 'recovery', 'DERISK']]);
  });

  test('costs of the round trip are in the edge that a class needs', () => {
    const dear = opened({ costs: { ...FREE, fees: feesOf(80_000, 80_000) } });
    expect(storyOf(ranWith(dear, '100*3', moodsOf(moods('up*3'))))).toEqual([]);
  });
});
