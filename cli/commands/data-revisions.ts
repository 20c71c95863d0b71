/** `tb data revisions`: what sources changed after they had told it, and what a run used that was changed later. */
import { readReplacements } from '../../adapters/store/stored-revisions.ts';
import type { DeliveredVersion, LaterVersion } from '../../adapters/store/stored-revisions.ts';
import type { StoreClient } from '../../adapters/store/connection.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import { CANDLE_VALUES } from '../../core/market/candle.ts';
import { requireRun } from '../../engine/find-run.ts';
import { revisionsOfRun } from '../../engine/markets/revisions-of-run.ts';
import type { RevisionsOfRun } from '../../engine/markets/revisions-of-run.ts';
import { usage } from '../../engine/problem.ts';
import { counted } from '../../engine/wording.ts';
import { symbolOf } from '../arguments.ts';
import type { Action, GlobalOptions } from '../command.ts';
import { printResult, table } from '../output.ts';
import { withStore } from '../store.ts';

type Options = Readonly<{ symbol?: string; run?: string }>;

const SHOWN = 40;

export const run: Action<Options> = async options => {
  if (options.run !== undefined && options.symbol !== undefined) throw usage('--symbol: with --run the markets are those of the run.', 'Leave one of the two out.');
  const symbol = options.symbol === undefined ? null : symbolOf('--symbol', options.symbol);
  await withStore(options, async client => {
    if (options.run !== undefined) return reportRun(client, options, options.run);
    const replaced = await readReplacements(client, symbol);
    printResult(options, {
      document: { revisions: replaced.map(documentOf) },
      text: () => (replaced.length === 0 ? 'No candle was ever changed by its source.' : `${counted(replaced.length, 'candle')} changed later\n${rowsText(replaced)}`),
    });
  });
};

const reportRun = async (client: StoreClient, options: GlobalOptions, name: string): Promise<void> => {
  const stored = await requireRun(client, name);
  const { ingestId, receivedMs, unseen } = await revisionsOfRun(client, stored);
  const revised = unseen.filter(({ before }) => before !== null).length;
  printResult(options, {
    document: {
      late: unseen.length - revised,
      mode: stored.mode,
      revisedAfter: revised > 0,
      revisions: unseen.map(one => ({ ...documentOf(one), entered: one.entered })),
      run: stored.name,
      vintage: { ingest: ingestId, received: receivedMs === null ? null : formatTime(receivedMs) },
    },
    text: () => [vintageText(stored.name, { ingestId, receivedMs }), verdictText(stored.name, unseen), ...(unseen.length === 0 ? [] : [rowsText(unseen)])].join('\n'),
  });
};

const vintageText = (name: string, { ingestId, receivedMs }: Pick<RevisionsOfRun, 'ingestId' | 'receivedMs'>): string =>
  receivedMs === null ? `${name} saw no delivery of candles.` : `${name} saw deliveries up to number ${ingestId}, received ${formatTime(receivedMs)}.`;

const verdictText = (name: string, unseen: RevisionsOfRun['unseen']): string => {
  if (unseen.length === 0) return 'Nothing that it used was changed later, and nothing that it lacked came later.';
  const revised = unseen.filter(({ before }) => before !== null).length;
  const entered = unseen.filter(one => one.entered).length;
  const known = entered === 0 ? '' : ` ${entered} of these entered a later hour of it as a fact.`;
  return `${name} used data revised after the fact: ${revised === 0 ? 'no' : 'yes'}. ${counted(revised, 'candle')} changed and ${counted(unseen.length - revised, 'candle')} came after it had used what there was.${known}`;
};

const versionDocument = ({ revision, values, ingestId, source, fileName, receivedMs }: DeliveredVersion) => ({ ingest: ingestId, of: fileName, received: formatTime(receivedMs), revision, source, values });

const documentOf = ({ series, openMs, version, before }: LaterVersion) => ({ ...series, after: versionDocument(version), before: before === null ? null : versionDocument(before), open: formatTime(openMs) });

const rowsText = (all: readonly LaterVersion[]): string => {
  const changed = ({ version, before }: LaterVersion): string =>
    before === null ? 'came late' : CANDLE_VALUES.filter(name => version.values[name] !== before.values[name]).map(name => `${name} ${before.values[name]} to ${version.values[name]}`).join(', ');
  const rows = all.slice(0, SHOWN).map(one => [one.series.symbol, one.series.timeframe, formatTime(one.openMs), changed(one), one.before === null ? '-' : `${one.before.source} ${formatTime(one.before.receivedMs)}`, `${one.version.source} ${formatTime(one.version.receivedMs)}`]);
  const more = all.length > SHOWN ? [`… and ${all.length - SHOWN} more (--json lists all)`] : [];
  return [table(['market', 'candle', 'open', 'what changed', 'first received', 'changed'], rows), ...more].join('\n');
};
