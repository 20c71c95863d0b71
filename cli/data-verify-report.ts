/** How checks of candles are reported: what is wrong for certain first, then what is worth a look. */
import type { Outlier } from '../adapters/store/candle-outliers.ts';
import type { Finding } from '../adapters/store/finding.ts';
import type { RequestTally } from '../adapters/ports.ts';
import { formatTime } from '../core/kernel/hours.ts';
import type { MarketSymbol } from '../core/kernel/units.ts';
import type { Series } from '../core/market/candle.ts';
import type { Comparison } from '../engine/markets/compare-source.ts';
import type { GapKind } from '../engine/markets/gaps.ts';
import { counted } from '../engine/wording.ts';
import { bold, dim, green, red, table } from './output.ts';
import { tallyDocument, tallyText } from './venue-options.ts';

export type Against = Readonly<{ source: string; series: readonly Comparison[]; unlisted: readonly MarketSymbol[]; tally: RequestTally }>;

export type DataVerifyReport = Readonly<{
  /** Versions of candles whose digests were made again. */
  revisions: number;
  findings: readonly Finding[];
  gaps: Readonly<Record<GapKind, number>>;
  outliers: readonly (Outlier & Readonly<{ series: Series }>)[];
  against: Against | null;
}>;

/** Hundredths of a basis point as a decimal: 123 is 1.23. */
const bpsText = (hundredths: bigint): string => `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;

export const dataVerifyDocument = ({ revisions, findings, gaps, outliers, against }: DataVerifyReport) => ({
  against: against === null ? null : {
    requests: tallyDocument(against.tally),
    series: against.series.map(({ series, equal, different, onlyHere, onlyThere, maxCloseBps, meanCloseBps, worst }) => ({
      ...series, different, equal, maxCloseBps: bpsText(maxCloseBps), meanCloseBps: bpsText(meanCloseBps), onlyHere, onlyThere,
      worst: worst.map(({ openMs, here, there, closeBps }) => ({ closeBps: bpsText(closeBps), here, open: formatTime(openMs), there })),
    })),
    source: against.source,
    unlisted: against.unlisted,
  },
  candles: revisions,
  findings,
  gaps,
  outliers: outliers.map(({ series, openMs, kind, values, closeBefore, closeAfter }) => ({ ...series, closeAfter, closeBefore, kind, open: formatTime(openMs), values })),
  verified: findings.length === 0,
});

const SHOWN = 20;
const MEANING = { close: 'closes far from both neighbours', wick: 'high or low far outside', untraded: 'price moved without volume' } as const;

export const dataVerifyText = ({ revisions, findings, gaps, outliers, against }: DataVerifyReport): string => {
  const status = findings.length === 0 ? green(`${counted(revisions, 'candle')}: every digest is right`) : red(`${counted(findings.length, 'finding')} among ${counted(revisions, 'candle')}`);
  return [
    bold(status),
    ...findings.slice(0, SHOWN).map(({ code, table: place, key, column, expected, actual }) => `${red(code)} table ${place}, key ${key}, column ${column ?? '-'}: expected ${expected ?? 'nothing'}, found ${actual ?? 'nothing'}`),
    `absent: ${counted(gaps.quiet, 'candle')} quiet, ${gaps.lost} lost, ${gaps.untold} untold${gaps.lost + gaps.untold === 0 ? '' : ' (tb gaps names them)'}`,
    outliersText(outliers),
    ...(against === null ? [] : [againstText(against)]),
  ].join('\n');
};

const outliersText = (outliers: DataVerifyReport['outliers']): string => {
  if (outliers.length === 0) return 'No outliers.';
  const rows = outliers.slice(0, SHOWN).map(({ series, openMs, kind, values: { open, high, low, close, volume }, closeBefore, closeAfter }) => [series.symbol, series.timeframe, formatTime(openMs), closeBefore ?? '-', open, high, low, close, volume, closeAfter ?? '-', MEANING[kind]]);
  const more = outliers.length > SHOWN ? [`… and ${outliers.length - SHOWN} more (--json lists all)`] : [];
  return [counted(outliers.length, 'outlier'), table(['market', 'candle', 'open time', 'close before', 'open', 'high', 'low', 'close', 'volume', 'close after', 'which'], rows), ...more].join('\n');
};

const againstText = ({ source, series, unlisted, tally }: Against): string => {
  const rows = series.map(({ series: { symbol, timeframe }, equal, different, onlyHere, onlyThere, maxCloseBps, meanCloseBps }) => [symbol, timeframe, String(equal), String(different), String(onlyHere), String(onlyThere), bpsText(maxCloseBps), bpsText(meanCloseBps)]);
  const gone = unlisted.length === 0 ? [] : [`${source} does not list ${unlisted.join(', ')}`];
  return [`against ${source}`, table(['market', 'candle', 'equal', 'different', 'only here', 'only there', 'close apart, most (bps)', 'on average (bps)'], rows), ...gone, dim(tallyText(tally))].join('\n');
};
