/** Where an axis of factors has its lines: round figures, close enough to read between and far enough to read at all. */
import { roundWidth } from './bins.ts';

/** From such a factor on, decades and their parts are even enough; below, even steps are. */
const FACTOR_OF_DECADES = 8;
const LINES_WANTED = 6;
const DECADES_IN_PARTS = 3;

/** Round values from `low` to `high`, both above zero, in ascending order. */
export const logSteps = ({ low, high }: Readonly<{ low: number; high: number }>): readonly number[] =>
  high / low < FACTOR_OF_DECADES ? evenSteps(low, high) : decades(low, high);

const evenSteps = (low: number, high: number): readonly number[] => {
  const width = roundWidth((high - low) / LINES_WANTED);
  const first = Math.ceil(low / width);
  return Array.from({ length: Math.max(0, Math.floor(high / width) - first + 1) }, (_, index) => Number(((first + index) * width).toPrecision(12)));
};

const decades = (low: number, high: number): readonly number[] => {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const parts = Math.log10(high / low) > DECADES_IN_PARTS ? [1] : [1, 2, 5];
  const every = Array.from({ length: to - from + 1 }, (_, index) => parts.map(part => Number((part * 10 ** (from + index)).toPrecision(12)))).flat();
  return every.filter(value => low <= value && value <= high);
};
