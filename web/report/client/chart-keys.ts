/** A chart by keyboard: left and right move the cursor, plus and minus zoom about it, 0 shows all. */
import type uPlotType from 'uplot';
import type { ChartGroup } from './chart-group.ts';

const STEPS_ACROSS = 100;
const ZOOM = 0.5;

type Key = 'ArrowLeft' | 'ArrowRight' | '+' | '-' | '0';

const KEYS: ReadonlySet<string> = new Set<Key>(['ArrowLeft', 'ArrowRight', '+', '-', '0']);

const isKey = (key: string): key is Key => KEYS.has(key);

export const moveByKeys = (place: HTMLElement, plotNow: () => uPlotType | null, group: ChartGroup): void => {
  place.addEventListener('keydown', event => {
    const plot = plotNow();
    if (plot === null || !isKey(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(event.key, plot, group);
  });
};

const act = (key: Key, plot: uPlotType, group: ChartGroup): void => {
  const width = plot.over.clientWidth;
  const left = plot.cursor.left ?? -1;
  const at = left < 0 ? width / 2 : left;
  const { from, to } = group.shown();
  const half = (to - from) * (key === '+' ? ZOOM / 2 : 1);
  const middle = from + ((to - from) * at) / Math.max(1, width);
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight': {
      const moved = at + (key === 'ArrowLeft' ? -1 : 1) * (width / STEPS_ACROSS);
      return plot.setCursor({ left: Math.max(0, Math.min(width, moved)), top: plot.over.clientHeight / 2 }, true);
    }
    case '+':
    case '-':
      return group.show({ from: Math.round(middle - half), to: Math.round(middle + half) });
    case '0':
      return group.show(group.span);
  }
  key satisfies never;
};
