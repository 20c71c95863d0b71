"""The campaigns slice from the log, after specs/campaigns.md: a part of hashing_oracle.py.

Follows agents whose predictions are recorded, decision by decision, with the rules of campaign_oracle.py, and requires
that the log tells the same moves and requests. Of agents that predict from candles it takes what the log tells as given.
"""
from fractions import Fraction

import campaign_oracle
from campaign_oracle import Decision, FLAT, text

ONE = 10**18
AT_CLOSE = ("hour1", "hours4", "hours24")


def up(value):
    return Fraction(-((-value * ONE) // 1), ONE)


def round_trip_cost(costs, entry, instrument):
    """The return that earns nothing: in by the entry order, out by MARKET, each leg slipping as far as a whole share does."""
    fees, slippage = costs["fees"], costs["slippage"]
    bps = slippage["bps"] if slippage["kind"] == "constant" else instrument["halfSpreadBps"] + slippage["impactBps"]
    slip = Fraction(bps, 10_000)
    takes = entry["type"] == "MARKET" or entry["timeInForce"] != "HOUR"
    fee, out = Fraction(fees["takerPpm"] if takes else fees["makerPpm"], 10**6), Fraction(fees["takerPpm"], 10**6)
    paid = 1 + (slip if entry["type"] == "MARKET" else 0)
    paid = paid / (1 - fee) if fees["asset"] == "received" else paid * (1 + fee)
    return up(paid / ((1 - slip) * (1 - out))) - 1


def policy_in(profile):
    return {name: Fraction(value) for name, value in profile["campaign"].items()}


def outlook_of(prediction):
    pair = lambda horizon: None if horizon is None else [horizon["probabilityUp"], horizon["expectedReturn"]]
    return {**prediction, **{name: pair(prediction[name]) for name in AT_CLOSE}}


class Campaigns:
    """Records by agent and symbol. `given` names the agents whose predictions a verifier of the log does not have."""

    def __init__(self, manifest):
        self.manifest = manifest
        recorded = sorted(agent["id"] for agent in manifest["agents"] if agent["strategy"] == "recorded-model")
        self.recorded = [next(agent for agent in manifest["agents"] if agent["id"] == name) for name in recorded]
        self.given = [agent["id"] for agent in manifest["agents"] if agent["strategy"] == "momentum-ensemble"]
        self.records = {}
        self.statuses = {}

    def step(self, state, facts, told, profile, sigma_of=lambda symbol: None):
        """`state` has lots, wanted, working, mark and is_dust as after the venue's answers; returns the decisions that follow.

        `told` are the step's campaign decisions; those of agents taken as given are followed, not recomputed.
        """
        made = []
        close = next(fact["atMs"] for fact in facts if fact["type"] == "market")
        for agent in self.recorded:
            said = {}
            for fact in facts:
                if fact["type"] == "prediction" and fact["agent"] == agent["id"] and fact["atMs"] == close:
                    said[fact["symbol"]] = outlook_of(fact["prediction"])
            for instrument in self.manifest["universe"]:
                made += self.decide(state, agent, instrument, said, profile, sigma_of)
        for decision in told:
            if decision["agent"] in self.given and decision["type"] == "campaign_moved":
                place = (decision["agent"], decision["symbol"])
                if decision["from"] != self.statuses.get(place, "FLAT"):
                    raise ValueError(f"{place} is {self.statuses.get(place, 'FLAT')} and not {decision['from']}")
                self.statuses[place] = decision["to"]
        return made

    def decide(self, state, agent, instrument, said, profile, sigma_of):
        name, symbol = agent["id"], instrument["symbol"]
        pair = {"agent": name, "symbol": symbol}
        lots = [lot for lot in state.lots if (lot[1], lot[2]) == (name, symbol)]
        if (name, symbol) not in self.records and symbol not in said and sum(lot[3] for lot in lots) == 0:
            return []
        held = sum(lot[3] for lot in lots) if lots and not state.is_dust(pair) else 0
        mine = lambda other: (other["agent"], other["symbol"]) == (name, symbol)
        buys = any(mine(order) and order["side"] == "BUY" for order in state.working) or any(mine(wish) and wish["want"] == "long" for wish in state.wanted)
        sells = any(mine(order) and order["side"] == "SELL" for order in state.working) or any(mine(wish) and wish["want"] != "long" for wish in state.wanted)
        mark = state.mark(symbol)
        given = {
            "outlook": symbol if symbol in said else None,
            "mark": None if mark is None else text(Fraction(mark, ONE)),
            "sigma": sigma_of(symbol),
            "quantity": text(Fraction(max(held, 0), ONE)),
            "basis": text(Fraction(sum(lot[4] + lot[5] for lot in lots), ONE)) if held > 0 else "0",
            "buys": buys,
            "sells": sells,
            "exit": False,
        }
        cost = round_trip_cost(self.manifest["costs"], agent["entry"], instrument)
        decision = Decision(self.records.get((name, symbol), FLAT), given, said, policy_in(profile), cost)
        shown = decision.shown()
        self.keep((name, symbol), shown["after"])
        return self.spoken(pair, decision, shown)

    def keep(self, place, after):
        if after["status"] == "FLAT" and after["favourable"] == after["pause"] == 0:
            self.records.pop(place, None)
        else:
            self.records[place] = after

    def spoken(self, pair, decision, shown):
        made = []
        for before, after, reason, *seen in shown["moves"]:
            made.append({**pair, "evidence": decision.evidence(*seen), "from": before, "reason": reason, "to": after, "type": "campaign_moved"})
        intent = shown["intent"]
        if intent["kind"] != "none":
            asked = {"ask": intent["kind"], "evidence": shown["evidence"], "fraction": intent.get("fraction", "1"), "reason": intent["reason"]}
            made.append({**pair, **asked, "type": "campaign_asked"})
        return made

    def content(self):
        """The slice as a value; None where it is taken as given."""
        if self.given:
            return None
        return [{"agent": agent, "campaign": self.records[agent, symbol], "symbol": symbol} for agent, symbol in sorted(self.records)]
