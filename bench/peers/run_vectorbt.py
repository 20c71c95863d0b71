"""vectorbt: one account per symbol, any fraction of a unit, filled at the close that gave the signal, nothing closed at the end."""

from market import ACCOUNT_CASH, FAST, SLOW, Outcome, measure, opening_times, read_market

import pandas as pd
import vectorbt
from vectorbt.portfolio.enums import OrderSide


def main():
    market, started = read_market()
    closes = pd.DataFrame(market.close.T, index=pd.DatetimeIndex(opening_times(market)))

    def run():
        fast = vectorbt.MA.run(closes, FAST, ewm=True)
        slow = vectorbt.MA.run(closes, SLOW, ewm=True)
        entries, exits = fast.ma_crossed_above(slow), fast.ma_crossed_below(slow)
        portfolio = vectorbt.Portfolio.from_signals(closes, entries.values, exits.values, init_cash=ACCOUNT_CASH, freq="1h")
        orders, equity = portfolio.orders.values, portfolio.final_value().sum()
        return lambda: Outcome(trades_of(orders), float(equity))

    def trades_of(orders):
        """From orders, because the prices of its trades went through a division by the size."""
        trades = []
        for order in orders:
            symbol, filled = int(order["col"]), int(order["idx"]) + 1
            if order["side"] == OrderSide.Buy:
                trades.append([symbol, filled, None, float(order["price"]), None, float(order["size"])])
            else:
                trades[-1][2], trades[-1][4] = filled, float(order["price"])
        return trades

    measure("vectorbt", vectorbt.__version__, started, market, run)


main()
