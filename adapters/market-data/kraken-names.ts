/**
 * Kraken's own names of assets, brought to the names everybody else uses. Names only: it knows no pair and no rule of trading.
 */
import { asset } from '../../core/kernel/units.ts';
import type { Asset } from '../../core/kernel/units.ts';

/** Kraken writes old crypto assets with a leading X and currencies with a leading Z; two tickers differ altogether. */
const KRAKEN_NAMES: Readonly<Record<string, string>> = {
  XBT: 'BTC', XXBT: 'BTC', XDG: 'DOGE', XXDG: 'DOGE',
  XETH: 'ETH', XETC: 'ETC', XLTC: 'LTC', XMLN: 'MLN', XREP: 'REP', XXLM: 'XLM', XXMR: 'XMR', XXRP: 'XRP', XZEC: 'ZEC',
  ZAUD: 'AUD', ZCAD: 'CAD', ZEUR: 'EUR', ZGBP: 'GBP', ZJPY: 'JPY', ZUSD: 'USD',
};

/** The usual ticker of a Kraken asset code: XBT → BTC, XDG → DOGE, ZUSD → USD; any other code is itself, upper case. */
export const assetOfKrakenName = (code: string): Asset => {
  const upper = code.toUpperCase();
  return asset(KRAKEN_NAMES[upper] ?? upper);
};
