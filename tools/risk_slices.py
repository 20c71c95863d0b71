"""The slices returns, risk and protections of a run, from candles, facts and decisions alone, as specs/risk.md says.

tools/hashing_oracle.py asks it step by step; it takes the unit value and what is held from there.
"""

import hashlib
import json
import math
import struct

ROWS, SEGMENT_ROWS, SEGMENTS = 168, 14, 12
KEPT_HOURS = 168
UNITS, LARGEST = 100_000_000, 2_147_483_647
ONE = 10**18


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def units_of(text):
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    whole, _, part = digits.partition(".")
    return sign * int(whole + part.ljust(18, "0"))


def text_of(units):
    sign, units = ("-", -units) if units < 0 else ("", units)
    text = f"{units // ONE}.{units % ONE:018d}".rstrip("0").rstrip(".")
    return sign + text


def code_units(text):
    return text.encode("utf-16-be")


def hourly_return(before, now):
    """Doubles in this order, half-even to a whole number, within an int32."""
    scaled = ((now - before) * UNITS) / before
    floor = math.floor(scaled)
    rest = scaled - floor
    rounded = floor + 1 if rest > 0.5 or (rest == 0.5 and floor % 2 != 0) else floor
    return max(-LARGEST, min(LARGEST, rounded))


class Returns:
    def __init__(self, symbols, steps):
        self.count, self.steps = symbols, steps
        self.close, self.latest = [0.0] * symbols, [0.0] * symbols
        self.row, self.held = [0] * symbols, [0] * symbols
        self.cells = [[0] * symbols for _ in range(ROWS)]

    def step(self, slot, closes):
        """`closes` by place in the universe: the doubles of the candles that closed."""
        if self.count == 0:
            return
        for index, close in closes.items():
            self.latest[index] = close
        if (slot + 1) % self.steps:
            return
        for index in range(self.count):
            now, before = self.latest[index], self.close[index]
            if now == 0:
                continue
            self.close[index], self.latest[index] = now, 0.0
            if before == 0:
                continue
            at = slot // self.steps % ROWS if self.held[index] == 0 else self.row[index]
            self.cells[at][index] = hourly_return(before, now)
            self.row[index] = (at + 1) % ROWS
            self.held[index] = min(self.held[index] + 1, ROWS)

    def content(self):
        """What the leaf hash is over: the head and the hashes of the segments."""
        if self.count == 0:
            return b""
        head = b"".join(struct.pack("<d", number) for number in self.close + self.latest) + bytes(self.row) + bytes(self.held)
        return head + b"".join(hashlib.sha256(b"\0" + segment).digest() for segment in self.segments())

    def segments(self):
        """What stands behind the hashed part where the slice is stored."""
        for start in range(0, SEGMENTS * SEGMENT_ROWS if self.count else 0, SEGMENT_ROWS):
            yield b"".join(struct.pack("<i", cell) for row in self.cells[start : start + SEGMENT_ROWS] for cell in row)


def tier_name(tier, index):
    if index == 0:
        return "NORMAL"
    return ("HALT" if tier["halts"] else "DD") + text_of(units_of(tier["from"]) * 100)


def scope_order(scope):
    kind, _, name = scope.partition(" ")
    return ("total", "quote", "cluster", "position").index(kind), code_units(name)


class Risk:
    def __init__(self, manifest):
        self.opening = manifest["profile"]
        self.slice = {
            "breached": [],
            "orderRate": None,
            "profile": None,
            "standing": {"reason": "", "review": False, "sinceHour": 0, "status": "ACTIVE", "tier": 0},
            "venueErrors": None,
        }
        self.post_only = set()

    def profile(self):
        return self.slice["profile"] or self.opening

    def step(self, hour, facts, decisions):
        changed = {event["digest"] for event in decisions if event["type"] == "profile_changed"}
        for fact in facts:
            if fact["type"] == "operator" and fact["command"] == "profile":
                if hashlib.sha256(canonical(fact["profile"]).encode()).hexdigest() in changed:
                    self.slice["profile"] = fact["profile"]
        profile, standing = self.profile(), self.slice["standing"]
        standing["tier"] = min(standing["tier"], len(profile["drawdown"]["tiers"]) - 1)
        self.count_errors(hour, facts, profile)
        placed = 0
        for event in decisions:
            kind = event["type"]
            if kind == "risk_changed":
                standing.update(status=event["to"], reason=event["reason"], sinceHour=hour)
            elif kind == "review_required":
                standing["review"] = True
                if standing["status"] == "ACTIVE":
                    standing.update(reason=event["reason"], sinceHour=hour)
            elif kind == "review_closed":
                standing["review"] = False
            elif kind == "tier_changed":
                tiers = profile["drawdown"]["tiers"]
                standing["tier"] = next(at for at, tier in enumerate(tiers) if tier_name(tier, at) == event["to"])
            elif kind == "passive_breach":
                scopes = set(self.slice["breached"])
                (scopes.add if event["state"] == "begun" else scopes.discard)(event["scope"])
                self.slice["breached"] = sorted(scopes, key=scope_order)
            elif kind == "order_placed":
                placed += 1
                if event["postOnly"]:
                    self.post_only.add(event["id"])
        if placed and profile["entries"]["ordersPerHour"] is not None:
            rate = self.slice["orderRate"]
            known = rate["placed"] if rate and rate["hour"] == hour else 0
            self.slice["orderRate"] = {"hour": hour, "placed": known + placed}

    def count_errors(self, hour, facts, profile):
        rejected = [fact for fact in facts if fact["type"] == "order_rejected" and fact["orderId"] not in self.post_only]
        errors = len(rejected) + sum(fact["type"] == "venue_error" for fact in facts)
        before = self.slice["venueErrors"]
        known = before["errors"] if before and before["hour"] == hour else 0
        self.slice["venueErrors"] = {"errors": known + errors, "hour": hour} if profile["kill"] is not None and known + errors else None

    def content(self):
        return canonical(self.slice).encode()


class Protections:
    def __init__(self, steps):
        self.steps = steps
        self.open, self.exits, self.cooldowns, self.locks = {}, {}, {}, {}
        self.paused, self.day = None, None

    def step(self, slot, profile, decisions, unit_value, is_over):
        """`is_over(agent, symbol)`: nothing but dust is held after this step."""
        policy = profile["protections"]
        if policy is None:
            return
        hour = slot // self.steps
        self.exits = {key: exit for key, exit in self.exits.items() if key[0] > hour - KEPT_HOURS}
        self.cooldowns = {symbol: until for symbol, until in self.cooldowns.items() if until > hour}
        self.locks = {symbol: until for symbol, until in self.locks.items() if until > hour}
        self.paused = self.paused if self.paused is not None and self.paused > hour else None
        self.take_results(hour, decisions, is_over)
        lost = False
        for event in decisions:
            if event["type"] != "protection_raised":
                continue
            if event["code"] == "COOLDOWN":
                self.cooldowns[event["symbol"]] = event["untilHour"]
            elif event["code"] == "SYMBOL_LOCKED":
                self.locks[event["symbol"]] = event["untilHour"]
            elif event["code"] == "LOSING_EXITS":
                self.paused = event["untilHour"]
            else:
                lost = True
        day = (slot + 1) // (24 * self.steps)
        if self.day is None or day > self.day["day"]:
            self.day = {"day": day, "lost": False, "unitValue": text_of(unit_value)}
        elif lost:
            self.day["lost"] = True

    def take_results(self, hour, decisions, is_over):
        results = {}
        for event in decisions:
            if event["type"] == "lot_matched" and not event["paidFee"] and event["agent"] != "treasury":
                pair = event["agent"], event["symbol"]
                results[pair] = results.get(pair, 0) + units_of(event["result"])
        for pair, result in results.items():
            total = self.open.pop(pair, 0) + result
            if not is_over(*pair):
                self.open[pair] = total
                continue
            count, losing, earned = self.exits.get((hour, pair[1]), (0, 0, 0))
            self.exits[hour, pair[1]] = count + 1, losing + (total < 0), earned + total

    def content(self):
        untils = lambda table: [{"symbol": symbol, "untilHour": table[symbol]} for symbol in sorted(table, key=code_units)]
        opened = sorted(self.open, key=lambda pair: (code_units(pair[1]), code_units(pair[0])))
        exits = sorted(self.exits, key=lambda key: (key[0], code_units(key[1])))
        spelled = lambda exit: {"exits": exit[0], "losing": exit[1], "result": text_of(exit[2])}
        return canonical({
            "cooldowns": untils(self.cooldowns),
            "day": self.day,
            "exits": [{"hour": hour, "symbol": symbol, **spelled(self.exits[hour, symbol])} for hour, symbol in exits],
            "locks": untils(self.locks),
            "open": [{"agent": agent, "result": text_of(self.open[agent, symbol]), "symbol": symbol} for agent, symbol in opened],
            "pausedUntilHour": self.paused,
        }).encode()


class RiskSlices:
    """The three slices side by side."""

    def __init__(self, manifest, steps, campaigning):
        remembers = manifest["profile"]["sizing"]["volatility"] is not None or campaigning
        self.returns = Returns(len(manifest["universe"]) if remembers else 0, steps)
        self.risk, self.protections = Risk(manifest), Protections(steps)
        self.steps = steps

    def step(self, slot, closes, facts, decisions, unit_value, is_over):
        self.returns.step(slot, closes)
        self.risk.step(slot // self.steps, facts, decisions)
        self.protections.step(slot, self.risk.profile(), decisions, unit_value, is_over)

    def contents(self):
        return {"returns": self.returns.content(), "risk": self.risk.content(), "protections": self.protections.content()}
