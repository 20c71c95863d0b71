/** kill -9 of the server with all its backends at the moment a message of tb arrives; the next command finds it recovering. */
import { endOf } from '../run-tb.ts';
import { killServer } from '../server-process.ts';
import { required } from '../world.ts';
import { DONE_OR_UNAVAILABLE, overWire } from './fault.ts';
import type { Fault } from './fault.ts';

export const killServerMidway: Fault = {
  name: 'kill-server',
  strikes: ['import', 'execute-hour', 'operator', 'backtest'],
  strike: ({ world, line, totals, draw }) => {
    const at = 1 + draw(totals.client);
    let killing: Promise<number> = Promise.resolve(0);
    const judge = async ({ side, ordinal }: Readonly<{ side: string; ordinal: number }>) => {
      if (side === 'client' && ordinal === at) await (killing = killServer(world.storeFolder));
      return 'forward' as const;
    };
    return overWire(world, judge, async ({ store }) => {
      const said = required(await world.tb(line.text, { store }), DONE_OR_UNAVAILABLE);
      return { note: `${await killing} processes at message ${at} of ${totals.client}, ${endOf(said)}` };
    });
  },
};
