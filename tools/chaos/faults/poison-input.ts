/** Poisoned JSON and odd numbers in every kind of file: refused with a place, and not one row of the store is another. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pick } from '../draws.ts';
import { ChaosFailure, mustHold } from '../failure.ts';
import { poisonPlaces } from '../poison-places.ts';
import type { PoisonPlace } from '../poison-places.ts';
import type { Poison } from '../poison.ts';
import { sentenceOf } from '../run-tb.ts';
import { changedTables, readStanding } from '../stored.ts';
import { required } from '../world.ts';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

const TRIED = 4;
const FILE = 'poison.txt';

/** Offers one poison. Returns the sentence of what is wrong with the answer, or null. */
const offered = async (world: World, { name, line, exits }: PoisonPlace, poison: Poison): Promise<string | null> => {
  writeFileSync(join(world.folder, FILE), poison.text);
  try {
    const said = required(await world.tb(line(FILE, poison), { acknowledges: false }), exits);
    const named = said.exit !== 2 || name === 'amount' || sentenceOf(said).includes(FILE);
    return named ? null : `${name}, ${poison.name}: refused without naming the file: ${sentenceOf(said)}`;
  } catch (error) {
    if (error instanceof ChaosFailure) return `${name}, ${poison.name}: ${error.message.slice(0, 300)}`;
    throw error;
  }
};

/** Every poison of these places. Throws ChaosFailure with all that were swallowed, and when anything was stored. */
export const offerPoisons = async (world: World, chosen: readonly Readonly<{ place: PoisonPlace; poison: Poison }>[]): Promise<void> => {
  const before = await readStanding(await world.address());
  const wrong: string[] = [];
  for (const { place, poison } of chosen) {
    const sentence = await offered(world, place, poison);
    if (sentence !== null) wrong.push(sentence);
  }
  const changed = changedTables(before, await readStanding(await world.address()));
  mustHold(wrong.length === 0, () => `${wrong.length} of ${chosen.length} poisons were not refused as they must be:\n${wrong.join('\n')}`);
  mustHold(changed.length === 0, () => `Refused input changed ${changed.join(', ')}.`);
};

export const poisonInput: Fault = {
  name: 'poison-input',
  strikes: ['import', 'execute-hour', 'operator', 'backtest'],
  strike: async ({ world, draw }) => {
    const places = poisonPlaces(world.plan.desk.timeframe);
    const chosen: { place: PoisonPlace; poison: Poison }[] = [];
    for (let tried = 0; tried < TRIED; tried += 1) {
      const place = pick(draw, places);
      chosen.push({ place, poison: pick(draw, await place.poisons(world)) });
    }
    await offerPoisons(world, chosen);
    return { note: chosen.map(({ place, poison }) => `${place.name} (${poison.name.slice(0, 30)})`).join(', ') };
  },
};
