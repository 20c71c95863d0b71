/** Where two runs first part, in words: the hour, what it was, and what each of them has there. */
import { element } from './element.ts';
import { counted, instantText, words } from './format.ts';
import type { Comparable, Divergence } from './runs.ts';

const LIST = new Intl.ListFormat('en-GB', { type: 'conjunction' });

export const divergencePart = (divergence: Divergence, { differs, commonHours, sameQuote }: Comparable): HTMLElement => {
  const told = differs.length === 0 ? '' : `The runs differ in ${LIST.format(differs)}. `;
  const money = sameQuote ? '' : ' Their amounts are in different currencies, and no difference is taken of them.';
  if (divergence === null) {
    const apart = commonHours === 0 ? 'They have no hour in common.' : `They do not part within the ${counted(commonHours, 'hour')} that both have.`;
    return element('p', { class: told === '' ? 'divergence same' : 'divergence' }, `${told}${apart}${money}`);
  }
  const { at, what, left, right } = divergence;
  const side = (letter: string, text: string | null): HTMLElement => element('div', {}, element('dt', {}, letter), element('dd', { dir: 'auto' }, text ?? 'nothing there'));
  return element('div', { class: 'divergence' }, element('p', {}, told, element('b', {}, 'First divergence '), `${instantText(at)} UTC, ${words(what)}.${money}`), element('dl', {}, side('A', left), side('B', right)));
};
