/**
 * Completes package-lock.json after a change of the dependencies. A registry that does not carry a package's builds for
 * other platforms makes npm leave them out of the lock file, and `npm ci` then refuses it everywhere. This adds what is
 * missing, at the exact version the package itself asks for. It downloads nothing and changes no entry that is there.
 * With `--check` it only looks, and exits 1 when something is missing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOCK = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'package-lock.json');

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32'];

/** `@oxlint/binding-linux-x64-musl` names its platform; what it does not name it is not bound to. */
const platformOf = name => {
  const words = name.split(/[-/]/);
  const system = SYSTEMS.find(word => words.includes(word));
  const processor = PROCESSORS.find(word => words.includes(word));
  const library = words.some(word => word.startsWith('musl')) ? 'musl' : 'glibc';
  return {
    ...(processor === undefined ? {} : { cpu: [processor] }),
    ...(system === 'linux' ? { libc: [library] } : {}),
    ...(system === undefined ? {} : { os: [system] }),
  };
};

/** Where npm finds a package that `from` asks for: the nearest node_modules on the way up, or the top one. */
const isLocked = (packages, from, name) => {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
};

const lock = JSON.parse(readFileSync(LOCK, 'utf8'));
const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(lock.packages, path, name))
    .map(([name, version]) => [`node_modules/${name}`, { version, ...platformOf(name), ...(entry.dev === true ? { dev: true } : {}), optional: true }]),
);

if (process.argv.includes('--check')) {
  for (const [path] of missing) console.log(`package-lock.json lacks ${path}. Run: node tools/install/complete-lock.mjs`);
  process.exit(missing.length > 0 ? 1 : 0);
}

for (const [path, entry] of missing) {
  if (!/^\d+\.\d+\.\d+[\w.+-]*$/.test(entry.version)) throw new Error(`${path} is asked for as ${entry.version}, which is no exact version: install it once where it is available.`);
}

const byPath = ([left], [right]) => (left < right ? -1 : left > right ? 1 : 0);
lock.packages = Object.fromEntries([...Object.entries(lock.packages), ...missing].sort(byPath));
if (missing.length > 0) writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${missing.length} entries added for other platforms.`);
