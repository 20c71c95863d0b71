/** What a verifier's findings come to: by kind of damage, how much was planted, noticed and located; all of it is what is asked for. */
import type { DamageKind } from './plant.ts';
import type { Tried } from './spread.ts';

/** `row`, `hour` and `replay` are how it was located; what was noticed elsewhere, or not at all, is missed. */
export type Score = Readonly<{ kind: DamageKind; planted: number; row: number; hour: number; replay: number; elsewhere: number; undetected: number }>;

export const scoresOf = (tried: readonly Tried[]): readonly Score[] =>
  [...Map.groupBy(tried, ({ plant }) => plant.kind)].map(([kind, of]) => {
    const count = (located: Tried['verdict']['located']): number => of.filter(({ verdict }) => verdict.located === located).length;
    return { kind, planted: of.length, row: count('row'), hour: count('hour'), replay: count('replay'), elsewhere: count('elsewhere'), undetected: count('undetected') };
  });

export const isMissed = ({ verdict }: Tried): boolean => verdict.located === 'elsewhere' || verdict.located === 'undetected';

/** Cut off rather than rounded: one that was missed never reads 100 %. */
const percent = (part: number, whole: number): string => (part === whole ? '100 %' : `${(Math.floor((part * 10_000) / whole) / 100).toFixed(2)} %`);

const HEAD = ['damage', 'planted', 'detected', 'located', 'by row', 'by hour', 'by replay', 'score'];

const cellsOf = ({ kind, planted, row, hour, replay, undetected }: Omit<Score, 'elsewhere' | 'kind'> & Readonly<{ kind: string }>): readonly string[] => {
  const located = row + hour + replay;
  return [kind, String(planted), String(planted - undetected), String(located), String(row), String(hour), String(replay), percent(located, planted)];
};

/** The table that is printed; what is in no hash stands below it and is not counted. */
export const scoreTable = (scores: readonly Score[]): string => {
  const counted = scores.filter(({ kind }) => kind !== 'in no hash');
  const sum = (name: Exclude<keyof Score, 'kind'>): number => counted.reduce((total, score) => total + score[name], 0);
  const total = { kind: 'all', planted: sum('planted'), row: sum('row'), hour: sum('hour'), replay: sum('replay'), undetected: sum('undetected') };
  const rows = [HEAD, ...counted.map(cellsOf), cellsOf(total)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map(cells => cells[column]!.length)));
  const lines = rows.map(cells => cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join('  '));
  const free = scores.find(({ kind }) => kind === 'in no hash');
  return [...lines, ...(free === undefined ? [] : [`in no hash (cache and provenance by specs/hashing.md, not counted): ${free.planted} changed, ${free.planted - free.undetected} noticed all the same`])].join('\n');
};
