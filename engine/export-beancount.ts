/**
 * A journal in the syntax of beancount: units are held at cost in lots that bear their id as label, so every disposal names
 * what it consumed and beancount itself refuses one that is not there. It cannot tell an average pool.
 */
import type { Account } from '../core/events.ts';
import { formatDecimal } from '../core/kernel/decimal.ts';
import { formatHour } from '../core/kernel/hours.ts';
import { DECIMALS } from '../core/kernel/units.ts';
import type { Asset } from '../core/kernel/units.ts';
import { QUOTE_ACCOUNTS } from '../core/ledger/ledger.ts';
import { dateText, dayOf } from './export-days.ts';
import type { Holding, JournalClosing, JournalEntry, JournalHeading, JournalLine, JournalWriter } from './export-journal.ts';
import { aboutEntry, alignedTo } from './export-words.ts';
import { refused } from './problem.ts';

const ACCOUNTS: Readonly<Record<Account, string>> = {
  cash: 'Assets:Cash',
  clearing: 'Equity:Clearing',
  cost: 'Equity:Cost',
  deferred_fees: 'Equity:Deferred-Fees',
  deposits: 'Equity:Deposits',
  fees: 'Expenses:Fees',
  funding: 'Expenses:Funding',
  income: 'Income:Income',
  position: 'Assets:Position',
  result: 'Income:Result',
  rounding: 'Expenses:Rounding',
  trading: 'Equity:Trading',
  transfers: 'Equity:Transfers',
  withdrawals: 'Equity:Withdrawals',
};

/** Words that beancount reads as something else than a commodity. */
const RESERVED = ['TRUE', 'FALSE', 'NULL'];

/** A commodity has 2 to 24 characters and begins with a letter. No asset has a hyphen, so a prefix names no other. */
export const beancountCommodity = (asset: Asset): string => (/^[A-Z][A-Z0-9]{1,23}$/.test(asset) && !RESERVED.includes(asset) ? asset : `X-${asset}`);

/** Units that left before they came are no asset, and lots of both signs cannot stand in one account. */
const accountOf = ({ account, asset, owed }: Omit<Holding, 'amount'>): string => {
  if (account === 'position') return `${owed ? 'Liabilities:Position' : ACCOUNTS.position}:${beancountCommodity(asset)}`;
  if (account === 'trading') return `${ACCOUNTS.trading}${owed ? '-Owed' : ''}:${beancountCommodity(asset)}`;
  return ACCOUNTS[account];
};

const accountOfLine = ({ account, asset, lot }: JournalLine): string => accountOf({ account, asset, owed: lot?.owed === true });

/** All 18 decimals, always: beancount shows as many as it most often reads of a commodity, and would round what has more. */
const numberText = (amount: bigint): string => {
  const [whole, decimals = ''] = formatDecimal(amount).split('.') as [string, string | undefined];
  return `${whole}.${decimals.padEnd(DECIMALS, '0')}`;
};

const amountText = (amount: bigint, asset: Asset): string => `${numberText(amount)} ${beancountCommodity(asset)}`;
const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** A writer for one run in one quote currency. */
export const beancountWriter = (quote: Asset): JournalWriter => ({
  opening: openingLines,
  entry: entry => ['', ...transaction(entry, quote)],
  closing: closing => ['', ...closingLines(closing)],
});

const openingLines = ({ run, method, genesis, head, fromHour, throughHour, firstDay, quote, assets }: JournalHeading): readonly string[] => {
  const date = dateText(firstDay);
  return [
    `; Run ${run}, ${formatHour(fromHour)} through ${formatHour(throughHour)}, as a ledger of beancount`,
    `; genesis ${genesis}`,
    `; head ${head}`,
    `; lots ${method}`,
    '',
    `option "title" ${quoted(`Run ${run}`)}`,
    `option "operating_currency" "${beancountCommodity(quote)}"`,
    '',
    ...[quote, ...assets].flatMap(asset => [`${date} commodity ${beancountCommodity(asset)}`, ...(beancountCommodity(asset) === asset ? [] : [`  name: "${asset}"`])]),
    // Fees are the one account of both kinds.
    ...QUOTE_ACCOUNTS.map(account => `${date} open ${ACCOUNTS[account]}${account === 'fees' ? '' : ` ${beancountCommodity(quote)}`}`),
    ...assets.flatMap(asset => unitAccounts(date, asset, false)),
  ];
};

const unitAccounts = (date: string, asset: Asset, owed: boolean): readonly string[] =>
  (['position', 'trading'] as const).map(account => `${date} open ${accountOf({ account, asset, owed })} ${beancountCommodity(asset)} "STRICT"`);

const transaction = ({ day, derived, lines, owes }: JournalEntry, quote: Asset): readonly string[] => {
  const { payee, note, tags } = aboutEntry(derived);
  requireExact(lines, derived.entry.id);
  const align = alignedTo(lines.map(line => ({ account: accountOfLine(line), number: numberText(line.amount) })));
  return [
    ...owes.flatMap(asset => unitAccounts(dateText(day), asset, true)),
    `${dateText(day)} * ${quoted(payee)} ${quoted(note)}`,
    ...tags.map(([name, value]) => `  ${name}: ${quoted(value)}`),
    ...lines.flatMap(line => {
      const { asset, amount, lot, match } = line;
      return [
        `  ${align(accountOfLine(line), numberText(amount))} ${beancountCommodity(asset)}${costOf(line, quote)}`,
        ...(lot === null || asset !== quote ? [] : [`    lot: "${lot.id}"`]),
        ...(match === null ? [] : [`    match: "${match}"`]),
      ];
    }),
  ];
};

/**
 * Units are held at cost: a line that opens a lot says what it cost in all, one that takes from it names it by date and
 * label. What a venue kept back is in no lot and has no cost.
 */
const costOf = ({ asset, lot }: JournalLine, quote: Asset): string => {
  if (lot === null || asset === quote) return '';
  const named = `${dateText(dayOf(lot.acquired!))}, ${quoted(lot.id)}`;
  return lot.opens === null ? ` {${named}}` : ` {{${amountText(lot.opens < 0n ? -lot.opens : lot.opens, quote)}, ${named}}}`;
};

const closingLines = ({ day, holdings, marks, quote }: JournalClosing): readonly string[] => [
  ...marks.map(({ asset, mark }) => `${dateText(day)} price ${beancountCommodity(asset)} ${amountText(mark, quote)}`),
  // A balance holds at the beginning of its day, so it is dated the day after.
  ...holdings.map(holding => `${dateText(day + 1)} balance ${accountOf(holding)} ${numberText(holding.amount)} ~ 0 ${beancountCommodity(holding.asset)}`),
];

/** Beancount adds decimals of at most so many digits and rounds what is longer without a word. */
const DIGITS_MAX = 28;

const digitsOf = (amount: bigint): number => formatDecimal(amount).replace(/^-?0*\.?0*/, '').replace('.', '').length;

const requireExact = (lines: readonly JournalLine[], event: string): void => {
  const sums = new Map<Asset, bigint>();
  for (const { amount, asset, leaves } of lines) {
    const sum = (sums.get(asset) ?? 0n) + amount;
    sums.set(asset, sum);
    const long = [amount, leaves.inAccount, sum].find(value => digitsOf(value) > DIGITS_MAX);
    if (long === undefined) continue;
    throw refused(
      `Entry ${event} has an amount of ${digitsOf(long)} digits (${formatDecimal(long)} ${asset}), and beancount would round it to ${DIGITS_MAX}.`,
      'hledger adds any number of digits: tb export RUN --format hledger.',
    );
  }
};
