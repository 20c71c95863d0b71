/**
 * A report as one file of HTML that needs nothing else: styles, scripts, chart library and the document are in it, and
 * its own policy forbids it to ask for anything. It decides what goes into the file, and knows no figure.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ComparisonReport, RunReport } from '../../engine/report/report.ts';
import { linkClient } from './link-client.ts';
import { packReport } from './packed-report.ts';

const FOLDER = import.meta.dirname;
const STYLES = ['page.css', 'figures.css', 'charts.css', 'tables.css', 'print.css'] as const;

const installed = createRequire(import.meta.url);
const chartLibrary = (file: string): string => readFileSync(installed.resolve(`uplot/${file}`), 'utf8').trim();

/** The one file of a report: opens from a folder, a mail or a web server, without a network. */
export const reportPage = (report: RunReport | ComparisonReport): string => {
  const scripts = [licensed(chartLibrary('dist/uPlot.iife.min.js')), linkClient(join(FOLDER, 'client', 'main.ts'))].map(unclosable);
  const styles = [chartLibrary('dist/uPlot.min.css'), ...STYLES.map(name => readFileSync(join(FOLDER, name), 'utf8').trim())].join('\n');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy(scripts)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="generator" content="tb">',
    '<link rel="icon" href="data:,">',
    `<title>${escaped(titleOf(report))}</title>`,
    `<style>${styles}</style>`,
    '</head>',
    '<body>',
    '<noscript><p>This report draws itself with JavaScript. The same figures as text: <code>tb report --format md</code>.</p></noscript>',
    '<p id="announcements" class="unseen" aria-live="polite"></p>',
    '<div id="page"></div>',
    ...packReport(report).map(({ id, base64 }) => `<script type="text/plain" id="${id}">${base64}</script>`),
    ...scripts.map(script => `<script>${script}</script>`),
    '</body>',
    '</html>',
    '',
  ].join('\n');
};

const titleOf = (report: RunReport | ComparisonReport): string =>
  report.format === 'tb-report/1' ? `${report.run}: tb report` : `${report.left.run} and ${report.right.run}: tb comparison`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

const escaped = (text: string): string => text.replace(/[&<>"']/g, letter => ENTITIES[letter] ?? letter);

/** In a script element only these two would be read as markup; in our scripts they stand in texts, if anywhere. */
const unclosable = (script: string): string => script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');

const licensed = (script: string): string => `${script}\n/*\n${chartLibrary('LICENSE')}\n*/`;

/** Only these very scripts run, and nothing is fetched from anywhere. Inline styles are what the chart library sets. */
const policy = (scripts: readonly string[]): string => {
  const hashes = scripts.map(script => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  return `default-src 'none'; script-src ${hashes.join(' ')}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
};
