/** Commands that keep a store, and bring it back. */
import type { Command } from 'commander';
import { repeatable, runs, withExamples } from './command.ts';
import { withCheckpointFiles } from './evidence-options.ts';

export const addBackupCommands = (program: Command): void => {
  const backup = withExamples(
    program
      .command('backup')
      .description('write the whole store as it is now into one file, with the checkpoints beside it')
      .requiredOption('--out <file|folder>', 'the file to write, or a folder in which it gets a name of its own')
      .option('--checkpoints <folder>', 'where checkpoints are kept (default: TB_CHECKPOINTS, else a folder of your settings)'),
    ['tb backup --out /mnt/elsewhere', 'tb --store postgres://localhost/tb backup --out today.tar.zst'],
  );
  runs(backup, () => import('./commands/backup.ts'));

  const restore = withExamples(
    withCheckpointFiles(
      program
        .command('restore')
        .description('make a store out of a backup: compared row for row and verified before it is one')
        .argument('<file>', 'a file that tb backup wrote')
        .addOption(repeatable('--accept-loss <run=hours>', 'go on without so many signed hours that the backup does not have; may be repeated'))
        .option('--accept-unanchored <reason>', 'go on with what only revoked keys signed, and why'),
    ),
    ['tb --store ./restored restore today.tar.zst', 'tb --store ./restored restore today.tar.zst --accept-loss desk=5'],
  );
  runs(restore, () => import('./commands/restore.ts'), ['file']);
};
