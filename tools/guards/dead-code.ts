/** Files, exports and packages that nothing uses: knip as a guard. knip.json lists the files that a person or a tool starts. */
import { reportOf, runTool } from './finding.ts';
import type { Finding, Guard } from './finding.ts';

type Symbol = Readonly<{ name: string; line?: number }>;
type Issues = Readonly<{ file: string } & Record<string, unknown>>;
type Report = Readonly<{ issues: readonly Issues[] }>;

const namesOf = (kind: string, found: unknown): readonly Symbol[] => {
  // A duplicated export comes as a list of the names it goes by.
  if (kind === 'duplicates') return (found as readonly (readonly Symbol[])[]).map(names => ({ name: names.map(({ name }) => name).join(' = ') }));
  return found as readonly Symbol[];
};

const findingsOf = (issues: Issues): readonly Finding[] =>
  Object.entries(issues).flatMap(([kind, found]) => {
    if (!Array.isArray(found)) return [];
    return namesOf(kind, found).map(({ name, line }) => ({
      rule: `unused-${kind}`,
      where: line === undefined ? issues.file : `${issues.file}:${line}`,
      message: kind === 'files' ? 'Nothing imports this file.' : `${name} (${kind})`,
    }));
  });

export const deadCode: Guard = {
  name: 'dead code',
  findings: async root => {
    const outcome = await runTool(root, 'knip/bin/knip.js', ['--config', 'knip.json', '--reporter', 'json', '--no-progress']);
    const report = reportOf('knip', outcome) as Report;
    const hints = outcome.errors.trim() === '' ? [] : [{ rule: 'knip-hint', where: 'knip.json', message: outcome.errors.trim() }];
    return [...report.issues.flatMap(findingsOf), ...hints];
  },
};
