/**
 * The page from its document: the head, the parts of every run, then the trades when they have been read. When all of it
 * stands, the page says so for whoever prints it. A document that cannot be read is said in place of the page.
 */
import { chartGroup } from './chart-group.ts';
import { conditionsSection } from './conditions.ts';
import { spanOf } from './curves.ts';
import { details } from './details.ts';
import { divergenceLine } from './divergence-line.ts';
import { divergencePart } from './divergence-part.ts';
import { element } from './element.ts';
import { metricsSection } from './metrics.ts';
import { pageHead } from './page-head.ts';
import { performanceSection } from './performance.ts';
import { preparePaper } from './print.ts';
import { readDocument, readTrades } from './read-report.ts';
import { runsOf } from './runs.ts';
import { verdictPart } from './summary.ts';

/** What a printer or a test waits for. */
const state = (name: 'drawn' | 'ready' | 'failed'): void => {
  document.documentElement.dataset['report'] = name;
  performance.mark(`report-${name}`);
};

const HIDDEN_WAIT_MS = 100;

/** After the next frame is on the screen; a page in the background has none and does not wait for one. */
const nextPaint = (): Promise<void> =>
  new Promise(resolve => {
    requestAnimationFrame(() => setTimeout(resolve, 0));
    setTimeout(resolve, HIDDEN_WAIT_MS);
  });

const show = async (): Promise<void> => {
  const { runs, divergence, comparable } = runsOf(await readDocument());
  const names = runs.map(run => run.report.run);
  const span = spanOf(runs.flatMap(({ report }) => [report.curves.equity, ...report.markets.map(market => market.price)])) ?? { from: 0, to: 1 };
  const group = chartGroup('report', span.from === span.to ? { from: span.from - 1, to: span.to + 1 } : span);
  const over = divergenceLine(divergence);
  const parts = details(runs, { group, over });
  document.getElementById('page')?.replaceChildren(
    pageHead(names.join(' and ')),
    element(
      'main',
      { id: 'top' },
      element('div', { class: runs.length > 1 ? 'verdicts two' : 'verdicts' }, runs.length > 1 ? element('h1', { class: 'unseen' }, names.join(' and ')) : null, ...runs.map(verdictPart)),
      comparable === null ? null : divergencePart(divergence, comparable),
      performanceSection(runs, group, over),
      metricsSection(runs),
      parts.element,
      conditionsSection(runs),
    ),
    element('footer', {}, `Made by tb ${runs[0].report.conditions.version}. All times are UTC. Every figure is in the document that this file carries; \u201ctb report --format json\u201d gives it by itself.`),
  );
  preparePaper();
  await nextPaint();
  state('drawn');
  parts.giveTrades(await readTrades());
  await nextPaint();
  state('ready');
};

show().catch((error: unknown) => {
  document.getElementById('page')?.replaceChildren(element('p', { class: 'failure' }, `This report cannot be shown: ${error instanceof Error ? error.message : String(error)}. It needs a browser of 2024 or newer; the same figures as text: tb report --format md.`));
  state('failed');
});
