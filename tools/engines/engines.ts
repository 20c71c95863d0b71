/**
 * The engines and the circumstances that must not matter: versions, a machine without a compiler for hot code, time
 * zones off the hour and across the date line, locales with other letters and digits.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** How to run the subject on an engine. `path` is null when the engine is not installed or not made for this machine. */
export type Engine = Readonly<{
  name: string;
  path: string | null;
  flags: readonly string[];
  /** As it is, or compiled to JavaScript: without a JIT there is no WebAssembly, and Node's type stripper is made of it. */
  subject: 'typescript' | 'javascript';
  environment: Readonly<Record<string, string>>;
  /** What must really have been in force; a setting that an engine ignored has tested nothing. */
  timeZone?: string;
  locale?: string;
}>;

const FOLDER = join(import.meta.dirname, 'node_modules');

/** The first of the folders' packages that holds the binary: npm installs only the one made for this machine. */
const packaged = (scope: string, prefix: string, binary: string): string | null => {
  const folder = join(FOLDER, scope);
  if (!existsSync(folder)) return null;
  const found = readdirSync(folder)
    .filter(name => name.startsWith(prefix))
    .map(name => join(folder, name, binary))
    .find(existsSync);
  return found ?? null;
};

const plain = (name: string, path: string | null, flags: readonly string[]): Engine => ({
  name,
  path,
  flags,
  subject: 'typescript',
  environment: {},
});

const PINNED = process.execPath;

const inTimeZone = (timeZone: string): Engine => ({ ...plain(`Node 24, TZ ${timeZone}`, PINNED, []), environment: { TZ: timeZone }, timeZone });

const inLocale = (locale: string): Engine => ({
  ...plain(`Node 24, locale ${locale}`, PINNED, []),
  environment: { LC_ALL: `${locale.replace('-', '_')}.UTF-8` },
  locale,
});

/** The first one is the measure of the others. */
export const engines = (): readonly Engine[] => [
  plain('Node 24', PINNED, []),
  { ...plain('Node 24, compiled', PINNED, []), subject: 'javascript' },
  { ...plain('Node 24, no JIT', PINNED, ['--jitless']), subject: 'javascript' },
  inTimeZone('America/St_Johns'),
  inTimeZone('Australia/Lord_Howe'),
  inTimeZone('Pacific/Kiritimati'),
  inTimeZone('Europe/London'),
  inLocale('tr-TR'),
  inLocale('ar-EG'),
  plain('Node 22', packaged('.', 'node-22-', 'bin/node'), []),
  plain('Node 26', packaged('.', 'node-26-', 'bin/node'), []),
  plain('Bun', packaged('@oven', 'bun-', 'bin/bun'), ['run']),
  plain('Deno', packaged('@deno', '', 'deno'), ['run', '--quiet', '--no-lock', '--no-config', '--no-remote', '--cached-only', '--allow-read']),
];
