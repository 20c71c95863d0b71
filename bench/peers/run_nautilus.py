"""NautilusTrader: one cash account for all symbols, a fixed notional per entry, filled at the close that gave the signal.

Bars alone reach its venue, which makes four trades of each: an order of the close meets the last of them.
"""

from decimal import Decimal

from market import ACCOUNT_CASH, CASH, FAST, SLOW, HOUR_SECONDS, Outcome, measure, opening_times, read_market

import nautilus_trader
import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, StrategyConfig
from nautilus_trader.indicators import ExponentialMovingAverage
from nautilus_trader.model import BarType, InstrumentId, Money, Price, Quantity, Symbol, Venue
from nautilus_trader.model.currencies import USDT
from nautilus_trader.model.enums import AccountType, CurrencyType, OmsType, OrderSide
from nautilus_trader.model.instruments import CurrencyPair
from nautilus_trader.model.objects import Currency
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.trading.strategy import Strategy

NOTIONAL = Decimal(str(ACCOUNT_CASH))
PRICE_DECIMALS = 2
VENUE = Venue("PEER")


class EmaCrossConfig(StrategyConfig, frozen=True):
    instrument_id: InstrumentId
    bar_type: BarType


class EmaCross(Strategy):
    def __init__(self, config):
        super().__init__(config)
        self.fast = ExponentialMovingAverage(FAST)
        self.slow = ExponentialMovingAverage(SLOW)
        self.sign = 0

    def on_start(self):
        self.instrument = self.cache.instrument(self.config.instrument_id)
        self.register_indicator_for_bars(self.config.bar_type, self.fast)
        self.register_indicator_for_bars(self.config.bar_type, self.slow)
        self.subscribe_bars(self.config.bar_type)

    def on_bar(self, bar):
        if not self.slow.initialized or self.fast.value == self.slow.value:
            return
        before, self.sign = self.sign, 1 if self.fast.value > self.slow.value else -1
        if before == 0 or before == self.sign:
            return
        if self.sign < 0:
            self.close_all_positions(self.config.instrument_id)
            return
        quantity = self.instrument.make_qty(NOTIONAL / bar.close.as_decimal(), round_down=True)
        self.submit_order(self.order_factory.market(self.config.instrument_id, OrderSide.BUY, quantity))


def instrument_of(symbol):
    base = Currency(f"S{symbol:02}", 8, 0, f"S{symbol:02}", CurrencyType.CRYPTO)
    name = Symbol(f"S{symbol:02}USDT")
    return CurrencyPair(
        instrument_id=InstrumentId(name, VENUE),
        raw_symbol=name,
        base_currency=base,
        quote_currency=USDT,
        price_precision=PRICE_DECIMALS,
        size_precision=8,
        price_increment=Price(0.01, PRICE_DECIMALS),
        size_increment=Quantity(1e-8, 8),
        ts_event=0,
        ts_init=0,
        maker_fee=Decimal(0),
        taker_fee=Decimal(0),
    )


def main():
    market, started = read_market()
    index = pd.DatetimeIndex(opening_times(market) + HOUR_SECONDS * 1_000_000_000, tz="UTC")
    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True), run_analysis=False))
    engine.add_venue(VENUE, OmsType.NETTING, AccountType.CASH, [Money(CASH, USDT)])
    columns = {"open": market.open, "high": market.high, "low": market.low, "close": market.close, "volume": market.volume}
    places = {}
    for symbol in range(market.symbols):
        instrument = instrument_of(symbol)
        places[instrument.id] = symbol
        engine.add_instrument(instrument)
        bar_type = BarType.from_str(f"{instrument.id}-1-HOUR-LAST-EXTERNAL")
        frame = pd.DataFrame({name: values[symbol] for name, values in columns.items()}, index=index)
        engine.add_data(BarDataWrangler(bar_type, instrument).process(frame), sort=symbol == market.symbols - 1)

    def run():
        engine.reset()
        engine.clear_strategies()
        for instrument in engine.cache.instruments():
            bar_type = BarType.from_str(f"{instrument.id}-1-HOUR-LAST-EXTERNAL")
            engine.add_strategy(EmaCross(EmaCrossConfig(instrument_id=instrument.id, bar_type=bar_type, order_id_tag=instrument.id.symbol.value)))
        engine.run()
        positions = [*engine.cache.positions(), *engine.cache.position_snapshots()]
        cash = engine.cache.account_for_venue(VENUE).balance_total(USDT).as_double()
        trades = [trade_of(position) for position in positions]
        held = sum(market.close[trade[0], -1] * trade[5] for trade in trades if trade[2] is None)
        return lambda: Outcome(sorted(trades, key=lambda trade: (trade[1], trade[0])), float(cash + held))

    def trade_of(position):
        """Prices and sizes are fixed-point there; as doubles they come out of a division that may miss the last bit."""
        leaves = [None, None] if position.ts_closed == 0 else [hour_of(position.ts_closed), round(position.avg_px_close, PRICE_DECIMALS)]
        entry, quantity = hour_of(position.ts_opened), float(position.peak_qty.as_decimal())
        return [places[position.instrument_id], entry, leaves[0], round(position.avg_px_open, PRICE_DECIMALS), leaves[1], quantity]

    def hour_of(nanoseconds):
        return nanoseconds // (HOUR_SECONDS * 1_000_000_000) - market.first_hour

    measure("NautilusTrader", nautilus_trader.__version__, started, market, run)


main()
