/** Every table of a store as drizzle defines it. */
import { is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import * as account from './account.ts';
import * as books from './books.ts';
import * as events from './events.ts';
import * as hours from './hours.ts';
import * as marketData from './market-data.ts';
import * as reference from './reference.ts';
import * as results from './results.ts';
import * as runs from './runs.ts';
import * as trading from './trading.ts';
import * as venues from './venues.ts';

const CONCEPTS = [reference, marketData, venues, runs, hours, events, account, trading, books, results];

const isTable = (value: unknown): value is PgTable => is(value, PgTable);

export const TABLES: readonly PgTable[] = CONCEPTS.flatMap(concept => Object.values(concept).filter(isTable));
