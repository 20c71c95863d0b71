/** Rows deleted, put in twice and swapped, bytes flipped and tails cut off, a few of each kind; `make tamper` does all there are. */
import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../adapters/store/connection.ts';
import { readTrust } from '../../engine/evidence-places.ts';
import { runsByName, tryPlant } from '../../tools/tamper/judge.ts';
import { bytePlants } from '../../tools/tamper/plant-bytes.ts';
import { rowPlants } from '../../tools/tamper/plant-rows.ts';
import { tailPlants } from '../../tools/tamper/plant-tails.ts';
import type { DamageKind, Plant } from '../../tools/tamper/plant.ts';
import { scoresOf, scoreTable } from '../../tools/tamper/score.ts';
import { fillSmallStore } from '../../tools/tamper/small-store.ts';
import { disarm } from '../../tools/tamper/disarm.ts';
import { readStoredTables } from '../../tools/tamper/stored-columns.ts';
import { asOwner, scratchFolder, scratchStore } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';

const OF_EACH_KIND = 40;

let store: ScratchDatabase;
let home: string;
let plants: readonly Plant[];

beforeAll(async () => {
  store = await scratchStore();
  home = await scratchFolder();
  const env = { XDG_CONFIG_HOME: home, TB_KEYS: '', TB_CHECKPOINTS: '' };
  await fillSmallStore({ tb: store.json, write: store.write });
  await store.json('keys init', env);
  for (const run of ['past', 'desk', 'history']) await store.json(`checkpoint ${run}`, env);
  await asOwner(store, client => disarm(client, { uniqueKeys: true }));
  plants = await asOwner(store, async client => {
    const tables = await readStoredTables(client);
    return [...(await rowPlants(client, tables)), ...(await tailPlants(client, tables)), ...(await bytePlants(client, tables))];
  });
});

const KINDS: readonly DamageKind[] = ['row deleted', 'row duplicated', 'rows swapped', 'tail of a table cut', 'tail of the log cut', 'byte flipped'];

describe.each(KINDS)('%s', kind => {
  test('is located, wherever it is', async () => {
    const of = plants.filter(plant => plant.kind === kind);
    const some = of.filter((_, index) => index % Math.max(1, Math.floor(of.length / OF_EACH_KIND)) === 0);
    expect(some.length).toBeGreaterThan(10);
    const missed = await withConnection(store.address, 'owner', async client => {
      const evidence = { folder: `${home}/tb/checkpoints`, files: [], trusted: readTrust({ trust: [], keys: `${home}/tb/keys` }), every: true };
      const judging = { evidence, runs: await runsByName(client) };
      const found: string[] = [];
      for (const plant of some) {
        const { located, said } = await tryPlant(client, plant, judging);
        if (located === 'elsewhere' || located === 'undetected') found.push(`${plant.what}: ${said}`);
      }
      return found;
    });
    expect(missed).toEqual([]);
  });
});

test('a score says 100 % only of everything', () => {
  const tried = (located: 'row' | 'undetected') => ({ plant: plants[0]!, verdict: { located, said: '' } });
  const most = [...Array.from({ length: 99_999 }, () => tried('row')), tried('undetected')];
  expect(scoreTable(scoresOf(most)).split('\n').at(-1)).toMatch(/^all +100000 +99999 +99999 +99999 +0 +0 +99\.99 %$/);
  expect(scoreTable(scoresOf(most.slice(0, 3))).split('\n').at(-1)).toMatch(/100 %$/);
});
