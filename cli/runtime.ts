/**
 * Refuses every runtime but the one tb is tested on. main.ts imports this before anything else, for whoever starts it
 * without cli/tb.mjs; an engine that cannot read TypeScript never gets here.
 */

const NODE_MAJOR_MIN = 24;
const USAGE_ERROR = 2;

/** Null when tb may run here, else one sentence with what to type. Bun and Deno also claim to be a Node. */
export const runtimeRefusal = (versions: Readonly<Record<string, string | undefined>>): string | null => {
  const foreign = ['bun', 'deno'].find(engine => versions[engine] !== undefined);
  const [name, version] = foreign === undefined ? ['Node', versions['node']] : [foreign, versions[foreign]];
  if (foreign === undefined && Number(version?.split('.')[0]) >= NODE_MAJOR_MIN) return null;
  return `tb runs on Node ${NODE_MAJOR_MIN} or newer, and this is ${name} ${version}: run "make install", then "npx tb".`;
};

const refusal = runtimeRefusal(process.versions);
if (refusal !== null) {
  process.stderr.write(`${refusal}\n`);
  process.exit(USAGE_ERROR);
}
