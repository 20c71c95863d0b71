import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumFor } from '../support/chromium.ts';
import { inPage, untilInPage, widthOf } from '../support/in-page.ts';
import { startReportBrowser } from '../support/report-browser.ts';
import type { ReportBrowser } from '../support/report-browser.ts';
import { metricText } from '../../web/report/client/format.ts';
import { sampleComparison, sampleReport } from './sample-report.ts';

const path = chromiumFor('reports in a browser');
const LIMIT_MS = 60_000;

/** Figures that reach over the edge of their tile or of the page. */
const OVERLAPS = `[...document.querySelectorAll('.tile dd')].filter(figure => {
  const range = document.createRange();
  range.selectNodeContents(figure);
  const [text, tile] = [range.getBoundingClientRect(), figure.parentElement.getBoundingClientRect()];
  return text.right > tile.right + 0.5 || text.left < tile.left - 0.5;
}).map(figure => figure.textContent)`;

describe.skipIf(path === null)('a report in Chromium', () => {
  let browser: ReportBrowser;
  beforeAll(async () => {
    browser = await startReportBrowser(path!);
  }, LIMIT_MS);
  afterAll(() => browser.end());

  test('draws its charts without a complaint and asks for nothing but itself', async () => {
    const { page, complaints, requests } = await browser.open(sampleReport());
    expect(complaints).toEqual([]);
    expect(requests.filter(url => !url.startsWith('data:'))).toEqual([page.url()]);
    expect(await page.locator('.plot .uplot canvas').count()).toBe(7);
    const inked = await inPage(page, "[...document.querySelectorAll('canvas')].map(canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0))");
    expect(inked).toEqual([true, true, true, true, true, true, true]);
  }, LIMIT_MS);

  test('shows the figures of its document', async () => {
    const report = sampleReport();
    const { page } = await browser.open(report);
    expect((await page.locator('h1').innerText()).replaceAll('\u00a0', ' ')).toBe(report.verdict.text);
    const shown = await page.locator('td[data-metric]').evaluateAll(cells => cells.map(cell => [cell.getAttribute('data-metric'), cell.getAttribute('title'), cell.firstChild?.textContent]));
    const expected = report.metrics.map(({ id, value, unit }) => [id, value === null ? null : String(value), metricText(value, unit)]);
    expect(new Set(shown.map(row => row.join()))).toEqual(new Set(expected.map(row => row.join())));
    expect(await page.locator('.tiles').first().locator('dd').allInnerTexts()).toEqual(['+42.32\u202f%', '+61.02\u202f%', '18.62\u202f%', '19.27\u202f%', '0.94', '54.12\u202f%', '240']);
    expect(await page.locator('.cost-tiles dd').evaluateAll(cells => cells.map(cell => cell.getAttribute('title')))).toEqual(['4916.64', '612.33', '204.11', '4100.2', '4050.1', '0.081644']);
    const months = await page.locator('.month').evaluateAll(cells => cells.map(cell => cell.getAttribute('title')));
    expect(months).toHaveLength(report.months.length);
    const first = await page.locator('tr.trade').first().locator('td').evaluateAll(cells => cells.map(cell => cell.getAttribute('title') ?? cell.textContent));
    const last = report.trades.at(-1)!;
    expect(first.slice(5)).toEqual([last.quantity, last.entryPrice, last.exitPrice, last.fees, last.result, last.return]);
    expect(await page.locator('.key-value').first().innerText()).toBe(metricText(report.curves.benchmark!.values.at(-1)!, 'quote'));
  }, LIMIT_MS);

  test.each([[1440], [1024], [768], [375], [320]])('figures of any length stand beside each other at %d pixels', async width => {
    const sample = sampleReport();
    const huge = { ...sample, verdict: { ...sample.verdict, return: '491.6632', benchmarkReturn: '-0.9739', maxDrawdown: '0.9987' }, costs: { ...sample.costs, grossResult: '123456789012.34', netResult: '-98765432109.87', tradesResult: '98765432109.87' } };
    for (const report of [huge, { ...sampleComparison(), left: huge }]) {
      const { page } = await browser.open(report, { width, height: 900 });
      expect(await page.locator('.tiles').first().locator('dd').allInnerTexts()).toEqual(expect.arrayContaining(['+49,166.32\u202f%', '\u221297.39\u202f%', '99.87\u202f%']));
      expect(await inPage(page, OVERLAPS)).toEqual([]);
      expect(await widthOf(page)).toBe(width);
      await page.context().close();
    }
  }, LIMIT_MS);

  test('counts every mark, drawn or not, and says how many are not', async () => {
    const sample = sampleReport({ symbols: ['BTC/USDT'] });
    const markets = sample.markets.map(market => ({ ...market, markTotals: { entry: 2000, exit: 1400, partial: 300, stop: 300, refused: 50 }, marksLeftOut: 1987 }));
    const { page } = await browser.open({ ...sample, markets });
    expect(await page.locator('.mark-count').allInnerTexts()).toEqual(['2,000', '1,400', '300', '300', '50']);
    expect(await page.locator('.mark-keys .note').innerText()).toBe('1,987 marks of the smallest results not drawn');
  }, LIMIT_MS);

  test('the worst of many markets is one click away, and their bars are printed', async () => {
    const symbols = Array.from({ length: 40 }, (_, index) => `COIN${index}/USDT`);
    const { page } = await browser.open(sampleReport({ symbols, trades: 400 }));
    const values = async () => (await page.locator('.result-value').allInnerTexts()).map(text => Number(text.replaceAll(',', '').replace('\u2212', '-')));
    const best = await values();
    expect(best).toEqual(best.toSorted((left, right) => right - left));
    await page.getByRole('button', { name: 'Worst first' }).click();
    expect(await values()).toEqual(best.toReversed());
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.result-bar').first().isVisible()).toBe(true);
    expect(await page.locator('.results').evaluate(list => list.scrollHeight - list.clientHeight)).toBe(0);
  }, LIMIT_MS);

  test('searches, filters, sorts and turns the trades, and opens a reason', async () => {
    const report = sampleReport({ trades: 1000, reason: 'crossed <b>up</b>' });
    const { page } = await browser.open(report);
    const status = page.locator('.rows-shown');
    expect(await status.innerText()).toBe('1\u201325 of 1,000 trades');
    await page.getByRole('button', { name: 'Next page' }).click();
    expect(await status.innerText()).toBe('26\u201350 of 1,000 trades');
    await page.getByRole('searchbox').fill('sol/usdt stop');
    const stopped = report.trades.filter(trade => trade.symbol === 'SOL/USDT' && trade.why.exit?.reason === 'stop loss').length;
    await page.getByText(`1\u201325 of ${stopped} of 1,000 trades`).waitFor();
    await page.getByRole('button', { name: 'Gains' }).click();
    expect(await page.locator('td .figure.loss').count()).toBe(0);
    await page.getByRole('searchbox').fill('nothing like it');
    await page.getByText('No trade matches; there are 1,000.').waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'All', exact: true }).last().click();
    await page.getByRole('button', { name: 'Result', exact: true }).click();
    const best = report.trades.toSorted((left, right) => Number(right.result) - Number(left.result))[0]!;
    await page.locator(`tr.trade:first-child td:nth-child(10)[title="${best.result}"]`).waitFor();
    expect(await page.locator('th[aria-sort="descending"]').innerText()).toContain('Result');
    await page.getByRole('button', { name: `Why trade ${best.number}`, exact: true }).click();
    expect(await page.locator('.why-reason').first().innerText()).toBe('crossed <b>up</b>');
    expect(await page.locator('.gates').first().locator('tbody tr').first().innerText()).toBe('exposure max\tpassed\t60.00 %\t31.25 %\t5.00 %\tthe cap; what is held; the wish');
    expect(await page.locator('.why .evidence').first().locator('dd').allInnerTexts()).toEqual(Object.values(best.why.entry!.evidence));
  }, LIMIT_MS);

  test('tells a definition on hover, on focus and on tap, and takes it away', async () => {
    const { page } = await browser.open(sampleReport());
    const note = page.locator('.definition-note');
    const term = page.locator('.metrics .term').first();
    await term.hover();
    expect(await note.innerText()).toBe('Last unit value over the first, minus one.');
    await page.mouse.move(2, 2);
    expect(await note.isVisible()).toBe(false);
    await term.focus();
    expect(await note.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await note.isVisible()).toBe(false);
    await term.click();
    expect(await note.isVisible()).toBe(true);
    expect(await page.getByRole('button', { name: 'Total return' }).first().getAttribute('aria-describedby')).toBe('metric-total_return');
  }, LIMIT_MS);

  test('compares runs of two currencies by growth, and takes no difference of their amounts', async () => {
    const { left, right, ...rest } = sampleComparison();
    const other = { ...right, conditions: { ...right.conditions, quote: 'USD' } };
    const { page } = await browser.open({ ...rest, left, right: other, comparable: { ...rest.comparable, sameQuote: false } });
    await page.getByText('Equity, opening = 100').waitFor();
    const fees = page.locator('tr', { has: page.locator('[data-metric="fees"]') });
    expect(await fees.locator('.difference').textContent()).toBe('\u2014');
    const kept = page.locator('tr', { has: page.locator('[data-metric="sharpe"]') });
    expect(await kept.locator('.difference').textContent()).toMatch(/\d/);
  }, LIMIT_MS);

  test('copies the head hash', async () => {
    const { page } = await browser.open(sampleReport(), { clipboard: true });
    await page.getByRole('button', { name: 'Copy the head hash' }).click();
    await page.getByText('Copied', { exact: true }).waitFor();
    expect(await inPage(page, 'navigator.clipboard.readText()')).toBe(sampleReport().verdict.head);
  }, LIMIT_MS);

  test('is light or dark as the system is, until its button is used', async () => {
    const { page } = await browser.open(sampleReport(), { colorScheme: 'dark' });
    const background = () => inPage(page, 'getComputedStyle(document.body).backgroundColor');
    await expect.poll(background).toBe('rgb(20, 23, 27)');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(background).toBe('rgb(253, 253, 251)');
    await page.getByRole('button', { name: 'Switch between light and dark' }).click();
    await expect.poll(background).toBe('rgb(20, 23, 27)');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(background).toBe('rgb(20, 23, 27)');
  }, LIMIT_MS);

  test.each([[1440], [768], [375], [320]])('needs no sideways scrolling at %d pixels', async width => {
    for (const report of [sampleReport(), sampleComparison()]) {
      const { page } = await browser.open(report, { width, height: 812 });
      await page.locator('.opener').first().click();
      await page.locator('.why').first().waitFor();
      expect(await widthOf(page)).toBe(width);
      await page.context().close();
    }
  }, LIMIT_MS);

  test('zooms all charts together, by mouse, keys and buttons', async () => {
    const { page, complaints } = await browser.open(sampleReport());
    const equity = page.locator('.plot').first();
    const labels = () => page.locator('.stretches').first().locator('[aria-pressed="true"]').allInnerTexts();
    expect(await labels()).toEqual(['All']);
    await page.getByRole('button', { name: '3 M' }).first().click();
    expect(await labels()).toEqual(['3 M']);
    await equity.focus();
    await page.keyboard.press('0');
    expect(await labels()).toEqual(['All']);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.when').first().innerText()).toMatch(/^2024-07-0\d \d\d:\d\d UTC$/);
    const box = (await equity.locator('.u-over').boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await untilInPage(page, "document.querySelector('.stretches').querySelector('[aria-pressed=\"true\"]') === null");
    for (const log of await page.getByRole('button', { name: 'Logarithmic scale' }).all()) await log.click();
    await page.getByRole('button', { name: 'Buy and hold' }).click();
    expect(await page.locator('.log[aria-pressed="true"]').count()).toBe(2);
    expect(await page.locator('.key[aria-pressed="false"]').innerText()).toContain('Buy and hold');
    expect(complaints).toEqual([]);
  }, LIMIT_MS);
});
