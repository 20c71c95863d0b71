/** The verdict of a run in a few lines: what it made, what it risked, what it cost, and where it can be checked. */
import { parseDecimal } from '../core/kernel/decimal.ts';
import { formatHour } from '../core/kernel/hours.ts';
import type { Manifest } from '../core/manifest.ts';
import type { RunSummary } from '../engine/run-summary.ts';
import { counted } from '../engine/wording.ts';
import { bold, dim, facts, green, red } from './output.ts';
import { sparkline } from './sparkline.ts';

/** What rounds to zero has no sign. */
const TWO_DECIMALS = { minimumFractionDigits: 2, maximumFractionDigits: 2 } as const;

/** `0.1234` as `+12.34 %`. Report arithmetic: shown, never fed back. */
export const percent = (fraction: string, signed = false): string =>
  `${(Number(fraction) * 100).toLocaleString('en-US', { ...TWO_DECIMALS, useGrouping: false, signDisplay: signed ? 'exceptZero' : 'negative' })} %`;

/** An amount with two decimals and thousands separators. */
export const amount = (text: string): string => Number(text).toLocaleString('en-US', { ...TWO_DECIMALS, signDisplay: 'negative' });

const tallyText = (refusals: Readonly<Record<string, number>>): string => {
  const entries = Object.entries(refusals).sort((left, right) => right[1] - left[1]);
  return entries.length === 0 ? 'none' : entries.map(([code, count]) => `${code} ${count}`).join(', ');
};

/** Only where something stopped entries. */
const standingFact = ({ halts, kills, resumes, notTraded, conduct }: RunSummary): readonly [string, string][] => {
  if (halts + kills === 0) return [];
  const times = [counted(halts, 'halt'), counted(kills, 'kill'), counted(resumes, 'resume')].join(', ');
  return [['stopped', `${times}; no entry in ${percent(notTraded)} of the window${conduct === null ? '' : `, on halt ${conduct.onHalt}`}`]];
};

/** Lines that a caller knows besides, above the window. */
export type MoreFacts = readonly (readonly [string, string])[];

export const verdictText = (name: string | null, manifest: Manifest, summary: RunSummary, more: MoreFacts = []): string => {
  const { quote, profile, costs } = manifest;
  const gain = parseDecimal(summary.return) ?? 0n;
  const coloured = gain < 0n ? red : green;
  const costShare = Number(summary.openingEquity) === 0 ? '0' : String((Number(summary.fees) + Number(summary.slippage)) / Number(summary.openingEquity));
  const free = costs.fees.makerPpm === 0 && costs.fees.takerPpm === 0 && costs.slippage.kind === 'constant' && costs.slippage.bps === 0;
  const lines = facts([
    ['return', `${coloured(percent(summary.return, true))} on ${amount(summary.openingEquity)} ${quote}, now ${amount(summary.equity)}`],
    ['drawdown', `${percent(summary.maxDrawdown)} at most`],
    ['exposure', `${percent(summary.averageExposure)} on average, profile ${profile.name}`],
    ['costs', free ? 'none: a result at zero cost' : `${percent(costShare)} of opening capital: fees ${amount(summary.fees)}, slippage ${amount(summary.slippage)}`],
    ['trades', `${summary.trades} closed, ${summary.winningTrades} with a gain; ${counted(summary.fills, 'fill')} of ${counted(summary.signals, 'signal')}`],
    ['refused', tallyText(summary.refusals)],
    ...standingFact(summary),
    ...more,
    ['window', `${formatHour(manifest.startHour)}, ${counted(summary.hours, 'hour')}, trading from ${formatHour(manifest.tradeFromHour)}`],
    ['head', summary.head],
  ]);
  return `${bold(name ?? 'not stored')} ${dim(manifest.agents[0]!.strategy)} ${manifest.universe.map(({ symbol }) => symbol).join(' ')}\n${lines}`;
};

/** The course of the value over all hours, with its least and its most among the hours that are shown; `withFlows` where money or holdings came or went after the opening. */
export const courseText = (curve: readonly (string | null)[], quote: string, withFlows = false): string => {
  const values = curve.map(value => (value === null ? null : Number(value)));
  const known = values.filter(value => value !== null);
  if (known.length === 0) return 'no hour was valued';
  return `${sparkline(values)}  ${amount(String(Math.min(...known)))} to ${amount(String(Math.max(...known)))} ${quote}${withFlows ? ' (deposits and withdrawals included)' : ''}`;
};
