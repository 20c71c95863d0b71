/** The candles of a file in another order: what is stored does not depend on it. */
import { importOf, linesOfFile } from '../candle-lines.ts';
import { shuffled } from '../draws.ts';
import type { Fault } from './fault.ts';

export const permuteFacts: Fault = {
  name: 'permute-facts',
  strikes: ['import'],
  strike: async ({ world, line, draw }) => {
    const candles = shuffled(draw, linesOfFile(world, line).candles);
    const { added, revisions } = await world.done(importOf(world, line, { name: 'permuted', candles }));
    return { note: `${candles.length} lines, ${String(added)} added, ${String(revisions)} revised` };
  },
};
