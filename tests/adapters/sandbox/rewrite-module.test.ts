/** Rewriting changes the form of a module and never what it does: lines stay, steps are counted, exports come out. */
import { expect, test } from 'vitest';
import { parseModule } from '../../../adapters/sandbox/parse-module.ts';
import { moduleFunction, rewriteBody, strategyFunction } from '../../../adapters/sandbox/rewrite-module.ts';

const bodyOf = (code: string): string => rewriteBody(parseModule(code, 'a.ts'), true);

test.each([
  // module                                              rewritten
  ['for (;;) x();', 'for (;;) {$tbStep();x();}'],
  ['for (;;) { x(); }', 'for (;;) {$tbStep(); x(); }'],
  ['while (a) while (b) c();', 'while (a) {$tbStep();while (b) {$tbStep();c();}}'],
  ['while (a) f = () => b\ng()', 'while (a) {$tbStep();f = () => ($tbStep(), b)}\ng()'],
  ['do a(); while (b)', 'do {$tbStep();a();} while (b)'],
  ['for (const a of b);', 'for (const a of b){$tbStep();;}'],
  ['for (const a in b) c(a)', 'for (const a in b) {$tbStep();c(a)}'],
  ['const f = a => b => c;', 'const f = a => ($tbStep(), b => ($tbStep(), c));'],
  ['const f = () => ({ a: 1 });', 'const f = () => (($tbStep(), { a: 1 }));'],
  ['const f = () => {};', 'const f = () => {$tbStep();};'],
  ['function f() { return 1; }', 'function f() {$tbStep(); return 1; }'],
  ['const f = function () {}', 'const f = function () {$tbStep();}'],
  ['const f = (a = () => 1) => a;', 'const f = (a = () => ($tbStep(), 1)) => ($tbStep(), a);'],
  ['if (a) while (b) c(); else d();', 'if (a) while (b) {$tbStep();c();} else d();'],
  ['a // b\n/* c\n d */ e', 'a     \n    \n      e'],
  ["import { a } from 'x';\nb", '                      \nb'],
  ['export const a = 1;', '       const a = 1;'],
  ['export default { a: 1 };', '       $tbDefault = { a: 1 };'],
  ['export /* it */ default ({ a: 1 })', '                $tbDefault = ({ a: 1 })'],
  ['const a = 1\nexport default a', 'const a = 1\n       $tbDefault = a'],
])('%j', (code, rewritten) => {
  expect(bodyOf(code)).toBe(rewritten);
});

/** Evaluates the text of a module's function in the host, which is good enough for texts of our own. */
const evaluated = (text: string, from: readonly unknown[]): Readonly<{ result: unknown; steps: number }> => {
  let steps = 0;
  const make = new Function(`return ${text}`)() as (step: () => void, from: readonly unknown[]) => unknown;
  const result = make(() => { steps += 1; }, from);
  return { result, steps };
};

test('a module returns its exports, and passes others on', () => {
  const module = parseModule("import { one as first } from './a.ts';\nexport { two, three as third } from './b.ts';\nexport const sum = first + 1;\nexport function twice(n) { return 2 * n; }\nconst own = 5;\nexport { own as mine };", 'a.ts');
  const { result } = evaluated(moduleFunction(module, true), [{ one: 1 }, { two: 2, three: 3 }]);
  expect(result).toEqual({ two: 2, third: 3, sum: 2, twice: expect.any(Function), mine: 5 });
});

test('a strategy file is evaluated afresh at every call and spends its steps', () => {
  const module = parseModule('let seen = 0;\nconst add = n => { seen += n; return seen; };\nfor (let n = 0; n < 3; n += 1) add(1);\nexport default add(4)', 'a.ts');
  const make = evaluated(strategyFunction(module), []).result as () => number;
  expect([make(), make()]).toEqual([7, 7]);
});

test('steps are one a function called and one a loop round', () => {
  const module = parseModule('const inner = n => n + 1;\nlet sum = 0;\nfor (let n = 0; n < 10; n += 1) sum = inner(sum);\nwhile (sum < 15) sum += 1;\nexport const total = [1, 2, 3].map(n => n + sum).length + sum;', 'a.ts');
  expect(evaluated(moduleFunction(module, true), [])).toEqual({ result: { total: 18 }, steps: 10 + 10 + 5 + 3 });
  expect(evaluated(moduleFunction(module, false), [])).toEqual({ result: { total: 18 }, steps: 0 });
});

test('every line stays where it was', () => {
  const code = "// one\nimport {\n  a,\n} from 'x'; /* two\nthree */\nexport const strategy = {\n  b: () => 1,\n};\n";
  const lines = bodyOf(code).split('\n');
  expect(lines.length).toBe(code.split('\n').length);
  expect(lines.slice(5)).toEqual(['       const strategy = {', '  b: () => ($tbStep(), 1),', '};', '']);
});
