/** Asks an open page in its own language: the tests are compiled without a browser's names. */
import type { Page } from 'playwright-core';

/** The value of an expression in the page. */
export const inPage = (page: Page, expression: string): Promise<unknown> => page.evaluate(expression);

export const untilInPage = async (page: Page, expression: string): Promise<void> => {
  await page.waitForFunction(expression);
};

export const widthOf = (page: Page): Promise<unknown> => inPage(page, 'document.documentElement.scrollWidth');
