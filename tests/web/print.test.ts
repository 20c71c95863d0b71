import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
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

/** One that has ended may still stand in the list, until whoever inherited it looks: it is Z then. */
const isAlive = (id: string): boolean => {
  const state = spawnSync('ps', ['-o', 'stat=', '-p', id]).stdout.toString().trim();
  return state !== '' && !state.startsWith('Z');
};

const pagesOf = (file: string): number => readFileSync(file, 'latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;

test.skipIf(path === null)('a report becomes pages of A4', async () => {
  const out = join(folder, 'report.pdf');
  writeFileSync(out, await printPdf(reportPage(sampleReport())));
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
    await expect(printPdf('<p>')).rejects.toMatchObject({
      exit: 4,
      message: 'A PDF is printed by Chromium, and no chromium, chromium-browser, google-chrome or chrome is in PATH.',
      hint: 'Install it (Debian: apt-get install chromium) or set TB_CHROMIUM to its path. Write the page with --out report.html and print it from any browser; its style sheet is made for A4.',
    });
  });

  test('a TB_CHROMIUM that is no program is named', async () => {
    vi.stubEnv('TB_CHROMIUM', '/nowhere/chromium');
    await expect(printPdf('<p>')).rejects.toMatchObject({ exit: 4, message: 'A PDF is printed by Chromium, and TB_CHROMIUM names /nowhere/chromium, which is no program that can be run.' });
    expect(findChromium({ PATH: '/usr/bin', TB_CHROMIUM: '/nowhere/chromium' })).toBeNull();
  });

  test('a program that is no browser is told of with what it did', async () => {
    vi.stubEnv('TB_CHROMIUM', '/bin/false');
    await expect(printPdf('<p>')).rejects.toMatchObject({ exit: 4, message: 'Chromium (/bin/false) did not print the report: it ended (exit 1)' });
  });
});

describe('a browser that never answers', () => {
  const silent = join(folder, 'silent');
  const temporary = join(folder, 'temporary');
  beforeAll(() => {
    mkdirSync(temporary);
    // Its child would outlive it, as the helpers of a browser do.
    writeFileSync(silent, `#!/bin/sh\nsleep 300 &\necho $! >> ${join(folder, 'helpers')}\nwait\n`, { mode: 0o755 });
  });
  const helpersAlive = (): readonly string[] => readFileSync(join(folder, 'helpers'), 'utf8').trim().split('\n').filter(isAlive);

  test('is given up, and nothing of it stays', async () => {
    vi.stubEnv('TB_CHROMIUM', silent);
    vi.stubEnv('TMPDIR', temporary);
    await expect(printPdf('<p>', 400)).rejects.toMatchObject({ exit: 4, message: `Chromium (${silent}) did not print the report: it gave no answer to Target.createTarget within 0.4 seconds` });
    await expect.poll(helpersAlive).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('ends with the program that %s ends', async signal => {
    const program = `import { printPdf } from ${JSON.stringify(new URL('../../web/report/pdf.ts', import.meta.url).href)}; await printPdf('<p>');`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { env: { ...process.env, TB_CHROMIUM: silent, TMPDIR: temporary }, stdio: 'ignore' });
    const before = readFileSync(join(folder, 'helpers'), 'utf8');
    await expect.poll(() => readFileSync(join(folder, 'helpers'), 'utf8') !== before, { timeout: 20_000 }).toBe(true);
    child.kill(signal);
    const [, by] = (await once(child, 'close')) as [number | null, string | null];
    expect(by).toBe(signal);
    await expect.poll(helpersAlive).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  }, LIMIT_MS);
});
