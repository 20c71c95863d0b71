/** What a desk refuses to open with, and what it resolves once. */
import { describe, expect, test } from 'vitest';
import { openDesk } from '../../core/desk.ts';
import { decimal, formatDecimal } from '../../core/kernel/decimal.ts';
import { fraction, hourUtc } from '../../core/kernel/units.ts';
import { genesisOf } from '../../core/manifest.ts';
import { buyAndHold } from '../../core/strategies/buy-and-hold.ts';
import { emaCross } from '../../core/strategies/ema-cross.ts';
import { momentumEnsemble } from '../../core/strategies/momentum-ensemble.ts';
import { recordedModel } from '../../core/strategies/recorded-model.ts';
import { agentOf, byQuantity, instrument, KRAKEN_COSTS, limitEntry, manifestOf } from '../support/desk.ts';

const universe = [instrument('BTC/USD'), instrument('ETH/USD')];
const predicting = { fast: '4', volatility: '168', prior: '100', history: '300', candlesPerHour: '1' };
const ensembleOf = (rest: Parameters<typeof agentOf>[2]) => agentOf('momentum-ensemble', byQuantity('1'), { parameters: predicting, ...rest });
const hourly = manifestOf({ universe, agents: [ensembleOf({})] });
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

  test('lists the agents that trade in campaigns by id, with what a round trip costs in every market', () => {
    const agents = [ensembleOf({ id: 'b' }), agentOf('buy-and-hold', byQuantity('1'), { id: 'c' }), agentOf('recorded-model', byQuantity('1'), { id: 'a', entry: limitEntry(10) })];
    const desk = openDesk(manifestOf({ universe, agents, costs: KRAKEN_COSTS }), [momentumEnsemble, buyAndHold, recordedModel]);
    expect(desk.agents.map(({ voice }) => voice.kind)).toEqual(['predictions', 'signals', 'recorded']);
    expect(desk.campaigners.map(({ agent, index, roundTripCosts }) => [agent.id, index, roundTripCosts.map(formatDecimal)])).toEqual([
      ['a', 2, ['0.010061319034290701', '0.010061319034290701']],
      ['b', 0, ['0.01511313694315647', '0.01511313694315647']],
    ]);
    expect(openDesk(manifest, [emaCross]).campaigners).toEqual([]);
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
    ['a campaign with a stop', [manifestOf({ universe, agents: [ensembleOf({ stop: { kind: 'loss', distance: fraction(decimal('0.1')) } })] }), [momentumEnsemble]], /has no stop/],
    ['hours of another count of candles', [{ ...hourly, timeframe: '5m' }, [momentumEnsemble]], /has the candles of an hour/],
    ['campaigns without a policy', [{ ...hourly, profile: { ...hourly.profile, campaign: null } }, [momentumEnsemble]], /have a campaign policy/],
  ])('does not open with %s', (_, given, problem) => {
    expect(() => openDesk(...given)).toThrow(problem);
  });
});
