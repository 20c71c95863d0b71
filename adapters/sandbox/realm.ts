/**
 * The hardened realm: a JavaScript world of its own beside the host's, with its own intrinsics, locked down by SES from
 * within. The host's world is left as it is, and nothing of it is ever handed in.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, createContext, Script } from 'node:vm';
import { assert } from '../../core/kernel/assert.ts';
import { OFFERED_GLOBALS, OFFERED_MATH } from './offered-names.ts';
import { parseModule } from './parse-module.ts';
import { moduleFunction, sourcesOf } from './rewrite-module.ts';
import { stripTypes } from './strip-types.ts';
import type { Context } from 'node:vm';
import type { Guest, GuestLimits } from './guest.ts';
import type { ParsedModule } from './parse-module.ts';

export type Realm = Readonly<{ guest: Guest; offeredId: string; offeredNames: readonly string[] }>;

/** Loop rounds and function calls that one answer may take: some milliseconds, and far beyond any honest indicator. */
const STEPS_MAX = 1_000_000;

const LIMITS: GuestLimits = { math: OFFERED_MATH.join(' '), globals: OFFERED_GLOBALS.join(' '), steps: STEPS_MAX };

/** Our own files are TypeScript in the clone and JavaScript in the package. */
const asInstalled = (url: URL): string => url.href.replace(/\.ts$/, extname(import.meta.filename));
const GUEST = asInstalled(new URL('./guest.ts', import.meta.url));
const OFFERED = asInstalled(new URL('./offered.ts', import.meta.url));

const readModule = (url: string): ParsedModule => {
  const path = fileURLToPath(url);
  const text = readFileSync(path, 'utf8');
  return parseModule(path.endsWith('.ts') ? stripTypes(text, path) : text, path);
};

const require = createRequire(import.meta.url);

/** SES as one file without imports. It is evaluated in the realm; the host's intrinsics are not touched. */
const sesText = (): string => readFileSync(require.resolve('ses'), 'utf8');

const openGuestIn = (context: Context): Guest => {
  new Script(sesText(), { filename: 'ses.cjs' }).runInContext(context);
  const text = `${moduleFunction(readModule(GUEST), false)}().openGuest`;
  const openGuest = new Script(text, { filename: 'guest' }).runInContext(context) as (limits: string) => Guest;
  return openGuest(JSON.stringify(LIMITS));
};

const exportsIn = (outcome: string, url: string): readonly string[] => {
  assert(outcome.startsWith('='), `${url} can be evaluated in the realm; it answers ${outcome}.`);
  return JSON.parse(outcome.slice(1)) as readonly string[];
};

/** Evaluates a module of ours and before it everything it imports, each once. Every import is a relative path. */
const define = (guest: Guest, url: string, defined: Map<string, readonly string[]>): readonly string[] => {
  const known = defined.get(url);
  if (known !== undefined) return known;
  const module = readModule(url);
  const dependencies = sourcesOf(module.body).map(source => {
    assert(/^\.{1,2}\//.test(source), `${url} imports relative paths only, and not ${source}.`);
    return new URL(source, url).href;
  });
  for (const dependency of dependencies) define(guest, dependency, defined);
  const names = exportsIn(guest.define(url, moduleFunction(module, true), JSON.stringify(dependencies)), url);
  defined.set(url, names);
  return names;
};

let opened: Realm | null = null;

/** The realm of this thread, opened at the first call (some 60 ms). Strategies in it cannot meet: nothing in it can change. */
export const openRealm = (): Realm => {
  if (opened !== null) return opened;
  const context = createContext(constants.DONT_CONTEXTIFY);
  const guest = openGuestIn(context);
  const offeredNames = define(guest, OFFERED, new Map());
  opened = { guest, offeredId: OFFERED, offeredNames };
  return opened;
};
