/** The bar at the top: what the page is, the ways to its parts, and light or dark. */
import { element } from './element.ts';
import { themeButton } from './theme.ts';

const PARTS: readonly (readonly [string, string])[] = [['performance', 'Performance'], ['metrics', 'Metrics'], ['markets', 'Markets'], ['months', 'Months'], ['results', 'Results'], ['trades', 'Trades'], ['conditions', 'Conditions']];

export const pageHead = (title: string): HTMLElement =>
  element(
    'header',
    { class: 'bar' },
    element('div', { class: 'bar-inner' }, element('a', { href: '#top', class: 'brand' }, element('b', {}, 'tb'), ' ', element('bdi', {}, title)), element('nav', { 'aria-label': 'Parts of the report' }, ...PARTS.map(([id, name]) => element('a', { href: `#${id}` }, name))), themeButton()),
  );
