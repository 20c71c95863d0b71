/** Runs in memory as exports see them: sealed hours one after the other, and the text that a journal or table makes of them. */
import { inOrder } from '../../core/bucket.ts';
import { beginRun, closeHour, executeStep } from '../../core/execute.ts';
import type { ExecutedHour } from '../../core/execute.ts';
import type { Desk } from '../../core/desk.ts';
import type { Feed } from '../../core/market/feed.ts';
import type { LotMethod } from '../../core/lots/methods.ts';
import { journalLines } from '../../engine/export-books.ts';
import type { JournalProgram } from '../../engine/export-books.ts';
import { fillTable, taxLotTable } from '../../engine/export-tables.ts';
import { decimal } from '../../core/kernel/decimal.ts';
import { asset, fraction, marketSymbol, price, quantity, timeMs } from '../../core/kernel/units.ts';
import type { AccountFact } from '../../core/log.ts';
import { agentOf, byQuantity, deskOf, feedFor, FREE, feesOf, instrument, limitEntry, moneyOf, operatorFact, runHours, START } from '../support/desk.ts';
import type { Opening, Outside, Ran, Script } from '../support/desk.ts';
import { candlesFrom } from '../support/market.ts';

export type Traded = Readonly<{ desk: Desk; ran: Ran }>;

async function* hoursOf(hours: readonly ExecutedHour[]): AsyncGenerator<ExecutedHour, void, void> {
  yield* hours;
}

const textOf = async (lines: AsyncIterable<string>): Promise<string> => {
  let text = '';
  for await (const line of lines) text += `${line}\n`;
  return text;
};

export const journalText = ({ desk, ran }: Traded, program: JournalProgram, method: LotMethod = 'fifo'): Promise<string> => {
  const { sealed } = ran.hours.at(-1)!;
  return textOf(journalLines({ desk, run: 'desk', head: sealed.hash, throughHour: sealed.hour, program, method }, hoursOf(ran.hours)));
};

export const taxLotText = ({ ran }: Traded, method: LotMethod): Promise<string> => textOf(taxLotTable(hoursOf(ran.hours), method));
export const fillText = ({ ran }: Traded): Promise<string> => textOf(fillTable(hoursOf(ran.hours)));

const DIGEST = /\b[0-9a-f]{64}\b/g;
/** A place in the log is shown as hour from the start and step: how many events a step has is another test's business. */
const PLACE = /\b(500\d{3})\.(\d+)\.\d+/g;
export const placesShort = (text: string): string => text.replaceAll(PLACE, (_, hour: string, step: string) => `${Number(hour) - START}.${step}`);

/** Paragraphs of a journal: its head, then one for each entry, prices, and the end. Columns are told by two spaces. */
export const paragraphs = async (traded: Traded, program: JournalProgram, method: LotMethod = 'fifo'): Promise<readonly string[]> =>
  placesShort((await journalText(traded, program, method)).replaceAll(DIGEST, '#'))
    .replaceAll(/(?<=\S) {2,}/g, '  ')
    .trimEnd()
    .split('\n\n');

/** The paragraph of an entry without what declares its lots and says where it stands. */
export const bare = (paragraph: string): string =>
  paragraph
    .split('\n')
    .filter(line => !/^account |^ {4}; |^ {2}(time|event|hash|reference|order|agent): /.test(line))
    .join('\n');

/** Text as it stands between two backticks, without the line ends next to them. */
export const lines = (text: string): string => text.replace(/^\n/, '').replace(/\n *$/, '');

type Told = Readonly<{ opening: Opening; scripts: readonly Script[]; candles: readonly string[]; outside?: Outside }>;

export const traded = ({ opening, scripts, candles, outside = {} }: Told): Traded => {
  const desk = deskOf(opening, scripts);
  const series = candles.map(lines => candlesFrom(START * desk.stepsPerHour, lines));
  const hours = candles[0]!.split('\n').length / desk.stepsPerHour;
  return { desk, ran: desk.manifest.venue === 'simulated' ? runHours(desk, series, hours, outside) : recordedHours(desk, feedFor(desk, series), hours, outside) };
};

/** Hours of one step in which nobody answers: whatever a venue did is among the facts from outside. */
const recordedHours = (desk: Desk, feed: Feed, hours: number, outside: Outside): Ran => {
  let after = beginRun(desk);
  const executed = Array.from({ length: hours }, (_, hour) => {
    const market = feed(after.hour);
    const made = closeHour(desk, after, [executeStep(desk, after.state, { hour: after.hour, step: 0, market, facts: inOrder([market.fact, ...(outside[hour] ?? [])]) })]);
    ({ after } = made);
    return made;
  });
  return { hours: executed, after };
};

const flat = (price: string): string => `${price} ${price} ${price} ${price} 1000`;
export const rows = (...prices: readonly string[]): string => prices.map(flat).join('\n');

/**
 * Fees of 0.1 % are charged in BNB, of which the treasury holds 2 that cost 300 each; the mark is 320. Two agents buy a
 * 1INCH at 2,000 and at 2,500, and one sells it at 2,200. The first fee is the worked example of specs/ledger.md.
 */
export const paidInStock = (): Traded =>
  traded({
    opening: {
      universe: [instrument('1INCH/USD'), instrument('BNB/USD')],
      agents: [agentOf('scripted', byQuantity('1'), { id: 'one' }), agentOf('scripted', byQuantity('1'), { id: 'two' })],
      holdings: [['BNB', '2', '300']],
      costs: { ...FREE, fees: feesOf(1_000, 1_000, { third: 'BNB' }) },
    },
    scripts: [[{ 0: 'enter', 3: 'exit' }, {}], [{ 1: 'enter' }, {}]],
    candles: [rows('2000', '2000', '2500', '2500', '2200', '2200'), rows('320', '320', '320', '320', '320', '400')],
  });

/** Fees of 0.2 % are kept back from what is received, and an operator pays in under an awkward key. */
export const paidInKind = (): Traded =>
  traded({
    opening: { universe: [instrument('BTC/USD')], agents: [agentOf('scripted', byQuantity('1'))], costs: { ...FREE, fees: feesOf(2_000, 2_000, 'received') } },
    scripts: [[{ 0: 'enter', 2: 'exit' }]],
    candles: [rows('100', '100', '100', '110', '110', '120')],
    outside: { 2: [operatorFact(2, { command: 'deposit', amount: moneyOf('500') }, 'a "key", 50% für; mich')] },
  });

/** The hours start at 08:00: a limit fills at midnight, and money of 23:30 is booked after it. Sold at 01:00, two dates later. */
export const aroundMidnight = (): Traded =>
  traded({
    opening: { universe: [instrument('BTC/USD')], agents: [agentOf('scripted', byQuantity('2'), { entry: limitEntry(100) })], costs: { ...FREE, fees: feesOf(1_000, 1_000) } },
    scripts: [[{ 14: 'enter', 40: 'exit' }]],
    candles: [Array.from({ length: 43 }, (_, hour) => (hour === 15 ? '100 100 98 100 1000' : flat('100'))).join('\n')],
    outside: { 15: [operatorFact(15, { command: 'withdraw', amount: moneyOf('0.5') }, 'rent')] },
  });

/**
 * One order of 3 fills piece by piece at 100, 130 and 110, as little trades; its exit sells 2 at 120 and the last at 90.
 * Fees are 1 %. The hour has steps of five minutes.
 */
export const threeLots = (): Traded =>
  traded({
    opening: {
      universe: [instrument('BTC/USD')],
      agents: [agentOf('scripted', byQuantity('3'))],
      costs: { ...FREE, fees: feesOf(10_000, 10_000), participation: fraction(decimal('0.1')) },
      timeframe: '5m',
    },
    scripts: [[{ 2: 'enter', 6: 'exit' }]],
    candles: [[[100, 900], [100, 900], [100, 900], [100, 10], [130, 10], [110, 10], [110, 10], [120, 20], [90, 10], [90, 10], [90, 10], [90, 10]].map(([price, volume]) => `${price} ${price} ${price} ${price} ${volume}`).join('\n')],
  });

export const at = (hour: number, minute: number) => timeMs((START + hour) * 3_600_000 + minute * 60_000);
export const units = (text: string) => quantity(decimal(text));
export type Unplaced<Told> = Told extends AccountFact ? Omit<Told, 'atMs' | 'id' | 'ordinal'> : never;

/** Facts about an account, each in an hour of its own at half past, under the names f0, f1 and so on. */
export const history = (facts: readonly Unplaced<AccountFact>[]): Outside =>
  Object.fromEntries(facts.map((fact, hour) => [hour, [{ ...fact, atMs: at(hour, 30), id: `f${hour}`, ordinal: 0 } as AccountFact]]));

/**
 * An account as a venue tells of it, without an order of ours: money in, units in with an older date, trades against the
 * quote and against another asset, fees in each of the three ways, a reward, charges, a renaming, units and money out.
 */
export const wholeAccount = (): Traded =>
  traded({
    opening: {
      universe: ['BNB/USD', 'BTC/USD', 'ETH/USD', 'MATIC/USD', 'POL/USD'].map(symbol => instrument(symbol)),
      agents: [agentOf('scripted', byQuantity('1'))],
      cash: '100',
      venue: 'recorded',
    },
    scripts: [[{}, {}, {}, {}, {}]],
    candles: [rows(...Array.from({ length: 16 }, () => '10')), ...Array.from({ length: 4 }, () => rows(...Array.from({ length: 16 }, () => '1000')))],
    outside: history([
      { type: 'account_transferred', direction: 'in', asset: asset('USD'), quantity: units('10000'), basis: moneyOf('10000'), acquiredMs: at(0, 30) },
      { type: 'account_transferred', direction: 'in', asset: asset('BTC'), quantity: units('1'), basis: moneyOf('300'), acquiredMs: at(-48, 0) },
      { type: 'account_transferred', direction: 'in', asset: asset('BNB'), quantity: units('3'), basis: moneyOf('20'), acquiredMs: at(2, 30) },
      { type: 'account_traded', symbol: marketSymbol('BTC/USD'), side: 'BUY', quantity: units('1'), price: price(decimal('1000')), amount: units('1000'), value: moneyOf('1000'), fee: units('2.5'), feeAsset: asset('USD'), feeValue: moneyOf('2.5') },
      { type: 'account_traded', symbol: marketSymbol('ETH/BTC'), side: 'BUY', quantity: units('10'), price: price(decimal('0.15')), amount: units('1.5'), value: moneyOf('1600'), fee: units('0.02'), feeAsset: asset('ETH'), feeValue: moneyOf('3.2') },
      { type: 'account_traded', symbol: marketSymbol('ETH/BTC'), side: 'SELL', quantity: units('4'), price: price(decimal('0.1')), amount: units('0.4'), value: moneyOf('410'), fee: units('0.1'), feeAsset: asset('BNB'), feeValue: moneyOf('1.1') },
      { type: 'account_rewarded', purpose: 'income', asset: asset('MATIC'), quantity: units('7'), fee: units('1'), value: moneyOf('5') },
      { type: 'account_traded', symbol: marketSymbol('MATIC/USD'), side: 'BUY', quantity: units('4'), price: price(decimal('0.5')), amount: units('2'), value: moneyOf('2'), fee: units('0.01'), feeAsset: asset('USD'), feeValue: moneyOf('0.01') },
      { type: 'asset_renamed', from: asset('MATIC'), to: asset('POL'), quantity: units('10'), received: units('30') },
      { type: 'account_charged', purpose: 'funding', asset: asset('USD'), quantity: units('0.25'), value: moneyOf('0.25') },
      { type: 'account_charged', purpose: 'fees', asset: asset('BNB'), quantity: units('0.5'), value: moneyOf('6') },
      { type: 'account_transferred', direction: 'out', asset: asset('POL'), quantity: units('20') },
      { type: 'account_charged', purpose: 'rounding', asset: asset('ETH'), quantity: units('0.00000001'), value: moneyOf('0') },
      { type: 'account_transferred', direction: 'out', asset: asset('USD'), quantity: units('50.5') },
    ]),
  });

/** A venue sells 3 of which the books know 1, later brings 1 and then 2, and lets 5 go that nobody had. */
export const soldBeforeItCame = (): Traded =>
  traded({
    opening: { universe: ['BTC/USD', 'ETH/USD'].map(symbol => instrument(symbol)), agents: [agentOf('scripted', byQuantity('1'))], cash: '5000', holdings: [['BTC', '1', '90']], venue: 'recorded' },
    scripts: [[{}, {}]],
    candles: [rows('100', '100', '100', '100', '100', '100', '100'), rows('10', '10', '10', '10', '10', '10', '10')],
    outside: history([
      { type: 'account_charged', purpose: 'fees', asset: asset('USD'), quantity: units('1'), value: moneyOf('1') },
      { type: 'account_traded', symbol: marketSymbol('BTC/USD'), side: 'SELL', quantity: units('3'), price: price(decimal('100')), amount: units('300'), value: moneyOf('300'), fee: units('1'), feeAsset: asset('USD'), feeValue: moneyOf('1') },
      { type: 'account_transferred', direction: 'in', asset: asset('BTC'), quantity: units('1'), basis: moneyOf('70'), acquiredMs: at(2, 0) },
      { type: 'account_traded', symbol: marketSymbol('BTC/USD'), side: 'BUY', quantity: units('2'), price: price(decimal('110')), amount: units('220'), value: moneyOf('220'), fee: units('0.4'), feeAsset: asset('USD'), feeValue: moneyOf('0.4') },
      { type: 'account_transferred', direction: 'out', asset: asset('ETH'), quantity: units('5') },
      { type: 'account_transferred', direction: 'in', asset: asset('ETH'), quantity: units('6'), basis: moneyOf('66'), acquiredMs: at(0, 0) },
    ]),
  });
