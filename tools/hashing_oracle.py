#!/usr/bin/env python3
"""Verifies runs and golden vectors from specs/hashing.md alone, independently of the program.

Without arguments it checks specs/vectors/hashing.json; with folders of replay-fixtures/ it verifies those runs instead:
canonical texts, candle digests, market contents, roots, every slice of the state as it follows from the log, records and
chain. It decides nothing about trading. Prints OK for each, or the first difference and exits 1.
"""
import json
import struct
import sys
from datetime import datetime
from fractions import Fraction
from hashlib import sha256
from math import floor
from pathlib import Path

from account_oracle import AccountBooks
from campaign_slice import Campaigns
from orders_oracle import EDGES as STATUS_EDGES
from risk_slices import RiskSlices

ROOT = Path(__file__).resolve().parent.parent
ONE = 10**18
# Strategies whose agents trade in campaigns.
CAMPAIGNING = ("momentum-ensemble", "recorded-model")
VERSIONS = {"version": 1, "semantics": 2, "encoding": 2}
STEPS = {"1m": 60, "5m": 12, "15m": 4, "1h": 1}
QUOTE_ACCOUNTS = "cash clearing cost deferred_fees deposits fees funding income result rounding transfers withdrawals".split()
UNIT_ACCOUNTS = ["fees", "position", "trading"]
FACT_KEYS = {
    "market": ["digest"],
    "candle_late": ["symbol", "openMs", "digest"],
    "candle_revised": ["symbol", "openMs", "digest"],
    "order_acknowledged": ["orderId"],
    "order_rejected": ["orderId"],
    "order_filled": ["orderId", "tradeId"],
    "order_cancelled": ["orderId"],
    "order_expired": ["orderId"],
    "account_traded": ["ordinal", "id"],
    "account_transferred": ["ordinal", "id"],
    "account_rewarded": ["ordinal", "id"],
    "account_charged": ["ordinal", "id"],
    "asset_renamed": ["ordinal", "id"],
    "venue_error": ["id"],
    "fault_reported": ["id"],
    "operator": ["key"],
    "prediction": ["agent", "symbol", "model"],
}
ACCOUNT_FACTS = [name for name, parts in FACT_KEYS.items() if parts == ["ordinal", "id"]]
# Facts about the account share a rank.
RANKED = [name for name in FACT_KEYS if name not in ACCOUNT_FACTS[1:]]
FACT_RANKS = {name: RANKED.index(ACCOUNT_FACTS[0] if name in ACCOUNT_FACTS else name) for name in FACT_KEYS}
AMOUNT_FIELDS = "quantity price amount value fee feeValue basis received".split()


class Difference(Exception):
    """What does not follow from the page."""


def require(where, expected, actual):
    if expected != actual:
        raise Difference(f"{where}: stored {expected!r}, computed {actual!r}")


def only(where, items):
    found = list(items)
    if len(found) != 1:
        raise Difference(f"{where}: there are {len(found)}")
    return found[0]


# Canonical text ---------------------------------------------------------------------------------------------------

ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def code_units(text):
    return text.encode("utf-16-be", "surrogatepass")


def quoted(text):
    text.encode("utf-8")  # Refuses lone surrogates.
    return '"' + "".join(ESCAPES.get(c, c if c >= " " else f"\\u{ord(c):04x}") for c in text) + '"'


def canonical(value, depth=0):
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int):
        if abs(value) > 2**53 - 1:
            raise ValueError("beyond 2^53 - 1")
        return str(value)
    if isinstance(value, float) or depth == 32:
        raise ValueError("no canonical text")
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    keys = sorted(value, key=code_units)
    return "{" + ",".join(f"{quoted(key)}:{canonical(value[key], depth + 1)}" for key in keys) + "}"


def unique_keys(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def parsed(where, text):
    """The value of a stored text that has to be canonical."""
    value = json.loads(text, object_pairs_hook=unique_keys)
    require(f"{where} canonical text", text, canonical(value))
    return value


def amount_text(units):
    whole, rest = divmod(abs(units), ONE)
    decimals = f"{rest:018d}".rstrip("0")
    return ("-" if units < 0 else "") + str(whole) + ("." + decimals if decimals else "")


def amount(text):
    units = Fraction(text) * ONE
    if units.denominator != 1 or amount_text(int(units)) != text:
        raise Difference(f"{text} is not an amount in normal form")
    return int(units)


def up(numerator, divisor):
    return -(-numerator // divisor)


def half_even(numerator, divisor):
    return round(Fraction(numerator, divisor))


# Leaves and trees -------------------------------------------------------------------------------------------------


def plain(content):
    return sha256(content).hexdigest()


def leaf(content):
    return sha256(b"\0" + content).digest()


def root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    split = 1
    while 2 * split < len(leaves):
        split *= 2
    return sha256(b"\1" + root(leaves[:split]) + root(leaves[split:])).digest()


def root_of_texts(texts):
    return root([leaf(text.encode()) for text in texts]).hex()


def candle_digest(symbol, timeframe, open_ms, values):
    row = [symbol, timeframe, open_ms] + [values[name] for name in ("open", "high", "low", "close", "volume")]
    return plain(canonical(row).encode())


def market_content(timeframe, open_ms, digests):
    content = {"candles": digests, "openMs": open_ms, "timeframe": timeframe, "type": "candles", "version": 1}
    return canonical(content)


# Strategy memory --------------------------------------------------------------------------------------------------


def scaled(text):
    """Mantissa and scale of a decimal in normal form."""
    whole, _, decimals = text.partition(".")
    return int(whole + decimals), len(decimals)


def units(price, scale):
    return float(floor(Fraction(price * float(10**scale)) + Fraction(1, 2)))


def add_units(memory, at, count, scale):
    held = int(memory[at + 1])
    if scale <= held:
        memory[at] += count * float(10 ** (held - scale))
    else:
        memory[at], memory[at + 1] = memory[at] * float(10 ** (scale - held)) + count, float(scale)


def become_mean(memory, at, count):
    memory[at], memory[at + 1] = memory[at] / (count * float(10 ** int(memory[at + 1]))), 0.0


def step_ema(memory, at, period, bar):
    if memory[at] == period:
        memory[at + 1] += 2 / (period + 1) * (bar["close"] - memory[at + 1])
        return
    memory[at] += 1
    add_units(memory, at + 1, units(bar["close"], bar["decimals"]), bar["decimals"])
    if memory[at] == period:
        become_mean(memory, at + 1, period)


def step_ema_cross(memory, parameters, bar, _):
    step_ema(memory, 1, parameters["fast"], bar)
    step_ema(memory, 4, parameters["slow"], bar)
    if memory[4] == parameters["slow"] and memory[2] != memory[5]:
        memory[0] = 1.0 if memory[2] > memory[5] else -1.0


def step_side(memory, at, period, value):
    seen = int(memory[at])
    memory[at + 2 + seen % period] = value
    memory[at] += 1
    memory[at + 1] = max(memory[at + 2 : at + 2 + min(seen + 1, period)])


def step_donchian(memory, parameters, bar, _):
    entry, leave = int(parameters["entry"]), int(parameters["exit"])
    lower = 3 + entry
    stand = memory[1] >= entry and memory[lower] >= leave
    highest, lowest = memory[2], -memory[lower + 1]
    step_side(memory, 1, entry, bar["high"])
    step_side(memory, lower, leave, -bar["low"])
    if stand and (bar["close"] > highest or bar["close"] < lowest):
        memory[0] = 1.0 if bar["close"] > highest else -1.0


def step_rsi(memory, parameters, bar, _):
    period = int(parameters["period"])
    seen, before = memory[2], memory[3]
    scale = max(bar["decimals"], int(memory[4]))
    memory[2], memory[3], memory[4] = min(seen + 1, period + 1.0), bar["close"], float(bar["decimals"])
    if seen == 0:
        return
    move = units(bar["close"], scale) - units(before, scale)
    if seen > period:
        change = move / float(10**scale)
        gain = (memory[5] * (period - 1) + max(change, 0.0)) / period
        loss = (memory[7] * (period - 1) + max(-change, 0.0)) / period
        memory[5], memory[7] = (0.0, 0.0) if gain + loss < 1e-290 else (gain, loss)
    else:
        if move != 0:
            add_units(memory, 5 if move > 0 else 7, abs(move), scale)
        if seen == period:
            become_mean(memory, 5, period)
            become_mean(memory, 7, period)
    total = memory[5] + memory[7]
    if memory[2] <= period or total == 0 or (bar["close"] == before and memory[1] != 0):
        return
    index = 100 * (memory[5] / total)
    zone = 1.0 if index <= parameters["oversold"] else 3.0 if index >= parameters["overbought"] else 2.0
    if memory[1] not in (0, zone) and zone != 2:
        memory[0] = 2 - zone
    memory[1] = zone


def step_buy_and_hold(memory, _, __, tradable):
    if tradable:
        memory[0] = 1.0


STRATEGIES = {
    "buy-and-hold": (lambda parameters: 1, step_buy_and_hold),
    "donchian-breakout": (lambda parameters: 5 + int(parameters["entry"] + parameters["exit"]), step_donchian),
    "ema-cross": (lambda parameters: 7, step_ema_cross),
    "momentum-ensemble": (lambda parameters: 82 + 48 * int(parameters["candlesPerHour"]), None),
    "recorded-model": (lambda parameters: 0, lambda *_: None),
    "rsi-reversion": (lambda parameters: 9, step_rsi),
}


# State ------------------------------------------------------------------------------------------------------------


def assets_of(fact):
    """What a fact about the account moves, in the order in which its balances are looked at."""
    if fact["type"] == "account_traded":
        return list(dict.fromkeys([*fact["symbol"].split("/"), fact["feeAsset"]]))
    return [fact["from"], fact["to"]] if fact["type"] == "asset_renamed" else [fact["asset"]]


def key_of(fact):
    parts = [f"{fact[name]:010d}" if name == "ordinal" else str(fact[name]) for name in FACT_KEYS[fact["type"]]]
    # A venue may say two things under one name; everything else has a name of its own.
    content = canonical(fact) if "orderId" in fact else ""
    return code_units(" ".join(parts)), code_units(content)


def spelled(value):
    """A decision with its amounts as text; counts and flags stay."""
    if isinstance(value, list):
        return [spelled(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: amount_text(part) if isinstance(part, int) and not isinstance(part, bool) and name != "acquiredMs" else spelled(part) for name, part in value.items()}


def rank_of(ask, moves):
    if ask["ask"] in ("exit", "withdraw"):
        return 1 if ask["reason"] == "RECOVERY_FAILED" else 2
    if ask["ask"] == "reduce":
        return 3 if any((move["agent"], move["symbol"], move["to"]) == (ask["agent"], ask["symbol"], "REDUCED") for move in moves) else 1
    return 4


class State:
    """The slices of a run, moved by its facts and decisions as section 8 and 9 say."""

    def __init__(self, manifest):
        self.manifest = manifest
        self.symbols = [instrument["symbol"] for instrument in manifest["universe"]]
        self.bases = [symbol.split("/")[0] for symbol in self.symbols]
        self.steps = STEPS[manifest["timeframe"]]
        count = len(self.symbols)
        self.marks = [(0, -1, 0)] * count
        rings = count if manifest["costs"]["participation"] is not None else 0
        self.volumes = [{"cells": [(0, 0)] * 24, "count": 0} for _ in range(rings)]
        self.agents = []
        for agent in manifest["agents"]:
            parameters = {name: float(text) for name, text in agent["parameters"].items()}
            size, step = STRATEGIES[agent["strategy"]]
            self.agents.append((agent["id"], parameters, step, [[0.0] * size(parameters) for _ in self.symbols]))
        self.recorded = manifest["venue"] == "recorded"
        self.campaigns = Campaigns(manifest)
        self.wanted, self.working, self.lots = [], [], []
        self.ended, self.stops, self.trades = [], [], []
        self.balances = [0] * (len(QUOTE_ACCOUNTS) + 3 * count)
        self.portfolio = {"peakUnitValue": 0, "units": 0}
        campaigning = any(agent["strategy"] in CAMPAIGNING for agent in manifest["agents"])
        self.unit_value, self.risk = 0, RiskSlices(manifest, self.steps, campaigning)

    def mark(self, symbol):
        mantissa, slot, scale = self.marks[self.symbols.index(symbol)]
        return None if slot < 0 else mantissa * 10 ** (18 - scale)

    def step(self, place, candles, facts, decisions):
        """One step: the candles by symbol that closed, then everything the log says."""
        hour, step = place
        slot = hour * self.steps + step
        self.commands = [fact for fact in facts if fact["type"] == "operator"]
        self.see_candles(slot, hour, candles)
        for fact in facts:
            self.see_late(fact)
            self.see_trade(slot, candles, fact)
        flow = self.book_account(place, facts, decisions)
        self.value(decisions, flow)
        closes = {self.symbols.index(symbol): float(values["close"]) for symbol, values in candles.items()}
        self.risk.step(slot, closes, facts, decisions, self.unit_value, self.is_over)
        self.move_orders(hour, slot, candles, facts, decisions)

    def see_candles(self, slot, hour, candles):
        tradable = hour >= self.manifest["tradeFromHour"]
        for symbol, values in candles.items():
            index = self.symbols.index(symbol)
            mantissa, scale = scaled(values["close"])
            self.marks[index] = (mantissa, slot, scale)
            if self.volumes:
                ring = self.volumes[index]
                ring["cells"][ring["count"] % 24] = scaled(values["volume"])
                ring["count"] += 1
            bar = {name: float(values[name]) for name in ("open", "high", "low", "close", "volume")}
            bar["decimals"] = max(scaled(values[name])[1] for name in ("open", "high", "low", "close"))
            for _, parameters, step, memories in self.agents:
                step(memories[index], parameters, bar, tradable)

    def see_late(self, fact):
        if fact["type"] not in ("candle_late", "candle_revised") or fact["symbol"] not in self.symbols:
            return
        digest = candle_digest(fact["symbol"], self.manifest["timeframe"], fact["openMs"], fact["values"])
        require("digest of a late candle", fact["digest"], digest)
        index, slot = self.symbols.index(fact["symbol"]), fact["openMs"] * self.steps // 3_600_000
        if self.marks[index][1] <= slot:
            mantissa, scale = scaled(fact["values"]["close"])
            self.marks[index] = (mantissa, slot, scale)

    def see_trade(self, slot, closed, fact):
        """A trade against the quote is a mark where no candle of its time is."""
        if fact["type"] != "account_traded" or fact["symbol"] not in self.symbols:
            return
        index, at = self.symbols.index(fact["symbol"]), min(fact["atMs"] * self.steps // 3_600_000, slot)
        price = amount(fact["price"])
        if self.marks[index][1] > at or (at == slot and fact["symbol"] in closed) or not 0 < price < ONE * ONE:
            return
        cut = 10 ** max(len(str(price)) - 18, 0)
        mantissa, scale = scaled(amount_text(half_even(price, cut) * cut))
        self.marks[index] = (mantissa, at, scale)

    def book_account(self, place, facts, decisions):
        """Books the step, and what happened on the account twice: from the facts, and from the decisions."""
        account = [fact for fact in facts if fact["type"] in ACCOUNT_FACTS]
        names = {fact["id"] for fact in account}
        mine = lambda decision: decision.get("tradeId", decision.get("reference")) in names and decision.get("orderId") is None
        start = next((seq for seq, decision in enumerate(decisions) if mine(decision)), len(decisions))
        self.book(decisions[:start])
        books = AccountBooks([list(lot) for lot in self.lots], self.manifest["quote"], self.symbols, (*place, start))
        flow = self.follow_account(books, account)
        end = start + len(books.decisions)
        require(f"decisions about the account of {place}", decisions[start:end], books.decisions)
        self.book(decisions[start:end])
        require(f"lots of the account after {place}", self.lots, books.lots)
        self.book(decisions[end:])
        return flow

    def follow_account(self, books, account):
        """The decisions of facts about the account, what overdraws told; returns the flow of outside money."""
        flow = 0
        cash = self.balances[QUOTE_ACCOUNTS.index("cash")]
        for fact in account:
            typed = {name: amount(value) if name in AMOUNT_FIELDS else value for name, value in fact.items()}
            before, held_before, first = cash, books.measured()[2], len(books.decisions)
            came = books.book(typed)
            entries = [made for made in books.decisions[first:] if made["type"] == "ledger_posted"]
            cash += sum(line["amount"] for entry in entries for line in entry["postings"] if line["account"] == "cash")
            held = books.measured()[2]
            for asset in assets_of(fact):
                now, was = (cash, before) if asset == books.quote else (held.get(asset, 0), held_before.get(asset, 0))
                if now < 0 and now < was:
                    books.say({"type": "balance_overdrawn", "asset": asset, "balance": now, "reference": fact["id"], "severity": "CRITICAL"})
            if isinstance(came, tuple):
                symbol, units, otherwise = came
                mark = self.mark(symbol)
                came = otherwise if mark is None else half_even(units * mark, ONE)
            flow += came
        books.decisions = [spelled(decision) for decision in books.decisions]
        return flow

    def book(self, decisions):
        for decision in decisions:
            if decision["type"] == "lot_opened":
                names = ("quantity", "cost", "fee")
                lot = [decision["id"], decision["agent"], decision["symbol"]] + [amount(decision[name]) for name in names] + [decision["acquiredMs"]]
                at = next((at for at, other in enumerate(self.lots) if other[6] > lot[6]), len(self.lots))
                self.lots.insert(at, lot)
            elif decision["type"] in ("lot_matched", "lot_released"):
                lot = only(f"lot {decision['lotId']}", (lot for lot in self.lots if lot[0] == decision["lotId"]))
                self.take(lot, decision)
                self.lots = [lot for lot in self.lots if lot[3] != 0]
            elif decision["type"] == "ledger_posted":
                sums = {}
                for posting in decision["postings"]:
                    self.balances[self.cell(posting)] += amount(posting["amount"])
                    sums[posting["asset"]] = sums.get(posting["asset"], 0) + amount(posting["amount"])
                require("sums of an entry", {0}, set(sums.values()))

    def take(self, lot, decision):
        part = lambda name: amount(decision[name])
        matched = decision["type"] == "lot_matched"
        if matched:
            require("result of a match", part("result"), part("proceeds") - part("exitFee") - part("cost") - part("entryFee"))
        if lot[3] < 0:
            lot[3] += part("quantity")
            if matched:
                lot[4], lot[5] = lot[4] + part("proceeds"), lot[5] - part("exitFee")
        else:
            lot[3], lot[4], lot[5] = lot[3] - part("quantity"), lot[4] - part("cost"), lot[5] - part("entryFee")

    def cell(self, posting):
        if posting["asset"] == self.manifest["quote"]:
            return QUOTE_ACCOUNTS.index(posting["account"])
        return len(QUOTE_ACCOUNTS) + 3 * self.bases.index(posting["asset"]) + UNIT_ACCOUNTS.index(posting["account"])

    def value(self, decisions, account_flow):
        flow = account_flow
        operators = [fact["key"] for fact in self.commands]
        for decision in decisions:
            if decision["type"] == "ledger_posted" and decision["reference"] in ["opening", *operators]:
                owners = [posting for posting in decision["postings"] if posting["account"] in ("deposits", "transfers", "withdrawals")]
                flow -= sum(amount(posting["amount"]) for posting in owners)
        value = self.balances[QUOTE_ACCOUNTS.index("cash")]
        for _, _, symbol, quantity, cost, _, _ in self.lots:
            mark = self.mark(symbol)
            value += cost if mark is None else half_even(quantity * mark, ONE)
        held = self.portfolio["units"]
        if flow != 0:
            held = max(0, value if held == 0 or value - flow <= 0 else held + half_even(flow * held, value - flow))
        unit_value = self.unit_value = half_even(value * ONE, held) if held else 0
        resumed = any(decision["type"] == "risk_changed" and decision["to"] == "ACTIVE" for decision in decisions)
        peak = unit_value if resumed else max(self.portfolio["peakUnitValue"], unit_value)
        self.portfolio = {"peakUnitValue": peak, "units": held}

    # Orders, section 9.

    def wish(self, want, of):
        same = (wish for wish in self.wanted if (wish["want"], wish["agent"], wish["symbol"]) == (want, of["agent"], of["symbol"]))
        return next(same, None)

    def order(self, of):
        return only(f"working order {of['orderId']}", (order for order in self.working if order["id"] == of["orderId"]))

    def same_working(self, of):
        return [order for order in self.working if (order["agent"], order["symbol"]) == (of["agent"], of["symbol"])]

    def held(self, of):
        return sum(lot[3] for lot in self.lots if (lot[1], lot[2]) == (of["agent"], of["symbol"]))

    def is_dust(self, of):
        return self.are_dust(of, self.held(of))

    def are_dust(self, of, units):
        instrument = self.manifest["universe"][self.symbols.index(of["symbol"])]
        lot, mark = amount(instrument["lot"]), self.mark(of["symbol"])
        tradable = units // lot * lot
        return tradable <= 0 or (mark is not None and tradable * mark // ONE < amount(instrument["minNotional"]))

    def is_over(self, agent, symbol):
        return self.is_dust({"agent": agent, "symbol": symbol})

    def drop(self, wish):
        self.wanted = [other for other in self.wanted if other is not wish]

    def answer(self, slot, fact, closings):
        if "orderId" not in fact:
            return
        if self.recorded and fact["type"] == "order_filled" and not self.take_trade(slot, fact):
            return
        order = next((order for order in self.working if order["id"] == fact["orderId"]), None)
        if order is None and self.recorded:
            self.answer_ended(fact)
            return
        order = order or self.order(fact)
        status, kind = STATUS_EDGES[order["status"], self.report(order, fact)]
        require(f"report to {order['id']} is ordinary", True, self.recorded or kind == "ordinary")
        if kind in ("late", "refuted"):
            return
        if fact["type"] == "order_filled":
            self.fill(order, fact)
        order["status"] = status
        if status in ("NEW", "ACKNOWLEDGED", "PARTIALLY_FILLED"):
            return
        closing = only(f"order_closed of {order['id']}", closings.get(order["id"], []))
        require("filled quantity of a closed order", amount(closing["filled"]), order["filled"])
        require("status of a closed order", closing["status"], status)
        self.working.remove(order)
        if self.recorded:
            names = ("agent", "filled", "id", "quantity", "side", "status", "symbol")
            self.ended.append({**{name: order[name] for name in names}, "endedStep": slot})
        wish = self.wish("long", order)
        over = status in ("FILLED", "CANCELLED") or fact.get("reason") == "RESERVATION"
        if order["side"] == "BUY" and wish and wish["attempts"] > 0 and (over or wish["attempts"] >= 6):
            self.drop(wish)

    def report(self, order, fact):
        if fact["type"] != "order_filled":
            return fact["type"].removeprefix("order_")
        rest = order["quantity"] - order["filled"] - amount(fact["quantity"])
        return "filled_part" if rest > 0 else "filled_whole" if rest == 0 else "filled_over"

    def take_trade(self, slot, fact):
        """Whether a fill of a recorded venue is a trade, and new."""
        quantity, price, fee, value = (amount(fact[name]) for name in ("quantity", "price", "fee", "feeValue"))
        if any(trade["tradeId"] == fact["tradeId"] for trade in self.trades):
            return False
        order = next((order for order in self.working + self.ended if order["id"] == fact["orderId"]), None)
        kept_back = order and order["side"] == "BUY" and fact["feeAsset"] == order["symbol"].split("/")[0]
        most = 10**13 * ONE
        if quantity <= 0 or price <= 0 or fee < 0 or value < 0 or (kept_back and fee >= quantity):
            return False
        if max(quantity, price, fee, value, up(quantity * price, ONE)) > most:
            return False
        content = canonical([fact[name] for name in ("orderId", "quantity", "price", "fee", "feeAsset", "liquidity")])
        self.trades.append({"content": content, "step": slot, "tradeId": fact["tradeId"]})
        return True

    def answer_ended(self, fact):
        order = next((order for order in reversed(self.ended) if order["id"] == fact["orderId"]), None)
        if order is None or fact["type"] != "order_filled":
            return
        order["status"], _ = STATUS_EDGES[order["status"], self.report(order, fact)]
        order["filled"] += amount(fact["quantity"])
        self.take_off_wish(order, fact)

    def fill(self, order, fact):
        quantity = amount(fact["quantity"])
        unfilled = order["quantity"] - order["filled"]
        order["filled"] += quantity
        if order["side"] == "BUY":
            spent = up(quantity * amount(fact["price"]), ONE) + (amount(fact["fee"]) if fact["feeAsset"] == self.manifest["quote"] else 0)
            order["reserved"] = max(order["reserved"] - spent, 0)
            order["reservedExposure"] -= half_even(order["reservedExposure"] * quantity, unfilled)
        self.take_off_wish(order, fact)

    def take_off_wish(self, order, fact):
        wish = self.wish("long" if order["side"] == "BUY" else "less", order)
        if wish and wish["quantity"] is not None:
            wish["quantity"] -= amount(fact["quantity"])
            if wish["quantity"] <= 0:
                self.drop(wish)

    def move_orders(self, hour, slot, candles, facts, decisions):
        of_type = lambda name: [decision for decision in decisions if decision["type"] == name]
        closings = {closing["orderId"]: [closing] for closing in of_type("order_closed")}
        oldest = slot - 720 * self.steps
        self.ended = [order for order in self.ended if order["endedStep"] >= oldest]
        self.trades = [trade for trade in self.trades if trade["step"] >= oldest]
        for fact in facts:
            self.answer(slot, fact, closings)
        if hour >= self.manifest["tradeFromHour"]:
            told = [decision for decision in decisions if decision["type"].startswith("campaign_")]
            made = self.campaigns.step(self, facts, told, self.manifest["profile"])
            require("campaigns", [decision for decision in told if decision["agent"] not in self.campaigns.given], made)
        for wish in list(self.wanted):
            if wish["want"] != "long" and self.is_dust(wish) and not self.same_working(wish):
                self.drop(wish)
        self.obey(facts, {refused["key"] for refused in of_type("operator_refused")})
        refusals = of_type("order_refused")
        self.hold_stops(candles, of_type("stop_triggered"))
        reasons = {"loss": "STOP_LOSS", "trailing": "TRAILING_STOP"}
        reached = [{**stop, "action": "exit", "reason": reasons[stop["kind"]]} for stop in of_type("stop_triggered")]
        # Precedence: stops, recoveries, exits, partial sales, entries; signals before campaigns.
        heard = [(0, self.hear, stop) for stop in reached]
        heard += [(2 if signal["action"] == "exit" else 4, self.hear, signal) for signal in of_type("signal_raised")]
        heard += [(rank_of(ask, of_type("campaign_moved")), self.hear_campaign, ask) for ask in of_type("campaign_asked")]
        for _, hear, said in sorted(heard, key=lambda entry: entry[0]):
            hear(said, refusals)
        for request in of_type("cancel_requested"):
            self.order(request)["cancelReason"] = request["reason"]
        self.place(slot, of_type("order_placed"), refusals)

    def hold_stops(self, candles, triggered):
        """The levels of trailing stops after this step, and whether the log tells every stop that was reached."""
        levels, reached = [], []
        policies = {agent["id"]: agent["stop"] for agent in self.manifest["agents"]}
        for agent, symbol in dict.fromkeys((lot[1], lot[2]) for lot in self.lots):
            policy, pair = policies.get(agent), {"agent": agent, "symbol": symbol}
            if policy is None or self.is_dust(pair):
                continue
            mine = [lot for lot in self.lots if (lot[1], lot[2]) == (agent, symbol)]
            left = ONE - amount(policy["distance"])
            known = next((stop["level"] for stop in self.stops if (stop["agent"], stop["symbol"]) == (agent, symbol)), None)
            level = up(sum(lot[4] for lot in mine) * left, sum(lot[3] for lot in mine)) if known is None else known
            if symbol in candles and not self.wish("flat", pair):
                low, close = amount(candles[symbol]["low"]), amount(candles[symbol]["close"])
                if low <= level:
                    reached.append({**pair, "kind": policy["kind"], "level": amount_text(level), "low": amount_text(low), "type": "stop_triggered"})
                elif policy["kind"] == "trailing":
                    level = max(level, up(close * left, ONE))
            if policy["kind"] == "trailing":
                levels.append({**pair, "level": level})
        require("stops reached", triggered, reached)
        self.stops = levels

    def obey(self, facts, refused):
        for fact in facts:
            if fact["type"] != "operator" or fact["command"] not in ("cancel", "flatten") or fact["key"] in refused:
                continue
            owners = dict.fromkeys((lot[1], lot[2]) for lot in self.lots if lot[1] != "treasury")
            flat = {"attempts": 0, "reason": "OPERATOR_FLATTEN", "want": "flat"}
            self.wanted = [] if fact["command"] == "cancel" else [{**flat, "agent": agent, "symbol": symbol} for agent, symbol in owners]

    def hear(self, signal, refusals):
        wish = {"agent": signal["agent"], "attempts": 0, "reason": signal["reason"], "symbol": signal["symbol"]}
        long, flat = self.wish("long", signal), self.wish("flat", signal)
        if signal["action"] == "exit":
            if flat:
                return
            self.drop(long)
            self.drop(self.wish("less", signal))
            if self.same_working(signal) or not self.is_dust(signal):
                self.wanted.append({**wish, "want": "flat"})
            return
        at_once = ("WARM_UP", "EXIT_IN_PROGRESS", "ALREADY_HELD")
        mine = [refusal for refusal in refusals if (refusal["agent"], refusal["symbol"]) == (signal["agent"], signal["symbol"])]
        if not long and not any(refusal["violations"][0]["code"] in at_once for refusal in mine):
            self.wanted.append({**wish, "expectedReturn": None, "fraction": ONE, "quantity": None, "want": "long"})

    def hear_campaign(self, ask, refusals):
        if ask["ask"] == "exit":
            self.hear({**ask, "action": "exit"}, refusals)
        elif ask["ask"] == "withdraw":
            self.drop(self.wish("long", ask))
        elif ask["ask"] == "reduce":
            self.hear_reduce(ask, refusals)
        else:
            before = len(self.wanted)
            self.hear({**ask, "action": "enter"}, refusals)
            for wish in self.wanted[before:]:
                expected = ask["evidence"]["returnToExit"]
                wish.update(fraction=amount(ask["fraction"]), expectedReturn=None if expected is None else amount(expected))

    def hear_reduce(self, ask, refusals):
        held, less = self.held(ask), self.wish("less", ask)
        if self.wish("flat", ask) or self.is_dust(ask):
            return
        lot = amount(self.manifest["universe"][self.symbols.index(ask["symbol"])]["lot"])
        share = held * amount(ask["fraction"]) // ONE // lot * lot
        if self.are_dust(ask, held - share):
            self.hear({**ask, "action": "exit"}, refusals)
            return
        if less and less["quantity"] >= share or self.are_dust(ask, share):
            return
        self.drop(less)
        wish = {"agent": ask["agent"], "attempts": 0, "quantity": share, "reason": ask["reason"], "symbol": ask["symbol"], "want": "less"}
        self.drop(self.wish("long", ask))
        self.wanted.append(wish)

    def place(self, slot, placed, refusals):
        same = lambda made, wish, side: (made["agent"], made["symbol"], made["side"]) == (wish["agent"], wish["symbol"], side)
        due = any(wish["want"] == "long" and not self.same_working(wish) for wish in self.wanted)
        for wish in list(self.wanted):
            side = "BUY" if wish["want"] == "long" else "SELL"
            order = next((order for order in placed if same(order, wish, side)), None)
            if order:
                wish["attempts"] = order["attempt"]
                if side == "BUY" and wish["quantity"] is None:
                    wish["quantity"] = amount(order["quantity"])
            elif any(same(refusal, wish, side) for refusal in refusals) if side == "BUY" else not self.same_working(wish):
                self.drop(wish)
        made = [self.working_order(order, slot) for order in placed]
        if due:
            self.share_slack(made)
        self.working += made

    def share_slack(self, made):
        open_ended = lambda order: order["side"] == "BUY" and order["orderType"] == "MARKET" and order["collarPrice"] is None
        stated = {order["id"]: order["reserved"] for order in made}
        orders = self.working + made
        for order in filter(open_ended, orders):
            order["reserved"] = min(order["reserved"], order["reservedExposure"] + self.fee_reserve(order))
        left = self.balances[QUOTE_ACCOUNTS.index("cash")] - sum(order["reserved"] for order in orders)
        backed = [order for order in orders if open_ended(order) and order["cancelReason"] is None and order["reserved"] > 0]
        rest = sum(order["reserved"] for order in backed)
        for order in backed:
            if left <= 0:
                break
            slack = min(left, half_even(left * order["reserved"], rest))
            rest, left = rest - order["reserved"], left - slack
            order["reserved"] += slack
        require("reservations with slack", stated, {order["id"]: order["reserved"] for order in made})

    def fee_reserve(self, order):
        fees = self.manifest["costs"]["fees"]
        instrument = self.manifest["universe"][self.symbols.index(order["symbol"])]
        rate = 0 if fees["asset"] == "received" else max(fees["makerPpm"], fees["takerPpm"])
        unit = 10 ** (18 - instrument["quoteDecimals"])
        return up(order["reservedExposure"] * rate, 10**6 * unit) * unit

    def working_order(self, placed, slot):
        texts = ("agent", "id", "orderType", "postOnly", "side", "symbol", "timeInForce")
        order = {name: placed[name] for name in texts}
        for name in ("collarPrice", "limitPrice", "quantity", "reserved"):
            order[name] = None if placed[name] is None else amount(placed[name])
        price = amount(placed["limitPrice"] or placed["collarPrice"] or placed["mark"])
        exposure = up(order["quantity"] * price, ONE) if placed["side"] == "BUY" else 0
        return {**order, "cancelReason": None, "filled": 0, "placedStep": slot, "reservedExposure": exposure, "status": "NEW"}

    def contents(self):
        """Each slice's content, in the order of the leaves."""
        pack = struct.pack
        marks = b"".join(pack("<q", mark[0]) for mark in self.marks)
        marks += b"".join(pack("<i", mark[1]) for mark in self.marks) + bytes(mark[2] for mark in self.marks)
        cells = [cell for ring in self.volumes for cell in ring["cells"]]
        volumes = b"".join(pack("<q", cell[0]) for cell in cells)
        volumes += b"".join(pack("<I", ring["count"]) for ring in self.volumes) + bytes(cell[1] for cell in cells)
        texts = ("attempts", "endedStep", "placedStep", "postOnly", "step")
        spelled = lambda item: {k: amount_text(v) if isinstance(v, int) and k not in texts else v for k, v in item.items()}
        orders = {name: [spelled(item) for item in getattr(self, name)] for name in ("ended", "stops", "trades", "wanted", "working")}
        lots = [lot[:3] + [amount_text(part) for part in lot[3:6]] + lot[6:] for lot in self.lots]
        memories = {f"memory.{name}": b"".join(pack("<d", n) for memory in memories for n in memory) for name, _, _, memories in self.agents}
        risk = self.risk.contents()
        return {
            "marks": marks,
            "volumes": volumes,
            "returns": risk["returns"],
            **memories,
            "campaigns": None if (kept := self.campaigns.content()) is None else canonical(kept).encode(),
            "orders": canonical(orders).encode(),
            "lots": canonical(lots).encode(),
            "ledger": b"".join(balance.to_bytes(16, "little", signed=True) for balance in self.balances),
            "portfolio": canonical(spelled(self.portfolio)).encode(),
            "risk": risk["risk"],
            "protections": risk["protections"],
        }


# Runs -------------------------------------------------------------------------------------------------------------


class Run:
    """A chain of hours, verified one by one from the manifest on."""

    def __init__(self, manifest_text, candles):
        self.manifest = parsed("manifest", manifest_text)
        for name, version in VERSIONS.items():
            require(f"{name} of the manifest", version, self.manifest[name])
        self.genesis = plain(manifest_text.encode())
        self.state = State(self.manifest)
        self.hour, self.previous = self.manifest["startHour"], self.genesis
        # By slot, symbols in the order of the universe.
        self.length_ms = 3_600_000 // self.state.steps
        self.candles, self.used = {}, 0
        for symbol in self.state.symbols:
            for open_ms, values in candles[symbol]:
                self.candles.setdefault(open_ms // self.length_ms, {})[symbol] = values

    def verify_step(self, step, facts, decisions):
        place = f"{self.hour}.{step}"
        slot = self.hour * self.state.steps + step
        facts = [parsed(f"fact {place}.{seq}", text) for seq, text in enumerate(facts)]
        decisions = [parsed(f"decision {place}.{seq}", text) for seq, text in enumerate(decisions)]
        order = [(fact["atMs"], FACT_RANKS[fact["type"]], key_of(fact)) for fact in facts]
        require(f"canonical order of facts {place}", order, sorted(set(order)))
        candles = self.candles.get(slot, {})
        self.used += len(candles)
        self.verify_market(place, slot, candles, facts)
        for seq, decision in enumerate(decisions):
            if decision["type"] in ("order_placed", "lot_opened"):
                require(f"id of {place}.{seq}", decision["id"], f"{place}.{seq}")
        self.state.step((self.hour, step), candles, facts, decisions)

    def verify_market(self, place, slot, candles, facts):
        timeframe, open_ms = self.manifest["timeframe"], slot * self.length_ms
        digests = [[symbol, candle_digest(symbol, timeframe, open_ms, values)] for symbol, values in candles.items()]
        fact = {
            "atMs": open_ms + self.length_ms,
            "candles": len(digests),
            "digest": plain(market_content(timeframe, open_ms, digests).encode()),
            "type": "market",
        }
        require(f"market fact {place}", [other for other in facts if other["type"] == "market"], [fact])

    def verify_hour(self, facts, decisions, stored):
        """`facts` and `decisions` are lists of texts by step; `stored` has record, hash and digests by slice."""
        for step in range(self.state.steps):
            self.verify_step(step, facts[step], decisions[step])
        contents = self.state.contents()
        digests = {name: leaf(content) for name, content in contents.items()}
        for name, digest in digests.items():
            require(f"hour {self.hour} slice {name} ({contents[name][:200]!r})", stored["slices"][name], digest.hex())
        all_facts, all_decisions = sum(facts, []), sum(decisions, [])
        record = {
            "counts": {"decisions": len(all_decisions), "facts": len(all_facts)},
            "decisionsRoot": root_of_texts(all_decisions),
            "encoding": VERSIONS["encoding"],
            "factsRoot": root_of_texts(all_facts),
            "genesis": self.genesis,
            "hour": self.hour,
            "previous": self.previous,
            "semantics": VERSIONS["semantics"],
            "state": leaf(b"".join(digests.values())).hex(),
            "steps": self.state.steps,
            "trialBalance": digests["ledger"].hex(),
            "version": 1,
        }
        require(f"record of hour {self.hour}", stored["record"], canonical(record))
        self.previous = leaf(stored["record"].encode()).hex()
        require(f"hash of hour {self.hour}", stored["hash"], self.previous)
        self.hour += 1
        return contents


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines()


def csv_candles(path):
    for line in lines_of(path)[1:]:
        ts, *values = line.split(",")
        open_ms = int(datetime.fromisoformat(ts.replace("Z", "+00:00")).timestamp()) * 1000
        yield open_ms, dict(zip(("open", "high", "low", "close", "volume"), values))


def events_by_step(path):
    steps = {}
    for line in lines_of(path):
        head, text = line[:-1].split(',"event":', 1)
        hour, step, seq = map(int, head.removeprefix('{"at":"').removesuffix('"').split("."))
        texts = steps.setdefault((hour, step), [])
        require(f"{path.name} seq after {hour}.{step}", seq, len(texts))
        texts.append(text)
    return steps


def verify_folder(folder):
    manifest_text = (folder / "manifest.json").read_text(encoding="utf-8")
    symbols = [instrument["symbol"] for instrument in json.loads(manifest_text)["universe"]]
    candles = {symbol: list(csv_candles(folder / "candles" / f"{symbol.replace('/', '-')}.csv")) for symbol in symbols}
    run = Run(manifest_text, candles)
    facts, decisions = events_by_step(folder / "facts.jsonl"), events_by_step(folder / "decisions.jsonl")
    slices = {}
    for line, slices_line in zip(lines_of(folder / "hours.jsonl"), lines_of(folder / "slices.jsonl"), strict=True):
        head, record = line[:-1].split(',"record":', 1)
        slices.update(json.loads(slices_line)["slices"])
        by_step = lambda events: [events.pop((run.hour, step), []) for step in range(run.state.steps)]
        run.verify_hour(by_step(facts), by_step(decisions), {"record": record, "hash": head[9:73], "slices": slices})
    require("events outside the hours", [], [*facts, *decisions])
    require("candles consumed", sum(map(len, candles.values())), run.used)
    return f"{run.hour - run.manifest['startHour']} hours, head {run.previous}"


# Vectors ----------------------------------------------------------------------------------------------------------


def verify_vectors(vectors):
    for case in vectors["amounts"]:
        require("amount", case["text"], amount_text(int(case["units"])))
        require("units", int(case["units"]), amount(case["text"]))
    for case in vectors["canonical"]:
        require("canonical text", case["text"], canonical(case["value"]))
    for case in vectors["refused"]:
        try:
            text = canonical(json.loads(case["json"]))
        except ValueError:
            continue
        raise Difference(f"{case['why']}: {case['json']} must have no canonical text, got {text}")
    for tree in vectors["trees"]:
        require(f"root of {len(tree['leaves'])} leaves", tree["root"], root_of_texts(tree["leaves"]))
    for candle in vectors["candles"]:
        require("candle text", candle["digest"], plain(candle["text"].encode()))
        require("candle digest", candle["digest"], candle_digest(candle["symbol"], candle["timeframe"], candle["openMs"], candle["values"]))
    for content in vectors["marketContents"]:
        value = parsed("market content", content["text"])
        require("market content", content["text"], market_content(value["timeframe"], value["openMs"], value["candles"]))
        require("market content digest", content["digest"], plain(content["text"].encode()))
    verify_vector_run(vectors["run"])
    previous = "0" * 64
    for envelope in vectors["envelopes"]:
        require("envelope chain", parsed("envelope", envelope["text"])["previous"], previous)
        previous = leaf(envelope["text"].encode()).hex()
        require("envelope hash", envelope["hash"], previous)
    return "vectors"


def verify_vector_run(stored):
    candles = {series["symbol"]: [(candle["openMs"], candle["values"]) for candle in series["candles"]] for series in stored["candles"]}
    run = Run(stored["manifest"], candles)
    require("genesis", stored["genesis"], run.genesis)
    for hour in stored["hours"]:
        slices = {piece["slice"]: piece["digest"] for piece in hour["slices"]}
        contents = run.verify_hour(hour["facts"], hour["decisions"], {**hour, "slices": slices})
        require("order of slices", [piece["slice"] for piece in hour["slices"]], list(contents))
        for piece in hour["slices"]:
            content = bytes.fromhex(piece["hex"]) if "hex" in piece else piece["text"].encode()
            behind = b"".join(run.state.risk.returns.segments()) if piece["slice"] == "returns" else b""
            require(f"content of {piece['slice']}", content, contents[piece["slice"]] + behind)


def main(folders):
    try:
        if not folders:
            print("OK", verify_vectors(json.loads((ROOT / "specs" / "vectors" / "hashing.json").read_text(encoding="utf-8"))))
        for folder in folders:
            print("OK", folder, verify_folder(Path(folder)), flush=True)
    except Difference as difference:
        sys.exit(f"DIFFERENT {difference}")


if __name__ == "__main__":
    main(sys.argv[1:])
