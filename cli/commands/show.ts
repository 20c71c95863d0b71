/** `tb show RUN`: what a run did and where it stands. A paper run is counted by executing its hours again. */
import { formatHour } from '../../core/kernel/hours.ts';
import { requireRun } from '../../engine/find-run.ts';
import { readHead } from '../../engine/run-head.ts';
import { standingOf } from '../../engine/standing.ts';
import { accountText, booksOf, positionsIn, positionsText } from '../account-report.ts';
import type { Action } from '../command.ts';
import { dim, printResult } from '../output.ts';
import { showProgress } from '../progress.ts';
import { riskReport, standingText } from '../risk-report.ts';
import { withStore } from '../store.ts';
import { verdictText } from '../verdict.ts';

export const run: Action<Readonly<{ name: string }>> = async options => {
  const { standing, mode, keep } = await withStore(options, async client => {
    const stored = await requireRun(client, options.name);
    const hours = (await readHead(client, stored)).hour - stored.startHour + 1;
    const progress = showProgress(options, { label: 'show', total: hours, unit: 'hours' });
    return { standing: await standingOf(client, stored, progress.to).finally(progress.stop), mode: stored.mode, keep: stored.keep };
  });
  const held = positionsIn(standing);
  const { desk, state, summary } = standing;
  const risk = riskReport(desk, state.risk);
  printResult(options, {
    document: {
      ...summary,
      books: booksOf(standing),
      genesis: desk.genesis,
      keep,
      manifest: JSON.parse(standing.manifestText) as unknown,
      mode,
      openOrders: state.orders.working.length,
      positions: held,
      risk,
      run: options.name,
      through: formatHour(standing.through),
    },
    text: () =>
      [
        mode === 'import' ? accountText(options.name, standing, summary) : verdictText(options.name, desk.manifest, summary),
        dim(`${mode}, kept in ${keep}, through ${formatHour(standing.through)}, risk ${standingText(risk)}`),
        positionsText(held),
      ].join('\n'),
  });
};
