/**
 * Whether what a strategy file exports is a strategy: each field of the contract, its type and its bounds, and whether
 * its defaults fit them. It reads plain data that has left the realm and calls nothing.
 */
import { validateParameters } from '../../core/strategies/parameters.ts';
import type { ParameterSpec } from '../../core/strategies/strategy.ts';

/** A strategy without its functions; `contradicts` says whether it has the optional one. */
export type StrategyShape = Readonly<{ id: string; summary: string; parameters: readonly ParameterSpec[]; contradicts: boolean }>;
export type Checked<Value> = Readonly<{ ok: true; value: Value }> | Readonly<{ ok: false; reason: string; hint: string }>;
export type PlainObject = Readonly<Record<string, unknown>>;

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
export const ID_MAX = 40;
const NAME = /^[a-z][a-zA-Z0-9]{0,31}$/;
const SUMMARY_MAX = 200;
const MEANING_MAX = 200;
const PARAMETERS_MAX = 32;
const FIELDS = ['id', 'summary', 'parameters', 'contradiction', 'lookbackBars', 'memorySize', 'observe'];
const SPEC_FIELDS = ['name', 'default', 'min', 'max', 'integer', 'meaning'];

const refused = (reason: string, hint: string): Checked<never> => ({ ok: false, reason, hint });

/** What stands for a value that is not plain data: an object with the one field `?`. */
export const isPlainObject = (value: unknown): value is PlainObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Object.hasOwn(value, '?');

/** A value as it is named in a message. */
export const described = (value: unknown): string => {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, '?')) return String((value as PlainObject)['?']);
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
};

export const isId = (text: string): boolean => ID.test(text) && text.length <= ID_MAX;

const isFunction = (value: unknown): boolean => described(value) === 'a function';
const isText = (value: unknown, max: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= max && /^[\x20-\x7e]*$/.test(value);

/** The exported value as the realm described it. */
export const checkShape = (exported: unknown): Checked<StrategyShape> => {
  if (!isPlainObject(exported)) return refused(`the export is ${described(exported)}, not a strategy object`, 'Export { id, summary, parameters, lookbackBars, memorySize, observe }.');
  const unknown = Object.keys(exported).find(key => !FIELDS.includes(key));
  if (unknown !== undefined) return refused(`the strategy has a field ${unknown} that the contract does not know`, `It has ${FIELDS.join(', ')}; keep other things outside of the object.`);
  const { id, summary, parameters } = exported;
  if (typeof id !== 'string' || !isId(id)) return refused(`id is ${described(id)}`, `It is lower-case words joined by hyphens, at most ${ID_MAX} characters: my-pullback.`);
  if (!isText(summary, SUMMARY_MAX)) return refused(`summary is ${described(summary)}`, `It is one sentence of printable ASCII, at most ${SUMMARY_MAX} characters.`);
  const missing = ['lookbackBars', 'memorySize', 'observe'].find(name => !isFunction(exported[name]));
  if (missing !== undefined) return refused(`${missing} is ${described(exported[missing])}`, 'It is a function.');
  const contradicts = exported['contradiction'] !== undefined;
  if (contradicts && !isFunction(exported['contradiction'])) return refused(`contradiction is ${described(exported['contradiction'])}`, 'It is a function, or left out.');
  const specs = checkSpecs(parameters);
  return specs.ok ? checkDefaults({ id, summary, parameters: specs.value, contradicts }) : specs;
};

const checkSpecs = (parameters: unknown): Checked<readonly ParameterSpec[]> => {
  if (!Array.isArray(parameters)) return refused(`parameters is ${described(parameters)}`, 'It is an array, empty if there are none.');
  if (parameters.length > PARAMETERS_MAX) return refused(`there are ${parameters.length} parameters`, `At most ${PARAMETERS_MAX}.`);
  const specs: ParameterSpec[] = [];
  for (const [index, spec] of parameters.entries()) {
    const reason = whyNoSpec(spec);
    if (reason !== null) return refused(`parameters[${index}]${reason}`, `Each has ${SPEC_FIELDS.join(', ')}.`);
    if (specs.some(({ name }) => name === (spec as ParameterSpec).name)) return refused(`parameters[${index}].name is taken by another parameter`, 'Each has a name of its own.');
    const { name, default: byDefault, min, max, integer, meaning } = spec as ParameterSpec;
    specs.push({ name, default: byDefault, min, max, integer, meaning });
  }
  return { ok: true, value: specs };
};

const whyNoSpec = (spec: unknown): string | null => {
  if (!isPlainObject(spec)) return ` is ${described(spec)}`;
  const unknown = Object.keys(spec).find(key => !SPEC_FIELDS.includes(key));
  if (unknown !== undefined) return ` has an unknown field ${unknown}`;
  const { name, min, max, integer, meaning } = spec;
  if (typeof name !== 'string' || !NAME.test(name)) return `.name is ${described(name)}, not a word like fastPeriod`;
  const notNumber = ['default', 'min', 'max'].find(field => typeof spec[field] !== 'number');
  if (notNumber !== undefined) return `.${notNumber} is ${described(spec[notNumber])}, not a finite number`;
  if (typeof integer !== 'boolean') return `.integer is ${described(integer)}, not true or false`;
  if (!isText(meaning, MEANING_MAX)) return `.meaning is ${described(meaning)}, not a sentence of printable ASCII, at most ${MEANING_MAX} characters`;
  if ((min as number) > (max as number)) return `.min (${min as number}) is above its max (${max as number})`;
  return null;
};

/** A default goes the way of a value that somebody types, so that tb strategies never shows one that would be refused. */
const checkDefaults = (shape: StrategyShape): Checked<StrategyShape> => {
  const given = Object.fromEntries(shape.parameters.map(spec => [spec.name, String(spec.default)]));
  const validated = validateParameters({ ...shape, contradiction: () => null }, given);
  return validated.ok ? { ok: true, value: shape } : refused(`a default does not fit: ${validated.problem.replace(/\.$/, '')}`, 'Correct the default or its bounds.');
};
