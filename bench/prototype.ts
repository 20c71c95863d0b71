/**
 * The simplest loop that could be called a sealed backtest: columns in, an EMA cross, cash as bigint, FIFO lots, one SHA-256
 * an hour. It knows no risk, no books, no orders and no events, and serves as the yardstick of a machine: whatever slows the
 * engine slows it as well, so that what is compared is how many times as long the engine takes.
 */
import { sha256Hex } from '../core/kernel/digest.ts';
import { ONE_E18 } from '../core/kernel/units.ts';
import { doubleOf, widenAt } from '../core/market/columns.ts';
import type { CandleColumns, Column } from '../core/market/columns.ts';

export type PrototypeFigures = Readonly<{ symbolHoursPerSecond: number; trades: number; head: string }>;

/** `hours` runs the hours from where it stands up to `until`, exclusive. */
export type Prototype = Readonly<{ hours: (until: number) => void; end: () => Pick<PrototypeFigures, 'trades' | 'head'> }>;

type Lot = Readonly<{ quantity: bigint; cost: bigint }>;
type Position = { fast: number; slow: number; long: boolean; lots: Lot[] };

const FAST = 2 / 13;
const SLOW = 2 / 27;
const SHARE = 100n;

const lastOf = ({ mantissa, scale }: Column, hour: number): number => doubleOf(mantissa[hour]!, scale[hour]!);

export const newPrototype = (columns: readonly CandleColumns[]): Prototype => {
  const positions = columns.map(({ close }): Position => ({ fast: lastOf(close, 0), slow: lastOf(close, 0), long: false, lots: [] }));
  let cash = 1_000_000n * ONE_E18;
  let [hour, trades, head] = [0, 0, ''];
  const cross = (position: Position, price: bigint): void => {
    position.long = !position.long;
    if (position.long) {
      const cost = cash / SHARE;
      position.lots.push({ quantity: (cost * ONE_E18) / price, cost });
      cash -= cost;
      return;
    }
    for (const lot of position.lots.splice(0)) cash += (lot.quantity * price) / ONE_E18;
    trades += 1;
  };
  const hours = (until: number): void => {
    for (; hour < until; hour += 1) {
      let text = `${head} ${hour}`;
      for (let index = 0; index < columns.length; index += 1) {
        const { open, close } = columns[index]!;
        const position = positions[index]!;
        if (position.fast > position.slow !== position.long) {
          cross(position, widenAt(open, hour));
          text += ` ${index} ${cash}`;
        }
        const last = lastOf(close, hour);
        position.fast += FAST * (last - position.fast);
        position.slow += SLOW * (last - position.slow);
      }
      head = sha256Hex(text);
    }
  };
  return { hours, end: () => ({ trades, head }) };
};

/** The whole of the columns. */
export const timePrototype = (columns: readonly CandleColumns[]): PrototypeFigures => {
  const started = performance.now();
  const prototype = newPrototype(columns);
  const hours = columns[0]!.length;
  prototype.hours(hours);
  return { symbolHoursPerSecond: (columns.length * hours * 1_000) / (performance.now() - started), ...prototype.end() };
};
