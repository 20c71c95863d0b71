/** An orderly restart of the server between two statements: connections end with a word, and the new server has the same address. */
import { endOf } from '../run-tb.ts';
import { restartServer } from '../server-process.ts';
import { required } from '../world.ts';
import { DONE_OR_UNAVAILABLE, overWire } from './fault.ts';
import type { Fault } from './fault.ts';

export const restartServerMidway: Fault = {
  name: 'restart-server',
  strikes: ['import', 'execute-hour', 'operator', 'backtest'],
  strike: ({ world, line, totals, draw }) => {
    const at = 1 + draw(totals.client);
    let restarting: Promise<unknown> = Promise.resolve();
    const judge = async ({ side, ordinal }: Readonly<{ side: string; ordinal: number }>) => {
      if (side === 'client' && ordinal === at) await (restarting = restartServer(world.storeFolder));
      return 'forward' as const;
    };
    return overWire(world, judge, async ({ store }) => {
      const said = required(await world.tb(line.text, { store }), DONE_OR_UNAVAILABLE);
      await restarting;
      return { note: `at message ${at} of ${totals.client}, ${endOf(said)}` };
    });
  },
};
