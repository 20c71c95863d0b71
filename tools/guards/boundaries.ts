/**
 * The import rules as a guard. With a TypeScript it does not know, dependency-cruiser reads nothing and reports that all
 * is well, so this also requires that it saw every file and every import between files.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeFolders, reportOf, runTool } from './finding.ts';
import { sourceFiles } from './source-files.ts';
import type { Finding, Guard } from './finding.ts';

type Violation = Readonly<{ from: string; to: string; rule: Readonly<{ name: string }>; cycle?: readonly Readonly<{ name: string }>[] }>;
type Module = Readonly<{ source: string; dependencies: readonly Readonly<{ module: string }>[] }>;
type Report = Readonly<{ modules: readonly Module[]; summary: Readonly<{ violations: readonly Violation[] }> }>;

const RELATIVE_IMPORT = /^(?:import|export)\b[^;'"`]*?from '(\.{1,2}\/[^']+)'/gm;

const findingOf = ({ from, to, rule, cycle }: Violation): Finding => {
  const target = cycle === undefined ? to : cycle.map(step => step.name).join(' -> ');
  return { rule: rule.name, where: from, message: from === target ? 'Nothing imports it and it imports nothing.' : `It may not import ${target}.` };
};

/** Relative imports, types included, that the tool did not see: where it sees none, it forbids none. */
const unseen = (root: string, folders: readonly string[], modules: readonly Module[]): readonly Finding[] => {
  const seen = new Map(modules.map(({ source, dependencies }) => [source, new Set(dependencies.map(dependency => dependency.module))]));
  return sourceFiles(root, folders).flatMap(path => {
    const specifiers = [...readFileSync(join(root, path), 'utf8').matchAll(RELATIVE_IMPORT)].map(([, specifier]) => specifier ?? '');
    const missed = specifiers.filter(specifier => seen.get(path)?.has(specifier) !== true);
    const lost = seen.has(path) ? missed : ['the file itself', ...missed];
    return lost.map(what => ({ rule: 'cruise-is-complete', where: path, message: `dependency-cruiser did not see ${what}.` }));
  });
};

export const boundaries: Guard = {
  name: 'boundaries',
  findings: async root => {
    const folders = codeFolders(root);
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
    const outcome = await runTool(root, 'dependency-cruiser/bin/dependency-cruiser.mjs', args);
    const report = reportOf('dependency-cruiser', outcome) as Report;
    return [...report.summary.violations.map(findingOf), ...unseen(root, folders, report.modules)];
  },
};
