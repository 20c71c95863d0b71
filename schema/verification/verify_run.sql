-- Verifies the chains of a run inside the database, on nothing but PostgreSQL's own sha256. It was written from
-- specs/hashing.md and shares no line with the verifier outside; both must name the same hours. The functions live in the
-- session that asks and leave nothing behind. They only read.

-- The tree head of RFC 6962 over leaf hashes: pairs level by level, an odd last one goes up as it is.
CREATE FUNCTION pg_temp.tb_root(leaves bytea[]) RETURNS bytea LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  level bytea[] := leaves;
  above bytea[];
  n int := coalesce(cardinality(leaves), 0);
BEGIN
  IF n = 0 THEN RETURN sha256(''::bytea); END IF;
  WHILE n > 1 LOOP
    above := '{}';
    FOR i IN 1 .. n / 2 LOOP
      above[i] := sha256('\x01'::bytea || level[2 * i - 1] || level[2 * i]);
    END LOOP;
    IF n % 2 = 1 THEN above[n / 2 + 1] := level[n]; END IF;
    level := above;
    n := (n + 1) / 2;
  END LOOP;
  RETURN level[1];
END
$$;

-- Bytes as JSON; null where they are none, so that damage is found and not thrown.
CREATE FUNCTION pg_temp.tb_json(bytes bytea) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN convert_from(bytes, 'UTF8')::jsonb;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END
$$;

-- Hours that are missing in a chain, each as one row.
CREATE FUNCTION pg_temp.tb_holes(present int[], first int, last int) RETURNS TABLE (hour int) LANGUAGE sql IMMUTABLE AS
$$ SELECT h FROM generate_series(first, least(last, first + 1000000)) AS h EXCEPT SELECT unnest(present) ORDER BY 1 $$;

-- Everything that does not hold in the hours and envelopes of a run, and in the events under their roots where they are kept.
CREATE FUNCTION pg_temp.tb_verify_run(the_run uuid) RETURNS TABLE (code text, table_name text, hour int, expected text, actual text) LANGUAGE plpgsql STABLE AS $$
DECLARE
  run tb.run%ROWTYPE;
  last int;
BEGIN
  SELECT * INTO STRICT run FROM tb.run r WHERE r.id = the_run;
  SELECT max(m.hour) INTO last FROM (
    SELECT max(h.hour) AS hour FROM tb.hour_record h WHERE h.retention = run.retention AND h.run_id = run.id
    UNION ALL SELECT max(e.hour) FROM tb.envelope e WHERE e.retention = run.retention AND e.run_id = run.id) m;

  RETURN QUERY
    SELECT 'ROW_MISSING', 'hour_record', gap.hour, 'a row for every hour', NULL FROM pg_temp.tb_holes(
      ARRAY(SELECT h.hour FROM tb.hour_record h WHERE h.retention = run.retention AND h.run_id = run.id), run.start_hour, last) gap
    UNION ALL
    SELECT 'ROW_MISSING', 'envelope', gap.hour, 'a row for every hour', NULL FROM pg_temp.tb_holes(
      ARRAY(SELECT e.hour FROM tb.envelope e WHERE e.retention = run.retention AND e.run_id = run.id), run.start_hour - 1, last) gap;

  RETURN QUERY
    WITH records AS MATERIALIZED (
      SELECT h.hour AS at, h.hash, h.record, pg_temp.tb_json(h.record) AS j,
        lag(h.hash) OVER by_hour AS hash_before, lag(h.hour) OVER by_hour AS hour_before
      FROM tb.hour_record h WHERE h.retention = run.retention AND h.run_id = run.id WINDOW by_hour AS (ORDER BY h.hour)
    ), checked AS (
      SELECT at, 'HASH_DIFFERS' AS code, encode(hash, 'hex') AS expected, encode(sha256('\x00'::bytea || record), 'hex') AS actual FROM records
      UNION ALL
      SELECT at, 'UNREADABLE', 'JSON', CASE WHEN j IS NULL THEN 'other bytes' ELSE 'JSON' END FROM records
      UNION ALL
      SELECT at, 'CHAIN_BROKEN', encode(run.genesis, 'hex'), j ->> 'genesis' FROM records WHERE j IS NOT NULL
      UNION ALL
      SELECT at, 'CHAIN_BROKEN', encode(CASE WHEN at = run.start_hour THEN run.genesis ELSE hash_before END, 'hex'), j ->> 'previous'
      FROM records WHERE j IS NOT NULL AND (at = run.start_hour OR hour_before = at - 1)
    )
    SELECT c.code, 'hour_record', c.at, c.expected, c.actual FROM checked c WHERE c.expected IS DISTINCT FROM c.actual ORDER BY c.at;

  RETURN QUERY
    WITH envelopes AS MATERIALIZED (
      SELECT e.hour AS at, e.hash, e.bytes, pg_temp.tb_json(e.bytes) AS j, h.hash AS sealed,
        lag(e.hash) OVER by_hour AS hash_before, lag(e.hour) OVER by_hour AS hour_before
      FROM tb.envelope e LEFT JOIN tb.hour_record h ON h.retention = e.retention AND h.run_id = e.run_id AND h.hour = e.hour
      WHERE e.retention = run.retention AND e.run_id = run.id WINDOW by_hour AS (ORDER BY e.hour)
    ), checked AS (
      SELECT at, 'HASH_DIFFERS' AS code, encode(hash, 'hex') AS expected, encode(sha256('\x00'::bytea || bytes), 'hex') AS actual FROM envelopes
      UNION ALL
      SELECT at, 'UNREADABLE', 'JSON', CASE WHEN j IS NULL THEN 'other bytes' ELSE 'JSON' END FROM envelopes
      UNION ALL
      SELECT at, 'CHAIN_BROKEN', CASE WHEN at = run.start_hour - 1 THEN repeat('0', 64) ELSE encode(hash_before, 'hex') END, j ->> 'previous'
      FROM envelopes WHERE j IS NOT NULL AND (at = run.start_hour - 1 OR hour_before = at - 1)
      UNION ALL
      SELECT at, 'CHAIN_BROKEN', encode(CASE WHEN at = run.start_hour - 1 THEN run.genesis ELSE sealed END, 'hex'), j ->> 'hourHash'
      FROM envelopes WHERE j IS NOT NULL AND (at = run.start_hour - 1 OR sealed IS NOT NULL)
    )
    SELECT c.code, 'envelope', c.at, c.expected, c.actual FROM checked c WHERE c.expected IS DISTINCT FROM c.actual ORDER BY c.at;

  IF run.keep <> 'full' THEN RETURN; END IF;
  RETURN QUERY
    WITH records AS MATERIALIZED (
      SELECT h.hour AS at, pg_temp.tb_json(h.record) AS j FROM tb.hour_record h WHERE h.retention = run.retention AND h.run_id = run.id
    ), roots AS (
      SELECT at, 'fact' AS kind, j ->> 'factsRoot' AS expected, encode(pg_temp.tb_root(ARRAY(
        SELECT sha256('\x00'::bytea || f.bytes) FROM tb.fact f WHERE f.retention = run.retention AND f.run_id = run.id AND f.hour = at ORDER BY f.step, f.seq)), 'hex') AS actual
      FROM records WHERE j IS NOT NULL
      UNION ALL
      SELECT at, 'decision', j ->> 'decisionsRoot', encode(pg_temp.tb_root(ARRAY(
        SELECT sha256('\x00'::bytea || d.bytes) FROM tb.decision d WHERE d.retention = run.retention AND d.run_id = run.id AND d.hour = at ORDER BY d.step, d.seq)), 'hex')
      FROM records WHERE j IS NOT NULL
    )
    SELECT 'ROOT_DIFFERS', r.kind, r.at, r.expected, r.actual FROM roots r WHERE r.expected IS DISTINCT FROM r.actual ORDER BY r.at, r.kind;
END
$$;

-- The root over a run's envelopes as they are stored: what a checkpoint of as many would be signed over.
CREATE FUNCTION pg_temp.tb_envelope_root(the_run uuid) RETURNS bytea LANGUAGE sql STABLE AS
$$ SELECT pg_temp.tb_root(array_agg(e.hash ORDER BY e.hour)) FROM tb.envelope e JOIN tb.run r ON r.id = the_run AND e.retention = r.retention AND e.run_id = r.id $$;
