/**
 * Orders pass the gates: nothing but the gates may claim that something is an order, a grant, or a state that holds
 * orders. A literal of these types does not compile; this refuses the two ways around, an assertion and a type argument.
 */
import { nameOf } from './syntax.ts';
import type { Rule, SyntaxNode } from './syntax.ts';

const CLAIMED: ReadonlySet<string> = new Set(['Approved', 'Decision', 'ExitGrant', 'Grant', 'Granted', 'OrderPlaced', 'Orders', 'State', 'WorkingOrder']);

const isNode = (value: unknown): value is SyntaxNode => typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string';

/** Fields that hold orders; any other field of an order or a state is an amount or a word. */
const HOLDERS: ReadonlySet<unknown> = new Set(['orders', 'working']);

const isHarmlessField = (type: SyntaxNode): boolean => {
  if (type.type !== 'TSIndexedAccessType') return false;
  const index = type['indexType'] as SyntaxNode;
  const literal = index.type === 'TSLiteralType' ? (index['literal'] as SyntaxNode) : null;
  return literal !== null && typeof literal['value'] === 'string' && !HOLDERS.has(literal['value']);
};

/** The first of those names anywhere in a type. */
const claimedIn = (type: SyntaxNode): string | null => {
  if (isHarmlessField(type)) return null;
  if (type.type === 'TSTypeReference') {
    const name = nameOf(type['typeName'] as SyntaxNode);
    if (name !== null && CLAIMED.has(name)) return name;
  }
  for (const [field, value] of Object.entries(type)) {
    if (field === 'parent') continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      const found = isNode(child) ? claimedIn(child) : null;
      if (found !== null) return found;
    }
  }
  return null;
};

export const approvedOrders: Rule = {
  create: context => {
    const check = (node: SyntaxNode, type: unknown): void => {
      const name = isNode(type) ? claimedIn(type) : null;
      if (name !== null) context.report({ node, message: `Nothing claims to be ${name}: an order is what a gate granted, made by core/risk/approve-order.ts.` });
    };
    return {
      TSAsExpression: node => check(node, node['typeAnnotation']),
      TSTypeAssertion: node => check(node, node['typeAnnotation']),
      CallExpression: node => check(node, node['typeArguments'] ?? node['typeParameters']),
    };
  },
};
