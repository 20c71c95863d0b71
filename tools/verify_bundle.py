#!/usr/bin/env python3
"""Verifies a bundle or a proof of tb without any code of tb, from specs/hashing.md alone.

    verify_bundle.py FILE [--key KEY|FILE]...    a bundle (plain or gzipped) or a proof
    verify_bundle.py                             the golden vectors

Nothing but Python's standard library, Ed25519 included. Everything is checked but whether the decisions were right, which
only the code that decided can say. Ends with 0 when it holds and somebody believed signed it, with 3 when it holds and
nobody who is believed signed it, with 5 when it does not hold, and with 2 when there is nothing to check.
"""

import argparse
import base64
import gzip
import json
import sys
from hashlib import sha256, sha512
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Broken(Exception):
    """What does not hold, and where."""


def require(where, holds, why):
    if not holds:
        raise Broken(f"{where}: {why}")


# Canonical text (2) and hashes (3, 16) ----------------------------------------------------------------------------

LARGEST = 2**53 - 1
ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text):
    require("canonical text", not any(0xD800 <= ord(letter) <= 0xDFFF for letter in text), "a lone surrogate")
    return '"' + "".join(ESCAPES.get(letter) or (f"\\u{ord(letter):04x}" if letter < " " else letter) for letter in text) + '"'


def canonical(value, depth=0):
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, int):
        require("canonical text", -LARGEST <= value <= LARGEST, f"the number {value}")
        return str(value)
    require("canonical text", isinstance(value, (list, dict)) and depth < 32, "a value of another kind, or too deep")
    if isinstance(value, list):
        return "[" + ",".join(canonical(item, depth + 1) for item in value) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(f"{quoted(key)}:{canonical(value[key], depth + 1)}" for key in keys) + "}"


def no_float(text):
    raise Broken(f"canonical text: the number {text}")


def parsed(where, text):
    """The value of canonical text; refuses every other spelling of it."""
    try:
        value = json.loads(text, parse_float=no_float, parse_constant=no_float)
    except (ValueError, RecursionError) as error:
        raise Broken(f"{where}: is no JSON ({error})") from None
    require(where, canonical(value) == text, "is not canonical")
    return value


def plain(data):
    return sha256(data).digest()


def leaf(data):
    return sha256(b"\0" + (data if isinstance(data, bytes) else data.encode())).digest()


def node(left, right):
    return sha256(b"\1" + left + right).digest()


def split(count):
    k = 1
    while 2 * k < count:
        k *= 2
    return k


def root(leaves):
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))


def path_length(index, size):
    if size == 1:
        return 0
    k = split(size)
    return 1 + (path_length(index, k) if index < k else path_length(index - k, size - k))


def led_to(where, hashed, index, size, path):
    """The root that a leaf and its audit path lead to."""
    require(where, 0 <= index < size and len(path) == path_length(index, size), "the audit path is of another place or size")

    def up(index, size, path):
        if size == 1:
            return hashed
        k = split(size)
        if index < k:
            return node(up(index, k, path[:-1]), path[-1])
        return node(path[-1], up(index - k, size - k, path[:-1]))

    return up(index, size, path)


def is_consistent(older, newer, old_root, new_root, path):
    """Whether a consistency path leads to both roots."""
    path = list(path)

    def down(m, n, whole):
        if m == n:
            if whole:
                return old_root, old_root
            first = path.pop(0)
            return first, first
        k, last = split(n), path.pop()
        if m <= k:
            old, new = down(m, k, whole)
            return old, node(new, last)
        old, new = down(m - k, n - k, False)
        return node(last, old), node(last, new)

    if not 0 < older <= newer:
        return False
    try:
        led = down(older, newer, True)
    except IndexError:
        return False
    return not path and led == (old_root, new_root)


def hashes_of(where, text):
    data = strict_base64(where, text)
    require(where, len(data) % 32 == 0, "is no whole number of hashes")
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def strict_base64(where, text):
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        raise Broken(f"{where}: is no base64") from None
    require(where, base64.b64encode(data).decode() == text, "is base64 in another spelling")
    return data


# Ed25519 (RFC 8032, 5.1) ------------------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def point_add(left, right):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = left, right
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def point_times(scalar, point):
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = point_add(total, point)
        point, scalar = point_add(point, point), scalar >> 1
    return total


def recovered_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_M1 % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def point_of(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x = recovered_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recovered_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def is_signed(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = point_of(public), point_of(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % ORDER
    (x1, y1, z1, _), (x2, y2, z2, _) = point_times(scalar, BASE), point_add(commitment, point_times(challenge, key))
    return (x1 * z2 - x2 * z1) % P == 0 and (y1 * z2 - y2 * z1) % P == 0


def public_of_seed(seed):
    scalar = int.from_bytes(sha512(seed).digest()[:32], "little") & (2**254 - 8) | 2**254
    x, y, z, _ = point_times(scalar, BASE)
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


# Notes, keys, checkpoints (17, 18) --------------------------------------------------------------------------------


def keys_of(given):
    """A key, or those in a file of one a line."""
    if not Path(given).is_file():
        return [key_of_text(given)]
    lines = [line.strip() for line in Path(given).read_text(encoding="utf-8").splitlines()]
    return [key_of_text(line) for line in lines if line and not line.startswith("#")]


def key_id(name, public):
    return sha256(name.encode() + b"\n\1" + public).digest()[:4]


def key_of_text(text):
    """Name, id and public key of `NAME+ID+BASE64`."""
    where = f"key {text}"
    require(where, text.count("+") >= 2, "is not NAME+ID+BASE64")
    name, number, encoded = text.split("+", 2)
    data = strict_base64(where, encoded)
    require(where, len(data) == 33 and data[0] == 1, "is no Ed25519 key")
    require(where, key_id(name, data[1:]).hex() == number, "has the id of another name or key")
    return name, data[1:]


def read_note(where, note):
    """Its text and its signatures as (name, id, signature)."""
    require(where, isinstance(note, str) and note.endswith("\n") and "\n\n" in note, "is no signed note")
    require(where, all(letter >= " " or letter == "\n" for letter in note), "has control characters")
    end = note.rindex("\n\n")
    signatures = []
    for line in note[end + 2 : -1].split("\n"):
        parts = line.split(" ")
        require(where, len(parts) == 3 and parts[0] == "—" and parts[1], "has a signature line that cannot be read")
        data = strict_base64(where, parts[2])
        require(where, len(data) > 4, "has a signature of no length")
        signatures.append((parts[1], data[:4], data[4:]))
    return note[: end + 1], signatures


def signers_of(where, note, keys):
    """Names of those who signed it among the keys that are believed; a false signature of one of them breaks it."""
    text, signatures = read_note(where, note)
    names = []
    for name, public in keys:
        for signer, number, signature in signatures:
            if signer == name and number == key_id(name, public):
                require(where, is_signed(public, text.encode(), signature), f"the signature of {name} is false")
                names.append(name)
    return names


def read_checkpoint(where, note):
    """Origin, size and root."""
    lines = read_note(where, note)[0].split("\n")
    require(where, len(lines) >= 4 and lines[0] != "", "is no checkpoint")
    require(where, lines[1].isascii() and lines[1].isdigit() and str(int(lines[1])) == lines[1], "has no size")
    head = strict_base64(where, lines[2])
    require(where, len(head) == 32, "has no root")
    return lines[0], int(lines[1]), head


def run_of(where, origin):
    parts = origin.split("/")
    require(where, len(parts) == 3 and parts[0] == "tb", f"{origin} is no run of tb")
    return parts[1], parts[2]


def read_keyring(lines):
    """Status of each key by its id."""
    status, texts, previous = {}, {}, "0" * 64
    for number, line in enumerate(lines, 1):
        where = f"keyring line {number}"
        signed = parsed(where, line)
        event = signed["event"]
        text = f"tb/keyring\n{canonical(event)}\n"
        note = text + "\n" + "".join(f"{one}\n" for one in signed["signatures"])
        require(where, event["previous"] == previous, "does not name the event before it")
        name, public = key_of_text(event["key"])
        number = key_id(name, public).hex()
        by = lambda key: key_of_text(key)[0] in signers_of(where, note, [key_of_text(key)])
        if event["event"] == "revoked":
            active = [texts[one] for one in status if status[one] == "active"]
            require(where, number in status and any(by(key) for key in [*active, event["key"]]), "is signed by no key that may revoke")
            status[number] = "revoked"
        else:
            require(where, number not in status and by(event["key"]), "is not signed by the new key")
            if event["event"] == "rotated":
                old_name, old_public = key_of_text(event["from"])
                old = key_id(old_name, old_public).hex()
                require(where, status.get(old) == "active" and by(event["from"]), "is not signed by the key that it replaces")
                status[old] = "retired"
            status[number], texts[number] = "active", event["key"]
        previous = plain(text.encode()).hex()
    return status


# Proofs (19) ------------------------------------------------------------------------------------------------------

RECORD_DIGESTS = ("decisionsRoot", "factsRoot", "genesis", "previous", "state", "trialBalance")
ROOT_OF = {"facts": "factsRoot", "decisions": "decisionsRoot"}


def verify_event_proof(proof):
    """What the proof gives; raises Broken where it does not lead to its checkpoint."""
    where = "proof"
    origin, size, signed_root = read_checkpoint(f"{where} checkpoint", proof["checkpoint"])
    store, run = run_of(where, origin)
    require(where, proof["tree"] in ROOT_OF, "tree must be facts or decisions")
    hashes = hashes_of(f"{where} digests", proof["digests"])
    count, index = proof["record"]["counts"][proof["tree"]], proof["index"]
    require(where, 0 <= index < count and 0 <= proof["leaf"] < size, "index or leaf is no place")
    named = [name for name in RECORD_DIGESTS if name != ROOT_OF[proof["tree"]]]
    inner, outer = path_length(index, count), path_length(proof["leaf"], size)
    require(f"{where} digests", len(hashes) == len(named) + 1 + inner + outer, "are too few or too many")
    record = {**proof["record"], **{name: digest.hex() for name, digest in zip(named, hashes)}}
    previous, paths = hashes[len(named)], hashes[len(named) + 1 :]
    event_hash = leaf(canonical(proof["event"]))
    record[ROOT_OF[proof["tree"]]] = led_to(where, event_hash, index, count, paths[:inner]).hex()
    hour_hash = leaf(canonical(record))
    envelope = {**proof["envelope"], "hour": record["hour"], "hourHash": hour_hash.hex(), "previous": previous.hex(), "run": run}
    envelope_hash = leaf(canonical(envelope))
    require(where, led_to(where, envelope_hash, proof["leaf"], size, paths[inner:]) == signed_root, "leads to another root than the one that was signed")
    return {
        "envelopeHash": envelope_hash.hex(), "eventHash": event_hash.hex(), "hourHash": hour_hash.hex(),
        "root": signed_root.hex(), "run": run, "size": size, "store": store,
    }


def verify_consistency_proof(proof):
    old, new = read_checkpoint("proof from", proof["from"]), read_checkpoint("proof to", proof["to"])
    require("proof", old[0] == new[0], "the checkpoints are of two logs")
    path = hashes_of("proof digests", proof["digests"])
    require("proof digests", is_consistent(old[1], new[1], old[2], new[2], path), "do not lead from the one root to the other")
    return {"run": run_of("proof", old[0])[1], "from": old[1], "to": new[1]}


def verify_proof(proof, keys):
    """What it gives, and the signers believed of every checkpoint in it."""
    try:
        require("proof", proof.get("version") == 1, "is of a version that is not known")
        if proof["proof"] == "event":
            return verify_event_proof(proof), signers_of("proof checkpoint", proof["checkpoint"], keys)
        require("proof", proof["proof"] == "consistency", "is of no known kind")
        gives = verify_consistency_proof(proof)
        both = [signers_of(f"proof {end}", proof[end], keys) for end in ("from", "to")]
        return gives, both[0] + both[1] if all(both) else []
    except (KeyError, TypeError, AttributeError) as error:
        raise Broken(f"proof: is not whole ({error!r})") from None


# Bundles (20) -----------------------------------------------------------------------------------------------------

HOUR_MS = 3_600_000
TIMEFRAME_MS = {"1m": 60_000, "5m": 300_000, "15m": 900_000, "1h": HOUR_MS}
VERSIONS = {"encoding": (2,), "version": (1,)}


FIELDS = {
    "bundle": {"from", "hours", "reducer", "version"}, "manifest": {"event"}, "strategy": {"source"}, "state": {"record", "slices"},
    "market": {"candles", "content", "hour", "step"}, "fact": {"event", "hour", "seq", "step"}, "decision": {"event", "hour", "seq", "step"},
    "hour": {"event", "hash", "hour"}, "envelope": {"event", "hour"}, "checkpoint": {"checkpoint", "digests", "leaf"},
}


def hashed_of(where, kind, contents):
    """The bytes of a slice that are hashed: behind the first content of `parts` the leaf hash of every other."""
    require(where, kind in ("text", "bytes", "parts") and (len(contents) == 1 or kind == "parts" and contents), "is of no known kind")
    if kind == "text":
        return contents[0].encode()
    first, *parts = [strict_base64(where, content) for content in contents]
    return first + b"".join(map(leaf, parts))


class Bundle:
    """Reads the lines of a bundle in their order and checks each as it comes."""

    def __init__(self, lines):
        self.lines, self.number = lines, 0
        self.facts = self.decisions = self.candles = 0
        self.envelope = self.labels = self.through = self.note = None
        self.leaves = {}

    def take(self, *kinds):
        """The next line, if it is of one of these kinds."""
        if self.number >= len(self.lines):
            return None
        line = parsed(f"line {self.number + 1}", self.lines[self.number])
        if not isinstance(line, dict) or line.get("what") not in kinds:
            return None
        self.number += 1
        require(f"line {self.number}", set(line) == FIELDS[line["what"]] | {"what"}, "has other fields than its kind has")
        return line

    def need(self, kind):
        line = self.take(kind)
        require(f"line {self.number + 1}", line is not None, f"must be of kind {kind}")
        return line

    def verify(self, keys):
        try:
            return self.read(keys)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise Broken(f"line {self.number}: is not whole ({error!r})") from None

    def read(self, keys):
        header = self.need("bundle")
        require("line 1", header["version"] == 1, "is of a version that is not known")
        manifest = self.need("manifest")["event"]
        self.genesis = plain(canonical(manifest).encode()).hex()
        self.start, self.timeframe = manifest["startHour"], manifest["timeframe"]
        self.steps = HOUR_MS // TIMEFRAME_MS[self.timeframe]
        strategy = self.take("strategy")
        if strategy is not None:
            digest = plain(strict_base64("strategy", strategy["source"])).hex()
            require("strategy", digest in [agent["strategyDigest"] for agent in manifest["agents"]], "is not the one that the manifest names")
        self.begin(header["from"], self.take("state"))
        for hour in range(header["from"], header["from"] + header["hours"]):
            self.read_hour(hour)
        checkpoint = self.take("checkpoint")
        signers = [] if checkpoint is None else self.read_checkpoint(checkpoint, keys)
        require(f"line {self.number + 1}", self.number == len(self.lines), "stands behind the end")
        return signers

    def begin(self, first, state):
        require("line 1", (state is None) == (first == self.start), "a state stands there exactly where the first hour is not the first of the run")
        self.previous = self.genesis
        if state is None:
            return
        record = state["record"]
        hashed = [hashed_of(f"state {name}", kind, contents) for name, kind, *contents in state["slices"]]
        require("state", leaf(b"".join(map(leaf, hashed))).hex() == record["state"], "is not the one that its hour was sealed with")
        require("state", record["hour"] == first - 1, "is of another hour")
        self.previous = leaf(canonical(record)).hex()

    def read_hour(self, hour):
        contents = [self.read_market(hour, step) for step in range(self.steps)]
        facts, decisions = [], []
        for step in range(self.steps):
            of_step = self.read_events("fact", hour, step)
            named = [fact["digest"] for fact in of_step if fact["type"] == "market"]
            require(f"hour {hour} step {step}", named == [contents[step]], "its market fact names another content")
            facts += of_step
            decisions += self.read_events("decision", hour, step)
        line = self.need("hour")
        self.read_record(hour, line, facts, decisions)
        self.read_envelope(hour, self.need("envelope"))
        self.facts, self.decisions = self.facts + len(facts), self.decisions + len(decisions)

    def read_market(self, hour, step):
        where = f"hour {hour} step {step}"
        line = self.need("market")
        content, open_ms = line["content"], hour * HOUR_MS + step * TIMEFRAME_MS[self.timeframe]
        require(where, (line["hour"], line["step"]) == (hour, step), "its market stands out of its place")
        require(where, (content["openMs"], content["timeframe"], content["type"], content["version"]) == (open_ms, self.timeframe, "candles", 1), "its content is of another time")
        require(where, len(content["candles"]) == len(line["candles"]), "its content lists other candles")
        for (symbol, digest), values in zip(content["candles"], line["candles"]):
            text = canonical([symbol, self.timeframe, open_ms, *values])
            require(f"{where} candle {symbol}", plain(text.encode()).hex() == digest, "has another digest")
        self.candles += len(line["candles"])
        return plain(canonical(content).encode()).hex()

    def read_events(self, kind, hour, step):
        events = []
        while True:
            before = self.number
            line = self.take(kind)
            if line is None:
                return events
            if line["step"] != step:
                self.number = before
                return events
            require(f"{kind} {hour}.{step}.{len(events)}", (line["hour"], line["seq"]) == (hour, len(events)), "stands out of its place")
            events.append(line["event"])

    def read_record(self, hour, line, facts, decisions):
        where, record = f"hour {hour}", line["event"]
        for name, known in VERSIONS.items():
            require(where, record[name] in known, f"its {name} {record[name]} is not known here")
        require(where, record["hour"] == hour and record["steps"] == self.steps, "its record is of another hour")
        require(where, record["genesis"] == self.genesis, "its record names another genesis than that of the manifest")
        require(where, record["previous"] == self.previous, "its record names another hour before it")
        require(where, record["counts"] == {"decisions": len(decisions), "facts": len(facts)}, "its record counts other events")
        for name, events in (("factsRoot", facts), ("decisionsRoot", decisions)):
            require(f"{where} {name}", root([leaf(canonical(event)) for event in events]).hex() == record[name], "these events have another root")
        self.previous = leaf(canonical(record)).hex()
        require(where, line["hash"] == self.previous, "its hash is not that of its record")

    def read_envelope(self, hour, line):
        where, envelope = f"envelope {hour}", line["event"]
        labels = [envelope[name] for name in ("run", "name", "mode", "account")]
        require(where, envelope["hour"] == hour and envelope["hourHash"] == self.previous, "is of another hour")
        require(where, self.envelope in (None, envelope["previous"]), "names another envelope before it")
        require(where, self.labels in (None, labels), "is of another run, name, mode or account")
        self.labels, self.envelope = labels, leaf(canonical(envelope)).hex()
        self.leaves[hour - self.start + 1] = bytes.fromhex(self.envelope)

    def read_checkpoint(self, line, keys):
        origin, size, signed_root = read_checkpoint("checkpoint", line["checkpoint"])
        require("checkpoint", run_of("checkpoint", origin)[1] == self.labels[0], "is of another run")
        require("checkpoint", line["leaf"] in self.leaves, "covers no envelope of the bundle")
        path = hashes_of("checkpoint digests", line["digests"])
        led = led_to("checkpoint", self.leaves[line["leaf"]], line["leaf"], size, path)
        require("checkpoint", led == signed_root, "was signed over other envelopes")
        self.through, self.note = self.start + line["leaf"] - 1, line["checkpoint"]
        return signers_of("checkpoint", line["checkpoint"], keys)


def text_of(path):
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError):
            raise Broken("the file is cut off or damaged") from None
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Broken("the file is no text") from None


def lines_of(text):
    require("the file", text.endswith("\n"), "is cut off")
    return text[:-1].split("\n")


def is_proof(text):
    try:
        return text.startswith("{") and "proof" in json.loads(text)
    except ValueError:
        return False


def verify_file(path, keys):
    """What to say, and who signed it among those who are believed."""
    text = text_of(path)
    if is_proof(text):
        proof = json.loads(text)
        gives, signers = verify_proof(proof, keys)
        return "".join(f"\n{name:<13}{value}" for name, value in gives.items()), signers, proof.get("checkpoint", proof.get("to"))
    bundle = Bundle(lines_of(text))
    signers = bundle.verify(keys)
    run, name, mode, account = bundle.labels
    told = f"\nrun          {name} ({run}), {mode}, account {account}\nhours        {len(bundle.leaves)}, {bundle.facts} facts, {bundle.decisions} decisions, {bundle.candles} candles\nhead         {bundle.previous}"
    through = "" if bundle.through is None else f"\ncovered      through hour {bundle.through}"
    return told + through, signers, bundle.note


# Vectors (21) -----------------------------------------------------------------------------------------------------


def breaks(work):
    try:
        work()
    except Broken:
        return True
    return False


def verify_vectors(vectors):
    for key in vectors["keys"]:
        require("key", key_of_text(key["verifierKey"]) == (key["name"], bytes.fromhex(key["publicKey"])), "reads otherwise")
        require("key", public_of_seed(bytes.fromhex(key["seed"])).hex() == key["publicKey"], "is of another seed")
    for number, case in enumerate(vectors["notes"]):
        try:
            holds = bool(signers_of("note", case["note"], [key_of_text(case["key"])]))
        except Broken:
            holds = False
        require(f"note {number}", holds == case["holds"], f"holds: {holds}")
    for tree in vectors["trees"]:
        leaves = [leaf(text) for text in tree["leaves"]]
        roots = [root(leaves[:size]) for size in range(len(leaves) + 1)]
        require("tree", [one.hex() for one in roots] == tree["roots"], "has other roots")
        for case in tree["auditPaths"]:
            led = led_to("path", leaves[case["index"]], case["index"], case["size"], [bytes.fromhex(one) for one in case["path"]])
            require(f"audit path {case['index']} of {case['size']}", led == roots[case["size"]], "leads to another root")
        for case in tree["consistencyPaths"]:
            path = [bytes.fromhex(one) for one in case["path"]]
            require(f"consistency path {case['from']} to {case['to']}", is_consistent(case["from"], case["to"], roots[case["from"]], roots[case["to"]], path), "does not lead there")
    require("keyring", read_keyring(vectors["keyring"]["lines"]) == vectors["keyring"]["status"], "reads otherwise")
    for case in vectors["checkpoints"]:
        require("checkpoint", read_checkpoint("checkpoint", case["note"]) == (case["origin"], case["size"], bytes.fromhex(case["root"])), "reads otherwise")
    keys = [key_of_text(vectors["keys"][0]["verifierKey"])]
    for case in vectors["eventProofs"]:
        require("event proof", verify_proof(case["proof"], keys) == (case["gives"], [keys[0][0]]), "gives otherwise")
    for proof in vectors["consistencyProofs"]:
        require("consistency proof", verify_proof(proof, keys)[1] != [], "is signed by nobody")
    for case in vectors["broken"]:
        require(f"broken proof ({case['why']})", breaks(lambda: require("proof", verify_proof(case["proof"], keys)[1], "is signed by nobody")), "holds")
    verify_vector_bundle(vectors["bundle"], vectors["brokenBundles"])
    return "vectors"


def verify_vector_bundle(case, broken):
    keys = [key_of_text(case["key"])]
    bundle = Bundle(case["lines"])
    require("bundle", bundle.verify(keys) == [keys[0][0]], "is signed by another")
    require("bundle", (bundle.previous, len(bundle.leaves), bundle.through) == (case["head"], case["hours"], case["anchoredThrough"]), "gives otherwise")
    for other in broken:
        lines = [*case["lines"][: other["line"]], other["reads"], *case["lines"][other["line"] + 1 :]]
        require(f"broken bundle ({other['why']})", breaks(lambda: Bundle(lines).verify(keys)), "holds")


def main():
    parser = argparse.ArgumentParser(description="Verifies a bundle or a proof of tb without any code of tb.")
    parser.add_argument("file", nargs="?", type=Path, help="a bundle or a proof; without it the golden vectors are checked")
    parser.add_argument("--key", action="append", default=[], metavar="KEY|FILE", help="a key to believe, as tb keys list shows it, or a file of them; may be repeated")
    arguments = parser.parse_args()
    try:
        if arguments.file is None:
            print("OK", verify_vectors(json.loads((ROOT / "specs" / "vectors" / "proofs.json").read_text(encoding="utf-8"))))
            return 0
        keys = [key for given in arguments.key for key in keys_of(given)]
    except (Broken, OSError) as error:
        print(f"ERROR {error}", file=sys.stderr)
        return 2
    try:
        told, signers, note = verify_file(arguments.file, keys)
    except OSError as error:
        print(f"ERROR {arguments.file} cannot be read ({error.strerror}).", file=sys.stderr)
        return 2
    except Broken as broken:
        print(f"BROKEN {broken}", file=sys.stderr)
        return 5
    if signers:
        print(f"OK{told}\nsigned by    {', '.join(dict.fromkeys(signers))}")
        return 0
    claimed = "" if note is None else ", ".join(name for name, _, _ in read_note("checkpoint", note)[1])
    why = "No checkpoint is in it." if note is None else f"It says that {claimed} signed it: say with --key whom you believe."
    print(f"WHOLE, SIGNED BY NOBODY BELIEVED{told}\n{why}")
    return 3


if __name__ == "__main__":
    sys.exit(main())
