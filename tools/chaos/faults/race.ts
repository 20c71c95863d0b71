/** Two or three executors with the same command at once: one does the work, the others find it done, and all are right. */
import { documentOf } from '../run-tb.ts';
import { mustHold } from '../failure.ts';
import { required } from '../world.ts';
import type { Fault } from './fault.ts';

export const race: Fault = {
  name: 'race',
  strikes: ['import', 'execute-hour', 'operator', 'backtest'],
  strike: async ({ world, line, draw }) => {
    const many = 2 + draw(2);
    const all = await Promise.all(Array.from({ length: many }, () => world.tb(line.text)));
    const heads = new Set(all.map(said => documentOf(required(said, [0]))['head']));
    mustHold(heads.size === 1, () => `${many} times "${line.text}" at once ended in different heads: ${[...heads].map(String).join(', ')}`);
    return { note: `${many} at once, all exit 0` };
  },
};
