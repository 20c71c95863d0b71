/**
 * The shapes of what happened in a market: told apart by form first and colour second. One path serves the canvas and
 * the legend, so that a key looks like what it stands for.
 */
import type { MarkKind } from '../../../engine/report/report.ts';
import { svgElement } from './element.ts';

export type MarkStyle = Readonly<{ label: string; colour: string; isFilled: boolean; path: string }>;

/** Paths in a square from -5 to 5. */
const STYLES: Readonly<Record<MarkKind, MarkStyle>> = {
  entry: { label: 'Entry', colour: 'blue', isFilled: true, path: 'M0 -5 L5 4 L-5 4 Z' },
  exit: { label: 'Exit', colour: 'orange', isFilled: true, path: 'M0 5 L5 -4 L-5 -4 Z' },
  partial: { label: 'Partial exit', colour: 'orange', isFilled: false, path: 'M0 -4.5 L4.5 0 L0 4.5 L-4.5 0 Z' },
  stop: { label: 'Stop', colour: 'strong', isFilled: true, path: 'M-3.8 -3.8 H3.8 V3.8 H-3.8 Z' },
  refused: { label: 'Refused', colour: 'muted', isFilled: false, path: 'M-3.6 -3.6 L3.6 3.6 M3.6 -3.6 L-3.6 3.6' },
};

export const MARK_KINDS: readonly MarkKind[] = ['entry', 'exit', 'partial', 'stop', 'refused'];

export const markStyle = (kind: MarkKind): MarkStyle => STYLES[kind];

/** The shape as a small picture beside its name. */
export const markPicture = (kind: MarkKind): SVGElement => {
  const { colour, isFilled, path } = STYLES[kind];
  return svgElement('svg', { viewBox: '-6 -6 12 12', width: 12, height: 12, class: `shape ${colour}${isFilled ? ' filled' : ''}`, 'aria-hidden': 'true' }, svgElement('path', { d: path }));
};
