/**
 * What a reduce-only order meets: four checks and nothing else. No halt, kill, cap, age of a mark, rate, protection or
 * book is among them, so none of these can keep a position from being sold.
 */
import { floorToStep, notionalDown } from '../kernel/rounding.ts';
import { maxOf, minOf, money, quantity } from '../kernel/units.ts';
import type { Fraction, Price, Quantity } from '../kernel/units.ts';
import type { Instrument } from '../manifest.ts';
import { isWithinMark } from './fat-finger.ts';

export type ReduceOnlyCode = 'NOTHING_UNRESERVED' | 'INSTRUMENT_NOT_TRADABLE' | 'DUST' | 'FAT_FINGER';

/** Units of the code: quantities; none; the minimum notional against what it brings; prices. */
export type ReduceOnlyProblem = Readonly<{ code: ReduceOnlyCode; limit: bigint; usage: bigint; asked: bigint }>;

export type ReduceOnlyAsk = Readonly<{
  /** What the agent holds, and what its working SELLs have taken of it already. */
  held: Quantity;
  reserved: Quantity;
  /** Null asks for all of it. */
  asked: Quantity | null;
  instrument: Pick<Instrument, 'lot' | 'minNotional'>;
  isTradable: boolean;
  /** Null before the first candle: then only the lot decides what is dust. */
  mark: Price | null;
  /** Null for MARKET. */
  limitPrice: Price | null;
  fatFinger: Fraction | null;
}>;

export type ReduceOnlyAnswer = Readonly<{ granted: Quantity }> | Readonly<{ granted: null; problems: readonly ReduceOnlyProblem[] }>;

/** Whole lots of what is asked and not reserved, or every reason why nothing can be sold. */
export const reduceOnly = (ask: ReduceOnlyAsk): ReduceOnlyAnswer => {
  const free = quantity(maxOf(ask.held - ask.reserved, 0n));
  const wished = ask.asked === null ? free : minOf(ask.asked, free);
  const granted = floorToStep(wished, ask.instrument.lot);
  const problems: ReduceOnlyProblem[] = [];
  if (free <= 0n) problems.push({ code: 'NOTHING_UNRESERVED', limit: ask.held, usage: ask.reserved, asked: ask.asked ?? ask.held });
  if (!ask.isTradable) problems.push({ code: 'INSTRUMENT_NOT_TRADABLE', limit: 0n, usage: 0n, asked: wished });
  if (free > 0n && isDust(granted, ask)) problems.push(dustProblem(granted, ask));
  const { limitPrice, mark, fatFinger } = ask;
  if (limitPrice !== null && mark !== null && !isWithinMark({ side: 'SELL', price: limitPrice, mark }, fatFinger)) {
    problems.push({ code: 'FAT_FINGER', limit: fatFinger!, usage: mark, asked: limitPrice });
  }
  return problems.length === 0 ? { granted } : { granted: null, problems };
};

const isDust = (granted: Quantity, { instrument, mark }: ReduceOnlyAsk): boolean =>
  granted <= 0n || (mark !== null && notionalDown(granted, mark) < instrument.minNotional);

const dustProblem = (granted: Quantity, { held, instrument, mark }: ReduceOnlyAsk): ReduceOnlyProblem => ({
  code: 'DUST',
  limit: instrument.minNotional,
  usage: mark === null ? money(0n) : notionalDown(granted, mark),
  asked: held,
});
