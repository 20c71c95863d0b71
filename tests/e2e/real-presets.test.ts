/**
 * A real market of twelve coins under every preset and strategy: each trades, every campaign state is reached, refusals are
 * gates that exist, stored runs verify, replay and hold every invariant, and both accounting programs agree with the books.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../core/kernel/decimal.ts';
import { ENTRY_GATES, EXIT_GATES } from '../../core/risk/gate-order.ts';
import { findings, readPrelude, readValidations, undone } from '../../tools/validate-schema/validations.ts';
import { SHARED_DATA } from '../support/market-files.ts';
import { asOwner, logOf, scratchStore } from '../support/scratch-store.ts';
import type { ScratchDatabase } from '../support/scratch-store.ts';
import type { Document } from '../support/tb.ts';

const ARCHIVE = join(SHARED_DATA, 'binance-spot-2024');
const isAsked = (process.env['TB_REAL_MARKETS'] ?? '') !== '';
const isHere = isAsked && existsSync(ARCHIVE);
const ABSENT = isAsked ? `no real market files in ${ARCHIVE}` : 'takes minutes; TB_REAL_MARKETS=1 asks for it';

const COINS = ['AAVE', 'APT', 'AVAX', 'BTC', 'ETH', 'LINK', 'LTC', 'NEAR', 'SOL', 'TAO', 'UNI', 'XRP'];
const PRESETS = ['conservative', 'balanced', 'research'] as const;
const STRATEGIES = ['buy-and-hold', 'donchian-breakout', 'ema-cross', 'rsi-reversion', 'momentum-ensemble'] as const;
const CASES = PRESETS.flatMap(preset => STRATEGIES.map(strategy => [preset, strategy] as const));
const RUN = `--symbols ${COINS.map(coin => `${coin}/USDT`).join(',')} --from 2024-01-15T00:00:00Z --to 2024-09-06T00:00:00Z --fees binance --cash 100000`;
/** Of these every fact and decision is kept, for the invariants to be looked at. */
const KEPT_IN_FULL = ['conservative-ema-cross', 'balanced-momentum-ensemble'];

const GATES: ReadonlySet<string> = new Set([...ENTRY_GATES, ...EXIT_GATES].map(({ code }) => code));
const MINUTES_MS = 60_000;

describe('Binance 2024', () => {
  beforeEach(context => {
    if (!isHere) context.skip(ABSENT);
  });
  let store: ScratchDatabase;
  const reports = new Map<string, Document>();
  beforeAll(async () => {
    if (!isHere) return;
    store = await scratchStore();
    for (const coin of COINS) await store.json(`import ${join(ARCHIVE, `${coin}-1h.csv.gz`)} --symbol ${coin}/USDT`);
  }, 5 * MINUTES_MS);

  test.each(CASES)('%s trades %s, and replays to the same head', async (preset, strategy) => {
    const name = `${preset}-${strategy}`;
    const report = await store.json(`backtest --strategy ${strategy} --profile ${preset} ${RUN} --run ${name} --keep ${KEPT_IN_FULL.includes(name) ? 'full' : 'summary'}`);
    reports.set(name, report);
    expect(Number(report['fills'])).toBeGreaterThanOrEqual(strategy === 'buy-and-hold' ? 10 : 20);
    expect(report['kills']).toBe(0);
    const codes = Object.keys(report['refusals'] as Document);
    expect(codes.filter(code => !GATES.has(code))).toEqual([]);
    expect(await store.json(`replay-window --run ${name}`)).toMatchObject({ parity: true, head: report['head'], hours: report['hours'] });
  }, 5 * MINUTES_MS);

  test('refusals are counted by gate, and those of research are none of risk', () => {
    const codesOf = (preset: string): readonly string[] => [...new Set(STRATEGIES.flatMap(strategy => Object.keys(reports.get(`${preset}-${strategy}`)!['refusals'] as Document)))];
    const ofProfile = ['COOLDOWN', 'COST_GATE', 'LOSING_EXITS', 'POSITION_COUNT', 'SYMBOL_LOCKED'];
    expect([...ofProfile, 'WARM_UP'].filter(code => !['conservative', 'balanced'].flatMap(codesOf).includes(code))).toEqual([]);
    expect(codesOf('research').filter(code => ofProfile.includes(code))).toEqual([]);
  });

  test.each(PRESETS)('campaigns under %s reach every state', async preset => {
    const moved = (await logOf(store, `${preset}-momentum-ensemble`)).flatMap(({ event }) => (event['type'] === 'campaign_moved' ? [String(event['to'])] : []));
    expect([...new Set(moved)].sort()).toEqual(['EXITING', 'FLAT', 'OPEN', 'RECOVERY', 'REDUCED', 'WAIT_DIP']);
  }, 5 * MINUTES_MS);

  test('the store verifies, and every invariant holds on it', async () => {
    expect(await store.json('verify')).toMatchObject({ verified: true, findings: [] });
    const found = await asOwner(store, client =>
      undone(client, async () => {
        await client.query('ANALYZE');
        await client.query(readPrelude());
        return findings(client, readValidations());
      }),
    );
    expect(found.filter(({ violations }) => Number(violations) > 0)).toEqual([]);
    expect(found.length).toBeGreaterThan(80);
  }, 20 * MINUTES_MS);

  const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
  const said = (program: string, words: readonly string[]): string => {
    const { stdout, stderr } = spawnSync(program, words, { cwd: store.folder, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    return `${stdout}${stderr}`;
  };
  /** Programs write zeros behind the point, and zero itself as they like. */
  const normal = (text: string): string => (/^-?0[.0]*(E-\d+)?$/.test(text) ? '0' : formatDecimal(decimal(text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''))));
  const negative = (text: string): string => formatDecimal(-decimal(text));
  /** Amounts of `account,amount` lines, by account, in normal form. */
  const amountsOf = (csv: string, column: number): ReadonlyMap<string, string> =>
    new Map(csv.trimEnd().split('\n').slice(1).map(line => line.split(',').map(cell => cell.trim().replaceAll('"', ''))).map(cells => [cells[0]!, normal(cells[column]!)]));

  test.each(KEPT_IN_FULL)('hledger and beancount agree with %s in cash, gains and fees', async name => {
    const { books, cash } = (await store.json(`show ${name}`)) as { books: Record<string, string>; cash: string };
    const ours = [cash, books['realised'], books['fees'], books['deposits']];
    if (has('hledger')) {
      await store.json(`export ${name} --format hledger --out run.journal`);
      expect(said('hledger', ['-f', 'run.journal', 'check', '--strict', 'ordereddates', 'payees'])).toBe('');
      const theirs = amountsOf(said('hledger', ['-f', 'run.journal', 'balance', '--flat', '--no-total', '--layout=bare', '-O', 'csv', 'cur:USDT', '^(assets:cash|revenues:result|expenses:fees|equity:deposits)$']), 2);
      expect([theirs.get('assets:cash'), negative(theirs.get('revenues:result')!), theirs.get('expenses:fees'), negative(theirs.get('equity:deposits')!)]).toEqual(ours);
    } else console.log('Skipped: what hledger makes of a real run, as hledger is absent.');
    if (has('bean-check') && has('bean-query')) {
      await store.json(`export ${name} --format beancount --out run.beancount`);
      expect(said('bean-check', ['run.beancount'])).toBe('');
      const theirs = amountsOf(said('bean-query', ['-f', 'csv', 'run.beancount', "SELECT account, sum(number) AS amount WHERE currency = 'USDT' GROUP BY account"]), 1);
      expect([theirs.get('Assets:Cash'), negative(theirs.get('Income:Result')!), theirs.get('Expenses:Fees'), negative(theirs.get('Equity:Deposits')!)]).toEqual(ours);
    } else console.log('Skipped: what beancount makes of a real run, as bean-check or bean-query is absent.');
  }, 10 * MINUTES_MS);
});
