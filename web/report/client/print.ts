/** Paper: light colours and one width for every drawing while it is printed, and what was there before afterwards. */
import { PAPER_WIDTH_PX, resizeAll } from './resized.ts';
import { showTheme, themeNow } from './theme.ts';

export const preparePaper = (): void => {
  let before = themeNow();
  addEventListener('beforeprint', () => {
    before = themeNow();
    showTheme('light');
    document.documentElement.classList.add('on-paper');
    resizeAll(PAPER_WIDTH_PX);
  });
  addEventListener('afterprint', () => {
    document.documentElement.classList.remove('on-paper');
    showTheme(before);
    resizeAll(null);
  });
};
