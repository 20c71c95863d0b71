-- INV-HOUR-RECORD: An hour record names its own hour, the genesis of its run, and the semantics and encoding its manifest opened with.
-- reads: rows
SELECT 'INV-HOUR-RECORD' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(h.run_id, h.hour) AS key,
    h.j ->> 'version' = '1' AND validation.whole(h.j ->> 'hour') = h.hour AND h.j ->> 'genesis' = encode(r.genesis, 'hex')
      AND h.j -> 'semantics' = r.j -> 'semantics' AND h.j -> 'encoding' = r.j -> 'encoding'
      AND validation.whole(h.j ->> 'steps') = CASE r.j ->> 'timeframe' WHEN '1h' THEN 1 WHEN '15m' THEN 4 WHEN '5m' THEN 12 WHEN '1m' THEN 60 END AS holds
  FROM validation.hour_record h JOIN validation.run r ON r.id = h.run_id
) checked;
