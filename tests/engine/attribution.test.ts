/** What makes two runs worth different amounts: the parts sum to the difference, rounding is next to nothing, and a planted cause is the one that is named. */
import { describe, expect, test } from 'vitest';
import type { Desk } from '../../core/desk.ts';
import { beginRun } from '../../core/execute.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import { fraction } from '../../core/kernel/units.ts';
import { attributor, CAUSES } from '../../engine/parity/attribution.ts';
import type { Attribution, Cause } from '../../engine/parity/attribution.ts';
import { agentOf, byFraction, byQuantity, deskOf, feesOf, instrument, KRAKEN_COSTS, operatorFact, runHours, START } from '../support/desk.ts';
import type { Opening, Ran } from '../support/desk.ts';
import { candlesFrom, walk } from '../support/market.ts';
import type { SlotCandle } from '../support/market.ts';

type Course = Readonly<{ desk: Desk; ran: Ran }>;

const universe = [instrument('AAA/USD', { lot: '0.0001', minNotional: '1' }), instrument('BBB/USD', { lot: '0.0001', minNotional: '1' })];
const HOURS = 120;
const markets = [5, 6].map(seed => walk({ seed, firstSlot: START, candles: HOURS, gapsPerMille: 0, movePerMille: 30, decimals: 2 }));
const OPENING: Opening = { universe, cash: '10000', agents: [agentOf('ema-cross', byFraction('0.2'), { parameters: { fast: '3', slow: '7' } })], costs: KRAKEN_COSTS };

const course = (changes: Partial<Opening> = {}, candles: readonly (readonly SlotCandle[])[] = markets, outside: Parameters<typeof runHours>[3] = {}): Course => {
  const desk = deskOf({ ...OPENING, ...changes });
  return { desk, ran: runHours(desk, candles, HOURS, outside) };
};

const partsOf = (left: Course, right: Course): Attribution => {
  const sideOf = ({ desk }: Course) => ({ desk, state: beginRun(desk).state, value: 0n });
  const { add, parts } = attributor({ left: sideOf(left), right: sideOf(right) });
  left.ran.hours.forEach((hour, index) => add(hour, right.ran.hours[index]!));
  return parts();
};

const valueOf = ({ ran }: Course): bigint => ran.hours.at(-1)!.valuation.value;
const plain = course();

const absolute = (amount: bigint): bigint => (amount < 0n ? -amount : amount);
const largest = (parts: Attribution): Cause => CAUSES.toSorted((one, other) => (absolute(parts[one]) < absolute(parts[other]) ? 1 : -1))[0]!;

const edited = candlesFrom(START + 40, '200 260 200 250 1000');

const CASES: readonly (readonly [string, Cause, () => Course])[] = [
  ['other fees', 'fees', () => course({ costs: { ...KRAKEN_COSTS, fees: feesOf(0, 0) } })],
  ['fees in what is received', 'fees', () => course({ costs: { ...KRAKEN_COSTS, fees: feesOf(1_000, 1_000, 'received') } })],
  ['no slippage', 'fills', () => course({ costs: { ...KRAKEN_COSTS, slippage: { kind: 'constant', bps: 0 as never } } })],
  ['less of the volume', 'fills', () => course({ costs: { ...KRAKEN_COSTS, participation: fraction(decimal('0.0001')) } })],
  ['another parameter', 'rule', () => course({ agents: [agentOf('ema-cross', byFraction('0.2'), { parameters: { fast: '4', slow: '9' } })] })],
  ['another size', 'rule', () => course({ agents: [agentOf('ema-cross', byQuantity('3'), { parameters: { fast: '3', slow: '7' } })] })],
  ['more money', 'opening', () => course({ cash: '12345.678' })],
  ['a halt', 'operator', () => course({}, markets, { 20: [operatorFact(20, { command: 'halt' })] })],
  ['a deposit', 'operator', () => course({}, markets, { 20: [operatorFact(20, { command: 'deposit', amount: decimal('500') as never })] })],
  ['one candle with other values', 'data', () => course({}, [markets[0]!.map(candle => (candle.slot === START + 40 ? edited[0]! : candle)), markets[1]!])],
  ['a candle that is missing', 'gap', () => course({}, [markets[0]!.filter(({ slot }) => slot < START + 30 || slot > START + 45), markets[1]!])],
];

describe('the difference in value of two runs', () => {
  test.each(CASES)('by %s is put down to %s', (_, cause, other) => {
    const right = other();
    const parts = partsOf(plain, right);
    expect(CAUSES.reduce((sum, part) => sum + parts[part], 0n)).toBe(valueOf(right) - valueOf(plain));
    expect(absolute(parts.rounding) <= 1_000_000n, 'a millionth of a millionth').toBe(true);
    expect(valueOf(right)).not.toBe(valueOf(plain));
    expect(largest(parts)).toBe(cause);
    expect(partsOf(right, plain)[cause] < 0n).toBe(parts[cause] > 0n);
  });

  test('is nothing of two equal runs', () => {
    expect(Object.values(partsOf(plain, course()))).toEqual(CAUSES.map(() => 0n));
  });
});
