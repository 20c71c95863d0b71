/**
 * The combinations of a sweep from `--param` texts: lists (`12,24,48`), ranges with their step (`12..48/12`) and both in
 * one. It knows no strategy: whether a value is allowed is judged where a run is planned.
 */
import { formatDecimal, parseDecimal } from '../../core/kernel/decimal.ts';
import { usage } from '../problem.ts';
import { typed } from '../wording.ts';

/** A parameter and the values it takes, in the order in which they were given. */
export type Axis = Readonly<{ name: string; values: readonly string[] }>;

/** A value for each parameter that varies. */
export type Combination = Readonly<Record<string, string>>;

/** More would be noise that is searched until it pleases. */
const COMBINATIONS_MAX = 10_000;

/** The axes in the order given. Throws Problem (usage), naming the parameter, for a text that is no list of values. */
export const axesOf = (texts: Readonly<Record<string, string>>): readonly Axis[] => {
  const axes = Object.entries(texts).map(([name, text]) => ({ name, values: valuesOf(name, text) }));
  if (axes.length === 0) throw usage('--param: a sweep needs a parameter that varies.', 'For example --param fast=12,24,48; tb strategies lists every parameter.');
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > COMBINATIONS_MAX) throw usage(`--param: these values have more than ${COMBINATIONS_MAX} combinations.`, 'Take wider steps, or sweep one parameter after another.');
  return axes;
};

/** Every combination, the last parameter varying fastest. */
export const combinationsOf = (axes: readonly Axis[]): readonly Combination[] =>
  axes.reduce<readonly (readonly (readonly [string, string])[])[]>((before, { name, values }) => before.flatMap(chosen => values.map(value => [...chosen, [name, value] as const])), [[]]).map(pairs => Object.fromEntries(pairs));

/** `fast=12 slow=26`. */
export const combinationText = (combination: Combination): string =>
  Object.entries(combination)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

const valuesOf = (name: string, text: string): readonly string[] => {
  const values = text.split(',').flatMap(part => (part.includes('..') ? rangeOf(name, part) : [plain(part)]));
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw usage(`--param: ${name} is ${twice} twice.`, 'Name each value once; ranges and lists may not meet.');
  return values;
};

/** Normal form, so that 12 and 12.0 are one value; what is no decimal is judged with the parameter it is for. */
const plain = (text: string): string => {
  const value = parseDecimal(text);
  return value === null ? text : formatDecimal(value);
};

const RANGE = /^(-?[\d.]+)\.\.(-?[\d.]+)\/([\d.]+)$/;

/** Both ends are in it where the steps meet the upper one. Exact decimals: 0.1..0.5/0.1 has five values. */
const rangeOf = (name: string, text: string): readonly string[] => {
  const bounds = RANGE.exec(text)?.slice(1).map(parseDecimal) ?? [];
  const [from, to, step] = bounds;
  if (from === undefined || to === undefined || step === undefined || from === null || to === null || step === null) {
    throw usage(`--param: ${name}: ${typed(text)} is no range.`, 'Write FROM..TO/STEP, for example fast=12..48/12.');
  }
  if (step === 0n || to < from) throw usage(`--param: ${name}: ${typed(text)} is a range without values.`, 'FROM is not above TO, and STEP is above zero.');
  if ((to - from) / step >= BigInt(COMBINATIONS_MAX)) throw usage(`--param: ${name}: ${typed(text)} has more than ${COMBINATIONS_MAX} values.`, 'Take a wider step.');
  const values: string[] = [];
  for (let value = from; value <= to; value += step) values.push(formatDecimal(value));
  return values;
};
