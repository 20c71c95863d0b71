/** `tb stop`: stops the embedded server of a store; a server by URL is not ours to stop. */
import { stopServer } from '../../adapters/store/server/embedded.ts';
import { usage } from '../../engine/problem.ts';
import { oneLine } from '../../engine/wording.ts';
import type { Action } from '../command.ts';
import { printResult } from '../output.ts';
import { locationOf } from '../store.ts';

export const run: Action<object> = async options => {
  const location = locationOf(options);
  if (location.kind === 'url') throw usage('--store: tb stops only its own embedded server.', 'Name the folder of a store.');
  const outcome = await stopServer(location.folder);
  printResult(options, {
    document: { outcome, store: location.folder },
    text: () => `${outcome === 'stopped' ? 'Stopped the server of' : 'No server was running for'} ${oneLine(location.folder)}.`,
  });
};
