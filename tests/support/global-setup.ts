/**
 * Before the tests that need a database: says which server they share. After them: stops it. The embedded one is started
 * by the first test that asks, so a run of tests that do not ask costs nothing.
 */
import { dockerAnswers, makeRunFolder, removeRunFolder, SERVER_FOLDER_VARIABLE, SERVER_URL_VARIABLE, sweepDeadRuns } from './postgres.ts';

type Teardown = () => Promise<void>;

/** Vitest calls setup and teardown of one module, once each. */
let stopSharedServer: Teardown = () => Promise.resolve();

export const setup = async (): Promise<void> => {
  if ((process.env['TB_TEST_DATABASE_URL'] ?? '') === '') stopSharedServer = await shareServer();
};

export const teardown = (): Promise<void> => stopSharedServer();

const shareServer = async (): Promise<Teardown> => {
  const stopContainer = (await dockerAnswers(process.env['DOCKER_HOST'])) ? await startContainer() : null;
  if (stopContainer !== null) return stopContainer;
  await sweepDeadRuns();
  const folder = makeRunFolder();
  process.env[SERVER_FOLDER_VARIABLE] = folder;
  return () => removeRunFolder(folder);
};

const IMAGE = 'postgres:18-alpine';

/** Null, with the reason printed, where the image cannot be had: the embedded server does as well. */
const startContainer = async (): Promise<Teardown | null> => {
  try {
    const { GenericContainer, Wait } = await import('testcontainers');
    const container = await new GenericContainer(IMAGE)
      .withEnvironment({ POSTGRES_PASSWORD: 'tb', POSTGRES_USER: 'tb', POSTGRES_DB: 'tb' })
      .withExposedPorts(5432)
      // The image starts once to prepare itself and once for good.
      .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
      .start();
    process.env[SERVER_URL_VARIABLE] = `postgres://tb:tb@${container.getHost()}:${container.getMappedPort(5432)}/tb`;
    return async () => void (await container.stop());
  } catch (error) {
    process.stderr.write(`Docker answers, but ${IMAGE} does not start (${String(error)}); the embedded server is used.\n`);
    return null;
  }
};
