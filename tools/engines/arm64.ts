/**
 * Node for arm64 on a machine with another processor: its binary from npm, run by qemu's user emulation with Debian's
 * cross libraries. Where those are missing and apt is there for root, they are installed; else the reason is given.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const NODE = join(import.meta.dirname, 'arm64', 'node_modules', 'node-24-linux-arm64', 'bin', 'node');
const LIBRARIES = '/usr/aarch64-linux-gnu';
const LOADER = join(LIBRARIES, 'lib', 'ld-linux-aarch64.so.1');
const STANDARD_LIBRARY = join(LIBRARIES, 'lib', 'libstdc++.so.6');
const PACKAGES = ['qemu-user-static', 'libc6-arm64-cross', 'libstdc++6-arm64-cross', 'libgcc-s1-arm64-cross'] as const;

/** What to put before the binary's own arguments, or why it cannot be run here; `failed` when it should have been possible. */
export type Emulated = Readonly<{ kind: 'ready'; path: string; flags: readonly string[] }> | Readonly<{ kind: 'skipped' | 'failed'; why: string }>;

const { PATH = '' } = process.env;

const findProgram = (name: string): string | null => PATH.split(':').map(folder => join(folder, name)).find(existsSync) ?? null;

const readyEmulator = (): string | null => (existsSync(LOADER) && existsSync(STANDARD_LIBRARY) ? findProgram('qemu-aarch64-static') : null);

const skipped = (why: string): Emulated => ({ kind: 'skipped', why });

/** Null when everything is there now, else why not. */
const installPackages = (): string | null => {
  const apt = findProgram('apt-get');
  if (apt === null) return `no apt-get here to install ${PACKAGES.join(' ')}`;
  if (process.getuid?.() !== 0) return `not root, so nothing was installed; run: sudo apt-get install ${PACKAGES.join(' ')}`;
  console.error(`Installing ${PACKAGES.join(' ')} with apt-get, to run Node for arm64 (once; about 90 MB) ...`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (...args: readonly string[]) => spawnSync(apt, args, { encoding: 'utf8', env: environment });
  run('-q', 'update');
  const { status, stderr } = run('-q', '-y', '--no-install-recommends', 'install', ...PACKAGES);
  return status === 0 ? null : `apt-get could not install ${PACKAGES.join(' ')}: ${stderr.trim().split('\n').at(-1) ?? ''}`;
};

/** How to run Node for arm64 here. May install packages of the system, and says so before it does. */
export const emulatedArm64 = (): Emulated => {
  if (process.platform !== 'linux') return skipped('emulating a program of Linux takes Linux');
  if (process.arch === 'arm64') return skipped('this machine is arm64 itself, and every other row runs on it');
  if (!existsSync(NODE)) return { kind: 'failed', why: 'Node for arm64 is not installed; remove tools/engines/arm64/node_modules and run "make engines" again' };
  const reason = readyEmulator() === null ? installPackages() : null;
  if (reason !== null) return skipped(reason);
  const emulator = readyEmulator();
  return emulator === null ? skipped(`${PACKAGES.join(' ')} brought no qemu-aarch64-static or no ${LOADER}`) : { kind: 'ready', path: emulator, flags: ['-L', LIBRARIES, NODE] };
};
