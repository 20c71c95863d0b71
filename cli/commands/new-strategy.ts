/** `tb new-strategy NAME`: writes a commented strategy file to start from; never over a file that is there. */
import { writeNewStrategy } from '../../adapters/sandbox/template.ts';
import { oneLine } from '../../engine/wording.ts';
import type { Action } from '../command.ts';
import { printResult } from '../output.ts';

export const run: Action<Readonly<{ name: string }>> = async options => {
  const { name } = options;
  const path = await writeNewStrategy({ name, folder: process.cwd() });
  printResult(options, {
    document: { path, strategy: name },
    text: () => `Wrote ${oneLine(path)}.\nNext: tb backtest --strategy ./${name}.ts --symbols BTC/USD --from … --to …`,
  });
};
