/** `tb replay-window`: re-executes recorded facts over a window and compares everything. */
import { hourOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { replayAndReport } from '../replay-command.ts';

export const run: Action<Readonly<{ run: string; from?: string; to?: string }>> = async options => {
  await replayAndReport(options, {
    run: options.run,
    fromHour: options.from === undefined ? null : hourOf('--from', options.from),
    toHour: options.to === undefined ? null : hourOf('--to', options.to),
  });
};
