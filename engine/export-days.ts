/** Dates of exports: UTC, counted in whole days from 1970-01-01, because neither hledger nor beancount knows a time of day. */
import { formatTime } from '../core/kernel/hours.ts';
import { timeMs } from '../core/kernel/units.ts';
import type { TimeMs } from '../core/kernel/units.ts';

const DAY_MS = 86_400_000;

/** The number of a time's date. */
export const dayOf = (time: TimeMs): number => Math.floor(time / DAY_MS);

/** `2024-03-01` */
export const dateText = (day: number): string => formatTime(timeMs(day * DAY_MS)).slice(0, 10);
