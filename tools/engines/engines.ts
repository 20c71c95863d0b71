/**
 * The engines and the circumstances that must not matter: versions, another processor, a machine without a compiler for
 * hot code, time zones off the hour and across the date line, locales with other letters and digits, and the order in
 * which things are inserted that have an order of their own.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { emulatedArm64 } from './arm64.ts';

/** How to run the subject on an engine: `path` with `flags` before everything else. */
export type Engine = Readonly<{
  name: string;
  path: string | null;
  /** Why there is no path. Skipped is what cannot be had on this machine; missing is what should have been installed. */
  absence?: Readonly<{ skipped: boolean; why: string }>;
  flags: readonly string[];
  /** The seed of the order of insertion; without one it is as written. */
  seed?: number;
  /** Started before the others, for it takes longest. */
  isSlow?: boolean;
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

const MISSING = { skipped: false, why: 'is not installed, or not made for this machine' } as const;

const plain = (name: string, path: string | null, flags: readonly string[]): Engine => ({
  name,
  path,
  ...(path === null ? { absence: MISSING } : {}),
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

const onArm64 = (): Engine => {
  const emulated = emulatedArm64();
  const engine: Engine = { ...plain('Node 24 for arm64, under qemu', null, []), subject: 'javascript', isSlow: true };
  if (emulated.kind === 'ready') return { ...engine, path: emulated.path, flags: emulated.flags };
  return { ...engine, absence: { skipped: emulated.kind === 'skipped', why: emulated.why } };
};

const shuffledOn = (engine: Engine, seed: number): Engine => ({ ...engine, name: `${engine.name}, insertion order ${seed}`, seed });

/** The first one is the measure of the others. */
export const engines = (): readonly Engine[] => {
  const node = plain('Node 24', PINNED, []);
  const bun = plain('Bun', packaged('@oven', 'bun-', 'bin/bun'), ['run']);
  return [
    node,
    { ...plain('Node 24, compiled', PINNED, []), subject: 'javascript' },
    { ...plain('Node 24, no JIT', PINNED, ['--jitless']), subject: 'javascript', isSlow: true },
    inTimeZone('America/St_Johns'),
    inTimeZone('Australia/Lord_Howe'),
    inTimeZone('Pacific/Kiritimati'),
    inTimeZone('Europe/London'),
    inLocale('tr-TR'),
    inLocale('ar-EG'),
    shuffledOn(node, 1),
    shuffledOn(node, 2),
    shuffledOn(node, 3),
    plain('Node 22', packaged('.', 'node-22-', 'bin/node'), []),
    plain('Node 26', packaged('.', 'node-26-', 'bin/node'), []),
    bun,
    shuffledOn(bun, 4),
    plain('Deno', packaged('@deno', '', 'deno'), ['run', '--quiet', '--no-lock', '--no-config', '--no-remote', '--cached-only', '--allow-read']),
    onArm64(),
  ];
};
