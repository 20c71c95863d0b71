/**
 * A module as the text of a function that the realm can evaluate, line for line where it was. Every loop and every
 * function spends a step of a budget first, so that none runs for ever. It changes the form of a program and nothing else.
 */
import { boundNames, walk } from './parse-module.ts';
import type { ParsedModule, Span, SyntaxNode } from './parse-module.ts';

/** Names the rewritten text uses for itself; a strategy file may not contain any. */
export const RESERVED_PREFIX = '$tb';

export type Import = Readonly<{ from: string; imported: string; local: string; start: number }>;
/** What a module gives: a variable of its own, or one that it passes on from another module. */
export type Export = Readonly<{ exported: string; local: string; from: string | null }>;
/** `position` is where a text goes in; closing texts come before opening ones, inner before outer. */
type Insertion = Readonly<{ position: number; text: string; closes: boolean }>;

const nameOf = (node: unknown): string => {
  const identifier = node as SyntaxNode;
  return (identifier.type === 'Literal' ? identifier['value'] : identifier['name']) as string;
};
const sourceOf = (node: SyntaxNode): string | null => (node['source'] as SyntaxNode | null | undefined)?.['value'] as string | undefined ?? null;
const specifiersOf = (node: SyntaxNode): readonly SyntaxNode[] => node['specifiers'] as readonly SyntaxNode[];

export const importsOf = (body: readonly SyntaxNode[]): readonly Import[] =>
  body
    .filter(node => node.type === 'ImportDeclaration')
    .flatMap(node =>
      specifiersOf(node).map(specifier => ({
        from: sourceOf(node)!,
        imported: nameOf(specifier['imported']),
        local: nameOf(specifier['local']),
        start: specifier.start,
      })),
    );

/** Named exports: declarations, lists, and lists passed on. */
export const exportsOf = (body: readonly SyntaxNode[]): readonly Export[] =>
  body.filter(node => node.type === 'ExportNamedDeclaration').flatMap(node => [...declaredExports(node), ...listedExports(node)]);

const declaredExports = (node: SyntaxNode): readonly Export[] => {
  const declaration = node['declaration'] as SyntaxNode | null;
  if (declaration === null) return [];
  const patterns = declaration.type === 'VariableDeclaration' ? (declaration['declarations'] as readonly SyntaxNode[]) : [declaration];
  return patterns.flatMap(({ id }) => boundNames(id as SyntaxNode)).map(name => ({ exported: name, local: name, from: null }));
};

const listedExports = (node: SyntaxNode): readonly Export[] =>
  specifiersOf(node).map(specifier => ({ exported: nameOf(specifier['exported']), local: nameOf(specifier['local']), from: sourceOf(node) }));

/** Every module that is imported or passed on from, in order and once. */
export const sourcesOf = (body: readonly SyntaxNode[]): readonly string[] => [
  ...new Set(body.flatMap(node => (node.type === 'ImportDeclaration' || node.type === 'ExportNamedDeclaration' ? (sourceOf(node) ?? []) : []))),
];

const LOOPS: readonly string[] = ['DoWhileStatement', 'ForInStatement', 'ForOfStatement', 'ForStatement', 'WhileStatement'];
const FUNCTIONS: readonly string[] = ['ArrowFunctionExpression', 'FunctionDeclaration', 'FunctionExpression'];
const STEP = `${RESERVED_PREFIX}Step()`;

/** Where steps are spent: at the head of every loop's body and of every function's. */
const stepInsertions = (body: readonly SyntaxNode[]): readonly Insertion[] => {
  const insertions: Insertion[] = [];
  const wrap = (span: Span, opening: string, closing: string): void => {
    insertions.push({ position: span.start, text: opening, closes: false }, { position: span.end, text: closing, closes: true });
  };
  walk(body, node => {
    const isFunction = FUNCTIONS.includes(node.type);
    if (!isFunction && !LOOPS.includes(node.type)) return;
    const inner = node['body'] as SyntaxNode;
    if (inner.type === 'BlockStatement') insertions.push({ position: inner.start + 1, text: `${STEP};`, closes: false });
    else if (isFunction) wrap(inner, `(${STEP}, `, ')');
    else wrap(inner, `{${STEP};`, '}');
  });
  return insertions;
};

const blank = (code: string, { start, end }: Span): string => code.slice(start, end).replace(/[^\n\r\u2028\u2029]/g, ' ');

type Replacement = Span & Readonly<{ text: string }>;

/** Comments and imports become space; `export` too, and `default` an assignment to a variable of the loader's. */
const replacements = (module: ParsedModule): readonly Replacement[] => {
  const { code, body } = module;
  const wholes = body.filter(node => node.type === 'ImportDeclaration' || (node.type === 'ExportNamedDeclaration' && node['declaration'] === null));
  const words = body
    .filter(node => !wholes.includes(node) && (node.type === 'ExportNamedDeclaration' || node.type === 'ExportDefaultDeclaration'))
    .flatMap(node => {
      const word = module.exportWords.find(({ start }) => start === node.start)!;
      const blanked = { ...word, text: blank(code, word) };
      if (node.type === 'ExportNamedDeclaration') return [blanked];
      const defaultWord = module.defaultWords.find(({ start }) => start > word.start)!;
      return [blanked, { ...defaultWord, text: `${RESERVED_PREFIX}Default =` }];
    });
  const outside = module.comments.filter(comment => !wholes.some(node => comment.start >= node.start && comment.end <= node.end));
  return [...words, ...[...wholes, ...outside].map(({ start, end }) => ({ start, end, text: blank(code, { start, end }) }))];
};

/** The body of a module, rewritten; `steps` says whether its loops and functions spend the budget. */
export const rewriteBody = (module: ParsedModule, steps: boolean): string => {
  const insertions = steps ? stepInsertions(module.body) : [];
  const closings = insertions.filter(({ closes }) => closes).toReversed();
  const openings = insertions.filter(({ closes }) => !closes);
  const edits = [...closings, ...openings].map(({ position, text }) => ({ start: position, end: position, text }));
  const ordered = [...edits, ...replacements(module)].toSorted((left, right) => left.start - right.start || left.end - right.end);
  let text = '';
  let position = 0;
  for (const edit of ordered) {
    text += module.code.slice(position, edit.start) + edit.text;
    position = edit.end;
  }
  return text + module.code.slice(position);
};

const binding = ({ imported, local }: Import): string => `${JSON.stringify(imported)}: ${local}`;

/** `const { "a": b } = $tbFrom[0];` for each module that is imported from, all on one line. */
const importBindings = (body: readonly SyntaxNode[]): string => {
  const imports = importsOf(body);
  return sourcesOf(body)
    .map((source, index) => ({ index, names: imports.filter(({ from }) => from === source).map(binding) }))
    .filter(({ names }) => names.length > 0)
    .map(({ index, names }) => `const { ${names.join(', ')} } = ${RESERVED_PREFIX}From[${index}];`)
    .join(' ');
};

const HEAD = `(function (${RESERVED_PREFIX}Step, ${RESERVED_PREFIX}From) { "use strict";`;

/** A module of ours: called once with what it imports from, it returns its exports. */
export const moduleFunction = (module: ParsedModule, steps: boolean): string => {
  const { body } = module;
  const sources = sourcesOf(body);
  const given = exportsOf(body).map(({ exported, local, from }) => {
    const value = from === null ? local : `${RESERVED_PREFIX}From[${sources.indexOf(from)}].${local}`;
    return `${JSON.stringify(exported)}: ${value}`;
  });
  return `${HEAD} ${importBindings(body)} ${rewriteBody(module, steps)}\n;return { ${given.join(', ')} }; })`;
};

/** A strategy file: called once with what it may import, it returns a function that evaluates the file afresh each time. */
export const strategyFunction = (module: ParsedModule): string => {
  const result = module.body.some(node => node.type === 'ExportDefaultDeclaration') ? `${RESERVED_PREFIX}Default` : 'strategy';
  const fresh = `return function () { ${STEP}; let ${RESERVED_PREFIX}Default; ${rewriteBody(module, true)}\n;return ${result}; };`;
  return `${HEAD} ${importBindings(module.body)} ${fresh} })`;
};
