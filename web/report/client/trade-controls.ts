/** The controls around the table of trades: words to look for, gains or losses, and the pages. It knows no trade. */
import { button, element } from './element.ts';
import type { Outcome } from './trade-rows.ts';

export type Page = 'first' | 'back' | 'on' | 'last';
type Wishes = Readonly<{ onWords: (words: string) => void; onOutcome: (outcome: Outcome) => void; onPage: (page: Page) => void }>;
type Controls = Readonly<{ above: HTMLElement; below: HTMLElement; clear: () => void; setEnds: (ends: Readonly<{ isFirst: boolean; isLast: boolean }>) => void }>;

const OUTCOMES: readonly (readonly [Outcome, string])[] = [['all', 'All'], ['gains', 'Gains'], ['losses', 'Losses']];
const PAUSE_MS = 90;

export const tradeControls = ({ onWords, onOutcome, onPage }: Wishes): Controls => {
  const search = element('input', { type: 'search', placeholder: 'Market, date, reason, order \u2026', 'aria-label': 'Search the trades', dir: 'auto', spellcheck: 'false', autocomplete: 'off' });
  let pause: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(() => onWords(search.value), PAUSE_MS);
  });
  const outcomes = OUTCOMES.map(([outcome, label]) => ({ outcome, button: button(label, { class: 'quiet', 'aria-pressed': String(outcome === 'all') }, () => choose(outcome)) }));
  const mark = (chosen: Outcome): void => outcomes.forEach(({ outcome, button: choice }) => choice.setAttribute('aria-pressed', String(outcome === chosen)));
  const choose = (outcome: Outcome): void => {
    mark(outcome);
    onOutcome(outcome);
  };
  const first = button('\u21e4', { class: 'quiet', 'aria-label': 'First page' }, () => onPage('first'));
  const back = button('\u2190', { class: 'quiet', 'aria-label': 'Page before' }, () => onPage('back'));
  const on = button('\u2192', { class: 'quiet', 'aria-label': 'Next page' }, () => onPage('on'));
  const last = button('\u21e5', { class: 'quiet', 'aria-label': 'Last page' }, () => onPage('last'));
  return {
    above: element('div', { class: 'controls' }, search, element('div', { class: 'stretches', role: 'group', 'aria-label': 'Outcome' }, ...outcomes.map(choice => choice.button))),
    below: element('div', { class: 'page-buttons' }, first, back, on, last),
    clear: () => {
      search.value = '';
      mark('all');
    },
    setEnds: ({ isFirst, isLast }) => {
      first.disabled = back.disabled = isFirst;
      on.disabled = last.disabled = isLast;
    },
  };
};
