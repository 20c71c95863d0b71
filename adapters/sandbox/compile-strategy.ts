/**
 * A strategy file's text into the text of a function for the realm: types erased, gate passed, imports and its one
 * export resolved. It evaluates nothing.
 */
import { nearestName } from '../../core/strategies/nearest.ts';
import { OFFERED_MODULE } from './offered-names.ts';
import { lineAt, parseModule } from './parse-module.ts';
import { refuseSyntax } from './refuse-syntax.ts';
import { exportsOf, importsOf, strategyFunction } from './rewrite-module.ts';
import { StrategyError } from './strategy-error.ts';
import { stripTypes } from './strip-types.ts';
import type { ParsedModule } from './parse-module.ts';

/** Text that the realm refuses wherever it stands, without parsing: comments of HTML, and the one word that reaches out. */
const FORBIDDEN_TEXT: readonly (readonly [RegExp, string])[] = [
  [/<!--|-->/, 'is refused, also inside a string: some engines take it for a comment'],
  [/\bimport\b/, 'is refused, also inside a string: nothing may look like an import'],
];

const ONE_EXPORT = 'End the file with export default { ... } satisfies Strategy, or export const strategy: Strategy = { ... }.';

/** The function's text; a StrategyError names what is wrong and its line. `offered` are the names it may import. */
export const compileStrategy = (source: string, file: string, offered: readonly string[]): string => {
  const module = parseModule(stripTypes(source, file), file);
  refuseSyntax(module, file);
  refuseExports(module, file);
  refuseImports(module, file, offered);
  const text = strategyFunction(module);
  refuseText(text, file);
  return text;
};

const refuseExports = (module: ParsedModule, file: string): void => {
  const defaults = module.body.filter(node => node.type === 'ExportDefaultDeclaration');
  const named = module.body.filter(node => node.type === 'ExportNamedDeclaration');
  const second = [...defaults, ...named].toSorted((left, right) => left.start - right.start)[1];
  const refuse = (reason: string, position: number | null): never => {
    throw new StrategyError({ file, line: position === null ? null : lineAt(module.code, position), reason, hint: ONE_EXPORT, stage: 'load' });
  };
  if (defaults.length + named.length === 0) refuse('it exports nothing', null);
  if (second !== undefined) refuse('it exports more than one thing', second.start);
  const declaration = defaults[0]?.['declaration'] as Readonly<{ type: string }> | undefined;
  if (declaration?.type === 'FunctionDeclaration') refuse('it exports a function, not a strategy', defaults[0]!.start);
  const names = exportsOf(module.body).map(({ exported }) => exported);
  if (named[0] !== undefined && (names.length !== 1 || names[0] !== 'strategy')) {
    refuse(`it exports ${names.join(', ') || 'nothing'} where a strategy is looked for`, named[0].start);
  }
};

const refuseImports = (module: ParsedModule, file: string, offered: readonly string[]): void => {
  const unknown = importsOf(module.body).find(({ imported }) => !offered.includes(imported));
  if (unknown === undefined) return;
  const isType = /^[A-Z]/.test(unknown.imported);
  const nearest = nearestName(unknown.imported, offered);
  throw new StrategyError({
    file,
    line: lineAt(module.code, unknown.start),
    reason: `'${OFFERED_MODULE}' has no ${isType ? 'function' : 'export'} ${unknown.imported}`,
    hint: isType ? `If it is a type, write import { type ${unknown.imported} }.` : nearest === null ? `It has ${offered.join(', ')}.` : `Did you mean ${nearest}?`,
    stage: 'load',
  });
};

const refuseText = (text: string, file: string): void => {
  for (const [pattern, why] of FORBIDDEN_TEXT) {
    const match = pattern.exec(text);
    if (match === null) continue;
    throw new StrategyError({ file, line: lineAt(text, match.index), reason: `\`${match[0]}\` ${why}`, hint: 'Write it otherwise.', stage: 'load' });
  }
};
