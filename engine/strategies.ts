/** Finds the strategy a user or a stored run means, with its parameters checked and, for a user's file, its content hash. */
import { openDesk } from '../core/desk.ts';
import type { Desk } from '../core/desk.ts';
import type { Digest } from '../core/kernel/units.ts';
import { ENCODING_VERSION, SEMANTICS_VERSION } from '../core/manifest.ts';
import type { Manifest } from '../core/manifest.ts';
import { stepsPerHour } from '../core/market/timeframe.ts';
import type { Timeframe } from '../core/market/timeframe.ts';
import { validateParameters } from '../core/strategies/parameters.ts';
import { findStrategy, STRATEGIES } from '../core/strategies/registry.ts';
import { isPredicting } from '../core/strategies/predicting-strategy.ts';
import type { AnyStrategy, PredictingStrategy } from '../core/strategies/predicting-strategy.ts';
import type { Parameters, Strategy } from '../core/strategies/strategy.ts';
import { Problem, EXIT, refused, usage } from './problem.ts';
import { requireExactEngine } from './self-test.ts';
import { orNearest, typed } from './wording.ts';

export type ChosenStrategy = Readonly<{
  strategy: Strategy | PredictingStrategy;
  parameters: Parameters;
  texts: Readonly<Record<string, string>>;
  /** For a user's file: SHA-256 of its bytes, and the bytes as text. */
  digest: Digest | null;
  source: string | null;
}>;

/** Horizons are hours, whatever the candles are, so this parameter follows the timeframe. */
const CANDLES_PER_HOUR = 'candlesPerHour';

const looksLikeFile = (reference: string): boolean => /[./\\]/.test(reference);

export type StrategyChoice = Readonly<{ reference: string; given: Readonly<Record<string, string>>; timeframe: Timeframe }>;

/** The strategy by name or file, with parameters as given and defaults for the rest. Throws Problem or StrategyError. */
export const chooseStrategy = async ({ reference, given, timeframe }: StrategyChoice): Promise<ChosenStrategy> => {
  const { strategy, digest, source } = looksLikeFile(reference) ? await loadFile(reference) : { strategy: builtIn(reference), digest: null, source: null };
  const candlesPerHour = stepsPerHour(timeframe);
  const validated = validateParameters(strategy, isPredicting(strategy) ? { [CANDLES_PER_HOUR]: String(candlesPerHour), ...given } : given);
  if (!validated.ok) throw usage(`--param: ${validated.problem}`, `tb strategies lists every parameter with its bounds.`);
  if (isPredicting(strategy) && strategy.candlesPerHour(validated.parameters) !== candlesPerHour) {
    throw usage(
      `--param: ${CANDLES_PER_HOUR}=${given[CANDLES_PER_HOUR]} does not fit --timeframe ${timeframe}, of which an hour has ${candlesPerHour}.`,
      `Leave ${CANDLES_PER_HOUR} out: it follows the timeframe.`,
    );
  }
  return { strategy, parameters: validated.parameters, texts: validated.texts, digest, source };
};

const builtIn = (id: string): Strategy | PredictingStrategy => {
  const strategy = STRATEGIES.find(known => known.id === id);
  if (strategy !== undefined) return strategy;
  const ids = STRATEGIES.map(known => known.id);
  throw usage(`--strategy: there is no strategy ${typed(id)}${orNearest(id, ids)}`, `Strategies: ${ids.join(', ')}; or the path of your own file.`);
};

/** What is wrong with the user's own file while a run is planned, told as the option that named it; any other error as it is. */
export const asStrategyOption = (error: unknown): unknown => {
  if (!(error instanceof Error && error.name === 'StrategyError')) return error;
  const problem = usage(`--strategy: ${error.message}`, (error as Error & Readonly<{ hint?: string }>).hint);
  problem.cause = error;
  return problem;
};

/** The hardened realm is loaded only for a user's own file. */
const loadFile = async (path: string): Promise<Readonly<{ strategy: Strategy; digest: Digest; source: string }>> => {
  const { loadStrategy } = await import('../adapters/sandbox/load-strategy.ts');
  return loadStrategy(path);
};

/** The desk of a stored run, on an engine that may execute it. A user's strategy is rebuilt from the source kept with the run, and must hash as sealed. */
export const deskOf = async (manifest: Manifest, source: string | null): Promise<Desk> => {
  requireExactEngine();
  refuseOtherVersions(manifest);
  const strategies: AnyStrategy[] = [];
  for (const agent of manifest.agents) strategies.push(await storedStrategy(agent, source));
  return openDesk(manifest, strategies);
};

/** Another version would decide or spell differently and end in a bare mismatch; its stored hashes can still be checked. */
const refuseOtherVersions = ({ semantics, encoding }: Manifest): void => {
  if (semantics === SEMANTICS_VERSION && encoding === ENCODING_VERSION) return;
  throw refused(
    `The run was opened under semantics ${semantics}, encoding ${encoding}; this tb executes semantics ${SEMANTICS_VERSION}, encoding ${ENCODING_VERSION}.`,
    'specs/decisions.md says what changed. Execute and replay it with the tb that opened it; tb replay-manifest checks its stored hashes here.',
  );
};

const storedStrategy = async (agent: Manifest['agents'][number], source: string | null): Promise<AnyStrategy> => {
  if (agent.strategyDigest === null) {
    const strategy = findStrategy(agent.strategy);
    if (strategy !== null) return strategy;
    throw new Problem(EXIT.mismatch, `The run's strategy ${agent.strategy} is not part of this tb.`, 'Replay it with the version of tb that made it.');
  }
  if (source === null) throw new Problem(EXIT.mismatch, `The source of the run's own strategy ${agent.strategy} is not in the store.`);
  const { loadStrategyFromSource } = await import('../adapters/sandbox/load-strategy.ts');
  return loadStrategyFromSource({ source, name: agent.strategy, digest: agent.strategyDigest }).strategy;
};
