/** `tb completion`: the script with which a shell completes tb, and the names of runs that such a script asks for. */
import { fileURLToPath } from 'node:url';
import { connect } from '../../adapters/store/connection.ts';
import { listRuns } from '../../adapters/store/runs.ts';
import { runningServer } from '../../adapters/store/server/embedded.ts';
import { usage } from '../../engine/problem.ts';
import { orNearest, typed } from '../../engine/wording.ts';
import type { Action, GlobalOptions } from '../command.ts';
import { bashScript } from '../completion/bash.ts';
import { fishScript } from '../completion/fish.ts';
import type { KnownCommand } from '../completion/lexicon.ts';
import { zshScript } from '../completion/zsh.ts';
import { printResult } from '../output.ts';
import { addressOf, locationOf } from '../store.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
const SHELLS = Object.keys(SCRIPTS) as (keyof typeof SCRIPTS)[];

export const run: Action<Readonly<{ shell: string; lexicon: () => readonly KnownCommand[] }>> = async options => {
  if (options.shell === 'runs') return printRuns(options);
  const shell = SHELLS.find(known => known === options.shell);
  if (shell === undefined) throw usage(`There is no completion for ${typed(options.shell)}${orNearest(options.shell, SHELLS)}`, `Shells: ${SHELLS.join(', ')}.`);
  const program = [process.execPath, fileURLToPath(new URL('../tb.mjs', import.meta.url))];
  const script = SCRIPTS[shell](options.lexicon(), program);
  printResult(options, { document: { script, shell }, text: () => script.trimEnd() });
};

/** A shell waits for this between two keys: no server is started, and whatever fails is no name. */
const printRuns = async (options: GlobalOptions): Promise<void> => {
  const names = await namesOf(options).catch(() => []);
  printResult(options, { document: { runs: names }, text: () => names.join('\n') });
};

const namesOf = async (options: GlobalOptions): Promise<readonly string[]> => {
  const location = locationOf(options);
  const address = location.kind === 'folder' ? await runningServer(location.folder) : await addressOf(location);
  if (address === null) return [];
  const client = await connect(address, 'app', () => undefined);
  try {
    return (await listRuns(client)).map(({ name }) => name);
  } finally {
    await client.end().catch(() => undefined);
  }
};
