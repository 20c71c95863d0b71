/**
 * A strategy of the realm as one that the engine can call: numbers are copied in and out, every answer is checked before
 * it counts. Each candle meets a fresh evaluation of the file, so nothing but memory can last from one to the next.
 */
import { compileStrategy } from './compile-strategy.ts';
import { openRealm } from './realm.ts';
import { checkSignal } from './signal-shape.ts';
import { shown, StrategyError } from './strategy-error.ts';
import { checkShape, described } from './strategy-shape.ts';
import type { Bar, Memory, Parameters, Signal, Strategy } from '../../core/strategies/strategy.ts';
import type { GuestBound, GuestStrategy, Outcome } from './guest.ts';
import type { StrategyStage } from './strategy-error.ts';

const MEMORY_SIZE_MAX = 4_096;
/** Ten years of hours: a longer warm-up would leave nothing to trade. */
const LOOKBACK_BARS_MAX = 87_600;

export type Sandboxed = Readonly<{
  strategy: Strategy;
  /** The same, but going on with one instance of the file: what differs was kept outside of memory. */
  keeping: Strategy;
}>;

type Source = Readonly<{ file: string; stage: StrategyStage }>;

/** The value of an outcome, or its fault as an error. */
const valueIn = (outcome: Outcome, { file, stage }: Source): unknown => {
  if (outcome.startsWith('=')) return JSON.parse(outcome.slice(1)) as unknown;
  const end = outcome.indexOf('!', 1);
  const line = Number(outcome.slice(1, end));
  throw new StrategyError({ file, line: line === 0 ? null : line, reason: shown(outcome.slice(end + 1)).replace(/\.$/, ''), hint: '', stage });
};

const refuse = ({ file, stage }: Source, { reason, hint }: Readonly<{ reason: string; hint: string }>): never => {
  throw new StrategyError({ file, line: null, reason: shown(reason), hint: shown(hint), stage });
};

/** Calls into the realm. All faults come back as text; what still escapes is its stack running out, and holds nothing. */
const askRealm = <Answer>(source: Source, ask: () => Answer): Answer => {
  try {
    return ask();
  } catch {
    return refuse(source, { reason: 'it used up the stack', hint: 'Call functions less deeply.' });
  }
};

const countIn = (outcome: Outcome, source: Source, { what, max }: Readonly<{ what: string; max: number }>): number => {
  const value = valueIn(outcome, source);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return value + 0;
  return refuse(source, { reason: `${what} returned ${described(value)}`, hint: `It is a whole number from 0 to ${max}.` });
};

const contradictionIn = (outcome: Outcome, source: Source): string | null => {
  const value = valueIn(outcome, source);
  if (value === null) return null;
  if (typeof value === 'string' && value.trim() !== '') return shown(value).replace(/\.$/, '');
  return refuse(source, { reason: `contradiction returned ${described(value)}`, hint: 'It is null, or why the parameters contradict each other.' });
};

type Bound = Readonly<{ guest: GuestBound; transfer: Float64Array; size: number }>;

/** Parameters are one object for a whole run, so what is bound to them is looked up and not made anew. */
const binder = (bind: (parameters: Parameters) => Bound): ((parameters: Parameters) => Bound) => {
  const known = new WeakMap<Parameters, Bound>();
  let lastParameters: Parameters | null = null;
  let last: Bound | null = null;
  return parameters => {
    if (last !== null && parameters === lastParameters) return last;
    const bound = known.get(parameters) ?? bind(parameters);
    known.set(parameters, bound);
    lastParameters = parameters;
    last = bound;
    return bound;
  };
};

const observeWith =
  (boundTo: (parameters: Parameters) => Bound, source: Source): Strategy['observe'] =>
  (memory, at, bar, parameters) => {
    const { guest, transfer, size } = boundTo(parameters);
    handIn(transfer, size, { memory, at, bar });
    const outcome = askRealm(source, guest.observe);
    // Faults start with `!`: then memory stays as it was, and valueIn throws.
    if (outcome === null || outcome.startsWith('=')) for (let slot = 0; slot < size; slot += 1) memory[at + slot] = transfer[slot]!;
    return outcome === null ? null : signalIn(outcome, source);
  };

const handIn = (transfer: Float64Array, size: number, { memory, at, bar }: Readonly<{ memory: Memory; at: number; bar: Bar }>): void => {
  for (let slot = 0; slot < size; slot += 1) transfer[slot] = memory[at + slot]!;
  transfer[size] = bar.open;
  transfer[size + 1] = bar.high;
  transfer[size + 2] = bar.low;
  transfer[size + 3] = bar.close;
  transfer[size + 4] = bar.volume;
  transfer[size + 5] = bar.decimals;
  transfer[size + 6] = bar.tradable ? 1 : 0;
};

const signalIn = (outcome: Outcome, source: Source): Signal => {
  const checked = checkSignal(valueIn(outcome, source));
  return checked.ok ? checked.value : refuse(source, checked);
};

const strategyOf = (guest: GuestStrategy, file: string, keeps: boolean): Strategy => {
  const load: Source = { file, stage: 'load' };
  const checked = checkShape(valueIn(askRealm(load, guest.shape), load));
  if (!checked.ok) return refuse(load, checked);
  const { id, summary, parameters: specs, contradicts } = checked.value;
  const memorySize = (parameters: Parameters): number =>
    countIn(askRealm(load, () => guest.memorySize(JSON.stringify(parameters))), load, { what: 'memorySize', max: MEMORY_SIZE_MAX });
  const boundTo = binder(parameters => {
    const size = memorySize(parameters);
    const bound = askRealm(load, () => guest.bind(JSON.stringify(parameters), size, keeps));
    return { guest: bound, transfer: bound.transfer, size };
  });
  return {
    id,
    summary,
    parameters: specs,
    contradiction: parameters => (contradicts ? contradictionIn(askRealm(load, () => guest.contradiction(JSON.stringify(parameters))), load) : null),
    lookbackBars: parameters =>
      countIn(askRealm(load, () => guest.lookbackBars(JSON.stringify(parameters))), load, { what: 'lookbackBars', max: LOOKBACK_BARS_MAX }),
    memorySize,
    observe: observeWith(boundTo, { file, stage: 'observe' }),
  };
};

/** Compiles and evaluates a file's text in the realm. Errors are StrategyErrors with the file, and the line where known. */
export const sandboxed = (source: string, file: string): Sandboxed => {
  const realm = openRealm();
  const load: Source = { file, stage: 'load' };
  const code = `${compileStrategy(source, file, realm.offeredNames)}\n//# sourceURL=strategy-file`;
  const guest = askRealm(load, () => realm.guest.strategy(code, realm.offeredId));
  if (typeof guest === 'string') {
    valueIn(guest, load);
    return refuse(load, { reason: 'it cannot be evaluated', hint: '' });
  }
  return { strategy: strategyOf(guest, file, false), keeping: strategyOf(guest, file, true) };
};
