/** The command that shows a run to people. */
import type { Command } from 'commander';
import { flag, runs, withExamples } from './command.ts';

export const addReportCommand = (program: Command): void => {
  const report = withExamples(
    program
      .command('report')
      .description('what a run did and what it cost, as a page, Markdown or JSON; or two runs side by side')
      .argument('<run...>', 'the run; with --compare two of them')
      .addOption(flag('--compare', 'two runs side by side'))
      .option('--format <what>', 'html, json or md (default: from the name of --out, else md; json with --json)')
      .option('--out <file>', 'the file to write (default: stdout, but for html)')
      .option('--pdf <file>', 'the page printed by Chromium, where there is one')
      .addOption(flag('--open', 'open the file where a display exists')),
    ['tb report trend-2022 --out report.html', 'tb report --compare trend-2022 desk --out cmp.html', 'tb report trend-2022 --format md'],
  );
  runs(report, () => import('./commands/report.ts'), ['names']);
};
