/** `tb state`: how a run stood after an hour. */
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { formatHour } from '../../core/kernel/hours.ts';
import { worth } from '../../core/portfolio/valuation.ts';
import { flattened, sliceViews } from '../../engine/explain/slice-views.ts';
import type { SliceView } from '../../engine/explain/slice-views.ts';
import { stateAt } from '../../engine/explain/state-at.ts';
import type { StateAt } from '../../engine/explain/state-at.ts';
import { requireRun } from '../../engine/find-run.ts';
import { positionsIn, positionsText } from '../account-report.ts';
import { hourOf } from '../arguments.ts';
import type { Action } from '../command.ts';
import { bold, dim, facts, printResult, table } from '../output.ts';
import { riskReport, standingText } from '../risk-report.ts';
import { slicesOf } from '../slices.ts';
import { withStore } from '../store.ts';
import { amount } from '../verdict.ts';

export const run: Action<Readonly<{ run: string; at: string; slice?: string }>> = async options => {
  const asked = { hour: hourOf('--at', options.at), option: '--at' };
  const found = await withStore(options, async client => stateAt(client, await requireRun(client, options.run), asked));
  const views = slicesOf(sliceViews(found.desk, found.state), options.slice);
  printResult(options, {
    document: { at: formatHour(found.hour), hash: found.hash, run: options.run, slices: Object.fromEntries(views.map(({ slice, digest, content }) => [slice, { content, digest }])) },
    text: () => (options.slice === undefined ? overview(options.run, found) : views.map(sliceText).join('\n')),
  });
};

/** Every value of a slice on a line of its own. */
const sliceText = ({ slice, digest, content }: SliceView): string => {
  const lines = flattened(content);
  return [`${bold(slice)} ${dim(digest)}`, lines.length === 0 ? 'empty' : facts(lines)].join('\n');
};

const overview = (name: string, { desk, hour, hash, state }: StateAt): string => {
  const { quote } = desk.manifest;
  const { cash, positions } = worth(desk, state);
  return [
    `${bold(name)} ${dim(`after ${formatHour(hour)}`)}`,
    facts([
      ['value', `${amount(formatDecimal(cash + positions))} ${quote}, of it ${amount(formatDecimal(cash))} in cash`],
      ['risk', standingText(riskReport(desk, state.risk))],
      ['hash', hash],
    ]),
    positionsText(positionsIn({ desk, state })),
    ...listed(state.orders.working.map(({ id, side, symbol, quantity, filled, status }) => [id, `${side} ${symbol}`, formatDecimal(quantity), formatDecimal(filled), status]), ['order', 'of', 'quantity', 'filled', 'status']),
    ...listed(state.campaigns.map(({ agent, symbol, campaign }) => [symbol, agent, campaign.status]), ['campaign', 'agent', 'status']),
    dim(`Every value of a slice: --slice ${sliceViews(desk, state).map(({ slice }) => slice).join(', ')}`),
  ].join('\n');
};

const listed = (rows: readonly (readonly string[])[], head: readonly string[]): readonly string[] => (rows.length === 0 ? [] : [table(head, rows)]);
