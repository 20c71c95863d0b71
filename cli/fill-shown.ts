/** Brings candles with a bar that shows how far it is, and says what is stored when it is interrupted or the venue fails. */
import type { StoreClient } from '../adapters/store/connection.ts';
import type { MarketSource } from '../adapters/ports.ts';
import { formatTime } from '../core/kernel/hours.ts';
import { backfill, candlesOf } from '../engine/markets/backfill.ts';
import type { FilledSeries, Reached, SeriesPlan } from '../engine/markets/backfill.ts';
import { withStanding } from './failure.ts';
import type { OutputOptions } from './output.ts';
import { showProgress } from './progress.ts';
import { endWaiting } from './waiting.ts';

export const fillShown = async (client: StoreClient, source: MarketSource, plans: readonly SeriesPlan[], options: OutputOptions): Promise<readonly FilledSeries[]> => {
  const progress = showProgress(options, { label: source.id, total: Math.max(1, candlesOf(plans)), unit: 'candles' });
  let reached: Reached | null = null;
  const interrupted = (signal: NodeJS.Signals): void => {
    progress.stop();
    endWaiting();
    process.stderr.write(`Interrupted. ${standingText(reached)}\n`);
    process.kill(process.pid, signal);
  };
  process.once('SIGINT', interrupted);
  try {
    return await backfill(client, source, plans, {
      onRead: progress.to,
      onStored: at => {
        reached = at;
      },
    });
  } catch (error) {
    throw withStanding(error, standingText(reached));
  } finally {
    progress.stop();
    process.removeListener('SIGINT', interrupted);
  }
};

const standingText = (reached: Reached | null): string =>
  reached === null
    ? 'Nothing new is stored; the same command begins where this one did.'
    : `What this command brought is stored, ${reached.series.symbol} until ${formatTime(reached.coveredToMs)}; the same command goes on from there.`;
