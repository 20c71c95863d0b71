/**
 * Whether the clock of this machine can be right, told without asking any network: by the database's clock, by a clock that only
 * runs forward, and by times in the store that have not come yet.
 */
import { formatTime } from '../../core/kernel/hours.ts';
import { timeMs } from '../../core/kernel/units.ts';
import { durationText } from '../ages.ts';
import { failure, warning, well } from './check.ts';
import type { Check } from './check.ts';

/** `offsetMs` is our clock less the server's, `roundTripMs` how long asking took; `steppedMs` how far our clock left the one that only runs forward. */
export type ClockFacts = Readonly<{
  nowMs: number;
  steppedMs: number;
  server: Readonly<{ offsetMs: number; roundTripMs: number }> | null;
  /** Latest time that anything in the store was received or made; null in an empty store. */
  latestMs: number | null;
  /** Latest close of a candle, and whose. */
  latestClose: Readonly<{ ms: number; series: string }> | null;
}>;

const SET_CLOCK = 'Set the clock (for example: timedatectl set-ntp true), then run tb doctor again.';
/** Venues are asked two minutes after the hour: a clock within seconds is good enough. */
const WARNING_MS = 2_000;
const FAILURE_MS = 60_000;
const STEP_MS = 500;

const shown = (ms: number): string => `${durationText(Math.abs(ms))} ${ms > 0 ? 'ahead of' : 'behind'}`;

export const judgeClock = ({ nowMs, steppedMs, server, latestMs, latestClose }: ClockFacts): readonly Check[] => {
  const told: Check[] = [];
  // Half of what asking took is not known to either side.
  const offset = server === null ? 0 : Math.sign(server.offsetMs) * Math.max(0, Math.abs(server.offsetMs) - server.roundTripMs / 2);
  if (Math.abs(offset) >= FAILURE_MS) told.push(failure('clock', { about: 'server', found: `this machine is ${shown(offset)} the clock of the database`, mend: SET_CLOCK }));
  else if (Math.abs(offset) >= WARNING_MS) told.push(warning('clock', { about: 'server', found: `this machine is ${shown(offset)} the clock of the database`, mend: SET_CLOCK }));
  if (Math.abs(steppedMs) >= STEP_MS) told.push(warning('clock', { about: 'steady', found: `the clock was moved by ${Math.round(steppedMs)} ms during this examination`, mend: 'Look at what sets it; hours that are executed now may name a wrong time of execution.' }));
  if (latestMs !== null && latestMs - nowMs >= FAILURE_MS) {
    told.push(failure('clock', { about: 'received', found: `the store holds what was received at ${formatTime(timeMs(latestMs))}, ${durationText(latestMs - nowMs)} from now`, mend: `This clock is behind, or one that wrote to the store was ahead. ${SET_CLOCK}` }));
  }
  if (latestClose !== null && latestClose.ms - nowMs >= FAILURE_MS) {
    told.push(warning('clock', { about: latestClose.series, found: `its latest candle closes at ${formatTime(timeMs(latestClose.ms))}, ${durationText(latestClose.ms - nowMs)} from now`, mend: `Either this clock is behind, or its file tells of times to come: tb data --symbol ${latestClose.series.split(' ')[0]!} names its sources.` }));
  }
  if (told.length > 0) return told;
  const compared = server === null ? 'there is no server to compare it with' : 'agrees with the database';
  return [well('clock', { found: `${formatTime(timeMs(Math.trunc(nowMs / 1_000) * 1_000))}, ${compared}; nothing stored is of later` })];
};
