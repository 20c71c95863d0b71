/** A thread that tries damage on a copy of the store of its own, chunk by chunk, and says what was made of each. */
import { parentPort, workerData } from 'node:worker_threads';
import { withConnection } from '../../adapters/store/connection.ts';
import type { StoreAddress } from '../../adapters/store/connection.ts';
import { readTrust } from '../../engine/evidence-places.ts';
import { runsByName, tryPlant } from './judge.ts';
import type { Verdict } from './judge.ts';
import type { Plant } from './plant.ts';

/** Where keys and checkpoints of the store lie. */
export type Places = Readonly<{ keys: string; checkpoints: string }>;
export type Chunk = Readonly<{ address: StoreAddress; plants: readonly Plant[] }>;

const { keys, checkpoints } = workerData as Places;

const tryAll = ({ address, plants }: Chunk): Promise<readonly Verdict[]> =>
  withConnection(address, 'owner', async client => {
    const evidence = { folder: checkpoints, files: [], trusted: readTrust({ trust: [], keys }), every: true };
    const judging = { evidence, runs: await runsByName(client) };
    const verdicts: Verdict[] = [];
    for (const plant of plants) verdicts.push(await tryPlant(client, plant, judging));
    return verdicts;
  });

parentPort?.on('message', (chunk: Chunk) => {
  tryAll(chunk).then(
    verdicts => parentPort?.postMessage({ verdicts }),
    (error: unknown) => parentPort?.postMessage({ failure: String(error) }),
  );
});
