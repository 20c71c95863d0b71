/** How the results of trades are spread: bars of a histogram over the return of each trade, drawn as SVG. */
import { binned, roundWidth } from './bins.ts';
import type { Bin } from './bins.ts';
import { element, svgElement } from './element.ts';
import { count, counted, percent, signedPercent } from './format.ts';
import { onResized } from './resized.ts';

const HEIGHT_PX = 240;
const FOOT_PX = 26;
const HEAD_PX = 18;
const GAP_PX = 1.5;
/** Left of the bars, for the counts. */
const COUNTS_PX = 34;
const LEVELS_WANTED = 4;
const LABEL_SPACE_PX = 64;

/** `returns` as fractions. */
export const distribution = (returns: readonly number[]): HTMLElement => {
  const spread = binned(returns);
  if (spread === null) return element('p', { class: 'empty-note' }, 'No trade was closed.');
  const told = element('span', { class: 'when' });
  const place = element('div', { class: 'histogram' });
  place.style.height = `${HEIGHT_PX}px`;
  const tails = [spread.below > 0 ? `${count(spread.below)} further left` : '', spread.above > 0 ? `${count(spread.above)} further right` : ''].filter(text => text !== '');
  const note = tails.length === 0 ? '' : `Not shown: ${tails.join(', ')}.`;
  onResized(place, width => place.replaceChildren(picture(spread.bins, { width, tell: text => (told.textContent = text) })));
  return element(
    'figure',
    { class: 'chart' },
    element('figcaption', {}, element('span', { class: 'chart-title' }, 'Return of each trade'), element('span', { class: 'keys' }, element('span', { class: 'key' }, `bins of ${percent(spread.width, 2)}`)), told),
    place,
    element('p', { class: 'note tails' }, note),
  );
};

const picture = (bins: readonly Bin[], { width, tell }: Readonly<{ width: number; tell: (text: string) => void }>): SVGElement => {
  const most = Math.max(1, ...bins.map(bin => bin.count));
  const step = (width - COUNTS_PX) / bins.length;
  const floor = HEIGHT_PX - FOOT_PX;
  const bars = bins.map((bin, index) => {
    const height = (bin.count / most) * (floor - HEAD_PX);
    const text = `${signedPercent(bin.from, 1)} to ${signedPercent(bin.to, 1)}: ${counted(bin.count, 'trade')}`;
    // The whole column listens, for a bar of one trade is hard to hit.
    const column = svgElement('g', { class: bin.from < 0 ? 'loss' : 'gain' }, svgElement('rect', { class: 'column', x: COUNTS_PX + index * step, y: 0, width: step, height: floor }), svgElement('rect', { class: 'bin', x: COUNTS_PX + index * step + GAP_PX / 2, y: floor - height, width: Math.max(1, step - GAP_PX), height }), svgElement('title', {}, text));
    column.addEventListener('pointerenter', () => tell(text));
    column.addEventListener('pointerleave', () => tell(''));
    return column;
  });
  return svgElement(
    'svg',
    { width, height: HEIGHT_PX, role: 'img', 'aria-label': `Histogram of ${count(bins.reduce((sum, bin) => sum + bin.count, 0))} trades by return` },
    ...levels(most, { width, floor }),
    ...bars,
    svgElement('line', { class: 'base', x1: COUNTS_PX, x2: width, y1: floor, y2: floor }),
    ...labels(bins, { step, floor }),
  );
};

/** Counts at round heights, whole trades. */
const levels = (most: number, { width, floor }: Readonly<{ width: number; floor: number }>): readonly SVGElement[] => {
  const step = Math.max(1, Math.ceil(roundWidth(most / LEVELS_WANTED)));
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step).flatMap(trades => {
    const y = floor - (trades / most) * (floor - HEAD_PX);
    return [svgElement('line', { class: 'level', x1: COUNTS_PX, x2: width, y1: y, y2: y }), svgElement('text', { class: 'level-count', x: COUNTS_PX - 6, y: y + 4, 'text-anchor': 'end' }, count(trades))];
  });
};

/** At zero, and outwards from there as far apart as they can be read. */
const labels = (bins: readonly Bin[], { step, floor }: Readonly<{ step: number; floor: number }>): readonly SVGElement[] => {
  const zero = bins.findIndex(bin => Math.abs(bin.from) < 1e-12);
  const every = Math.max(1, Math.ceil(LABEL_SPACE_PX / step));
  return bins.flatMap((bin, index) => {
    const x = COUNTS_PX + index * step;
    const isRoomy = index * step > LABEL_SPACE_PX / 2 && index * step < step * bins.length - LABEL_SPACE_PX / 2;
    // Zero is short and has room wherever it stands.
    if ((index - Math.max(0, zero)) % every !== 0 || !(isRoomy || index === zero)) return [];
    const text = svgElement('text', { x, y: floor + 18, 'text-anchor': 'middle' }, index === zero ? '0' : signedPercent(bin.from, 1));
    return index === zero ? [svgElement('line', { class: 'zero', x1: x, x2: x, y1: 0, y2: floor }), text] : [text];
  });
};
