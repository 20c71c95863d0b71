/** `tb show RUN`: what a run did and where it stands. A paper run is counted by executing its hours again. */
import { readEquityCurves } from '../../adapters/store/equity-curve.ts';
import { formatHour, formatTime, hoursAfter, startOfHour } from '../../core/kernel/hours.ts';
import { hourUtc } from '../../core/kernel/units.ts';
import { ageText } from '../../engine/ages.ts';
import { requireRun } from '../../engine/find-run.ts';
import { revisionsOfRun } from '../../engine/markets/revisions-of-run.ts';
import { readHead } from '../../engine/run-head.ts';
import { standingOf } from '../../engine/standing.ts';
import { accountText, booksOf, hasFlows, positionsIn, positionsText } from '../account-report.ts';
import type { Action } from '../command.ts';
import { dim, printResult } from '../output.ts';
import { showProgress } from '../progress.ts';
import { riskReport, standingText } from '../risk-report.ts';
import { withStore } from '../store.ts';
import { courseText, verdictText } from '../verdict.ts';
import { vintageOf, vintageText } from '../vintage.ts';

const CURVE_POINTS = 60;

export const run: Action<Readonly<{ name: string }>> = async options => {
  const { standing, mode, keep, curve, vintage } = await withStore(options, async client => {
    const stored = await requireRun(client, options.name);
    const headHour = (await readHead(client, stored)).hour;
    const hours = headHour - stored.startHour + 1;
    const progress = showProgress(options, { label: 'show', total: hours, unit: 'hours' });
    const reached = await standingOf(client, stored, progress.to).finally(progress.stop);
    // While it may not trade its value stands still.
    const startHour = hourUtc(Math.min(headHour, reached.desk.manifest.tradeFromHour));
    const curves = await readEquityCurves(client, [{ id: stored.id, retention: stored.retention, startHour, headHour }], CURVE_POINTS);
    return { standing: reached, mode: stored.mode, keep: stored.keep, curve: curves.get(stored.id) ?? [], vintage: vintageOf(await revisionsOfRun(client, stored)) };
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
      vintage: { ...vintage, received: vintage.received === null ? null : formatTime(vintage.received) },
    },
    text: () => {
      // An account that is imported trades over no candles of its own.
      const more: readonly (readonly [string, string])[] = [['course', courseText(curve, desk.manifest.quote, hasFlows(standing))], ...(mode === 'import' ? [] : [['candles', vintageText(options.name, vintage)] as const])];
      return [
        mode === 'import' ? accountText(options.name, standing, summary, more) : verdictText(options.name, desk.manifest, summary, more),
        dim(`${mode}, kept in ${keep}, through ${formatHour(standing.through)} (${ageText(startOfHour(hoursAfter(standing.through, 1)), Date.now())}), risk ${standingText(risk)}`),
        positionsText(held),
      ].join('\n');
    },
  });
};
