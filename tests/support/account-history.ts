/** Histories of an account from texts, and what is read of them in a few words, for literal expectations. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HistoryEvent, LineProblem } from '../../adapters/market-data/account-history/history-event.ts';
import { readHistory } from '../../adapters/market-data/account-history/read-history.ts';
import type { AccountHistory, HistoryRequest } from '../../adapters/market-data/account-history/read-history.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';
import { formatTime } from '../../core/kernel/hours.ts';
import { asset } from '../../core/kernel/units.ts';

export type Files = Readonly<Record<string, string>>;
export type Asked = Readonly<{ choice?: HistoryRequest['choice']; quote?: string; renames?: Readonly<Record<string, string>> }>;

/** Reads texts as files of these names; the names are what problems are told with. */
export const readTexts = async (files: Files, { choice = 'auto', quote = 'USD', renames = { MATIC: 'POL' } }: Asked = {}): Promise<AccountHistory> => {
  const folder = mkdtempSync(join(tmpdir(), 'tb-history-'));
  try {
    const paths = Object.entries(files).map(([name, text]) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    });
    const history = await readHistory({ paths, choice, quote: asset(quote), renames: new Map(Object.entries(renames).map(([old, fresh]) => [asset(old), asset(fresh)])) });
    return JSON.parse(JSON.stringify(history, bigintsAsText).replaceAll(`${folder}/`, ''), bigintsFromText) as AccountHistory;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const bigintsAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);
const bigintsFromText = (_: string, value: unknown): unknown => (typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value);

export const problemTexts = (problems: readonly LineProblem[]): readonly string[] =>
  problems.map(({ file, line, field, reason }) => `${file}:${line}: ${field === null ? '' : `${field} `}${reason}`);

const text = (amount: bigint | null): string => (amount === null ? '?' : formatDecimal(amount));

const whatOf = (event: HistoryEvent): string => {
  switch (event.kind) {
    case 'trade': {
      const fee = event.feeAsset === null ? '' : ` fee ${text(event.fee)} ${event.feeAsset}${event.feeValue === null ? '' : ` worth ${text(event.feeValue)}`}`;
      return `${event.side} ${text(event.quantity)} ${event.symbol} at ${text(event.price)} for ${text(event.amount)}${event.value === null ? '' : ` worth ${text(event.value)}`}${fee}`;
    }
    case 'transfer': {
      const origin = event.acquiredMs === null ? '' : ` of ${formatTime(event.acquiredMs)}`;
      return `${event.direction} ${text(event.quantity)} ${event.asset}${event.basis === null ? '' : ` basis ${text(event.basis)}`}${origin}`;
    }
    case 'reward':
      return `${event.purpose} ${text(event.quantity)} ${event.asset}${event.fee === 0n ? '' : ` less ${text(event.fee)}`} worth ${text(event.value)}`;
    case 'charge':
      return `charge ${event.purpose} ${text(event.quantity)} ${event.asset} worth ${text(event.value)}`;
    case 'rename':
      return `rename ${text(event.quantity)} ${event.from} to ${text(event.received)} ${event.to}`;
    case 'sweep':
      return `sweep ${event.given.map(({ asset: held, quantity }) => `${text(quantity)} ${held}`).join(' and ')} for ${text(event.quantity)} ${event.asset}`;
  }
};

/** Time, name and what happened. */
export const historyStory = ({ events }: Pick<AccountHistory, 'events'>): readonly string[] => events.map(event => `${formatTime(event.atMs)} ${event.id} ${whatOf(event)}`);

export const openingStory = ({ openings }: Pick<AccountHistory, 'openings'>): readonly string[] => openings.map(opening => `${opening.id} ${whatOf({ ...opening, atMs: 0 as HistoryEvent['atMs'] })}`);
