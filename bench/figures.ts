/** Figures of a measurement and how they are shown. */
import { cpus, totalmem } from 'node:os';
import { ENGINE } from '../engine/identity.ts';

/** `atLeast` for rates, `atMost` for durations; `ofPrototype` is the share of the prototype's rate, beside which it ran; the detail says what was measured. */
export type Figure = Readonly<{ path: string; value: number; best: number; unit: string; atLeast?: number; atMost?: number; ofPrototype?: number; detail: string }>;

/** Processors, memory, and what runs on them. */
export const machineText = (): string => `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${ENGINE}`;

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which a share of the values lies, by nearest rank. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
};

export const rate = (value: number): string =>
  value >= 1_000 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value >= 100 ? 0 : 2);

const verdictOf = ({ value, atLeast, atMost }: Figure): string => {
  if (atLeast !== undefined) return value >= atLeast ? `ok (at least ${rate(atLeast)})` : `SHORT of ${rate(atLeast)}`;
  if (atMost !== undefined) return value <= atMost ? `ok (at most ${rate(atMost)})` : `OVER ${rate(atMost)}`;
  return '';
};

const ratioOf = ({ ofPrototype }: Figure): string => (ofPrototype === undefined ? '' : `${ofPrototype.toFixed(3)} of the prototype; `);

export const formatTable = (figures: readonly Figure[]): string => {
  const rows = figures.map(figure => [figure.path, rate(figure.value), figure.unit, verdictOf(figure), `${ratioOf(figure)}best ${rate(figure.best)}; ${figure.detail}`]);
  const widths = [0, 1, 2, 3].map(column => Math.max(...rows.map(row => row[column]!.length)));
  return rows
    .map(([path, value, unit, verdict, detail]) => `${path!.padEnd(widths[0]!)}  ${value!.padStart(widths[1]!)} ${unit!.padEnd(widths[2]!)}  ${verdict!.padEnd(widths[3]!)}  ${detail!}`)
    .join('\n');
};
