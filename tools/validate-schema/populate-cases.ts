/**
 * Fixture cases as runs that are kept: campaigns, halts with a review, kills, stops and partial sells, appended hour by
 * hour as paper is, with what the outside told them. Their markets get names of their own, for each has its own candles.
 */
import type { Client } from 'pg';
import { appendStep } from '../../adapters/store/append-step.ts';
import { openDesk } from '../../core/desk.ts';
import { executeHour } from '../../core/execute.ts';
import { hoursAfter } from '../../core/kernel/hours.ts';
import { marketSymbol, timeMs } from '../../core/kernel/units.ts';
import type { MarketSymbol } from '../../core/kernel/units.ts';
import type { OutsideFact } from '../../core/bucket.ts';
import type { Manifest } from '../../core/manifest.ts';
import { findStrategy } from '../../core/strategies/registry.ts';
import { openPaperRun } from '../../engine/open-run.ts';
import { lookAt, openSession } from '../../engine/paper.ts';
import { closeOf, recordStep } from '../../engine/record.ts';
import type { RunIdentity, Sight } from '../../engine/record.ts';
import { hourAt } from '../fixtures/case.ts';
import type { CaseDefinition } from '../fixtures/case.ts';
import type { CaseRun } from './scenario.ts';

/** A case over markets whose names begin with the letter of the run. */
export const renamedCase = ({ definition, letter }: CaseRun): CaseDefinition => {
  const renamed = (symbol: MarketSymbol): MarketSymbol => marketSymbol(`${letter}${symbol}`);
  const manifest: Manifest = { ...definition.manifest, universe: definition.manifest.universe.map(instrument => ({ ...instrument, symbol: renamed(instrument.symbol) })) };
  const retold = (fact: OutsideFact): OutsideFact => (fact.type === 'prediction' ? { ...fact, symbol: renamed(fact.symbol) } : fact);
  return { ...definition, manifest, arrivals: definition.arrivals.map(arrival => ({ ...arrival, fact: retold(arrival.fact) })) };
};

/** Executes the first hours of a case, whose candles are imported already. */
export const executeCase = async (client: Client, { name, hours }: CaseRun, { manifest, arrivals }: CaseDefinition): Promise<void> => {
  const desk = openDesk(manifest, manifest.agents.map(({ strategy }) => findStrategy(strategy)!));
  const [fromHour, endHour] = [manifest.startHour, hoursAfter(manifest.startHour, hours)];
  const { run } = await openPaperRun(client, { manifest, desk, window: { startHour: fromHour, tradeFromHour: manifest.tradeFromHour, endHour }, strategySource: null }, name);
  const session = await openSession(client, run);
  const { feed, ingestThrough } = await lookAt(client, session, { fromHour, toHour: endHour });
  const identity: RunIdentity = { key: run, name: run.name, mode: run.mode };
  let { progress, envelopeHash } = session;
  while (progress.hour < endHour) {
    const { hour } = progress;
    const executed = executeHour(desk, progress, feed, step => arrivals.filter(arrival => hourAt(arrival.hour) === hour && arrival.step === step).map(({ fact }) => fact));
    const sight: Sight = { ingestThrough, inboxThrough: 0, executedAtMs: timeMs(Date.now()) };
    const close = closeOf(executed, { identity, previousEnvelope: envelopeHash, sight, withSnapshot: true });
    const [step] = executed.steps;
    await appendStep(client, run, { step: recordStep(step!, sight, { inboxIds: {}, digest: executed.sealed.record.state }), close });
    envelopeHash = close.envelope.hash;
    progress = executed.after;
  }
};
