/** What each frozen run exists to exercise. A refreeze that loses one of these events has lost its reason to be frozen. */
import { describe, expect, test } from 'vitest';
import { loadCase } from '../../tools/fixtures/load.ts';
import type { FrozenCase, FrozenEvent } from '../../tools/fixtures/frozen.ts';

type Event = Readonly<Record<string, unknown>> & Readonly<{ type: string; violations?: readonly Readonly<{ code: string }>[] }>;

/** The words of an event that say what kind it is: `order_expired COLLAR`, `order_refused BUY HALTED`. */
const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  order_rejected: ['reason'],
  order_expired: ['reason'],
  order_filled: ['liquidity', 'feeAsset'],
  order_cancelled: ['reason'],
  operator: ['command'],
  signal_raised: ['action'],
  order_placed: ['side', 'reason'],
  stop_triggered: ['kind'],
  campaign_moved: ['from', 'to', 'reason'],
  campaign_asked: ['ask', 'reason'],
  order_refused: ['side'],
  order_closed: ['status'],
  ledger_posted: ['kind'],
  risk_changed: ['to'],
  tier_changed: ['to'],
  kill_tripped: ['trigger'],
  operator_refused: ['code'],
};

const kindOf = ({ text }: FrozenEvent): string => {
  const event = JSON.parse(text) as Event;
  const codes = (event.violations ?? []).map(({ code }) => code);
  return [event.type, ...(NAMED_BY[event.type] ?? []).map(field => event[field]), ...codes].join(' ');
};

const countsOf = ({ facts, decisions }: FrozenCase): Readonly<Record<string, number>> => {
  const kinds = Map.groupBy([...facts, ...decisions].map(kindOf), kind => kind);
  return Object.fromEntries([...kinds].map(([kind, events]): [string, number] => [kind, events.length]).toSorted(([left], [right]) => (left < right ? -1 : 1)));
};

/** Fills that left something of their order open. */
const partialFillsOf = ({ facts, decisions }: FrozenCase): number => {
  const events = [...facts, ...decisions].map(({ text }) => JSON.parse(text) as Readonly<Record<string, string>>);
  const asked = new Map(events.filter(({ type }) => type === 'order_placed').map(({ id, quantity }) => [id, quantity]));
  return events.filter(({ type, orderId, quantity }) => type === 'order_filled' && asked.get(orderId) !== quantity).length;
};

//  name                  partial fills, and the kinds of events it is there for
const CLAIMS = [
  ['crash', 0, {
    'operator halt': 2, 'operator flatten': 3, 'operator resume': 1, 'operator kill': 1, 'risk_changed HALTED': 1, 'risk_changed KILLED': 1,
    'order_refused BUY HALTED': 1, 'order_refused BUY KILLED': 1, 'order_expired COLLAR': 1, 'ledger_posted deposit': 2, 'ledger_posted withdrawal': 1,
    'operator_refused INSUFFICIENT_FREE_CASH': 1, 'operator_refused NOTHING_HELD': 1, 'operator_refused NOTHING_TO_CANCEL': 1,
  }],
  ['dip-entry', 0, {
    'prediction': 137, 'campaign_moved FLAT WAIT_DIP DIP_EXPECTED': 3, 'campaign_moved WAIT_DIP FLAT DIP_EXPIRED': 1, 'campaign_moved WAIT_DIP OPEN ENTRY_FILLED': 2,
    'campaign_asked enter DIP_ENTRY': 1, 'campaign_asked enter TREND_ENTRY': 2, 'campaign_moved OPEN REDUCED TACTICAL_PROFIT': 1, 'campaign_moved REDUCED OPEN REENTRY_FILLED': 1,
    'campaign_moved OPEN EXITING NEGATIVE_PERSISTED': 1, 'campaign_moved OPEN EXITING STRONG_NEGATIVE': 1, 'order_refused BUY HALTED': 1,
  }],
  ['dust-and-rounding', 9, {
    'order_refused SELL DUST': 16, 'order_rejected POST_ONLY_WOULD_TAKE': 1, 'order_expired NOT_REACHED': 3, 'order_expired PARTICIPATION': 9,
    'order_filled MAKER BOR': 7, 'order_filled MAKER CYG': 6, 'order_filled MAKER ELM': 7, 'ledger_posted fee': 20,
  }],
  ['five-minutes', 14, {
    'order_acknowledged': 30, 'order_cancelled HALTED': 1, 'order_cancelled OPERATOR: no more of this one': 1, 'order_cancelled OPPOSITE_INTENT': 4,
    'order_expired NOT_REACHED': 13, 'order_expired PARTICIPATION': 1, 'order_filled MAKER EUR': 10, 'risk_changed HALTED': 1,
  }],
  ['gaps-and-revisions', 0, { 'candle_late': 3, 'candle_revised': 2, 'order_expired NO_CANDLE': 13, 'order_refused BUY DATA_MISSING': 1 }],
  ['halt', 0, {
    'tier_changed DD0.2': 2, 'tier_changed DD0.3': 1, 'tier_changed HALT0.4': 1, 'tier_changed NORMAL': 2, 'risk_changed HALTED': 1, 'review_required': 1, 'review_closed': 1,
    'order_refused BUY HALTED POSITION_COUNT': 3, 'order_refused BUY CLUSTER_CAP BELOW_MINIMUM': 1, 'operator profile': 3, 'profile_changed': 1,
    'operator_refused PROFILE_UNCHANGED': 1, 'operator_refused PROFILE_REFUSED': 1, 'operator_refused NOT_HALTED': 1, 'passive_breach': 4,
  }],
  ['kill-switch', 0, {
    'kill_tripped UNIVERSE_MISSING': 2, 'kill_tripped CANDLES_WILD': 1, 'kill_tripped VENUE_ERRORS': 1, 'kill_tripped BOOKS_BROKEN': 1, 'risk_changed KILLED': 4, 'risk_changed ACTIVE': 3,
    'order_refused BUY KILLED': 5, 'order_refused BUY KILLED SYMBOL_LOCKED': 1, 'venue_error': 5, 'fault_reported': 1,
  }],
  ['severe-loss-recovery', 0, {
    'campaign_moved OPEN RECOVERY SEVERE_LOSS': 3, 'campaign_asked reduce DERISK': 1, 'campaign_moved RECOVERY OPEN RECOVERED': 1, 'campaign_moved RECOVERY REDUCED RECOVERED': 1,
    'campaign_moved RECOVERY EXITING RECOVERY_FAILED': 1, 'campaign_moved REDUCED OPEN REENTRY_FILLED': 1, 'campaign_moved REDUCED EXITING NEGATIVE_PERSISTED': 1, 'protection_raised': 2,
  }],
  ['stops', 11, {
    'stop_triggered trailing': 8, 'stop_triggered loss': 1, 'order_placed SELL TRAILING_STOP': 8, 'order_placed SELL STOP_LOSS': 1, 'order_placed SELL OPERATOR_FLATTEN': 5, 'operator cancel': 1, 'order_refused BUY HALTED': 4,
  }],
  ['third-asset-fees', 0, { 'order_filled TAKER TOK': 16, 'order_filled TAKER USDT': 9, 'ledger_posted fee': 16, 'order_refused SELL DUST': 7 }],
  ['trending', 2, { 'order_refused BUY WARM_UP': 1, 'order_expired PARTICIPATION': 2, 'lot_matched': 6, 'ledger_posted sell': 5 }],
] as const;

describe('what a frozen run exercises', () => {
  test.each(CLAIMS)('%s', (name, partialFills, kinds) => {
    const frozen = loadCase(process.cwd(), name);
    expect(countsOf(frozen)).toMatchObject(kinds);
    expect(partialFillsOf(frozen)).toBe(partialFills);
  });
});

const closes = (name: string, series: number): readonly number[] => loadCase(process.cwd(), name).candles[series]!.map(({ values }) => Number(values.close));

test('the crash takes 35 % of a price', () => {
  const prices = closes('crash', 0);
  expect(Math.min(...prices) / Math.max(...prices.slice(0, 73))).toBeLessThan(0.65);
});

test('an hour of gaps-and-revisions has no candle at all', () => {
  const empty = loadCase(process.cwd(), 'gaps-and-revisions').facts.filter(({ text }) => text.includes('"candles":0,')).map(({ hour }) => hour - 473_352);
  expect(empty).toEqual([60]);
});

test('five-minutes has twelve steps in every hour, and fills inside the hour', () => {
  const frozen = loadCase(process.cwd(), 'five-minutes');
  expect(new Set(frozen.hours.map(({ record }) => record.steps))).toEqual(new Set([12]));
  const filledIn = new Set(frozen.facts.filter(({ text }) => text.includes('"type":"order_filled"')).map(({ step }) => step));
  expect([...filledIn].toSorted((left, right) => left - right)).toEqual([0, 1, 3, 4, 5, 7, 8, 9, 10, 11]);
});
