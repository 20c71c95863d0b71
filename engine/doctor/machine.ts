/** The program itself: the runtime it is on, whether that computes as it must, and whether everything it needs is installed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBinaries } from '../../adapters/store/server/binaries.ts';
import type { Platform } from '../../adapters/store/server/binaries.ts';
import { StoreError } from '../../adapters/store/store-error.ts';
import { arithmeticFingerprint, differingParts } from '../self-test.ts';
import { EXIT } from '../problem.ts';
import { counted } from '../wording.ts';
import { failure, warning, well } from './check.ts';
import type { Check } from './check.ts';

const INSTALL = 'Run "make install" in the folder of tb, then use npx tb.';

export type RuntimeFacts = Readonly<{ running: string; pinned: string | null; platform: string; preloaded: string }>;

/** The version that tb is tested on, and nothing put in front of it. */
export const judgeRuntime = ({ running, pinned, platform, preloaded }: RuntimeFacts): Check => {
  const found = `Node ${running} on ${platform}`;
  if (preloaded !== '') return warning('runtime', { found: `${found}, with NODE_OPTIONS ${preloaded}`, mend: 'Run unset NODE_OPTIONS: what it loads can replace what hashes rest on.' });
  if (pinned === null || running === pinned) return well('runtime', { found: pinned === null ? found : `${found}, the version tb is tested on` });
  return warning('runtime', { found: `${found}; tb is tested on ${pinned}`, mend: INSTALL });
};

export type EngineFacts = Readonly<{ differing: readonly string[]; fingerprint: string }>;

export const judgeEngine = ({ differing, fingerprint }: EngineFacts): Check =>
  differing.length === 0
    ? well('engine', { found: `computes as every other engine, arithmetic ${fingerprint}` })
    : failure('engine', { found: `computes otherwise than is prescribed: ${differing.join(', ')}`, mend: `${INSTALL} Remove whatever replaces built-in functions (NODE_OPTIONS, --import, --require).` }, EXIT.refused);

/** `absent` are packages that the lock file names and that are not there in its version; `server` is why there is no PostgreSQL to start. */
export type InstallationFacts = Readonly<{ absent: readonly string[]; packages: number; server: Readonly<{ message: string; hint: string }> | null; needsServer: boolean }>;

const SHOWN = 3;

export const judgeInstallation = ({ absent, packages, server, needsServer }: InstallationFacts): Check => {
  if (absent.length > 0) {
    const more = absent.length > SHOWN ? ` and ${absent.length - SHOWN} more` : '';
    return failure('installation', { found: `${counted(absent.length, 'package')} not as package-lock.json names: ${absent.slice(0, SHOWN).join(', ')}${more}`, mend: INSTALL });
  }
  if (server !== null && needsServer) return failure('installation', { found: server.message, mend: server.hint });
  if (server !== null) return warning('installation', { found: `${server.message} This store does not need it.`, mend: server.hint });
  return well('installation', { found: `${counted(packages, 'package')} and PostgreSQL for this machine` });
};

type Entries = Readonly<Record<string, Readonly<{ version?: string; optional?: boolean; dev?: boolean }>>>;

const packagesIn = (path: string): Entries => (existsSync(path) ? ((JSON.parse(readFileSync(path, 'utf8')) as Readonly<{ packages?: Entries }>).packages ?? {}) : {});

/** Optional packages are those of other machines, and packages for development are not needed to run. */
const installed = (root: string): Readonly<{ absent: readonly string[]; packages: number }> => {
  const there = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  const wanted = Object.entries(packagesIn(join(root, 'package-lock.json'))).filter(([path, { optional = false, dev = false }]) => path !== '' && !optional && !dev);
  const absent = wanted.filter(([path, { version }]) => there[path]?.version !== version || !existsSync(join(root, path))).map(([path]) => path.replace(/^.*node_modules\//, ''));
  return { absent, packages: wanted.length };
};

const serverProblem = (platform: Platform): InstallationFacts['server'] => {
  try {
    findBinaries(platform);
    return null;
  } catch (error) {
    if (error instanceof StoreError) return { message: error.message, hint: error.hint };
    throw error;
  }
};

const pinnedNode = (root: string): string | null => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Readonly<{ devDependencies?: Readonly<Record<string, string>> }>;
  return devDependencies?.['node'] ?? null;
};

/** Reads the folder of the program; `needsServer` says whether the store that is meant is one that tb starts by itself. */
export const examineMachine = (root: string, needsServer: boolean): readonly Check[] => [
  judgeRuntime({ running: process.versions.node, pinned: pinnedNode(root), platform: `${process.platform} ${process.arch}`, preloaded: process.env['NODE_OPTIONS'] ?? '' }),
  judgeEngine({ differing: differingParts(), fingerprint: arithmeticFingerprint() }),
  judgeInstallation({ ...installed(root), server: serverProblem({ os: process.platform, cpu: process.arch }), needsServer }),
];
