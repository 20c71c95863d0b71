/**
 * One JavaScript module as a syntax tree, with what is needed to rewrite it in place. It reads the grammar of 2024 and
 * no later one: syntax that is new to it is an error, not something let through.
 */
import { parse, tokTypes } from 'acorn';
import { StrategyError } from './strategy-error.ts';

export type Span = Readonly<{ start: number; end: number }>;
export type SyntaxNode = Span & Readonly<{ type: string; [field: string]: unknown }>;
export type ParsedModule = Readonly<{
  code: string;
  body: readonly SyntaxNode[];
  comments: readonly Span[];
  /** Where these words stand. */
  exportWords: readonly Span[];
  defaultWords: readonly Span[];
}>;

const ECMA_VERSION = 2024;

/** A text that does not parse is a StrategyError with its line. */
export const parseModule = (code: string, file: string): ParsedModule => {
  const comments: Span[] = [];
  const exportWords: Span[] = [];
  const defaultWords: Span[] = [];
  try {
    const program = parse(code, {
      ecmaVersion: ECMA_VERSION,
      sourceType: 'module',
      allowHashBang: false,
      onComment: (_block, _text, start, end) => comments.push({ start, end }),
      onToken: ({ type, start, end }) => {
        if (type === tokTypes._export) exportWords.push({ start, end });
        if (type === tokTypes._default) defaultWords.push({ start, end });
      },
    });
    return { code, body: program.body as unknown as readonly SyntaxNode[], comments, exportWords, defaultWords };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const line = 'loc' in error ? (error.loc as Readonly<{ line: number }>).line : null;
    const reason = `it does not parse: ${error.message.replace(/ \(\d+:\d+\)$/, '')}`;
    throw new StrategyError({ file, line, reason, hint: 'Correct the line; the grammar is that of ECMAScript 2024 in strict mode.', stage: 'load' });
  }
};

const LINE_END = /\r\n|[\n\r\u2028\u2029]/g;

/** The line of a position, from 1. */
export const lineAt = (code: string, position: number): number => (code.slice(0, position).match(LINE_END)?.length ?? 0) + 1;

const isNode = (value: unknown): value is SyntaxNode => typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Which field of a node only names something, and neither reads nor binds a variable. */
const nameOnlyField = (node: SyntaxNode): string | null => {
  switch (node.type) {
    case 'MemberExpression':
      return node['computed'] === true ? null : 'property';
    case 'Property':
      return node['computed'] === true ? null : 'key';
    case 'ImportSpecifier':
      return 'imported';
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return 'label';
    default:
      return null;
  }
};

/** The nodes directly below one, in source order, without names that stand for no variable. */
const childrenOf = (node: SyntaxNode): readonly SyntaxNode[] => {
  const skipped = nameOnlyField(node);
  return Object.entries(node).flatMap(([field, value]) => {
    if (field === skipped) return [];
    return Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];
  });
};

/** Visits a tree in source order, each node before what is below it. A stack of its own: depth is the file's, not ours. */
export const walk = (roots: readonly SyntaxNode[], visit: (node: SyntaxNode) => void): void => {
  const stack = roots.toReversed();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    visit(node);
    stack.push(...childrenOf(node).toReversed());
  }
};

/** The names that a pattern binds: `a`, `{ b, c: d }`, `[e = 1]`, `...f`. Defaults bind nothing. */
export const boundNames = (pattern: SyntaxNode | null): readonly string[] => {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern['name'] as string];
    case 'ObjectPattern':
      return (pattern['properties'] as readonly SyntaxNode[]).flatMap(boundNames);
    case 'Property':
      return boundNames(pattern['value'] as SyntaxNode);
    case 'ArrayPattern':
      return (pattern['elements'] as readonly (SyntaxNode | null)[]).flatMap(boundNames);
    case 'AssignmentPattern':
      return boundNames(pattern['left'] as SyntaxNode);
    case 'RestElement':
      return boundNames(pattern['argument'] as SyntaxNode);
    default:
      return [];
  }
};
