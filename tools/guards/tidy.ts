/**
 * Rules about files as files: their size, name, first lines and last, and words that belong elsewhere. Each finding
 * names what to do instead. What is inside a statement is the linter's business.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFiles } from './source-files.ts';
import type { Finding, Guard } from './finding.ts';

/** One text file of the project; `code` is true for our own programs, false for documents and settings. */
type ProjectFile = Readonly<{ path: string; text: string; lines: readonly string[]; code: boolean }>;
type Rule = (file: ProjectFile) => readonly Finding[];

const CODE = /\.(ts|mjs|cjs)$/;
const TEXT = /\.(ts|mjs|cjs|sh|json|md|sql|yml)$|(^|\/)(Makefile|run|\.gitignore|\.npmrc)$/;
const GENERATED = /(^|\/)package-lock\.json$|^replay-fixtures\/.*\.json$|^specs\/vectors\//;
const LINES_MAX = 300;
const TEST_LINES_MAX = 400;

const at = (file: ProjectFile, rule: string, message: string, line?: number): Finding => ({
  rule: `tidy/${rule}`,
  where: line === undefined ? file.path : `${file.path}:${line}`,
  message,
});

/** One finding for each line that matches. */
const onLines = (file: ProjectFile, rule: string, pattern: RegExp, message: string): readonly Finding[] =>
  file.lines.flatMap((line, index) => (pattern.test(line) ? [at(file, rule, message, index + 1)] : []));

const fileSize: Rule = file => {
  const linesMax = file.path.startsWith('tests/') ? TEST_LINES_MAX : LINES_MAX;
  if (!file.code || file.lines.length <= linesMax) return [];
  return [at(file, 'file-size', `${file.lines.length} lines, at most ${linesMax}: move a concept into a file of its own.`)];
};

const headerComment: Rule = file => {
  if (!file.code || file.path.startsWith('tests/')) return [];
  const first = file.lines[0]?.startsWith('#!') ? file.lines[1] : file.lines[0];
  if (first !== undefined && /^\/(\*\*|\/ )/.test(first)) return [];
  return [at(file, 'header-comment', 'Open with two or three lines that say what the file decides and what it never does.', 1)];
};

const KEBAB = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;

const kebabCase: Rule = file => {
  const wrong = file.code ? file.path.split('/').find(part => !KEBAB.test(part)) : undefined;
  return wrong === undefined ? [] : [at(file, 'kebab-case', `${wrong}: lower case, words joined by hyphens.`)];
};

/** A command's file carries the command's name, and `tb data` is one. */
const COMMAND_FILE = /^(tests\/)?cli\/(commands\/)?/;
const EMPTY_WORD = /(^|[-.])(utils?|helpers?|common|managers?|services?|handlers?)([-.]|$)/;
const EMPTY_FILE_NAME = /^(data|info|process)\./;

const bannedFileName: Rule = file => {
  const parts = file.path.split('/');
  const empty =
    file.code && (parts.some(part => EMPTY_WORD.test(part)) || (!COMMAND_FILE.test(file.path) && EMPTY_FILE_NAME.test(parts.at(-1) ?? '')));
  return empty ? [at(file, 'banned-file-name', 'A name that fits everything says nothing: name the file by the concept in it.')] : [];
};

const spacing: Rule = file => [
  ...onLines(file, 'trailing-space', /[ \t\r]$/, 'Remove the space at the end of the line.'),
  ...(file.text === '' || file.text.endsWith('\n') ? [] : [at(file, 'final-newline', 'End the last line with a newline.')]),
];

/** How the work is organised is no part of the product, and neither is the machine it was written on. */
const FOREIGN_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bCEO\b/, 'Say what a reader needs, not who asked for it.'],
  // A database and a login have sessions too; work that is done in them is not spoken of.
  [/\b(this|last|next|previous|earlier|later|another|my|our) sessions?\b/i, 'Say what is so, not when it was done.'],
  [/registry\.npmjs/, 'Leave the registry to npm and its settings.'],
  [/(^|[^\w.])\/work\//, 'No path of one machine: use one relative to the project.'],
  [/\b(issue|ticket|pull request) #?\d+\b|(^|\s)\(#\d+\)/i, 'State the reason itself; a number in a tracker is none.'],
];

/** The two files that have to spell out what they forbid. */
const SPELLS_THEM_OUT = /^(tools\/guards\/tidy\.ts|tests\/guards\/.*)$/;

const foreignWord: Rule = file => {
  if (SPELLS_THEM_OUT.test(file.path)) return [];
  return FOREIGN_WORDS.flatMap(([pattern, message]) => onLines(file, 'foreign-word', pattern, message));
};

const silencedRule: Rule = file => {
  if (!file.code || SPELLS_THEM_OUT.test(file.path)) return [];
  const message = 'Say why after " -- ", or obey the rule.';
  return onLines(file, 'silenced-rule', /(oxlint|eslint)-disable(?!.* -- \S)|@ts-(ignore|nocheck)|@ts-expect-error(?! -- \S)/, message);
};

const RULES: readonly Rule[] = [fileSize, headerComment, kebabCase, bannedFileName, spacing, foreignWord, silencedRule];

/** Every page of specs/ can be reached from the README; one that cannot is not read. */
const unlinkedSpecs = (root: string, paths: readonly string[]): readonly Finding[] => {
  const readme = join(root, 'README.md');
  if (!existsSync(readme)) return [];
  const text = readFileSync(readme, 'utf8');
  return paths
    .filter(path => /^specs\/[^/]+\.md$/.test(path) && !text.includes(`(${path})`))
    .map(path => ({ rule: 'tidy/spec-is-linked', where: path, message: 'Link it from README.md.' }));
};

const readProjectFile = (root: string, path: string): ProjectFile => {
  const text = readFileSync(join(root, path), 'utf8');
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return { path, text, lines, code: CODE.test(path) };
};

export const tidyFindings = (root: string): readonly Finding[] => {
  const paths = projectFiles(root).filter(path => TEXT.test(path) && !GENERATED.test(path));
  const files = paths.map(path => readProjectFile(root, path));
  return [...files.flatMap(file => RULES.flatMap(rule => rule(file))), ...unlinkedSpecs(root, paths)];
};

export const tidy: Guard = { name: 'tidy', findings: root => Promise.resolve(tidyFindings(root)) };
