/** Every candle several times in one file, and the file twice: each counts once. */
import { importOf, linesOfFile } from '../candle-lines.ts';
import { mustHold } from '../failure.ts';
import type { Fault } from './fault.ts';

export const duplicateFacts: Fault = {
  name: 'duplicate-facts',
  strikes: ['import'],
  strike: async ({ world, line, draw }) => {
    const { candles } = linesOfFile(world, line);
    const again = candles.flatMap(candle => Array.from({ length: 1 + draw(3) }, () => candle));
    const text = importOf(world, line, { name: 'duplicated', candles: again });
    const first = await world.done(text);
    const second = await world.done(text);
    mustHold(second['added'] === 0 && second['revisions'] === 0, () => `"${text}" again added ${String(second['added'])} candles and ${String(second['revisions'])} revisions.`);
    return { note: `${again.length} lines of ${candles.length} candles, ${String(first['added'])} added, ${String(first['revisions'])} revised` };
  },
};
