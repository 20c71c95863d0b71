/** A titled part of the page with the sentence that says how to read it. What stands in it is the caller's. */
import { element } from './element.ts';
import type { Child } from './element.ts';

export type SectionTitle = Readonly<{ id: string; title: string; note?: string }>;

export const section = ({ id, title, note }: SectionTitle, ...children: readonly Child[]): HTMLElement =>
  element(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    element('header', { class: 'section-head' }, element('h2', { id: `${id}-title` }, title), note === undefined ? null : element('p', { class: 'note' }, note)),
    ...children,
  );
