/**
 * Decimal texts into a strategy's parameters, complete and in normal form, or the one thing that is wrong with them.
 * Nothing is rounded, clipped or guessed: what the manifest records is what was asked for or a default by its name.
 */
import { assert } from '../kernel/assert.ts';
import { formatDecimal, parseDecimal } from '../kernel/decimal.ts';
import { byCodeUnit } from '../kernel/order.ts';
import { nearestName } from './nearest.ts';
import type { Parameters, ParameterSpec, Strategy } from './strategy.ts';

export type ParameterTexts = Readonly<Record<string, string>>;
export type ValidatedParameters =
  | Readonly<{ ok: true; parameters: Parameters; texts: ParameterTexts }>
  | Readonly<{ ok: false; problem: string }>;

type Parsed = Readonly<{ ok: true; value: number; text: string }> | Readonly<{ ok: false; problem: string }>;

/** Up to 15 significant digits a decimal and its nearest double name each other, in every language. */
const SIGNIFICANT_DIGITS_MAX = 15;
const SHOWN_MAX = 40;

/**
 * Reads the given texts against a strategy's specs. Every parameter is in the result, defaults included, in the order
 * of the specs; `texts` are normal-form decimals for the manifest. A problem is one sentence that names the parameter,
 * what was given and what is allowed; unknown names come first, then the specs in their order, then contradictions.
 */
export const validateParameters = (
  strategy: Pick<Strategy, 'id' | 'parameters' | 'contradiction'>,
  given: ParameterTexts,
): ValidatedParameters => {
  const names = strategy.parameters.map(spec => spec.name);
  const unknown = Object.keys(given).filter(name => !names.includes(name)).sort(byCodeUnit)[0];
  if (unknown !== undefined) return { ok: false, problem: unknownProblem(strategy.id, unknown, names) };
  const values: [string, number][] = [];
  const texts: [string, string][] = [];
  for (const spec of strategy.parameters) {
    const parsed = Object.hasOwn(given, spec.name) ? parse(spec, given[spec.name]!) : defaultOf(spec);
    if (!parsed.ok) return { ok: false, problem: `Parameter ${spec.name} of ${strategy.id} ${parsed.problem}` };
    values.push([spec.name, parsed.value]);
    texts.push([spec.name, parsed.text]);
  }
  const parameters: Parameters = Object.fromEntries(values);
  const contradiction = strategy.contradiction(parameters);
  return contradiction === null
    ? { ok: true, parameters, texts: Object.fromEntries(texts) }
    : { ok: false, problem: `Parameters of ${strategy.id} contradict each other: ${contradiction}.` };
};

const unknownProblem = (id: string, given: string, names: readonly string[]): string => {
  const nearest = nearestName(given, names);
  const has = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
  return `${id} has no parameter ${shown(given)}${nearest === null ? '' : `, did you mean ${nearest}?`}; ${has}.`;
};

const parse = (spec: ParameterSpec, given: string): Parsed => {
  const amount = parseDecimal(given);
  if (amount === null) return { ok: false, problem: `is ${shown(given)}, which is not a plain decimal number; ${allowed(spec)}.` };
  const text = formatDecimal(amount);
  if (significantDigits(text) > SIGNIFICANT_DIGITS_MAX) {
    return { ok: false, problem: `is ${text}, which has more than ${SIGNIFICANT_DIGITS_MAX} significant digits; ${allowed(spec)}.` };
  }
  const value = Number(text);
  if (spec.integer && !Number.isInteger(value)) return { ok: false, problem: `is ${text}, which is not a whole number; ${allowed(spec)}.` };
  if (value < spec.min) return { ok: false, problem: `is ${text}, below its minimum of ${spec.min}; ${allowed(spec)}.` };
  if (value > spec.max) return { ok: false, problem: `is ${text}, above its maximum of ${spec.max}; ${allowed(spec)}.` };
  return { ok: true, value, text };
};

/** A default goes the same way as a given text; one that fails there is a bug of the strategy. */
const defaultOf = (spec: ParameterSpec): Parsed => {
  const parsed = parse(spec, String(spec.default));
  assert(parsed.ok, `The default of ${spec.name} is a plain decimal within its own bounds.`);
  return parsed;
};

const allowed = (spec: ParameterSpec): string =>
  `it takes a ${spec.integer ? 'whole number' : 'number'} from ${spec.min} to ${spec.max}, default ${spec.default}`;

const significantDigits = (normal: string): number => normal.replace(/[-.]/g, '').replace(/^0+/, '').length;

const shown = (given: string): string => JSON.stringify(given.length <= SHOWN_MAX ? given : `${given.slice(0, SHOWN_MAX)}…`);
