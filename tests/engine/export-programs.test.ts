/**
 * hledger and beancount themselves: they accept what is exported, add up to the balances, lots, gains and value of the
 * run to the last digit, and refuse a journal in which anything was changed. Each is asked only where it is installed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decimal } from 'decimal.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decimal, formatDecimal } from '../../core/kernel/decimal.ts';
import { baseOf } from '../../core/kernel/units.ts';
import { balancesOf } from '../../core/ledger/ledger.ts';
import { LOT_METHODS } from '../../core/lots/methods.ts';
import { beancountCommodity } from '../../engine/export-beancount.ts';
import { drawRun } from '../properties/openings.ts';
import { decisionsOf, deskOf, runHours } from '../support/desk.ts';
import { drawnAccount } from './drawn-account.ts';
import { aroundMidnight, journalText, paidInKind, paidInStock, soldBeforeItCame, threeLots, wholeAccount } from './journal-runs.ts';
import type { Traded } from './journal-runs.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
const hasHledger = has('hledger');
const hasBeancount = has('bean-check') && has('bean-query');
if (!hasHledger) console.log('Skipped: what hledger makes of a journal, as hledger is absent (Debian: apt-get install hledger).');
if (!hasBeancount) console.log('Skipped: what beancount makes of a journal, as bean-check or bean-query is absent (Debian: apt-get install beancount).');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tb-journals-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kept = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const said = (program: string, words: readonly string[]): string => {
  const { stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  return `${stdout}${stderr}`;
};

/** Rows of a CSV of plain cells, quoted or padded, without its head. */
const cells = (csv: string): readonly (readonly string[])[] =>
  csv.trimEnd().split('\n').slice(1).map(line => line.split(',').map(cell => cell.trim().replaceAll('"', '')));

const Exact = Decimal.clone({ precision: 120 });
/** A decimal in normal form, however a program spells it. */
const normal = (text: string): string => formatDecimal(decimal(new Exact(text).toFixed()));

const drawn = (seed: number, timeframe: '1h' | '5m'): Traded => {
  const { opening, scripts, candles, hours, outside } = drawRun(seed, { timeframe, hours: timeframe === '1h' ? 90 : 9, signals: seed % 2 === 0 ? 'scripted' : 'built-in' });
  const desk = deskOf(opening, scripts);
  return { desk, ran: runHours(desk, candles, hours, outside) };
};

const RUNS = {
  paidInStock: paidInStock(), paidInKind: paidInKind(), aroundMidnight: aroundMidnight(), threeLots: threeLots(), wholeAccount: wholeAccount(), soldBeforeItCame: soldBeforeItCame(),
  drawn1: drawn(1, '1h'), drawn6: drawn(6, '5m'), drawn12: drawn(12, '5m'), account1: drawnAccount(1), account6: drawnAccount(6),
};
type Name = keyof typeof RUNS;
const NAMES = Object.keys(RUNS) as readonly Name[];

/** Our own balances as `account asset amount`; position and trading keep what is owed in accounts of their own, so they are added up. */
const balances = ({ ran }: Traded): readonly string[] => balancesOf(ran.after.state.ledger).map(({ account, asset: held, amount }) => `${account} ${held} ${formatDecimal(amount)}`);

/** Amounts of a program, added up by our own name of the account. */
const summed = (rows: readonly (readonly [account: string, held: string, amount: string])[]): readonly string[] => {
  const sums = new Map<string, bigint>();
  for (const [account, held, amount] of rows) sums.set(`${account} ${held}`, (sums.get(`${account} ${held}`) ?? 0n) + decimal(normal(amount)));
  return [...sums].flatMap(([cell, amount]) => (amount === 0n ? [] : [`${cell} ${formatDecimal(amount)}`])).sort();
};

/** Lots of a run: id, asset, units; and their cost or fee. */
const openLots = ({ ran }: Traded, of: 'quantity' | 'cost' | 'fee'): readonly string[] =>
  ran.after.state.lots.flatMap(lot => (lot[of] === 0n ? [] : [`${lot.id} ${baseOf(lot.symbol)} ${formatDecimal(lot[of])}`])).sort();

/** What everything brought beyond its cost, and what is left of it after the fees of both ends. */
const gains = ({ ran }: Traded): Readonly<{ beforeFees: string; afterFees: string }> => {
  const matches = decisionsOf(ran, 'lot_matched').map(({ event }) => event);
  const [beforeFees, afterFees] = [matches.reduce((sum, { proceeds, cost }) => sum + proceeds - cost, 0n), matches.reduce((sum, { result }) => sum + result, 0n)];
  return { beforeFees: formatDecimal(beforeFees), afterFees: formatDecimal(afterFees) };
};

const negated = (text: string): string => formatDecimal(-decimal(normal(text)));
const total = (amounts: readonly string[]): string => formatDecimal(amounts.reduce((sum, amount) => sum + decimal(normal(amount)), 0n));

/** The text with every first piece replaced by the second; each must be there. */
const changed = (text: string, ...changes: readonly (readonly [RegExp, string])[]): string =>
  changes.reduce((before, [from, to]) => {
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${from} is not in the journal`);
    return after;
  }, text);

const OURS_OF_HLEDGER: Readonly<Record<string, string>> = {
  'assets:cash': 'cash', 'equity:clearing': 'clearing', 'equity:cost': 'cost', 'equity:deferred-fees': 'deferred_fees', 'equity:deposits': 'deposits', 'expenses:fees': 'fees', 'expenses:funding': 'funding',
  'revenues:income': 'income', 'assets:position': 'position', 'liabilities:position': 'position', 'revenues:result': 'result', 'expenses:rounding': 'rounding', 'equity:trading': 'trading',
  'equity:transfers': 'transfers', 'equity:withdrawals': 'withdrawals',
};

describe.skipIf(!hasHledger)('hledger', () => {
  const check = (path: string): string => said('hledger', ['-f', path, 'check', '--strict', 'ordereddates', 'payees']);
  const report = (path: string, ...words: readonly string[]) => cells(said('hledger', ['-f', path, 'balance', '--flat', '--no-total', '--layout=bare', '-O', 'csv', ...words]));

  test.each(LOT_METHODS.map(method => [method] as const))('accepts every journal by %s', async method => {
    for (const name of NAMES) expect([name, check(kept(`${name}-${method}.journal`, await journalText(RUNS[name], 'hledger', method)))]).toEqual([name, '']);
  });

  test.each(NAMES)('has the balances, lots and gains of %s', async name => {
    const path = kept(`${name}.journal`, await journalText(RUNS[name], 'hledger'));
    const ours = (account: string): string => OURS_OF_HLEDGER[account] ?? `${account} is not ours`;
    expect(summed(report(path, '--depth=2').map(([account, held, amount]) => [ours(account!), held!, amount!]))).toEqual([...balances(RUNS[name])].sort());
    const lots = (...accounts: readonly string[]): readonly string[] =>
      report(path, ...accounts).map(([account, , amount]) => `${account!.split(':').slice(3).join(':')} ${account!.split(':')[2]} ${normal(amount!)}`).sort();
    expect(lots('^(assets|liabilities):position')).toEqual(openLots(RUNS[name], 'quantity'));
    expect(lots('^equity:cost')).toEqual(openLots(RUNS[name], 'cost'));
    expect(lots('^equity:deferred-fees')).toEqual(openLots(RUNS[name], 'fee'));
    const { beforeFees, afterFees } = gains(RUNS[name]);
    const result = total(report(path, '^revenues:result').map(([, , amount]) => amount!));
    expect(negated(result)).toBe(beforeFees);
    // Fees that an account is charged beside any trade are no part of a gain.
    if (RUNS[name].desk.manifest.venue === 'simulated') expect(negated(total([result, ...report(path, '^expenses:fees', 'cur:USD').map(([, , amount]) => amount!)]))).toBe(afterFees);
  });

  test.each([
    ['an amount', [/-2000 USD$/m, '-2000.000000000000000001 USD'], /unbalanced|could not balance/],
    ['a closing balance', [/=\* 7700 USD/, '=* 7700.000000000000000001 USD'], /assertion/],
    ['a lot', [/(?<=position:1INCH:)\S+(?= +-1 )/, '9.9.9'], /undeclared|assertion/],
    ['the units of a lot', [/(?<=position:1INCH:\S+ +)-1 "1INCH" = 0 "1INCH"/, '-0.5 "1INCH" = 0.5 "1INCH"'], /balance/],
    ['an account', [/expenses:fees( +2 )/, 'expenses:fee$1'], /undeclared|assertion/],
    ['a date', [/^2027-01-15 \* sell/m, '2027-01-14 * sell'], /date|assertion/],
  ] as const)('refuses a journal in which somebody changed %s', async (_, change, message) => {
    expect(check(kept('changed.journal', changed(await journalText(RUNS.paidInStock, 'hledger'), change)))).toMatch(message);
  });

  test('values assets at the last marks as the run does', async () => {
    const path = kept('value.journal', await journalText(RUNS.paidInStock, 'hledger'));
    const { value } = RUNS.paidInStock.ran.hours.at(-1)!.valuation;
    expect(report(path, '^assets', '--value=end', '--depth=1').map(([account, held, amount]) => [account, held, normal(amount!)])).toEqual([['assets', 'USD', formatDecimal(value)]]);
    expect(formatDecimal(value)).toBe('10691.625');
  });
});

const OURS_OF_BEANCOUNT: Readonly<Record<string, string>> = {
  'Assets:Cash': 'cash', 'Equity:Clearing': 'clearing', 'Equity:Cost': 'cost', 'Equity:Deferred-Fees': 'deferred_fees', 'Equity:Deposits': 'deposits', 'Expenses:Fees': 'fees', 'Expenses:Funding': 'funding',
  'Income:Income': 'income', 'Assets:Position': 'position', 'Liabilities:Position': 'position', 'Income:Result': 'result', 'Expenses:Rounding': 'rounding', 'Equity:Trading': 'trading', 'Equity:Trading-Owed': 'trading',
  'Equity:Transfers': 'transfers', 'Equity:Withdrawals': 'withdrawals',
};

describe.skipIf(!hasBeancount)('beancount', () => {
  const check = (path: string): string => said('bean-check', [path]);
  const ask = (path: string, query: string) => cells(said('bean-query', ['-f', 'csv', path, query]));

  test.each(['lifo', 'hifo'] as const)('accepts journals by %s', async method => {
    for (const name of ['threeLots', 'wholeAccount', 'drawn6', 'account6'] as const) expect([name, check(kept(`${name}-${method}.beancount`, await journalText(RUNS[name], 'beancount', method)))]).toEqual([name, '']);
  });

  test.each(NAMES)('accepts %s, and has its balances, lots and gains', async name => {
    const path = kept(`${name}.beancount`, await journalText(RUNS[name], 'beancount'));
    expect(check(path)).toBe('');
    const assets = new Map(RUNS[name].desk.symbols.map(symbol => [beancountCommodity(baseOf(symbol)), baseOf(symbol)]));
    const ours = (commodity: string): string => assets.get(commodity) ?? commodity;
    const account = (full: string): string => OURS_OF_BEANCOUNT[full] ?? OURS_OF_BEANCOUNT[full.replace(/:[^:]+$/, '')] ?? `${full} is not ours`;
    const rows = ask(path, "SELECT account, currency, cost_label, meta('lot') AS lot, sum(number) AS amount GROUP BY account, currency, cost_label, lot");
    expect(summed(rows.map(([full, commodity, , , amount]) => [account(full!), ours(commodity!), amount!]))).toEqual([...balances(RUNS[name])].sort());
    const lots = rows.filter(([full, , label, , amount]) => full!.includes(':Position:') && label !== '' && normal(amount!) !== '0');
    expect(lots.map(([, commodity, label, , amount]) => `${label} ${ours(commodity!)} ${normal(amount!)}`).sort()).toEqual(openLots(RUNS[name], 'quantity'));
    const ofLot = (of: string): readonly string[] => rows.filter(([full, , , , amount]) => full === of && normal(amount!) !== '0').map(([, , , lot, amount]) => `${lot} ${normal(amount!)}`).sort();
    expect(ofLot('Equity:Cost')).toEqual(openLots(RUNS[name], 'cost').map(line => line.replace(/ \S+ /, ' ')));
    expect(ofLot('Equity:Deferred-Fees')).toEqual(openLots(RUNS[name], 'fee').map(line => line.replace(/ \S+ /, ' ')));
    expect(negated(total(rows.filter(([full]) => full === 'Income:Result').map(row => row[4]!)))).toBe(gains(RUNS[name]).beforeFees);
  });

  test.each([
    ['an amount', [/-2000\.0{18} USD$/m, '-2000.000000000000010000 USD'], /does not balance/],
    ['a closing balance', [/balance Assets:Cash 7700\.0{18}/, 'balance Assets:Cash 7700.000000000000000001'], /Balance failed/],
    ['a lot', [/(?<=X-1INCH \{2027-01-15, ")[^"]+/, '9.9.9'], /No position matches/],
    ['the units of a lot', [/(Assets:Position:X-1INCH +)-1\.0{18} /, '$1-1.000000000000000001 '], /Not enough lots/],
  ] as const)('refuses a journal in which somebody changed %s', async (_, change, message) => {
    expect(check(kept('changed.beancount', changed(await journalText(RUNS.paidInStock, 'beancount'), change)))).toMatch(message);
  });

  test('values assets at the last marks as the run does', async () => {
    const path = kept('value.beancount', await journalText(RUNS.paidInStock, 'beancount'));
    expect(ask(path, "SELECT sum(number(convert(value(position), 'USD'))) AS worth WHERE account ~ '^Assets'").flat().map(normal)).toEqual(['10691.625']);
  });
});
