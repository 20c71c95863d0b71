/** The first entries of a run: opening cash is a deposit, and opening holdings come in as treasury lots with their basis. */
import { assert } from '../kernel/assert.ts';
import { notionalUp } from '../kernel/rounding.ts';
import { startOfHour } from '../kernel/hours.ts';
import { addMoney, baseOf, money } from '../kernel/units.ts';
import type { Money } from '../kernel/units.ts';
import type { Desk } from '../desk.ts';
import type { Decision, LotId, LotOpened } from '../events.ts';
import { idOf, openLot } from '../lots/book-fills.ts';
import type { Numbering } from '../lots/book-fills.ts';
import { TREASURY } from '../lots/lot.ts';
import type { Lots } from '../lots/lot.ts';
import { emptyLedger } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { depositEntry, OPENING, openingTransferEntry, post } from './post.ts';

export type OpenedBooks = Readonly<{ ledger: Ledger; lots: Lots; flow: Money }>;

export const openBooks = (desk: Desk, numbering: Numbering, log: Decision[]): OpenedBooks => {
  const { openingBalances, quote, startHour } = desk.manifest;
  const acquiredMs = startOfHour(startHour);
  let cash = money(0n);
  const opened: LotOpened[] = [];
  for (const { asset, quantity, unitCost } of openingBalances) {
    if (asset === quote) {
      cash = addMoney(cash, money(quantity));
      continue;
    }
    const symbol = desk.symbols.find(candidate => baseOf(candidate) === asset);
    assert(symbol !== undefined, 'An opening holding is priced by a symbol of the universe.');
    assert(quantity > 0n, 'An opening holding is more than nothing.');
    const id = idOf(numbering, log.length) as LotId;
    const cost = notionalUp(quantity, unitCost);
    const lot: LotOpened = { acquiredMs, agent: TREASURY, cost, fee: money(0n), id, orderId: null, quantity, symbol, tradeId: null, type: 'lot_opened' };
    log.push(lot);
    opened.push(lot);
  }
  const deposited = post(emptyLedger(desk.chart), depositEntry(cash, OPENING, quote), log);
  const ledger = post(deposited, openingTransferEntry(opened, quote), log);
  const basis = opened.reduce((sum, lot) => sum + lot.cost, 0n);
  return { ledger, lots: opened.map(openLot), flow: money(cash + basis) };
};
