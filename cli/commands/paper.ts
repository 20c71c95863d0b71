/** `tb paper`: a paper run on a live market; once, or hour after hour until it is stopped. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { readFollowed } from '../../adapters/store/deliveries.ts';
import type { StoredRun } from '../../adapters/store/runs.ts';
import type { MarketSource, RequestTally } from '../../adapters/ports.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { formatHour, formatTime, hoursAfter } from '../../core/kernel/hours.ts';
import { HOUR_MS } from '../../core/kernel/units.ts';
import type { HourUtc } from '../../core/kernel/units.ts';
import { requireRun } from '../../engine/find-run.ts';
import { countCandles, dueMs, followTurn, untilDue } from '../../engine/markets/follow.ts';
import type { FollowedHours, FollowRequest } from '../../engine/markets/follow.ts';
import { everyOf } from '../../engine/markets/schedule.ts';
import { followedOf } from '../../engine/markets/sync.ts';
import { openSession } from '../../engine/paper.ts';
import { EXIT, nothing, refused, usage } from '../../engine/problem.ts';
import { counted } from '../../engine/wording.ts';
import { countOf } from '../arguments.ts';
import type { Action, GlobalOptions } from '../command.ts';
import { isPassing, reportFailure } from '../failure.ts';
import { dim, printResult, yellow } from '../output.ts';
import { withStore } from '../store.ts';
import { tallyDocument, tallySince, tallyText, withSource } from '../venue-options.ts';
import type { VenueOptions } from '../venue-options.ts';
import { amount } from '../verdict.ts';
import { endWaiting } from '../waiting.ts';

type PaperOptions = VenueOptions & Readonly<{ run: string; follow: boolean; source?: string; patience: string; again: string }>;

export const run: Action<PaperOptions> = async options => {
  const patienceMs = everyOf('--patience', options.patience);
  const again = countOf('--again', options.again, { min: 0, max: 1_000 });
  const { stored, name, next } = await withStore(options, client => followedRun(client, options));
  await withSource(name, options, async source => {
    const onFailure = (error: Error): void => {
      endWaiting();
      process.stderr.write(`${warning(error)}; it is asked again until the patience of the hour ends.\n`);
    };
    const request: FollowRequest = { source, patienceMs, again, now: Date.now, sleep: ms => sleep(ms), onFailure };
    if (options.follow) endWaiting();
    else {
      await turnOf(options, stored, request);
      return;
    }
    for (let hour = next; ; hour = await followedTurn(options, stored, { ...request, hour })) await untilDue(hour, request);
  });
};

const RETRY_MS = 20_000;

/** A store that is away for a moment costs a turn and nothing else; the hour is executed when it is back. */
const followedTurn = async (options: PaperOptions & GlobalOptions, stored: StoredRun, request: FollowRequest & Readonly<{ hour: HourUtc }>): Promise<HourUtc> => {
  try {
    return await turnOf(options, stored, request);
  } catch (error) {
    if (!isPassing(error)) throw error;
    reportFailure(error, { json: false });
    await sleep(RETRY_MS);
    return request.hour;
  }
};

/** A connection for each turn: none is held over an hour of waiting. Returns the next hour. */
const turnOf = async (options: PaperOptions & GlobalOptions, stored: StoredRun, request: FollowRequest): Promise<HourUtc> => {
  const before = request.source.tally();
  const turn = await withStore(options, client => followTurn(client, stored, request));
  printTurn(options, turn, tallySince(before, request.source.tally()));
  if (isWaiting(turn) && !options.follow) process.exitCode = EXIT.unavailable;
  return turn.session.progress.hour;
};

type FollowedRun = Readonly<{ stored: StoredRun; name: MarketSource['id']; next: HourUtc }>;

const followedRun = async (client: StoreClient, options: PaperOptions): Promise<FollowedRun> => {
  const stored = await requireRun(client, options.run);
  if (stored.mode !== 'paper') throw refused(`Run ${stored.name} is of mode ${stored.mode}; only a paper run follows a market.`, 'Open one: tb open --mode paper --run NAME …');
  const { desk, progress } = await openSession(client, stored);
  return { stored, name: await sourceOf(client, { stored, desk }, options.source), next: progress.hour };
};

type Desk = Awaited<ReturnType<typeof openSession>>['desk'];

/** The venue that the markets of the run were asked of before. */
const sourceOf = async (client: StoreClient, { stored, desk }: Readonly<{ stored: StoredRun; desk: Desk }>, source: string | undefined): Promise<string> => {
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

const warning = (error: Error): string => `${yellow('warning')} ${error.message.replace(/\.$/, '')}`;

/** Hours whose end has passed and that were not executed. */
const dueBehind = ({ session }: FollowedHours): number => Math.max(0, Math.floor((Date.now() - dueMs(session.progress.hour)) / HOUR_MS) + 1);
const isWaiting = (turn: FollowedHours): boolean => turn.failure !== null && dueBehind(turn) > 0;

const warningsOf = (turn: FollowedHours): readonly string[] => [
  ...(turn.failure === null ? [] : [`${turn.failure.message.replace(/\.$/, '')}; ${isWaiting(turn) ? `${counted(dueBehind(turn), 'hour')} behind, so nothing is executed without its candles until it tells them` : 'executed with what had arrived'}.`]),
  ...(turn.unlisted.length === 0 ? [] : [`The venue does not list ${turn.unlisted.join(', ')}: no candles come, and nothing is bought there.`]),
  ...(turn.venueFailure === null ? [] : [`${turn.venueFailure.message.replace(/\.$/, '')}; rules, listings and books of this hour are not recorded.`]),
];

const printTurn = (options: PaperOptions & GlobalOptions, turn: FollowedHours, tally: RequestTally): void => {
  const { session, report, series, venue, failure } = turn;
  const { added, revisions } = countCandles(series);
  const { hour: next, previous } = session.progress;
  const last = formatHour(hoursAfter(next, -1));
  const valuation = report?.valuation ?? null;
  const executed = report?.executed ?? 0;
  const warnings = warningsOf(turn);
  printResult(options, {
    warnings,
    document: {
      added, booksRecorded: venue?.booksRecorded ?? 0, cash: valuation === null ? null : formatDecimal(valuation.cash), equity: valuation === null ? null : formatDecimal(valuation.value), executed,
      fills: report?.fills ?? 0, head: previous, hour: last, hours: next - session.run.startHour, nextDue: formatTime(dueMs(next)), requests: tallyDocument(tally), revisions, run: session.run.name,
      trades: report?.trades ?? 0, unlisted: turn.unlisted, unreachable: failure === null ? null : failure.message,
    },
    text: () => {
      const worth = valuation === null ? '' : `, worth ${amount(formatDecimal(valuation.value))} ${session.desk.manifest.quote}`;
      const changed = revisions === 0 ? '' : `, ${counted(revisions, 'revision')}`;
      const line = `${last}  ${counted(executed, 'hour')}, ${counted(added, 'new candle')}${changed}, ${counted(report?.fills ?? 0, 'fill')}${worth}  head ${previous.slice(0, 12)}`;
      const idle = isWaiting(turn) ? `${session.run.name}: ${counted(dueBehind(turn), 'hour')} behind, from ${formatHour(next)} on` : `${session.run.name}: no hour is due; the next, ${formatHour(next)}, is at ${formatTime(dueMs(next))}`;
      return [executed === 0 ? idle : line, ...(executed === 0 ? [] : [dim(tallyText(tally))]), ...warnings.map(text => `${yellow('warning')} ${text}`)].join('\n');
    },
  });
};
