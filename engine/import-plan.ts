/**
 * From the lines of a history to the run that books it: which hours, which assets, which manifest, and what happened in
 * which hour. A history that cannot be read, or that gives away what was not there, is refused with every line of it.
 */
import { readHistory } from '../adapters/market-data/account-history/read-history.ts';
import type { AccountHistory, HistoryRequest } from '../adapters/market-data/account-history/read-history.ts';
import type { LineProblem } from '../adapters/market-data/account-history/history-event.ts';
import type { Desk } from '../core/desk.ts';
import { openDesk } from '../core/desk.ts';
import { formatHour, formatTime, hourContaining, hoursAfter, startOfHour } from '../core/kernel/hours.ts';
import { byCodeUnit } from '../core/kernel/order.ts';
import { marketSymbol } from '../core/kernel/units.ts';
import type { Asset, HourUtc, TimeMs } from '../core/kernel/units.ts';
import { ENCODING_VERSION, SEMANTICS_VERSION } from '../core/manifest.ts';
import type { Manifest } from '../core/manifest.ts';
import { PROFILES } from '../core/profile.ts';
import { defaultInstrument } from './compose-manifest.ts';
import { feesOf, participationOf, slippageOf } from './cost-options.ts';
import { holdingProblems, movesOf, settle } from './history-moves.ts';
import type { SettledEvent } from './history-moves.ts';
import { executableFrom } from './paper.ts';
import { EXIT, linesProblem, nothing, refused } from './problem.ts';
import type { Problem } from './problem.ts';
import { requireExactEngine } from './self-test.ts';

/** `byHour` has the hours in which anything happened, each in the order of booking. */
export type ImportPlan = Readonly<{
  desk: Desk;
  manifest: Manifest;
  endHour: HourUtc;
  history: AccountHistory;
  byHour: ReadonlyMap<HourUtc, readonly SettledEvent[]>;
}>;

/** Throws MarketFileError for a file that cannot be read, and Problem for lines that cannot be booked. */
export const planImport = async (request: HistoryRequest, nowMs: TimeMs): Promise<ImportPlan> => {
  requireExactEngine();
  const { quote } = request;
  const history = await readHistory(request);
  if (history.problems.length > 0) throw unreadable(history.problems);
  const events = inBookingOrder(history, quote);
  const assets = [...new Set(events.flatMap(event => movesOf(event).map(({ asset }) => asset)))].filter(asset => asset !== quote);
  if (events.length === 0) throw nothing('There is nothing in these files to book.', 'A history has trades, transfers, deposits or withdrawals.');
  if (assets.length === 0) throw nothing(`There is nothing but ${quote} in these files.`, `An account needs an asset beside its quote; --quote names what it is counted in.`);
  requireEnded(events, nowMs);
  const missing = holdingProblems(events);
  if (missing.length > 0) throw linesProblem(EXIT.refused, 'More was given away than there was', missing, 'Nothing was booked.');
  const startHour = hourContaining(events[0]!.atMs);
  const manifest = await manifestOf(assets, { quote, startHour });
  return {
    desk: openDesk(manifest, []),
    manifest,
    endHour: hoursAfter(hourContaining(events.at(-1)!.atMs), 1),
    history,
    byHour: Map.groupBy(events, ({ atMs }) => hourContaining(atMs)),
  };
};

const unreadable = (problems: readonly LineProblem[]): Problem =>
  linesProblem(EXIT.usage, 'The history cannot be read', problems, 'Nothing was booked. Correct the lines, or leave files out.');

/** What was there before everything counts from the beginning of the first hour. */
const inBookingOrder = ({ openings, events }: AccountHistory, quote: Asset): readonly SettledEvent[] => {
  const settled: SettledEvent[] = [];
  const problems: LineProblem[] = [];
  const first = events[0];
  if (first === undefined) return [];
  for (const event of [...openings.map(opening => ({ ...opening, atMs: startOfHour(hourContaining(first.atMs)) })), ...events]) {
    const one = settle(event, quote);
    if ('reason' in one) problems.push(one);
    else settled.push(one);
  }
  if (problems.length > 0) throw unreadable(problems);
  return settled;
};

const requireEnded = (events: readonly SettledEvent[], nowMs: TimeMs): void => {
  const last = events.at(-1)!;
  const endsMs = executableFrom(hourContaining(last.atMs));
  if (nowMs >= endsMs) return;
  const what = `The last line, ${last.place.file}:${last.place.line}, is of ${formatTime(last.atMs)}, and its hour ${formatHour(hourContaining(last.atMs))} is not over.`;
  throw refused(what, `Hours are sealed whole: import again from ${formatTime(endsMs)} on, or leave the lines of this hour out.`);
};

/** Nobody trades in this run: its costs and its profile bind nothing. */
const manifestOf = async (assets: readonly Asset[], { quote, startHour }: Readonly<{ quote: Asset; startHour: HourUtc }>): Promise<Manifest> => ({
  version: 1,
  semantics: SEMANTICS_VERSION,
  encoding: ENCODING_VERSION,
  startHour,
  tradeFromHour: startHour,
  timeframe: '1h',
  quote,
  openingBalances: [],
  agents: [],
  profile: PROFILES.conservative,
  universe: assets.map(asset => defaultInstrument(marketSymbol(`${asset}/${quote}`))).sort((left, right) => byCodeUnit(left.symbol, right.symbol)),
  venue: 'simulated',
  costs: { fees: feesOf('none'), slippage: slippageOf('none'), participation: participationOf('none') },
});
