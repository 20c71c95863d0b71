/**
 * The compiler as three guards: the whole project; core alone without Node's types or the browser's, where `process`,
 * `console`, `fetch` and timers do not exist; and the scripts of pages, which have the browser's.
 */
import { runTool } from './finding.ts';
import type { Finding, Guard, Outcome } from './finding.ts';

const ERROR_LINE = /^(?:(.+?)\((\d+),(\d+)\): )?error (TS\d+): (.*)$/;

const findingsOf = (project: string, { exitCode, output, errors }: Outcome): readonly Finding[] => {
  const found = output.split('\n').flatMap(line => {
    const [, file, row, column, rule, message] = ERROR_LINE.exec(line) ?? [];
    if (rule === undefined || message === undefined) return [];
    return [{ rule, where: file === undefined ? project : `${file}:${row}:${column}`, message }];
  });
  if (exitCode !== 0 && found.length === 0) throw new Error(`tsc failed on ${project}:\n${output}${errors}`);
  return found;
};

const compile = (name: string, project: string): Guard => ({
  name,
  findings: async root => findingsOf(project, await runTool(root, 'typescript/bin/tsc', ['-p', project, '--noEmit', '--pretty', 'false'])),
});

export const types: Guard = compile('types', 'tsconfig.json');
export const coreTypes: Guard = compile('types of core', 'core/tsconfig.json');
export const pageTypes: Guard = compile('types of pages', 'web/report/client/tsconfig.json');
