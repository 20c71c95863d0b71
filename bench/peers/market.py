"""What every Python peer shares: reading the market, timing a run twice, and saying what came out as one line of JSON.

The market is raw little-endian doubles: for each symbol all opens, then all highs, lows, closes and volumes. A trade is
[symbol, entry, exit, entry price, exit price, quantity]; entry and exit count hours from the first opening, so a fill
at the close of candle 7 and one at the open of candle 8 are both at 8. Exit is null for what is still held.
"""

import argparse
import json
import platform
import sys
import time
from typing import Callable, NamedTuple

import numpy as np

FAST = 12
SLOW = 26
CASH = 1_000_000.0
ACCOUNTS = 30
ACCOUNT_CASH = 33_333.33
HOUR_SECONDS = 3_600


class Market(NamedTuple):
    symbols: int
    hours: int
    first_hour: int
    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray


class Outcome(NamedTuple):
    trades: list
    equity: float


def read_market():
    """The market as arrays of symbol by hour, and when the runner started this process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--market", required=True)
    parser.add_argument("--symbols", type=int, required=True)
    parser.add_argument("--hours", type=int, required=True)
    parser.add_argument("--first-hour", type=int, required=True)
    parser.add_argument("--started", type=float, required=True, help="milliseconds since the Unix epoch")
    given = parser.parse_args()
    columns = np.fromfile(given.market, dtype="<f8").reshape(given.symbols, 5, given.hours)
    market = Market(given.symbols, given.hours, given.first_hour, *(np.ascontiguousarray(columns[:, column, :]) for column in range(5)))
    return market, given.started / 1_000


def opening_times(market):
    """Nanoseconds since the Unix epoch at which each candle opened."""
    return (market.first_hour + np.arange(market.hours, dtype=np.int64)) * HOUR_SECONDS * 1_000_000_000


def measure(peer: str, version: str, started: float, market: Market, run: Callable[[], Callable[[], Outcome]]):
    """Runs twice. `run` is what is timed; the function it returns spells the trades out and is not timed."""
    tell = run()
    cold = time.time() - started
    before = time.perf_counter()
    again = run()
    warm = time.perf_counter() - before
    first, second = tell(), again()
    if first != second:
        raise SystemExit(f"{peer}: two runs over one market differ.")
    line = {
        "peer": peer,
        "version": version,
        "runtime": f"{platform.python_implementation()} {platform.python_version()}",
        "bars": market.symbols * market.hours,
        "coldSeconds": cold,
        "warmSeconds": warm,
        "equity": first.equity,
        "trades": sorted(first.trades, key=lambda trade: (trade[1], trade[0])),
    }
    sys.stdout.write(json.dumps(line) + "\n")
