/**
 * The gate in front of the realm: which syntax and which names a strategy file may contain, each refusal with its line
 * and its reason. It is an allow-list, so what nobody thought of is refused; the realm behind it holds without it.
 */
import { boundNames, lineAt, walk } from './parse-module.ts';
import { CLOSED_PROPERTIES, OFFERED_GLOBALS, OFFERED_MATH, OFFERED_MODULE, whyNotMath, whyNotOffered } from './offered-names.ts';
import { RESERVED_PREFIX } from './rewrite-module.ts';
import { StrategyError } from './strategy-error.ts';
import type { Why } from './offered-names.ts';
import type { ParsedModule, SyntaxNode } from './parse-module.ts';

type Refusal = Readonly<{ what: string } & Why>;
type Rule = (node: SyntaxNode) => Refusal | null;

const ALLOWED: ReadonlySet<string> = new Set([
  'ArrayExpression', 'ArrayPattern', 'ArrowFunctionExpression', 'AssignmentExpression', 'AssignmentPattern', 'BinaryExpression',
  'BlockStatement', 'BreakStatement', 'CallExpression', 'ChainExpression', 'ConditionalExpression', 'ContinueStatement',
  'DoWhileStatement', 'EmptyStatement', 'ExportDefaultDeclaration', 'ExportNamedDeclaration', 'ExpressionStatement', 'ForInStatement',
  'ForOfStatement', 'ForStatement', 'FunctionDeclaration', 'FunctionExpression', 'Identifier', 'IfStatement', 'ImportDeclaration',
  'ImportSpecifier', 'LabeledStatement', 'Literal', 'LogicalExpression', 'MemberExpression', 'NewExpression', 'ObjectExpression',
  'ObjectPattern', 'Property', 'RestElement', 'ReturnStatement', 'SequenceExpression', 'SpreadElement', 'SwitchCase',
  'SwitchStatement', 'TemplateElement', 'TemplateLiteral', 'ThisExpression', 'ThrowStatement', 'UnaryExpression',
  'UpdateExpression', 'VariableDeclaration', 'VariableDeclarator', 'WhileStatement',
]);

const NO_STATE = 'Keep numbers in memory and write functions.';
const AT_ONCE: Why = { reason: 'a strategy answers at once, inside observe', hint: 'Return the signal, or null.' };
const NO_IMPORT: Why = { reason: 'a strategy reaches nothing outside itself', hint: `Import by name from '${OFFERED_MODULE}', or write the function out.` };

/** What people write for syntax that is not in the list; the rest is named by its node. */
const OUTSIDE_LIST: Readonly<Record<string, Refusal>> = {
  AwaitExpression: { what: 'await', ...AT_ONCE },
  YieldExpression: { what: 'yield', ...AT_ONCE },
  ClassDeclaration: { what: 'class', reason: 'objects do not outlive a candle', hint: NO_STATE },
  ClassExpression: { what: 'class', reason: 'objects do not outlive a candle', hint: NO_STATE },
  ImportExpression: { what: 'import()', ...NO_IMPORT },
  MetaProperty: { what: 'import.meta or new.target', ...NO_IMPORT },
  ExportAllDeclaration: { what: 'export *', ...NO_IMPORT },
  ExportSpecifier: { what: 'export { }', reason: 'a strategy file exports one thing', hint: 'Write export default { ... }.' },
  ImportDefaultSpecifier: { what: 'a default import', reason: 'nothing is offered under that form', hint: `Write import { name } from '${OFFERED_MODULE}'.` },
  ImportNamespaceSpecifier: { what: 'import *', reason: 'nothing is offered under that form', hint: `Write import { name } from '${OFFERED_MODULE}'.` },
  TryStatement: { what: 'try', reason: 'where an error strikes can differ between machines, so none may be caught', hint: 'Test for the case instead; a throw stops the run and says so.' },
  WithStatement: { what: 'with', reason: 'it hides what a name means', hint: 'Name the object.' },
  DebuggerStatement: { what: 'debugger', reason: 'a strategy runs unattended', hint: 'Put what you want to see into the evidence of a signal.' },
  TaggedTemplateExpression: { what: 'a tagged template', reason: 'it is not offered to strategies', hint: 'Call the function with plain arguments.' },
};

const POWER: Refusal = { what: '**', reason: 'the last digits of a power differ between engines', hint: 'Multiply: x * x.' };

const notInList: Rule = node =>
  ALLOWED.has(node.type)
    ? null
    : Object.hasOwn(OUTSIDE_LIST, node.type)
      ? OUTSIDE_LIST[node.type]!
      : { what: node.type, reason: 'this syntax is not offered to strategies', hint: NO_STATE };

const forbiddenForm: Rule = node => {
  if (node['async'] === true || node['await'] === true) return { what: 'async', ...AT_ONCE };
  if (node['generator'] === true) return { what: 'function*', ...AT_ONCE };
  if (node['operator'] === '**' || node['operator'] === '**=') return { ...POWER, what: node['operator'] };
  if (node.type === 'Property' && node['kind'] !== 'init') return { what: 'a getter or setter', reason: 'a strategy is plain data and functions', hint: NO_STATE };
  if (node.type !== 'Literal') return null;
  if ('regex' in node) return { what: 'a regular expression', ...whyNotOffered('RegExp') };
  return 'bigint' in node ? { what: 'a bigint', reason: 'candles, memory and evidence are plain numbers', hint: 'Leave out the n.' } : null;
};

/** The name of a property where it stands in the text: `a.b`, `a['b']`, `{ b: … }`; null where it is computed. */
const propertyName = (node: SyntaxNode): string | null => {
  const key = (node.type === 'MemberExpression' ? node['property'] : node.type === 'Property' ? node['key'] : null) as SyntaxNode | null;
  if (key?.type === 'Identifier' && node['computed'] !== true) return key['name'] as string;
  return key?.type === 'Literal' ? String(key['value']) : null;
};

const forbiddenProperty: Rule = node => {
  const name = propertyName(node);
  if (name === null) return null;
  if (CLOSED_PROPERTIES.includes(name)) return { what: name, reason: 'it leads out of plain data', hint: 'Use plain objects, arrays and numbers.' };
  const owner = node['object'] as SyntaxNode | undefined;
  if (owner?.type !== 'Identifier' || owner['name'] !== 'Math' || OFFERED_MATH.includes(name)) return null;
  return { what: `Math.${name}`, ...whyNotMath(name) };
};

const forbiddenImport: Rule = node => {
  const source = node['source'] as SyntaxNode | null | undefined;
  if (source === null || source === undefined || source['value'] === OFFERED_MODULE) return null;
  return { what: `import from '${String(source['value'])}'`, ...NO_IMPORT };
};

/** A name that is declared nowhere in the file and is not offered. Where it is declared does not matter: the realm knows. */
const forbiddenName =
  (declared: ReadonlySet<string>): Rule =>
  node => {
    if (node.type !== 'Identifier') return null;
    const name = node['name'] as string;
    if (name.startsWith(RESERVED_PREFIX)) return { what: name, reason: `names that start with ${RESERVED_PREFIX} are the loader's`, hint: 'Choose another.' };
    return declared.has(name) || OFFERED_GLOBALS.includes(name) ? null : { what: name, ...whyNotOffered(name) };
  };

const declaredNames = (body: readonly SyntaxNode[]): ReadonlySet<string> => {
  const names = new Set<string>();
  const add = (pattern: unknown): void => boundNames(pattern as SyntaxNode | null).forEach(name => names.add(name));
  walk(body, node => {
    if (node.type === 'VariableDeclarator' || node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression') add(node['id']);
    if (node.type === 'ImportSpecifier') add(node['local']);
    if (Array.isArray(node['params'])) node['params'].forEach(add);
  });
  return names;
};

const refuse = (file: string, line: number, { what, reason, hint }: Refusal): never => {
  throw new StrategyError({ file, line, reason: `\`${what}\` is refused: ${reason}`, hint, stage: 'load' });
};

/** Refuses a file by its first offence in the order of the text. */
export const refuseSyntax = (module: ParsedModule, file: string): void => {
  const rules: readonly Rule[] = [notInList, forbiddenForm, forbiddenImport, forbiddenProperty, forbiddenName(declaredNames(module.body))];
  walk(module.body, node => {
    for (const rule of rules) {
      const refusal = rule(node);
      if (refusal !== null) refuse(file, lineAt(module.code, node.start), refusal);
    }
  });
};
