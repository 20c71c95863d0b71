#!/usr/bin/env python3
"""Recomputes fills from specs/fills.md and specs/orders.md, independently of the program: the golden vectors, and whole trade lists.

Without an argument it checks specs/vectors/fills.json (--write computes the expected facts anew from the inputs there).
With the paths of runs it trades their candles itself and compares every fill, end, refusal, stop and the closing value.
Signals come from tools/indicator_oracle.py, or from the run for a
strategy that is not built in. Prints OK, or the first difference and exits 1.
"""
import hashlib
import json
import math
import sys
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

from indicator_oracle import STRATEGIES, Bar

VECTORS = Path(__file__).resolve().parent.parent / "specs" / "vectors" / "fills.json"
UNIT = Fraction(1, 10**18)
STEPS = {"1h": 1, "15m": 4, "5m": 12, "1m": 60}
ATTEMPTS = 6


def floor(value, step=UNIT):
    return math.floor(value / step) * step


def ceil(value, step=UNIT):
    return math.ceil(value / step) * step


def even(value):
    return round(value / UNIT) * UNIT  # Fractions round half to even


def pays(quantity, price):
    return ceil(quantity * price)


def brings(quantity, price):
    return floor(quantity * price)


def worth(quantity, price):
    return even(quantity * price)


def split(amount, part, whole):
    return even(amount * part / whole)


def number(text):
    return None if text is None else Fraction(text)


def text(value):
    """Decimal text in normal form."""
    scaled = value / UNIT
    assert scaled.denominator == 1, value
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled.numerator)).rjust(19, "0")
    fraction = digits[-18:].rstrip("0")
    return sign + digits[:-18] + ("." + fraction if fraction else "")


class Instrument:
    def __init__(self, rules):
        self.symbol = rules["symbol"]
        self.base = self.symbol.split("/")[0]
        self.tick, self.lot, self.minimum = (Fraction(rules[key]) for key in ("tick", "lot", "minNotional"))
        self.base_step, self.quote_step = (Fraction(1, 10 ** rules[key]) for key in ("baseDecimals", "quoteDecimals"))
        self.half_spread = rules["halfSpreadBps"]
        self.missing = rules["absent"] == "missing"


class Costs:
    def __init__(self, costs, quote):
        fees = costs["fees"]
        self.quote = quote
        self.maker, self.taker = Fraction(fees["makerPpm"], 10**6), Fraction(fees["takerPpm"], 10**6)
        self.received = fees["asset"] == "received"
        self.third = fees["asset"]["third"] if isinstance(fees["asset"], dict) else None
        self.constant = costs["slippage"].get("bps")
        self.impact = costs["slippage"].get("impactBps")
        self.participation = number(costs["participation"])

    def reserve(self, notional, instrument):
        rate = 0 if self.received else max(self.maker, self.taker)
        return ceil(notional * rate, instrument.quote_step)

    def need(self, quantity, price, instrument):
        return pays(quantity, price) + self.reserve(pays(quantity, price), instrument)

    def afford(self, budget, price, instrument):
        """The greatest number of lots that fits, found by halving: the page defines it and gives no formula."""
        none, lots = 0, math.floor(max(budget, 0) / (instrument.lot * price)) + 1
        while lots - none > 1:
            middle = (none + lots) // 2
            if self.need(middle * instrument.lot, price, instrument) <= budget:
                none = middle
            else:
                lots = middle
        return none * instrument.lot

    def pays_in_base(self, side, instrument):
        return side == "BUY" and (self.received or self.third == instrument.base)

    def base_fee(self, quantity, maker, instrument):
        return ceil(quantity * (self.maker if maker else self.taker), instrument.base_step)

    def fee(self, side, quantity, price, maker, instrument, stock):
        """Asset, quantity and value of a fee; the stock of a third asset is None or [quantity, mark, step] and is reduced."""
        rate = self.maker if maker else self.taker
        notional = pays(quantity, price) if side == "BUY" else brings(quantity, price)
        in_quote = ceil(notional * rate, instrument.quote_step)
        if side == "SELL":
            in_quote = min(in_quote, notional)
        if rate > 0 and self.pays_in_base(side, instrument):
            units = self.base_fee(quantity, maker, instrument)
            return instrument.base, units, worth(units, price)
        if rate > 0 and self.third is not None and stock is not None:
            held, mark, step = stock
            units = ceil(ceil(in_quote / mark), step)
            if units <= held:
                stock[0] -= units
                return self.third, units, worth(units, mark)
        return self.quote, in_quote, in_quote


class Order:
    def __init__(self, fields):
        self.id = fields.get("id", "")
        self.agent, self.symbol = fields.get("agent"), fields.get("symbol")
        self.side, self.type = fields["side"], fields["orderType"]
        self.force = fields.get("timeInForce", "HOUR")
        self.post_only = fields.get("postOnly", False)
        self.quantity, self.filled = number(fields["quantity"]), number(fields.get("filled", "0"))
        self.limit, self.collar = number(fields.get("limitPrice")), number(fields.get("collarPrice"))
        self.reserved, self.exposure = number(fields.get("reserved", "0")), number(fields.get("exposure", "0"))
        self.acknowledged = fields.get("acknowledged", False)
        self.cancel = fields.get("cancelReason")
        self.placed = fields.get("placed", 0)

    @property
    def remaining(self):
        return self.quantity - self.filled


def market_price(order, opening, allowed, cap, instrument, costs):
    bps = Fraction(instrument.half_spread if costs.constant is None else costs.constant)
    if costs.constant is None and cap is not None:
        bps += costs.impact * allowed / cap
    move = ceil(opening * bps / 10_000)
    if order.side == "BUY":
        return ceil(opening + move, instrument.tick)
    return max(floor(opening - move, instrument.tick), min(instrument.tick, opening))


def meet(order, candle, instrument, costs, taken):
    """('reject',) or ('none', reason) or ('fill', quantity, price, maker, at the open, clip or None)."""
    opening, high, low, volume = candle
    cap = None if costs.participation is None else floor(volume * costs.participation)
    allowed = order.remaining if cap is None else min(order.remaining, floor(max(cap - taken, Fraction(0)), instrument.lot))
    if allowed == 0:
        return ("none", "PARTICIPATION")
    buys = order.side == "BUY"
    maker, at_open = False, True
    if order.type == "MARKET":
        price = market_price(order, opening, allowed, cap, instrument, costs)
        if order.collar is not None and price > order.collar:
            return ("none", "COLLAR")
    elif opening <= order.limit if buys else opening >= order.limit:
        price, maker = (order.limit, True) if order.acknowledged else (opening, False)
        if order.post_only and not order.acknowledged:
            return ("reject",)
    elif order.force == "HOUR" and (low < order.limit if buys else high > order.limit):
        price, maker, at_open = order.limit, True, False
    else:
        return ("none", "NOT_REACHED")
    paid = min(allowed, costs.afford(order.reserved, price, instrument)) if buys else allowed
    if order.force == "FOK" and paid < order.remaining:
        return ("none", "FOK_NOT_WHOLE")
    if paid == 0:
        return ("none", "RESERVATION")
    rate = costs.maker if maker else costs.taker
    if rate > 0 and costs.pays_in_base(order.side, instrument) and costs.base_fee(paid, maker, instrument) >= paid:
        return ("none", "FEE_TAKES_ALL")
    clip = "RESERVATION" if paid < allowed else "PARTICIPATION" if paid < order.remaining else None
    return ("fill", paid, price, maker, at_open, clip)


def answer(order, candle, last, instrument, costs, stock, taken=Fraction(0)):
    """The venue's answers, in order: (kind, at the open, fields)."""
    if order.cancel is not None:
        return [("order_cancelled", True, {"reason": order.cancel})]
    ends = last or order.force != "HOUR"
    facts, clip = [], None
    met = ("none", "NO_CANDLE") if candle is None else meet(order, candle, instrument, costs, taken)
    if met[0] == "reject":
        return [("order_rejected", True, {"reason": "POST_ONLY_WOULD_TAKE"})]
    if met[0] == "fill":
        _, quantity, price, maker, at_open, clip = met
        asset, units, value = costs.fee(order.side, quantity, price, maker, instrument, stock)
        fill = {"quantity": quantity, "price": price, "fee": units, "feeAsset": asset, "feeValue": value}
        facts.append(("order_filled", at_open, {**fill, "liquidity": "MAKER" if maker else "TAKER"}))
        if clip is None:
            return facts
    reason = clip or met[1]
    if ends or reason == "RESERVATION":
        facts.append(("order_expired", False, {"reason": reason}))
    elif not order.acknowledged:
        facts.insert(0, ("order_acknowledged", True, {}))
    return facts


# The run: manifest and candles in, fills, ends and refusals out.


class Intent:
    def __init__(self, want, agent, symbol):
        self.want, self.agent, self.symbol = want, agent, symbol
        self.attempts, self.left = 0, None

    @property
    def pair(self):
        return self.agent, self.symbol


class Run:
    def __init__(self, run):
        manifest = run["manifest"]
        canonical = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        self.genesis = hashlib.sha256(canonical.encode()).hexdigest()
        self.steps = STEPS[manifest["timeframe"]]
        self.length = 3_600_000 // self.steps
        self.start, self.trade_from = manifest["startHour"], manifest["tradeFromHour"]
        self.instruments = {rules["symbol"]: Instrument(rules) for rules in manifest["universe"]}
        self.symbols = sorted(self.instruments)
        self.agents = {agent["id"]: agent for agent in manifest["agents"]}
        self.costs = Costs(manifest["costs"], manifest["quote"])
        self.limits, self.entries = manifest["profile"]["limits"], manifest["profile"]["entries"]
        self.require_plain(manifest["profile"])
        self.candles = {symbol: {row[0] // self.length: [Fraction(cell) for cell in row[1:]] for row in rows} for symbol, rows in run["candles"].items()}
        self.signals = self.all_signals(manifest, run["candles"], run.get("signals", []))
        self.outside = defaultdict(list)
        for hour, step, fact in run.get("outside", []):
            self.outside[hour * self.steps + step].append(fact)
        self.cash, self.lots, self.marks, self.volumes = Fraction(0), [], {}, defaultdict(list)
        self.working, self.intents, self.status = [], [], "ACTIVE"
        self.levels = {}
        self.units, self.peak = Fraction(0), Fraction(0)
        self.fills, self.ends, self.refusals, self.stops = [], [], [], []
        self.flow = Fraction(0)
        for balance in manifest["openingBalances"]:
            self.open_balance(balance, manifest["quote"])

    def require_plain(self, profile):
        """This page is about fills: of risk it knows the caps of total, position and count, and the collar."""
        others = [profile["sizing"]["base"], profile["sizing"]["volatility"], profile["protections"], profile["kill"]]
        others += [self.limits["perCluster"], self.limits["unclassified"], self.entries["ordersPerHour"], self.entries["fatFinger"]]
        limits = [limit for limit in (self.limits["total"], self.limits["perPosition"]) if limit is not None]
        amounts = [limit["amount"] for limit in limits]
        if any(value is not None for value in [*others, *amounts]) or self.limits["clusters"] or self.limits["quotes"] or profile["drawdown"]["mode"] != "observe":
            sys.exit("profile: only total, perPosition, positions and maxChase may bind here; specs/risk.md has the other rules")

    def open_balance(self, balance, quote):
        quantity = Fraction(balance["quantity"])
        if balance["asset"] == quote:
            self.cash += quantity
            self.flow += quantity
            return
        symbol = next(symbol for symbol in self.symbols if symbol.startswith(balance["asset"] + "/"))
        cost = pays(quantity, Fraction(balance["unitCost"]))
        self.lots.append(["treasury", symbol, quantity, cost])
        self.flow += cost

    def all_signals(self, manifest, candles, given):
        """By absolute step: (agent, symbol, action), agents in the order of the manifest, symbols ascending."""
        signals = defaultdict(list)
        for agent in manifest["agents"]:
            for symbol in self.symbols:
                slots = [row[0] // self.length for row in candles[symbol]]
                bars = [Bar(row[1:5]) for row in candles[symbol]]
                if agent["strategy"] not in STRATEGIES:
                    mine = [line for line in given if line[2:4] == [agent["id"], symbol]]
                    found = [(hour * self.steps + step, action) for hour, step, _, _, action in mine]
                elif agent["strategy"] == "buy-and-hold":
                    first = next((slot for slot in slots if slot // self.steps >= self.trade_from), None)
                    found = [] if first is None else [(first, "enter")]
                else:
                    found = [(slots[bar], action) for bar, action, _, _ in STRATEGIES[agent["strategy"]][0](bars, agent["parameters"])]
                for slot, action in found:
                    signals[slot].append((agent["id"], symbol, action))
        return signals

    def held(self, agent, symbol):
        return sum((lot[2] for lot in self.lots if lot[:2] == [agent, symbol]), Fraction(0))

    def is_dust(self, symbol, held):
        instrument = self.instruments[symbol]
        sellable = floor(held, instrument.lot)
        mark = self.marks.get(symbol)
        return sellable == 0 or (mark is not None and brings(sellable, mark[0]) < instrument.minimum)

    def works(self, pair, side=None):
        return any((order.agent, order.symbol) == pair and side in (None, order.side) for order in self.working)

    def consume(self, agent, symbol, quantity):
        for lot in self.lots:
            if lot[:2] == [agent, symbol] and quantity > 0:
                taken = min(lot[2], quantity)
                lot[3] -= split(lot[3], taken, lot[2])
                lot[2] -= taken
                quantity -= taken
        assert quantity == 0, (agent, symbol)
        self.lots = [lot for lot in self.lots if lot[2] > 0]

    def execute(self, hours):
        for slot in range(self.start * self.steps, (self.start + hours) * self.steps):
            self.venue(slot)
            self.market(slot)
            self.operator_money(slot)
            self.value_all(slot)
            self.decide(slot)

    def venue(self, slot):
        stock = None
        if self.costs.third is not None:
            symbol = next(symbol for symbol in self.symbols if symbol.startswith(self.costs.third + "/"))
            if symbol in self.marks:
                stock = [self.held("treasury", symbol), self.marks[symbol][0], self.instruments[symbol].base_step]
        taken = defaultdict(Fraction)
        for order in list(self.working):
            row = self.candles[order.symbol].get(slot)
            candle = None if row is None else (row[0], row[1], row[2], row[4])
            last = slot == order.placed + self.steps
            for kind, _, fields in answer(order, candle, last, self.instruments[order.symbol], self.costs, stock, taken[order.symbol]):
                taken[order.symbol] += fields.get("quantity", 0)
                self.apply(slot, order, kind, fields)

    def apply(self, slot, order, kind, fields):
        if kind == "order_acknowledged":
            order.acknowledged = True
            return
        if kind == "order_filled":
            self.book(slot, order, fields)
            if order.remaining > 0:
                return
            status, reason = "FILLED", "FILLED"
        else:
            status, reason = kind[6:].upper(), fields["reason"]
        self.working.remove(order)
        self.ends.append([*divmod(slot, self.steps), order.agent, order.symbol, order.side, status, reason, text(order.filled)])
        self.intents = [intent for intent in self.intents if not self.spent(intent, order, status, reason)]

    def spent(self, intent, order, status, reason):
        if intent.want != "long" or order.side != "BUY" or intent.pair != (order.agent, order.symbol) or intent.attempts == 0:
            return False
        return status in ("FILLED", "CANCELLED") or reason == "RESERVATION" or intent.attempts == ATTEMPTS

    def book(self, slot, order, fill):
        quantity, price, fee, asset = fill["quantity"], fill["price"], fill["fee"], fill["feeAsset"]
        in_quote = fee if asset == self.costs.quote else 0
        in_base = order.side == "BUY" and asset == self.instruments[order.symbol].base
        if order.side == "BUY":
            spent = pays(quantity, price) + in_quote
            assert spent <= order.reserved
            order.reserved -= spent
            order.exposure -= split(order.exposure, quantity, order.remaining)
            self.cash -= spent
            self.lots.append([order.agent, order.symbol, quantity - (fee if in_base else 0), pays(quantity, price)])
            for intent in self.intents:
                if intent.want == "long" and intent.pair == (order.agent, order.symbol) and intent.left is not None:
                    intent.left -= quantity
        else:
            self.cash += brings(quantity, price) - in_quote
            self.consume(order.agent, order.symbol, quantity)
        if asset != self.costs.quote and not in_base:
            self.consume("treasury", next(symbol for symbol in self.symbols if symbol.startswith(asset + "/")), fee)
        order.filled += quantity
        order.acknowledged = True
        line = [*divmod(slot, self.steps), order.agent, order.symbol, order.side, text(quantity), text(price), fill["liquidity"]]
        self.fills.append([*line, text(fee), asset, text(fill["feeValue"])])

    def market(self, slot):
        for symbol in self.symbols:
            row = self.candles[symbol].get(slot)
            if row is not None:
                self.marks[symbol] = (row[3], slot)
                self.volumes[symbol] = [*self.volumes[symbol], row[4]][-24:]
        for fact in self.outside[slot]:
            if fact["type"] in ("candle_late", "candle_revised") and fact["symbol"] in self.instruments:
                late = fact["openMs"] // self.length
                if self.marks.get(fact["symbol"], (0, -1))[1] <= late:
                    self.marks[fact["symbol"]] = (Fraction(fact["values"]["close"]), late)

    def operator_money(self, slot):
        for fact in self.outside[slot]:
            amount = Fraction(fact.get("amount", "0"))
            free = self.cash - sum(order.reserved for order in self.working)
            if fact["type"] != "operator" or (fact["command"] == "withdraw" and amount > free):
                continue
            sign = {"deposit": 1, "withdraw": -1}.get(fact["command"], 0)
            self.cash += sign * amount
            self.flow += sign * amount

    def value_all(self, slot):
        self.positions = sum((worth(lot[2], self.marks[lot[1]][0]) if lot[1] in self.marks else lot[3] for lot in self.lots), Fraction(0))
        self.value = self.cash + self.positions
        if self.flow != 0:
            before = self.value - self.flow
            fresh = self.units == 0 or before <= 0
            self.units = self.value if fresh else self.units + even(self.flow * self.units / before)
        self.flow = Fraction(0)
        unit_value = even(self.value / self.units) if self.units else Fraction(0)
        resumed = False
        for fact in self.outside[slot]:
            resumed |= self.change_status(fact)
        self.peak = unit_value if resumed else max(self.peak, unit_value)

    def change_status(self, fact):
        command = fact.get("command") if fact["type"] == "operator" else None
        if command == "resume" and self.status != "ACTIVE":
            self.status = "ACTIVE"
            return True
        if command == "kill" or (command == "halt" and self.status == "ACTIVE"):
            self.status = {"kill": "KILLED", "halt": "HALTED"}[command]
        return False

    def refuse(self, slot, agent, symbol, side, attempt, codes):
        self.refusals.append([*divmod(slot, self.steps), agent, symbol, side, attempt, codes])

    def decide(self, slot):
        for intent in list(self.intents):
            held = self.held(*intent.pair)
            if intent.want == "flat" and not self.works(intent.pair) and (held == 0 or self.is_dust(intent.symbol, held)):
                if held > 0:
                    self.refuse(slot, intent.agent, intent.symbol, "SELL", intent.attempts + 1, ["DUST"])
                self.intents.remove(intent)
        for fact in self.outside[slot]:
            self.operator(fact)
        reached = [(agent, symbol, "exit") for agent, symbol in self.judge_stops(slot)]
        raised = sorted(self.signals[slot], key=lambda signal: signal[2] == "enter")
        for agent, symbol, action in [*reached, *raised]:
            self.signal(slot, agent, symbol, action)
        for order in self.working:
            wants = [intent.want for intent in self.intents if intent.pair == (order.agent, order.symbol)]
            if order.side == "BUY" and order.cancel is None and (self.status != "ACTIVE" or wants != ["long"]):
                order.cancel = self.status if self.status != "ACTIVE" else "OPPOSITE_INTENT" if wants else "WITHDRAWN"
        for intent in list(self.intents):
            if intent.want == "flat":
                self.exit(slot, intent)
        self.enter(slot)

    def judge_stops(self, slot):
        """The positions whose stop is reached, oldest lot first."""
        levels, reached = {}, []
        for pair in dict.fromkeys((lot[0], lot[1]) for lot in self.lots):
            stop = self.agents.get(pair[0], {}).get("stop")
            if stop is None or self.is_dust(pair[1], self.held(*pair)):
                continue
            mine = [lot for lot in self.lots if (lot[0], lot[1]) == pair]
            left = 1 - Fraction(stop["distance"])
            level = self.levels.get(pair, ceil(sum(lot[3] for lot in mine) * left / sum(lot[2] for lot in mine)))
            row = self.candles[pair[1]].get(slot)
            if row is not None and not any(intent.want == "flat" and intent.pair == pair for intent in self.intents):
                if row[2] <= level:
                    reached.append(pair)
                    self.stops.append([*divmod(slot, self.steps), *pair, stop["kind"], text(level), text(row[2])])
                else:
                    level = max(level, ceil(row[3] * left)) if stop["kind"] == "trailing" else level
            if stop["kind"] == "trailing":
                levels[pair] = level
        self.levels = levels
        return reached

    def operator(self, fact):
        if fact.get("command") not in ("cancel", "flatten"):
            return
        pairs = list(dict.fromkeys((lot[0], lot[1]) for lot in self.lots if lot[0] != "treasury"))
        idle = not self.working and not self.intents
        if idle and (fact["command"] == "cancel" or not pairs):
            return
        for order in self.working:
            if order.cancel is None and (fact["command"] == "cancel" or order.side == "BUY"):
                order.cancel = "OPERATOR: " + fact["reason"]
        self.intents = [] if fact["command"] == "cancel" else [Intent("flat", *pair) for pair in pairs]

    def signal(self, slot, agent, symbol, action):
        intent = next((intent for intent in self.intents if intent.pair == (agent, symbol)), None)
        held = self.held(agent, symbol)
        nothing = held == 0 or self.is_dust(symbol, held)
        if action == "exit":
            if intent is not None and intent.want == "flat":
                return
            if intent is not None:
                self.intents.remove(intent)
            if self.works((agent, symbol)) or not nothing:
                self.intents.append(Intent("flat", agent, symbol))
            return
        if intent is not None and intent.want == "long":
            return
        hour = slot // self.steps
        code = "WARM_UP" if hour < self.trade_from else "EXIT_IN_PROGRESS" if intent else None if nothing else "ALREADY_HELD"
        if code is None:
            self.intents.append(Intent("long", agent, symbol))
        else:
            self.refuse(slot, agent, symbol, "BUY", 1, [code])

    def exit(self, slot, intent):
        held, working = self.held(*intent.pair), self.works(intent.pair)
        selling = [order.remaining for order in self.working if (order.agent, order.symbol) == intent.pair and order.side == "SELL"]
        free = held - sum(selling)
        if free > 0 and not self.is_dust(intent.symbol, free):
            intent.attempts += 1
            size = text(floor(free, self.instruments[intent.symbol].lot))
            fields = {"agent": intent.agent, "symbol": intent.symbol, "side": "SELL", "orderType": "MARKET", "quantity": size, "placed": slot}
            self.working.append(Order(fields))
            return
        if not working:
            if held > 0:
                self.refuse(slot, intent.agent, intent.symbol, "SELL", intent.attempts + 1, ["DUST"])
            self.intents.remove(intent)

    def free(self):
        return self.cash - sum(order.reserved for order in self.working)

    def enter(self, slot):
        hour = slot // self.steps
        due = [intent for intent in self.intents if intent.want == "long" and not self.works(intent.pair)]
        if not due:
            return

        def rank(intent):
            return hashlib.sha256(f"{self.genesis}:{hour}:{intent.symbol}".encode()).hexdigest(), intent.agent

        open_ended = [order for order in self.working if order.side == "BUY" and order.type == "MARKET" and order.collar is None]
        for order in open_ended:
            at_mark = order.exposure + self.costs.reserve(order.exposure, self.instruments[order.symbol])
            order.reserved = min(order.reserved, at_mark)
        for intent in sorted(due, key=rank):
            granted = self.gate(slot, intent)
            if isinstance(granted, list):
                self.refuse(slot, intent.agent, intent.symbol, "BUY", intent.attempts + 1, granted)
                self.intents.remove(intent)
                continue
            intent.attempts += 1
            intent.left = granted.quantity if intent.left is None else intent.left
            self.working.append(granted)
        backed = [order for order in self.working if order.side == "BUY" and order.type == "MARKET" and order.collar is None]
        backed = [order for order in backed if order.cancel is None and order.reserved > 0]
        left, rest = self.free(), sum(order.reserved for order in backed)
        for order in backed:
            if left > 0:
                slack = min(left, split(left, order.reserved, rest))
                left, rest = left - slack, rest - order.reserved
                order.reserved += slack

    def gate(self, slot, intent):
        """The order granted, or the list of codes that refuse it."""
        instrument, mark = self.instruments[intent.symbol], self.marks.get(intent.symbol)
        codes = [] if self.status == "ACTIVE" else [self.status]
        if self.value <= 0:
            codes.append("NON_POSITIVE_VALUE")
        age = None if mark is None else Fraction(slot - mark[1], self.steps)
        if age is None:
            codes.append("MARK_MISSING")
        elif age >= 24:
            codes.append("MARK_STALE")
        elif age > 3 and instrument.missing:
            codes.append("DATA_MISSING")
        pairs = {(lot[0], lot[1]) for lot in self.lots if lot[0] != "treasury"}
        slots = {pair for pair in pairs if not self.is_dust(pair[1], self.held(*pair))}
        slots |= {(order.agent, order.symbol) for order in self.working if order.side == "BUY"}
        if self.limits["positions"] is not None and len(slots - {intent.pair}) >= self.limits["positions"]:
            codes.append("POSITION_COUNT")
        if self.positions > self.cap("total"):
            codes.append("PASSIVE_BREACH")
        if self.limits["perPosition"] is not None and mark is not None and self.worth_of(intent.pair, mark[0]) > self.cap("perPosition"):
            codes.append("PASSIVE_BREACH")
        if self.free() <= 0:
            codes.append("INSUFFICIENT_CASH")
        return codes or self.size(slot, intent, instrument, mark[0])

    def cap(self, name):
        return max(floor(self.value * Fraction(self.limits[name]["share"])), Fraction(0))

    def worth_of(self, pair, mark):
        """A position lot by lot, each rounded, as the portfolio is valued."""
        return sum((worth(lot[2], mark) for lot in self.lots if (lot[0], lot[1]) == pair), Fraction(0))

    def size(self, slot, intent, instrument, mark):
        how, chase = self.agents[intent.agent]["entry"], number(self.entries["maxChase"])
        limit = collar = None
        target = reserve = mark
        if how["type"] == "LIMIT":
            exact = floor(mark * (10_000 - how["offsetBps"]) / 10_000)
            limit = target = reserve = max(floor(exact, instrument.tick), instrument.tick)
        elif chase is not None:
            collar = reserve = floor(mark * (1 + chase))
        most, code = self.wish(intent, target), None
        for name, clip in self.clips(intent, instrument, mark, reserve):
            if clip < most:
                most, code = clip, name
        quantity = floor(most, instrument.lot)
        if quantity == 0:
            return [code or "BELOW_LOT"]
        if brings(quantity, target) < instrument.minimum:
            return [*([code] if code else []), "BELOW_MINIMUM"]
        fields = {"agent": intent.agent, "symbol": intent.symbol, "side": "BUY", "orderType": how["type"], "placed": slot, "quantity": text(quantity)}
        fields |= {"timeInForce": how.get("timeInForce", "HOUR"), "postOnly": how.get("postOnly", False)}
        order = Order(fields)
        order.limit, order.collar = limit, collar
        order.exposure, order.reserved = pays(quantity, reserve), self.costs.need(quantity, reserve, instrument)
        return order

    def wish(self, intent, target):
        sizing = self.agents[intent.agent]["sizing"]
        if intent.left is not None:
            return intent.left
        if sizing["kind"] == "quantity":
            return Fraction(sizing["quantity"])
        budget = Fraction(sizing["notional"]) if sizing["kind"] == "notional" else floor(self.value * Fraction(sizing["fraction"]))
        return floor(budget / target)

    def clips(self, intent, instrument, mark, reserve):
        exposure = sum((order.exposure for order in self.working), Fraction(0))
        total = self.cap("total") - (self.positions + exposure)
        yield "TOTAL_CAP", floor(max(total, 0) / reserve)
        if self.limits["perPosition"] is not None:
            mine = sum((order.exposure for order in self.working if (order.agent, order.symbol) == intent.pair), Fraction(0))
            room = self.cap("perPosition") - (self.worth_of(intent.pair, mark) + mine)
            yield "PER_POSITION_CAP", floor(max(room, 0) / reserve)
        yield "INSUFFICIENT_CASH", self.costs.afford(self.free(), reserve, instrument)
        if self.costs.participation is not None:
            window = sorted(self.volumes[intent.symbol])
            middle = len(window) // 2
            median = Fraction(0) if not window else window[middle] if len(window) % 2 else floor((window[middle - 1] + window[middle]) / 2)
            yield "NO_VOLUME", floor(median * self.costs.participation)


# The two uses of all this.


def case_facts(case, vectors):
    fields = {"timeInForce": "HOUR", **case["order"]}
    order, open_ms = Order(fields), 1_800_000_000_000
    close_ms = open_ms + (3_600_000 if case["last"] else 300_000)
    candle = None if case["candle"] is None else tuple(Fraction(cell) for cell in case["candle"])
    instrument, costs = Instrument(vectors["instruments"][case["instrument"]]), Costs(vectors["costs"][case["costs"]], "USD")
    held = case.get("stock")
    stock = None if held is None else [Fraction(held["quantity"]), Fraction(held["mark"]), Fraction(1, 10 ** held["decimals"])]
    facts = []
    for kind, at_open, answered in answer(order, candle, case["last"], instrument, costs, stock):
        shown = {key: text(value) if isinstance(value, (Fraction, int)) else value for key, value in answered.items()}
        facts.append({"type": kind, "atMs": open_ms if at_open else close_ms, **shown})
    return facts


def listed(items):
    return ",\n".join(f"    {json.dumps(item)}" for item in items)


def named(items):
    return ",\n".join(f"    {json.dumps(name)}: {json.dumps(item)}" for name, item in items.items())


def check_vectors(write):
    vectors = json.loads(VECTORS.read_text())
    cases = [{**case, "facts": case_facts(case, vectors)} for case in vectors["cases"]]
    if write:
        shown = f'{{\n  "instruments": {{\n{named(vectors["instruments"])}\n  }},\n  "costs": {{\n{named(vectors["costs"])}\n  }},\n'
        VECTORS.write_text(f'{shown}  "cases": [\n{listed(cases)}\n  ]\n}}\n')
        return None
    differing = (pair for pair in zip(vectors["cases"], cases) if pair[0] != pair[1])
    return next((f"{file['name']}: the file has {file['facts']}, the page gives {page['facts']}" for file, page in differing), None)


def by_place(lines):
    """Within one step the order of lines is none of the page's business."""
    return sorted(lines, key=lambda line: (line[0], line[1], line[2], line[3], line[4]))


def check_run(path):
    given = json.loads(Path(path).read_text())
    run = Run(given)
    run.execute(given["hours"])
    closing = {"cash": text(run.cash), "value": text(run.value), "units": text(run.units), "peakUnitValue": text(run.peak)}
    for name, page in (("fills", run.fills), ("ends", run.ends), ("refusals", run.refusals), ("stops", run.stops)):
        engine, page = by_place(given[name]), by_place(page)
        for index in range(max(len(engine), len(page))):
            pair = (engine[index : index + 1], page[index : index + 1])
            if pair[0] != pair[1]:
                return f"{name}[{index}]: the engine has {pair[0]}, the page gives {pair[1]}"
    if given["closing"] != closing:
        return f"closing: the engine has {given['closing']}, the page gives {closing}"
    return None


def first_differing_run(paths):
    found = ((path, check_run(path)) for path in paths)
    return next((f"{path}: {difference}" for path, difference in found if difference), None)


def main(arguments):
    if any(argument.startswith("-") and argument != "--write" for argument in arguments) or ("--write" in arguments and len(arguments) > 1):
        print("usage: python3 tools/fills_oracle.py [--write | RUN.json ...]")
        return 2
    to_write = arguments == ["--write"]
    difference = check_vectors(to_write) if to_write or not arguments else first_differing_run(arguments)
    print(difference or "OK")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
