/**
 * Terms that explain themselves: on hover, on focus and on tap one note is shown beside the term. Screen readers and
 * paper get the same text from an element of its own, which the style sheet shows only there.
 */
import { button, element } from './element.ts';
import { typeset } from './format.ts';

const MARGIN_PX = 12;
const GAP_PX = 6;

let shown: HTMLElement | null = null;
let note: HTMLElement | null = null;

const noteElement = (): HTMLElement => {
  if (note === null) {
    note = element('div', { class: 'definition-note', popover: 'manual', 'aria-hidden': 'true' });
    document.body.append(note);
    addEventListener('scroll', hide, { passive: true, capture: true });
    addEventListener('keydown', event => {
      if (event.key === 'Escape') hide();
    });
  }
  return note;
};

const show = (term: HTMLElement, text: string): void => {
  const box = noteElement();
  box.textContent = text;
  box.showPopover();
  const place = term.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = Math.max(MARGIN_PX, Math.min(place.left, document.documentElement.clientWidth - width - MARGIN_PX));
  const below = place.bottom + GAP_PX;
  const top = below + height > innerHeight ? Math.max(MARGIN_PX, place.top - height - GAP_PX) : below;
  box.style.left = `${left}px`;
  box.style.top = `${top}px`;
  shown = term;
};

const hide = (): void => {
  if (shown === null) return;
  note?.hidePopover();
  shown = null;
};

/** The term as a button, and its definition for readers without a pointer. `id` is unique on the page. */
export const definedTerm = ({ id, term, definition }: Readonly<{ id: string; term: string; definition: string }>): DocumentFragment => {
  const made = button(typeset(term), { class: 'term', 'aria-describedby': id }, () => show(made, definition));
  made.addEventListener('pointerenter', event => {
    if (event.pointerType === 'mouse') show(made, definition);
  });
  made.addEventListener('pointerleave', event => {
    if (event.pointerType === 'mouse') hide();
  });
  made.addEventListener('focus', () => show(made, definition));
  made.addEventListener('blur', hide);
  const fragment = document.createDocumentFragment();
  fragment.append(made, element('span', { class: 'definition', id }, definition));
  return fragment;
};
