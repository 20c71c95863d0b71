/** Every command in a zone of its own, some half an hour off, some with a day that does not exist: hours stay those of UTC. */
import { pick } from '../draws.ts';
import { required } from '../world.ts';
import type { Fault } from './fault.ts';

const ZONES = ['Asia/Kolkata', 'America/St_Johns', 'Pacific/Apia', 'Australia/Lord_Howe', 'Pacific/Kiritimati', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu'] as const;
const LOCALES = ['C', 'de_DE.UTF-8', 'tr_TR.UTF-8', 'ar_EG.UTF-8'] as const;

export const timeZone: Fault = {
  name: 'time-zone',
  strikes: ['import', 'execute-hour', 'operator', 'backtest'],
  strike: async ({ world, line, draw }) => {
    const [zone, locale] = [pick(draw, ZONES), pick(draw, LOCALES)];
    required(await world.tb(line.text, { env: { TZ: zone, LC_ALL: locale, LANG: locale, PGTZ: zone } }), [0]);
    return { note: `${zone}, ${locale}` };
  },
};
