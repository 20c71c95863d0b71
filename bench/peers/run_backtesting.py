"""backtesting.py: one account per symbol, whole units, filled at the next open, what is left closed at the end.

It sizes at the close that gave the signal; a bare `buy()` would size at the price of a fill that has not happened yet.
"""

import warnings

from market import ACCOUNT_CASH, FAST, SLOW, Outcome, measure, opening_times, read_market

import backtesting
import pandas as pd
from backtesting import Backtest, Strategy
from backtesting.lib import crossover

warnings.filterwarnings("ignore")
backtesting.backtesting._tqdm = lambda rounds, **_: rounds

SHARE = 0.99


def exponential_average(closes, span):
    return pd.Series(closes).ewm(span=span, adjust=False).mean()


class EmaCross(Strategy):
    def init(self):
        self.fast = self.I(exponential_average, self.data.Close, FAST)
        self.slow = self.I(exponential_average, self.data.Close, SLOW)

    def next(self):
        if crossover(self.fast, self.slow) and not self.position:
            self.buy(size=int(SHARE * self.equity // self.data.Close[-1]))
        elif crossover(self.slow, self.fast) and self.position:
            self.position.close()


def frame_of(market, symbol, index):
    columns = {"Open": market.open, "High": market.high, "Low": market.low, "Close": market.close, "Volume": market.volume}
    return pd.DataFrame({name: values[symbol] for name, values in columns.items()}, index=index)


def main():
    market, started = read_market()
    index = pd.DatetimeIndex(opening_times(market))
    frames = [frame_of(market, symbol, index) for symbol in range(market.symbols)]

    def run():
        results = [Backtest(frame, EmaCross, cash=ACCOUNT_CASH, commission=0, finalize_trades=True).run() for frame in frames]
        return lambda: outcome_of(results)

    def trades_of(symbol, result):
        """What a signal of the last candle bought is in no list: it was filled at that candle's own open, and stays."""
        for trade in result["_trades"].itertuples():
            yield [symbol, trade.EntryBar, trade.ExitBar, trade.EntryPrice, trade.ExitPrice, trade.Size]

    def outcome_of(results):
        trades = [trade for symbol, result in enumerate(results) for trade in trades_of(symbol, result)]
        return Outcome(trades, float(sum(result["Equity Final [$]"] for result in results)))

    measure("backtesting.py", backtesting.__version__, started, market, run)


main()
