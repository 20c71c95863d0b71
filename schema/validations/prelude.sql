-- What the invariants share. Run it first, in the transaction of the invariants, as the owner of the store; rolling back
-- leaves nothing behind. It reads the store, never the code: hashes, trees and canonical texts are computed here anew.

CREATE SCHEMA validation;

CREATE FUNCTION validation.at(run_id uuid, hour int, step int, seq int) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT run_id || '/' || hour || '.' || step || '.' || seq $$;
CREATE FUNCTION validation.at(run_id uuid, hour int, step int) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT run_id || '/' || hour || '.' || step $$;
CREATE FUNCTION validation.at(run_id uuid, hour int) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT run_id || '/' || hour $$;

-- The keys of what does not hold, at most 20 of them. A condition that is null does not hold.
CREATE FUNCTION validation.add_failure(keys text[], key text, holds boolean) RETURNS text[] LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN holds OR cardinality(keys) >= 20 OR key = ANY (keys) THEN keys ELSE keys || key END $$;
CREATE FUNCTION validation.joined(keys text[]) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT array_to_string(keys, ', ') $$;
CREATE AGGREGATE validation.sample(key text, holds boolean)
  (SFUNC = validation.add_failure, STYPE = text[], INITCOND = '{}', FINALFUNC = validation.joined);

-- Bytes as JSON; null where they are no JSON text, so that damage is reported and not thrown.
CREATE FUNCTION validation.json(bytes bytea) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN convert_from(bytes, 'UTF8')::jsonb;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$$;

-- A number in decimal normal form; null for any other text, so that a column never equals it.
CREATE FUNCTION validation.amount(text) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN $1 ~ '^(0|-?[1-9]\d{0,19}|-?(0|[1-9]\d{0,19})\.\d{0,17}[1-9])$' THEN $1::numeric END $$;
CREATE FUNCTION validation.whole(text) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN $1 ~ '^(0|-?[1-9]\d{0,15})$' THEN $1::bigint END $$;
CREATE FUNCTION validation.list(jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN jsonb_typeof($1) = 'array' THEN $1 ELSE '[]' END $$;
CREATE FUNCTION validation.normal(numeric) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT trim_scale($1)::text $$;

-- Amounts have 18 decimals: what we pay rounds up, what we receive down.
CREATE FUNCTION validation.up(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT ceil($1 * 1e18) * 1e-18 $$;
CREATE FUNCTION validation.down(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT floor($1 * 1e18) * 1e-18 $$;

-- The one spelling of a value: keys ascending, no spaces, whole numbers and strings only.
CREATE FUNCTION validation.canonical(value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  CASE jsonb_typeof(value)
    WHEN 'object' THEN
      RETURN (
        SELECT '{' || coalesce(string_agg(to_jsonb(e.key)::text || ':' || CASE WHEN jsonb_typeof(e.value) IN ('string', 'boolean', 'null') THEN e.value::text
          ELSE validation.canonical(e.value) END, ',' ORDER BY e.key COLLATE "C"), '') || '}'
        FROM jsonb_each(value) e);
    WHEN 'array' THEN
      RETURN (SELECT '[' || coalesce(string_agg(validation.canonical(e.value), ',' ORDER BY e.ordinality), '') || ']'
              FROM jsonb_array_elements(value) WITH ORDINALITY e);
    WHEN 'number' THEN
      RETURN validation.whole(value::text)::text;
    ELSE
      RETURN value::text;
  END CASE;
END
$$;

CREATE FUNCTION validation.leaf(bytes bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS
$$ SELECT sha256('\x00'::bytea || bytes) $$;

-- The RFC 6962 tree head by its recursive definition: split at the largest power of two below the count.
CREATE FUNCTION validation.root(leaves bytea[]) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  n int := coalesce(cardinality(leaves), 0);
  k int := 1;
BEGIN
  IF n = 0 THEN RETURN sha256(''::bytea); END IF;
  IF n = 1 THEN RETURN leaves[1]; END IF;
  WHILE k * 2 < n LOOP k := k * 2; END LOOP;
  RETURN sha256('\x01'::bytea || validation.root(leaves[1:k]) || validation.root(leaves[k + 1:n]));
END
$$;

-- An amount as the ledger slice holds it: two's complement of 128 bits in units of 10^-18, the lowest byte first.
CREATE FUNCTION validation.int128(amount numeric) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT decode(string_agg(substr(big.hex, at, 2), '' ORDER BY at DESC), 'hex')
  FROM (
    SELECT string_agg(lpad(to_hex(div(mod(v.value, power.high), power.low)::bigint), 8, '0'), '' ORDER BY power.low DESC) AS hex
    FROM (SELECT CASE WHEN amount < 0 THEN amount * 1e18 + 340282366920938463463374607431768211456 ELSE amount * 1e18 END AS value) v
    CROSS JOIN (VALUES (1::numeric, 4294967296::numeric), (4294967296, 18446744073709551616), (18446744073709551616, 79228162514264337593543950336),
      (79228162514264337593543950336, 340282366920938463463374607431768211456)) AS power (low, high)
  ) big
  CROSS JOIN generate_series(1, 31, 2) at
$$;

-- The first 26 letters of RFC 4648 base32 in lower case.
CREATE FUNCTION validation.base32(digest bytea) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT string_agg(substr('abcdefghijklmnopqrstuvwxyz234567', 1 + substring(('x' || encode(digest, 'hex'))::bit(256) FROM 5 * letter + 1 FOR 5)::int, 1), '' ORDER BY letter)
  FROM generate_series(0, 25) letter
$$;

-- Parsed once for all invariants.
CREATE TABLE validation.run AS
  SELECT r.*, validation.json(manifest) AS j FROM tb.run r;
CREATE TABLE validation.hour_record AS
  SELECT h.*, validation.json(record) AS j FROM tb.hour_record h;
CREATE TABLE validation.envelope AS
  SELECT e.*, validation.json(bytes) AS j FROM tb.envelope e;
CREATE TABLE validation.fact AS
  SELECT f.*, validation.json(bytes) AS j FROM tb.fact f;
CREATE TABLE validation.decision AS
  SELECT d.*, validation.json(bytes) AS j FROM tb.decision d;
CREATE TABLE validation.market_fact AS
  SELECT m.*, validation.json(bytes) AS j FROM tb.market_fact m;
CREATE INDEX ON validation.fact (run_id, hour, step);
CREATE INDEX ON validation.decision (run_id, hour, step);
CREATE INDEX ON validation.market_fact (digest);
ANALYZE validation.run, validation.hour_record, validation.envelope, validation.fact, validation.decision, validation.market_fact;

-- Profiles from the place where each came into force: the manifest's before everything, then what operators put in its place.
CREATE TABLE validation.profile AS
  SELECT r.id AS run_id, r.start_hour - 1 AS hour, 0 AS step, -1 AS seq, p.text, r.j -> 'profile' AS j, NULL::text AS actor, NULL::text AS reason
  FROM validation.run r CROSS JOIN LATERAL (SELECT validation.canonical(r.j -> 'profile') AS text) p
  UNION ALL
  SELECT d.run_id, d.hour, d.step, d.seq, p.text, f.j -> 'profile', f.j ->> 'actor', f.j ->> 'reason'
  FROM validation.decision d
  JOIN validation.fact f ON f.run_id = d.run_id AND (f.hour, f.step) = (d.hour, d.step) AND f.type = 'operator' AND f.j ->> 'command' = 'profile'
    AND (f.j ->> 'actor', f.j ->> 'reason') = (d.j ->> 'actor', d.j ->> 'reason')
  CROSS JOIN LATERAL (SELECT validation.canonical(f.j -> 'profile') AS text) p
  WHERE d.type = 'profile_changed' AND encode(sha256(convert_to(p.text, 'UTF8')), 'hex') = d.j ->> 'digest';

-- Runs at a real venue, which may report what our orders contradict: it is booked all the same, and told as a venue_conflict.
CREATE VIEW validation.recorded AS SELECT id FROM validation.run WHERE j ->> 'venue' = 'recorded';

-- Orders, fills and lots side by side, as the books need them. A recorded venue owes our orders nothing.
CREATE VIEW validation.fill AS
  SELECT t.*, o.side, o.symbol, o.agent, o.reserved, o.quantity AS ordered, o.limit_price, o.collar_price, o.hour AS order_hour, o.step AS order_step,
    split_part(o.symbol, '/', 1) AS base, split_part(o.symbol, '/', 2) AS quote
  FROM tb.venue_trade t
  LEFT JOIN tb.order_placed o ON o.retention = t.retention AND o.run_id = t.run_id AND o.order_id = t.order_id
  WHERE t.run_id NOT IN (SELECT id FROM validation.recorded);

-- What lots gave, or what came for owed ones: sold, or else released.
CREATE VIEW validation.taken AS
  SELECT t.*, l.quantity < 0 AS owed
  FROM (
    SELECT retention, run_id, hour, step, seq, lot_id, agent, symbol, trade_id, quantity, cost, entry_fee, proceeds, exit_fee, true AS sold FROM tb.lot_match
    UNION ALL SELECT retention, run_id, hour, step, seq, lot_id, agent, symbol, trade_id, quantity, cost, entry_fee, 0, 0, false FROM tb.lot_release
  ) t
  LEFT JOIN tb.lot l ON l.retention = t.retention AND l.run_id = t.run_id AND l.lot_id = t.lot_id;

-- What facts about the account moved: above zero came, below zero went. A fee in kind, and what was given for what, are legs of their own.
CREATE VIEW validation.account_leg AS
  SELECT t.retention, t.run_id, t.hour, t.step, t.seq, t.id, leg.asset, leg.units
  FROM tb.account_trade t
  CROSS JOIN LATERAL (VALUES
    (split_part(t.symbol, '/', 1), CASE t.side WHEN 'BUY' THEN t.quantity ELSE -t.quantity END),
    (split_part(t.symbol, '/', 2), CASE t.side WHEN 'BUY' THEN -t.amount ELSE t.amount END),
    (t.fee_asset, -t.fee)) AS leg (asset, units)
  UNION ALL SELECT retention, run_id, hour, step, seq, id, asset, CASE direction WHEN 'in' THEN quantity ELSE -quantity END FROM tb.account_transfer
  UNION ALL SELECT retention, run_id, hour, step, seq, id, asset, unnest(ARRAY[quantity, -fee]) FROM tb.account_reward
  UNION ALL SELECT retention, run_id, hour, step, seq, id, asset, -quantity FROM tb.account_charge
  UNION ALL SELECT retention, run_id, hour, step, seq, id, from_asset, -quantity FROM tb.asset_renaming
  UNION ALL SELECT retention, run_id, hour, step, seq, id, to_asset, received FROM tb.asset_renaming;

-- What a BUY added to, itself among it: lots at the marks of its step, and what the BUYs before it may still add.
CREATE VIEW validation.exposure AS
  SELECT o.run_id, o.hour, o.step, o.seq, l.agent, l.symbol, true AS is_held, coalesce(left_over.units * (
      SELECT c.close FROM tb.series i JOIN tb.candle c ON c.series_id = i.id
      WHERE i.symbol = l.symbol AND i.timeframe = r.j ->> 'timeframe' AND c.ingest_id <= s.ingest_through
        AND c.open_ms <= o.hour * 3600000::bigint + o.step * CASE r.j ->> 'timeframe' WHEN '1m' THEN 60000 WHEN '5m' THEN 300000 WHEN '15m' THEN 900000 ELSE 3600000 END
      ORDER BY c.open_ms DESC, c.revision DESC LIMIT 1), left_over.cost) AS worth
  FROM tb.order_placed o
  JOIN validation.run r ON r.id = o.run_id
  JOIN tb.hour_step s ON s.retention = o.retention AND s.run_id = o.run_id AND s.hour = o.hour AND s.step = o.step
  JOIN tb.lot l ON l.retention = o.retention AND l.run_id = o.run_id AND (l.hour, l.step) <= (o.hour, o.step)
  CROSS JOIN LATERAL (
    SELECT l.quantity - sign(l.quantity) * coalesce(sum(t.quantity), 0) AS units, l.cost - sign(l.quantity) * coalesce(sum(t.cost), 0) AS cost
    FROM (SELECT quantity, cost, hour, step FROM tb.lot_match WHERE run_id = l.run_id AND lot_id = l.lot_id
          UNION ALL SELECT quantity, cost, hour, step FROM tb.lot_release WHERE run_id = l.run_id AND lot_id = l.lot_id) t
    WHERE (t.hour, t.step) <= (o.hour, o.step)) left_over
  WHERE o.side = 'BUY' AND left_over.units <> 0
  UNION ALL
  SELECT o.run_id, o.hour, o.step, o.seq, w.agent, w.symbol, false, (w.quantity - f.units) * coalesce(w.limit_price, w.collar_price, w.mark)
  FROM tb.order_placed o
  JOIN tb.order_placed w ON w.retention = o.retention AND w.run_id = o.run_id AND w.side = 'BUY' AND (w.hour, w.step, w.seq) <= (o.hour, o.step, o.seq)
  LEFT JOIN tb.order_closed c ON c.retention = w.retention AND c.run_id = w.run_id AND c.order_id = w.order_id AND (c.hour, c.step) <= (o.hour, o.step)
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(t.quantity), 0) AS units FROM tb.venue_trade t
    WHERE t.retention = w.retention AND t.run_id = w.run_id AND t.order_id = w.order_id AND (t.hour, t.step) <= (o.hour, o.step)) f
  WHERE o.side = 'BUY' AND c.order_id IS NULL;
