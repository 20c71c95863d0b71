/** Reads `--stop` and `--trailing-stop` into the stop of an agent, or says why a run cannot have one. */
import { ONE_E18 } from '../core/kernel/units.ts';
import type { StopPolicy } from '../core/manifest.ts';
import { shareOf } from './cost-options.ts';
import { usage } from './problem.ts';

/** As typed; null where it was not given. */
export type StopOptions = Readonly<{ stop: string | null; trailingStop: string | null }>;

/** A strategy that predicts trades in campaigns, which decide their own exits. */
export const stopOf = ({ stop, trailingStop }: StopOptions, strategy: Readonly<{ id: string }>): StopPolicy | null => {
  if (stop !== null && trailingStop !== null) throw usage('--trailing-stop: a position has one stop, and here are two.', 'Leave --stop or --trailing-stop out.');
  const [option, text] = stop === null ? ['--trailing-stop', trailingStop] : ['--stop', stop];
  if (text === null) return null;
  if ('predict' in strategy) {
    throw usage(`${option}: ${strategy.id} trades in campaigns, which decide their own exits by prediction.`, 'Leave the stop out, or choose a strategy of plain signals; tb strategies lists them.');
  }
  const distance = shareOf(option, text);
  if (distance === ONE_E18) throw usage(`${option}: a stop 100% below its price is never reached.`, 'Write a share below it, for example 5% or 0.05.');
  return { kind: stop === null ? 'trailing' : 'loss', distance };
};
