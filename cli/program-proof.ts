/** Commands that prove: replay, comparison and verification. */
import type { Command } from 'commander';
import { flag, repeatable, runs, withExamples } from './command.ts';
import { withCheckpointFiles, withKeys, withTrust } from './evidence-options.ts';

export const addProofCommands = (program: Command): void => {
  const window = withExamples(
    program
      .command('replay-window')
      .description('execute the recorded facts again and compare every decision, state and hash')
      .requiredOption('--run <name>', 'the run')
      .option('--from <hour>', 'first hour (default: the first of the run)')
      .option('--to <hour>', 'end, exclusive (default: after the last sealed hour)'),
    ['tb replay-window --run desk', 'tb replay-window --run desk --from 2024-03-05T00:00:00Z --to 2024-03-06T00:00:00Z --json'],
  );
  runs(window, () => import('./commands/replay-window.ts'));

  const hour = withExamples(
    program.command('replay-hour').description('replay one hour').requiredOption('--run <name>', 'the run').requiredOption('--hour <hour>', 'the hour'),
    ['tb replay-hour --run desk --hour 2024-03-05T14:00:00Z', 'tb replay-hour --run desk --hour 2024-03-05T14:00:00Z --json'],
  );
  runs(hour, () => import('./commands/replay-hour.ts'));

  const manifest = withExamples(
    program.command('replay-manifest').description('check the stored hashes of a run without executing it').requiredOption('--run <name>', 'the run'),
    ['tb replay-manifest --run desk', 'tb replay-manifest --run desk --json'],
  );
  runs(manifest, () => import('./commands/replay-manifest.ts'));

  const tool = withExamples(
    program
      .command('replay-tool')
      .description('replay every run in the store, or every frozen run of a folder')
      .option('--bundles <folder>', 'frozen runs instead of the store: bundles, each executed by the code that is here now')
      .addOption(repeatable('--strategy <file>', 'with --bundles: your strategy file as it is now, in place of the one that was frozen; may be repeated'))
      .option('--changes <count>', 'with --bundles: changed events listed of each run (default: 10)'),
    ['tb replay-tool', 'tb replay-tool --bundles frozen-runs', 'tb replay-tool --bundles frozen-runs --strategy ./my-dip.ts --json'],
  );
  runs(tool, () => import('./commands/replay-tool.ts'));

  const parity = withExamples(
    program
      .command('parity')
      .description('two runs side by side: equal, or the first divergent hour, event and field')
      .argument('<run-a>', 'a run')
      .argument('<run-b>', 'another run'),
    ['tb parity desk backtest-of-desk', 'tb parity desk backtest-of-desk --json'],
  );
  runs(parity, () => import('./commands/parity.ts'), ['left', 'right']);

  addEvidenceCommands(program);
};

/** Commands of tamper evidence: what verifies and what signs, then what proves. */
const addEvidenceCommands = (program: Command): void => {
  const verify = withExamples(
    withCheckpointFiles(
      program
        .command('verify')
        .description('check both hash chains, every stored row that repeats sealed bytes, and the signed checkpoints; or a bundle by itself')
        .argument('[bundle]', 'a file that tb bundle wrote; it is verified and executed again without any store')
        .option('--run <name>', 'one run (default: every run)')
        .addOption(flag('--full', 'read every event again, also those that a checkpoint covers, and check the schema'))
        .addOption(flag('--sealed', 'only what is sealed: bytes, roots and chains; columns that repeat them are not compared'))
        .addOption(flag('--require-anchor', 'fail unless a signed checkpoint anchors the chain'))
        .addOption(flag('--in-database', 'verify inside the database too, by its own SQL, and compare'))
        .option('--jobs <count>', 'threads (default: one a processor)'),
    ),
    ['tb verify', 'tb verify --run desk --full --require-anchor', 'tb verify march.tb --trust keys.txt --json'],
  );
  runs(verify, () => import('./commands/verify.ts'), ['bundle']);

  const keys = withExamples(
    withKeys(program.command('keys').description('make, list, replace and revoke the keys that sign checkpoints').argument('<action>', 'init, list, rotate or revoke'))
      .option('--name <name>', 'name of a new key (default: operator)')
      .option('--key <name|id>', 'the key to replace or revoke (default of rotate: the only active one)')
      .option('--reason <text>', 'why it is revoked'),
    ['tb keys init', 'tb keys list --json', 'tb keys rotate', 'tb keys revoke --key operator --reason "laptop was stolen"'],
  );
  runs(keys, () => import('./commands/keys.ts'), ['action']);

  const checkpoint = withExamples(
    withCheckpointFiles(
      program
        .command('checkpoint')
        .description('verify a run, sign its log as it stands, and write that outside the store')
        .argument('<run>', 'the run')
        .addOption(repeatable('--signer <name|id>', 'a key that signs instead of all active ones; may be repeated'))
        .option('--out <file>', 'a second place: a file, or a folder that gets one')
        .addOption(flag('--full', 'verify every event again before signing'))
        .option('--jobs <count>', 'threads (default: one a processor)'),
    ),
    ['tb checkpoint desk', 'tb checkpoint desk --out /media/usb'],
  );
  runs(checkpoint, () => import('./commands/checkpoint.ts'), ['name']);
  addProofs(program);
};

const addProofs = (program: Command): void => {
  const prove = withExamples(
    withCheckpointFiles(
      program
        .command('prove')
        .description('one event up to a signed checkpoint, or one checkpoint extending another, as a small JSON document')
        .argument('<what...>', 'an event, such as decision:2024-03-01T05:00:00Z.0.1; with --consistency two checkpoints')
        .option('--run <name>', 'the run')
        .addOption(flag('--consistency', 'prove that the later of two checkpoints extends the earlier'))
        .option('--out <file>', 'the file to write (default: stdout)'),
    ),
    ['tb prove --run desk fact:2024-03-05T14:00:00Z.0.0 --out proof.json', 'tb prove --consistency old.checkpoint new.checkpoint'],
  );
  runs(prove, () => import('./commands/prove.ts'), ['what']);

  const proof = withExamples(
    withTrust(program.command('verify-proof').description('check a proof by itself, without a store').argument('<file>', 'a file that tb prove wrote')),
    ['tb verify-proof proof.json', 'tb verify-proof proof.json --trust keys.txt --json'],
  );
  runs(proof, () => import('./commands/verify-proof.ts'), ['file']);

  const bundle = withExamples(
    withCheckpointFiles(
      program
        .command('bundle')
        .description('a stretch of a run in one file that anybody can verify and execute again')
        .argument('<run>', 'the run')
        .option('--from <hour>', 'first hour (default: the first of the run)')
        .option('--to <hour>', 'end, exclusive (default: after the last sealed hour)')
        .requiredOption('--out <file>', 'the file to write; gzipped where it ends in .gz'),
    ),
    ['tb bundle desk --out desk.tb', 'tb bundle desk --from 2024-03-01T00:00:00Z --to 2024-04-01T00:00:00Z --out march.tb.gz'],
  );
  runs(bundle, () => import('./commands/bundle.ts'), ['name']);
};
