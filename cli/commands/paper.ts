/** `tb paper`: a paper run on a live market; once, or hour after hour until it is stopped. */
import { setTimeout as sleep } from 'node:timers/promises';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { formatHour } from '../../core/kernel/hours.ts';
import { requireRun } from '../../engine/find-run.ts';
import { followTurn } from '../../engine/markets/follow.ts';
import type { FollowedHours } from '../../engine/markets/follow.ts';
import { everyOf } from '../../engine/markets/schedule.ts';
import { followedOf } from '../../engine/markets/sync.ts';
import { openSession } from '../../engine/paper.ts';
import { nothing, refused, usage } from '../../engine/problem.ts';
import { counted } from '../../engine/wording.ts';
import { countOf } from '../arguments.ts';
import type { Action, GlobalOptions } from '../command.ts';
import { reportFailure } from '../failure.ts';
import { printResult, yellow } from '../output.ts';
import { withStore } from '../store.ts';
import { amount } from '../verdict.ts';
import { withSource } from '../venue-options.ts';
import type { VenueOptions } from '../venue-options.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';

type PaperOptions = VenueOptions & Readonly<{ run: string; follow: boolean; source?: string; patience: string; again: string }>;

export const run: Action<PaperOptions> = async options => {
  const patienceMs = everyOf('--patience', options.patience);
  const again = countOf('--again', options.again, { min: 0, max: 1_000 });
  await withStore(options, async client => {
    const stored = await requireRun(client, options.run);
    if (stored.mode !== 'paper') throw refused(`Run ${stored.name} is of mode ${stored.mode}; only a paper run follows a market.`, 'Open one: tb open --mode paper --run NAME …');
    await withSource(await sourceOf(client, stored, options), options, async source => {
      const onFailure = (error: Error): void => void reportFailure(error, { json: false });
      do {
        const turn = await followTurn(client, stored, { source, patienceMs, again, now: Date.now, sleep, onFailure });
        printTurn(options, turn);
      } while (options.follow);
    });
  });
};

/** The venue that the markets of the run were asked of before. */
const sourceOf = async (client: StoreClient, stored: StoredRun, { source }: PaperOptions): Promise<string> => {
  const { desk } = await openSession(client, stored);
  const { readFollowed } = await import('../../adapters/store/deliveries.ts');
  const sources = source === undefined ? [...new Set((await readFollowed(client)).map(one => one.source))] : [source];
  const whole: string[] = [];
  for (const name of sources) {
    const followed = (await followedOf(client, name, desk.symbols)).filter(({ series }) => series.timeframe === desk.manifest.timeframe);
    if (followed.length === desk.symbols.length) whole.push(name);
  }
  if (whole.length === 1) return whole[0]!;
  if (whole.length > 1) throw usage(`--source: ${whole.join(' and ')} both have the markets of run ${stored.name}.`, 'Name one of them.');
  throw nothing(`No venue was asked for all markets of run ${stored.name} in ${desk.manifest.timeframe} yet.`, `Begin with tb backfill --source ${source ?? 'kraken'} --symbols ${desk.symbols.join(',')} --timeframe ${desk.manifest.timeframe} --from …`);
};

const printTurn = (options: PaperOptions & GlobalOptions, { report, synced, failure }: FollowedHours): void => {
  const { session, hour, executed, valuation } = report;
  const added = synced?.series.reduce((sum, { collected }) => sum + collected.added, 0) ?? 0;
  const revisions = synced?.series.reduce((sum, { collected }) => sum + collected.revisions, 0) ?? 0;
  const warnings = failure === null ? [] : [`${failure.message}; executed with what had arrived.`];
  printResult(options, {
    warnings,
    document: {
      added, cash: valuation === null ? null : formatDecimal(valuation.cash), equity: valuation === null ? null : formatDecimal(valuation.value), executed, fills: report.fills, head: report.engineHead,
      hour: formatHour(hour), hours: session.progress.hour - session.run.startHour, revisions, run: session.run.name, trades: report.trades, unreachable: failure === null ? null : failure.message,
    },
    text: () => {
      const worth = valuation === null ? '' : `, worth ${amount(formatDecimal(valuation.value))} ${session.desk.manifest.quote}`;
      const line = `${formatHour(hour)}  ${counted(executed, 'hour')}, ${counted(added, 'new candle')}, ${counted(report.fills, 'fill')}${worth}  head ${report.engineHead.slice(0, 12)}`;
      return [line, ...warnings.map(warning => `${yellow('warning')} ${warning}`)].join('\n');
    },
  });
};
