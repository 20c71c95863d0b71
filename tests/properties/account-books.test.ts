/** Drawn histories of accounts, selling what is not there included: whatever happens, nothing is lost and nothing made up. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../core/events.ts';
import { ONE_E18, baseOf } from '../../core/kernel/units.ts';
import { balanceOf, QUOTE_ACCOUNTS } from '../../core/ledger/ledger.ts';
import type { AccountFact } from '../../core/log.ts';
import { markOf } from '../../core/market/marks.ts';
import { accountDesk, cameIn, charged, renamed, rewarded, runHistory, traded, wentOut } from '../support/account.ts';
import { formatDecimal } from '../../core/kernel/decimal.ts';

const ASSETS = ['BNB', 'BTC', 'ETH', 'MATIC', 'POL'] as const;
const USD = accountDesk().manifest.quote;

/** Awkward on purpose: single units of 10^-18 beside thousands, and nothing that divides anything. */
const amounts = fc.oneof(fc.bigInt(1n, 9n), fc.bigInt(1n, 10n ** 12n), fc.bigInt(10n ** 17n, 5n * 10n ** 21n)).map(formatDecimal);
const assets = fc.constantFrom(...ASSETS);
const fees = fc.oneof(fc.constant('0'), fc.bigInt(1n, 9n).map(formatDecimal));

const trades = fc.record({ side: fc.constantFrom('BUY' as const, 'SELL' as const), base: assets, counter: fc.constantFrom('USD', ...ASSETS), quantity: amounts, amount: amounts, value: amounts, fee: fees, feeAsset: fc.constantFrom('USD', ...ASSETS), feeValue: fees });
type Trade = typeof trades extends fc.Arbitrary<infer Value> ? Value : never;

const tradeOf = (when: readonly [number, string], { side, base, counter, quantity, amount, value, fee, feeAsset, feeValue }: Trade): AccountFact => {
  const other = counter === base ? 'USD' : counter;
  const worth = other === 'USD' ? amount : value;
  // A fee that takes all of what was received is no trade.
  const received = side === 'BUY' ? [base, quantity] : [other, amount];
  const charge = feeAsset === received[0] && feeAsset !== 'USD' && received[1]!.length < 21 ? '0' : fee;
  return traded(when, { side, symbol: `${base}/${other}`, quantity, price: '1', amount, value: worth, fee: charge, feeAsset, feeValue: feeAsset === 'USD' || charge === '0' ? charge : feeValue });
};

const facts = fc.oneof(
  { weight: 4, arbitrary: trades.map(drawn => (when: readonly [number, string]) => tradeOf(when, drawn)) },
  { weight: 3, arbitrary: fc.record({ held: fc.constantFrom('USD', ...ASSETS), amount: amounts, basis: amounts, ago: fc.nat(50) }).map(({ held, amount, basis, ago }) => (when: readonly [number, string]) => cameIn(when, held, amount, held === 'USD' ? {} : { basis, acquiredMs: 1_799_990_000_000 + ago })) },
  { weight: 2, arbitrary: fc.record({ held: fc.constantFrom('USD', ...ASSETS), amount: amounts }).map(({ held, amount }) => (when: readonly [number, string]) => wentOut(when, held, amount)) },
  { weight: 1, arbitrary: fc.record({ held: assets, amount: amounts, value: amounts, purpose: fc.constantFrom('income' as const, 'funding' as const, 'rounding' as const) }).map(({ held, amount, value, purpose }) => (when: readonly [number, string]) => rewarded(when, held, amount, { value, purpose })) },
  { weight: 1, arbitrary: fc.record({ held: assets, amount: amounts, value: amounts, purpose: fc.constantFrom('fees' as const, 'funding' as const, 'rounding' as const) }).map(({ held, amount, value, purpose }) => (when: readonly [number, string]) => charged(when, held, amount, { value, purpose })) },
  { weight: 1, arbitrary: fc.record({ from: fc.nat(4), amount: amounts, received: amounts }).map(({ from, amount, received }) => (when: readonly [number, string]) => renamed(when, [ASSETS[from]!, amount], [ASSETS[(from + 1) % 5]!, received])) },
);

const histories = fc.array(facts, { minLength: 1, maxLength: 30 }).map(drawn => drawn.map((fact, index) => fact([index * 7, `F${index}`])));

const sumOf = <Item>(items: readonly Item[], amountOf: (item: Item) => bigint): bigint => items.reduce((sum, item) => sum + amountOf(item), 0n);
const only = <Type extends Decision['type']>(decisions: readonly Decision[], type: Type) => decisions.filter((decision): decision is Extract<Decision, { type: Type }> => decision.type === type);

const forEveryHistory = (runs: number, holds: (history: readonly AccountFact[]) => void): void => fc.assert(fc.property(histories, holds), { seed: 20_261_121, numRuns: runs });

describe('the books of an account', () => {
  it('balance after every hour: entries, lots, positions and value', () => {
    const seen = { overdrawn: 0, covered: 0, freed: 0, renamed: 0 };
    forEveryHistory(400, history => {
      const { hours } = runHistory(history);
      for (const { steps } of hours) {
        for (const { decisions, state, valuation } of steps) {
          for (const { postings } of only(decisions, 'ledger_posted')) {
            for (const { asset } of postings) expect(sumOf(postings, posting => (posting.asset === asset ? posting.amount : 0n))).toBe(0n);
          }
          const { ledger, lots, marks } = state;
          const of = (account: (typeof QUOTE_ACCOUNTS)[number]): bigint => balanceOf(ledger, account, USD);
          expect(sumOf(QUOTE_ACCOUNTS, of)).toBe(0n);
          expect([of('cost'), of('deferred_fees'), of('clearing')]).toEqual([sumOf(lots, lot => lot.cost), sumOf(lots, lot => lot.fee), 0n]);
          for (const symbol of accountDesk().symbols) {
            const held = sumOf(lots, lot => (lot.symbol === symbol ? lot.quantity : 0n));
            expect(balanceOf(ledger, 'position', baseOf(symbol))).toBe(held);
            const signs = new Set(lots.filter(lot => lot.symbol === symbol).map(lot => lot.quantity > 0n));
            expect(signs.size, 'nothing is owed of what is held').toBeLessThan(2);
          }
          const worth = sumOf(lots, lot => {
            const mark = markOf(marks, accountDesk().indexOf.get(lot.symbol)!);
            return mark === null ? lot.cost : even(lot.quantity * mark);
          });
          expect(valuation.value).toBe(of('cash') + worth);
          expect(lots.every((lot, index) => index === 0 || lots[index - 1]!.acquiredMs <= lot.acquiredMs), 'the oldest lot stands first').toBe(true);
          count(seen, decisions);
        }
      }
    });
    expect(Object.entries(seen).filter(([, times]) => times < 40), 'what these histories hardly ever did').toEqual([]);
  });

  it('keep every unit and every cent: what was opened is what left and what is left', () => {
    forEveryHistory(300, history => {
      const { hours, after } = runHistory(history);
      const decisions = hours.flatMap(({ steps }) => steps.flatMap(step => step.decisions));
      const [opened, matched, released] = [only(decisions, 'lot_opened'), only(decisions, 'lot_matched'), only(decisions, 'lot_released')];
      for (const lot of opened) {
        const rest = after.state.lots.find(({ id }) => id === lot.id);
        const [took, let_] = [matched.filter(({ lotId }) => lotId === lot.id), released.filter(({ lotId }) => lotId === lot.id)];
        const gone = sumOf([...took, ...let_], piece => piece.quantity);
        const owed = lot.quantity < 0n;
        expect(lot.quantity - (owed ? -gone : gone)).toBe(rest?.quantity ?? 0n);
        expect(lot.cost - (owed ? -sumOf(took, match => match.proceeds) : sumOf([...took, ...let_], piece => piece.cost))).toBe(rest?.cost ?? 0n);
        expect(lot.fee - (owed ? sumOf(took, match => match.exitFee) : sumOf([...took, ...let_], piece => piece.entryFee))).toBe(rest?.fee ?? 0n);
      }
      for (const match of matched) expect(match.result).toBe(match.proceeds - match.exitFee - match.cost - match.entryFee);
    });
  });

  it('are the same whatever order facts arrive in, and the prefix of what comes later', () => {
    forEveryHistory(60, history => {
      const whole = runHistory(history);
      expect(runHistory(history.toReversed()).after.previous).toBe(whole.after.previous);
      const cut = history.slice(0, Math.ceil(history.length / 2));
      const prefix = runHistory(cut);
      // The last hour of the prefix may hold facts of the rest.
      expect(whole.hours.slice(0, prefix.hours.length - 1).map(({ sealed }) => sealed.hash)).toEqual(prefix.hours.slice(0, -1).map(({ sealed }) => sealed.hash));
    });
  });
});

const even = (amount: bigint): bigint => {
  const floor = amount >= 0n || amount % ONE_E18 === 0n ? amount / ONE_E18 : amount / ONE_E18 - 1n;
  const twice = 2n * (amount - floor * ONE_E18);
  return twice > ONE_E18 || (twice === ONE_E18 && floor % 2n !== 0n) ? floor + 1n : floor;
};

const count = (seen: { overdrawn: number; covered: number; freed: number; renamed: number }, decisions: readonly Decision[]): void => {
  const owed = new Set(only(decisions, 'lot_opened').filter(({ quantity }) => quantity < 0n).map(({ id }) => id));
  seen.overdrawn += only(decisions, 'balance_overdrawn').length;
  seen.covered += only(decisions, 'lot_matched').filter(({ lotId }) => owed.has(lotId)).length;
  seen.freed += only(decisions, 'lot_released').filter(({ lotId }) => owed.has(lotId)).length;
  seen.renamed += only(decisions, 'ledger_posted').filter(({ kind }) => kind === 'rename').length;
};
