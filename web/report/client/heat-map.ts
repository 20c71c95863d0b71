/** Returns by month as a table: a year a row, a tint for the size, a sign and a figure in every cell. */
import type { RunReport } from '../../../engine/report/report.ts';
import { element } from './element.ts';
import { signed, signedPercent } from './format.ts';
import { monthName } from './time-axis.ts';
import { tintOf } from './tint.ts';

type Months = RunReport['months'];

const MONTHS_PER_YEAR = 12;
export const heatMap = ({ months, years }: RunReport): HTMLElement => {
  const largest = Math.max(0, ...months.map(month => Math.abs(month.return)));
  const rows = [...new Set(months.map(({ year }) => year))].toSorted((left, right) => left - right);
  const names = Array.from({ length: MONTHS_PER_YEAR }, (_, index) => element('th', { scope: 'col' }, monthName(index + 1)));
  const body = rows.map(year => {
    const cells = Array.from({ length: MONTHS_PER_YEAR }, (_, index) => cell(months, { year, month: index + 1, largest }));
    const whole = years.find(row => row.year === year);
    return element('tr', {}, element('th', { scope: 'row' }, String(year)), ...cells, years.length === 0 ? null : element('td', { class: 'year' }, whole === undefined ? '' : signed(whole.return * 100, 1)));
  });
  const head = element('tr', {}, element('th', { scope: 'col' }, element('span', { class: 'unseen' }, 'Year')), ...names, years.length === 0 ? null : element('th', { scope: 'col', class: 'year' }, 'Year'));
  const table = element('table', { class: 'heat' }, element('caption', { class: 'unseen' }, 'Return of each month in percent'), element('thead', {}, head), element('tbody', {}, ...body));
  return element('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Monthly returns' }, table);
};

const cell = (months: Months, { year, month, largest }: Readonly<{ year: number; month: number; largest: number }>): HTMLElement => {
  const found = months.find(row => row.year === year && row.month === month);
  if (found === undefined) return element('td', { class: 'empty' });
  return element('td', { class: 'month', 'data-tint': tintOf(found.return, largest), title: `${monthName(month)} ${year}: ${signedPercent(found.return)}` }, signed(found.return * 100, 1));
};
