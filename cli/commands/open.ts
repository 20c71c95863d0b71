/** `tb open`: creates a paper run; a live one is refused with what it would need. */
import { marketOf } from '../../engine/market-of.ts';
import { openPaperRun } from '../../engine/open-run.ts';
import { planRun } from '../../engine/plan-run.ts';
import { refused, usage } from '../../engine/problem.ts';
import { readHead } from '../../engine/run-head.ts';
import { counted, orNearest, typed } from '../../engine/wording.ts';
import { formatHour, hoursAfter } from '../../core/kernel/hours.ts';
import { runNameOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { printResult } from '../output.ts';
import { runOptionsOf } from '../run-options.ts';
import type { RunOptionTexts } from '../run-options.ts';
import { withStore } from '../store.ts';

type OpenOptions = RunOptionTexts & Readonly<{ run: string; mode: string }>;

const LIVE_NEEDS = 'Live trading needs an exchange adapter with keys, thirty days of paper trading and an explicit confirmation; none of these is part of this version.';

export const run: Action<OpenOptions> = async options => {
  const name = runNameOf('--run', options.run);
  if (options.mode === 'live') throw refused('Live mode is refused.', LIVE_NEEDS);
  if (options.mode === 'backtest') throw usage('--mode: a backtest is not opened, it is run.', 'Use tb backtest.');
  if (options.mode !== 'paper') throw usage(`--mode: ${typed(options.mode)} is neither paper nor live${orNearest(options.mode, ['paper', 'live'])}`);
  const choices = runOptionsOf(options);
  await withStore(options, async client => {
    const market = await marketOf(client, choices.symbols, { timeframe: choices.timeframe, hour: choices.fromHour });
    const plan = await planRun(choices, 'paper', market);
    const { run: opened, existing } = await openPaperRun(client, plan, name);
    const head = await readHead(client, opened);
    const hours = hoursAfter(head.hour, 1) - opened.startHour;
    const [startHour, tradeFrom] = [formatHour(opened.startHour), formatHour(plan.window.tradeFromHour)];
    printResult(options, {
      document: { existing, genesis: opened.genesis, head: hours === 0 ? null : head.hash, hours, mode: opened.mode, run: name, startHour, tradeFrom },
      text: () =>
        `${existing ? 'Found' : 'Opened'} paper run ${name}: first hour ${startHour}, trading from ${tradeFrom}${hours === 0 ? '' : `, ${counted(hours, 'hour')} sealed`}.\n` +
        `genesis ${opened.genesis}\nNext: tb execute-hour --run ${name}`,
    });
  });
};
