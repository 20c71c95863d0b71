#!/usr/bin/env python3
"""Recomputes specs/vectors/orders.json from specs/orders.md, independently of the program.

Prints OK, or the first difference and exits 1. --write computes what is expected anew from the inputs in the file.
"""
import hashlib
import json
import sys
from base64 import b32encode
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

VECTORS = Path(__file__).resolve().parent.parent / "specs" / "vectors" / "orders.json"
UNIT = Fraction(1, 10**18)
SOURCES = ["operator", "stop", "recovery", "strategy", "partial", "entry"]
FILL_MOST = 10**13


def down(value, step=UNIT):
    return floor(value / step) * step


def up(value):
    return ceil(value / UNIT) * UNIT


def text(value):
    scaled = value / UNIT
    assert scaled.denominator == 1, value
    digits = str(abs(scaled.numerator)).rjust(19, "0")
    fraction = digits[-18:].rstrip("0")
    return ("-" if scaled < 0 else "") + digits[:-18] + ("." + fraction if fraction else "")


# Status: the table of the page, read from its own lines.


def table():
    """By status and report: where it leads and how; columns and marks as the page has them."""
    lines = (VECTORS.parent.parent / "orders.md").read_text(encoding="utf-8").splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith("| from"))
    reports = ["acknowledged", "filled_part", "filled_whole", "filled_over", "rejected", "cancelled", "expired"]
    found = {}
    for line in lines[first + 2 : first + 9]:
        status, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        for report, cell in zip(reports, cells, strict=True):
            if cell.startswith("="):
                found[status, report] = (status, cell.removeprefix("= "))
            else:
                found[status, report] = (cell.removesuffix(" ·"), "odd" if cell.endswith("·") else "ordinary")
    return found


EDGES = table()
ENDS = {"cancel": "cancelled", "expire": "expired", "reject": "rejected"}


class Story:
    """One order of a recorded venue, word by word."""

    def __init__(self, story):
        self.side, self.quantity = story["side"], Fraction(story["quantity"])
        self.status, self.filled, self.trades = "NEW", Fraction(0), {}
        self.cash, self.left, self.owed = Fraction(0), Fraction(story["held"]), Fraction(0)
        self.conflicts = []

    def hear(self, word, *rest):
        if word == "fill":
            self.fill(*rest)
            return
        before = self.status
        report = "acknowledged" if word == "ack" else ENDS[word]
        self.status, kind = EDGES[before, report]
        if kind in ("odd", "refuted"):
            if word == "ack":
                self.conflicts.append(["ALIVE_AFTER_END", "HIGH"])
            else:
                had_fill = before == "FILLED" or (kind == "odd" and self.filled > 0)
                self.conflicts.append(["END_CONTRADICTED", "MEDIUM" if had_fill else "LOW"])

    def fill(self, trade, quantity, price):
        if trade in self.trades:
            same = self.trades[trade] == (quantity, price)
            self.conflicts.append(["TRADE_REPEATED", "LOW"] if same else ["TRADE_CHANGED", "CRITICAL"])
            return
        units, at = Fraction(quantity), Fraction(price)
        if units <= 0 or at <= 0 or max(units, at, units * at) > FILL_MOST:
            self.conflicts.append(["INVALID_FILL", "CRITICAL"])
            return
        self.trades[trade] = (quantity, price)
        rest = self.quantity - self.filled - units
        before = self.status
        self.status, kind = EDGES[before, "filled_part" if rest > 0 else "filled_whole" if rest == 0 else "filled_over"]
        self.filled += units
        if rest < 0:
            self.conflicts.append(["OVERFILL", "CRITICAL"])
        elif kind == "odd":
            self.conflicts.append(["FILL_AFTER_END", "HIGH" if before == "REJECTED" else "MEDIUM"])
        if self.side == "BUY":
            self.cash -= up(units * at)
            self.left += units
            return
        if units > self.left:
            self.conflicts.append(["SOLD_MORE_THAN_HELD", "CRITICAL"])
        self.cash += down(units * at)
        self.owed += max(units - self.left, 0)
        self.left = max(self.left - units, 0)


def told(story):
    order = Story(story)
    for word in story["said"]:
        order.hear(*word)
    amounts = {name: text(getattr(order, name)) for name in ("filled", "cash", "left", "owed")}
    return {"status": order.status, **amounts, "conflicts": order.conflicts}


# Stops.


def stopped(case):
    distance = Fraction(case["distance"])
    cost = sum(Fraction(lot[1]) for lot in case["lots"])
    level = up(cost * (1 - distance) / sum(Fraction(lot[0]) for lot in case["lots"]))
    levels, reached = [], None
    for number, candle in enumerate(case["candles"]):
        levels.append(text(level))
        if candle is None:
            continue
        low, close = map(Fraction, candle)
        if low <= level:
            reached = number
            break
        if case["kind"] == "trailing":
            level = max(level, up(close * (1 - distance)))
    return {"levels": levels, "reached": reached}


# Reductions.


def is_dust(units, case):
    tradable = down(units, Fraction(case["lot"]))
    return tradable <= 0 or down(tradable * Fraction(case["mark"])) < Fraction(case["minimum"])


def wish_after(case, wish, kind, share):
    """The wish there is after an intent, and the code of a refusal."""
    held = Fraction(case["held"])
    nothing = held == 0 or is_dust(held, case)
    if wish == "flat" or (kind == "reduce" and nothing):
        return wish, None
    if kind == "exit":
        return (wish if nothing and Fraction(case["selling"]) == 0 else "flat"), None
    part = down(down(held * share), Fraction(case["lot"]))
    if is_dust(held - part, case):
        return "flat", None
    if wish is not None and wish >= part:
        return wish, None
    return (wish, "DUST") if is_dust(part, case) else (part, None)


def order_of(case, wish):
    """What a wish places, and the code of a refusal."""
    held, selling = Fraction(case["held"]), Fraction(case["selling"])
    if wish is None or held == 0:
        return None, None
    free = held - selling
    asked = free if wish == "flat" else max(wish - selling, 0)
    if asked > 0 and is_dust(free - asked, case):
        asked = free
    asked = min(asked, free)
    if is_dust(asked, case):
        return None, None if selling > 0 else "DUST"
    return down(asked, Fraction(case["lot"])), None


def reduced(case):
    before = case["wish"] if case["wish"] in (None, "flat") else Fraction(case["wish"])
    wish, refused = wish_after(case, before, case["kind"], Fraction(case["share"]))
    order, also = order_of(case, wish)
    shown = wish if wish in (None, "flat") else text(wish)
    return {"after": shown, "order": None if order is None else text(order), "refused": refused or also}


def outranked(case):
    terms = {"held": case["held"], "selling": "0", "lot": "0.00000001", "minimum": "0", "mark": "100"}
    wish, reason = None, None
    for kind, _, share, why in sorted(case["intents"], key=lambda intent: SOURCES.index(intent[1])):
        if kind in ("reduce", "exit"):
            after, _ = wish_after(terms, wish, kind, Fraction(share))
            wish, reason = (after, why) if after != wish else (wish, reason)
    order, _ = order_of(terms, wish)
    return {"sold": text(order or Fraction(0)), "reason": reason}


# Ranks and names.


def round_trip(case, symbol, how):
    fees, slippage = case["costModel"]["fees"], case["costModel"]["slippage"]
    bps = slippage["bps"] if slippage["kind"] == "constant" else case["halfSpreads"][symbol] + slippage["impactBps"]
    slip = up(Fraction(bps, 10_000))
    taker, rate = Fraction(fees["takerPpm"], 10**6), Fraction(fees["makerPpm" if how == "LIMIT HOUR" else "takerPpm"], 10**6)
    fee = 1 / (1 - rate) if fees["asset"] == "received" else 1 + rate
    moved = slip if how == "MARKET" else 0
    return up((1 + moved) * fee / ((1 - slip) * (1 - taker))) - 1


def ranked(case):
    costs = [round_trip(case, symbol, how) for _, symbol, how, _ in case["entries"]]
    edges = [None if entry[3] is None else down((1 + Fraction(entry[3])) / (1 + cost)) - 1 for entry, cost in zip(case["entries"], costs)]

    def key(number):
        agent, symbol, _, _ = case["entries"][number]
        digest = hashlib.sha256(f"{case['genesis']}:{case['hour']}:{symbol}".encode()).hexdigest()
        return edges[number] is None, -(edges[number] or 0), digest, agent

    shown = [None if edge is None else text(edge) for edge in edges]
    return {"costs": [text(cost) for cost in costs], "edges": shown, "order": sorted(range(len(costs)), key=key)}


def named(case):
    digest = hashlib.sha256("\n".join(case[:3]).encode()).digest()
    return [*case[:3], b32encode(digest).decode().lower()[:26]]


# The file.


def recomputed(vectors):
    keyed = {"stories": told, "stops": stopped, "reductions": reduced, "precedence": outranked, "ranks": ranked}
    edges = [[*place, *edge] for place, edge in EDGES.items()]
    cases = {name: [{**case, **compute(case)} for case in vectors[name]] for name, compute in keyed.items()}
    return {"edges": edges, **cases, "names": [named(case) for case in vectors["names"]]}


def spelled(vectors):
    parts = [f'  {json.dumps(name)}: [\n' + ",\n".join(f"    {json.dumps(case)}" for case in cases) + "\n  ]" for name, cases in vectors.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(arguments):
    if arguments not in ([], ["--write"]):
        print("usage: python3 tools/orders_oracle.py [--write]")
        return 2
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))
    page = recomputed(vectors)
    if arguments:
        VECTORS.write_text(spelled(page), encoding="utf-8")
        return 0
    for name, cases in page.items():
        for number, pair in enumerate(zip(vectors[name], cases, strict=True)):
            if pair[0] != pair[1]:
                print(f"{name}[{number}]: the file has {pair[0]}, the page gives {pair[1]}")
                return 1
    print("OK")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
