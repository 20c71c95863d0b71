/** An executor is stopped in the middle, another does its hours, and the first wakes up and goes on with what it knew. */
import { setTimeout as sleep } from 'node:timers/promises';
import { endOf } from '../run-tb.ts';
import type { Said } from '../run-tb.ts';
import { required } from '../world.ts';
import { overWire } from './fault.ts';
import type { Fault } from './fault.ts';

/** One that was stopped inside its transaction holds its locks: the other waits for it, and so do we only so long. */
const PATIENCE_MS = 1_500;

export const zombie: Fault = {
  name: 'zombie',
  strikes: ['execute-hour'],
  strike: ({ world, line, totals, draw }) => {
    const at = 1 + draw(totals.client);
    let pid: number | undefined;
    let other: Promise<Said> | null = null;
    let held = false;
    const judge = async ({ side, ordinal }: Readonly<{ side: string; ordinal: number }>) => {
      if (side !== 'client' || ordinal !== at || pid === undefined) return 'forward' as const;
      process.kill(pid, 'SIGSTOP');
      other = world.tb(line.text);
      held = (await Promise.race([other, sleep(PATIENCE_MS, null)])) === null;
      process.kill(pid, 'SIGCONT');
      return 'forward' as const;
    };
    return overWire(world, judge, async ({ store }) => {
      const { child, ended } = world.start(line.text, { store });
      ({ pid } = child);
      const woken = required(await ended, [0]);
      const went = other === null ? null : required(await other, [0]);
      return { note: `stopped at message ${at} of ${totals.client}${held ? ' with its locks' : ''}, ${endOf(woken)}, the other ${went === null ? 'not needed' : endOf(went)}` };
    });
  },
};
