#!/usr/bin/env python3
"""Recomputes specs/vectors/risk.json from specs/risk.md, independently of the program.

Decides whether the golden vectors follow from the written rules. Reads nothing but the inputs of the vectors, with
fractions wherever the page promises exactness. Prints OK, or the first difference and exits 1; --write computes what
each case gives anew.
"""
import hashlib
import json
import math
import struct
import sys
from fractions import Fraction
from pathlib import Path

VECTORS = Path(__file__).resolve().parent.parent / "specs" / "vectors" / "risk.json"
UNIT = Fraction(1, 10**18)
TEN = Fraction(1, 10**10)


def down(value, step=UNIT):
    return math.floor(value / step) * step


def up(value, step=UNIT):
    return math.ceil(value / step) * step


def even(value, step=UNIT):
    return round(value / step) * step  # Fractions round half to even


def part(amount, share):
    return down(amount * share)


def number(text):
    return None if text is None else Fraction(text)


def text(value):
    """Decimal text in normal form."""
    if value is None:
        return None
    scaled = Fraction(value) / UNIT
    assert scaled.denominator == 1, value
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled.numerator)).rjust(19, "0")
    fraction = digits[-18:].rstrip("0")
    return sign + digits[:-18] + ("." + fraction if fraction else "")


# Drawdown, tiers, standing.


def drawdown(given, _):
    peak, now = Fraction(given["peak"]), Fraction(given["now"])
    return text(Fraction(0) if peak <= 0 or now >= peak else even((peak - now) / peak, TEN))


def tier_at(tiers, fall):
    return max(index for index, tier in enumerate(tiers) if Fraction(tier["from"]) <= fall)


def tier_name(tiers, index):
    return "NORMAL" if index == 0 else ("HALT" if tiers[index]["halts"] else "DD") + text(Fraction(tiers[index]["from"]) * 100)


def terms(profile, index):
    base, positions, policy = number(profile["sizing"]["base"]), profile["limits"]["positions"], profile["drawdown"]
    if policy["mode"] == "observe":
        return base, positions, False, False
    tier = policy["tiers"][index]
    left = None if positions is None else math.floor(positions * Fraction(tier["positions"]))
    return None if base is None else part(base, Fraction(tier["base"])), left, tier["halts"], tier["review"]


def tier(given, profiles):
    profile = profiles[given["profile"]]
    index = tier_at(profile["drawdown"]["tiers"], Fraction(given["drawdown"]))
    base, positions, halts, review = terms(profile, index)
    return {"name": tier_name(profile["drawdown"]["tiers"], index), "base": text(base), "positions": positions, "halts": halts, "review": review}


def standing(given, _):
    policy, tiers = given["policy"], given["policy"]["tiers"]
    now = {"status": "ACTIVE", "reason": "", "sinceHour": 0, "review": False, "tier": 0}
    told = []
    for step in given["steps"]:
        said, refused, resumed = [], [], False

        def change(to, actor, reason):
            said.append(f"risk_changed {now['status']} {to} {actor}: {reason}")
            now.update(status=to, reason=reason, sinceHour=step["hour"])

        for command in step["commands"]:
            kind, actor, reason = command["command"], command["actor"], command["reason"]
            if kind == "kill" and now["status"] != "KILLED":
                change("KILLED", actor, reason)
            if kind == "halt" and now["status"] == "ACTIVE":
                change("HALTED", actor, reason)
            if kind == "resume" and now["status"] == "ACTIVE" and not now["review"]:
                refused.append(command["key"])
            elif kind == "resume":
                resumed = True
                if now["status"] != "ACTIVE":
                    change("ACTIVE", actor, reason)
                if now["review"]:
                    said.append(f"review_closed {actor}: {reason}")
                now["review"] = False
        index = tier_at(tiers, Fraction(step["drawdown"]))
        if index != now["tier"]:
            binding = "binding" if policy["mode"] == "bind" else "observed"
            said.append(f"tier_changed {tier_name(tiers, now['tier'])} {tier_name(tiers, index)} {step['drawdown']} {binding}")
            now["tier"] = index
        if policy["mode"] == "bind":
            reason = f"DRAWDOWN_{tier_name(tiers, index)}"
            if tiers[index]["halts"] and now["status"] == "ACTIVE":
                change("HALTED", "risk", reason)
            if tiers[index]["review"] and not now["review"]:
                said.append(f"review_required {reason}")
                now["review"] = True
                if now["status"] == "ACTIVE":
                    now.update(reason=reason, sinceHour=step["hour"])
        said += [f"kill_tripped {trigger}" for trigger in step["tripped"]]
        if step["tripped"] and now["status"] != "KILLED":
            change("KILLED", "risk", " ".join(step["tripped"]))
        code = now["status"] if now["status"] != "ACTIVE" else "REVIEW_OPEN" if now["review"] else None
        told.append({"standing": dict(now), "says": said, "refused": refused, "resumed": resumed, "refuses": code})
    return told


def operator(given, _):
    orders, now, hour = given["orders"], given["standing"], given["hour"]
    halt = orders["onHalt"].get("afterHours")
    waits = ([orders["reactivateAfterHours"]] if now["status"] == "KILLED" else []) + ([halt] if now["status"] == "HALTED" or now["review"] else [])
    for_good = any(wait is None for wait in waits)
    held = now["status"] if now["status"] != "ACTIVE" else "REVIEW_OPEN"
    due = bool(waits) and not for_good and hour >= now["sinceHour"] + max(waits)
    return {"ends": bool(waits) and for_good and orders["onHalt"]["kind"] == "stop", "key": f"{held} {now['sinceHour']}" if due else None}


# Volatility and size.


def returns_of(closes):
    """Doubles, left to right: the page asks for them."""
    found, before = [], None
    for close in closes:
        now = float(close)
        if before is not None:
            nearest = round(Fraction((now - before) * 100_000_000.0 / before))
            found.append(max(-(2**31 - 1), min(2**31 - 1, nearest)))
        before = now
    return found


def volatility(given, _):
    listed = given["returns"]
    count, total, squares = len(listed), sum(listed), sum(value * value for value in listed)
    square = Fraction(24 * (count * squares - total * total), count * count * 10**16) / TEN**2
    root = math.isqrt(math.ceil(square))
    return text((root if root * root >= square else root + 1) * TEN)


def scale(given, _):
    policy, sigma = given["policy"], number(given["volatility"])
    if policy is None:
        return {"code": "VOLATILITY_NOT_APPLIED", "scale": "1"}
    if sigma is None or sigma <= 0:
        return {"code": "VOLATILITY_MISSING", "scale": policy["floor"]}
    exact = down(Fraction(policy["targetPerDay"]) / sigma, TEN)
    return {"code": "VOLATILITY_SIZED", "scale": text(min(max(exact, Fraction(policy["floor"])), Fraction(policy["ceiling"])))}


def fraction(given, _):
    candidate, base = number(given["candidate"]), number(given["base"])
    wishes = [share for share in (candidate, base) if share is not None]
    if not wishes:
        return None
    scaled = part(max(min(wishes), Fraction(0)), Fraction(given["scale"]))
    return text(scaled if base is None else min(scaled, base))


def slice_leaf(given, _):
    """The bytes of the returns slice, and the leaf they hash to."""
    steps, columns = given["stepsPerHour"], given["closes"]
    count = len(columns)
    last, latest, row, held = [0.0] * count, [0.0] * count, [0] * count, [0] * count
    ring = [[0] * count for _ in range(168)]
    for at in range(max(len(column) for column in columns)):
        slot = given["firstSlot"] + at
        for index, column in enumerate(columns):
            if at < len(column) and column[at] is not None:
                latest[index] = float(column[at])
            if (slot + 1) % steps or latest[index] == 0:
                continue
            if last[index] > 0:
                place = slot // steps % 168 if held[index] == 0 else row[index]
                ring[place][index] = returns_of([repr(last[index]), repr(latest[index])])[0]
                row[index], held[index] = (place + 1) % 168, min(held[index] + 1, 168)
            last[index], latest[index] = latest[index], 0.0

    def leaf(content):
        return hashlib.sha256(b"\0" + content).digest()

    segments = [b"".join(struct.pack(f"<{count}i", *ring[place]) for place in range(first, first + 14)) for first in range(0, 168, 14)]
    head = struct.pack(f"<{count}d{count}d{count}B{count}B", *last, *latest, *row, *held)
    return {"leaf": leaf(head + b"".join(leaf(segment) for segment in segments)).hex(), "held": held}


# Caps, clusters, breaches.

CLUSTERS = {
    "COMPUTING": "FIL LINK TAO",
    "CULTURE": "SHIB",
    "CURRENCY": "BCH BTC KAS LTC XLM XMR XRP ZEC",
    "FINANCE": "AAVE UNI",
    "PLATFORM": "ADA ALGO APT AVAX BNB DOT ETC ETH HBAR ICP NEAR POL SOL SUI TON TRX",
}


def cluster(given, _):
    base = given["symbol"].split("/")[0]
    base = {"XBT": "BTC", "MATIC": "POL"}.get(base, base)
    return next((name for name, bases in CLUSTERS.items() if base in bases.split()), "UNCLASSIFIED")


def allowed(limit, value):
    of_value = max(part(value, Fraction(limit["share"])), Fraction(0))
    return of_value if limit["amount"] is None else min(of_value, Fraction(limit["amount"]))


def cluster_limit(limits, name):
    return limits["unclassified"] if name == "UNCLASSIFIED" else limits["clusters"].get(name, limits["perCluster"])


def caps(given, _):
    limits, value, used = given["limits"], Fraction(given["value"]), given["used"]
    rows = [
        ("TOTAL_CAP", "total", limits["total"], "total"),
        ("QUOTE_CAP", given["quote"], limits["quotes"].get(given["quote"]), "quote"),
        ("CLUSTER_CAP", given["cluster"], cluster_limit(limits, given["cluster"]), "cluster"),
        ("PER_POSITION_CAP", "position", limits["perPosition"], "position"),
    ]
    found = []
    for code, scope, limit, key in rows:
        if limit is not None:
            most, usage = allowed(limit, value), Fraction(used[key])
            passed = usage + Fraction(given["asked"]) > most
            found.append([code, scope, text(most), text(usage), text(max(most - usage, Fraction(0))), passed])
    return found


def breaches(given, _):
    limits, value, sums = given["limits"], Fraction(given["value"]), {}
    for holding in given["holdings"]:
        own = [] if holding["agent"] is None else [(3, f"position {holding['agent']} {holding['symbol']}", limits["perPosition"])]
        scopes = [(0, "total", limits["total"]), (1, f"quote {given['quote']}", limits["quotes"].get(given["quote"]))]
        scopes.append((2, f"cluster {holding['cluster']}", cluster_limit(limits, holding["cluster"])))
        for rank, scope, limit in scopes + own:
            if limit is not None:
                sums[rank, scope] = (sums.get((rank, scope), (0, None))[0] + Fraction(holding["worth"]), limit)
    found = ((scope, allowed(limit, value), usage) for (_, scope), (usage, limit) in sorted(sums.items(), key=lambda item: item[0]))
    return [[scope, text(most), text(usage)] for scope, most, usage in found if usage > most]


# Costs, protections, kills.


def slippage(given):
    if given["kind"] == "none":
        return Fraction(0)
    if given["kind"] == "constant":
        return Fraction(given["bps"], 10**4)
    return up((given["halfSpreadBps"] + given["impactBps"] * Fraction(given["shareOfCap"])) / 10**4)


def cost(given, _):
    entry, leave = given["entry"], given["exit"]
    fee_in, fee_out = Fraction(entry["feePpm"], 10**6), Fraction(leave["feePpm"], 10**6)
    moved = 1 + slippage(entry["slippage"])
    paid = moved / (1 - fee_in) if entry["feeInReceived"] else moved * (1 + fee_in)
    lost = up(paid / ((1 - slippage(leave["slippage"])) * (1 - fee_out)) - 1)
    expected, margin = number(given["expectedReturn"]), number(given["margin"])
    if expected is None or margin is None:
        return {"cost": text(lost), "code": "COST_GATE_NOT_APPLICABLE"}
    code = "COST_GATE_PASSED" if expected > lost + margin else "COST_GATE"
    return {"cost": text(lost), "code": code, "limit": text(lost + margin), "edge": text(down((1 + expected) / (1 + lost) - 1))}


def protections(given, _):
    """A plain list of exits, never shortened, and the untils that were ever set."""
    policy, exits, running, until, day, told = given["policy"], [], {}, {}, None, []
    losing_rule, lock = policy["losingExits"], policy["symbolLock"]
    for step in given["steps"]:
        hour, unit, said = step["hour"], Fraction(step["unitValue"]), []

        def raised(code, symbol, last, limit, usage):
            until[code, symbol] = last
            said.append([code, symbol, last, text(limit), text(usage)])

        for sale in step["realised"]:
            key, symbol = (sale["agent"], sale["symbol"]), sale["symbol"]
            running[key] = running.get(key, Fraction(0)) + Fraction(sale["result"])
            if not sale["over"]:
                continue
            result = running.pop(key)
            exits.append((hour, symbol, result))
            if result < 0 and policy["cooldownHours"] > 0:
                raised("COOLDOWN", symbol, hour + policy["cooldownHours"], policy["cooldownHours"], -result)
            losing = sum(1 for at, _, gain in exits if at > hour - losing_rule["withinHours"] and gain < 0)
            if result < 0 and losing >= losing_rule["exits"]:
                raised("LOSING_EXITS", None, hour + losing_rule["pauseHours"], losing_rule["exits"], losing)
            own = [gain for at, name, gain in exits if at > hour - lock["withinHours"] and name == symbol]
            if len(own) >= lock["exits"] and sum(own) < 0:
                raised("SYMBOL_LOCKED", symbol, hour + lock["lockHours"], lock["exits"], len(own))
        today = (hour + 1) // 24
        if day is None or day[0] != today:
            day = [today, unit, False]
        elif not day[2] and day[1] > 0 and day[1] - unit >= Fraction(policy["dailyLoss"]) * day[1]:
            day[2] = True
            raised("DAILY_LOSS", None, (today + 1) * 24 - 1, Fraction(policy["dailyLoss"]), down((day[1] - unit) / day[1]))
        told.append(said)
    asked = []
    for symbol, hour in given["asks"]:
        order = [("COOLDOWN", symbol), ("LOSING_EXITS", None), ("SYMBOL_LOCKED", symbol), ("DAILY_LOSS", None)]
        asked.append([[code, until[code, name]] for code, name in order if until.get((code, name), 0) > hour])
    return {"raised": told, "active": asked}


def kill(given, _):
    policy, signs, found = given["policy"], given["signs"], []
    if signs["faults"] > 0:
        found.append(["BOOKS_BROKEN", "0", text(signs["faults"])])
    if policy is None:
        return found
    if signs["live"] and Fraction(signs["missing"], signs["live"]) > Fraction(policy["missingShare"]):
        found.append(["UNIVERSE_MISSING", policy["missingShare"], text(down(Fraction(signs["missing"], signs["live"])))])
    if signs["wild"] >= policy["moveSymbols"]:
        found.append(["CANDLES_WILD", text(policy["moveSymbols"]), text(signs["wild"])])
    if signs["venueErrors"] >= policy["venueErrors"]:
        found.append(["VENUE_ERRORS", text(policy["venueErrors"]), text(signs["venueErrors"])])
    return found


def presence(given, _):
    age = None if given["ageSteps"] is None else Fraction(given["ageSteps"], given["stepsPerHour"])
    if age is None or age >= given["staleHours"]:
        return "silent"
    return "missing" if given["absent"] == "missing" and age >= given["missingHours"] else "live"


def wild(given, _):
    reference, high, low = (float(given[key]) for key in ("reference", "high", "low"))
    return max(high - reference, reference - low) > float(given["moveShare"]) * reference


# Small gates.


def rate(given, _):
    return given["ordersPerHour"] is None or given["placed"] + 1 <= given["ordersPerHour"]


def finger(given, _):
    price, mark, bound = Fraction(given["price"]), Fraction(given["mark"]), number(given["bound"])
    return bound is None or (given["side"] == "SELL" and price >= mark) or abs(price - mark) <= bound * mark


def liquidity(given, _):
    policy, book = given["policy"], given["book"]
    if policy is None or book is None:
        return {"problems": [], "most": None}
    bid, ask, age = Fraction(book["bid"]), Fraction(book["ask"]), Fraction(book["ageMs"], 1000)
    problems = [["BOOK_STALE", text(policy["bookAgeSeconds"]), text(age)]] if age > policy["bookAgeSeconds"] else []
    if not 0 < bid < ask:
        problems.append(["BOOK_CROSSED", text(ask), text(bid)])
    elif (ask - bid) * 2 * 10**4 > policy["spreadBps"] * (ask + bid):
        problems.append(["SPREAD_TOO_WIDE", text(policy["spreadBps"]), text(up((ask - bid) * 2 * 10**4 / (ask + bid)))])
    return {"problems": problems, "most": text(down(Fraction(book["askQuantity"]) / policy["depthMultiple"]))}


def reduce_only(given, _):
    held, reserved, lot, least = (Fraction(given[key]) for key in ("held", "reserved", "lot", "minNotional"))
    mark, limit = number(given["mark"]), number(given["limitPrice"])
    free = max(held - reserved, Fraction(0))
    size = down(free if given["asked"] is None else min(Fraction(given["asked"]), free), lot)
    problems = [] if free else ["NOTHING_UNRESERVED"]
    if not given["isTradable"]:
        problems.append("INSTRUMENT_NOT_TRADABLE")
    if free and (size == 0 or (mark is not None and down(size * mark) < least)):
        problems.append("DUST")
    if limit is not None and mark is not None and not finger({"side": "SELL", "price": limit, "mark": mark, "bound": given["fatFinger"]}, None):
        problems.append("FAT_FINGER")
    return {"granted": None if problems else text(size), "problems": problems}


def account(given, profiles):
    profile, lot, least, mark = profiles[given["profile"]], *(Fraction(given[key]) for key in ("lot", "minNotional", "mark"))
    section = profile["sizing"]["volatility"]
    floor = Fraction(1) if section is None else Fraction(section["floor"])
    bases = (terms(profile, index)[0] for index in range(len(profile["drawdown"]["tiers"])))
    sizes = [part(base, floor) for base in bases if base]
    if not sizes:
        return {"smallest": None, "needed": "0"}
    order = up(max(up(least / mark, lot), lot) * mark)
    return {"smallest": text(min(sizes)), "needed": text(up(order / min(sizes)))}


RULES = {
    "drawdown": drawdown,
    "tier": tier,
    "standing": standing,
    "operator": operator,
    "returns": lambda given, _: returns_of(given["closes"]),
    "volatility": volatility,
    "scale": scale,
    "fraction": fraction,
    "slice": slice_leaf,
    "cluster": cluster,
    "caps": caps,
    "breaches": breaches,
    "cost": cost,
    "protections": protections,
    "kill": kill,
    "presence": presence,
    "wild": wild,
    "rate": rate,
    "finger": finger,
    "liquidity": liquidity,
    "reduceOnly": reduce_only,
    "account": account,
}


def main(arguments):
    if arguments not in ([], ["--write"]):
        print("usage: python3 tools/risk_oracle.py [--write]")
        return 2
    vectors = json.loads(VECTORS.read_text())
    cases = [{**case, "gives": RULES[case["rule"]](case["given"], vectors["profiles"])} for case in vectors["cases"]]
    if arguments:
        profiles = ",\n".join(f"    {json.dumps(name)}: {json.dumps(profile)}" for name, profile in vectors["profiles"].items())
        listed = ",\n".join(f"    {json.dumps(case)}" for case in cases)
        VECTORS.write_text(f'{{\n  "profiles": {{\n{profiles}\n  }},\n  "cases": [\n{listed}\n  ]\n}}\n')
        print("OK")
        return 0
    for file, page in zip(vectors["cases"], cases):
        if file != page:
            print(f"{page['rule']}, {page['name']}: the file has {file.get('gives')}, the page gives {page['gives']}")
            return 1
    print("OK")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
