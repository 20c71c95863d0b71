/** Candles of sealed hours come late or corrected: the import says so, and no sealed hour changes. */
import { mustHold } from '../failure.ts';
import { readStored } from '../stored.ts';
import { hourText, START_HOUR } from '../workload.ts';
import type { Fault } from './fault.ts';

export const reviseFacts: Fault = {
  name: 'revise-facts',
  strikes: ['import'],
  strike: async ({ world, line, draw }) => {
    const { chain } = await readStored(await world.address());
    const { added, revisions } = await world.done(line.text);
    mustHold(added === 1 && (revisions as number) >= 1, () => `"${line.text}" added ${String(added)} late candles and ${String(revisions)} revisions, expected 1 and at least 1.`);
    const { hour, hash } = chain[draw(chain.length)]!;
    const again = await world.done(`execute-hour --run desk --hour ${hourText(hour)}`);
    mustHold(again['already'] === true && again['head'] === hash, () => `Hour ${hourText(hour)} was sealed as ${hash} and answers ${String(again['head'])}.`);
    return { note: `1 late, ${String(revisions)} revised; hour ${hour - START_HOUR} of ${chain.length} executed again is the same` };
  },
};
