/**
 * The inside of the realm: it locks the realm down, evaluates strategies in it and runs them. Only its text crosses
 * over, and only strings and numbers pass between it and the host, so no object of the host is ever in reach in there.
 */

type GuestCompartment = Readonly<{ globalThis: Record<PropertyKey, unknown>; evaluate: (code: string) => unknown }>;
declare const Compartment: new () => GuestCompartment;
declare const repairIntrinsics: (options: Readonly<Record<string, string>>) => void;
declare const hardenIntrinsics: () => void;
declare const harden: <Value>(value: Value) => Value;
declare const getStackString: (error: object) => string;

/** A text that begins with `=` holds a JSON value, one with `!` a fault as `line!text`; line 0 is unknown. */
export type Outcome = string;
export type GuestBound = Readonly<{
  /** The memory slice, then one candle: open, high, low, close, volume, decimals, tradable. */
  transfer: Float64Array;
  observe: () => Outcome | null;
}>;
export type GuestStrategy = Readonly<{
  /** The strategy as plain data; what is not plain stands as an object with the one field `?`. */
  shape: () => Outcome;
  contradiction: (parameters: string) => Outcome;
  lookbackBars: (parameters: string) => Outcome;
  memorySize: (parameters: string) => Outcome;
  /** `keeps` is true to go on with the instance that was used before instead of evaluating the file afresh. */
  bind: (parameters: string, size: number, keeps: boolean) => GuestBound;
}>;
export type Guest = Readonly<{
  /** Evaluates one of our own modules. `dependencies` is a JSON array of ids; the outcome lists its exports. */
  define: (id: string, code: string, dependencies: string) => Outcome;
  strategy: (code: string, offered: string) => GuestStrategy | string;
}>;
export type GuestLimits = Readonly<{ math: string; globals: string; steps: number }>;

type Strategy = Readonly<Record<string, (...values: readonly unknown[]) => unknown>>;
type MakeModule = (step: () => void, from: readonly unknown[]) => unknown;

/** How many numbers one candle takes in the transfer. */
const BAR_SLOTS = 7;
const DEPTH_MAX = 5;
const ITEMS_MAX = 64;
const TEXT_MAX = 2_000;

/** What depends on the version of Unicode or of a locale, answers later, or compiles a regular expression. */
const REMOVED: Readonly<Record<string, readonly string[]>> = {
  Array: ['fromAsync', 'toLocaleString'],
  BigInt: ['toLocaleString'],
  Number: ['toLocaleString'],
  Object: ['toLocaleString'],
  String: ['localeCompare', 'match', 'matchAll', 'normalize', 'search', 'toLocaleLowerCase', 'toLocaleUpperCase', 'toLowerCase', 'toUpperCase'],
};

/** Locks the realm. What SES leaves open between repairing and hardening is where our own cuts go, for good. */
const lockDown = (mathNames: readonly string[]): void => {
  repairIntrinsics({
    consoleTaming: 'unsafe',
    domainTaming: 'unsafe',
    errorTaming: 'safe',
    errorTrapping: 'none',
    evalTaming: 'safe-eval',
    localeTaming: 'safe',
    overrideTaming: 'min',
    regExpTaming: 'safe',
    reporting: 'none',
    stackFiltering: 'verbose',
    unhandledRejectionTrapping: 'none',
  });
  const shared = new Compartment().globalThis;
  const math = shared['Math'] as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(math)) {
    if (mathNames.includes(name) || typeof math[name] !== 'function') continue;
    const why = name === 'random' ? 'a strategy has no randomness' : 'its digits may differ between engines';
    math[name] = () => {
      throw new TypeError(`Math.${name} is refused: ${why}`);
    };
  }
  for (const [owner, names] of Object.entries(REMOVED)) {
    const constructor = shared[owner] as Readonly<{ prototype: object }>;
    for (const name of names) {
      Reflect.deleteProperty(constructor, name);
      Reflect.deleteProperty(constructor.prototype, name);
    }
  }
  refuseRadix(shared);
  hardenIntrinsics();
};

/**
 * The language defines the digits of a number in base ten only, and of what is read only for some bases. Those of a bigint
 * are exact in every base.
 */
const refuseRadix = (shared: Record<PropertyKey, unknown>): void => {
  const number = shared['Number'] as { parseInt: (text: unknown, radix?: unknown) => number; prototype: { toString: (this: unknown, radix?: unknown) => string } };
  const requireTen = (name: string, radix: unknown): void => {
    if (radix !== undefined && radix !== 10) throw new TypeError(`${name} with a radix other than 10 is refused: its digits may differ between engines`);
  };
  const { parseInt, prototype } = number;
  const { toString } = prototype;
  // Set on what is there, and as methods, which nobody can construct.
  Object.assign(prototype, {
    toString(this: unknown, radix?: unknown): string {
      requireTen('Number.toString', radix);
      return Reflect.apply(toString, this, []);
    },
  });
  Object.assign(number, {
    parseInt(text: unknown, radix?: unknown): number {
      requireTen('Number.parseInt', radix);
      return parseInt(text, radix);
    },
  });
};

/** Data as data, and a short description of anything else. Reads every field once, so that it cannot change in between. */
const plain = (value: unknown, depth: number): unknown => {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.length <= TEXT_MAX ? value : { '?': 'a text that is too long' };
  if (typeof value === 'number') return value - value === 0 ? value : { '?': String(value) };
  if (typeof value !== 'object') return { '?': value === undefined ? 'undefined' : `a ${typeof value}` };
  const keys = Object.keys(value);
  if (depth === DEPTH_MAX || keys.length > ITEMS_MAX) return { '?': 'too much data' };
  if (Array.isArray(value)) return Array.from({ length: value.length <= ITEMS_MAX ? value.length : 0 }, (_, index) => plain(value[index], depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return { '?': 'an object that is not plain' };
  const copy = Object.create(null) as Record<string, unknown>;
  for (const key of keys) copy[key] = plain((value as Readonly<Record<string, unknown>>)[key], depth + 1);
  return copy;
};

const valueOf = (value: unknown): Outcome => `=${JSON.stringify(plain(value, 0))}`;

const messageOf = (thrown: unknown): string => {
  if (typeof thrown === 'string') return thrown;
  if (!(thrown instanceof Error)) return 'it threw something that is no error';
  const message: unknown = thrown.message;
  return typeof message === 'string' ? message : 'it threw an error without a message';
};

/** The first line of the strategy's own text that the error passed through. */
const lineOf = (thrown: unknown): string => (thrown instanceof Error ? /strategy-file:(\d+):/.exec(getStackString(thrown))?.[1] : undefined) ?? '0';

/** Never lets what was thrown out of the realm: describing it may run the strategy's code again, and fail again. */
const faultOf = (thrown: unknown): Outcome => {
  try {
    return `!${lineOf(thrown)}!${messageOf(thrown)}`;
  } catch {
    return '!0!it threw an error that cannot be described';
  }
};

const attempt = (work: () => unknown): Outcome => {
  try {
    return valueOf(work());
  } catch (thrown) {
    return faultOf(thrown);
  }
};

const freezeGlobals = (compartment: GuestCompartment, kept: readonly string[]): void => {
  for (const name of Object.getOwnPropertyNames(compartment.globalThis)) {
    // NaN, Infinity and undefined cannot be deleted, and are harmless.
    if (!kept.includes(name)) Reflect.deleteProperty(compartment.globalThis, name);
  }
  Object.freeze(compartment.globalThis);
};

/** Locks the realm it is evaluated in and offers the host what it may do there. Called once in a realm. */
export const openGuest = (limits: string): Guest => {
  const { math, globals, steps } = JSON.parse(limits) as GuestLimits;
  const kept = globals.split(' ');
  lockDown(math.split(' '));
  let left = 0;
  const step = harden((): void => {
    left -= 1;
    if (left < 0) throw new RangeError(`it takes more than ${steps} steps for one answer and may never end`);
  });
  const refill = (): void => {
    left = steps;
  };
  const own = new Compartment();
  const modules = new Map<string, Readonly<Record<string, unknown>>>();
  const define: Guest['define'] = (id, code, dependencies) =>
    attempt(() => {
      refill();
      const from = (JSON.parse(dependencies) as readonly string[]).map(dependency => modules.get(dependency));
      const exports = harden((own.evaluate(code) as MakeModule)(step, from)) as Readonly<Record<string, unknown>>;
      modules.set(id, exports);
      return Object.keys(exports);
    });
  const strategy: Guest['strategy'] = (code, offered) => {
    try {
      // SES looks for `import(` and lets `import.source(` through, whose rejection would be an object of the host.
      if (/\bimport\b/.test(code)) throw new SyntaxError('the word import is refused');
      const compartment = new Compartment();
      freezeGlobals(compartment, kept);
      refill();
      const make = (compartment.evaluate(code) as MakeModule)(step, [modules.get(offered)]) as () => Strategy;
      return strategyOf(make, refill);
    } catch (thrown) {
      return faultOf(thrown);
    }
  };
  return Object.freeze({ define, strategy });
};

const strategyOf = (make: () => Strategy, refill: () => void): GuestStrategy => {
  const ask = (method: string, parameters: string): Outcome =>
    attempt(() => {
      refill();
      return make()[method]!(Object.freeze(JSON.parse(parameters)));
    });
  const shape = (): Outcome =>
    attempt(() => {
      refill();
      return make();
    });
  return Object.freeze({
    shape,
    contradiction: (parameters: string) => ask('contradiction', parameters),
    lookbackBars: (parameters: string) => ask('lookbackBars', parameters),
    memorySize: (parameters: string) => ask('memorySize', parameters),
    bind: (parameters: string, size: number, keeps: boolean) => bind(keeps ? keeping(make) : make, refill, { parameters, size }),
  });
};

/** The same instance every time, made at the first. */
const keeping = (make: () => Strategy): (() => Strategy) => {
  let kept: Strategy | null = null;
  return () => {
    kept ??= make();
    return kept;
  };
};

const bind = (make: () => Strategy, refill: () => void, { parameters, size }: Readonly<{ parameters: string; size: number }>): GuestBound => {
  const frozen = Object.freeze(JSON.parse(parameters)) as unknown;
  const transfer = new Float64Array(size + BAR_SLOTS);
  const observe = (): Outcome | null => {
    try {
      refill();
      const memory: unknown[] = [];
      for (let slot = 0; slot < size; slot += 1) memory.push(transfer[slot]);
      const signal = make()['observe']!(memory, 0, barOf(transfer, size), frozen);
      return takeBack(memory, transfer, size) ?? (signal === null ? null : valueOf(signal));
    } catch (thrown) {
      return faultOf(thrown);
    }
  };
  return Object.freeze({ transfer, observe });
};

const barOf = (transfer: Float64Array, at: number): object =>
  Object.freeze({
    open: transfer[at],
    high: transfer[at + 1],
    low: transfer[at + 2],
    close: transfer[at + 3],
    volume: transfer[at + 4],
    decimals: transfer[at + 5],
    tradable: transfer[at + 6] === 1,
  });

/** Into the transfer, if each is a finite number; adding zero turns -0 into 0. Each is read once, then no more. */
const takeBack = (memory: readonly unknown[], transfer: Float64Array, size: number): Outcome | null => {
  if (memory.length !== size) return `!0!memorySize says ${size}, but it leaves memory with ${memory.length} slots`;
  for (let slot = 0; slot < size; slot += 1) {
    const value = memory[slot];
    if (typeof value !== 'number' || value - value !== 0) return `!0!it leaves ${describe(value)} in memory slot ${slot}, where only finite numbers may stand`;
    transfer[slot] = value + 0;
  }
  return null;
};

const describe = (value: unknown): string => (typeof value === 'number' ? String(value) : value === undefined ? 'undefined' : typeof value === 'object' ? 'an object' : `a ${typeof value}`);
