/** Every lot method over drawn movements and over drawn runs: nothing is left over, totals tie out, FIFO is what was sealed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LotId, LotMatched } from '../../core/events.ts';
import { marketSymbol, money, quantity, timeMs } from '../../core/kernel/units.ts';
import { bringUnits, disposeOfUnits, LOT_METHODS, releaseUnits } from '../../core/lots/methods.ts';
import type { HeldLots, LotMethod, LotPiece, Moved } from '../../core/lots/methods.ts';
import { entryReader } from '../../engine/export-entries.ts';
import { lotDeriver } from '../../engine/export-lots.ts';
import { forEveryRun, ranOf } from './drawn-runs.ts';

/** Units in with what they cost, out with what they brought, or gone; never more than there is. */
type Movement = Readonly<{ kind: 'in' | 'out' | 'leave'; agent: string; symbol: string; units: bigint; cost: bigint; fee: bigint; acquired: number; closes: boolean }>;
type Trace = Moved & Readonly<{ movement: Movement }>;

const AGENTS = ['main', 'other', 'treasury'];
const SYMBOLS = ['BTC/USD', 'ETH/USD'];

/** Awkward on purpose: units of 10^-18 beside millions, costs that no quantity divides. */
const amounts = fc.oneof(fc.bigInt(1n, 9n), fc.bigInt(1n, 10n ** 12n), fc.bigInt(10n ** 17n, 10n ** 25n));
const fees = fc.oneof(fc.constant(0n), amounts);

const drawn = fc.record({
  agent: fc.constantFrom(...AGENTS),
  symbol: fc.constantFrom(...SYMBOLS),
  kind: fc.constantFrom('in' as const, 'in' as const, 'out' as const, 'out' as const, 'leave' as const),
  units: amounts,
  cost: amounts,
  fee: fees,
  part: fc.integer({ min: 1, max: 4 }),
  even: fc.boolean(),
  older: fc.integer({ min: 0, max: 5 }),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer Value> ? Value : never;

/** A quarter to all of what an agent holds leaves; half of what comes costs the same, so that HIFO meets ties. */
const movementsOf = (draws: readonly Drawn[]): readonly Movement[] => {
  const held = new Map<string, bigint>();
  return draws.map(({ agent, symbol, kind, part, even, older, ...draw }, number): Movement => {
    const key = `${agent} ${symbol}`;
    const holds = held.get(key) ?? 0n;
    const acquired = number - older;
    if (kind === 'in' || holds === 0n) {
      const came = even ? { units: 3n, cost: 100n, fee: 0n } : { units: draw.units, cost: draw.cost, fee: draw.fee };
      held.set(key, holds + came.units);
      return { kind: 'in', agent, symbol, ...came, acquired, closes: false };
    }
    const units = part === 4 || holds < 4n ? holds : (holds * BigInt(part)) / 4n;
    held.set(key, holds - units);
    return { kind, agent, symbol, units, cost: draw.cost, fee: draw.fee, acquired, closes: units === holds };
  });
};

const movedBy = (method: LotMethod, held: HeldLots, movement: Movement, number: number): Moved => {
  const whose = { nextId: () => `${number}` as LotId, agent: movement.agent, symbol: marketSymbol(movement.symbol), quantity: quantity(movement.units) };
  if (movement.kind === 'in') return bringUnits(method, held, { ...whose, cost: money(movement.cost), fee: money(movement.fee), acquiredMs: timeMs(movement.acquired) });
  if (movement.kind === 'leave') return releaseUnits(method, held, { ...whose, atMs: timeMs(number) });
  return disposeOfUnits(method, held, { ...whose, atMs: timeMs(number) }, { proceeds: money(movement.cost), exitFee: money(movement.fee) });
};

const traceOf = (method: LotMethod, movements: readonly Movement[]): readonly Trace[] => {
  let held: HeldLots = [];
  return movements.map((movement, number) => {
    const moved = movedBy(method, held, movement, number);
    ({ held } = moved);
    return { ...moved, movement };
  });
};

const sum = <Item>(items: readonly Item[], amount: (item: Item) => bigint): bigint => items.reduce((total, item) => total + amount(item), 0n);
const basisLeft = (held: HeldLots): bigint => sum(held, lot => lot.cost + lot.fee);

const forEveryMovements = (holds: (movements: readonly Movement[], traces: Readonly<Record<LotMethod, readonly Trace[]>>) => void): void =>
  fc.assert(
    fc.property(fc.array(drawn, { minLength: 1, maxLength: 40 }), draws => {
      const movements = movementsOf(draws);
      holds(movements, Object.fromEntries(LOT_METHODS.map(method => [method, traceOf(method, movements)])) as Record<LotMethod, readonly Trace[]>);
    }),
    { seed: 20_261_121, numRuns: 300 },
  );

describe('lot methods over drawn movements', () => {
  it('leaves nothing over: no lot without units, and no cost or fee where nothing is held', () => {
    forEveryMovements((_, traces) => {
      for (const method of LOT_METHODS) {
        const held = new Map<string, bigint>();
        for (const { movement, held: lots, opened } of traces[method]) {
          held.set(movement.symbol, (held.get(movement.symbol) ?? 0n) + (movement.kind === 'in' ? movement.units : -movement.units));
          expect(lots.every(lot => lot.quantity > 0n && lot.cost >= 0n && lot.fee >= 0n)).toBe(true);
          expect(opened).toHaveLength(movement.kind === 'in' ? 1 : 0);
          if (movement.closes && method !== 'average') expect(lots.filter(lot => lot.agent === movement.agent && lot.symbol === movement.symbol)).toEqual([]);
          if (held.get(movement.symbol) === 0n) expect(lots.filter(({ symbol }) => symbol === movement.symbol)).toEqual([]);
        }
      }
    });
  });

  it('ties out: what was acquired is what was consumed and what is left, after every movement', () => {
    forEveryMovements((_, traces) => {
      for (const method of LOT_METHODS) {
        let [acquired, consumed, units] = [0n, 0n, 0n];
        for (const { movement, pieces, held } of traces[method]) {
          if (movement.kind === 'in') [acquired, units] = [acquired + movement.cost + movement.fee, units + movement.units];
          consumed += sum(pieces, piece => piece.cost + piece.entryFee);
          units -= sum(pieces, piece => piece.quantity);
          expect(consumed + basisLeft(held), method).toBe(acquired);
          expect(sum(held, lot => lot.quantity), method).toBe(units);
        }
      }
    });
  });

  it('sells the same for the same in every method, and results differ by the basis that is left or gone', () => {
    const isSold = (piece: LotPiece) => piece.sale !== null;
    forEveryMovements((movements, traces) => {
      for (const [index, movement] of movements.entries()) {
        for (const { pieces } of LOT_METHODS.map(method => traces[method][index]!)) {
          expect(sum(pieces, piece => piece.sale?.proceeds ?? 0n)).toBe(movement.kind === 'out' ? movement.cost : 0n);
          expect(sum(pieces, piece => piece.sale?.exitFee ?? 0n)).toBe(movement.kind === 'out' ? movement.fee : 0n);
          expect(pieces.every(piece => isSold(piece) === (movement.kind === 'out'))).toBe(true);
          expect(pieces.every(({ sale, cost, entryFee }) => sale === null || sale.result === sale.proceeds - sale.exitFee - cost - entryFee)).toBe(true);
        }
      }
      const invariants = LOT_METHODS.map(method => {
        const pieces = traces[method].flatMap(trace => trace.pieces);
        const gone = sum(pieces.filter(piece => !isSold(piece)), piece => piece.cost + piece.entryFee);
        return sum(pieces, piece => piece.sale?.result ?? 0n) - basisLeft(traces[method].at(-1)!.held) - gone;
      });
      expect(new Set(invariants).size).toBe(1);
    });
  });

  it('takes the oldest, the newest, the dearest: no lot that stays would have come first', () => {
    forEveryMovements((movements, traces) => {
      const dearer = (left: number, right: number): bigint => {
        const [one, other] = [movements[left]!, movements[right]!];
        return (one.cost + one.fee) * other.units - (other.cost + other.fee) * one.units;
      };
      const age = (left: number, right: number): number => movements[left]!.acquired - movements[right]!.acquired || left - right;
      const first: Readonly<Record<'fifo' | 'lifo' | 'hifo', (taken: number, stays: number) => boolean>> = {
        fifo: (taken, stays) => age(taken, stays) <= 0,
        lifo: (taken, stays) => age(taken, stays) >= 0,
        hifo: (taken, stays) => dearer(taken, stays) > 0n || (dearer(taken, stays) === 0n && age(taken, stays) <= 0),
      };
      for (const method of ['fifo', 'lifo', 'hifo'] as const) {
        for (const { movement, pieces, held } of traces[method]) {
          const stays = held.filter(lot => lot.agent === movement.agent && lot.symbol === movement.symbol).map(lot => Number(lot.id));
          expect(pieces.every(piece => stays.every(other => first[method](Number(piece.lot.id), other)))).toBe(true);
        }
      }
    });
  });
});

describe('lot methods over drawn runs', () => {
  it('gives the sealed lots as FIFO, and ties out in every other method', () => {
    const seen = { disposals: 0, differing: 0, feesInKind: 0 };
    forEveryRun(20, run => {
      const read = entryReader();
      const entries = ranOf(run).hours.flatMap(hour => read(hour));
      const derived = LOT_METHODS.map(method => entries.map(lotDeriver(method)));
      const [fifo] = derived;
      for (const [index, { lots, pieces }] of fifo!.entries()) {
        const matched = lots.flatMap(({ id, event }) => (event.type === 'lot_matched' ? [{ id, event }] : []));
        const told = pieces.map(({ lot, quantity: taken, cost, entryFee, sale, match }) => ({ lotId: lot.id, taken, cost, entryFee, ...sale, match }));
        const sealed = ({ lotId, quantity: taken, cost, entryFee, proceeds, exitFee, result }: LotMatched) => ({ lotId, taken, cost, entryFee, proceeds, exitFee, result });
        expect(told).toEqual(matched.map(({ id, event }) => ({ ...sealed(event), match: id })));
        for (const other of derived) {
          expect(sum(other[index]!.pieces, piece => piece.sale!.proceeds)).toBe(sum(pieces, piece => piece.sale!.proceeds));
          expect(sum(other[index]!.pieces, piece => piece.sale!.exitFee)).toBe(sum(pieces, piece => piece.sale!.exitFee));
          expect(sum(other[index]!.pieces, piece => piece.quantity)).toBe(sum(pieces, piece => piece.quantity));
          if (other[index]!.pieces.some((piece, at) => piece.lot.id !== pieces[at]?.lot.id && piece.lot.id !== null)) seen.differing += 1;
        }
        if (matched.length > 0) seen.disposals += 1;
        if (matched[0]?.event.paidFee === true) seen.feesInKind += 1;
      }
    });
    expect(Object.entries(seen).filter(([, times]) => times < 4), 'what these runs hardly ever did').toEqual([]);
  });
});
