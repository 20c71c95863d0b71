/**
 * A report on paper: the page itself, printed by a Chromium of the machine as any browser would print it. It lays
 * nothing out; where there is no browser it says how to come by one or to do without.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EXIT, Problem } from '../../engine/problem.ts';
import { startChromium } from './chromium-pipe.ts';
import type { Chromium } from './chromium-pipe.ts';
import { findChromium } from './find-chromium.ts';

/** A4 at 96 pixels an inch; twice as many dots, so that drawings are sharp on paper. */
const PAPER = { width: 794, height: 1123, deviceScaleFactor: 2, mobile: false } as const;
const POLL_MS = 60;
const READY_WITHIN_MS = 60_000;
const ANSWER_WITHIN_MS = 60_000;

const FOOTER = '<div style="width:100%;font:8px sans-serif;color:#626974;padding:0 15mm;display:flex;justify-content:space-between"><span class="title"></span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>';

/** The path of the Chromium that would print. Throws Problem (unavailable) where none is found. */
export const requireChromium = (): string => {
  const path = findChromium(process.env);
  if (path === null) throw noChromium();
  return path;
};

/** The page `html` as the bytes of a PDF; an answer may take `answerWithinMs`. A Problem (unavailable) where no Chromium is found, or it fails. */
export const printPdf = async (html: string, answerWithinMs = ANSWER_WITHIN_MS): Promise<Buffer> => {
  const path = requireChromium();
  try {
    const browser = startChromium(path, answerWithinMs);
    try {
      const page = join(browser.folder, 'report.html');
      writeFileSync(page, html);
      return await printed(browser, pathToFileURL(page).href);
    } finally {
      await browser.end();
    }
  } catch (error) {
    throw new Problem(EXIT.unavailable, `Chromium (${path}) did not print the report: ${error instanceof Error ? error.message : String(error)}`, HINT);
  }
};

const HINT = 'Write the page with --out report.html and print it from any browser; its style sheet is made for A4.';

const noChromium = (): Problem => {
  const named = process.env['TB_CHROMIUM'];
  const why = named === undefined || named === '' ? 'no chromium, chromium-browser, google-chrome or chrome is in PATH' : `TB_CHROMIUM names ${named}, which is no program that can be run`;
  return new Problem(EXIT.unavailable, `A PDF is printed by Chromium, and ${why}.`, `Install it (Debian: apt-get install chromium) or set TB_CHROMIUM to its path. ${HINT}`);
};

const printed = async ({ ask }: Chromium, address: string): Promise<Buffer> => {
  const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = (await ask('Target.attachToTarget', { targetId, flatten: true })) as Readonly<{ sessionId: string }>;
  const askPage: Chromium['ask'] = (method, parameters) => ask(method, parameters, sessionId);
  await askPage('Emulation.setDeviceMetricsOverride', PAPER);
  await askPage('Page.navigate', { url: address });
  await untilReady(askPage);
  const { data } = (await askPage('Page.printToPDF', { printBackground: true, preferCSSPageSize: true, displayHeaderFooter: true, headerTemplate: '<span></span>', footerTemplate: FOOTER, generateTaggedPDF: true })) as Readonly<{ data: string }>; // oxlint-disable-line tb/banned-names -- The protocol's own word.
  return Buffer.from(data, 'base64');
};

const untilReady = async (askPage: Chromium['ask']): Promise<void> => {
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  while (Date.now() < giveUpAt) {
    const { result } = (await askPage('Runtime.evaluate', { expression: 'document.documentElement.dataset.report ?? ""' })) as Readonly<{ result: Readonly<{ value?: unknown }> }>;
    if (result.value === 'ready') return;
    if (result.value === 'failed') throw new Error('the page could not read its own document');
    await new Promise(resolve => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`the page was not ready within ${READY_WITHIN_MS / 1000} seconds`);
};
