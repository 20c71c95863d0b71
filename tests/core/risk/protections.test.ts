/** Protections as stories: cooldown, pause, lock and lost day, to the hour; then what they remember, against a plain list. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimal } from '../../../core/kernel/decimal.ts';
import { hourUtc, marketSymbol, money } from '../../../core/kernel/units.ts';
import { dayOfClose, NO_PROTECTIONS, protectionsAgainst, stepProtections } from '../../../core/risk/protections.ts';
import type { Protections, Realised } from '../../../core/risk/protections.ts';
import { RISK_PROFILES } from '../../../core/risk/risk-profile.ts';

const policy = RISK_PROFILES.balanced.protections!;
const amount = (text: string) => money(decimal(text));
const [AAA, BBB, CCC, DDD, EEE] = ['AAA/USD', 'BBB/USD', 'CCC/USD', 'DDD/USD', 'EEE/USD'].map(marketSymbol) as [never, never, never, never, never];
/** An hour that begins a day: 20833 × 24. */
const H = 499_992;

const exit = (symbol: Realised['symbol'], result: string, rest: Partial<Realised> = {}): Realised => ({ agent: 'main', symbol, result: amount(result), over: true, ...rest });

type Hour = readonly [hour: number, realised?: readonly Realised[], unitValue?: string];

const after = (hours: readonly Hour[], before: Protections = NO_PROTECTIONS) => {
  let protections = before;
  const raised: string[] = [];
  for (const [hour, realised = [], unitValue = '1'] of hours) {
    const step = stepProtections(policy, protections, { hour: hourUtc(hour), day: dayOfClose(hour, 1), unitValue: amount(unitValue), realised });
    ({ protections } = step);
    raised.push(...step.raised.map(({ code, symbol, untilHour }) => `${hour - H} ${code} ${symbol ?? 'all'} until ${untilHour - H}`));
  }
  return { protections, raised };
};

const codes = (protections: Protections, symbol: Realised['symbol'], hour: number): readonly string[] => protectionsAgainst(protections, symbol, hourUtc(hour)).map(({ code }) => code);

describe('cooldown', () => {
  const { protections, raised } = after([[H, [exit(AAA, '-1')]]]);

  test('blocks the symbol for four decisions after a losing exit, and no other symbol', () => {
    expect(raised).toEqual(['0 COOLDOWN AAA/USD until 4']);
    expect([0, 1, 2, 3, 4].map(hours => codes(protections, AAA, H + hours))).toEqual([['COOLDOWN'], ['COOLDOWN'], ['COOLDOWN'], ['COOLDOWN'], []]);
    expect(codes(protections, BBB, H)).toEqual([]);
  });

  test('follows no exit that gained or came out even', () => {
    expect(after([[H, [exit(AAA, '0'), exit(BBB, '0.000000000000000001')]]]).raised).toEqual([]);
    expect(after([[H, [exit(AAA, '-0.000000000000000001')]]]).raised).toEqual(['0 COOLDOWN AAA/USD until 4']);
  });

  test('of 0 hours is none', () => {
    const none = stepProtections({ ...policy, cooldownHours: 0 }, NO_PROTECTIONS, { hour: hourUtc(H), day: 0, unitValue: amount('1'), realised: [exit(AAA, '-1')] });
    expect([none.raised, none.protections.cooldowns]).toEqual([[], []]);
  });

  test('starts anew with the next losing exit, and is forgotten when it has passed', () => {
    expect(after([[H, [exit(AAA, '-1')]], [H + 2, [exit(AAA, '-1')]]]).protections.cooldowns).toEqual([{ symbol: AAA, untilHour: H + 6 }]);
    expect(after([[H, [exit(AAA, '-1')]], [H + 3]]).protections.cooldowns).toHaveLength(1);
    expect(after([[H, [exit(AAA, '-1')]], [H + 4]]).protections.cooldowns).toEqual([]);
  });
});

describe('an exit', () => {
  test('is the end of a position: its sales add up, and the last one decides', () => {
    const { protections, raised } = after([
      [H, [exit(AAA, '-3', { over: false })]],
      [H + 1, [exit(AAA, '1', { over: false })]],
      [H + 2, [exit(AAA, '2')]],
    ]);
    expect(raised).toEqual([]);
    expect(protections).toMatchObject({ open: [], exits: [{ hour: H + 2, symbol: AAA, exits: 1, losing: 0, result: 0n }] });
    expect(after([[H, [exit(AAA, '-3', { over: false })]]]).protections.open).toEqual([{ agent: 'main', symbol: AAA, result: amount('-3') }]);
    expect(after([[H, [exit(AAA, '-3', { over: false })]], [H + 1, [exit(AAA, '2.9')]]]).raised).toEqual(['1 COOLDOWN AAA/USD until 5']);
  });

  test('of one agent is not that of another', () => {
    const { protections } = after([[H, [exit(AAA, '-3', { over: false, agent: 'b' }), exit(AAA, '1', { agent: 'a' })]]]);
    expect(protections.open).toEqual([{ agent: 'b', symbol: AAA, result: amount('-3') }]);
    expect(protections.cooldowns).toEqual([]);
  });
});

describe('losing exits', () => {
  const four = [AAA, BBB, CCC, DDD].map((symbol, index): Hour => [H + index * 7, [exit(symbol, '-1')]]);

  test('pause every entry for twelve hours at the fourth in 24 hours', () => {
    const { protections, raised } = after(four);
    expect(raised.at(-1)).toBe('21 LOSING_EXITS all until 33');
    expect([21, 32, 33].map(hours => codes(protections, EEE, H + hours))).toEqual([['LOSING_EXITS'], ['LOSING_EXITS'], []]);
  });

  test('count 24 hours, this one included', () => {
    const at = (last: number) => after([[H, [exit(AAA, '-1')]], [H + 1, [exit(BBB, '-1')]], [H + 2, [exit(CCC, '-1')]], [H + last, [exit(DDD, '-1')]]]).raised.some(text => text.includes('LOSING_EXITS'));
    expect([23, 24].map(at)).toEqual([true, false]);
  });

  test('are not gains, and a gain does not pause', () => {
    expect(after([...four.slice(0, 3), [H + 21, [exit(DDD, '1')]]]).raised.some(text => text.includes('LOSING_EXITS'))).toBe(false);
  });

  test('are not exits that came out even', () => {
    expect(after([...four.slice(0, 3), [H + 21, [exit(DDD, '0')]]]).raised.some(text => text.includes('LOSING_EXITS'))).toBe(false);
    expect(after([...four, [H + 22, [exit(EEE, '0')]]]).raised.filter(text => text.includes('LOSING_EXITS'))).toHaveLength(1);
  });

  test('lengthen the pause with each that follows', () => {
    expect(after([...four, [H + 22, [exit(EEE, '-1')]]]).raised.filter(text => text.includes('LOSING_EXITS'))).toEqual(['21 LOSING_EXITS all until 33', '22 LOSING_EXITS all until 34']);
  });

  test('of one hour count each', () => {
    expect(after([[H, [exit(AAA, '-1'), exit(AAA, '-1', { agent: 'b' }), exit(BBB, '-1'), exit(CCC, '-1')]]]).raised).toEqual([
      '0 COOLDOWN AAA/USD until 4',
      '0 COOLDOWN AAA/USD until 4',
      '0 COOLDOWN BBB/USD until 4',
      '0 COOLDOWN CCC/USD until 4',
      '0 LOSING_EXITS all until 12',
    ]);
  });
});

describe('a symbol', () => {
  const story = (...results: readonly string[]): readonly string[] => after(results.map((result, index): Hour => [H + index * 40, [exit(AAA, result)]])).raised.filter(text => text.includes('LOCKED'));

  test('net negative over three exits is locked for a day, whatever the last one brought', () => {
    expect(story('-5', '1', '1')).toEqual(['80 SYMBOL_LOCKED AAA/USD until 104']);
    expect(story('-5', '1', '4')).toEqual([]);
    expect(story('-5', '-1')).toEqual([]);
    expect(story('-5', '1', '3.999999999999999999')).toEqual(['80 SYMBOL_LOCKED AAA/USD until 104']);
    expect(story('-5', '6', '-2')).toEqual(['80 SYMBOL_LOCKED AAA/USD until 104']);
  });

  test('is judged by exits of the last 168 hours alone', () => {
    const at = (last: number) => after([[H, [exit(AAA, '-5')]], [H + 10, [exit(AAA, '1')]], [H + last, [exit(AAA, '1')]]]).raised.some(text => text.includes('LOCKED'));
    expect([167, 168].map(at)).toEqual([true, false]);
  });

  test('is locked alone, until the hour said', () => {
    const { protections } = after([[H, [exit(AAA, '-5')]], [H + 10, [exit(AAA, '1')]], [H + 20, [exit(AAA, '1')]]]);
    expect([20, 43, 44].map(hours => codes(protections, AAA, H + hours))).toEqual([['SYMBOL_LOCKED'], ['SYMBOL_LOCKED'], []]);
    expect(codes(protections, BBB, H + 20)).toEqual([]);
  });
});

describe('a day', () => {
  test('is lost at 3 % below its first unit value, until the close of its last hour', () => {
    // The close of hour -1 is midnight, and opens the day.
    const { protections, raised } = after([[H - 1, [], '2'], [H, [], '1.940000000000000001'], [H + 1, [], '1.94'], [H + 2, [], '2.5']]);
    expect(raised).toEqual(['1 DAILY_LOSS all until 23']);
    expect([2, 22, 23].map(hours => codes(protections, AAA, H + hours))).toEqual([['DAILY_LOSS'], ['DAILY_LOSS'], []]);
    expect(protections.day).toEqual({ day: 20_833, unitValue: amount('2'), lost: true });
  });

  test('begins at the close of hour 23 with the unit value of that moment', () => {
    const { protections, raised } = after([[H - 1, [], '2'], [H + 1, [], '1.5'], [H + 23, [], '1.5'], [H + 24, [], '1.46']]);
    expect(raised).toEqual(['1 DAILY_LOSS all until 23']);
    expect(protections.day).toEqual({ day: 20_834, unitValue: amount('1.5'), lost: false });
    expect(codes(protections, AAA, H + 24)).toEqual([]);
  });

  test('of a first step inside it begins there', () => {
    expect(after([[H + 5, [], '1'], [H + 6, [], '0.97']]).raised).toEqual(['6 DAILY_LOSS all until 23']);
  });

  test('that began with nothing cannot be lost', () => {
    expect(after([[H - 1, [], '0'], [H, [], '-1']]).raised).toEqual([]);
  });

  test('is that of the close, in steps of any length', () => {
    expect([H - 2, H - 1, H, H + 22, H + 23].map(slot => dayOfClose(slot, 1))).toEqual([20_832, 20_833, 20_833, 20_833, 20_834]);
    expect([H * 4 - 2, H * 4 - 1, H * 4].map(slot => dayOfClose(slot, 4))).toEqual([20_832, 20_833, 20_833]);
  });

  test('reports how much was lost, down', () => {
    const first = stepProtections(policy, NO_PROTECTIONS, { hour: hourUtc(H), day: 1, unitValue: amount('3'), realised: [] });
    const second = stepProtections(policy, first.protections, { hour: hourUtc(H + 1), day: 1, unitValue: amount('2'), realised: [] });
    expect(second.raised).toEqual([{ type: 'protection_raised', code: 'DAILY_LOSS', symbol: null, untilHour: 47, limit: decimal('0.03'), usage: decimal('0.333333333333333333') }]);
  });
});

describe('what is remembered', () => {
  test('is the same object while nothing happens', () => {
    const { protections } = after([[H]]);
    expect(stepProtections(policy, protections, { hour: hourUtc(H + 1), day: dayOfClose(H + 1, 1), unitValue: amount('1'), realised: [] }).protections).toBe(protections);
  });

  test('stands in order: open results by symbol and agent, exits by hour and symbol', () => {
    const open = (symbol: Realised['symbol'], agent: string): Realised => exit(symbol, '1', { agent, over: false });
    const first = after([[H, [open(BBB, 'a'), open(AAA, 'b'), open(AAA, 'a'), exit(DDD, '1'), exit(CCC, '1')]], [H + 1, [exit(AAA, '1', { agent: 'c' })]]]).protections;
    expect(first.open.map(({ symbol, agent }) => `${agent} ${symbol}`)).toEqual(['a AAA/USD', 'b AAA/USD', 'a BBB/USD']);
    expect(first.exits.map(({ hour, symbol }) => `${hour - H} ${symbol}`)).toEqual(['0 CCC/USD', '0 DDD/USD', '1 AAA/USD']);
  });

  test('is forgotten the hour it no longer counts, and not before', () => {
    const lost = after([[H, [exit(AAA, '-1')]], [H, [exit(BBB, '-1')]], [H, [exit(CCC, '-1')]], [H, [exit(DDD, '-1')]], [H + 1, [exit(EEE, '1')]]]).protections;
    const at = (hours: number): Protections => after([[H + hours]], lost).protections;
    expect([3, 4].map(hours => at(hours).cooldowns.length)).toEqual([4, 0]);
    expect([11, 12].map(hours => at(hours).pausedUntilHour)).toEqual([H + 12, null]);
    expect([167, 168, 169].map(hours => at(hours).exits.length)).toEqual([5, 1, 0]);
    const locked = after([[H, [exit(AAA, '-1'), exit(AAA, '-1'), exit(AAA, '-1')]]]).protections;
    expect([23, 24].map(hours => after([[H + hours]], locked).protections.locks.length)).toEqual([1, 0]);
  });

  test('carries its evidence in units of its own', () => {
    const step = stepProtections(policy, NO_PROTECTIONS, { hour: hourUtc(H), day: 0, unitValue: amount('1'), realised: [exit(AAA, '-2.5')] });
    expect(step.raised).toEqual([{ type: 'protection_raised', code: 'COOLDOWN', symbol: AAA, untilHour: H + 4, limit: decimal('4'), usage: amount('2.5') }]);
  });

  test('all four stand in the order of the gate', () => {
    const all: Protections = {
      ...NO_PROTECTIONS,
      cooldowns: [{ symbol: AAA, untilHour: hourUtc(H + 1) }],
      locks: [{ symbol: AAA, untilHour: hourUtc(H + 1) }],
      pausedUntilHour: hourUtc(H + 1),
      day: { day: dayOfClose(H, 1), unitValue: amount('1'), lost: true },
    };
    expect(codes(all, AAA, H)).toEqual(['COOLDOWN', 'LOSING_EXITS', 'SYMBOL_LOCKED', 'DAILY_LOSS']);
    expect(codes(all, BBB, H)).toEqual(['LOSING_EXITS', 'DAILY_LOSS']);
  });

  test('is what a plain list of exits says, and is bounded by its window', () => {
    const symbols = [AAA, BBB, CCC];
    const event = fc.record({ gap: fc.integer({ min: 0, max: 30 }), symbol: fc.constantFrom(...symbols), result: fc.integer({ min: -4, max: 4 }) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), events => {
        let protections = NO_PROTECTIONS;
        let hour = H;
        const list: { hour: number; symbol: string; result: number }[] = [];
        const until = { paused: 0, cooled: new Map<string, number>(), locked: new Map<string, number>() };
        for (const { gap, symbol, result } of events) {
          hour += gap;
          list.push({ hour, symbol, result });
          const recent = list.filter(past => past.hour > hour - 24 && past.result < 0).length;
          const own = list.filter(past => past.hour > hour - 168 && past.symbol === symbol);
          if (result < 0) until.cooled.set(symbol, hour + 4);
          if (result < 0 && recent >= 4) until.paused = hour + 12;
          if (own.length >= 3 && own.reduce((sum, past) => sum + past.result, 0) < 0) until.locked.set(symbol, hour + 24);
          ({ protections } = stepProtections(policy, protections, { hour: hourUtc(hour), day: dayOfClose(hour, 1), unitValue: amount('1'), realised: [exit(symbol, String(result))] }));
          for (const other of symbols) {
            const expected = [...((until.cooled.get(other) ?? 0) > hour ? ['COOLDOWN'] : []), ...(until.paused > hour ? ['LOSING_EXITS'] : []), ...((until.locked.get(other) ?? 0) > hour ? ['SYMBOL_LOCKED'] : [])];
            expect(codes(protections, other, hour)).toEqual(expected);
          }
          expect(protections.exits.every(past => past.hour > hour - 168 && past.hour <= hour)).toBe(true);
          expect(new Set(protections.exits.map(past => `${past.hour} ${past.symbol}`)).size).toBe(protections.exits.length);
        }
      }),
      { seed: 6, numRuns: 120 },
    );
  });
});

describe('what two steps in a row remember', () => {
  test('a day that is lost is said once, and the next one that is lost anew', () => {
    const values: readonly Hour[] = [[H, [], '1'], [H + 1, [], '0.97'], [H + 2, [], '0.9'], [H + 23, [], '0.9'], [H + 24, [], '0.873'], [H + 25, [], '0.87']];
    expect(after(values).raised).toEqual(['1 DAILY_LOSS all until 23', '24 DAILY_LOSS all until 47']);
  });

  test('pauses of symbols stand by symbol, whatever order they began in', () => {
    const { protections } = after([[H, [exit(CCC, '-1'), exit(AAA, '-1'), exit(BBB, '-1')]]]);
    expect(protections.cooldowns).toEqual([AAA, BBB, CCC].map(symbol => ({ symbol, untilHour: H + 4 })));
  });

  test('days do not go back', () => {
    const { protections } = after([[H + 30, [], '1']]);
    expect(() => after([[H, [], '1']], protections)).toThrow('Assertion failed: Days pass in order.');
  });
});
