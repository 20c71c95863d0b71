/** The connection breaks at a message of either side, before it or in its middle, while the server lives on. */
import { endOf } from '../run-tb.ts';
import type { Passing, Verdict } from '../wire.ts';
import { required } from '../world.ts';
import { DONE_OR_UNAVAILABLE, overWire } from './fault.ts';
import type { Fault } from './fault.ts';
import { pick } from '../draws.ts';

export const loseConnection: Fault = {
  name: 'lose-connection',
  strikes: ['import', 'execute-hour', 'operator', 'backtest'],
  strike: ({ world, line, totals, draw }) => {
    const lost = pick(draw, ['client', 'server'] as const);
    const how = pick(draw, ['drop', 'tear'] as const);
    const at = 1 + draw(totals[lost]);
    const judge = ({ side, ordinal }: Passing): Verdict => (side === lost && ordinal === at ? how : 'forward');
    return overWire(world, judge, async ({ store }) => {
      const said = required(await world.tb(line.text, { store }), DONE_OR_UNAVAILABLE);
      return { note: `${how} message ${at} of ${totals[lost]} of the ${lost}, ${endOf(said)}` };
    });
  },
};
