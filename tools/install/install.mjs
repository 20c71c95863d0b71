/**
 * Installs what package-lock.json names, once, and checks the Node that everything runs on: its version and the hash of
 * its binary, which the lock file does not cover. Runs on the machine's own Node, so it is plain and imports nothing.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const BINARY = join(ROOT, 'node_modules', 'node', 'bin', 'node');
const STAMP = join(ROOT, 'node_modules', '.cache', 'tb', 'installed');
const PINNED = readJson(join(ROOT, 'tools', 'install', 'node-binary.json'));

const BAD_INSTALLATION = 2;
const UNREACHABLE = 4;

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function stop(exitCode, ...lines) {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(exitCode);
}

/** What npm says it installed, against what it was asked to. Optional packages are those of other platforms. */
function isInstalled() {
  const installedList = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installedList) || !existsSync(BINARY)) return false;
  const installed = readJson(installedList).packages;
  const wanted = Object.entries(readJson(join(ROOT, 'package-lock.json')).packages);
  return wanted.every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity && existsSync(join(ROOT, path));
  });
}

/** npm's own words, kept back unless it fails. */
function runNpm(args) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    let said = '';
    child.stdout.on('data', chunk => { said += chunk; });
    child.stderr.on('data', chunk => { said += chunk; });
    child.on('error', reject);
    child.on('close', exitCode => resolve({ exitCode, said }));
  });
}

async function install() {
  const startedAt = Date.now();
  process.stdout.write('Installing packages and the pinned Node (once; under a minute on most lines) ...\n');
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { exitCode, said } = await runNpm(args).catch(() =>
    stop(UNREACHABLE, 'npm was not found. Install Node.js 20 or newer with npm, then run this again.'),
  );
  if (exitCode !== 0) {
    const told = said.split('\n').filter(line => line.startsWith('npm error') && !/^npm error *(at .*)?$/.test(line)).slice(0, 12).map(line => `  ${line}`);
    stop(UNREACHABLE, 'npm could not install the packages. It said:', ...told, 'Look at the network and the disk, and run it again: nothing is lost.');
  }
  process.stdout.write(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s.\n`);
}

function sha256OfFile(path) {
  return new Promise((resolve, reject) => {
    const hash = createHash('sha256');
    createReadStream(path).on('data', chunk => hash.update(chunk)).on('error', reject).on('end', () => resolve(hash.digest('hex')));
  });
}

/** The binary comes from an install script: it is trusted by its hash and not by where it came from. */
async function checkBinary() {
  if (!existsSync(BINARY)) {
    stop(
      BAD_INSTALLATION,
      'The pinned Node is missing from node_modules: npm was told not to run install scripts.',
      'Allow them for this one command: npm_config_ignore_scripts=false make install',
    );
  }
  const platform = `${process.platform}-${process.arch}`;
  const expected = PINNED.sha256[platform];
  if (expected === undefined) {
    process.stdout.write(`Note: no hash of Node ${PINNED.version} is pinned for ${platform}; only its version is checked.\n`);
  } else {
    const actual = await sha256OfFile(BINARY);
    if (actual !== expected) {
      stop(
        BAD_INSTALLATION,
        `node_modules/node/bin/node is not the pinned Node ${PINNED.version} for ${platform}.`,
        `  expected SHA-256 ${expected}`,
        `  actual SHA-256   ${actual}`,
        'Remove node_modules and run make install again. If it says the same, do not run this binary; tell the maintainers.',
      );
    }
  }
  const said = spawnSync(BINARY, ['--version'], { encoding: 'utf8' });
  const version = (said.stdout || '').trim();
  if (version !== `v${PINNED.version}`) {
    const found = version || (said.error ? said.error.message : 'nothing');
    stop(BAD_INSTALLATION, `The pinned Node does not run here: asked for its version, it said ${found}, not v${PINNED.version}.`);
  }
}

if (!isInstalled()) await install();
await checkBinary();
mkdirSync(dirname(STAMP), { recursive: true });
writeFileSync(STAMP, `node ${PINNED.version}\n`);
