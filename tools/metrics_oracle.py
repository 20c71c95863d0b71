#!/usr/bin/env python3
"""
Figures of specs/metrics.md by other people's code: QuantStats, empyrical, SciPy and NumPy. It writes
tests/engine/report/metrics-golden.json, which the tests of engine/report/metrics.ts and overfitting.ts read:

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install quantstats empyrical-reloaded
    /tmp/venv/bin/python tools/metrics_oracle.py > tests/engine/report/metrics-golden.json

The series come out of a recurrence over integers, so that every language draws the same doubles.
"""
import itertools
import json
from importlib.metadata import version

import empyrical
import numpy as np
import pandas as pd
import quantstats as qs
from scipy import stats

DAYS = 365
# name, seed, returns, drift in thousandths of a unit, units to the whole
SERIES = [("lively", 11, 730, 0, 25_000), ("calm", 12, 365, 60, 200_000), ("month", 13, 31, 100, 20_000), ("falling", 14, 400, -150, 40_000), ("rising", 15, 1_500, 250, 30_000)]
TRIALS = {"trials": 10, "periods": 323, "seed": 100, "blocks": 8, "divisor": 30_000}


def drawn(seed: int, count: int, drift: int, divisor: int) -> list[float]:
    """Sums of three even draws, nearly a bell, some of them three times as wide."""
    state, returns = seed, []

    def draw() -> int:
        nonlocal state
        state = (state * 1_103_515_245 + 12_345) % 2**31
        return (state >> 8) % 2_001 - 1_000

    for index in range(count):
        wide = 3 if index % 17 == 0 else 1
        returns.append((wide * (draw() + draw() + draw()) // 3 + drift) / divisor)
    return returns


def cscv(matrix: np.ndarray, blocks: int) -> float:
    """Combinatorially symmetric cross-validation, straight from its definition: rows are joined and measured anew each time."""
    size = matrix.shape[0] // blocks
    parts = np.split(matrix[matrix.shape[0] - size * blocks:], blocks)
    logits = []
    for chosen in itertools.combinations(range(blocks), blocks // 2):
        inside = np.concatenate([parts[i] for i in chosen])
        outside = np.concatenate([parts[i] for i in range(blocks) if i not in chosen])
        ratio = lambda rows: rows.mean(axis=0) / rows.std(axis=0, ddof=1)
        best = int(np.argmax(ratio(inside)))
        omega = stats.rankdata(ratio(outside))[best] / (matrix.shape[1] + 1)
        logits.append(np.log(omega / (1 - omega)))
    return float(np.mean(np.array(logits) <= 0))


def deflated(returns: np.ndarray, trials: np.ndarray) -> float:
    gamma, count = np.euler_gamma, len(trials)
    threshold = trials.std(ddof=1) * ((1 - gamma) * stats.norm.ppf(1 - 1 / count) + gamma * stats.norm.ppf(1 - 1 / (count * np.e)))
    return probabilistic(returns, threshold)


def probabilistic(returns: np.ndarray, threshold: float) -> float:
    sharpe = returns.mean() / returns.std(ddof=1)
    skew, kurtosis = stats.skew(returns), stats.kurtosis(returns, fisher=False)
    spread = np.sqrt(1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2)
    return float(stats.norm.cdf((sharpe - threshold) * np.sqrt(len(returns) - 1) / spread))


def figures(name: str, seed: int, count: int, drift: int, divisor: int) -> dict:
    values = drawn(seed, count, drift, divisor)
    series = pd.Series(values, index=pd.date_range("2020-01-01", periods=count))
    array = np.array(values)
    return {
        "name": name, "seed": seed, "count": count, "drift": drift, "divisor": divisor, "first": values[:3],
        "empyrical": {
            "totalReturn": float(empyrical.cum_returns_final(series)),
            "annualisedReturn": float(empyrical.annual_return(series, annualization=DAYS)),
            "annualisedVolatility": float(empyrical.annual_volatility(series, annualization=DAYS)),
            "sharpeRatio": float(empyrical.sharpe_ratio(series, annualization=DAYS)),
            "sortinoRatio": float(empyrical.sortino_ratio(series, annualization=DAYS)),
            "calmarRatio": float(empyrical.calmar_ratio(series, annualization=DAYS)),
            "maxDrawdown": -float(empyrical.max_drawdown(series)),
            "valueAtRisk": float(empyrical.value_at_risk(series, 0.05)),
            "expectedShortfall": float(empyrical.conditional_value_at_risk(series, 0.05)),
        },
        "quantstats": {
            "totalReturn": float(qs.stats.comp(series)),
            "annualisedReturn": float(qs.stats.cagr(series, periods=DAYS)),
            "annualisedVolatility": float(qs.stats.volatility(series, periods=DAYS)),
            "sharpeRatio": float(qs.stats.sharpe(series, periods=DAYS)),
            "sortinoRatio": float(qs.stats.sortino(series, periods=DAYS)),
            "calmarRatio": float(qs.stats.calmar(series, periods=DAYS)),
            "maxDrawdown": -float(qs.stats.max_drawdown(series)),
            "profitFactor": float(qs.stats.profit_factor(series)),
            "hitRate": float(qs.stats.win_rate(series)),
        },
        "scipy": {
            "quantile": float(np.percentile(array, 5)),
            "skewness": float(stats.skew(array)),
            "kurtosis": float(stats.kurtosis(array, fisher=False)),
            "probabilisticSharpe": probabilistic(array, 0.0),
        },
    }


def overfitting() -> dict:
    count, periods = TRIALS["trials"], TRIALS["periods"]
    matrix = np.array([drawn(TRIALS["seed"] + trial, periods, 8 * trial, TRIALS["divisor"]) for trial in range(count)]).T
    sharpes = matrix.mean(axis=0) / matrix.std(axis=0, ddof=1)
    best = int(np.argmax(sharpes))
    return {
        **TRIALS,
        "sharpes": sharpes.tolist(),
        "best": best,
        "deflatedSharpe": deflated(matrix[:, best], sharpes),
        "probabilityOfOverfitting": cscv(matrix, TRIALS["blocks"]),
    }


def main() -> None:
    names = ["quantstats", "empyrical-reloaded", "numpy", "pandas", "scipy"]
    golden = {
        "madeBy": "tools/metrics_oracle.py",
        "versions": {name: version(name) for name in names},
        "series": [figures(*one) for one in SERIES],
        "normal": [[x, float(stats.norm.cdf(x))] for x in (-9, -6, -3.01, -2.99, -1.5, -0.25, 0, 0.1, 1, 2.5, 2.99, 3.01, 5)],
        "inverse": [[p, float(stats.norm.ppf(p))] for p in (1e-12, 1e-6, 0.001, 0.05, 0.0749, 0.0751, 0.3, 0.5, 0.8, 0.95, 0.999)],
        "overfitting": overfitting(),
    }
    print(json.dumps(golden, indent=1))


main()
