/** `tb operator`: puts a command of a person into the log of a paper run, to be sealed with the next hour. */
import { addCommand } from '../../adapters/store/inbox.ts';
import { formatHour, hoursAfter } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import { requireRun } from '../../engine/find-run.ts';
import { commandOf, labelOf, reasonOf } from '../../engine/operator-file.ts';
import { refused } from '../../engine/problem.ts';
import { readHead } from '../../engine/run-head.ts';
import { hourOf } from '../arguments.ts';
import { keyMadeAt } from '../command-key.ts';
import type { Action } from '../command.ts';
import { printResult } from '../output.ts';
import { withStore } from '../store.ts';
import { userOfMachine } from '../user.ts';

type OperatorOptions = Readonly<{ command: string; run: string; reason: string; amount?: string; hour?: string; actor?: string; key?: string }>;

export const run: Action<OperatorOptions> = async options => {
  const command = commandOf(options.command, options.amount);
  const reason = reasonOf(options.reason);
  const actor = labelOf('--actor', options.actor ?? userOfMachine());
  const key = options.key === undefined ? keyMadeAt(Date.now()) : labelOf('--key', options.key);
  const hour = options.hour === undefined ? null : hourOf('--hour', options.hour);
  await withStore(options, async client => {
    const stored = await requireRun(client, options.run);
    if (stored.mode !== 'paper') throw refused(`Run ${stored.name} is of mode ${stored.mode}: its log is complete.`, 'An operator commands paper runs.');
    const head = await readHead(client, stored);
    const next = hoursAfter(head.hour, 1);
    const hours = next - stored.startHour;
    if (hour !== null && hour < next) throw refused(`--hour: ${formatHour(hour)} is sealed; sealed hours never change.`, `The next hour is ${formatHour(next)}.`);
    if (hour !== null && hour > next) throw refused(`--hour: ${formatHour(hour)} lies beyond the next hour, ${formatHour(next)}.`, 'Give the command when its hour is the next.');
    const outcome = await addCommand(client, stored.id, { ...command, key, atMs: null, actor, reason, receivedMs: timeMs(Date.now()) });
    const existing = outcome.outcome === 'already';
    if (existing && !outcome.same) throw refused(`--key: ${key} was used before for another command.`, 'Give each command a key of its own.');
    printResult(options, {
      document: { actor, command: command.command, existing, head: hours === 0 ? null : head.hash, hour: existing ? null : formatHour(next), hours, key, reason, run: stored.name },
      text: () =>
        existing
          ? `${command.command} was recorded for ${stored.name} already; it counts once.`
          : `${command.command} is recorded for ${stored.name} and takes effect with hour ${formatHour(next)}.\nNext: tb execute-hour --run ${stored.name}`,
    });
  });
};
