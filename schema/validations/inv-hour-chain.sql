-- INV-HOUR-CHAIN: Every hour names the hash of the hour before, in its columns and in its record; the first names the genesis.
-- reads: rows
SELECT 'INV-HOUR-CHAIN' AS check_name, count(*) AS examined, count(*) FILTER (WHERE holds IS NOT TRUE) AS violations, validation.sample(key, holds) AS sample
FROM (
  SELECT validation.at(h.run_id, h.hour) AS key,
    h.j ->> 'previous' = encode(h.prev_hash, 'hex')
      AND CASE WHEN h.hour = r.start_hour THEN h.prev_hour IS NULL AND h.prev_hash = r.genesis
          ELSE h.prev_hour = h.hour - 1 AND h.prev_hash = p.hash END AS holds
  FROM validation.hour_record h
  JOIN tb.run r ON r.id = h.run_id
  LEFT JOIN tb.hour_record p ON p.retention = h.retention AND p.run_id = h.run_id AND p.hour = h.hour - 1
) checked;
