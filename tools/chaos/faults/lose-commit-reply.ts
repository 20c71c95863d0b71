/** The server commits and its answer never arrives: tb must not say that it is done, and must not do it twice. */
import { mustHold } from '../failure.ts';
import { endOf } from '../run-tb.ts';
import type { Passing, Verdict } from '../wire.ts';
import { required } from '../world.ts';
import { overWire } from './fault.ts';
import type { Fault } from './fault.ts';
import { changedTables, readStanding } from '../stored.ts';

export const loseCommitReply: Fault = {
  name: 'lose-commit-reply',
  strikes: ['import', 'execute-hour', 'operator', 'backtest'],
  strike: async ({ world, line, totals, draw }) => {
    if (totals.commits === 0) return { note: 'the command commits nothing' };
    const at = 1 + draw(totals.commits);
    const before = await readStanding(await world.address());
    let commits = 0;
    const judge = ({ commitReply }: Passing): Verdict => {
      if (commitReply) commits += 1;
      return commitReply && commits === at ? 'drop' : 'forward';
    };
    const said = await overWire(world, judge, ({ store }) => world.tb(line.text, { store }));
    required(said, [0, 4]);
    const changed = changedTables(before, await readStanding(await world.address()));
    mustHold(commits < at || changed.length > 0, () => `"${line.text}" was committed, and nothing of it is stored.`);
    return { note: `reply ${at} of ${totals.commits}, ${endOf(said)}, kept in ${changed.length} tables` };
  },
};
