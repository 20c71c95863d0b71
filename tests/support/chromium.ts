/**
 * A Chromium for the tests of pages: the one that is here, or, for root on a build machine, one that apt installs. Where
 * there is none the reason is printed, with what to install.
 */
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { findChromium } from '../../web/report/find-chromium.ts';

const INSTALL = 'Debian: apt-get install chromium; or set TB_CHROMIUM';

const canInstall = (): boolean => process.platform === 'linux' && process.getuid?.() === 0 && (process.env['CI'] ?? '') !== '';

const install = (): void => {
  console.error('Installing chromium with apt-get, to look at reports (once; about 300 MB) ...');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: readonly string[]) => spawnSync('apt-get', args, { stdio: 'ignore', env: environment });
  apt('-q', 'update');
  apt('-q', '-y', '--no-install-recommends', 'install', 'chromium');
};

/** The path of a Chromium, or null after saying which tests do without. */
export const chromiumFor = (what: string): string | null => {
  const here = findChromium(process.env);
  if (here !== null) return here;
  if (canInstall()) install();
  const installed = findChromium(process.env);
  if (installed === null) console.log(`Skipped: ${what}, as no Chromium is found (${INSTALL}).`);
  return installed;
};
