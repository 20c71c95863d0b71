/** `tb replay-hour`: re-executes one hour. */
import { hoursAfter } from '../../core/kernel/hours.ts';
import { hourOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { replayAndReport } from '../replay-command.ts';

export const run: Action<Readonly<{ run: string; hour: string }>> = async options => {
  const hour = hourOf('--hour', options.hour);
  await replayAndReport(options, { run: options.run, fromHour: hour, toHour: hoursAfter(hour, 1), fromOption: '--hour' });
};
