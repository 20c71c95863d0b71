/** What a desk refuses to open with, and what it resolves once. */
import { describe, expect, test } from 'vitest';
import { openDesk } from '../../core/desk.ts';
import { hourUtc } from '../../core/kernel/units.ts';
import { genesisOf } from '../../core/manifest.ts';
import { buyAndHold } from '../../core/strategies/buy-and-hold.ts';
import { emaCross } from '../../core/strategies/ema-cross.ts';
import { agentOf, byQuantity, instrument, manifestOf } from '../support/desk.ts';

const universe = [instrument('BTC/USD'), instrument('ETH/USD')];
const manifest = manifestOf({ universe, agents: [agentOf('ema-cross', byQuantity('1'), { parameters: { fast: '12', slow: '26' } })], timeframe: '5m' });

describe('a desk', () => {
  test('knows where each symbol stands, how many steps an hour has and what its agents remember', () => {
    const desk = openDesk(manifest, [emaCross]);
    expect([desk.symbols, [...desk.indexOf], desk.stepsPerHour, desk.timeframeMs, desk.genesis]).toEqual([
      ['BTC/USD', 'ETH/USD'],
      [
        ['BTC/USD', 0],
        ['ETH/USD', 1],
      ],
      12,
      300_000,
      genesisOf(manifest),
    ]);
    expect(desk.agents.map(({ parameters, memorySize }) => [parameters, memorySize])).toEqual([[{ fast: 12, slow: 26 }, emaCross.memorySize({ fast: 12, slow: 26 })]]);
  });

  test.each<readonly [string, Parameters<typeof openDesk>, RegExp]>([
    ['no universe', [{ ...manifest, universe: [] }, [emaCross]], /not empty, ascending/],
    ['a universe that descends', [{ ...manifest, universe: universe.toReversed() }, [emaCross]], /not empty, ascending/],
    ['a symbol twice', [{ ...manifest, universe: [universe[0]!, universe[0]!] }, [emaCross]], /not empty, ascending/],
    ['fewer strategies than agents', [manifest, []], /Every agent has its strategy/],
    ['more strategies than agents', [manifest, [emaCross, buyAndHold]], /Every agent has its strategy/],
    ['trading before the run starts', [{ ...manifest, tradeFromHour: hourUtc(manifest.startHour - 1) }, [emaCross]], /no earlier than the run/],
    ['a parameter left out', [{ ...manifest, agents: [{ ...manifest.agents[0]!, parameters: { fast: '12' } }] }, [emaCross]], /states parameter slow/],
    ['parameters that contradict', [{ ...manifest, agents: [{ ...manifest.agents[0]!, parameters: { fast: '26', slow: '12' } }] }, [emaCross]], /do not contradict/],
  ])('does not open with %s', (_, given, problem) => {
    expect(() => openDesk(...given)).toThrow(problem);
  });
});
