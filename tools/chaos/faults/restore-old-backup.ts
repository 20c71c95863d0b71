/**
 * Somebody puts the files of an earlier day back: the store looks whole, and only the checkpoint outside knows that it is
 * old. Verification names it and nothing is signed over it. At the end the newer files are back.
 */
import { ensureServer, stopServer } from '../../../adapters/store/server/embedded.ts';
import { mustHold } from '../failure.ts';
import { documentOf, endOf } from '../run-tb.ts';
import { copyCluster, removeCluster, swapCluster } from '../server-process.ts';
import { wentOnAfterLastHour } from '../stored.ts';
import { required } from '../world.ts';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

const BACKUP = 'cluster-backup';
const NEWER = 'cluster-newer';

export const restoreOldBackup: Fault = {
  name: 'restore-old-backup',
  strikes: ['execute-hour'],
  strike: async ({ world, line }) => {
    const { storeFolder } = world;
    await stopServer(storeFolder);
    copyCluster(storeFolder, BACKUP);
    await world.done(line.text);
    await world.done('checkpoint desk');
    await stopServer(storeFolder);
    swapCluster(storeFolder, { aside: NEWER, back: BACKUP });
    await ensureServer(storeFolder);
    const told = await judgeRolledBack(world, line.text);
    await stopServer(storeFolder);
    swapCluster(storeFolder, { aside: BACKUP, back: NEWER });
    removeCluster(storeFolder, BACKUP);
    return { note: told };
  },
};

/**
 * What tb says of the old files. A log that is too short is told as rolled back where nothing in the store is later than its
 * end, and as cut off where something is: an import, a command or a backtest that the backup has, too. Nothing is executed
 * on a store that ends before its checkpoint.
 */
const judgeRolledBack = async (world: World, line: string): Promise<string> => {
  const expected = (await wentOnAfterLastHour(await world.address())) ? 'TAIL_TRUNCATED' : 'STORE_ROLLED_BACK';
  const verified = required(await world.tb('verify'), [5]);
  const findings = documentOf(verified)['findings'] as readonly Readonly<{ code: string; run: string }>[];
  mustHold(findings.some(({ code, run }) => code === expected && run === 'desk'), () => `An old backup was told as ${JSON.stringify(findings)}, expected ${expected}.`);
  required(await world.tb('checkpoint desk', { acknowledges: false }), [5]);
  const executed = required(await world.tb(line, { acknowledges: false }), [5]);
  return `verify ${expected}, checkpoint refused, execute-hour on it ${endOf(executed)}`;
};
