/**
 * The document as the page carries it: what is drawn first, then the trades, then the reasons of the trades, each
 * compressed by itself, so that the first chart need not wait for the last reason. Nothing is rounded or left out.
 */
import { gzipSync } from 'node:zlib';
import type { ComparisonReport, RunReport, TradeReport } from '../../engine/report/report.ts';

/** A part's name is the id of the element that carries it. */
export type PackedPart = Readonly<{ id: string; base64: string }>;

type Rows = readonly TradeReport[];

/** Without the trades, which stand in parts of their own. */
const withoutTrades = (report: RunReport): RunReport => ({ ...report, trades: [] });

const documentOf = (report: RunReport | ComparisonReport): RunReport | ComparisonReport =>
  report.format === 'tb-report/1' ? withoutTrades(report) : { ...report, left: withoutTrades(report.left), right: withoutTrades(report.right) };

/** Like values beside each other compress better than rows. */
const columnsOf = (trades: Rows): Readonly<Record<string, readonly unknown[]>> => {
  const [first] = trades;
  if (first === undefined) return {};
  const names = (Object.keys(first) as (keyof TradeReport)[]).filter(name => name !== 'why');
  return Object.fromEntries(names.map(name => [name, trades.map(trade => trade[name])]));
};

/** Beyond this a long run takes half as long again and shrinks by a thousandth. */
const LEVEL = 8;

const pack = (id: string, value: unknown): PackedPart => ({ id, base64: gzipSync(JSON.stringify(value), { level: LEVEL }).toString('base64') });

/** The parts of a report in the order in which the page reads them. */
export const packReport = (report: RunReport | ComparisonReport): readonly PackedPart[] => {
  const runs = report.format === 'tb-report/1' ? [report] : [report.left, report.right];
  return [
    pack('part-document', documentOf(report)),
    pack('part-trades', runs.map(run => columnsOf(run.trades))),
    pack('part-reasons', runs.map(run => run.trades.map(trade => trade.why))),
  ];
};
