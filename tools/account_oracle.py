"""Books facts about an account from specs/ledger.md alone, independently of the program, for tools/hashing_oracle.py.

Lots are lists [id, agent, symbol, quantity, cost, fee, acquiredMs] in whole units of 10^-18, oldest first. What an entry
posts is read off the lots themselves: how their totals changed between the entry before and this one.
"""
from fractions import Fraction

TREASURY = "treasury"


def half_even(amount, part, whole):
    return round(Fraction(amount * part, whole))


class AccountBooks:
    """The decisions that facts about the account lead to, in order; `lots` is changed as they are booked."""

    def __init__(self, lots, quote, symbols, place):
        self.lots, self.quote, self.symbols = lots, quote, symbols
        self.place, self.decisions = place, []

    def symbol(self, asset):
        return next(symbol for symbol in self.symbols if symbol.split("/")[0] == asset)

    def book(self, fact):
        """The flow of outside money in quote, or None where it depends on a mark: then (symbol, units, otherwise)."""
        self.fact, self.id = fact, fact["id"]
        self.totals = self.measured()
        self.outcome = {}
        self.entries = []
        flow = getattr(self, fact["type"])(fact)
        self.decisions += self.entries
        return flow

    # Lots.

    def say(self, decision):
        self.decisions.append(decision)

    def open(self, agent, symbol, quantity, cost, fee, acquired):
        hour, step, seq = self.place
        name = f"{hour}.{step}.{seq + len(self.decisions)}"
        self.say({"type": "lot_opened", "id": name, "agent": agent, "symbol": symbol, "quantity": quantity, "cost": cost, "fee": fee, "acquiredMs": acquired, "orderId": None, "tradeId": self.id})
        at = next((at for at, lot in enumerate(self.lots) if lot[6] > acquired), len(self.lots))
        self.lots.insert(at, [name, agent, symbol, quantity, cost, fee, acquired])

    def leave(self, symbol, quantity, agents=(TREASURY,)):
        """Pieces (lot id, agent, units, cost, fee, acquired) of the oldest lots, and what they do not hold."""
        pieces = []
        for lot in [lot for lot in self.lots if lot[2] == symbol and lot[3] > 0 and (agents is None or lot[1] in agents)]:
            units = min(lot[3], quantity)
            if units == 0:
                break
            cost, fee = half_even(lot[4], units, lot[3]), half_even(lot[5], units, lot[3])
            pieces.append((lot[0], lot[1], units, cost, fee, lot[6]))
            lot[3], lot[4], lot[5], quantity = lot[3] - units, lot[4] - cost, lot[5] - fee, quantity - units
        self.lots[:] = [lot for lot in self.lots if lot[3] != 0]
        return pieces, quantity

    def match(self, lot_id, agent, symbol, units, cost, entry_fee, proceeds, exit_fee, paid_fee):
        result = proceeds - exit_fee - cost - entry_fee
        self.say({"type": "lot_matched", "lotId": lot_id, "agent": agent, "symbol": symbol, "quantity": units, "cost": cost, "entryFee": entry_fee, "proceeds": proceeds, "exitFee": exit_fee, "result": result, "orderId": None, "tradeId": self.id, "paidFee": paid_fee})
        self.outcome["fees"] = self.outcome.get("fees", 0) + entry_fee + exit_fee
        self.outcome["result"] = self.outcome.get("result", 0) + cost - proceeds

    def release(self, lot_id, agent, symbol, units, cost, fee):
        self.say({"type": "lot_released", "lotId": lot_id, "agent": agent, "symbol": symbol, "quantity": units, "cost": cost, "entryFee": fee, "tradeId": self.id})

    def dispose(self, symbol, quantity, proceeds, exit_fee, paid_fee):
        pieces, missing = self.leave(symbol, quantity)
        for lot_id, agent, units, cost, fee, _ in pieces:
            brought, charged = half_even(proceeds, units, quantity), half_even(exit_fee, units, quantity)
            self.match(lot_id, agent, symbol, units, cost, fee, brought, charged, paid_fee)
            quantity, proceeds, exit_fee = quantity - units, proceeds - brought, exit_fee - charged
        if missing:
            self.open(TREASURY, symbol, -missing, -proceeds, exit_fee, self.fact["atMs"])

    def let_go(self, symbol, quantity):
        """What left cost, fees included."""
        pieces, missing = self.leave(symbol, quantity)
        for lot_id, agent, units, cost, fee, _ in pieces:
            self.release(lot_id, agent, symbol, units, cost, fee)
        if missing:
            self.open(TREASURY, symbol, -missing, 0, 0, self.fact["atMs"])
        return sum(piece[3] + piece[4] for piece in pieces), sum(piece[3] for piece in pieces)

    def bring(self, agent, symbol, quantity, cost, fee, acquired):
        for lot in [lot for lot in self.lots if lot[1] == agent and lot[2] == symbol and lot[3] < 0]:
            units = min(-lot[3], quantity)
            if units == 0:
                break
            paid, charged = half_even(cost, units, quantity), half_even(fee, units, quantity)
            brought, owed_fee = half_even(-lot[4], units, -lot[3]), half_even(lot[5], units, -lot[3])
            if lot[4] == 0 and lot[5] == 0:
                self.release(lot[0], agent, symbol, units, paid, charged)
                self.outcome["transfers"] = self.outcome.get("transfers", 0) + paid + charged
            else:
                self.match(lot[0], agent, symbol, units, paid, charged, brought, owed_fee, False)
            lot[3], lot[4], lot[5] = lot[3] + units, lot[4] + brought, lot[5] - owed_fee
            quantity, cost, fee = quantity - units, cost - paid, fee - charged
        self.lots[:] = [lot for lot in self.lots if lot[3] != 0]
        if quantity:
            self.open(agent, symbol, quantity, cost, fee, acquired)

    # Entries.

    def measured(self):
        units = {}
        for lot in self.lots:
            asset = lot[2].split("/")[0]
            units[asset] = units.get(asset, 0) + lot[3]
        return sum(lot[4] for lot in self.lots), sum(lot[5] for lot in self.lots), units

    def closed(self, kind, own, kept_back=None):
        """One entry of everything since the one before: `own` by account in quote, units a venue kept by asset."""
        before, after = self.totals, self.measured()
        money = {"cost": after[0] - before[0], "deferred_fees": after[1] - before[1]}
        for amounts in (self.outcome, own):
            for account, units in amounts.items():
                money[account] = money.get(account, 0) + units
        postings = [(account, self.quote, units) for account, units in money.items()]
        assets = {asset: after[2].get(asset, 0) - before[2].get(asset, 0) for asset in {*before[2], *after[2]}}
        for asset, units in (kept_back or {}).items():
            assets[asset] = assets.get(asset, 0) + units
        for asset, units in assets.items():
            postings += [("position", asset, units), ("trading", asset, -units)]
        self.totals, self.outcome = after, {}
        return self.entry(kind, postings)

    def entry(self, kind, postings):
        listed = [{"account": account, "amount": units, "asset": asset} for account, asset, units in sorted(postings) if units]
        assert all(sum(line["amount"] for line in listed if line["asset"] == asset) == 0 for asset in {line["asset"] for line in listed}), listed
        if listed:
            self.entries.append({"type": "ledger_posted", "kind": kind, "reference": self.id, "postings": listed})

    def kept(self, asset, units):
        self.entry("fee", [("fees", asset, units), ("position", asset, -units)])

    # Facts. Lots are moved first and entries are made of each movement, but all are logged after the lots.

    def account_traded(self, fact):
        base, counter = fact["symbol"].split("/")
        given, received = ((counter, fact["amount"]), (base, fact["quantity"])) if fact["side"] == "BUY" else ((base, fact["quantity"]), (counter, fact["amount"]))
        fee, fee_asset, fee_value, value = fact["fee"], fact["feeAsset"], fact["feeValue"], fact["value"]
        sells, buys = given[0] != self.quote, received[0] != self.quote
        cuts = fee_asset == received[0] and buys
        in_kind = fee > 0 and fee_asset != self.quote and not cuts
        cash_fee = fee if fee_asset == self.quote else 0
        if sells:
            self.dispose(self.symbol(given[0]), given[1], value, 0 if buys else fee_value, False)
            self.closed("sell", {"clearing": value} if buys else {"cash": value - cash_fee, "clearing": -fee_value if in_kind else 0})
        if in_kind:
            self.dispose(self.symbol(fee_asset), fee, fee_value, 0, True)
            self.closed("fee", {"clearing": fee_value})
        if buys:
            self.bring(TREASURY, self.symbol(received[0]), received[1] - (fee if cuts else 0), value, 0 if cuts else fee_value, fact["atMs"])
            cleared = (value if sells else 0) + (fee_value if in_kind else 0)
            self.closed("buy", {"cash": -cash_fee - (0 if sells else value), "clearing": -cleared}, {received[0]: fee} if cuts else None)
            if cuts:
                self.kept(received[0], fee)
        return 0

    def account_transferred(self, fact):
        asset, quantity, comes = fact["asset"], fact["quantity"], fact["direction"] == "in"
        if asset == self.quote:
            moved = quantity if comes else -quantity
            self.closed("deposit" if comes else "withdrawal", {"cash": moved, "deposits" if comes else "withdrawals": -moved})
            return moved
        symbol = self.symbol(asset)
        if comes:
            self.bring(TREASURY, symbol, quantity, fact["basis"], 0, fact["acquiredMs"])
            self.closed("transfer_in", {"transfers": -fact["basis"]})
            return symbol, quantity, fact["basis"]
        basis, cost = self.let_go(symbol, quantity)
        self.closed("transfer_out", {"transfers": basis})
        return symbol, -quantity, -cost

    def account_rewarded(self, fact):
        asset, quantity, fee, purpose = fact["asset"], fact["quantity"], fact["fee"], fact["purpose"]
        kind = "reward" if purpose == "income" else purpose
        if asset == self.quote:
            self.closed(kind, {"cash": quantity - fee, "fees": fee, purpose: -quantity})
            return 0
        self.bring(TREASURY, self.symbol(asset), quantity - fee, fact["value"], 0, fact["atMs"])
        self.closed(kind, {purpose: -fact["value"]}, {asset: fee})
        self.kept(asset, fee)
        return 0

    def account_charged(self, fact):
        asset, quantity, purpose = fact["asset"], fact["quantity"], fact["purpose"]
        kind = "fee" if purpose == "fees" else purpose
        if asset == self.quote:
            self.closed(kind, {"cash": -quantity, purpose: quantity})
        elif purpose == "rounding":
            self.closed(kind, {"rounding": self.let_go(self.symbol(asset), quantity)[0]})
        else:
            self.dispose(self.symbol(asset), quantity, fact["value"], 0, True)
            self.outcome[purpose] = self.outcome.get(purpose, 0) + fact["value"]
            self.closed(kind, {})
        return 0

    def asset_renamed(self, fact):
        old, new = self.symbol(fact["from"]), self.symbol(fact["to"])
        quantity, received = fact["quantity"], fact["received"]
        pieces, missing = self.leave(old, quantity, None)
        shares = []
        for lot_id, agent, units, cost, fee, acquired in pieces:
            self.release(lot_id, agent, old, units, cost, fee)
            share = half_even(received, units, quantity)
            quantity, received = quantity - units, received - share
            shares.append([share, agent, cost, fee, acquired])
        if shares and not any(share[0] for share in shares):
            shares[0][0], received = received, 0
        if missing:
            self.open(TREASURY, old, -missing, 0, 0, fact["atMs"])
        for share, agent, cost, fee, acquired in self.joined(shares):
            self.bring(agent, new, share, cost, fee, acquired)
        if received:
            self.bring(TREASURY, new, received, 0, 0, fact["atMs"])
        self.closed("rename", {})
        return 0

    @staticmethod
    def joined(shares):
        """Pieces without a unit give their cost and fee to the one before them, else to the first that has any."""
        kept = []
        waiting = [0, 0]
        for share in shares:
            if share[0]:
                share[2], share[3] = share[2] + waiting[0], share[3] + waiting[1]
                waiting = [0, 0]
                kept.append(share)
            elif kept:
                kept[-1][2], kept[-1][3] = kept[-1][2] + share[2], kept[-1][3] + share[3]
            else:
                waiting = [waiting[0] + share[2], waiting[1] + share[3]]
        return kept
