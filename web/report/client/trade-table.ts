/**
 * The trades: searched, sorted and turned a page at a time, for only a page of rows is ever made. Each row opens to the
 * reasons of its orders.
 */
import { button, element } from './element.ts';
import { count, counted } from './format.ts';
import { readReasons } from './read-report.ts';
import type { TradeRow } from './read-report.ts';
import { COLUMNS, restOf } from './trade-columns.ts';
import { answer, searchTexts } from './trade-rows.ts';
import type { Outcome, Question } from './trade-rows.ts';
import { tradeControls } from './trade-controls.ts';
import { tradeWhy } from './trade-why.ts';

const ROWS_SHOWN = 25;

export type TradeTable = Readonly<{ element: HTMLElement; open: (index: number) => void }>;

type Source = Readonly<{ /** Which run of the document, and its name. */ run: number; name: string }>;

export const tradeTable = (trades: readonly TradeRow[], { run, name }: Source): TradeTable => {
  let question: Question = { words: '', outcome: 'all', key: 'number', isDescending: true };
  let texts: readonly string[] | null = null;
  let found: readonly number[] = [];
  let first = 0;
  // The reasons of a long run are many; only who is about to search needs all of them.
  let isRead = false;
  const body = element('tbody');
  const shown = element('p', { class: 'rows-shown', role: 'status' });
  const heads = COLUMNS.map(column => headCell(column, () => ask({ key: column.key, isDescending: question.key === column.key ? !question.isDescending : column.key !== 'symbol' })));
  const controls = tradeControls({ onWords: words => ask({ words }), onOutcome: (outcome: Outcome) => ask({ outcome }), onPage: page => turn(page) });

  const show = (): void => {
    body.replaceChildren(...found.slice(first, first + ROWS_SHOWN).map(index => tradeRow(trades[index]!, { run, name, index })));
    const last = Math.min(first + ROWS_SHOWN, found.length);
    const all = found.length === trades.length ? counted(trades.length, 'trade') : `${count(found.length)} of ${counted(trades.length, 'trade')}`;
    shown.textContent = found.length === 0 ? `No trade matches; there are ${count(trades.length)}.` : `${count(first + 1)}\u2013${count(last)} of ${all}`;
    controls.setEnds({ isFirst: first === 0, isLast: last >= found.length });
    heads.forEach(({ element: head, key }) => head.setAttribute('aria-sort', key !== question.key ? 'none' : question.isDescending ? 'descending' : 'ascending'));
  };
  const ask = (change: Partial<Question>): void => {
    question = { ...question, ...change };
    found = answer(trades, { ...question, texts: question.words.trim() === '' ? null : (texts ??= searchTexts(trades, null)) });
    first = 0;
    show();
  };
  const turn = (page: 'first' | 'back' | 'on' | 'last'): void => {
    const last = Math.max(0, Math.floor((found.length - 1) / ROWS_SHOWN) * ROWS_SHOWN);
    first = { first: 0, back: Math.max(0, first - ROWS_SHOWN), on: Math.min(last, first + ROWS_SHOWN), last }[page];
    show();
  };
  const open = (index: number): void => {
    controls.clear();
    ask({ words: '', outcome: 'all' });
    first = Math.floor(found.indexOf(index) / ROWS_SHOWN) * ROWS_SHOWN;
    show();
    const opener = body.querySelector<HTMLButtonElement>(`[data-trade="${index}"]`);
    if (opener?.getAttribute('aria-expanded') === 'false') opener.click();
    opener?.scrollIntoView({ block: 'center' });
    opener?.focus();
  };

  ask({});
  controls.above.addEventListener('focusin', () => {
    if (isRead) return;
    isRead = true;
    void readReasons().then(reasons => {
      texts = searchTexts(trades, reasons[run] ?? null);
      if (question.words !== '') ask({});
    });
  });
  const table = element('table', { class: 'trades' }, element('caption', { class: 'unseen' }, 'Trades'), element('thead', {}, element('tr', {}, ...heads.map(head => head.element))), body);
  return { element: element('div', { class: 'trade-table' }, controls.above, element('div', { class: 'scroll' }, table), element('div', { class: 'pages' }, shown, controls.below)), open };
};

const headCell = ({ key, title, kind }: (typeof COLUMNS)[number], sort: () => void): Readonly<{ key: string; element: HTMLElement }> => ({
  key,
  element: element('th', { scope: 'col', class: kind, 'aria-sort': 'none' }, button(title, { class: 'sort' }, sort)),
});

const tradeRow = (trade: TradeRow, { run, name, index }: Source & Readonly<{ index: number }>): HTMLElement => {
  const cells = COLUMNS.map((column, at) => element('td', { class: column.kind, title: column.exact(trade) }, at === 0 ? opener(trade, { run, name, index }) : column.cell(trade)));
  return element('tr', { class: 'trade' }, ...cells);
};

const opener = (trade: TradeRow, { run, name, index }: Source & Readonly<{ index: number }>): HTMLElement => {
  const made = button(String(trade.number), { class: 'opener', 'aria-expanded': 'false', 'aria-label': `Why trade ${trade.number}`, 'data-trade': index }, () => {
    const row = made.closest('tr')!;
    const isOpen = made.getAttribute('aria-expanded') === 'true';
    made.setAttribute('aria-expanded', String(!isOpen));
    if (isOpen) return row.nextElementSibling?.remove();
    const place = element('td', { colspan: COLUMNS.length });
    row.after(element('tr', { class: 'why-row' }, place));
    void readReasons().then(reasons => {
      const why = reasons[run]?.[index];
      place.replaceChildren(restOf(trade), why === undefined ? 'No reasons are kept for this trade.' : tradeWhy(why, name));
    });
  });
  return made;
};
