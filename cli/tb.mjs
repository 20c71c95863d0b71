#!/usr/bin/env node
// Starts tb on the Node it is pinned to. An older Node cannot read the TypeScript in main.ts and would answer with a stack
// trace, so this file stays plain: it hands over to the installed Node, or says in one sentence how to get it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 24;
const USAGE_ERROR = 2;

const pathOf = relative => fileURLToPath(new URL(relative, import.meta.url));

const explain = () => {
  const folder = pathOf('..');
  process.stderr.write(`tb runs on Node ${NODE_MAJOR} or newer, and this is ${process.version}: run "make install" in ${folder}, then "npx tb".\n`);
  process.exit(USAGE_ERROR);
};

/** The same command on the pinned Node: same terminal, same signals, same exit code. */
const handOver = node => {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends its interrupt to both of us: the child answers it, and this process waits for the answer.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', explain);
  child.on('exit', (exitCode, signal) => process.exit(signal === null ? exitCode : 128 + constants.signals[signal]));
};

const isNode = process.versions.bun === undefined && process.versions.deno === undefined;

if (isNode && Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) {
  // Compiled code is kept beside the packages it belongs to; a folder that all users of a machine share could be poisoned.
  nodeModule.enableCompileCache?.(pathOf('../node_modules/.cache/tb/compiled'));
  await import('./main.ts');
} else {
  const pinned = pathOf('../node_modules/node/bin/node');
  if (existsSync(pinned)) handOver(pinned);
  else explain();
}
