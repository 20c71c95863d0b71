/** `tb show RUN`: what a run did and where it stands. A paper run is counted by executing its hours again. */
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { formatHour } from '../../core/kernel/hours.ts';
import { quoteOf } from '../../core/kernel/units.ts';
import { valueAt } from '../../core/kernel/rounding.ts';
import { positionsOf } from '../../core/lots/lot.ts';
import { markOf } from '../../core/market/marks.ts';
import { requireRun } from '../../engine/find-run.ts';
import { readHead } from '../../engine/run-head.ts';
import { standingOf } from '../../engine/standing.ts';
import type { Standing } from '../../engine/standing.ts';
import { oneLine } from '../../engine/wording.ts';
import type { Action } from '../command.ts';
import { dim, printResult, table } from '../output.ts';
import { showProgress } from '../progress.ts';
import { withStore } from '../store.ts';
import { amount, verdictText } from '../verdict.ts';

export const run: Action<Readonly<{ name: string }>> = async options => {
  const { standing, mode, keep } = await withStore(options, async client => {
    const stored = await requireRun(client, options.name);
    const hours = (await readHead(client, stored)).hour - stored.startHour + 1;
    const progress = showProgress(options, { label: 'show', total: hours, unit: 'hours' });
    return { standing: await standingOf(client, stored, progress.to).finally(progress.stop), mode: stored.mode, keep: stored.keep };
  });
  const held = positionsIn(standing);
  const { desk, state, summary } = standing;
  printResult(options, {
    document: {
      ...summary,
      genesis: desk.genesis,
      keep,
      manifest: JSON.parse(standing.manifestText) as unknown,
      mode,
      openOrders: state.orders.working.length,
      positions: held,
      risk: state.risk,
      run: options.name,
      through: formatHour(standing.through),
    },
    text: () =>
      [
        `${verdictText(options.name, desk.manifest, summary)}`,
        dim(`${mode}, kept in ${keep}, through ${formatHour(standing.through)}, risk ${state.risk.status}${state.risk.reason === '' ? '' : ` (${oneLine(state.risk.reason)})`}`),
        held.length === 0
          ? 'No open positions.'
          : table(
              ['position', 'quantity', 'mark', 'value'],
              held.map(({ symbol, quantity, mark, value }) => [symbol, quantity, mark ?? '-', value === null ? '-' : `${amount(value)} ${quoteOf(symbol)}`]),
            ),
      ].join('\n'),
  });
};

const positionsIn = ({ desk, state }: Standing) =>
  positionsOf(state.lots).map(({ agent, symbol, quantity }) => {
    const mark = markOf(state.marks, desk.indexOf.get(symbol)!);
    return { agent, mark: mark === null ? null : formatDecimal(mark), quantity: formatDecimal(quantity), symbol, value: mark === null ? null : formatDecimal(valueAt(quantity, mark)) };
  });
