/** What was measured, as tables: speed with its ratio to ours in the same run, what each engine does for it, and what came out. */
import { median, rate } from '../figures.ts';
import type { Comparison } from './compare-peer.ts';
import type { PeerName } from './rules.ts';
import type { PeerLine } from './trade.ts';

/** All runs of one peer, in order of time; or why there are none. */
export type Measured = Readonly<{ name: PeerName; lines: readonly PeerLine[]; failure: string | null; comparison: Comparison | null }>;
export type Own = Readonly<{ lines: readonly PeerLine[]; processSeconds: readonly number[] }>;

type Does = Readonly<{ fees: string; portfolio: string; log: string; proof: string }>;

const OWN_DOES: Does = { fees: 'venue, per fill', portfolio: 'one, risk and books', log: 'every fact and decision', proof: 'every hour sealed' };
const DOES: Readonly<Record<PeerName, Does>> = {
  backtesting: { fees: 'rate', portfolio: 'none: symbol by symbol', log: 'list of trades', proof: 'none' },
  vectorbt: { fees: 'rate', portfolio: 'columns, cash may be shared', log: 'list of orders', proof: 'none' },
  backtrader: { fees: 'schemes', portfolio: 'one, broker', log: 'notifications', proof: 'none' },
  nautilus: { fees: 'models', portfolio: 'one, risk engine', log: 'events in memory', proof: 'none' },
  grademark: { fees: 'none', portfolio: 'none: no money, no sizes', log: 'list of trades', proof: 'none' },
};

/** Columns of figures stand to the right, words to the left. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const columns = rows[0]!.map((_, column) => rows.map(row => row[column]!));
  const padded = columns.map(cells => {
    const width = Math.max(...cells.map(cell => cell.length));
    const figures = cells.slice(1).every(cell => /^([-+]?\d.*|-?)$/.test(cell));
    return cells.map(cell => (figures ? cell.padStart(width) : cell.padEnd(width)));
  });
  return rows.map((_, row) => padded.map(cells => cells[row]!).join('  ').trimEnd()).join('\n');
};

const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} s`;
const times = (value: number): string => `${value < 10 ? value.toFixed(2) : rate(Math.round(value))} ×`;
const count = (value: number): string => value.toLocaleString('en-US');
const money = (value: number | null): string => (value === null ? '-' : value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 }));
const numbers = (values: readonly (number | null)[]): readonly number[] => values.filter(value => value !== null);

/** A first start may compile; where there are more, they are what a second start of the day takes. */
const coldOf = (lines: readonly PeerLine[]): number => median(numbers(lines.map(line => line.coldSeconds)).slice(lines.length > 1 ? 1 : 0));
const perSecond = (lines: readonly PeerLine[]): number => median(lines.map(({ bars, warmSeconds }) => bars / warmSeconds));

const isMeasured = ({ lines }: Measured): boolean => lines.length > 0;
const titleOf = ({ lines }: Measured): string => `${lines[0]!.peer} ${lines[0]!.version}`;

export const speedTable = (own: Own, measured: readonly Measured[]): string => {
  const ours = perSecond(own.lines);
  const cold = median(own.processSeconds);
  const head = ['engine', 'bars/s', 'tb is faster', 'from start', 'tb is faster', 'first start', 'runs', 'on'];
  const first = own.lines[0]!;
  const tb = [`${first.peer} ${first.version}`, rate(ours), '', seconds(cold), '', seconds(own.processSeconds[0]!), String(own.lines.length), first.runtime];
  const rows = measured.filter(isMeasured).map(peer => {
    const { lines } = peer;
    const [bars, start] = [perSecond(lines), coldOf(lines)];
    return [titleOf(peer), rate(bars), times(ours / bars), seconds(start), times(start / cold), seconds(lines[0]!.coldSeconds!), String(lines.length), lines[0]!.runtime];
  });
  return table([head, tb, ...rows]);
};

export const doesTable = (measured: readonly Measured[]): string => {
  const row = (title: string, { fees, portfolio, log, proof }: Does): readonly string[] => [title, fees, portfolio, log, proof];
  return table([['what it does', 'fees', 'portfolio', 'log', 'proof'], row('tb', OWN_DOES), ...measured.filter(isMeasured).map(peer => row(peer.lines[0]!.peer, DOES[peer.name]))]);
};

const verdictOf = ({ difference, held }: Comparison): string => (difference === null ? `same trades, ${held} open at the end` : `DIFFERENT: ${difference}`);

export const resultTable = (own: Own, measured: readonly Measured[]): string => {
  const [ours] = own.lines;
  const rows = measured.filter(isMeasured).map(({ lines: [line], comparison }) => {
    const { peer, trades, equity } = line!;
    return [peer, count(trades.length), money(equity), equity === null ? '-' : money(comparison!.equity), verdictOf(comparison!)];
  });
  return table([['what came out', 'trades', 'final equity', 'tb by its rules', 'round trips'], ['tb', count(ours!.trades.length), money(ours!.equity), '', ''], ...rows]);
};

export const absent = (measured: readonly Measured[]): readonly string[] =>
  measured.filter(peer => !isMeasured(peer)).map(({ name, failure }) => `${name} was not measured: ${failure ?? 'no reason was given'}`);
