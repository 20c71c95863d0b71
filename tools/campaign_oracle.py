#!/usr/bin/env python3
"""Recomputes specs/vectors/campaigns.json from specs/campaigns.md, independently of the program.

Decides whether predictions, classes, campaigns and the ensemble's numbers follow from the page. Everything but the
ensemble is computed in fractions, without the products and branches the program uses. With the path of a story file it
recomputes that one (a list of stories in the form of the vectors). Prints OK, or the first difference and exits 1;
--write computes the expected values anew from the inputs in the file.
"""
import json
import math
import sys
from fractions import Fraction
from pathlib import Path

from indicator_oracle import Bar, bits, ema, first_difference

VECTORS = Path(__file__).resolve().parent.parent / "specs" / "vectors" / "campaigns.json"
PAGE = Path(__file__).resolve().parent.parent / "specs" / "campaigns.md"
COUNT_MAX = 1000
POSITIVE = ("POSITIVE", "STRONG_POSITIVE")
NEGATIVE = ("NEGATIVE", "STRONG_NEGATIVE")


def even(value):
    return Fraction(round(value * 10**18), 10**18)  # Python rounds fractions half to even


def text(value):
    if value is None or isinstance(value, (str, bool, int)):
        return value
    scaled = value * 10**18
    assert scaled.denominator == 1, value
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled.numerator)).rjust(19, "0")
    fraction = digits[-18:].rstrip("0")
    return sign + digits[:-18] + ("." + fraction if fraction else "")


def number(given):
    return None if given is None else Fraction(given)


# Predictions


def quantised(double):
    return Fraction(round(double * 1e8), 10**8)  # Python rounds a double half to even, exactly


def double_of(given):
    """Doubles stand as the shortest decimal that names them, or as a word where JSON has none."""
    return None if given is None else float(given)


def prediction_case(case):
    doubles = case["doubles"]

    def horizon(pair):
        if pair is None or not all(math.isfinite(double_of(given)) for given in pair):
            return None
        return [text(quantised(double_of(given))) for given in pair]

    volatility = double_of(doubles["volatility"])
    prediction = {key: horizon(doubles[key]) for key in ("hour1", "hours4", "hours24")}
    prediction["regime"] = doubles["regime"]
    prediction["confidence"] = text(quantised(double_of(doubles["confidence"])))
    prediction["volatility"] = None if volatility is None or not math.isfinite(volatility) else text(quantised(volatility))
    return {"name": case["name"], "doubles": doubles, "prediction": prediction}


# Assessment


def page_presets():
    """The parameter table of the page: name, then unit and presets."""
    presets = {"conservative": {}, "balanced": {}, "research": {}}
    for line in PAGE.read_text().split("\n"):
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 7 and cells[0].startswith("`"):
            for preset, cell in zip(presets, cells[2:5]):
                presets[preset][cells[0].strip("`")] = cell
    return presets


PRESETS = page_presets()


def policy_of(given):
    return {name: Fraction(value) for name, value in {**PRESETS[given["preset"]], **given["policy"]}.items()}


class Part:
    """A set of horizons: pairs of weight and (chance, return)."""

    def __init__(self, horizons, damping, policy, cost):
        weight = sum(weight for weight, _ in horizons)
        self.chance = sum(weight * chance for weight, (chance, _) in horizons) / weight
        self.score = (2 * self.chance - 1) * damping
        self.expected = sum(weight * expected for weight, (_, expected) in horizons) / weight
        self.to_exit = self.expected * policy["expectedHold"]
        self.edge = self.to_exit - cost

    def state_class(self, sigma, policy):
        sooner = policy["exitAggressiveness"]
        for strength, name in (("Strong", "STRONG_NEGATIVE"), ("Plain", "NEGATIVE")):
            if self.score * sooner <= -policy["score" + strength] or self.expected * sooner <= -policy["exitReturn" + strength] * sigma:
                return name
        if self.edge <= policy["edgeMargin"] or self.score < policy["scorePlain"]:
            return "NEUTRAL"
        return "STRONG_POSITIVE" if self.score >= policy["scoreStrong"] else "POSITIVE"


FACTORS = {"TREND_UP": "trendUpFactor", "TREND_DOWN": "trendDownFactor", "RANGE": "rangeFactor", "TURBULENT": "turbulentFactor"}


class Assessment:
    def __init__(self, prediction, sigma, policy, cost):
        pairs = [(policy[weight], prediction[key]) for weight, key in (("weight1h", "hour1"), ("weight4h", "hours4"), ("weight24h", "hours24"))]
        hour1, hours4, hours24 = ((weight, (0, 0) if weight == 0 else tuple(map(Fraction, pair))) for weight, pair in pairs)
        damping = 1 - Fraction(prediction["confidence"]) * (1 - policy[FACTORS[prediction["regime"]]])
        self.sigma, self.policy = sigma, policy
        self.all = Part([hour1, hours4, hours24], damping, policy, cost)
        self.near = Part([hour1, hours4], damping, policy, cost)
        self.late = Part([hours4, hours24], damping, policy, cost)
        self.day = Part([hours24], damping, policy, cost)
        self.state_class = self.all.state_class(sigma, policy)
        self.thesis_class = self.day.state_class(sigma, policy)
        self.negative = self.state_class in NEGATIVE
        self.weak = self.near.score <= -policy["nearWeakness"]
        self.rebounds = self.near.chance >= policy["reboundChance"]
        self.lost = self.day.score < 0
        self.meaningful = self.late.chance >= policy["recoveryHold"]
        self.unlikely = self.late.chance <= policy["recoveryExit"]
        self.worth = self.all.expected >= policy["holdMinimum"] * sigma

    def figures(self):
        return {
            "score": text(even(self.all.score)),
            "expectedReturn": text(even(self.all.expected)),
            "returnToExit": text(even(self.all.to_exit)),
            "edge": text(even(self.all.edge)),
            "thesis": text(even(self.day.score)),
            "near": text(even(self.near.chance)),
            "nearScore": text(even(self.near.score)),
            "recovery": text(even(self.late.chance)),
        }


def assess(prediction, sigma, policy, cost):
    if prediction is None:
        return None
    sigma = number(prediction["volatility"]) if prediction["volatility"] is not None else sigma
    if sigma is None or sigma <= 0:
        return None
    for weight, key in (("weight1h", "hour1"), ("weight4h", "hours4"), ("weight24h", "hours24")):
        if policy[weight] > 0 and prediction[key] is None:
            return None
    return Assessment(prediction, sigma, policy, cost)


def assessment_case(case, outlooks):
    prediction = None if case["outlook"] is None else outlooks[case["outlook"]]
    found = assess(prediction, number(case["sigma"]), policy_of(case), Fraction(case["cost"]))
    inputs = {key: case[key] for key in ("name", "preset", "policy", "outlook", "sigma", "cost")}
    if found is None:
        return {**inputs, "result": None}
    return {**inputs, "result": {"stateClass": found.state_class, "thesisClass": found.thesis_class, **found.figures()}}


# Campaigns

NO_INTENT = {"kind": "none"}
FLAT = {"status": "FLAT", "favourable": 0, "pause": 0}


class Decision:
    """One decision of one campaign, rule by rule in the order of the page."""

    def __init__(self, before, given, outlooks, policy, cost):
        self.policy = policy
        self.prediction = None if given["outlook"] is None else outlooks[given["outlook"]]
        self.mark, self.quantity, self.basis = number(given["mark"]), Fraction(given["quantity"]), Fraction(given["basis"])
        self.buys, self.sells, self.exit = given["buys"], given["sells"], given["exit"]
        self.seen = assess(self.prediction, number(given["sigma"]), policy, cost)
        self.unrealised = None
        if self.mark is not None and self.quantity > 0 and self.basis > 0:
            self.unrealised = even((even(self.quantity * self.mark) - self.basis) / self.basis)
        self.state, self.moves, self.intent = dict(before), [], NO_INTENT
        self.settle()
        self.reference = self.state.get("referencePrice")
        self.persistence = self.patience = 0
        getattr(self, self.state["status"].lower())()
        if self.buys and self.intent["kind"] == "none":
            gone = self.decided_reason == "THESIS_LOST" or self.state["status"] == "RECOVERY"
            if gone or self.exit or (self.seen and self.seen.negative):
                self.intent = {"kind": "withdraw", "reason": "ENTRY_WITHDRAWN"}

    decided_reason = None

    # Settling

    def settle(self):
        before = self.state
        status = before["status"]
        if status in ("FLAT", "WAIT_DIP") and self.quantity > 0:
            self.settled({"status": "OPEN", "adverse": 0}, "ENTRY_FILLED")
        elif status in ("OPEN", "REDUCED", "RECOVERY") and self.quantity == 0:
            self.settled(FLAT, "POSITION_GONE")
        elif status == "REDUCED" and self.quantity > Fraction(before["held"]):
            self.settled({"status": "OPEN", "adverse": before["adverse"]}, "REENTRY_FILLED")
        elif status == "REDUCED":
            self.state["held"] = text(min(Fraction(before["held"]), self.quantity))
        elif status == "EXITING" and self.quantity == 0 and not self.buys:
            self.settled(FLAT, "EXIT_FILLED")

    def settled(self, after, reason):
        self.moves.append((self.state["status"], after["status"], reason, self.state.get("referencePrice"), 0, 0))
        self.state = dict(after)

    # Shared

    def move(self, after, reason):
        self.decided_reason = reason
        shown = self.reference if self.reference is not None else after.get("referencePrice")
        self.moves.append((self.state["status"], after["status"], reason, shown, self.persistence, self.patience))
        self.state = after

    def leave(self, reason):
        self.intent = {"kind": "exit", "reason": reason}
        self.move({"status": "EXITING", "reason": reason}, reason)

    def favours_entry(self):
        return self.seen is not None and self.seen.state_class in POSITIVE and not self.seen.weak and not self.exit

    def expects_dip(self):
        seen = self.seen
        return seen is not None and not seen.negative and seen.thesis_class in POSITIVE and seen.weak and not self.exit

    def count(self, name, holds):
        self.state[name] = min(COUNT_MAX, self.state[name] + 1) if holds else 0
        return self.state[name]

    def count_adverse(self):
        if self.seen is not None:
            self.count("adverse", self.seen.negative)
        self.persistence = self.state["adverse"]

    def less_pause(self):
        self.state["pause"] = max(0, self.state["pause"] - 1)

    def enter(self, reason):
        strong = self.seen.state_class == "STRONG_POSITIVE"
        fraction = Fraction(1) if strong else self.policy["entryAggressiveness"]
        self.intent = {"kind": "enter", "fraction": text(fraction), "reason": reason}
        self.state["pause"] = int(self.policy["askPause"])

    def hopeless(self):
        return self.seen is not None and self.seen.state_class == "STRONG_NEGATIVE" and self.seen.unlikely

    def reduce(self, parameter, reason):
        self.intent = {"kind": "reduce", "fraction": text(self.policy[parameter]), "reason": reason}

    # States

    def flat(self):
        dip = self.expects_dip()
        self.less_pause()
        self.persistence = self.count("favourable", dip or self.favours_entry())
        if self.persistence < self.policy["entryPersistence"] or self.buys or self.mark is None:
            return
        if dip:
            pause = self.state["pause"]
            self.move({"status": "WAIT_DIP", "referencePrice": text(self.mark), "waited": 0, "favourable": 0, "pause": pause}, "DIP_EXPECTED")
        elif self.state["pause"] == 0:
            self.enter("TREND_ENTRY")

    def wait_dip(self):
        self.less_pause()
        self.patience = self.count("waited", True)
        self.persistence = self.count("favourable", self.favours_entry())
        ended = {"status": "FLAT", "favourable": 0, "pause": self.state["pause"]}
        if self.exit:
            return self.move(ended, "STRATEGY_EXIT")
        if self.seen is not None and (self.seen.lost or self.seen.negative):
            return self.move(ended, "THESIS_LOST")
        if self.mark is not None and self.seen is not None and not self.buys and self.state["pause"] == 0:
            reference = Fraction(self.state["referencePrice"])
            fallen = (reference - self.mark) / reference >= self.policy["dipDepth"] * self.seen.sigma
            if fallen and self.seen.rebounds and self.seen.thesis_class in POSITIVE:
                return self.enter("DIP_ENTRY")
            if self.state["favourable"] >= self.policy["entryPersistence"]:
                return self.enter("TREND_ENTRY")
        if self.patience >= self.policy["dipExpiry"] and not self.buys:
            self.move(ended, "DIP_EXPIRED")

    def leaves(self):
        """Rules 1 to 4 of OPEN and REDUCED."""
        status, adverse = self.state["status"], self.state["adverse"]
        if self.hopeless():
            self.leave("STRONG_NEGATIVE")
        elif self.exit:
            self.leave("STRATEGY_EXIT")
        elif self.seen is not None and self.seen.negative and adverse >= self.policy["exitPersistence"]:
            self.leave("NEGATIVE_PERSISTED")
        elif self.unrealised is not None and self.unrealised <= -self.policy["recoveryTrigger"]:
            self.move({"status": "RECOVERY", "resume": status, "derisked": False, "adverse": adverse, "patience": 0}, "SEVERE_LOSS")
        else:
            return False
        return True

    def open(self):
        self.count_adverse()
        if self.leaves() or self.seen is None or self.sells or self.seen.worth:
            return
        reduced = {"status": "REDUCED", "held": text(self.quantity), "adverse": self.state["adverse"], "favourable": 0, "pause": 0}
        if self.seen.state_class == "STRONG_NEGATIVE" and not self.seen.meaningful:
            self.reduce("deriskFraction", "DERISK")
            self.move(reduced, "DERISK")
        elif not self.buys and self.policy["tacticalFraction"] > 0 and self.seen.weak and not self.seen.negative and not self.seen.lost:
            if self.unrealised is not None and self.unrealised >= self.policy["tacticalGain"] * self.seen.sigma:
                self.reduce("tacticalFraction", "TACTICAL_PROFIT")
                self.move(reduced, "TACTICAL_PROFIT")

    def reduced(self):
        self.count_adverse()
        if self.leaves():
            return
        self.less_pause()
        favourable = self.count("favourable", self.favours_entry() and self.seen.rebounds)
        blocked = self.state["pause"] > 0 or self.mark is None or self.buys or self.sells
        if favourable >= self.policy["entryPersistence"] and not blocked:
            self.persistence = favourable
            self.intent = {"kind": "reenter", "fraction": text(self.policy["reentryAggressiveness"]), "reason": "REENTRY"}
            self.state["pause"] = int(self.policy["askPause"])

    def recovery(self):
        seen = self.seen
        fails = seen is not None and not seen.meaningful and (seen.negative or seen.unlikely)
        rebounding = seen is not None and seen.meaningful
        self.patience = self.count("patience", not rebounding)
        if seen is not None:
            self.count("adverse", fails)
        self.persistence = self.state["adverse"]
        if self.hopeless():
            self.leave("RECOVERY_FAILED")
        elif self.exit:
            self.leave("STRATEGY_EXIT")
        elif seen is not None and not seen.negative and self.unrealised is not None and self.unrealised >= -self.policy["recoveryRelease"]:
            reduced = {"status": "REDUCED", "held": text(self.quantity), "adverse": 0, "favourable": 0, "pause": 0}
            self.move({"status": "OPEN", "adverse": 0} if self.state["resume"] == "OPEN" else reduced, "RECOVERED")
        elif fails and self.state["adverse"] >= self.policy["exitPersistence"]:
            self.leave("RECOVERY_FAILED")
        elif not self.state["derisked"] and self.patience >= self.policy["recoveryPatience"] and not self.sells:
            self.reduce("deriskFraction", "DERISK")
            self.state.update(resume="REDUCED", derisked=True)

    def exiting(self):
        self.intent = {"kind": "exit", "reason": self.state["reason"]}

    # What the vectors show

    def evidence(self, reference, persistence, patience):
        empty = dict.fromkeys(("score", "expectedReturn", "returnToExit", "edge", "thesis", "near", "nearScore", "recovery"))
        return {
            "stateClass": self.seen.state_class if self.seen else "DATA_MISSING",
            "thesisClass": self.seen.thesis_class if self.seen else "DATA_MISSING",
            **(self.seen.figures() if self.seen else empty),
            "sigma": text(self.seen.sigma) if self.seen else None,
            "unrealised": text(self.unrealised),
            "mark": text(self.mark),
            "referencePrice": reference,
            "persistence": persistence,
            "patience": patience,
        }

    def shown(self):
        silent = not self.moves and self.intent["kind"] == "none"
        reference = self.reference if self.reference is not None else self.state.get("referencePrice")
        evidence = None if silent else self.evidence(reference, self.persistence, self.patience)
        return {"after": self.state, "moves": [list(move) for move in self.moves], "intent": self.intent, "evidence": evidence}


BEGINNING = {"outlook": None, "mark": None, "sigma": None, "quantity": "0", "basis": "0", "buys": False, "sells": False, "exit": False}


def story_case(story, outlooks):
    given, state, decisions = dict(BEGINNING), dict(FLAT), []
    policy, cost = policy_of(story), Fraction(story["cost"])
    for decision in story["decisions"]:
        given = {**given, **decision["given"]}
        shown = Decision(state, given, outlooks, policy, cost).shown()
        decisions.append({"given": decision["given"], **shown})
        state = shown["after"]
    return {**{key: story[key] for key in ("name", "preset", "policy", "cost")}, "decisions": decisions}


# The ensemble

EDGES = (-1.5, -0.75, -0.25, 0.25, 0.75, 1.5)


def change(before, after, scale):
    units = before.close.units(scale)
    return (after.close.units(scale) - units) / units


def ensemble_predictions(bars, p):
    fast, window, prior, history, k = (int(p[key]) for key in ("fast", "volatility", "prior", "history", "candlesPerHour"))
    horizons, day = (k, 4 * k, 24 * k), 24 * k
    averages = [ema(bars, fast * 4**rung) for rung in range(4)]
    tables = [[[0.0, 0.0, 0.0] for _ in range(7)] for _ in range(3)]
    chosen, values, scale, v, d = [], [], 0, 0.0, 0.0
    for t, bar in enumerate(bars):
        scale = max(scale, bar.decimals)
        for table, (index, h) in zip(tables, enumerate(horizons)):
            if v > 0 and t >= h and chosen[t - h] is not None:
                count_outcome(table[chosen[t - h][index]], bars[t - h], bar, scale, math.sqrt(v * h), history * h)
        if t > 0:
            q = change(bars[t - 1], bar, scale) ** 2
            v, d = (faded(old + (q - old) / min(t, (size + 1) / 2)) for old, size in ((v, window), (d, day)))
        if v == 0 or t < window or averages[3][t] is None:
            chosen.append(None)
            values.append(None)
            continue
        sigma = math.sqrt(v) * bar.close.double
        momenta = [(averages[i][t] - averages[i + 1][t]) / (sigma * spread(4**i * fast)) for i in range(3)]
        buckets = [sum(m >= edge for edge in EDGES) for m in momenta]
        chosen.append(buckets)
        values.append(spoken(momenta[2], [table[b] for table, b in zip(tables, buckets)], horizons, v, d, prior))
    return values


def count_outcome(bucket, before, bar, scale, spread_of_return, most):
    x = max(-10.0, min(10.0, change(before, bar, scale) / spread_of_return))
    if bucket[0] >= most:
        bucket[:] = [value / 2 for value in bucket]
    rose = 1.0 if bar.close.double > before.close.double else 0.5 if bar.close.double == before.close.double else 0.0
    bucket[:] = [bucket[0] + 1, bucket[1] + rose, bucket[2] + x]


def faded(variance):
    return 0.0 if variance < 1e-24 else variance


def spread(period):
    a, b = 1 - 2 / (period + 1), 1 - 2 / (period * 4 + 1)
    return math.sqrt((b * b) / (1 - b * b) + (a * a) / (1 - a * a) - (2 * b * a) / (1 - b * a))


def spoken(slow, buckets, horizons, v, d, prior):
    says = []
    for (n, rose, total), h in zip(buckets, horizons):
        z = prior * h
        says += [(rose + z / 2) / (n + z), max(-1.0, min(1.0, math.sqrt(v * h) * (total / (n + z))))]
    u, trend = d / v, abs(slow)
    if u >= 2.25:
        regime, confidence = "TURBULENT", u / (1 + u)
    elif trend >= 0.75:
        regime, confidence = ("TREND_UP" if slow > 0 else "TREND_DOWN"), trend / (1 + trend)
    else:
        regime, confidence = "RANGE", 1 / (1 + trend)
    return [*map(bits, says), regime, bits(confidence), bits(min(10.0, math.sqrt(v * horizons[2])))]


def repeated(entry):
    close, _, times = entry.partition("*")
    return [close] * int(times or 1)


def ensemble_case(case, series):
    closes = [Bar([close] * 4) for entry in series[case["series"]] for close in repeated(entry)]
    lookback = max(64 * int(case["parameters"]["fast"]) - 1, int(case["parameters"]["volatility"]))
    values = ensemble_predictions(closes, case["parameters"])
    assert not any(values[:lookback])
    inputs = {key: case[key] for key in ("name", "parameters", "series", "every")}
    return {**inputs, "lookbackBars": lookback, "predictions": values[lookback :: int(case["every"])]}


# The use of all this.


def recomputed(vectors):
    return {
        "outlooks": vectors["outlooks"],
        "predictions": [prediction_case(case) for case in vectors["predictions"]],
        "assessments": [assessment_case(case, vectors["outlooks"]) for case in vectors["assessments"]],
        "campaigns": [story_case(story, vectors["outlooks"]) for story in vectors["campaigns"]],
        "series": vectors["series"],
        "ensemble": [ensemble_case(case, vectors["series"]) for case in vectors["ensemble"]],
    }


def laid_out(value, depth, indent=""):
    """JSON with one item a line down to a depth, so that a changed decision is one changed line."""
    if depth == 0 or not isinstance(value, (dict, list)) or not value:
        return json.dumps(value)
    inner = indent + "  "
    if isinstance(value, dict):
        items = [f"{inner}{json.dumps(key)}: {laid_out(item, depth - 1, inner)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}" + "}"
    return "[\n" + ",\n".join(inner + laid_out(item, depth - 1, inner) for item in value) + f"\n{indent}]"


def written(vectors):
    depths = {"outlooks": 1, "predictions": 1, "assessments": 1, "campaigns": 4, "series": 1, "ensemble": 3}
    return "{\n" + ",\n".join(f'  "{key}": {laid_out(vectors[key], depth, "  ")}' for key, depth in depths.items()) + "\n}\n"


def in_key_order(value):
    return json.loads(json.dumps(value, sort_keys=True))


def main(arguments):
    if len(arguments) > 1 or (arguments and arguments[0].startswith("-") and arguments[0] != "--write"):
        print("usage: python3 tools/campaign_oracle.py [--write | STORIES.json]")
        return 2
    if arguments and arguments[0] != "--write":
        given = json.loads(Path(arguments[0]).read_text())
        stories = [story_case(story, given["outlooks"]) for story in given["campaigns"]]
        difference = first_difference(in_key_order(given["campaigns"]), in_key_order(stories), "campaigns")
    else:
        vectors = json.loads(VECTORS.read_text())
        found = recomputed(vectors)
        if arguments:
            VECTORS.write_text(written(found))
        difference = None if arguments else first_difference(vectors, found)
    print(difference or "OK")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
