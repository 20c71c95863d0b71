/**
 * The books of a run in the formats of other programs: a journal for hledger or beancount, tables of fills and of tax lots.
 * It reads sealed hours and writes lines; which method, which program and which file is decided by whoever asks.
 */
import type { StoreClient } from '../adapters/store/connection.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import type { Desk } from '../core/desk.ts';
import type { ExecutedHour } from '../core/execute.ts';
import { startOfHour } from '../core/kernel/hours.ts';
import { baseOf } from '../core/kernel/units.ts';
import type { Digest, HourUtc } from '../core/kernel/units.ts';
import type { LotMethod } from '../core/lots/methods.ts';
import { markOf } from '../core/market/marks.ts';
import type { State } from '../core/state.ts';
import { beancountWriter } from './export-beancount.ts';
import { dayOf } from './export-days.ts';
import { entryReader } from './export-entries.ts';
import { hledgerWriter } from './export-hledger.ts';
import { sealedHours } from './export-hours.ts';
import { journalOf } from './export-journal.ts';
import type { JournalWriter } from './export-journal.ts';
import { lotDeriver } from './export-lots.ts';
import { fillTable, taxLotTable } from './export-tables.ts';
import { usage } from './problem.ts';
import { deskOfRun } from './resume.ts';
import { readHead } from './run-head.ts';

export type JournalProgram = 'hledger' | 'beancount';

/** The lines of a run's books. A run without a sealed hour has none, and a table without a row neither. */
export type BooksRequest = Readonly<{ kind: 'journal'; program: JournalProgram; method: LotMethod }> | Readonly<{ kind: 'tax-lots'; method: LotMethod }> | Readonly<{ kind: 'fills' }>;

export async function* bookLines(client: StoreClient, run: StoredRun, request: BooksRequest): AsyncGenerator<string, void, void> {
  const head = await readHead(client, run);
  if (head.hour < run.startHour) return;
  const desk = await deskOfRun(run);
  const hours = sealedHours(client, run, { desk, head });
  switch (request.kind) {
    case 'fills':
      yield* fillTable(hours);
      break;
    case 'tax-lots':
      yield* taxLotTable(hours, request.method);
      break;
    case 'journal':
      yield* journalLines({ ...request, desk, run: run.name, head: head.hash, throughHour: head.hour }, hours);
      break;
  }
}

export type JournalRequest = Readonly<{ desk: Desk; run: string; head: Digest; throughHour: HourUtc; program: JournalProgram; method: LotMethod }>;

/** The journal of a run's hours from its first on. Throws Problem (usage) for a method that the program does not know. */
export async function* journalLines({ desk, run, head, throughHour, program, method }: JournalRequest, hours: AsyncIterable<ExecutedHour>): AsyncGenerator<string, void, void> {
  const { quote, startHour } = desk.manifest;
  const writer = writerOf(program, desk, method);
  const assets = desk.symbols.map(baseOf);
  yield* writer.opening({ run, method, genesis: desk.genesis, head, fromHour: startHour, throughHour, firstDay: dayOf(startOfHour(startHour)), quote, assets });
  const [entriesOf, derive, journal] = [entryReader(), lotDeriver(method), journalOf(desk, method)];
  let state: State | null = null;
  let day = dayOf(startOfHour(throughHour));
  for await (const hour of hours) {
    for (const booked of entriesOf(hour)) {
      const entry = journal.add(derive(booked));
      day = Math.max(day, entry.day);
      yield* writer.entry(entry);
    }
    ({ state } = hour.after);
  }
  if (state !== null) yield* writer.closing({ day, holdings: journal.closing(state.ledger), marks: marksOf(desk, state), quote });
}

const writerOf = (program: JournalProgram, desk: Desk, method: LotMethod): JournalWriter => {
  if (program === 'hledger') return hledgerWriter;
  if (method === 'average') throw usage('--lots: beancount has no average pools.', 'Take --format hledger, or fifo, lifo or hifo.');
  return beancountWriter(desk.manifest.quote);
};

/** The last mark of every symbol that has one. */
const marksOf = (desk: Desk, { marks }: State) =>
  desk.symbols.flatMap((symbol, index) => {
    const mark = markOf(marks, index);
    return mark === null ? [] : [{ asset: baseOf(symbol), mark }];
  });
