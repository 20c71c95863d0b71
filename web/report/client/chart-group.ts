/**
 * Charts that look at the same stretch of time: a zoom of one is a zoom of all, and so is the cursor. Also the buttons
 * that choose a stretch. It draws nothing.
 */
import type uPlotType from 'uplot';
import { SECONDS_PER_HOUR } from './curves.ts';
import type { HourSpan } from './curves.ts';
import { button, element } from './element.ts';

export type ChartGroup = Readonly<{
  key: string;
  span: HourSpan;
  add: (plot: uPlotType) => void;
  remove: (plot: uPlotType) => void;
  /** Shows a stretch in every chart. */
  show: (span: HourSpan) => void;
  shown: () => HourSpan;
  /** Called by a chart whose stretch the reader changed. */
  follow: (plot: uPlotType) => void;
  onShow: (listener: (span: HourSpan) => void) => void;
}>;

/** Nobody sees anything in less. */
const HOURS_SHOWN_MIN = 6;

export const chartGroup = (key: string, span: HourSpan): ChartGroup => {
  const plots = new Set<uPlotType>();
  const listeners: ((span: HourSpan) => void)[] = [];
  let now = span;
  let isMoving = false;

  const show = (wanted: HourSpan): void => {
    if (isMoving) return;
    isMoving = true;
    const from = Math.max(span.from, Math.min(wanted.from, span.to - HOURS_SHOWN_MIN));
    now = { from, to: Math.min(span.to, Math.max(wanted.to, from + HOURS_SHOWN_MIN)) };
    for (const plot of plots) plot.setScale('x', { min: now.from * SECONDS_PER_HOUR, max: now.to * SECONDS_PER_HOUR });
    for (const listener of listeners) listener(now);
    isMoving = false;
  };

  return {
    key,
    span,
    add: plot => void plots.add(plot),
    remove: plot => void plots.delete(plot),
    show,
    shown: () => now,
    follow: plot => {
      const { min, max } = plot.scales['x'] ?? {};
      if (typeof min !== 'number' || typeof max !== 'number') return;
      const wanted = { from: Math.round(min / SECONDS_PER_HOUR), to: Math.round(max / SECONDS_PER_HOUR) };
      if (wanted.from !== now.from || wanted.to !== now.to) show(wanted);
    },
    onShow: listener => void listeners.push(listener),
  };
};

const DAY = 24;
const STRETCHES: readonly (readonly [string, number])[] = [['1 M', 30 * DAY], ['3 M', 91 * DAY], ['1 Y', 365 * DAY], ['3 Y', 1096 * DAY]];

/** Buttons for the last stretch of the run and for all of it; only those that are shorter than the run. */
export const stretchButtons = (group: ChartGroup): HTMLElement => {
  const { from, to } = group.span;
  const choices = [...STRETCHES.filter(([, hours]) => hours < to - from), ['All', to - from] as const];
  const buttons = choices.map(([label, hours]) => {
    const start = to - hours;
    const made = button(label, { class: 'quiet', 'aria-pressed': 'false' }, () => group.show({ from: start, to }));
    group.onShow(shown => made.setAttribute('aria-pressed', String(shown.to === to && shown.from === start)));
    made.setAttribute('aria-pressed', String(hours === to - from));
    return made;
  });
  return element('div', { class: 'stretches', role: 'group', 'aria-label': 'Stretch of time' }, ...buttons);
};
