/** Evidence of a gate in words: the number with its unit, as the table of gates says what it counts. */
import { formatHour } from '../../core/kernel/hours.ts';
import { baseOf, hourUtc, quoteOf } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import type { EvidenceUnit } from '../../core/risk/gate-order.ts';
import { amountText, percentText } from '../report/amounts.ts';

/** `value` is decimal text of the log; a dash where the gate counts nothing. */
export const gateValue = (symbol: MarketSymbol, unit: EvidenceUnit, value: string): string => {
  switch (unit) {
    case 'none':
      return '-';
    case 'quote':
      return `${amountText(Number(value))} ${quoteOf(symbol)}`;
    case 'price':
      return `${value} ${quoteOf(symbol)}`;
    case 'quantity':
      return `${value} ${baseOf(symbol)}`;
    case 'share':
      return percentText(Number(value));
    case 'bps':
      return `${value} bps`;
    case 'hours':
      return `${value} h`;
    case 'seconds':
      return `${value} s`;
    case 'hour':
      // Nothing was ever held back before 1970: no hour is none.
      return value === '0' ? 'none' : formatHour(hourUtc(Number(value)));
    case 'count':
      return value;
  }
};
