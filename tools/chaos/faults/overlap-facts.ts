/** A file in two pieces that overlap, the later piece first: together they are the file. */
import { importOf, linesOfFile } from '../candle-lines.ts';
import type { Fault } from './fault.ts';

export const overlapFacts: Fault = {
  name: 'overlap-facts',
  strikes: ['import'],
  strike: async ({ world, line, draw }) => {
    const { candles } = linesOfFile(world, line);
    const from = draw(candles.length);
    const through = from + draw(candles.length - from);
    await world.done(importOf(world, line, { name: 'later', candles: candles.slice(from) }));
    await world.done(importOf(world, line, { name: 'earlier', candles: candles.slice(0, through + 1) }));
    return { note: `lines ${from + 1} to ${candles.length}, then 1 to ${through + 1}` };
  },
};
