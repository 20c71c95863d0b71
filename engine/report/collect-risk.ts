/** Stretches of hours in which entries were held back: a drawdown tier, a halt, a kill, or a review that nobody had closed. */
import type { Desk } from '../../core/desk.ts';
import type { ExecutedHour } from '../../core/execute.ts';
import { tierName } from '../../core/risk/drawdown.ts';
import type { RiskState } from '../../core/risk/risk-state.ts';
import type { RiskSpan } from './report.ts';

export type RiskCollector = Readonly<{ add: (hour: ExecutedHour) => void; spans: () => readonly RiskSpan[] }>;

type Standing = Pick<RiskSpan, 'kind' | 'name' | 'reason'>;

export const collectRisk = ({ manifest }: Desk): RiskCollector => {
  const ended: RiskSpan[] = [];
  let open: readonly RiskSpan[] = [];
  const add = ({ sealed, after }: ExecutedHour): void => {
    const now = standingsIn(after.state.risk, manifest.profile);
    const goesOn = (span: RiskSpan): boolean => now.some(standing => isSame(standing, span));
    ended.push(...open.filter(span => !goesOn(span)));
    open = now.map(standing => ({ ...standing, fromHour: open.find(span => isSame(standing, span))?.fromHour ?? sealed.hour, toHour: sealed.hour + 1 }));
  };
  const spans = (): readonly RiskSpan[] => [...ended, ...open].sort((left, right) => left.fromHour - right.fromHour || left.toHour - right.toHour);
  return { add, spans };
};

const isSame = (standing: Standing, span: RiskSpan): boolean => standing.kind === span.kind && standing.name === span.name && standing.reason === span.reason;

const standingsIn = ({ standing, profile }: RiskState, opening: NonNullable<RiskState['profile']>): readonly Standing[] => {
  const { drawdown } = profile ?? opening;
  const tier: readonly Standing[] =
    standing.tier === 0 ? [] : [{ kind: 'tier', name: tierName(drawdown.tiers, standing.tier), reason: drawdown.mode === 'bind' ? 'drawdown' : 'drawdown, observed only' }];
  if (standing.status !== 'ACTIVE') return [...tier, { kind: standing.status === 'KILLED' ? 'kill' : 'halt', name: standing.status, reason: standing.reason }];
  return standing.review ? [...tier, { kind: 'halt', name: 'REVIEW_OPEN', reason: standing.reason }] : tier;
};
