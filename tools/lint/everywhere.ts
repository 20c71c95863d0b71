/**
 * Rules for every folder: values and functions instead of classes and enums, and names that say something. They look at
 * what a file declares, never at what a library calls its own things.
 */
import { forbidNodes, nameOf } from './syntax.ts';
import type { Rule, RuleContext, SyntaxNode } from './syntax.ts';

const isErrorClass = (node: SyntaxNode): boolean => nameOf(node['superClass'] as SyntaxNode | null)?.endsWith('Error') === true;
const isInCore = (context: RuleContext): boolean => /(^|[\\/])core[\\/]/.test(context.filename);

export const valuesAndFunctions: Rule = {
  create: context => {
    const refuseClass = (node: SyntaxNode): void => {
      if (!isInCore(context) && isErrorClass(node)) return;
      context.report({ node, message: 'Values and functions only; outside core a class may extend Error and nothing else.' });
    };
    return {
      ClassDeclaration: refuseClass,
      ClassExpression: refuseClass,
      ...forbidNodes({
        TSEnumDeclaration: 'No enum: a union of string literals says the same and erases.',
        Decorator: 'No decorators: call the function.',
      }).create(context),
      TSModuleDeclaration: node => {
        // `declare module 'name'` describes a library and declares no namespace of ours.
        if ((node['id'] as SyntaxNode).type === 'Literal') return;
        context.report({ node, message: 'No namespace: a file is the module.' });
      },
    };
  },
};

/** Nouns that fit everything say nothing; the last word of a compound is its noun. */
const EMPTY_NOUN = /(^|[a-z0-9])(utils?|helpers?|common|managers?|services?|handlers?)$/i;
const EMPTY_NAMES: ReadonlySet<string> = new Set(['data', 'info', 'process']);

const isEmptyName = (name: string): boolean => EMPTY_NAMES.has(name.toLowerCase()) || EMPTY_NOUN.test(name);

/** The identifiers a pattern binds: `{ a, b: c }`, `[d]`, `e = 1`, `...f`. */
const bound = (pattern: SyntaxNode | null): readonly SyntaxNode[] => {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return (pattern['properties'] as readonly SyntaxNode[]).flatMap(boundByProperty);
    case 'ArrayPattern':
      return (pattern['elements'] as readonly (SyntaxNode | null)[]).flatMap(bound);
    case 'AssignmentPattern':
      return bound(pattern['left'] as SyntaxNode);
    case 'RestElement':
      return bound(pattern['argument'] as SyntaxNode);
    default:
      return [];
  }
};

/** `{ data }` takes a library's word over; `{ data: rows }` is how to rename it, so the shorthand is reported too. */
const boundByProperty = (property: SyntaxNode): readonly SyntaxNode[] =>
  property.type === 'RestElement' ? bound(property) : bound(property['value'] as SyntaxNode);

export const bannedNames: Rule = {
  create: context => {
    const check = (identifier: SyntaxNode): void => {
      const name = identifier['name'] as string;
      if (!isEmptyName(name)) return;
      context.report({ node: identifier, message: `${name} says nothing: name it by the noun of its domain (candles, fill, ledger).` });
    };
    const checkFunction = (node: SyntaxNode): void => {
      bound(node['id'] as SyntaxNode | null).forEach(check);
      (node['params'] as readonly SyntaxNode[]).flatMap(bound).forEach(check);
    };
    const checkId = (node: SyntaxNode): void => bound(node['id'] as SyntaxNode | null).forEach(check);
    return {
      VariableDeclarator: checkId,
      TSTypeAliasDeclaration: checkId,
      TSInterfaceDeclaration: checkId,
      ClassDeclaration: checkId,
      FunctionDeclaration: checkFunction,
      FunctionExpression: checkFunction,
      ArrowFunctionExpression: checkFunction,
    };
  },
};
