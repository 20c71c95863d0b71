/**
 * Light and dark: what the system prefers until the reader chooses. It tells those who draw on canvases, for they have
 * no style sheet. The choice is kept for this page's lifetime only.
 */
import { button } from './element.ts';

type Theme = 'light' | 'dark';

const listeners = new Set<() => void>();

/** Called whenever colours have changed. Gives back what ends it. */
export const onColours = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

const preferred = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

/** Sets the theme on the page and redraws what is drawn. */
export const showTheme = (theme: Theme): void => {
  document.documentElement.dataset['theme'] = theme;
  for (const listener of listeners) listener();
};

export const themeNow = (): Theme => (document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light');

/** Follows the system until the button is used. */
export const themeButton = (): HTMLButtonElement => {
  let chosen = false;
  const label = (): string => (themeNow() === 'dark' ? 'Light' : 'Dark');
  const made = button('', { class: 'quiet', 'data-role': 'theme', 'aria-label': 'Switch between light and dark' }, () => {
    chosen = true;
    showTheme(themeNow() === 'dark' ? 'light' : 'dark');
  });
  onColours(() => (made.textContent = label()));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    if (!chosen) showTheme(preferred());
  });
  showTheme(preferred());
  return made;
};

/** A colour of the style sheet, by the name of its custom property. */
export const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
