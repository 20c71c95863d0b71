/** Where two runs first part, in words: the hour, what it was, and what each of them has there. */
import { element } from './element.ts';
import { instantText, words } from './format.ts';
import type { Divergence } from './runs.ts';

export const divergencePart = (divergence: Divergence): HTMLElement => {
  if (divergence === null) return element('p', { class: 'divergence same' }, 'The runs do not part within the hours that both have.');
  const { at, what, left, right } = divergence;
  const side = (letter: string, text: string | null): HTMLElement => element('div', {}, element('dt', {}, letter), element('dd', { dir: 'auto' }, text ?? 'nothing there'));
  return element('div', { class: 'divergence' }, element('p', {}, element('b', {}, 'First divergence '), `${instantText(at)} UTC, ${words(what)}`), element('dl', {}, side('A', left), side('B', right)));
};
