/** The linter as a guard: .oxlintrc.json says which rules, this says over what, and that it looked at every file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeFolders, reportOf, runTool } from './finding.ts';
import { sourceFiles } from './source-files.ts';
import type { Finding, Guard } from './finding.ts';

type Diagnostic = Readonly<{
  code?: string;
  message: string;
  filename: string;
  labels: readonly Readonly<{ span: Readonly<{ line: number; column: number }> }>[];
}>;
type Report = Readonly<{ diagnostics: readonly Diagnostic[]; number_of_files: number; number_of_rules: number }>;

const TYPE_AWARE_TOOL = 'oxlint-tsgolint';

/** Rules that need types run where package.json asks for the tool that knows them. */
const hasTypes = (root: string): boolean => readFileSync(join(root, 'package.json'), 'utf8').includes(`"${TYPE_AWARE_TOOL}"`);

const findingOf = (diagnostic: Diagnostic): Finding => {
  const span = diagnostic.labels[0]?.span;
  const line = span === undefined ? '' : `:${span.line}:${span.column}`;
  // `tb(no-catch)` in a report is `tb/no-catch` in the configuration.
  const rule = diagnostic.code?.replace(/\((.+)\)$/, '/$1') ?? 'unreadable';
  return { rule, where: `${diagnostic.filename}${line}`, message: diagnostic.message };
};

/** A linter that skipped a file passed it without looking. */
const unseen = (root: string, report: Report): readonly Finding[] => {
  const expected = sourceFiles(root, codeFolders(root)).length;
  if (report.number_of_files >= expected) return [];
  return [{ rule: 'lint-is-complete', where: '.oxlintrc.json', message: `Only ${report.number_of_files} of ${expected} files were read.` }];
};

export const lint: Guard = {
  name: 'lint',
  findings: async root => {
    const args = ['-f', 'json', ...(hasTypes(root) ? ['--type-aware'] : []), ...codeFolders(root), 'vitest.config.ts'];
    const report = reportOf('oxlint', await runTool(root, 'oxlint/bin/oxlint', args)) as Report;
    return [...report.diagnostics.map(findingOf), ...unseen(root, report)];
  },
};
