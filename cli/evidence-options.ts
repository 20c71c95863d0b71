/** Options of the commands that sign and prove, and the folder of keys; without anything that opens a store. */
import type { Command } from 'commander';
import { keysFolder } from '../engine/evidence-places.ts';
import { repeatable } from './command.ts';

export type KeyOptions = Readonly<{ keys?: string; trust: readonly string[] }>;

/** Options of whoever believes signatures. */
export const withTrust = (command: Command): Command =>
  withKeys(command).addOption(repeatable('--trust <key|file>', 'a verifier key to believe instead of all of yours, or a file of them; may be repeated'));

export const withKeys = (command: Command): Command => command.option('--keys <folder>', 'your keys (default: TB_KEYS, else a folder of your settings)');

/** Options of whoever looks for checkpoints. */
const withCheckpoints = (command: Command): Command =>
  withTrust(command.option('--checkpoints <folder>', 'where checkpoints are kept (default: TB_CHECKPOINTS, else a folder of your settings)'));

export const withCheckpointFiles = (command: Command): Command => withCheckpoints(command.addOption(repeatable('--checkpoint <file>', 'a checkpoint that lies elsewhere; may be repeated')));

export const keysOf = (options: Readonly<{ keys?: string }>): string => keysFolder(options.keys);
