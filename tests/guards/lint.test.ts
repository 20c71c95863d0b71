/** Each lint rule is shown one violation and must name it; code that is allowed is shown too and must pass. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { lint } from '../../tools/guards/lint.ts';
import { rulesReported } from './scratch.ts';

const CORE: readonly (readonly [rule: string, source: string])[] = [
  ['tb/core-globals', 'export const now = (): number => Date.now();'],
  ['tb/core-globals', 'export const wait = (done: () => void): void => { setTimeout(done, 1); };'],
  ['tb/core-globals', 'export const home = (): unknown => process.env;'],
  ['tb/core-globals', 'export const every = (): unknown => globalThis;'],
  ['tb/core-globals', 'export const page = (): unknown => fetch("https://example.org");'],
  ['tb/core-globals', 'export const collator = (): unknown => new Intl.Collator();'],
  ['tb/core-globals', 'export type Later = Promise<number>;'],
  ['tb/core-globals', 'export const weak = (of: object): unknown => new WeakRef(of);'],
  ['tb/math-allow-list', 'export const power = (base: number): number => Math.pow(base, 2);'],
  ['tb/math-allow-list', 'export const dice = (): number => Math.random();'],
  ['tb/math-allow-list', 'const { exp } = Math; export const grow = (rate: number): number => exp(rate);'],
  ['tb/math-allow-list', 'export const any = (name: "abs"): unknown => Math[name];'],
  ['tb/no-exponent', 'export const square = (side: bigint): bigint => side ** 2n;'],
  ['tb/no-exponent', 'export const cube = (side: number): number => { let volume = side; volume **= 3; return volume; };'],
  ['tb/no-locale', 'export const order = (left: string, right: string): number => left.localeCompare(right);'],
  ['tb/no-locale', 'export const shown = (amount: number): string => amount.toLocaleString();'],
  ['tb/no-locale', 'export const composed = (text: string): string => text.normalize("NFC");'],
  ['tb/no-async', 'export const later = async (): Promise<void> => {};'],
  ['tb/no-async', 'export const load = (): unknown => import("./other.ts");'],
  ['tb/no-catch', 'export const safe = (run: () => void): void => { try { run(); } finally { run(); } };'],
  ['tb/no-default-case', 'export const sign = (side: "buy" | "sell"): number => { switch (side) { case "buy": return 1; default: return -1; } };'],
  ['tb/values-and-functions', 'export class LedgerError extends Error {}'],
  ['eslint/no-console', 'export const say = (): void => { console.log("x"); };'],
];

const EVERYWHERE: readonly (readonly [rule: string, source: string])[] = [
  ['tb/values-and-functions', 'export class Ledger {}'],
  ['tb/values-and-functions', 'export enum Side { Buy, Sell }'],
  ['tb/values-and-functions', 'export namespace Ledger { export const open = 1; }'],
  ['tb/banned-names', 'export const priceHelper = 1;'],
  ['tb/banned-names', 'export const read = (data: string): string => data;'],
  ['tb/banned-names', 'export const first = ({ info }: Readonly<{ info: string }>): string => info;'],
  ['tb/banned-names', 'export type OrderManager = string;'],
  ['tb/approved-orders', 'type WorkingOrder = string; export const order = "one" as WorkingOrder;'],
  ['tb/approved-orders', 'type State = { orders: string }; export const orders = "all" as State["orders"];'],
  ['tb/approved-orders', 'type Grant = string; const claim = <Name>(name: unknown): Name => name as Name; export const given = claim<Grant>("it");'],
  ['tb/sort-with-comparator', 'export const sorted = (sizes: number[]): number[] => sizes.sort();'],
  ['tb/sort-with-comparator', 'export const sorted = (sizes: number[]): number[] => sizes.toSorted();'],
  ['tb/no-for-in', 'export const keys = (of: object): void => { for (const key in of) if (key === "") return; };'],
  ['import/no-default-export', 'export default 1;'],
  ['eslint/eqeqeq', 'export const same = (left: number, right: number): boolean => left == right;'],
  ['eslint/no-var', 'export var count = 1;'],
  ['eslint/prefer-const', 'export const one = (): number => { let count = 1; return count; };'],
  ['eslint/no-eval', 'export const run = (text: string): unknown => eval(text);'],
  ['eslint/no-warning-comments', '// TODO finish\nexport const count = 1;'],
  ['eslint/max-params', 'export const sum = (a: number, b: number, c: number, d: number, e: number): number => a + b + c + d + e;'],
  ['eslint/max-lines', `export const count = 1;${'\n// A line.'.repeat(300)}`],
  ['eslint/max-lines-per-function', `export const long = (): number => {\n${'  // A line.\n'.repeat(70)}  return 1;\n};`],
  ['typescript/no-explicit-any', 'export const cast = (value: any): unknown => value;'],
  ['typescript/consistent-type-imports', 'import { Price } from "./price.ts";\nexport const none: Price | null = null;'],
  ['typescript/consistent-type-imports', 'export type Price = import("./price.ts").Price;'],
  ['typescript/ban-ts-comment', '// @ts-ignore\nexport const count = 1;'],
];

/** What core may do, so that a rule which refuses everything does not look like one that works. */
const ALLOWED_IN_CORE = `
export const root = (value: number): number => Math.sqrt(Math.abs(value));
export const kind = (value: unknown): string => { switch (typeof value) { case 'string': return 'text'; default: return 'other'; } };
export const inOrder = (names: readonly string[]): readonly string[] => [...names].sort((left, right) => (left < right ? -1 : 1));
export const shadowed = (Date: number): number => Date + 1;
export const count = new Map<string, bigint>([['a', BigInt(1)]]).size;
export const grown = (rates: Readonly<{ exp: number; random: number }>): number => rates.exp + rates.random;
`;

const ALLOWED_OUTSIDE = `
export class StoreError extends Error {}
export const later = async (): Promise<number> => Date.now();
export const rows = (answer: Readonly<{ data: number }>): number => answer.data;
`;

/** A plant as it reads in the list of tests. */
const shown = (source: string): string => source.split('\n', 1)[0]!.slice(0, 90);

const inCore = (index: number): string => `core/plant-${index}.ts`;
const inAdapters = (index: number): string => `adapters/plant-${index}.ts`;

describe('lint', () => {
  let rules: ReadonlyMap<string, readonly string[]> = new Map();
  beforeAll(async () => {
    rules = await rulesReported(lint, {
      ...Object.fromEntries(CORE.map(([, source], index) => [inCore(index), `${source}\n`])),
      ...Object.fromEntries(EVERYWHERE.map(([, source], index) => [inAdapters(index), `${source}\n`])),
      'core/allowed.ts': ALLOWED_IN_CORE,
      'adapters/allowed.ts': ALLOWED_OUTSIDE,
      'adapters/HasCapitals.ts': 'export const count = 1;\n',
      'tests/focused.test.ts': 'import { test } from "vitest";\ntest.only("one", () => {});\n',
      'tests/empty.test.ts': 'import { test } from "vitest";\ntest("nothing", () => {});\n',
      'adapters/floating.ts': 'const sent = async (): Promise<void> => {};\nexport const send = (): void => { sent(); };\n',
      'adapters/silent.ts': '// oxlint-disable-next-line no-var -- there is none\nexport const count = 1;\n',
    });
  });

  test.each(CORE.map(([rule, source], index) => [rule, shown(source), inCore(index)]))('%s in core: %s', (rule, _shown, path) => {
    expect(rules.get(path)).toContain(rule);
  });

  test.each(EVERYWHERE.map(([rule, source], index) => [rule, shown(source), inAdapters(index)]))('%s anywhere: %s', (rule, _shown, path) => {
    expect(rules.get(path)).toContain(rule);
  });

  test('what is allowed passes', () => {
    expect(rules.get('core/allowed.ts')).toBeUndefined();
    expect(rules.get('adapters/allowed.ts')).toBeUndefined();
  });

  test('a promise that nobody waits for, as soon as package.json asks for the tool that knows types', () => {
    const asked = readFileSync('package.json', 'utf8').includes('"oxlint-tsgolint"');
    expect(rules.get('adapters/floating.ts')).toEqual(asked ? ['typescript/no-floating-promises'] : undefined);
  });

  test('names of files, focused tests and silenced rules', () => {
    expect(rules.get('adapters/HasCapitals.ts')).toEqual(['unicorn/filename-case']);
    expect(rules.get('tests/focused.test.ts')).toContain('vitest/no-focused-tests');
    expect(rules.get('tests/empty.test.ts')).toEqual(['vitest/expect-expect']);
    expect(rules.get('adapters/silent.ts')).toHaveLength(1);
  });
});
