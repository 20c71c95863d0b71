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
$$ SELECT ceil($1 * 1e18) / 1e18 $$;
CREATE FUNCTION validation.down(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS
$$ SELECT floor($1 * 1e18) / 1e18 $$;

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

-- Orders, fills and lots side by side, as the books need them.
CREATE VIEW validation.fill AS
  SELECT t.*, o.side, o.symbol, o.agent, o.reserved, o.quantity AS ordered, o.limit_price, o.collar_price, o.hour AS order_hour, o.step AS order_step,
    split_part(o.symbol, '/', 1) AS base, split_part(o.symbol, '/', 2) AS quote
  FROM tb.venue_trade t
  LEFT JOIN tb.order_placed o ON o.retention = t.retention AND o.run_id = t.run_id AND o.order_id = t.order_id;
