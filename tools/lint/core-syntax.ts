/**
 * Forms of the language that have no place in core: they hide a failure, an order, a rounding or a moment. Each rule
 * names what to write instead. What a name means is not decided here but in core-globals.ts.
 */
import { forbidNodes, memberName } from './syntax.ts';
import type { Rule, RuleContext, SyntaxNode, Visitors } from './syntax.ts';

/** Reports the nodes of some types that fulfil a condition. */
const forbidWhen = (types: readonly string[], isForbidden: (node: SyntaxNode) => boolean, message: string): Rule => ({
  create: (context: RuleContext): Visitors => {
    const visit = (node: SyntaxNode): void => {
      if (isForbidden(node)) context.report({ node, message });
    };
    return Object.fromEntries(types.map(type => [type, visit]));
  },
});

export const noExponent: Rule = forbidWhen(
  ['BinaryExpression', 'AssignmentExpression'],
  node => node['operator'] === '**' || node['operator'] === '**=',
  'core/ does not use **: on doubles engines disagree, and a power of ten has a name (ONE_E18). Multiply in a loop.',
);

export const noLocale: Rule = forbidWhen(
  ['MemberExpression'],
  node => /^(localeCompare|normalize|toLocale[A-Z]\w*)$/.test(memberName(node) ?? ''),
  'core/ is the same in every locale and Unicode version: compare with byCodeUnit, format with formatDecimal.',
);

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'] as const;
const ASYNC_NODES: readonly string[] = [...FUNCTIONS, 'AwaitExpression', 'ForOfStatement', 'ImportExpression'];

export const noAsync: Rule = forbidWhen(
  ASYNC_NODES,
  node => {
    if (node.type === 'ForOfStatement') return node['await'] === true;
    return node.type === 'AwaitExpression' || node.type === 'ImportExpression' || node['async'] === true;
  },
  'core/ is synchronous: what takes time happens outside, and its answer is the next fact.',
);

export const noCatch: Rule = forbidNodes({
  TryStatement: 'core/ does not catch: a refusal is a value, and a failed assert stops the desk.',
});

export const sortWithComparator: Rule = forbidWhen(
  ['CallExpression'],
  node => {
    const name = memberName(node['callee'] as SyntaxNode);
    return (name === 'sort' || name === 'toSorted') && (node['arguments'] as readonly unknown[]).length === 0;
  },
  'A sort names its order: pass byCodeUnit or a comparator of numbers. The default sorts numbers as text.',
);

export const noForIn: Rule = forbidNodes({
  ForInStatement: 'for-in follows the order of keys and the prototype: loop over a list in a stated order.',
});

/** `typeof` has no union of ours behind it; every other switch in core is over one. */
const isTypeofSwitch = (node: SyntaxNode): boolean => {
  const discriminant = node.parent?.['discriminant'] as SyntaxNode | undefined;
  return discriminant?.type === 'UnaryExpression' && discriminant['operator'] === 'typeof';
};

export const noDefaultCase: Rule = forbidWhen(
  ['SwitchCase'],
  node => node['test'] === null && !isTypeofSwitch(node),
  'A switch on a union has no default: list every case, so that a new one breaks the build where it must be thought about.',
);
