/**
 * A journal in the syntax of hledger: every lot is a sub-account, so units, cost and deferred fees of each can be asserted
 * at zero where it closes. Accounts and commodities are declared, for `hledger check --strict`.
 */
import type { Account } from '../core/events.ts';
import { formatDecimal } from '../core/kernel/decimal.ts';
import { formatHour, formatTime } from '../core/kernel/hours.ts';
import type { Asset } from '../core/kernel/units.ts';
import { dateText } from './export-days.ts';
import type { Holding, JournalClosing, JournalEntry, JournalLine, JournalWriter } from './export-journal.ts';
import type { LineLot } from './export-lines.ts';
import { aboutEntry, alignedTo, PAYEES, plainText, TAGS } from './export-words.ts';

/** Ours on the left; hledger's types of account: A asset, C cash, E equity, R revenue, X expense. */
const ACCOUNTS: Readonly<Record<Account, Readonly<{ name: string; type: string }>>> = {
  cash: { name: 'assets:cash', type: 'C' },
  clearing: { name: 'equity:clearing', type: 'E' },
  cost: { name: 'equity:cost', type: 'E' },
  deferred_fees: { name: 'equity:deferred-fees', type: 'E' },
  deposits: { name: 'equity:deposits', type: 'E' },
  fees: { name: 'expenses:fees', type: 'X' },
  funding: { name: 'expenses:funding', type: 'X' },
  income: { name: 'revenues:income', type: 'R' },
  position: { name: 'assets:position', type: 'A' },
  result: { name: 'revenues:result', type: 'R' },
  rounding: { name: 'expenses:rounding', type: 'X' },
  trading: { name: 'equity:trading', type: 'E' },
  transfers: { name: 'equity:transfers', type: 'E' },
  withdrawals: { name: 'equity:withdrawals', type: 'E' },
};

/** Units that left before they came are no asset. */
const OWED = 'liabilities:position';

/** Accounts that have a sub-account for every lot, under one for its asset. */
const BY_LOT: readonly Account[] = ['cost', 'deferred_fees', 'position'];
const BY_ASSET: readonly Account[] = [...BY_LOT, 'trading'];

const CLOSING = 'closing';

/** A commodity with anything but letters stands in quotes, and so does a single letter, which might be read as an exponent. */
const commodity = (asset: Asset): string => (/^[A-Z]{2,}$/.test(asset) ? asset : `"${asset}"`);
const amountText = (amount: bigint, asset: Asset): string => `${formatDecimal(amount)} ${commodity(asset)}`;

const nameOf = (account: Account, owed: boolean): string => (owed && account === 'position' ? OWED : ACCOUNTS[account].name);

const accountOfLot = (account: Account, { asset, id, owed }: LineLot): string => [nameOf(account, owed), ...(BY_ASSET.includes(account) ? [asset] : []), ...(BY_LOT.includes(account) ? [id] : [])].join(':');

/** Without a lot: units stand under their asset, money where it is. */
const accountOfCell = ({ account, asset, owed }: Omit<Holding, 'amount'>): string =>
  account === 'position' || account === 'trading' ? `${nameOf(account, owed)}:${asset}` : nameOf(account, owed);

export const hledgerWriter: JournalWriter = {
  opening: ({ run, method, genesis, head, fromHour, throughHour, quote, assets }) => [
    `; Run ${run}, ${formatHour(fromHour)} through ${formatHour(throughHour)}, as a journal of hledger`,
    `; genesis ${genesis}`,
    `; head ${head}`,
    `; lots ${method}`,
    '',
    'decimal-mark .',
    // With the style, hledger learns to show and to balance all 18 decimals.
    ...[quote, ...assets].map(asset => `commodity 1.000000000000000000 ${commodity(asset)}`),
    ...[...PAYEES, CLOSING].map(payee => `payee ${payee}`),
    ...[...TAGS, 'match', 'acquired'].map(tag => `tag ${tag}`),
    ...Object.values(ACCOUNTS).map(({ name, type }) => `account ${name}  ; type:${type}`),
    ...assets.flatMap(asset => BY_ASSET.map(account => `account ${ACCOUNTS[account].name}:${asset}`)),
  ],
  entry: entry => ['', ...entry.owes.map(asset => `account ${OWED}:${asset}  ; type:L`), ...entry.begins.flatMap(lotDeclarations), ...transaction(entry)],
  closing: closing => ['', ...closingLines(closing)],
};

/** A lot's accounts are declared where it begins. */
const lotDeclarations = (lot: LineLot): readonly string[] => {
  const about = lot.acquired === null ? '' : `  ; agent:${plainText(lot.agent)}, acquired:${formatTime(lot.acquired)}`;
  return BY_LOT.map(account => `account ${accountOfLot(account, lot)}${about}`);
};

const transaction = ({ day, derived, lines }: JournalEntry): readonly string[] => {
  const { payee, note, tags } = aboutEntry(derived);
  const postings = merged(lines);
  const align = alignedTo(postings.map(({ account, amount }) => ({ account, number: formatDecimal(amount) })));
  return [
    `${dateText(day)} * ${payee}${note === '' ? '' : ` | ${note}`}`,
    ...tags.map(([name, value]) => `    ; ${name}:${value}`),
    ...postings.map(({ account, line, amount }) => `    ${align(account, formatDecimal(amount))} ${commodity(line.asset)}${line.lot !== null && BY_LOT.includes(line.account) ? ofLot(line) : ''}`),
  ];
};

/** That the lot's account is empty, where it is, and the event that took from it. */
const ofLot = ({ asset, match, leaves }: JournalLine): string =>
  `${leaves.inLot === 0n ? ` = ${amountText(0n, asset)}` : ''}${match === null ? '' : `  ; match:${match}`}`;

type MergedPosting = Readonly<{ account: string; amount: bigint; line: JournalLine }>;

/** One posting for each account and asset: the other side of units is not kept by lot. */
const merged = (lines: readonly JournalLine[]): readonly MergedPosting[] => {
  const postings = new Map<string, MergedPosting>();
  for (const line of lines) {
    const { account: ours, asset, lot } = line;
    const account = lot === null ? accountOfCell({ account: ours, asset, owed: false }) : accountOfLot(ours, lot);
    const key = `${account} ${asset}`;
    postings.set(key, { account, line, amount: (postings.get(key)?.amount ?? 0n) + line.amount });
  }
  return [...postings.values()];
};

const closingLines = ({ day, holdings, marks, quote }: JournalClosing): readonly string[] => {
  const cells = new Map<string, Readonly<{ asset: Asset; account: string; amount: bigint }>>();
  for (const holding of holdings) {
    const [account, { asset, amount }] = [accountOfCell(holding), holding];
    cells.set(`${account} ${asset}`, { asset, account, amount: (cells.get(`${account} ${asset}`)?.amount ?? 0n) + amount });
  }
  const width = Math.max(...[...cells.values()].map(({ account }) => account.length));
  return [
    ...marks.map(({ asset, mark }) => `P ${dateText(day)} ${commodity(asset)} ${amountText(mark, quote)}`),
    ...(marks.length === 0 ? [] : ['']),
    `${dateText(day)} * ${CLOSING}`,
    '    ; what every account holds, of every asset, its lots included',
    ...[...cells.values()].map(({ account, asset, amount }) => `    ${account.padEnd(width)}  ${amountText(0n, asset)} =* ${amountText(amount, asset)}`),
  ];
};
