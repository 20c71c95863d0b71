/**
 * Books the history of an account into a run of its own: hour after hour from its first line to its last, each executed
 * and sealed as any other hour, nobody trading. All of it is stored, or nothing.
 */
import type { StoreClient } from '../adapters/store/connection.ts';
import { findRun } from '../adapters/store/runs.ts';
import type { StoredRun } from '../adapters/store/runs.ts';
import { ingestHorizon, vintageOf } from '../adapters/store/series.ts';
import { streamColumns } from '../adapters/store/stream-columns.ts';
import type { LineProblem } from '../adapters/market-data/account-history/history-event.ts';
import { beginRun } from '../core/execute.ts';
import type { ExecutedHour, Progress } from '../core/execute.ts';
import { formatHour, startOfHour } from '../core/kernel/hours.ts';
import { baseOf, quoteOf } from '../core/kernel/units.ts';
import type { Asset, HourUtc, Price } from '../core/kernel/units.ts';
import type { AccountFact } from '../core/log.ts';
import { isAccountFact } from '../core/log.ts';
import { markOf } from '../core/market/marks.ts';
import { factsOfEvent } from './history-facts.ts';
import type { ImportPlan } from './import-plan.ts';
import { seriesOf } from './market-of.ts';
import { EXIT, linesProblem, usage } from './problem.ts';
import { readHead } from './run-head.ts';
import { driveHours } from './run-hours.ts';
import { countSummary } from './run-summary.ts';
import type { RunSummary } from './run-summary.ts';
import { isNameTaken, openRunWriting } from './write-run.ts';
import type { RunWriting, WritingClients } from './write-run.ts';

export type ImportRequest = Readonly<{
  plan: ImportPlan;
  name: string;
  /** Null keeps nothing. */
  store: WritingClients | null;
  onProgress: (hours: number) => void;
}>;

export type ImportReport = Readonly<{
  /** The same history was booked under this name already. */
  existing: boolean;
  summary: RunSummary;
  /** Facts about the account, by type. */
  facts: Readonly<Record<string, number>>;
  last: Progress;
  engineMs: number;
  wallMs: number;
}>;

const ACCOUNT = 'import';

/** Throws Problem where a line has no worth that is known, and where another run has the name. */
export const importAccount = async (reader: StoreClient, request: ImportRequest): Promise<ImportReport> => {
  const started = performance.now();
  const { plan, name, store } = request;
  const stored = store === null ? null : await findRun(reader, name);
  if (stored !== null) return confirm(reader, request, { stored, started });
  const series = seriesOf(plan.desk.symbols, '1h');
  const vintage = await vintageOf(reader, series, await ingestHorizon(reader, series));
  const { desk } = plan;
  let writing: RunWriting | null = null;
  try {
    writing = store === null ? null : await openRunWriting(store, { desk, name, mode: 'import', account: ACCOUNT, keep: 'full', vintage, strategySource: null });
    const executed = await executeHistory(reader, request, { vintage, writing });
    await writing?.finish(executed.summary);
    return { ...executed, existing: false, wallMs: performance.now() - started };
  } catch (error) {
    await writing?.abandon();
    if (!isNameTaken(error)) throw error;
    // Another command wrote a run of this name meanwhile, and maybe this very one.
    return importAccount(reader, request);
  }
};

type Known = Readonly<{ stored: StoredRun; started: number }>;

/** Books the history again, with the candles that the stored run saw, and compares where both end. */
const confirm = async (reader: StoreClient, request: ImportRequest, { stored, started }: Known): Promise<ImportReport> => {
  const { plan, name } = request;
  const another = (what: string): Error =>
    usage(`--run: a run ${name} exists already, ${what}.`, `Choose another name; tb runs lists them. tb runs --drop ${name} --reason "…" deletes an import.`);
  if (stored.mode !== 'import') throw another(`and it is a ${stored.mode} run`);
  const head = await readHead(reader, stored);
  if (stored.genesis !== plan.desk.genesis) throw another('of another history: other assets, another quote or another beginning');
  if (head.hour !== plan.endHour - 1) throw another(`of a history that ends at ${formatHour((head.hour + 1) as HourUtc)}`);
  const executed = await executeHistory(reader, request, { vintage: stored.vintageIngestId, writing: null });
  if (executed.last.previous !== head.hash) throw another('of a history with other contents');
  return { ...executed, existing: true, wallMs: performance.now() - started };
};

type Execution = Readonly<{ vintage: number; writing: RunWriting | null }>;

const executeHistory = async (reader: StoreClient, { plan, onProgress }: ImportRequest, { vintage, writing }: Execution): Promise<Omit<ImportReport, 'existing' | 'wallMs'>> => {
  const { desk, endHour } = plan;
  const { startHour } = desk.manifest;
  const counter = countSummary(desk, null);
  const facts: Record<string, number> = {};
  const pricing = newPricing(plan);
  const isLast = ({ after }: ExecutedHour): boolean => after.hour === endHour;
  const { progress, engineMs } = await driveHours({
    desk,
    from: beginRun(desk),
    endHour,
    chunks: streamColumns(reader, { series: seriesOf(desk.symbols, '1h'), fromMs: startOfHour(startHour), toMs: startOfHour(endHour), ingestThrough: vintage }),
    outsideOf: pricing.factsOf,
    onHour: executed => {
      counter.add(executed);
      for (const { bucket } of executed.steps) for (const fact of bucket.facts) if (isAccountFact(fact)) facts[fact.type] = (facts[fact.type] ?? 0) + 1;
      const done = executed.sealed.hour - startHour + 1;
      if (done % PROGRESS_EVERY === 0) onProgress(done);
      return writing?.append(executed, isLast(executed));
    },
    isLast,
  });
  onProgress(progress.hour - startHour);
  if (pricing.problems.length > 0) throw linesProblem(EXIT.refused, 'Some of it has no worth that is known', pricing.problems, 'Nothing was booked.');
  return { summary: counter.summary(), facts, last: progress, engineMs };
};

const PROGRESS_EVERY = 1_000;

const NO_FACTS: readonly AccountFact[] = [];

/** A price older than a day says nothing of today. */
const PRICE_HOURS_MAX = 24;

type Pricing = Readonly<{ factsOf: (before: Progress) => readonly AccountFact[]; problems: readonly LineProblem[] }>;

/** Lines become facts when their hour is reached: only then is known what the market and earlier lines say of prices. */
const newPricing = ({ desk, byHour }: ImportPlan): Pricing => {
  const { quote } = desk.manifest;
  const indexOf = new Map(desk.symbols.map((symbol, index) => [baseOf(symbol), index]));
  const problems: LineProblem[] = [];
  const factsOf = ({ hour, state }: Progress): readonly AccountFact[] => {
    const events = byHour.get(hour);
    if (events === undefined) return NO_FACTS;
    const traded = new Map<Asset, Price>();
    const markBefore = (asset: Asset): Price | null => {
      const index = indexOf.get(asset);
      return index === undefined || hour - state.marks.slot[index]! > PRICE_HOURS_MAX ? null : markOf(state.marks, index);
    };
    const facts: AccountFact[] = [];
    for (const event of events) {
      const previous = facts.at(-1);
      const ordinal = previous?.atMs === event.atMs ? previous.ordinal + 1 : 0;
      const made = factsOfEvent(event, ordinal, { quote, priceOf: asset => traded.get(asset) ?? markBefore(asset) });
      if ('reason' in made) {
        problems.push(made);
        continue;
      }
      facts.push(...made);
      for (const fact of made) if (fact.type === 'account_traded' && quoteOf(fact.symbol) === quote && fact.price > 0n) traded.set(baseOf(fact.symbol), fact.price);
    }
    return facts;
  };
  return { factsOf, problems };
};

