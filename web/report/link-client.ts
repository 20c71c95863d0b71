/**
 * The page's own scripts as one text: types erased, each file in a function of its own, in the order in which they need
 * each other. It reads the few forms of import and export that are written there and refuses any other.
 */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';

const IMPORT = /^import \{([^}]*)\} from '(\.\/[a-z0-9-]+\.ts)';$/gm;
const TYPE_IMPORT = /^import type \{[^}]*\} from '[^']+';$/gm;
const EXPORT = /^export (?=(?:async )?(?:const|function) (\w+))/gm;
const LEFT_OVER = /^(?:import|export)\b.*$/m;

type Linked = Readonly<{ order: string[]; texts: Map<string, string> }>;

/** The script of an entry file and of all that it imports. A file that cannot be linked is an Error with its name. */
export const linkClient = (entry: string): string => {
  const linked: Linked = { order: [], texts: new Map() };
  withoutWarning(() => addModule(entry, [], linked));
  return `'use strict';\n${linked.order.map(path => linked.texts.get(path) ?? '').join('\n')}`;
};

const addModule = (path: string, above: readonly string[], linked: Linked): void => {
  if (linked.texts.has(path)) return;
  if (above.includes(path)) throw new Error(`${path} imports itself by way of ${above.at(-1) ?? path}.`);
  const source = stripTypeScriptTypes(readFileSync(path, 'utf8').replace(TYPE_IMPORT, ''), { mode: 'strip' });
  const needed = [...source.matchAll(IMPORT)].map(([, , specifier = '']) => join(dirname(path), specifier));
  for (const other of needed) addModule(other, [...above, path], linked);
  linked.texts.set(path, wrapped(path, source));
  linked.order.push(path);
};

/** `const tb_format = (() => { … return { number, percent }; })();` */
const wrapped = (path: string, source: string): string => {
  const offered = [...source.matchAll(EXPORT)].map(([, name = '']) => name);
  const body = source
    .replace(IMPORT, (_all, names: string, specifier: string) => `const {${names.replaceAll(' as ', ': ')}} = ${moduleName(specifier)};`)
    .replace(EXPORT, '');
  const strange = LEFT_OVER.exec(body)?.[0];
  if (strange !== undefined) throw new Error(`${path}: "${strange}" is a form of import or export that the page's scripts do not use.`);
  return `const ${moduleName(path)} = (() => {\n${compact(body)}\nreturn { ${offered.join(', ')} };\n})();`;
};

const moduleName = (path: string): string => `tb_${(path.split('/').at(-1) ?? path).replace(/\.ts$/, '').replaceAll('-', '_')}`;

/** Lines of comment and the space that erased types leave behind say nothing to a browser. */
const compact = (body: string): string =>
  body
    .replace(/^\s*\/\*\*[\s\S]*?\*\/$/gm, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n')
    .trim();

const EXPERIMENTAL = 'ExperimentalWarning';

/** Node announces once that erasing types is experimental; the runtime is pinned, and a report is no place to say so. */
const withoutWarning = (work: () => void): void => {
  const emit = Reflect.get(process, 'emitWarning') as typeof process.emitWarning;
  process.emitWarning = (...warning: unknown[]): void => {
    if (warning[1] !== EXPERIMENTAL) Reflect.apply(emit, process, warning);
  };
  try {
    work();
  } finally {
    process.emitWarning = emit;
  }
};
