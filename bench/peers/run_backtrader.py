"""backtrader: one account for all symbols, whole units, a thirtieth of the value each, filled at the next open, nothing closed at the end."""

from market import ACCOUNTS, CASH, FAST, SLOW, Outcome, measure, opening_times, read_market

import backtrader
import pandas as pd


class EmaCross(backtrader.Strategy):
    def __init__(self):
        averages = backtrader.indicators.EMA
        self.crosses = [backtrader.indicators.CrossOver(averages(feed, period=FAST), averages(feed, period=SLOW)) for feed in self.datas]
        self.open_trades = {}
        self.trades = []

    def next(self):
        for symbol, feed in enumerate(self.datas):
            cross = self.crosses[symbol][0]
            if cross > 0 and not self.getposition(feed).size:
                self.order_target_percent(feed, target=1 / ACCOUNTS)
            elif cross < 0 and self.getposition(feed).size:
                self.close(feed)

    def notify_order(self, order):
        if order.status in (order.Margin, order.Rejected):
            raise SystemExit("backtrader: an order was refused.")
        if order.status != order.Completed:
            return
        # The price of the order as a whole went through a division by its size; that of its one execution did not.
        symbol, fill = order.data.symbol, order.executed.exbits[-1]
        if order.isbuy():
            self.open_trades[symbol] = [symbol, len(order.data) - 1, None, fill.price, None, fill.size]
        else:
            trade = self.open_trades.pop(symbol)
            trade[2], trade[4] = len(order.data) - 1, fill.price
            self.trades.append(trade)


def main():
    market, started = read_market()
    index = pd.DatetimeIndex(opening_times(market))
    columns = {"open": market.open, "high": market.high, "low": market.low, "close": market.close, "volume": market.volume}
    frames = [pd.DataFrame({name: values[symbol] for name, values in columns.items()}, index=index) for symbol in range(market.symbols)]

    def run():
        engine = backtrader.Cerebro(stdstats=False)
        engine.broker.setcash(CASH)
        for symbol, frame in enumerate(frames):
            feed = backtrader.feeds.PandasData(dataname=frame)
            feed.symbol = symbol
            engine.adddata(feed)
        engine.addstrategy(EmaCross)
        strategy = engine.run()[0]
        equity = engine.broker.getvalue()
        return lambda: Outcome(strategy.trades + list(strategy.open_trades.values()), float(equity))

    measure("backtrader", backtrader.__version__, started, market, run)


main()
