/** Where poison is offered: files of commands, profiles, candles and accounts, proofs, bundles, checkpoints, and options. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byCodeUnit } from '../../core/kernel/order.ts';
import { accountFile, candleFile, GOOD, jsonPoisons, numberPoisons, ODD_NUMBERS } from './poison.ts';
import type { Poison } from './poison.ts';
import { hourText, START_HOUR } from './workload.ts';
import type { World } from './world.ts';

/** Input is refused (2) with the file's name; evidence that does not hold is a difference (5) and names itself. */
export type PoisonPlace = Readonly<{
  name: string;
  poisons: (world: World) => Promise<readonly Poison[]>;
  /** The command that is given the file; an option's poison stands in the line itself. */
  line: (file: string, poison: Poison) => string;
  exits: readonly number[];
}>;

const input = (name: string, poisons: readonly Poison[], line: PoisonPlace['line']): PoisonPlace => ({ name, poisons: () => Promise.resolve(poisons), line, exits: [2] });

/** Text of a file that tb wrote about the desk. */
const written = (name: string, line: string, file: string): PoisonPlace['poisons'] => async world => {
  await world.done(`${line} --out ${file}`);
  return jsonPoisons(readFileSync(join(world.folder, file), 'utf8')).map(poison => ({ ...poison, name: `${name}: ${poison.name}` }));
};

/** Notes are no JSON: whatever is not one is poison. */
const checkpointPoisons = (world: World): Promise<readonly Poison[]> => {
  const folder = join(world.folder, 'checkpoints');
  const newest = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.checkpoint')).toSorted(byCodeUnit).at(-1)!;
  const note = readFileSync(join(folder, newest), 'utf8');
  const lines = note.split('\n');
  return Promise.resolve([
    { name: 'cut off', text: note.slice(0, note.length / 2) },
    { name: 'empty', text: '' },
    { name: 'broken UTF-8', text: Buffer.concat([Buffer.from([0xff]), Buffer.from(note)]) },
    { name: 'a huge size', text: note.replace(lines[1]!, '9'.repeat(400)) },
    { name: '1e100000', text: note.replace(lines[1]!, '1e100000') },
    { name: 'minus zero', text: note.replace(lines[1]!, '-0') },
    { name: 'depth 20,000', text: '['.repeat(20_000) },
    { name: 'a zero character', text: `${lines[0]!}\0${note.slice(lines[0]!.length)}` },
  ]);
};

export const poisonPlaces = (timeframe: string): readonly PoisonPlace[] => [
  input('facts', jsonPoisons(GOOD.facts), file => `execute-hour --run desk --facts ${file}`),
  input('profile', jsonPoisons(GOOD.profile), file => `profile set --run desk --profile ./${file} --reason chaos --key poison`),
  input('candles', numberPoisons(candleFile), file => `import ${file} --symbol AAA/USD --timeframe ${timeframe} --strict`),
  // Exchanges write what came in with its sign.
  input('account', numberPoisons(accountFile, ['+1']), file => `import-fills ${file} --run poisoned --quote USD`),
  input('amount', ODD_NUMBERS.map(text => ({ name: text, text })), (_, { text }) => `operator deposit --run desk --reason chaos --key poison --amount=${String(text)}`),
  { name: 'proof', poisons: written('proof', `prove --run desk fact:${hourText(START_HOUR)}.0.0`, 'good-proof.json'), line: file => `verify-proof ${file}`, exits: [2, 5] },
  { name: 'bundle', poisons: written('bundle', 'bundle desk', 'good-bundle.tb'), line: file => `verify ${file}`, exits: [2, 5] },
  { name: 'checkpoint', poisons: checkpointPoisons, line: file => `verify --checkpoint ${file}`, exits: [2, 5] },
];
