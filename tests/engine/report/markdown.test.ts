/** Markdown says what the document says, and nothing that stands in it breaks a table. */
import { describe, expect, test } from 'vitest';
import { comparableOf } from '../../../engine/report/comparable.ts';
import { comparisonMarkdown } from '../../../engine/report/markdown-comparison.ts';
import { metricText, reportMarkdown } from '../../../engine/report/markdown.ts';
import type { Metric } from '../../../engine/report/report.ts';
import { agentOf, byQuantity, deskOf, feesOf, FREE, instrument, START } from '../../support/desk.ts';
import { candlesFrom } from '../../support/market.ts';
import { reportOf } from '../../support/report.ts';

const BTC = candlesFrom(START, '100 100 100 100 9\n100 110 100 110 9\n110 120 110 120 9\n90 90 90 90 9\n90 90 90 90 9');
const desk = deskOf({ universe: [instrument('BTC/USD')], agents: [agentOf('scripted', byQuantity('1'))], costs: { ...FREE, fees: feesOf(2_500, 4_000) } }, [[{ 0: 'enter', 2: 'exit' }]]);
const report = reportOf(desk, { candles: [BTC], hours: 5, subject: { found: { hindsight: 'universe X chosen on 2025-01-01, after the fact', revisedData: null } } });

test('one run', () => {
  const text = reportMarkdown(report);
  expect(text.split('\n## ')[0]).toBe(
    [
      '# told',
      '',
      '-0.11 % on 10,000.00 USD, where buying and holding BTC/USD made -10.00 %; at most 0.30 % below its highest; proved by executing all 5 hours again.',
      '',
      `* head: \`${report.summary.head}\``,
      '* window: 2027-01-15T08:00:00Z to 2027-01-15T13:00:00Z, 5 hours of 1h candles, trading from 2027-01-15T08:00:00Z (backtest)',
      '* markets: BTC/USD',
      '* strategy: scripted',
      '* profile: research, 0.46 % exposed on average',
      '* costs: fees 0.25 % maker 0.4 % taker (test), no slippage, any share of the volume',
      '* hindsight: universe X chosen on 2025-01-01, after the fact',
      '* version: tb 0.1.0, semantics 2',
      '',
    ].join('\n'),
  );
  expect(text).toContain('| Sharpe ratio | - (fewer than 30 days) |\n');
  expect(text).toContain('\n0.30 % below the peak of 2027-01-15T10:00:00Z, deepest at 2027-01-15T11:00:00Z, not recovered at the end, 2 hours after its peak.\n');
  expect(text).toContain('| 2027 | -0.11 % |  |  |  |  |  |  |  |  |  |  |  | -0.11 % |');
  expect(text).toContain('| result before costs | -10.00 |\n| fees | -0.76 |\n| slippage | 0.00 |\n| result | -10.76 |\n');
  expect(text).toContain('| 1 | BTC/USD | 2027-01-15T09:00:00Z | 2027-01-15T11:00:00Z | 1 | 100 | 90 | -10.76 | -10.72 % | SCRIPT |');
  expect(text).not.toContain('## Largest gains');
});

describe('two runs', () => {
  const other = { ...report, run: 'a|b', verdict: { ...report.verdict, head: 'x' } };

  test('with where they part', () => {
    const text = comparisonMarkdown({ format: 'tb-comparison/1', left: report, right: other, comparable: comparableOf(report, other, null), divergence: { hour: START + 1, at: '2027-01-15T09:00:00Z', what: 'order_filled 500001.0.0, price', left: '100', right: null } });
    expect(text).toContain('# told and a\\|b\n');
    expect(text).toContain('They first part at 2027-01-15T09:00:00Z, in order_filled 500001.0.0, price: `100` against nothing.');
    expect(text).toContain('| condition | told | a\\|b |\n|---|---|---|\n| head |');
    expect(text).toContain('| Total return | -0.11 % | -0.11 % | 0.00 pp |\n');
    expect(text).toContain('| 2027-01 | -0.11 % | -0.11 % | 0.00 pp |');
    expect(text).toContain('| BTC/USD | -10.76 | -10.76 | 0.00 |');
  });

  test('that do not part', () => {
    expect(comparisonMarkdown({ format: 'tb-comparison/1', left: report, right: report, comparable: comparableOf(report, report, null), divergence: null })).toContain('Both end in the same head: equal hour for hour.\n\n## Conditions that differ\n\nNone.\n');
    expect(comparisonMarkdown({ format: 'tb-comparison/1', left: report, right: other, comparable: comparableOf(report, other, null), divergence: null })).toContain('They do not part within the 5 hours that both have.');
  });

  const later = { ...report, run: 'later', conditions: { ...report.conditions, from: '2027-01-15T13:00:00Z', tradeFrom: '2027-01-15T13:00:00Z', to: '2027-01-15T18:00:00Z' }, verdict: { ...report.verdict, head: 'y' } };

  test('that have no hour in common do not part: they never met', () => {
    const comparable = comparableOf(report, later, 'startHour');
    expect(comparable).toEqual({ sameQuote: true, sameStart: false, differs: ['window'], commonHours: 0 });
    const text = comparisonMarkdown({ format: 'tb-comparison/1', left: report, right: later, comparable, divergence: null });
    expect(text).toContain('\n\nThey differ in window. They have no hour in common.\n\n');
  });

  test('of two currencies: nothing is subtracted', () => {
    const euros = { ...report, run: 'euros', conditions: { ...report.conditions, quote: 'EUR', profile: 'balanced', agents: [{ id: 'main', strategy: 'donchian-breakout', parameters: {} }] }, verdict: { ...report.verdict, head: 'z' } };
    const comparable = comparableOf(report, euros, 'quote');
    expect(comparable).toEqual({ sameQuote: false, sameStart: true, differs: ['strategy', 'quote currency', 'risk profile'], commonHours: 5 });
    const text = comparisonMarkdown({ format: 'tb-comparison/1', left: report, right: euros, comparable, divergence: null });
    expect(text).toContain('They differ in strategy, quote currency and risk profile. They do not part within the 5 hours that both have. Amounts of the one are in USD and of the other in EUR: no difference is taken of them.');
    expect(text).toContain('| Fees | 0.76 USD | 0.76 EUR |  |\n');
    expect(text).toContain('| market | told, USD | euros, EUR | difference |\n|---|--:|--:|--:|\n| BTC/USD | -10.76 | -10.76 |  |');
  });

  test('that differ in nothing that is shown: the field of their manifests', () => {
    expect(comparableOf(report, report, 'execution.entry').differs).toEqual(['their manifests (execution.entry)']);
    expect(comparableOf(report, { conditions: { ...report.conditions, agents: [{ ...report.conditions.agents[0]!, parameters: { fast: '5' } }] } }, 'agents').differs).toEqual(['parameters of the strategy']);
  });
});

test('an account has the fees of its history, and no profile', () => {
  const account = reportOf(desk, { candles: [BTC], hours: 5, subject: { mode: 'import' } });
  expect([account.conditions.profile, account.conditions.notTraded, account.risk]).toEqual([null, null, []]);
  const text = reportMarkdown(account);
  expect(text).toContain('\n* exposure: 0.46 % on average\n* costs: fees as the history of the account has them; prices are those of its trades\n');
  expect(text).not.toMatch(/profile|halts|zero cost/);
});

test('a figure has its unit', () => {
  const figure = (unit: Metric['unit'], value: number | null): string => metricText({ id: 'x', name: 'x', group: 'risk', definition: 'x', reason: value === null ? 'no trade was closed' : null, unit, value }, 'USD');
  expect([figure('fraction', 0.5), figure('probability', 0.9894), figure('ratio', -1.005), figure('hours', 12_257), figure('hours', 30.84), figure('quote', -0.4), figure('count', 1_115), figure('ratio', null)]).toEqual([
    '50.00 %', '98.94 %', '-1.01', '12,257 h', '30.8 h', '-0.40 USD', '1,115', '- (no trade was closed)',
  ]);
});
