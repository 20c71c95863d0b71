/** What every journal says about an entry beside its amounts: in words for people, in tags for tracing it to the log. */
import type { EntryKind } from '../core/events.ts';
import { formatDecimal } from '../core/kernel/decimal.ts';
import { formatTime } from '../core/kernel/hours.ts';
import { baseOf, quoteOf } from '../core/kernel/units.ts';
import type { BookedEntry } from './export-entries.ts';

/** Every kind of entry, by the name it is given as payee. */
export const PAYEES = Object.keys({
  buy: true, sell: true, fee: true, deposit: true, withdrawal: true, transfer_in: true, transfer_out: true, reward: true, funding: true, rename: true, rounding: true,
} satisfies Record<EntryKind, true>);

/** Names of tags, in the order in which they are told. */
export const TAGS = ['time', 'event', 'hash', 'reference', 'order', 'agent'] as const;

export type EntryWords = Readonly<{ payee: EntryKind; note: string; tags: readonly (readonly [name: (typeof TAGS)[number], value: string])[] }>;

/** `buy`, `1 BTC at 100.053 USD`, and where it stands: time, place and hash of the event, and whose it is. */
export const aboutEntry = (booked: BookedEntry): EntryWords => {
  const { entry, fact, lots, bearer, time } = booked;
  const { kind, reference } = entry.event;
  const holder = (lots[0] ?? bearer)?.event;
  return {
    payee: kind,
    note: noteOf(booked),
    tags: [
      ['time', formatTime(time)],
      ['event', entry.id],
      ['hash', entry.hash],
      ['reference', plainText(reference)],
      ...(fact?.event.type === 'order_filled' ? [['order', plainText(fact.event.orderId)] as const] : []),
      ...(holder === undefined ? [] : [['agent', plainText(holder.agent)] as const]),
    ],
  };
};

const noteOf = ({ entry, fact, lots, bearer }: BookedEntry): string => {
  if (fact === null) return '';
  const { event } = fact;
  const isFee = entry.event.kind === 'fee';
  switch (event.type) {
    case 'order_filled': {
      if (isFee) return `${formatDecimal(event.fee)} ${event.feeAsset}`;
      const { symbol } = (lots[0] ?? bearer!).event;
      return `${formatDecimal(event.quantity)} ${baseOf(symbol)} at ${formatDecimal(event.price)} ${quoteOf(symbol)}`;
    }
    case 'account_traded':
      if (isFee) return `${formatDecimal(event.fee)} ${event.feeAsset}`;
      return `${formatDecimal(event.quantity)} ${baseOf(event.symbol)} at ${formatDecimal(event.price)} ${quoteOf(event.symbol)}`;
    case 'account_rewarded':
      return `${formatDecimal(isFee ? event.fee : event.quantity)} ${event.asset}`;
    case 'account_transferred':
    case 'account_charged':
      return `${formatDecimal(event.quantity)} ${event.asset}`;
    case 'asset_renamed':
      return `${formatDecimal(event.quantity)} ${event.from} to ${formatDecimal(event.received)} ${event.to}`;
    case 'operator':
      return '';
  }
};

/** Everything but plain ASCII, and of that space , " ; % and the backslash. */
const AWKWARD = /[^!#$&-+\-./0-9:<-[\]-~]/gu;

/** Text from outside in a form that no syntax can trip over: what is awkward is percent-encoded, as UTF-8. */
export const plainText = (text: string): string => text.replaceAll(AWKWARD, letter => encodeURIComponent(letter));

type Cells = Readonly<{ account: string; number: string }>;

/** Sets accounts and amounts of a transaction under each other, amounts to the right. */
export const alignedTo = (cells: readonly Cells[]): ((account: string, number: string) => string) => {
  const accountWidth = Math.max(...cells.map(({ account }) => account.length));
  const numberWidth = Math.max(...cells.map(({ number }) => number.length));
  return (account, number) => `${account.padEnd(accountWidth)}  ${number.padStart(numberWidth)}`;
};
