import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { chromiumFor } from '../support/chromium.ts';
import { findChromium } from '../../web/report/find-chromium.ts';
import { reportPage } from '../../web/report/page.ts';
import { printPdf } from '../../web/report/pdf.ts';
import { sampleReport } from './sample-report.ts';

const path = chromiumFor('reports on paper');
const folder = mkdtempSync(join(tmpdir(), 'tb-print-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());
const LIMIT_MS = 90_000;

const pagesOf = (file: string): number => readFileSync(file, 'latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;

test.skipIf(path === null)('a report becomes pages of A4', async () => {
  const out = join(folder, 'report.pdf');
  await printPdf(reportPage(sampleReport()), out);
  const text = readFileSync(out, 'latin1');
  expect(text.startsWith('%PDF-')).toBe(true);
  expect(text).toMatch(/\/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]/);
  expect(pagesOf(out)).toBeGreaterThanOrEqual(5);
  expect(pagesOf(out)).toBeLessThanOrEqual(9);
}, LIMIT_MS);

describe('where no Chromium is', () => {
  test('it says what to install or to do without', async () => {
    vi.stubEnv('PATH', folder);
    vi.stubEnv('TB_CHROMIUM', '');
    await expect(printPdf('<p>', join(folder, 'none.pdf'))).rejects.toMatchObject({
      exit: 4,
      message: 'A PDF is printed by Chromium, and no chromium, chromium-browser, google-chrome or chrome is in PATH.',
      hint: 'Install it (Debian: apt-get install chromium) or set TB_CHROMIUM to its path. Write the page with --out report.html and print it from any browser; its style sheet is made for A4.',
    });
    expect(existsSync(join(folder, 'none.pdf'))).toBe(false);
  });

  test('a TB_CHROMIUM that is no program is named', async () => {
    vi.stubEnv('TB_CHROMIUM', '/nowhere/chromium');
    await expect(printPdf('<p>', join(folder, 'none.pdf'))).rejects.toMatchObject({ exit: 4, message: 'A PDF is printed by Chromium, and TB_CHROMIUM names /nowhere/chromium, which is no program that can be run.' });
    expect(findChromium({ PATH: '/usr/bin', TB_CHROMIUM: '/nowhere/chromium' })).toBeNull();
  });

  test('a program that is no browser is told of with what it did', async () => {
    vi.stubEnv('TB_CHROMIUM', '/bin/false');
    await expect(printPdf('<p>', join(folder, 'none.pdf'))).rejects.toMatchObject({ exit: 4, message: 'Chromium (/bin/false) did not print the report: it ended (exit 1)' });
  });
});
