/** Reports opened in a real Chromium from a file, with everything it complained of and everything it asked for. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import type { ComparisonReport, RunReport } from '../../engine/report/report.ts';
import { reportPage } from '../../web/report/page.ts';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export type Look = Readonly<{ width?: number; height?: number; colorScheme?: 'light' | 'dark'; clipboard?: boolean }>;
export type Opened = Readonly<{ page: Page; complaints: string[]; requests: string[] }>;
export type ReportBrowser = Readonly<{ open: (report: RunReport | ComparisonReport, look?: Look) => Promise<Opened>; end: () => Promise<void> }>;

export const startReportBrowser = async (executablePath: string): Promise<ReportBrowser> => {
  const browser: Browser = await chromium.launch({ executablePath, args: FLAGS });
  const folder = mkdtempSync(join(tmpdir(), 'tb-report-'));
  let pages = 0;

  const open = async (report: RunReport | ComparisonReport, { width = 1440, height = 900, colorScheme = 'light', clipboard = false }: Look = {}): Promise<Opened> => {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, ...(clipboard ? { permissions: ['clipboard-read', 'clipboard-write'] } : {}) });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', message => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', error => complaints.push(String(error)));
    page.on('request', request => requests.push(request.url()));
    pages += 1;
    const file = join(folder, `report-${pages}.html`);
    writeFileSync(file, reportPage(report));
    await page.goto(pathToFileURL(file).href);
    await page.locator('html[data-report="ready"], html[data-report="failed"]').waitFor({ state: 'attached', timeout: 30_000 });
    return { page, complaints, requests };
  };
  const end = async (): Promise<void> => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { open, end };
};
