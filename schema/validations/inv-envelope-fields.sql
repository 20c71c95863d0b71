-- INV-ENVELOPE-FIELDS: An envelope names its run as the run is stored, and the hour it belongs to by hash.
-- reads: rows
SELECT 'INV-ENVELOPE-FIELDS' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(e.run_id, e.hour) AS key,
    e.j ->> 'version' = '1' AND e.j ->> 'run' = r.id::text AND e.j ->> 'name' = r.name AND e.j ->> 'mode' = r.mode AND e.j ->> 'account' = r.account_id
      AND validation.whole(e.j ->> 'hour') = e.hour
      AND e.j ->> 'hourHash' = encode(CASE WHEN e.hour = r.start_hour - 1 THEN r.genesis ELSE h.hash END, 'hex') AS holds
  FROM validation.envelope e
  JOIN tb.run r ON r.id = e.run_id
  LEFT JOIN tb.hour_record h ON h.retention = e.retention AND h.run_id = e.run_id AND h.hour = e.hour
) checked;
