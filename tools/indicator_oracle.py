#!/usr/bin/env python3
"""Recomputes specs/vectors/indicators.json from specs/indicators.md, independently of the program.

Decides whether the golden vectors follow from the written formulas. Reads nothing but the vectors' inputs, and uses
fractions wherever the page promises one correctly rounded operation. Prints OK, or the first difference and exits 1.
"""
import json
import math
import struct
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

VECTORS = Path(__file__).resolve().parent.parent / "specs" / "vectors" / "indicators.json"
EXACT_UNITS = 2**51
EXACT_TOTAL = 2**53


def bits(value):
    """A double as the page writes it; refuses what memory and evidence may never hold."""
    assert math.isfinite(value) and not (value == 0 and math.copysign(1, value) < 0), value
    return struct.pack(">d", value).hex()


def decimals_of(text):
    return max(0, -Decimal(text).normalize().as_tuple().exponent)


class Price:
    """One price: its decimal, and the double nearest to it."""

    def __init__(self, text):
        self.exact = Fraction(text)
        self.double = float(text)

    def units(self, scale):
        product = self.double * float(10**scale)
        count = math.floor(Fraction(product) + Fraction(1, 2))
        if count < EXACT_UNITS:
            assert count == self.exact * 10**scale, (self.exact, scale)
        return float(count)


class Bar:
    def __init__(self, texts):
        self.open, self.high, self.low, self.close = (Price(text) for text in texts)
        self.decimals = max(decimals_of(text) for text in texts)


class ExactSum:
    def __init__(self):
        self.total = 0.0
        self.scale = 0

    def add(self, units, scale):
        if scale <= self.scale:
            self.total = self.total + units * float(10 ** (self.scale - scale))
        else:
            self.total = self.total * float(10 ** (scale - self.scale)) + units
            self.scale = scale

    def mean(self, count):
        return float(Fraction(self.total) / (count * 10**self.scale))


def moves(bars):
    """Per bar from 1 on: the difference of closes in units, the units of the close before, and their scale."""
    for before, bar in zip(bars, bars[1:]):
        scale = max(before.decimals, bar.decimals)
        units_before = before.close.units(scale)
        yield bar.close.units(scale) - units_before, units_before, scale


def sma(bars, period):
    """Every window summed afresh: where totals are exact, that is what a running total must equal."""
    values = []
    scale = 0
    for index, bar in enumerate(bars):
        scale = max(scale, bar.decimals)
        if index < period - 1:
            values.append(None)
            continue
        total = 0.0
        for member in bars[index - period + 1 : index + 1]:
            total += member.close.units(scale)
        if total < EXACT_TOTAL:
            assert Fraction(total) == sum(Fraction(member.close.units(scale)) for member in bars[index - period + 1 : index + 1])
        values.append(float(Fraction(total) / (period * 10**scale)))
    return values


def ema(bars, period):
    values = [None] * min(period - 1, len(bars))
    if len(bars) < period:
        return values
    seed = ExactSum()
    for bar in bars[:period]:
        seed.add(bar.close.units(bar.decimals), bar.decimals)
    average = seed.mean(period)
    values.append(average)
    for bar in bars[period:]:
        average = average + (2.0 / (period + 1.0)) * (bar.close.double - average)
        values.append(average)
    return values


def rsi_averages(bars, period):
    """Average gain and loss per bar, None before bar `period`."""
    gains, losses = ExactSum(), ExactSum()
    gain = loss = 0.0
    values = [None]
    for index, (move, _, scale) in enumerate(moves(bars), start=1):
        if index <= period:
            if move > 0:
                gains.add(move, scale)
            if move < 0:
                losses.add(-move, scale)
        if index < period:
            values.append(None)
            continue
        if index == period:
            gain, loss = gains.mean(period), losses.mean(period)
        else:
            step = move / float(10**scale)
            gain = (gain * (period - 1.0) + (step if move > 0 else 0.0)) / period
            loss = (loss * (period - 1.0) + (-step if move < 0 else 0.0)) / period
            if gain + loss < 1e-290:
                gain = loss = 0.0
        values.append((gain, loss))
    return values


def rsi_value(averages):
    if averages is None:
        return None
    gain, loss = averages
    return 100.0 * (gain / (gain + loss)) if gain + loss > 0 else 0.0


def rsi(bars, period):
    return [rsi_value(averages) for averages in rsi_averages(bars, period)]


def atr(bars, period):
    ranges = ExactSum()
    average = 0.0
    values = [None]
    for index in range(1, len(bars)):
        before, bar = bars[index - 1], bars[index]
        scale = max(before.decimals, bar.decimals)
        high, low, close = bar.high.units(scale), bar.low.units(scale), before.close.units(scale)
        true_range = max(high - low, abs(high - close), abs(low - close))
        if index <= period:
            ranges.add(true_range, scale)
        if index < period:
            values.append(None)
            continue
        if index == period:
            average = ranges.mean(period)
        else:
            average = (average * (period - 1.0) + true_range / float(10**scale)) / period
        values.append(average)
    return values


def donchian_upper(bars, period):
    return [None if i < period - 1 else max(bar.high.double for bar in bars[i - period + 1 : i + 1]) for i in range(len(bars))]


def donchian_lower(bars, period):
    return [None if i < period - 1 else min(bar.low.double for bar in bars[i - period + 1 : i + 1]) for i in range(len(bars))]


def realised_volatility(bars, period):
    returns = [move / before for move, before, _ in moves(bars)]
    values = [None] * min(period, len(bars))
    for end in range(period, len(bars)):
        window = returns[end - period : end]
        total = 0.0
        for value in window:
            total += value - window[0]
        mean = window[0] + total / period
        squares = 0.0
        for value in window:
            squares += (value - mean) * (value - mean)
        values.append(math.sqrt(squares / period))
    return values


FEATURES = {
    "sma": sma,
    "ema": ema,
    "rsi": rsi,
    "atr": atr,
    "donchian-upper": donchian_upper,
    "donchian-lower": donchian_lower,
    "realised-volatility": realised_volatility,
}


def buy_and_hold(bars, _):
    yield 0, "enter", "FIRST_CANDLE", {"close": bars[0].close.double}


def ema_cross(bars, parameters):
    fast, slow = ema(bars, int(parameters["fast"])), ema(bars, int(parameters["slow"]))
    remembered = 0
    for index in range(int(parameters["slow"]) - 1, len(bars)):
        sign = (fast[index] > slow[index]) - (fast[index] < slow[index])
        if sign == 0:
            continue
        crossed = remembered not in (0, sign)
        remembered = sign
        if crossed:
            evidence = {"fast": fast[index], "slow": slow[index]}
            yield (index, "enter", "EMA_CROSS_UP", evidence) if sign > 0 else (index, "exit", "EMA_CROSS_DOWN", evidence)


def donchian_breakout(bars, parameters):
    entry, leave = int(parameters["entry"]), int(parameters["exit"])
    upper, lower = donchian_upper(bars, entry), donchian_lower(bars, leave)
    last = None
    for index in range(max(entry, leave), len(bars)):
        close = bars[index].close.double
        if close > upper[index - 1] and last != "enter":
            last = "enter"
            yield index, last, "DONCHIAN_HIGH_BROKEN", {"close": close, "highestHigh": upper[index - 1]}
        if close < lower[index - 1] and last != "exit":
            last = "exit"
            yield index, last, "DONCHIAN_LOW_BROKEN", {"close": close, "lowestLow": lower[index - 1]}


def rsi_reversion(bars, parameters):
    oversold, overbought = float(parameters["oversold"]), float(parameters["overbought"])
    averages = rsi_averages(bars, int(parameters["period"]))
    last, remembered = None, None
    for index in range(int(parameters["period"]), len(bars)):
        if sum(averages[index]) == 0:
            continue
        if remembered is not None and bars[index].close.double == bars[index - 1].close.double:
            continue
        value = rsi_value(averages[index])
        zone = "oversold" if value <= oversold else "overbought" if value >= overbought else "between"
        arrived = remembered is not None and zone != remembered
        remembered = zone
        if arrived and zone == "oversold" and last != "enter":
            last = "enter"
            yield index, last, "RSI_FELL_TO_OVERSOLD", {"oversold": oversold, "rsi": value}
        if arrived and zone == "overbought" and last != "exit":
            last = "exit"
            yield index, last, "RSI_ROSE_TO_OVERBOUGHT", {"overbought": overbought, "rsi": value}


STRATEGIES = {
    "buy-and-hold": (buy_and_hold, lambda _: 0),
    "ema-cross": (ema_cross, lambda p: int(p["slow"])),
    "donchian-breakout": (donchian_breakout, lambda p: max(int(p["entry"]), int(p["exit"]))),
    "rsi-reversion": (rsi_reversion, lambda p: int(p["period"]) + 1),
}


def feature_case(case, series):
    values = FEATURES[case["feature"]](series[case["series"]], case["period"])
    return {**case, "values": [None if value is None else bits(value) for value in values]}


def strategy_case(case, series):
    signals_of, lookback_of = STRATEGIES[case["strategy"]]
    signals = [
        {"bar": bar, "action": action, "reason": reason, "evidence": {key: bits(value) for key, value in evidence.items()}}
        for bar, action, reason, evidence in signals_of(series[case["series"]], case["parameters"])
    ]
    return {**case, "lookbackBars": lookback_of(case["parameters"]), "signals": signals}


def recomputed(vectors):
    series = {name: [Bar(texts) for texts in bars] for name, bars in vectors["series"].items()}
    return {
        "series": vectors["series"],
        "features": [feature_case(case, series) for case in vectors["features"]],
        "strategies": [strategy_case(case, series) for case in vectors["strategies"]],
    }


def first_difference(expected, actual, where="vectors"):
    """Where the file and the recomputation first differ, as one line, or None."""
    if type(expected) is not type(actual):
        return f"{where}: the file has {json.dumps(expected)}, the page gives {json.dumps(actual)}"
    if isinstance(expected, dict):
        if list(expected) != list(actual):
            return f"{where}: the file has keys {list(expected)}, the page gives {list(actual)}"
        pairs = [(expected[key], actual[key], f"{where}.{key}") for key in expected]
    elif isinstance(expected, list):
        if len(expected) != len(actual):
            return f"{where}: the file has {len(expected)} items, the page gives {len(actual)}"
        pairs = [(left, right, f"{where}[{index}]") for index, (left, right) in enumerate(zip(expected, actual))]
    else:
        return None if expected == actual else f"{where}: the file has {json.dumps(expected)}, the page gives {json.dumps(actual)}"
    return next((found for found in (first_difference(*pair) for pair in pairs) if found), None)


def listed(items):
    return ",\n".join(f"    {json.dumps(item)}" for item in items)


def text_of(vectors):
    """One bar, one feature case and one strategy case a line, so that a changed value is a changed line."""
    series = ",\n".join(
        f"    {json.dumps(name)}: [\n" + ",\n".join(f"      {json.dumps(bar)}" for bar in bars) + "\n    ]"
        for name, bars in vectors["series"].items()
    )
    return (
        f'{{\n  "series": {{\n{series}\n  }},\n  "features": [\n{listed(vectors["features"])}\n  ],\n'
        f'  "strategies": [\n{listed(vectors["strategies"])}\n  ]\n}}\n'
    )


def main(arguments):
    vectors = json.loads(VECTORS.read_text())
    fresh = recomputed(vectors)
    if arguments == ["--write"]:
        VECTORS.write_text(text_of(fresh))
        print(f"wrote {VECTORS.name}: {len(fresh['features'])} feature cases, {len(fresh['strategies'])} strategy cases")
        return 0
    if arguments:
        print("usage: python3 tools/indicator_oracle.py [--write]")
        return 2
    difference = first_difference(vectors, fresh)
    print(difference or "OK")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
