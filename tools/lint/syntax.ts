/**
 * The few shapes of a syntax tree and of the linter's plugin contract that our rules look at. Only what they read is
 * typed; the linter hands over ESTree nodes.
 */
export type SyntaxNode = Readonly<{ type: string; parent?: SyntaxNode } & { [field: string]: unknown }>;

export type Reference = Readonly<{
  identifier: SyntaxNode;
  isValueReference?: boolean;
}>;

type Variable = Readonly<{ name: string; defs: readonly unknown[]; references: readonly Reference[] }>;
type Scope = Readonly<{ variables: readonly Variable[]; through: readonly Reference[] }>;

export type RuleContext = Readonly<{
  filename: string;
  sourceCode: Readonly<{ scopeManager: Readonly<{ globalScope: Scope | null }> }>;
  report: (finding: Readonly<{ node: SyntaxNode; message: string }>) => void;
}>;

export type Visitors = Readonly<Record<string, (node: SyntaxNode) => void>>;
export type Rule = Readonly<{ create: (context: RuleContext) => Visitors }>;

/** A rule that says one sentence wherever one of the given node types stands. */
export const forbidNodes = (sentences: Readonly<Record<string, string>>): Rule => ({
  create: context =>
    Object.fromEntries(
      Object.entries(sentences).map(([type, message]) => [type, (node: SyntaxNode) => context.report({ node, message })]),
    ),
});

/** The name of `name` in `anything.name`, null for `anything[name]` and for every other node. */
export const memberName = (node: SyntaxNode): string | null =>
  node.type === 'MemberExpression' && node['computed'] === false ? nameOf(node['property'] as SyntaxNode) : null;

export const nameOf = (node: SyntaxNode | null | undefined): string | null =>
  node?.type === 'Identifier' ? (node['name'] as string) : null;

/** Every use of a name that the file itself does not declare. */
export const globalReferences = (context: RuleContext): readonly Reference[] => {
  const scope = context.sourceCode.scopeManager.globalScope;
  if (scope === null) return [];
  const implicit = scope.variables.filter(variable => variable.defs.length === 0);
  return [...new Set([...scope.through, ...implicit.flatMap(variable => variable.references)])];
};
