#!/usr/bin/env python3
"""Recomputes lots from specs/ledger.md, independently of the program: the golden vectors, and the tax lots of whole runs.

Without an argument it checks specs/vectors/lot-methods.json (--write computes what is expected anew from the movements there).
With METHOD LOG.jsonl TABLE.csv, as often as wanted, it books the fills and the facts about the account of a log (tb export --format jsonl) itself,
by that method, and compares every row of the table (tb export --table tax-lots --lots METHOD). A log whose orders sold more
than there was is beyond it. Prints OK, or the first difference and exits 1.
"""
import hashlib
import json
import math
import sys
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from itertools import count
from pathlib import Path

VECTORS = Path(__file__).resolve().parent.parent / "specs" / "vectors" / "lot-methods.json"
METHODS = ("fifo", "lifo", "hifo", "average")
UNIT = Fraction(1, 10**18)
HOUR_MS = 3_600_000
NOTHING = Fraction(0)


def even(value):
    return round(value / UNIT) * UNIT  # Fractions round half to even


def split(amount, part, whole):
    return even(amount * part / whole)


def pays(quantity, price):
    return math.ceil(quantity * price / UNIT) * UNIT


def brings(quantity, price):
    return math.floor(quantity * price / UNIT) * UNIT


def text(value):
    """Decimal text in normal form."""
    scaled = value / UNIT
    assert scaled.denominator == 1, value
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled.numerator)).rjust(19, "0")
    fraction = digits[-18:].rstrip("0")
    return sign + digits[:-18] + ("." + fraction if fraction else "")


def base(symbol):
    return symbol.split("/")[0]


class Lot:
    """A lot, the pool of an asset, or units owed; `rank` is its basis per unit as acquired."""

    def __init__(self, name, agent, symbol, acquired):
        self.name, self.agent, self.symbol, self.acquired = name, agent, symbol, acquired

    def filled(self, quantity, cost, fee):
        self.quantity, self.cost, self.fee = quantity, cost, fee
        self.rank = (cost + fee) / quantity
        return self


class Piece:
    """What a movement took from a lot, or covered of an owed one. Without proceeds it left, or came, without a sale."""

    def __init__(self, lot, covers, quantity, cost, fee):
        self.lot, self.covers, self.quantity, self.cost, self.fee = lot, covers, quantity, cost, fee
        self.proceeds = self.exit_fee = None

    def sold(self, proceeds, exit_fee):
        self.proceeds, self.exit_fee = proceeds, exit_fee
        return self

    @property
    def result(self):
        return None if self.proceeds is None else self.proceeds - self.exit_fee - self.cost - self.fee


class Book:
    def __init__(self, method):
        self.method, self.lots = method, []

    def mine(self, agent, symbol):
        pooled = self.method == "average" or agent is None
        return [lot for lot in self.lots if lot.symbol == symbol and (pooled or lot.agent == agent)]

    def open(self, lot):
        younger = (place for place, other in enumerate(self.lots) if other.acquired > lot.acquired)
        self.lots.insert(next(younger, len(self.lots)), lot)

    def next(self, held):
        if self.method == "lifo":
            return held[-1]
        if self.method == "hifo":
            return max(held, key=lambda lot: lot.rank)  # of equals the first, which is the oldest
        return held[0]

    def take(self, agent, symbol, quantity, oldest=False):
        """Pieces, and how many units no lot held."""
        pieces = []
        while quantity > 0:
            held = [lot for lot in self.mine(agent, symbol) if lot.quantity > 0]
            if not held:
                break
            lot = held[0] if oldest else self.next(held)
            taken = min(lot.quantity, quantity)
            piece = Piece(lot, False, taken, split(lot.cost, taken, lot.quantity), split(lot.fee, taken, lot.quantity))
            lot.quantity, lot.cost, lot.fee, quantity = lot.quantity - taken, lot.cost - piece.cost, lot.fee - piece.fee, quantity - taken
            if lot.quantity == 0:
                assert lot.cost == 0 and lot.fee == 0
                self.lots.remove(lot)
            pieces.append(piece)
        return pieces, quantity

    def bring(self, names, agent, symbol, quantity, cost, fee, acquired):
        pieces = []
        for lot in [lot for lot in self.mine(agent, symbol) if lot.quantity < 0]:
            if quantity == 0:
                break
            taken = min(-lot.quantity, quantity)
            piece = Piece(lot, True, taken, split(cost, taken, quantity), split(fee, taken, quantity))
            brought, paid = split(-lot.cost, taken, -lot.quantity), split(lot.fee, taken, -lot.quantity)
            pieces.append(piece.sold(brought, paid) if lot.cost != 0 else piece)
            quantity, cost, fee = quantity - taken, cost - piece.cost, fee - piece.fee
            lot.quantity, lot.cost, lot.fee = lot.quantity + taken, lot.cost + brought, lot.fee - paid
            if lot.quantity == 0:
                self.lots.remove(lot)
        pool = next((lot for lot in self.mine(agent, symbol) if lot.quantity > 0), None) if self.method == "average" else None
        if quantity > 0 and pool is not None:
            pool.quantity, pool.cost, pool.fee = pool.quantity + quantity, pool.cost + cost, pool.fee + fee
        elif quantity > 0:
            name = base(symbol) if self.method == "average" else next(names)
            self.open(Lot(name, agent, symbol, acquired).filled(quantity, cost, fee))
        return pieces

    def owe(self, names, agent, symbol, quantity, brought, paid, now):
        if quantity > 0:
            self.open(Lot(next(names), agent, symbol, now).filled(-quantity, -brought, paid))

    def sell(self, names, agent, symbol, quantity, proceeds, exit_fee, now):
        pieces, missing = self.take(agent, symbol, quantity)
        for piece in pieces:
            piece.sold(split(proceeds, piece.quantity, quantity), split(exit_fee, piece.quantity, quantity))
            quantity, proceeds, exit_fee = quantity - piece.quantity, proceeds - piece.proceeds, exit_fee - piece.exit_fee
        self.owe(names, agent, symbol, missing, proceeds, exit_fee, now)
        return pieces

    def release(self, names, agent, symbol, quantity, now):
        pieces, missing = self.take(agent, symbol, quantity)
        self.owe(names, agent, symbol, missing, NOTHING, NOTHING, now)
        return pieces

    def rename(self, names, source, target, quantity, received, now):
        pieces, missing = self.take(None, source, quantity, oldest=True)
        came, waiting = [], (NOTHING, NOTHING)
        for piece in pieces:
            units = split(received, piece.quantity, quantity)
            quantity, received = quantity - piece.quantity, received - units
            cost, fee = piece.cost + waiting[0], piece.fee + waiting[1]
            waiting = (NOTHING, NOTHING)
            if units > 0:
                came.append([piece.lot, units, cost, fee])
            elif came:
                came[-1][2:] = [came[-1][2] + cost, came[-1][3] + fee]
            else:
                waiting = (cost, fee)
        if pieces and not came:
            came, received = [[pieces[0].lot, received, *waiting]], NOTHING
        if missing > 0:
            self.owe(names, "treasury", source, missing, NOTHING, NOTHING, now)
        for lot, units, cost, fee in came:
            pieces += self.bring(names, lot.agent, target, units, cost, fee, lot.acquired)
        if received > 0:
            pieces += self.bring(names, "treasury", target, received, NOTHING, NOTHING, now)
        return pieces


def move(book, number, movement):
    """One movement of a vector; what it opens without a name of its own is called after its number."""
    kind, *words = movement
    if kind == "in":
        amounts = [Fraction(word) for word in words[3:6]]
        return book.bring(iter([words[0]]), words[1], words[2], *amounts, words[6] if len(words) > 6 else number)
    if kind == "out":
        return book.sell(iter([f"#{number}"]), words[0], words[1], *map(Fraction, words[2:]), number)
    if kind == "leave":
        return book.release(iter([f"#{number}"]), words[0], words[1], Fraction(words[2]), number)
    return book.rename((f"#{number}.{part}" for part in count(1)), words[0], words[1], Fraction(words[2]), Fraction(words[3]), number)


def outcome(movements, method):
    """What a case expects of a method: pieces, each with the number of its movement, and the lots left."""
    book, pieces = Book(method), []
    for number, movement in enumerate(movements):
        for piece in move(book, number, movement):
            sale = [None if value is None else text(value) for value in (piece.proceeds, piece.exit_fee, piece.result)]
            pieces.append([number, piece.lot.name, text(piece.quantity), text(piece.cost), text(piece.fee), *sale, piece.covers])
    return {"pieces": pieces, "left": [[lot.name, text(lot.quantity), text(lot.cost), text(lot.fee)] for lot in book.lots]}


def listed(rows, indent):
    inner = ",\n".join(f"{indent}  {json.dumps(row)}" for row in rows)
    return f"[\n{inner}\n{indent}]" if rows else "[]"


def shown(case):
    lines = [f'      "name": {json.dumps(case["name"])}', f'      "movements": {listed(case["movements"], "      ")}']
    for method in METHODS:
        parts = ",\n".join(f'        "{key}": {listed(case[method][key], "        ")}' for key in ("pieces", "left"))
        lines.append(f'      "{method}": {{\n{parts}\n      }}')
    return "    {\n" + ",\n".join(lines) + "\n    }"


def check_vectors(write):
    cases = json.loads(VECTORS.read_text())["cases"]
    fresh = [{**case, **{method: outcome(case["movements"], method) for method in METHODS}} for case in cases]
    if write:
        VECTORS.write_text('{\n  "cases": [\n' + ",\n".join(map(shown, fresh)) + "\n  ]\n}\n")
        return None
    for case, page in zip(cases, fresh):
        for method in METHODS:
            if case.get(method) != page[method]:
                return f"{case['name']}, {method}: the file has {case.get(method)}, the page gives {page[method]}"
    return None


# The tax lots of a run: its log in, rows out.

COLUMNS = (
    "acquired disposed asset currency quantity proceeds basis fees gain holdingDays lots kind agent"
    " acquiredId acquiredHash disposedId disposedHash orderId tradeId"
).split()


def moment(milliseconds):
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=milliseconds)


def iso(milliseconds):
    fraction = f".{milliseconds % 1000:03d}" if milliseconds % 1000 else ""
    return moment(milliseconds).strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"


def leaf(event):
    canonical = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(b"\0" + canonical.encode()).hexdigest()


ACCOUNT = ("account_traded", "account_transferred", "account_rewarded", "account_charged", "asset_renamed")


class Log:
    """The manifest, what was booked in its order, and where lots and entries stand."""

    def __init__(self, path):
        lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
        self.manifest = lines[0]["event"]
        self.orders, self.booked, self.lots, self.entries = {}, [], {}, {}
        step, fills, account = None, [], []
        for line in lines[1:]:
            event, what, here = line["event"], line["what"], (line["hour"], line.get("step"))
            if here != step:  # fills are booked first, then what happened on the account
                self.booked += fills + account
                step, fills, account = here, [], []
            place = f"{here[0]}.{here[1]}.{line.get('seq')}"
            kind = event.get("type")
            if kind == "order_filled":
                fills.append(event)
            elif kind in ACCOUNT:
                account.append(event)
            elif kind == "order_placed":
                self.orders[event["id"]] = event
            elif kind == "lot_opened":
                self.lots.setdefault(event["tradeId"], []).append((place, leaf(event), event["symbol"]))
            elif kind == "ledger_posted":
                self.entries.setdefault((event["kind"], event["reference"]), (place, leaf(event)))
        self.booked += fills + account


class Run:
    def __init__(self, log, method):
        self.log, self.method, self.book, self.rows = log, method, Book(method), []
        self.quote = log.manifest["quote"]
        self.symbols = [market["symbol"] for market in log.manifest["universe"]]
        self.begun, self.sold, self.namers = {}, {}, {}

    def symbol(self, asset):
        return next(symbol for symbol in self.symbols if base(symbol) == asset)

    def names(self, reference, symbol, entry):
        """Names for the lots that a fact opens of a symbol, or of any: each is given once, whichever entry asks."""
        return self.namers.setdefault((reference, symbol), self.places(reference, symbol, entry))

    def places(self, reference, symbol, entry):
        """Places of the lots that were opened, then names that the entry gives."""
        opened = [lot for lot in self.log.lots.get(reference, []) if symbol in (None, lot[2])]
        self.begun |= {place: digest for place, digest, _ in opened}
        yield from (place for place, *_ in opened)
        for number in count(len(opened) + 1):
            self.begun[f"{entry[0]}.{number}"] = entry[1]
            yield f"{entry[0]}.{number}"

    def bring(self, now, kind, reference, agent, asset, quantity, cost, fee, acquired=None):
        entry, symbol = self.log.entries[(kind, reference)], self.symbol(asset)
        names = self.names(reference, symbol, entry)
        for piece in self.book.bring(names, agent, symbol, quantity, cost, fee, now if acquired is None else acquired):
            if piece.proceeds is not None:
                self.row(piece, (now, *entry), self.sold[piece.lot.name])

    def give(self, now, kind, reference, agent, asset, quantity, proceeds, exit_fee, order=""):
        entry, symbol = self.log.entries[(kind, reference)], self.symbol(asset)
        disposal = (now, *entry, kind, agent, order, reference)
        pieces = self.book.sell(self.names(reference, symbol, entry), agent, symbol, quantity, proceeds, exit_fee, now)
        for lot in self.book.lots:
            if lot.quantity < 0:
                self.sold.setdefault(lot.name, disposal)
        for piece in pieces:
            lot = piece.lot
            pooled = self.method == "average"
            self.row(piece, (None, "", "") if pooled else (lot.acquired, lot.name, self.begun[lot.name]), disposal)

    def row(self, piece, acquired, disposal):
        came, came_id, came_hash = acquired
        went, went_id, went_hash, kind, agent, order, trade = disposal
        days = "" if came is None else str((moment(went).date() - moment(came).date()).days)
        amounts = (piece.quantity, piece.proceeds - piece.exit_fee, piece.cost + piece.fee, piece.fee + piece.exit_fee, piece.result)
        ends = ("" if came is None else iso(came), iso(went), base(piece.lot.symbol), self.quote)
        self.rows.append((*ends, *map(text, amounts), days, self.method, kind, agent, came_id, came_hash, went_id, went_hash, order, trade))

    def opening(self):
        now = self.log.manifest["startHour"] * HOUR_MS
        places = iter(self.log.lots.get(None, []))
        for balance in self.log.manifest["openingBalances"]:
            if balance["asset"] != self.quote:
                place, digest, symbol = next(places)
                self.begun[place] = digest
                quantity = Fraction(balance["quantity"])
                self.book.bring(iter([place]), "treasury", symbol, quantity, pays(quantity, Fraction(balance["unitCost"])), NOTHING, now)

    def order_filled(self, fill):
        order, now, trade = self.log.orders[fill["orderId"]], fill["atMs"], fill["tradeId"]
        agent, symbol = order["agent"], order["symbol"]
        quantity, price, fee, value = (Fraction(fill[key]) for key in ("quantity", "price", "fee", "feeValue"))
        in_base = order["side"] == "BUY" and fill["feeAsset"] == base(symbol)
        if order["side"] == "BUY":
            kept = quantity - fee if in_base else quantity
            self.bring(now, "buy", trade, agent, base(symbol), kept, pays(quantity, price), NOTHING if in_base else value)
        else:
            self.give(now, "sell", trade, agent, base(symbol), quantity, brings(quantity, price), value, order["id"])
        if fee > 0 and fill["feeAsset"] != self.quote and not in_base:
            self.give(now, "fee", trade, "treasury", fill["feeAsset"], fee, value, NOTHING, order["id"])

    def account_traded(self, fact):
        now, trade, symbol = fact["atMs"], fact["id"], fact["symbol"]
        units, amount, value, fee, fee_value = (Fraction(fact[key]) for key in ("quantity", "amount", "value", "fee", "feeValue"))
        legs = [(base(symbol), units), (symbol.split("/")[1], amount)]
        (given, out), (received, came) = reversed(legs) if fact["side"] == "BUY" else legs
        cut = fact["feeAsset"] == received and received != self.quote
        if given != self.quote:
            self.give(now, "sell", trade, "treasury", given, out, value, NOTHING if received != self.quote else fee_value)
        if fee > 0 and not cut and fact["feeAsset"] != self.quote:
            self.give(now, "fee", trade, "treasury", fact["feeAsset"], fee, fee_value, NOTHING)
        if received != self.quote:
            self.bring(now, "buy", trade, "treasury", received, came - fee if cut else came, value, NOTHING if cut else fee_value)

    def account_transferred(self, fact):
        if fact["asset"] == self.quote:
            return
        quantity = Fraction(fact["quantity"])
        if fact["direction"] == "in":
            self.bring(fact["atMs"], "transfer_in", fact["id"], "treasury", fact["asset"], quantity, Fraction(fact["basis"]), NOTHING, fact["acquiredMs"])
        else:
            self.let_go("transfer_out", fact, quantity)

    def let_go(self, kind, fact, quantity):
        symbol = self.symbol(fact["asset"])
        names = self.names(fact["id"], symbol, self.log.entries[(kind, fact["id"])])
        self.book.release(names, "treasury", symbol, quantity, fact["atMs"])

    def account_rewarded(self, fact):
        if fact["asset"] != self.quote:
            kind = {"income": "reward"}.get(fact["purpose"], fact["purpose"])
            kept = Fraction(fact["quantity"]) - Fraction(fact["fee"])
            self.bring(fact["atMs"], kind, fact["id"], "treasury", fact["asset"], kept, Fraction(fact["value"]), NOTHING)

    def account_charged(self, fact):
        if fact["asset"] == self.quote:
            return
        if fact["purpose"] == "rounding":
            return self.let_go("rounding", fact, Fraction(fact["quantity"]))
        kind = {"fees": "fee"}.get(fact["purpose"], fact["purpose"])
        self.give(fact["atMs"], kind, fact["id"], "treasury", fact["asset"], Fraction(fact["quantity"]), Fraction(fact["value"]), NOTHING)

    def asset_renamed(self, fact):
        names = self.names(fact["id"], None, self.log.entries[("rename", fact["id"])])
        source, target = self.symbol(fact["from"]), self.symbol(fact["to"])
        entry = self.log.entries[("rename", fact["id"])]
        for piece in self.book.rename(names, source, target, Fraction(fact["quantity"]), Fraction(fact["received"]), fact["atMs"]):
            if piece.proceeds is not None:
                self.row(piece, (fact["atMs"], *entry), self.sold[piece.lot.name])


def tax_lots(log, method):
    run = Run(log, method)
    run.opening()
    for fact in log.booked:
        getattr(run, fact["type"])(fact)
    return run.rows


def check_table(method, log, table):
    rows = [",".join(row) for row in tax_lots(log, method)]
    page = [",".join(COLUMNS), *rows] if rows else []
    engine = Path(table).read_text().splitlines()
    for number in range(max(len(engine), len(page))):
        pair = (engine[number : number + 1], page[number : number + 1])
        if pair[0] != pair[1]:
            return f"{table}, line {number + 1}: the engine has {pair[0]}, the page gives {pair[1]}"
    return None


def check_tables(arguments):
    logs = {path: Log(path) for path in arguments[1::3]}
    found = (check_table(method, logs[log], table) for method, log, table in zip(arguments[::3], arguments[1::3], arguments[2::3]))
    return next((difference for difference in found if difference), None)


def main(arguments):
    if arguments in ([], ["--write"]):
        difference = check_vectors(arguments == ["--write"])
    elif len(arguments) % 3 == 0 and all(method in METHODS for method in arguments[::3]):
        difference = check_tables(arguments)
    else:
        print("usage: python3 tools/lots_oracle.py [--write | METHOD LOG.jsonl TABLE.csv ...], METHOD being " + ", ".join(METHODS))
        return 2
    print(difference or "OK")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
