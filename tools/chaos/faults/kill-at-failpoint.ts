/** kill -9 of tb at a failpoint: before, between and after the statements of its transactions. */
import { FAILPOINTS } from '../../../adapters/store/failpoint.ts';
import type { Failpoint } from '../../../adapters/store/failpoint.ts';
import { pick } from '../draws.ts';
import { endOf } from '../run-tb.ts';
import { required } from '../world.ts';
import type { CommandName } from '../workload.ts';
import type { Fault } from './fault.ts';

const PREFIX: Readonly<Record<CommandName, string>> = { import: 'import-', 'execute-hour': 'step-', operator: 'inbox-', backtest: 'backtest-' };
const PASSES = 3;

/** The places that a command passes. */
const failpointsOf = (command: CommandName): readonly Failpoint[] => FAILPOINTS.filter(name => name.startsWith(PREFIX[command]));

export const killAtFailpoint: Fault = {
  name: 'kill-at-failpoint',
  strikes: ['import', 'execute-hour', 'operator', 'backtest'],
  strike: async ({ world, line, draw }) => {
    const setting = `${pick(draw, failpointsOf(line.command))}:${1 + draw(PASSES)}`;
    const said = await world.tb(line.text, { env: { TB_FAILPOINT: setting } });
    if (said.signal !== 'SIGKILL') required(said, [0]);
    return { note: `${setting}, ${said.signal === null ? 'never passed, ' : ''}${endOf(said)}` };
  },
};
